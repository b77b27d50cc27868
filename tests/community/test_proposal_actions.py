"""Proposals: written from a co-signed idea, ties declared, checked by others who are not tied, listed."""

import datetime as dt

import pytest

from tests.cast import cast, foreign_cast, make_organisation
from tests.community.builders import (
    AT,
    LISTED_AT,
    PASSES,
    a_list,
    a_listed_cycle,
    a_proposal,
    a_proposal_draft,
    a_ready_proposal,
    a_signed_idea,
    after_days,
    an_idea,
    an_open_cycle,
    decide,
)
from zhagen.community.actions.fund_cycle import end_ideas
from zhagen.community.actions.fund_list import publish_list
from zhagen.community.actions.fund_tie import organisations_of
from zhagen.community.actions.grant_make import GrantDraft, make_grant
from zhagen.community.actions.proposal import (
    LineDraft,
    change_proposal,
    check_proposal_cost,
    check_proposal_list,
    declare_proposer_tie,
    return_proposal,
    score_proposal,
    submit_proposal,
    withdraw_proposal,
    write_proposal,
)
from zhagen.community.models import FundCycle, Proposal
from zhagen.core.errors import RuleError
from zhagen.core.fund.negative import Answer
from zhagen.parties.actions.tie import declare_tie


@pytest.fixture
def people():
    return cast()


@pytest.fixture
def cycle(people):
    return an_open_cycle(people)


def refused(code):
    return pytest.raises(RuleError, match="^" + code.replace(".", r"\."))


def submitted(people, cycle, **changes):
    return submit_proposal(a_proposal(people, cycle, **changes), by=people["social_worker"].actor, now=AT)


def test_an_idea_becomes_a_proposal_once_enough_neighbours_stand_behind_it(people, cycle):
    worker = people["social_worker"].actor

    with refused("proposal.too_few_co_signs"):
        write_proposal(a_signed_idea(people, cycle, signers=4), a_proposal_draft(), by=worker, now=AT)
    idea = a_signed_idea(people, cycle, signers=5)
    proposal = write_proposal(idea, a_proposal_draft(own_fen=100_000), by=worker, now=AT)

    idea.refresh_from_db()
    assert (idea.state, proposal.number, proposal.cost_fen) == ("proposed", 1, 1_000_000)
    assert proposal.asked_fen == 900_000
    assert [line.amount_fen for line in proposal.cost_lines.all()] == [600_000, 400_000]
    assert (proposal.proposer_ref, bool(proposal.proposer_key)) == (idea.raiser_ref, True)
    with refused("lifecycle.not_now"):
        write_proposal(idea, a_proposal_draft(), by=worker, now=AT)


def test_only_community_and_coaching_agency_write(people, cycle):
    idea, foreign = a_signed_idea(people, cycle), foreign_cast()

    for who in (people["handler"], people["outsider"], foreign["social_worker"], foreign["community"]):
        with refused("permission.denied"):
            write_proposal(idea, a_proposal_draft(), by=who.actor, now=AT)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"lines": ()}, "proposal.no_cost_lines"),
        ({"own_fen": 1_000_000}, "proposal.own_exceeds_cost"),
        ({"lines": (LineDraft("大工程", 1, 2_000_001),)}, "proposal.over_ceiling"),
        ({"theme": "magic"}, "fund_cycle.theme_unknown"),
    ],
)
def test_a_proposal_that_does_not_add_up_is_refused(people, cycle, changes, code):
    with refused(code):
        a_proposal(people, cycle, **changes)

    assert not Proposal.objects.exists()


def test_a_proposal_is_handed_in_only_with_its_ties_said(people, cycle):
    worker = people["social_worker"].actor
    proposal = a_proposal(people, cycle, has_no_ties=False)

    with refused("proposal.ties_unsaid"):
        submit_proposal(proposal, by=worker, now=AT)
    with refused("proposal.tie_to_one"):
        declare_proposer_tie(proposal, "kin", by=worker, now=AT)
    declare_proposer_tie(proposal, "kin", member=people["community"].user, by=worker, now=AT)
    assert submit_proposal(proposal, by=worker, now=AT).state == "submitted"


