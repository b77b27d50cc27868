"""Who acts next in the community's fund is told in the site, once, with the day; helpers tell residents on."""

import datetime as dt

import pytest
from django.urls import reverse

from tests.cast import cast
from tests.community import builders as made
from tests.community import builders_ballot as votes
from tests.community.builders import AT, LISTED_AT, after_days, decide
from zhagen.community.actions import idea as ideas
from zhagen.community.actions.fund_notice import day_of_stage, remind_of_stages
from zhagen.community.actions.proposal import return_proposal
from zhagen.community.models import FundCycle
from zhagen.parties.models import Notice, User
from zhagen.platform.clock import SHANGHAI
from zhagen.platform.texts import say


@pytest.fixture
def people():
    return cast()


def told(code):
    """Return the names of those who were told something, without repetition."""
    return set(Notice.objects.filter(code=code).values_list("recipient__name", flat=True))


def waiting(code):
    return set(
        Notice.objects.filter(code=code, settled_at__isnull=True).values_list("recipient__name", flat=True)
    )


def names(people, *roles):
    return {people[role].user.name for role in roles}


def test_each_stage_of_a_cycle_tells_who_acts_next_and_settles_what_waited(people):
    cycle = made.a_listed_cycle(people, 1, expert_weight_bp=3000)

    assert told("fund_cycle.collecting") == names(people, "community", "station_lead", "social_worker")
    assert names(people, "handler", "finance", "community") <= told("fund_cycle.checking")
    assert told("fund_cycle.listed") == names(people, "community")
    assert told("proposal.to_mark") == names(people, "expert", "expert_two", "expert_three")
    assert not waiting("fund_cycle.collecting")
    assert not waiting("fund_cycle.checking")
    assert waiting("fund_cycle.listed") == names(people, "community")
    days = dict(Notice.objects.values_list("code", "due_on"))
    assert days["fund_cycle.collecting"] == cycle.ideas_until_on
    assert days["fund_cycle.checking"] < days["fund_cycle.listed"] == cycle.vote_from_on


def test_a_vote_tells_who_runs_it_who_counts_and_who_goes_on(people):
    ballot = votes.a_counted_ballot(people, [(1,), (2,)])

    assert told("fund_cycle.voting") == names(people, "community", "overseer", "handler")
    assert told("ballot.closed") == names(people, "community", "overseer", "handler")
    assert waiting("ballot.counted") == names(people, "community", "handler")
    assert not waiting("ballot.closed")
    assert Notice.objects.filter(code="fund_cycle.voting", due_on=ballot.until_on).exists()


def test_the_three_decisions_tell_the_next_body_with_its_day(people):
    made_list = made.a_list(people)
    first = made_list.made_at.astimezone(SHANGHAI).date()
    assert waiting("fund_cycle.proposed") == names(people, "community")
    assert Notice.objects.get(code="fund_cycle.proposed").due_on == first + dt.timedelta(15)

    decide(people, made_list, "party", "assembly")
    assert not waiting("fund_cycle.proposed")
    assert told("fund_cycle.party_reviewed") == names(people, "community")
    assert waiting("fund_cycle.decided") == names(people, "chief", "leader")
    decide(people, made_list, "street")
    assert waiting("fund_cycle.granted") == names(people, "handler", "chief")


def test_a_list_sent_back_tells_the_community_to_make_it_anew(people):
    made_list = made.a_list(people)

    decide(people, made_list, "party", in_favour=1, against=6, remark="重复")

    assert waiting("fund_cycle.list_returned") == names(people, "community")


def test_whoever_wrote_a_proposal_is_told_how_it_fares_and_its_checkers_what_to_do(people):
    made_list = made.a_list(people)
    writer = names(people, "social_worker")

    for what in ("ready", "listed", "won", "lost"):
        assert told(f"proposal.{what}") == writer, what
    assert told("proposal.submitted") == names(people, "finance", "handler")
    assert told("proposal.cost_checked") == names(people, "handler", "community")
    assert not waiting("proposal.submitted")
    won = Notice.objects.filter(code="proposal.won").count()
    assert won == made_list.lines.filter(order__gt=0).count()


