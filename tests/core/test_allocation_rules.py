"""The rules of allocation on worked cases, and the fast ones held to the plain ones."""

import random
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import proofs
from tests.core.elections import COURTYARD, counted, elections, of, some_elections
from zhagen.core.allocation.allocate import Count, allocate
from zhagen.core.allocation.completion import add1
from zhagen.core.allocation.election import Ballots, Election
from zhagen.core.allocation.pabulib import VoteType
from zhagen.core.allocation.plain import plain_marks, plain_winners
from zhagen.core.allocation.reading import read_election
from zhagen.core.allocation.shares import EqualShares
from zhagen.core.allocation.shares_exact import ExactPurse
from zhagen.core.allocation.support import support_of
from zhagen.core.allocation.terms import STEPWISE, Completion, Limit, Rule, Terms, TieBreak, Utility
from zhagen.core.errors import RuleError

CALM = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
FULL = 20_000
YARD = read_election(COURTYARD.encode(), "yard.pb")


def test_equal_shares_funds_the_small_project_that_greedy_passes_over() -> None:
    greedy = allocate(YARD, Terms(Rule.GREEDY))
    shares = allocate(YARD, Terms(Rule.EQUAL_SHARES))

    assert greedy.winners == ("lamp", "bench", "garden")
    assert shares.winners == ("lamp", "bench", "paint")
    assert shares.cost == 24_000


def test_the_first_price_is_the_cost_over_the_supporters() -> None:
    count = Count(YARD, Terms())
    purse = ExactPurse(count.support, count.costs, Fraction(3000))

    assert purse.buy(0) == Fraction(12_000, 5)
    assert purse.price(3) is None


def test_a_project_named_twice_in_a_ballot_counts_once() -> None:
    assert support_of(YARD, Utility.COST).votes == (5, 4, 4, 4, 2)


def test_stopping_at_the_first_misfit_ends_the_list_there() -> None:
    election = of({"a": 5, "b": 9, "c": 2}, 8, "a", "a", "a", "b", "b", "c")

    assert allocate(election, Terms(Rule.GREEDY)).winners == ("a", "c")
    assert allocate(election, Terms(Rule.GREEDY, stop_at_first_misfit=True)).winners == ("a",)


def test_votes_per_cost_prefers_the_cheap() -> None:
    election = of({"a": 8, "b": 2}, 9, "ab", "a")

    assert allocate(election, Terms(Rule.GREEDY)).winners == ("a",)
    assert allocate(election, Terms(Rule.GREEDY_PER_COST)).winners == ("b",)


def test_add1_goes_on_until_the_next_step_would_overspend() -> None:
    election = of({"a": 60, "b": 45, "c": 40}, 100, "a", "a", "b", "b", "c")

    assert allocate(election, Terms(completion=Completion.NONE)).winners == ()
    assert allocate(election, Terms(completion=Completion.ADD1)).winners == ("b",)
    assert allocate(election, Terms(completion=Completion.ADD1U)).winners == ("b", "c")
    assert allocate(election, Terms(completion=Completion.GREEDY)).winners == ("b", "c")


def test_phragmen_ends_at_the_first_project_that_does_not_fit() -> None:
    election = of({"a": 4, "b": 7, "c": 3}, 9, "ab", "ab", "ab", "c")

    assert allocate(election, Terms(Rule.PHRAGMEN)).winners == ("a", "c")


def test_phragmen_buys_last_what_nobody_supports_and_says_that_it_was_equal() -> None:
    election = of({"a": 4, "b": 2, "c": 3, "d": 9}, 9, "a", "a")

    outcome = allocate(election, Terms(Rule.PHRAGMEN))
    with_one_vote = allocate(election, Terms(Rule.PHRAGMEN, least_votes=1))

    assert outcome.winners == ("a", "b", "c")
    assert outcome.ties[0].projects == ("b", "c", "d")
    assert plain_winners(election, Terms(Rule.PHRAGMEN)) == outcome.winners
    assert with_one_vote.winners == ("a",)


