"""Addresses of community."""

from django.urls import path

from zhagen.community.views import fund_cycle, idea, idea_resident, meeting, proposal, proposal_public

urlpatterns = [
    path("meetings/", meeting.meeting_list, name="meeting_list"),
    path("meetings/record/", meeting.meeting_record, name="meeting_record"),
    path("meetings/<uuid:pk>/", meeting.meeting_view, name="meeting_view"),
    path("meetings/<uuid:pk>/part/", meeting.meeting_part, name="meeting_part"),
    path("fund/", idea_resident.fund_cycle_public_list, name="fund_cycle_public_list"),
    path("fund/<uuid:pk>/", idea_resident.fund_cycle_public, name="fund_cycle_public"),
    path("fund/<uuid:pk>/idea/", idea_resident.idea_raise, name="idea_raise"),
    path("fund/i/", idea_resident.idea_status, name="idea_status"),
    path("fund/i/<str:receipt>/", idea_resident.idea_follow, name="idea_follow"),
    path("fund/i/<str:receipt>/withdraw/", idea_resident.idea_withdraw, name="idea_withdraw"),
    path("fund/i/<str:receipt>/forget/", idea_resident.idea_forget, name="idea_forget"),
    path("fund/i/<str:receipt>/slip.pdf", idea_resident.idea_slip, name="idea_slip"),
    path("fund/ideas/<uuid:pk>/", idea_resident.idea_co_sign, name="idea_co_sign"),
    path("fund-cycles/", fund_cycle.fund_cycle_list, name="fund_cycle_list"),
    path("fund-cycles/draft/", fund_cycle.fund_cycle_draft, name="fund_cycle_draft"),
    path("fund-cycles/<uuid:pk>/", fund_cycle.fund_cycle_view, name="fund_cycle_view"),
    path("fund-cycles/<uuid:pk>/change/", fund_cycle.fund_cycle_change, name="fund_cycle_change"),
    path("fund-cycles/<uuid:pk>/limit/", fund_cycle.fund_cycle_limit, name="fund_cycle_limit"),
    path(
        "fund-cycles/<uuid:pk>/drop-limits/", fund_cycle.fund_cycle_drop_limits, name="fund_cycle_drop_limits"
    ),
    path("fund-cycles/<uuid:pk>/open/", fund_cycle.fund_cycle_open, name="fund_cycle_open"),
    path("fund-cycles/<uuid:pk>/end-ideas/", fund_cycle.fund_cycle_end_ideas, name="fund_cycle_end_ideas"),
    path("fund-cycles/<uuid:pk>/stop/", fund_cycle.fund_cycle_stop, name="fund_cycle_stop"),
    path("fund-cycles/<uuid:pk>/idea/", idea.idea_record, name="idea_record"),
    path("ideas/", idea.idea_list, name="idea_list"),
    path("ideas/<uuid:pk>/", idea.idea_view, name="idea_view"),
    path("ideas/<uuid:pk>/show/", idea.idea_show, name="idea_show"),
    path("ideas/<uuid:pk>/take-up/", idea.idea_take_up, name="idea_take_up"),
    path("ideas/<uuid:pk>/shelve/", idea.idea_shelve, name="idea_shelve"),
    path("ideas/<uuid:pk>/decline/", idea.idea_decline, name="idea_decline"),
    path("ideas/<uuid:pk>/contact/", idea.idea_contact, name="idea_contact"),
    path(
        "fund-cycles/<uuid:pk>/publish-list/",
        fund_cycle.fund_cycle_publish_list,
        name="fund_cycle_publish_list",
    ),
    path("fund/proposals/", proposal_public.proposal_public_list, name="proposal_public_list"),
    path("fund/proposals/<uuid:pk>/", proposal_public.proposal_public, name="proposal_public"),
    path("ideas/<uuid:pk>/proposal/", proposal.proposal_write, name="proposal_write"),
    path("proposals/", proposal.proposal_list, name="proposal_list"),
    path("proposals/<uuid:pk>/", proposal.proposal_view, name="proposal_view"),
    path("proposals/<uuid:pk>/change/", proposal.proposal_change, name="proposal_change"),
    path("proposals/<uuid:pk>/tie/", proposal.proposal_declare_tie, name="proposal_declare_tie"),
    path("proposals/<uuid:pk>/submit/", proposal.proposal_submit, name="proposal_submit"),
    path("proposals/<uuid:pk>/check-cost/", proposal.proposal_check_cost, name="proposal_check_cost"),
    path("proposals/<uuid:pk>/check-list/", proposal.proposal_check_list, name="proposal_check_list"),
    path("proposals/<uuid:pk>/return/", proposal.proposal_return, name="proposal_return"),
    path("proposals/<uuid:pk>/withdraw/", proposal.proposal_withdraw, name="proposal_withdraw"),
    path("proposals/<uuid:pk>/score/", proposal.proposal_score, name="proposal_score"),
]