def test_a_proposer_with_an_account_is_told_once_anyone_may_read_it(people):
    cycle = made.a_listed_cycle(people, 1)
    proposal = cycle.proposals.get()
    proposal.proposer = people["resident"].user
    proposal.save(update_fields=["proposer"])
    from zhagen.community.actions.fund_notice import tell_proposer

    tell_proposer(proposal, "won", now=LISTED_AT)

    notice = Notice.objects.get(recipient=people["resident"].user)
    assert notice.url == reverse("proposal_public", args=[proposal.pk])
    assert people["resident"].client.get(notice.url).status_code == 200


def test_a_returned_and_a_refused_proposal_tell_their_reason(people):
    cycle = made.an_open_cycle(people)
    proposal = made.a_proposal(people, cycle)
    from zhagen.community.actions.proposal import submit_proposal

    proposal = submit_proposal(proposal, by=people["social_worker"].actor, now=AT)
    return_proposal(proposal, reason="缺报价", by=people["handler"].actor, now=AT)

    notice = Notice.objects.get(code="proposal.returned")
    assert notice.recipient == people["social_worker"].user
    page = people["social_worker"].client.get(reverse("notice_list")).content.decode()
    assert "缺报价" in page


def test_a_helper_is_told_what_to_pass_on_and_a_resident_s_own_idea_tells_nobody(people):
    cycle = made.an_open_cycle(people)
    by = people["community"].actor
    draft = ideas.IdeaDraft(text="装灯", channel="phone", has_consent=True)
    helped = ideas.raise_idea(cycle, draft, by=people["station_lead"].actor, now=AT)
    ideas.decline_idea(helped, answer="归物业管", by=by, now=AT)
    ideas.decline_idea(made.an_idea(people, cycle), answer="归物业管", by=by, now=AT)

    assert told("idea.declined") == names(people, "station_lead")
    assert Notice.objects.filter(code="idea.declined").count() == 1


def test_the_clock_reminds_once_some_days_before_and_not_earlier(people):
    cycle = made.an_open_cycle(people)
    near = dt.datetime.combine(cycle.ideas_until_on - dt.timedelta(3), dt.time(9), SHANGHAI)

    assert remind_of_stages(near - dt.timedelta(1)) == 0
    assert remind_of_stages(near) == 1
    assert remind_of_stages(near + dt.timedelta(1)) == 0
    assert remind_of_stages(near + dt.timedelta(9)) == 0
    urgent = Notice.objects.filter(is_urgent=True)
    assert {each.code for each in urgent} == {"fund_cycle.collecting"}
    assert {each.due_on for each in urgent} == {cycle.ideas_until_on}


def test_the_desk_shows_the_decision_with_its_day(people):
    made_list = made.a_list(people)
    day = day_of_stage(FundCycle.objects.get(pk=made_list.cycle_id))

    page = people["community"].client.get(reverse("desk")).content.decode()

    assert "记录党组织审议" in page
    assert day == made_list.made_at.astimezone(SHANGHAI).date() + dt.timedelta(15)


def test_a_cycle_that_ended_or_has_not_begun_presses_nobody(people):
    draft = made.a_cycle(people)

    assert day_of_stage(draft) is None
    assert remind_of_stages(after_days(400)) == 0
    assert User.objects.exists()


def test_the_raiser_reads_the_steps_of_his_proposal_behind_his_code(people):
    made_list = made.a_list(people)
    proposal = made_list.lines.get(order=1).proposal
    page = reverse("idea_follow", args=[ideas.receipt_of_idea(proposal.idea)])

    shown = people["outsider"].client.get(page).content.decode()

    assert "看拟立项清单：谁入选" in shown
    for event in ("proposal.submitted", "proposal.cost_checked", "proposal.listed"):
        assert say(f"event.{event}") in shown
    assert say("event.proposal.scored") not in shown