@pytest.mark.parametrize(
    ("tie", "winner"),
    [(TieBreak.COST, "10"), (TieBreak.ID, "10"), (TieBreak.VOTES, "10")],
)
def test_equals_are_told_and_decided_as_declared(tie, winner) -> None:
    election = replace(of({"9": 5, "10": 5}, 5), ballots=Ballots.of([[0], [1]]))

    outcome = allocate(election, Terms(Rule.GREEDY, tie=tie))

    assert outcome.winners == (winner,)
    assert outcome.ties[0].projects == ("10", "9")
    assert outcome.ties[0].by is tie


def test_a_public_seed_decides_and_another_may_decide_otherwise() -> None:
    election = of({"a": 5, "b": 5}, 5, "a", "b")
    found = {allocate(election, Terms(tie=TieBreak.SEED, seed=str(each))).winners for each in range(20)}

    assert allocate(election, Terms(Rule.GREEDY, tie=TieBreak.SEED, seed="7")) == allocate(
        election, Terms(Rule.GREEDY, tie=TieBreak.SEED, seed="7")
    )
    assert {
        allocate(election, Terms(Rule.GREEDY, tie=TieBreak.SEED, seed=str(n))).winners for n in range(20)
    } == {
        ("a",),
        ("b",),
    }
    assert found == {()}


def test_limits_hold_for_money_of_a_category_and_for_exclusive_projects() -> None:
    election = of({"a": 5, "b": 4, "c": 3}, 20, "abc", "ab", "a")
    money = Limit("theme", frozenset("ab"), 8)
    one = Limit("either", frozenset("ac"), 1, of_cost=False)

    for rule in Rule:
        assert allocate(election, Terms(rule, Utility.COST, limits=(money,))).winners[:1] in (
            ("a",),
            ("b",),
            ("c",),
        )
        won = set(allocate(election, Terms(rule, Utility.COST, limits=(money, one))).winners)
        assert not {"a", "b"} <= won
        assert not {"a", "c"} <= won


def test_least_votes_keep_a_project_out() -> None:
    assert allocate(YARD, Terms(Rule.GREEDY, least_votes=5)).winners == ("lamp",)


def test_points_and_places_weigh_what_voters_want_most() -> None:
    points = Election(
        YARD.projects, 30_000, Ballots.of([[0, 1], [0, 1]], [[1, 9], [2, 8]]), VoteType.CUMULATIVE
    )
    places = Election(YARD.projects, 30_000, Ballots.of([[0, 1], [0, 1]]), VoteType.ORDINAL)

    assert support_of(points, Utility.POINTS).scores[:2] == (3, 17)
    assert allocate(points, Terms()).winners == ("bench", "lamp")
    assert support_of(places, Utility.BORDA).scores[:2] == (4, 2)


def test_a_utility_that_the_ballots_do_not_give_is_refused() -> None:
    with pytest.raises(RuleError) as caught:
        allocate(YARD, Terms(utility=Utility.POINTS))

    assert caught.value.code == "allocation.utility_not_for_votes"


def test_a_completion_without_shares_is_refused() -> None:
    with pytest.raises(RuleError) as caught:
        allocate(YARD, Terms(Rule.GREEDY, completion=Completion.ADD1))

    assert caught.value.code == "allocation.completion_not_for_rule"


@pytest.mark.campaign
def test_the_fast_rules_choose_what_the_plain_ones_choose() -> None:
    size = proofs.size(60, FULL)

    @settings(max_examples=size, deadline=None, suppress_health_check=list(HealthCheck))
    @given(counted())
    def agree(case) -> None:
        election, terms = case
        assert allocate(election, terms).winners == plain_winners(election, terms)

    agree()
    proofs.found("votes counted by both", size=size, full=FULL, differing=0)


@CALM
@given(counted(), st.sampled_from([10**15 + 7, 10**17 + 3, 10**19 + 9, 10**40]))
def test_amounts_too_large_for_whole_quanta_are_counted_in_fractions(case, times) -> None:
    election, terms = case
    projects = tuple(replace(each, cost=each.cost * times) for each in election.projects)
    limits = tuple(
        replace(each, most=each.most * times if each.of_cost else each.most) for each in terms.limits
    )
    vast = replace(election, projects=projects, budget=election.budget * times)
    terms = replace(terms, limits=limits)
    if terms.completion in STEPWISE:
        terms = replace(terms, completion=Completion.NONE)

    assert allocate(vast, terms).winners == plain_winners(vast, terms)


