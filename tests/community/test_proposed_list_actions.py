"""The proposed list: counted from the votes, three decisions in order with minutes and quorum, sent back, granted."""

import datetime as dt

import pytest

from tests.cast import cast, foreign_cast, make_organisation
from tests.community.builders import (
    AT,
    LISTED_AT,
    a_decision_draft,
    a_list,
    a_listed_cycle,
    a_vote,
    after_days,
    decide,
)
from zhagen.audit.models import Event
from zhagen.community.actions.grant_make import GrantDraft, make_grant
from zhagen.community.actions.proposal import score_proposal
from zhagen.community.actions.proposed_list import propose_list, record_decision, strike_proposal
from zhagen.community.models import FundCycle, Grant, ProposedList
from zhagen.core.errors import RuleError
from zhagen.parties.actions.tie import declare_tie


@pytest.fixture
def people():
    return cast()


def refused(code):
    return pytest.raises(RuleError, match="^" + code.replace(".", r"\."))


def states(cycle):
    return dict(cycle.proposals.values_list("number", "state"))


def test_a_vote_yields_a_proposed_list_with_reasons_for_winners_and_losers(people):
    made = a_list(people)

    won, lost = made.lines.get(order=1), made.lines.get(order=0)
    assert (won.proposal.number, won.votes, won.resident_bp) == (1, 6, 6000)
    assert lost.votes == 4
    assert lost.reason["ballots_more"] >= 2
    assert (made.voters, made.spent_fen, made.budget_fen) == (10, 1_000_000, 1_000_000)
    assert made.cycle.state == "proposed"
    assert states(made.cycle) == {1: "proposed", 2: "lost"}


def test_what_a_supporter_pays_is_told_where_the_rule_has_payments(people):
    made = a_list(people, ballots=[[1]] * 10, count=1)

    assert made.lines.get().reason["pays_fen"] == 100_000


def test_experts_weigh_in_where_the_cycle_says_so(people):
    cycle = a_listed_cycle(people, 2, expert_weight_bp=5000, rule="greedy", completion="none")
    score_proposal(
        cycle.proposals.get(number=2), points_bp=9000, reason="更可行", by=people["expert"].actor, now=AT
    )
    FundCycle.objects.filter(pk=cycle.pk).update(state="voting")

    made = propose_list(
        cycle, a_vote(cycle, [[1]] * 6 + [[2]] * 4, 1_000_000), by=people["handler"].actor, now=LISTED_AT
    )

    assert made.lines.get(order=1).proposal.number == 2  # half of 4/10 and half of 1, against half of 6/10
    assert made.lines.get(order=1).expert_bp == 9000
    assert made.experts == 1


def test_only_the_community_or_the_handler_makes_the_list_and_only_once(people):
    cycle = a_listed_cycle(people, 1)
    FundCycle.objects.filter(pk=cycle.pk).update(state="voting")
    vote = a_vote(cycle, [[1]])

    for who in (people["overseer"], people["social_worker"], foreign_cast()["handler"]):
        with refused("permission.denied"):
            propose_list(cycle, vote, by=who.actor, now=LISTED_AT)
    propose_list(cycle, vote, by=people["handler"].actor, now=LISTED_AT)
    with refused("proposed_list.stands"):
        propose_list(cycle, vote, by=people["handler"].actor, now=LISTED_AT)


def test_the_three_decisions_come_in_order_each_by_its_own_body(people):
    made = a_list(people)

    with refused("lifecycle.not_now"):
        decide(people, made, "assembly")
    with refused("permission.denied"):
        record_decision(made, a_decision_draft("party"), by=people["chief"].actor, now=LISTED_AT)
    assert decide(people, made, "party").state == "party_reviewed"
    with refused("permission.denied"):
        record_decision(made, a_decision_draft("street"), by=people["community"].actor, now=LISTED_AT)
    assert decide(people, made, "assembly", "street").state == "granted"
    assert made.decisions.filter(is_passed=True).count() == 3
    assert states(made.cycle) == {1: "proposed", 2: "library"}
    kinds = list(Event.objects.filter(stream__contains="proposedlist").values_list("kind", flat=True))
    assert kinds == ["proposed_list.made", *["list_decision.recorded"] * 3]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"minutes_no": " "}, "list_decision.minutes_missing"),
        ({"minutes": " "}, "list_decision.minutes_missing"),
        ({"held_on": dt.date(2026, 5, 1)}, "list_decision.in_future"),
        ({"held_on": dt.date(2026, 4, 1)}, "list_decision.before_list"),
        ({"present": 4, "in_favour": 4, "against": 0}, "list_decision.no_quorum"),
        ({"in_favour": 3}, "list_decision.votes_do_not_add_up"),
        ({"body": "delegates"}, "list_decision.body_unknown"),
        ({"in_favour": 2, "against": 5}, "list_decision.reason_missing"),
    ],
)
def test_a_decision_without_minutes_quorum_or_sense_is_refused(people, changes, code):
    made = a_list(people)

    with refused(code):
        decide(people, made, "party", **changes)

    assert not made.decisions.exists()


