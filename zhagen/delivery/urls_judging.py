"""Addresses of judging: evaluation, portrait, self-evaluation, annual review, doors."""

from django.urls import path

from zhagen.delivery.views import annual_review, asking, evaluation, judging

EVALUATION = "evaluations/<uuid:pk>/"
STEPS = (
    "draw", "start_asking", "draft_result", "request_review", "explain_review", "answer_review", "finalise", "revise",
    "sign_revision", "trace", "check_draw",
)  # fmt: skip

urlpatterns = [
    path("evaluations/", evaluation.evaluation_list, name="evaluation_list"),
    path("contracts/<uuid:pk>/evaluation/", evaluation.evaluation_plan, name="evaluation_plan"),
    path(EVALUATION, evaluation.evaluation_view, name="evaluation_view"),
    *(
        path(
            f"{EVALUATION}{step.replace('_', '-')}/",
            getattr(evaluation, f"evaluation_{step}"),
            name=f"evaluation_{step}",
        )
        for step in STEPS
    ),
    path(EVALUATION + "doors/", asking.evaluation_doors, name="evaluation_doors"),
    path(EVALUATION + "letters/", asking.evaluation_letters, name="evaluation_letters"),
    path("sampled/<uuid:pk>/", asking.sampled_door_answer, name="sampled_door_answer"),
    path("sampled/<uuid:pk>/miss/", asking.sampled_door_miss, name="sampled_door_miss"),
    path("sampled/<uuid:pk>/refuse/", asking.sampled_door_refuse, name="sampled_door_refuse"),
    path("sampled/<uuid:pk>/clear/", asking.sampled_door_clear, name="sampled_door_clear"),
    path("participants/<uuid:pk>/", asking.participant_answer, name="participant_answer"),
    path("participants/<uuid:pk>/miss/", asking.participant_miss, name="participant_miss"),
    path("participants/<uuid:pk>/refuse/", asking.participant_refuse, name="participant_refuse"),
    path("e/<str:code>/", asking.survey_door, name="survey_door"),
    path("e/p/<str:code>/", asking.survey_participant, name="survey_participant"),
    path("annual-reviews/", annual_review.annual_review_list, name="annual_review_list"),
    path("contracts/<uuid:pk>/annual-review/", annual_review.annual_review_open, name="annual_review_open"),
    path("annual-reviews/<uuid:pk>/", annual_review.annual_review_view, name="annual_review_view"),
    path("annual-reviews/<uuid:pk>/advise/", annual_review.annual_review_advise, name="annual_review_advise"),
    path("annual-reviews/<uuid:pk>/decide/", annual_review.annual_review_decide, name="annual_review_decide"),
    path(
        "annual-reviews/<uuid:pk>/renewal/", annual_review.annual_review_renewal, name="annual_review_renewal"
    ),
    path("annual-reviews/<uuid:pk>/plan/", annual_review.annual_review_plan, name="annual_review_plan"),
    path(
        "annual-reviews/<uuid:pk>/let-end/", annual_review.annual_review_let_end, name="annual_review_let_end"
    ),
    path(
        "annual-reviews/<uuid:pk>/correction/",
        annual_review.annual_review_correction,
        name="annual_review_correction",
    ),
    path("public/annual-reviews/<uuid:pk>/", annual_review.annual_review_public, name="annual_review_public"),
    path("contracts/<uuid:pk>/portrait/", judging.portrait_view, name="portrait_view"),
    path("public/contracts/<uuid:pk>/portrait/", judging.portrait_public, name="portrait_public"),
    path("self-evaluations/", judging.self_evaluation_list, name="self_evaluation_list"),
    path(
        "contracts/<uuid:pk>/self-evaluation/<int:year>/",
        judging.self_evaluation_make,
        name="self_evaluation_make",
    ),
    path("self-evaluations/<uuid:pk>/", judging.self_evaluation_view, name="self_evaluation_view"),
]