def test_the_writer_does_not_check_the_cost(people, cycle):
    idea = a_signed_idea(people, cycle)
    office = people["community"].actor
    proposal = write_proposal(idea, a_proposal_draft(), by=office, now=AT)
    submit_proposal(proposal, by=office, now=AT)

    with refused("proposal.same_person"):
        check_proposal_cost(proposal, note="看过", by=office, now=AT)
    with refused("proposal.note_missing"):
        check_proposal_cost(proposal, note=" ", by=people["finance"].actor, now=AT)
    assert (
        check_proposal_cost(proposal, note="问过三家", by=people["finance"].actor, now=AT).state == "costed"
    )


@pytest.mark.parametrize("tied", ["proposer", "supplier", "coach", "proposers_firm"])
def test_a_member_with_a_tie_checks_neither_cost_nor_list_and_sends_nothing_back(people, cycle, tied):
    firm = make_organisation("快修公司", "other")
    lines = (LineDraft("石桌", 1, 500_000, supplier=firm if tied == "supplier" else None),)
    proposal = a_proposal(people, cycle, lines=lines)
    worker, handler = people["social_worker"].actor, people["handler"]
    if tied == "proposer":
        declare_proposer_tie(proposal, "kin", member=handler.user, by=worker, now=AT)
    elif tied == "proposers_firm":
        declare_proposer_tie(proposal, "director", organisation=firm, by=worker, now=AT)
    if tied != "proposer":
        organisation = cycle.coach if tied == "coach" else firm
        declare_tie(organisation, "kin", dt.date(2025, 1, 1), by=handler.actor, now=AT)
    submit_proposal(proposal, by=worker, now=AT)

    code = "proposal.tied_to_proposer" if tied == "proposer" else "proposal.tied_to_organisation"
    with refused(code):
        check_proposal_cost(proposal, note="看过", by=handler.actor, now=AT)
    with refused(code):
        return_proposal(proposal, reason="太贵", by=handler.actor, now=AT)
    check_proposal_cost(proposal, note="看过", by=people["finance"].actor, now=AT)
    with refused(code):
        check_proposal_list(proposal, PASSES, by=handler.actor, now=AT)
    assert check_proposal_list(proposal, PASSES, by=people["chief"].actor, now=AT).state == "ready"


def test_who_gains_from_a_proposal_is_found_without_coach_and_after_the_grant_too(people):
    proposal = a_list(people).lines.get(order=1).proposal
    FundCycle.objects.filter(pk=proposal.cycle_id).update(coach=None)
    committee = make_organisation("东园社区居民委员会", "committee")
    fresh = Proposal.objects.get(pk=proposal.pk)
    assert organisations_of(fresh) == set()

    decide(people, fresh.cycle.proposed_lists.get(), "party", "assembly", "street")
    terms = GrantDraft(committee, dt.date(2026, 10, 31))
    make_grant(fresh, terms, by=people["handler"].actor, now=LISTED_AT)

    assert organisations_of(Proposal.objects.get(pk=proposal.pk)) == {str(committee.pk)}


def test_whoever_proposes_checks_nothing_of_his_own(people, cycle):
    proposal = submitted(people, cycle)
    Proposal.objects.filter(pk=proposal.pk).update(proposer=people["finance"].user)

    with refused("proposal.own_proposal"):
        check_proposal_cost(proposal, note="看过", by=people["finance"].actor, now=AT)


def test_a_failed_test_refuses_the_proposal_with_its_reason(people, cycle):
    proposal = submitted(people, cycle)
    check_proposal_cost(proposal, note="看过", by=people["finance"].actor, now=AT)
    answers = {**PASSES, "private_duty": Answer(False, "这是物业费", "property_fee")}

    with refused("proposal.test_unanswered"):
        check_proposal_list(proposal, {}, by=people["handler"].actor, now=AT)
    refused_one = check_proposal_list(proposal, answers, by=people["handler"].actor, now=AT)

    assert (refused_one.state, refused_one.reason) == ("refused", "这是物业费")
    assert refused_one.list_checks.filter(passes=False).get().item == "property_fee"