def test_a_council_decides_only_when_authorised(people):
    made = a_list(people)
    decide(people, made, "party")

    with refused("list_decision.authorisation_missing"):
        decide(people, made, "assembly", body="authorised_council")
    cycle = decide(people, made, "assembly", body="authorised_council", authorised_by="居代〔2026〕3号")
    assert cycle.state == "decided"


def test_a_list_sent_back_is_made_anew_without_what_was_struck(people):
    made = a_list(people)
    first = made.lines.get(order=1).proposal

    with refused("proposal.list_not_returned"):
        strike_proposal(first, reason="重复", by=people["handler"].actor, now=LISTED_AT)
    decide(people, made, "party")
    cycle = decide(people, made, "assembly", in_favour=2, against=5, remark="第 1 项与街道工程重复")
    assert cycle.state == "proposed"
    with refused("list_decision.list_returned"):
        decide(people, made, "party")
    with refused("proposal.reason_missing"):
        strike_proposal(first, reason=" ", by=people["handler"].actor, now=LISTED_AT)
    struck = strike_proposal(first, reason="与街道工程重复", by=people["handler"].actor, now=LISTED_AT)
    again = propose_list(
        cycle, a_vote(cycle, [[1]] * 6 + [[2]] * 4, 1_000_000), by=people["handler"].actor, now=LISTED_AT
    )

    assert (struck.state, again.version) == ("struck", 2)
    assert again.lines.get(order=1).proposal.number == 2
    with refused("list_decision.old_list"):
        decide(people, made, "party")
    assert decide(people, again, "party", "assembly", "street").state == "granted"
    assert states(cycle) == {1: "struck", 2: "proposed"}


def test_terms_changed_after_opening_stop_the_decisions_too(people):
    made = a_list(people)
    FundCycle.objects.filter(pk=made.cycle_id).update(rule="phragmen")

    with refused("fund_cycle.terms_changed"):
        decide(people, made, "party")


def committee():
    return make_organisation("东园社区居民委员会", "committee")


def granted(people, **changes):
    made = a_list(people, **changes)
    decide(people, made, "party", "assembly", "street")
    return made.lines.get(order=1).proposal


DUE = dt.date(2026, 10, 31)


def test_a_grant_goes_to_the_committee_and_its_proposer_leads(people):
    proposal = granted(people)

    grant = make_grant(proposal, GrantDraft(committee(), DUE), by=people["handler"].actor, now=LISTED_AT)

    proposal.refresh_from_db()
    assert (proposal.state, grant.amount_fen, grant.leader_shown) == ("granted", 1_000_000, "3号楼赵大爷")
    assert grant.leader_ref == proposal.proposer_ref
    assert "自治" in grant.number
    with refused("lifecycle.not_now"):
        make_grant(proposal, GrantDraft(committee(), DUE), by=people["handler"].actor, now=LISTED_AT)


@pytest.mark.parametrize(
    ("draft", "code"),
    [
        (lambda: GrantDraft(make_organisation("快修公司", "other"), DUE), "grant.grantee_not_allowed"),
        (lambda: GrantDraft(make_organisation("扎根社工服务中心"), DUE), "grant.contract_missing"),
        (lambda: GrantDraft(committee(), dt.date(2027, 6, 1)), "grant.due_after_clearing"),
        (lambda: GrantDraft(committee(), DUE, not_led_reason="本人不愿意"), "grant.leader_missing"),
        (lambda: GrantDraft(committee(), DUE, leader_shown="王阿姨"), "grant.leader_missing"),
    ],
)
def test_a_grant_that_the_rules_forbid_is_refused(people, draft, code):
    proposal = granted(people)

    with refused(code):
        make_grant(proposal, draft(), by=people["handler"].actor, now=LISTED_AT)

    assert not Grant.objects.exists()


def test_an_agency_under_contract_may_carry_it_out_and_another_may_lead_for_a_reason(people):
    draft = GrantDraft(
        make_organisation("扎根社工服务中心"), DUE, contract_no="HT-1",
        leader_shown="5号楼王阿姨", not_led_reason="提案人搬走了",
    )  # fmt: skip

    grant = make_grant(granted(people), draft, by=people["chief"].actor, now=LISTED_AT)

    assert (grant.leader_shown, grant.leader_ref, grant.contract_no) == ("5号楼王阿姨", "", "HT-1")


def test_a_tied_handler_grants_nothing_and_nobody_before_the_street_approved(people):
    made = a_list(people)
    proposal = made.lines.get(order=1).proposal
    with refused("grant.list_not_approved"):
        make_grant(proposal, GrantDraft(committee(), DUE), by=people["handler"].actor, now=LISTED_AT)
    decide(people, made, "party", "assembly", "street")
    declare_tie(made.cycle.coach, "kin", dt.date(2025, 1, 1), by=people["handler"].actor, now=after_days(47))

    with refused("proposal.tied_to_organisation"):
        make_grant(proposal, GrantDraft(committee(), DUE), by=people["handler"].actor, now=LISTED_AT)
    assert make_grant(proposal, GrantDraft(committee(), DUE), by=people["chief"].actor, now=LISTED_AT)


def test_a_list_within_the_budget_is_a_rule_of_the_database(people):
    made = a_list(people)

    with pytest.raises(Exception, match="proposedlist_within_budget"):
        ProposedList.objects.filter(pk=made.pk).update(spent_fen=2_000_000)