@pytest.mark.parametrize(("more", "winners"), [(0, ("a",)), (1, ())])
def test_a_cost_within_a_rounding_of_all_money_is_decided_exactly(more, winners) -> None:
    third = (2**58 - 1) // 3
    election = of({"a": 2 * third + more}, 3 * third + 1, "a", "a", "")
    outcome = allocate(election, Terms())

    assert outcome.winners == plain_winners(election, Terms()) == winners
    assert outcome.redone == more


def test_what_supporters_cannot_pay_has_no_payments_and_is_not_bought() -> None:
    count = Count(YARD, Terms())
    purse = ExactPurse(count.support, count.costs, Fraction(3000))

    assert purse.payments(3) == []
    with pytest.raises(ValueError, match="3"):
        purse.buy(3)


def test_phragmen_ends_where_the_first_of_equals_does_not_fit() -> None:
    election = of({"a": 3, "b": 6, "c": 6, "d": 1}, 8, "a", "a", "b", "c", "d")

    outcome = allocate(election, Terms(Rule.PHRAGMEN))
    assert outcome.winners == plain_winners(election, Terms(Rule.PHRAGMEN))
    limited = Terms(Rule.PHRAGMEN, limits=(Limit("one", frozenset("ad"), 1, of_cost=False),))
    assert allocate(election, limited).winners == plain_winners(election, limited)


def test_a_cost_or_limit_beyond_all_money_does_not_slow_or_stop_the_count() -> None:
    election = of({"a": 5, "b": 10**400, "c": 2}, 12, "abc", "ab", "a", "c")
    limits = (Limit("x", frozenset("abc"), 10**30), Limit("y", frozenset("b"), 1, of_cost=False))

    for rule in Rule:
        assert set(allocate(election, Terms(rule, limits=limits)).winners) == {"a", "c"}
    assert not Count(election, Terms()).outcome().redone


def test_steps_of_amounts_too_large_are_refused() -> None:
    vast = of({"a": 10**20}, 10**20, "a")

    with pytest.raises(RuleError) as caught:
        allocate(vast, Terms(completion=Completion.ADD1))

    assert caught.value.code == "allocation.too_large"
    assert allocate(vast, Terms()).winners == ("a",)


@CALM
@given(counted())
def test_the_budget_and_every_limit_hold(case) -> None:
    election, terms = case
    outcome = allocate(election, terms)
    cost = {project.id: project.cost for project in election.projects}

    assert outcome.cost == sum(cost[name] for name in outcome.winners) <= election.budget
    for limit in terms.limits:
        inside = [name for name in outcome.winners if name in limit.projects]
        assert sum(cost[name] if limit.of_cost else 1 for name in inside) <= limit.most


@CALM
@given(counted(completions=(Completion.NONE, Completion.GREEDY)))
def test_no_voter_pays_more_than_his_share(case) -> None:
    election, terms = case
    outcome = allocate(election, replace(terms, rule=Rule.EQUAL_SHARES))
    count = Count(election, terms)
    purse = ExactPurse(count.support, count.costs, outcome.share)
    paid = [Fraction(0)] * election.ballots.count
    for name in outcome.winners[: outcome.bought]:
        before = [purse.balance(g) for g in range(count.support.weights.size)]
        purse.buy(election.ids.index(name))
        for v, group in enumerate(count.support.group_of.tolist()):
            paid[v] += before[group] - purse.balance(group)

    assert all(0 <= each <= outcome.share for each in paid)
    assert sum(paid) == sum(
        count.costs[election.ids.index(name)] for name in outcome.winners[: outcome.bought]
    )


@CALM
@given(counted(), st.randoms(use_true_random=False))
def test_the_order_of_projects_and_ballots_does_not_matter(case, rng) -> None:
    election, terms = case
    order = list(range(len(election.projects)))
    rng.shuffle(order)
    place = {p: at for at, p in enumerate(order)}
    ends, ballots = election.ballots.offsets.tolist(), election.ballots
    rows = [
        ([place[p] for p in ballots.projects[a:b].tolist()], ballots.points[a:b].tolist())
        for a, b in pairwise(ends)
    ]
    rng.shuffle(rows)
    mixed = Ballots.of([row[0] for row in rows], [row[1] for row in rows])
    other = replace(election, projects=tuple(election.projects[p] for p in order), ballots=mixed)

    first, second = allocate(election, terms), allocate(other, terms)

    assert (first.winners, first.ties) == (second.winners, second.ties)