def test_a_returned_proposal_is_improved_and_handed_in_again(people, cycle):
    proposal, worker = submitted(people, cycle), people["social_worker"].actor

    with refused("proposal.reason_missing"):
        return_proposal(proposal, reason=" ", by=people["handler"].actor, now=AT)
    return_proposal(proposal, reason="缺报价", by=people["handler"].actor, now=AT)
    change_proposal(proposal, a_proposal_draft(title="修两张桌"), by=worker, now=AT)
    again = submit_proposal(proposal, by=worker, now=AT)

    assert (again.state, again.title, again.reason) == ("submitted", "修两张桌", "")
    with refused("lifecycle.not_now"):
        change_proposal(proposal, a_proposal_draft(), by=worker, now=AT)
    assert withdraw_proposal(proposal, reason="搬家了", by=worker, now=AT).state == "withdrawn"


def test_the_list_shows_what_passed_with_its_matching_and_keeps_the_rest_in_the_library(people):
    cycle = an_open_cycle(people, matching_pot_fen=150_000)
    first = a_ready_proposal(people, cycle, own_fen=100_000)
    second = a_ready_proposal(people, cycle, phone="13800138001", own_fen=200_000)
    rest, idea = submitted(people, cycle, phone="13800138002"), an_idea(people, cycle)
    end_ideas(cycle, by=people["community"].actor, now=after_days(19))

    published = publish_list(cycle, by=people["community"].actor, now=after_days(20))

    for each in (first, second, rest, idea):
        each.refresh_from_db()
    assert published.state == "listed"
    assert [each.state for each in (first, second, rest, idea)] == ["listed", "listed", "library", "library"]
    assert (first.matched_fen, second.matched_fen) == (50_000, 100_000)
    assert (first.asked_fen, rest.listed_at) == (850_000, None)


def test_a_list_is_neither_empty_nor_too_late(people, cycle):
    office = people["community"].actor
    end_ideas(cycle, by=office, now=after_days(19))

    with refused("fund_cycle.nothing_to_list"):
        publish_list(cycle, by=office, now=after_days(20))
    with refused("fund_cycle.list_too_short"):
        publish_list(cycle, by=office, now=after_days(36))


def test_nothing_is_written_once_the_list_is_public(people):
    cycle = an_open_cycle(people)
    draft, worker = a_proposal(people, cycle), people["social_worker"].actor
    idea = a_signed_idea(people, cycle, phone="13800138009")
    FundCycle.objects.filter(pk=cycle.pk).update(state="listed")

    with refused("proposal.not_now"):
        write_proposal(idea, a_proposal_draft(), by=worker, now=AT)
    with refused("proposal.not_now"):
        change_proposal(draft, a_proposal_draft(), by=worker, now=AT)
    with refused("proposal.not_now"):
        submit_proposal(draft, by=worker, now=AT)
    with refused("proposal.ties_closed"):
        FundCycle.objects.filter(pk=cycle.pk).update(state="voting")
        declare_proposer_tie(
            cycle.proposals.get(), "kin", member=people["chief"].user, by=people["community"].actor, now=AT
        )


def test_experts_mark_listed_proposals_with_a_reason_where_they_have_a_track(people):
    expert = people["expert"].actor
    plain = a_listed_cycle(people, 1)
    cycle = a_listed_cycle(people, 1, title="两线评议", expert_weight_bp=3000)
    proposal = cycle.proposals.get()

    with refused("proposal.no_expert_track"):
        score_proposal(plain.proposals.get(), points_bp=8000, reason="好", by=expert, now=AT)
    with refused("proposal.reason_missing"):
        score_proposal(proposal, points_bp=8000, reason=" ", by=expert, now=AT)
    with refused("permission.denied"):
        score_proposal(proposal, points_bp=8000, reason="好", by=people["handler"].actor, now=AT)
    unlisted = a_proposal(people, an_open_cycle(people, title="还在征集", expert_weight_bp=3000))
    with refused("proposal.not_now"):
        score_proposal(unlisted, points_bp=8000, reason="好", by=expert, now=AT)
    score_proposal(proposal, points_bp=8000, reason="可行", by=expert, now=AT)
    score_proposal(proposal, points_bp=6000, reason="再看一遍", by=expert, now=AT)
    assert proposal.scores.get().points_bp == 6000
