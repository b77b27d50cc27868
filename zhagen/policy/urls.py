"""Addresses of the policy lab."""

from django.urls import path

from zhagen.policy.views import forecast, lab_ask, lab_run, leaving, rule_draft

urlpatterns = [
    path("lab/", lab_run.lab_run_list, name="lab_run_list"),
    path("lab/ask/", lab_ask.lab_run_ask, name="lab_run_ask"),
    path("lab/ask/check/", lab_ask.lab_run_check, name="lab_run_check"),
    path("lab/runs/<uuid:pk>/", lab_run.lab_run_view, name="lab_run_view"),
    path("lab/runs/<uuid:pk>/progress/", lab_run.lab_run_progress, name="lab_run_progress"),
    path("lab/runs/<uuid:pk>/table/", lab_run.lab_run_table, name="lab_run_table"),
    path("lab/runs/<uuid:pk>/cancel/", lab_run.lab_run_cancel, name="lab_run_cancel"),
    path("lab/runs/<uuid:pk>/resume/", lab_run.lab_run_resume, name="lab_run_resume"),
    path("lab/runs/<uuid:pk>/draft/", rule_draft.rule_draft_draw_up, name="rule_draft_draw_up"),
    path("lab/drafts/", rule_draft.rule_draft_list, name="rule_draft_list"),
    path("lab/drafts/<uuid:pk>/", rule_draft.rule_draft_view, name="rule_draft_view"),
    path("lab/drafts/<uuid:pk>/adopt/", rule_draft.rule_draft_adopt, name="rule_draft_adopt"),
    path("lab/drafts/<uuid:pk>/drop/", rule_draft.rule_draft_drop, name="rule_draft_drop"),
    path("lab/drafts/<uuid:pk>/withdraw/", rule_draft.rule_draft_withdraw, name="rule_draft_withdraw"),
    path("lab/drafts/<uuid:pk>/restore/", rule_draft.rule_draft_restore, name="rule_draft_restore"),
    path("lab/snapshot/", leaving.snapshot_make, name="snapshot_make"),
    path("lab/cases/", leaving.past_case_take, name="past_case_take"),
    path("lab/forecasts/", forecast.forecast_list, name="forecast_list"),
    path("lab/forecasts/<uuid:pk>/", forecast.forecast_view, name="forecast_view"),
]
