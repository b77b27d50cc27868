"""Reasons to winners and losers hold when the vote is counted again from the ballots."""

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from hypothesis import HealthCheck, given, settings

from tests.core.elections import COURTYARD, counted, of
from zhagen.core.allocation import reasons
from zhagen.core.allocation.allocate import Count, allocate
from zhagen.core.allocation.election import Ballots, Election
from zhagen.core.allocation.plain import plain_winners
from zhagen.core.allocation.reading import read_election
from zhagen.core.allocation.reasons import why_all_lost, why_lost, why_won
from zhagen.core.allocation.representation import represented
from zhagen.core.allocation.terms import STEPWISE, Completion, Rule, Terms

CALM = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
YARD = read_election(COURTYARD.encode(), "yard.pb")


def at_cost(election: Election, name: str, cost: int) -> Election:
    projects = tuple(replace(each, cost=cost) if each.id == name else each for each in election.projects)
    return replace(election, projects=projects)


def with_ballots(election: Election, name: str, more: int, mark: int) -> Election:
    ballots = election.ballots
    ends = ballots.offsets.tolist()
    named = [ballots.projects[a:b].tolist() for a, b in pairwise(ends)]
    points = [ballots.points[a:b].tolist() for a, b in pairwise(ends)]
    p = election.ids.index(name)
    return replace(election, ballots=Ballots.of(named + [[p]] * more, points + [[mark]] * more))


def test_a_winner_is_told_who_pays_what() -> None:
    count = Count(YARD, Terms())
    lamp, bench, paint = why_won(count, count.outcome())

    assert (lamp.project, lamp.price, lamp.payments) == ("lamp", Fraction(2400), ((Fraction(2400), 5),))
    assert (bench.project, bench.payments) == ("bench", ((Fraction(2250), 4),))
    assert (paint.price, paint.payments) == (Fraction(2400), ((Fraction(2400), 1), (Fraction(600), 1)))


def test_a_loser_is_told_its_winning_cost_and_votes() -> None:
    count = Count(YARD, Terms(Rule.GREEDY))
    ramp, paint = why_all_lost(count, count.outcome())

    assert (ramp.project, ramp.cost, ramp.ballots) == ("ramp", 8999, 1)
    assert (paint.project, paint.cost, paint.ballots) == ("paint", 0, 2)
    assert ramp.is_highest_cost
    assert ramp.is_fewest


@CALM
@given(counted())
def test_payments_are_within_shares_and_make_up_the_cost(case) -> None:
    count = Count(*case)
    outcome = count.outcome()
    cost = {project.id: project.cost for project in count.election.projects}
    for won in why_won(count, outcome):
        assert won.price is None or sum(paid * voters for paid, voters in won.payments) == cost[won.project]
        assert all(paid <= outcome.share for paid, _ in won.payments)


@CALM
@given(counted())
def test_reasons_of_losers_hold_when_the_vote_is_counted_again(case) -> None:
    election, terms = case
    count = Count(election, terms)
    mark = int(count.support.marks.max(initial=1))
    for lost in why_all_lost(count, count.outcome()):
        if lost.cost is not None:
            assert lost.project in allocate(at_cost(election, lost.project, lost.cost), terms).winners
            above = allocate(at_cost(election, lost.project, lost.cost + 1), terms).winners
            assert lost.project not in above
        if lost.ballots is not None and count.utility != "borda":
            wins = with_ballots(election, lost.project, lost.ballots, mark)
            assert lost.project in plain_winners(wins, terms)
            misses = with_ballots(election, lost.project, lost.ballots - 1, mark)
            assert lost.project not in plain_winners(misses, terms)


@CALM
@given(counted())
def test_no_cost_above_the_told_one_wins_and_no_fewer_ballots_do(case) -> None:
    election, terms = case
    count = Count(election, terms)
    mark = int(count.support.marks.max(initial=1))
    for lost in why_all_lost(count, count.outcome())[:2]:
        own = next(each.cost for each in election.projects if each.id == lost.project)
        assert lost.is_highest_cost or lost.is_fewest
        assert lost.is_highest_cost == (terms.completion not in STEPWISE)
        for cost in range(-1 if lost.cost is None else lost.cost, own) if lost.is_highest_cost else ():
            wins = lost.project in allocate(at_cost(election, lost.project, cost + 1), terms).winners
            assert not wins
        if lost.is_fewest and count.utility != "borda":
            for more in range(1, lost.ballots or election.ballots.count + 1):
                fewer = with_ballots(election, lost.project, more, mark)
                assert lost.project not in allocate(fewer, terms).winners


def test_a_number_of_ballots_that_doubling_passes_over_is_found_when_each_is_tried(monkeypatch) -> None:
    monkeypatch.setattr(reasons, "MOST_WORK", 0)
    costs = {"a": 20, "b": 20, "c": 7, "d": 13, "e": 5}
    election = of(costs, 25, "bc", "e", "cb", "c", "cdb", "ade", "ac", "a", "bea")
    count = Count(election, Terms(completion=Completion.ADD1))

    quick, slow = why_lost(count, "b"), why_lost(count, "b", thorough=True)

    assert (quick.ballots, quick.is_fewest) == (None, False)
    assert (slow.ballots, slow.is_fewest) == (3, True)
    wins = ["b" in plain_winners(with_ballots(election, "b", more, 1), count.terms) for more in (1, 2, 3, 4)]
    assert wins == [False, False, True, False]


def test_representation_is_told_for_all_and_by_group() -> None:
    winners = allocate(YARD, Terms()).winners

    everyone, one, two, three = represented(YARD, winners, ["1"] * 5 + ["2"] * 4 + ["3"])

    assert (everyone.voters, everyone.at_least, everyone.shares_bp) == (10, (10, 1, 0), (10_000, 1000, 0))
    assert (one.at_least, two.at_least, three.at_least) == ((5, 1, 0), (4, 0, 0), (1, 0, 0))
    assert represented(of({"a": 1}, 1, "", ""), ["a"])[0].at_least == (0, 0, 0)
