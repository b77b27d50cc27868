"""Residents' and experts' tracks: the stated weight holds exactly, and without experts the vote alone decides."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhagen.core.allocation.allocate import allocate
from zhagen.core.allocation.election import Ballots, Election, Project
from zhagen.core.allocation.pabulib import VoteType
from zhagen.core.allocation.terms import Completion, Rule, Terms, Utility
from zhagen.core.errors import RuleError
from zhagen.core.fund.tracks import Weights, _joined, proposed_list

ALONE, SEVENTY = Weights(10_000, 0, 6000), Weights(7000, 3000, 6000)
SHARES = Terms(Rule.EQUAL_SHARES, Utility.COST, Completion.ADD1U)
GREEDY = Terms(Rule.GREEDY)


def election(ballots, costs=(40, 40, 40, 40), budget=100, vote_type=VoteType.APPROVAL, points=None):
    projects = tuple(Project(str(at + 1), cost) for at, cost in enumerate(costs))
    return Election(projects, budget, Ballots.of(ballots, points), vote_type)


def orders(found):
    return {line.proposal: line.order for line in found.lines}


def refused(code):
    return pytest.raises(RuleError, match=f"^{code}")


VOTES = [[0, 1]] * 6 + [[2]] * 4


def test_without_experts_the_list_is_the_vote():
    for terms in (SHARES, GREEDY, Terms(Rule.PHRAGMEN)):
        found = proposed_list(election(VOTES), terms, {}, ALONE)

        winners = allocate(election(VOTES), terms).winners
        assert tuple(line.proposal for line in found.lines if line.order) == winners
        assert found.voters == 10
        assert found.experts == 0


def test_experts_weigh_exactly_what_was_stated():
    marks = {"黄": {"4": 9000}, "梁": {"4": 8000, "1": 100}, "宋": {"3": 7000}}

    copies, joined = _joined(election(VOTES), marks, SEVENTY)

    assert Fraction(copies * 10, joined.ballots.count) == Fraction(7, 10)


def test_a_project_that_only_experts_support_wins_only_with_their_money():
    marks = {"黄": {"4": 9000}}
    cheap = election([[0], [1], [2]] * 3, costs=(60, 60, 60, 30))

    assert orders(proposed_list(cheap, replace(SHARES, completion=Completion.NONE), marks, SEVENTY))["4"] == 1
    dear = election([[0], [1], [2]] * 3, costs=(60, 60, 60, 31))
    assert orders(proposed_list(dear, replace(SHARES, completion=Completion.NONE), marks, SEVENTY))["4"] == 0


def test_a_mark_below_the_threshold_is_no_support():
    low = {"黄": {"4": 5999}}
    first_run = replace(SHARES, completion=Completion.NONE)
    found = proposed_list(election([[0]] * 3, costs=(60, 1, 1, 30)), first_run, low, SEVENTY)

    assert orders(found)["4"] == 0
    assert {line.proposal: line.expert_bp for line in found.lines}["4"] == 5999


def test_greedy_counts_experts_by_their_weight():
    marks = {"黄": {"3": 9000}}
    votes = [[0]] * 6 + [[2]] * 4
    alone = proposed_list(election(votes, budget=40), GREEDY, {}, ALONE)
    both = proposed_list(election(votes, budget=40), GREEDY, marks, SEVENTY)

    assert orders(alone)["1"] == 1
    assert orders(both)["3"] == 1  # 0.7 · 4/10 + 0.3 = 0.58 > 0.7 · 6/10 = 0.42


def test_what_a_resident_pays_does_not_depend_on_how_often_ballots_are_repeated():
    found = proposed_list(election([[0]] * 10, costs=(70, 1, 1, 1)), SHARES, {"黄": {"4": 9000}}, SEVENTY)

    first = found.lines[[line.proposal for line in found.lines].index("1")]
    assert first.order > 0
    assert Fraction(first.resident_pays) * 10 == 70


def test_losers_learn_what_would_have_made_them_win():
    found = proposed_list(election(VOTES, budget=80), SHARES, {}, ALONE)

    lost = {line.proposal: line for line in found.lines if not line.order}
    assert lost["4"].votes == 0
    assert lost["4"].ballots_more is not None
    for line in lost.values():
        if line.wins_at is not None:
            cheaper = election(VOTES, budget=80)
            at = int(line.proposal) - 1
            projects = list(cheaper.projects)
            projects[at] = replace(projects[at], cost=line.wins_at)
            assert line.proposal in allocate(replace(cheaper, projects=tuple(projects)), SHARES).winners


def test_a_struck_proposal_wins_nothing_and_its_money_goes_to_others():
    found = proposed_list(election(VOTES, budget=80), SHARES, {}, ALONE, struck=["1"])

    assert orders(found)["1"] == 0
    assert found.spent <= 80
    assert orders(found)["2"] > 0


def test_least_votes_are_the_residents_own():
    terms = replace(GREEDY, least_votes=5)
    found = proposed_list(election(VOTES, budget=1000), terms, {"黄": {"3": 9000}}, SEVENTY)

    assert orders(found)["3"] == 0
    assert orders(found)["1"] > 0


def test_a_list_needs_votes_and_where_experts_weigh_their_marks():
    with refused("proposed_list.no_votes"):
        proposed_list(election([]), SHARES, {}, ALONE)
    for none in ({}, {"黄": {}}):
        with refused("proposed_list.no_marks"):
            proposed_list(election(VOTES), SHARES, none, SEVENTY)


def test_experts_mark_on_every_kind_of_ballot():
    marks = {"黄": {"4": 9000, "1": 6000}, "梁": {"4": 9000}}
    for vote_type, points, ballots in (
        (VoteType.CHOOSE_1, None, [[0], [1]]),
        (VoteType.SCORING, [[5, 3], [1]], [[0, 1], [2]]),
        (VoteType.CUMULATIVE, [[5, 3], [1]], [[0, 1], [2]]),
        (VoteType.ORDINAL, None, [[0, 1], [2]]),
    ):
        found = proposed_list(
            election(ballots, vote_type=vote_type, points=points, budget=1000), GREEDY, marks, SEVENTY
        )
        assert orders(found)["4"] > 0


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 3), max_size=4), min_size=1, max_size=12),
    st.dictionaries(st.sampled_from("黄梁宋"), st.dictionaries(st.sampled_from("1234"), st.integers(0, 10_000), min_size=1), min_size=1),
    st.tuples(*[st.integers(1, 60)] * 4), st.integers(1, 150), st.sampled_from([SHARES, GREEDY, Terms(Rule.PHRAGMEN)]),
    st.integers(1, 99),
)  # fmt: skip
def test_the_budget_is_never_exceeded_and_the_order_of_ballots_never_matters(
    ballots, marks, costs, budget, terms, percent
):
    weights = Weights((100 - percent) * 100, percent * 100, 6000)
    found = proposed_list(election(ballots, costs, budget), terms, marks, weights)
    turned = proposed_list(
        election(ballots[::-1], costs, budget), terms, dict(reversed(marks.items())), weights
    )

    assert found.spent <= budget
    assert found.spent == sum(costs[int(line.proposal) - 1] for line in found.lines if line.order)
    assert found == turned