def test_the_seed_of_hashes_does_not_matter() -> None:
    code = (
        "from tests.core.test_allocation_rules import YARD, Terms, Completion, Rule, allocate;"
        "print([allocate(YARD, Terms(rule)) for rule in Rule], allocate(YARD, Terms(completion=Completion.ADD1U)))"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
            capture_output=True, check=True, text=True,
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip

    assert len(said) == 1


def test_a_hundred_voters_with_close_prices_are_decided_as_in_fractions() -> None:
    rng = random.Random(3)
    costs = {chr(97 + p): 1000 + p // 2 for p in range(12)}
    ballots = ["".join(rng.sample(sorted(costs), 4)) for _ in range(60)]
    election = of(costs, 7000, *ballots)

    for utility in (Utility.COST, Utility.CARDINALITY):
        for completion in (Completion.NONE, Completion.ADD1):
            terms = Terms(utility=utility, completion=completion)
            assert allocate(election, terms).winners == plain_winners(election, terms)


def test_merged_ballots_give_the_marks_of_single_ones() -> None:
    support = support_of(YARD, Utility.COST)
    marks = plain_marks(YARD, Utility.COST)

    for v, group in enumerate(support.group_of.tolist()):
        named = support.projects[support.firsts[group] : support.firsts[group + 1]]
        assert set(named.tolist()) == set(marks[v])
    assert int(np.sum(support.weights)) == 10
    assert support.weights.size < 10


@CALM
@given(elections(), st.integers(20, 60))
def test_steps_of_add1_taken_together_end_as_steps_taken_singly(election, finer) -> None:
    projects = tuple(replace(each, cost=each.cost * finer) for each in election.projects)
    fine = replace(election, projects=projects, budget=election.budget * finer)
    count = Count(fine, Terms(completion=Completion.ADD1))
    shares = EqualShares(fine, count.support, count.utility, count.ranks, count.terms)
    money, run = add1(shares, shares.run(fine.budget))

    singly, last = fine.budget, shares.run(fine.budget)
    while singly < money:
        singly += shares.voters
        last = shares.run(singly)
        assert sum(shares.costs[p] for p in last.winners) <= fine.budget

    assert last == run
    over = shares.run(money + shares.voters)
    cost = sum(shares.costs[p] for p in over.winners)
    assert cost > fine.budget or shares.supported_cost <= fine.budget or over.winners == run.winners


def test_add1_ends_before_an_overspending_of_two_steps_that_a_longer_stride_would_pass_over() -> None:
    rough = some_elections(56, 1)[0]
    projects = tuple(replace(each, cost=each.cost * 97 + at) for at, each in enumerate(rough.projects))
    fine = replace(rough, projects=projects, budget=rough.budget * 97)
    count = Count(fine, Terms(completion=Completion.ADD1))
    shares = EqualShares(fine, count.support, count.utility, count.ranks, count.terms)
    money, _ = add1(shares, shares.run(fine.budget))
    after = [shares.run(money + more * shares.voters).winners for more in range(4)]
    spent = [sum(shares.costs[p] for p in winners) for winners in after]

    assert (money - fine.budget) // shares.voters == 666
    assert [cost > fine.budget for cost in spent] == [False, True, True, False]


def test_free_projects_that_exclude_each_other_are_told_as_equals() -> None:
    election = of({"b": 0, "a": 0, "c": 5, "d": 0}, 5, "abc", "abc", "c")
    either = Limit("either", frozenset("ab"), 1, of_cost=False)

    for rule in (Rule.EQUAL_SHARES, Rule.PHRAGMEN, Rule.GREEDY_PER_COST):
        outcome = allocate(election, Terms(rule, limits=(either,), least_votes=1))
        assert outcome.winners == ("a", "c"), rule
        assert [tie.projects for tie in outcome.ties] == [("a", "b")], rule
