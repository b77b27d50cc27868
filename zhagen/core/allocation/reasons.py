"""Why each project won or lost: what its supporters pay, and what would have made it win, found by counting again."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial

import numpy as np

from zhagen.core.allocation.allocate import Count, Outcome
from zhagen.core.allocation.shares_exact import ExactPurse
from zhagen.core.allocation.support import Groups, Support, of_groups
from zhagen.core.allocation.terms import STEPWISE, Rule

MOST_WORK, EACH_COUNT = 1_000_000, 500
"""Unless asked to be thorough: how many entries of ballots are looked at for one loser, and what a count adds to it."""


@dataclass(frozen=True)
class Won:
    """Why a project won.

    Args:
        votes: How many named it.
        price: What a supporter pays who has enough, per unit of his mark, in the election's units of money;
            None where the rule has no payments.
        payments: What supporters pay: amounts with how many pay each, dearest first; they sum to the cost.
    """

    project: str
    votes: int
    price: Fraction | None
    payments: tuple[tuple[Fraction, int], ...]


@dataclass(frozen=True)
class Lost:
    """What would have made a project win, all else unchanged.

    Args:
        votes: How many named it.
        cost: The highest cost at which it wins, in the election's units; None if it wins at none.
        ballots: The fewest further ballots for it alone with which it wins; None if no number up to that of
            all ballots does.
        is_highest_cost: Whether no higher cost wins. A project that wins at one cost wins at each lower one,
            but with Add1, where the outcome can jump: then it wins at `cost` and not at one unit more.
        is_fewest: Whether no smaller number wins. With Equal Shares further ballots make all shares smaller and
            the outcome can jump: each smaller number was counted, or it wins with `ballots` and not with one less.
    """

    project: str
    votes: int
    cost: int | None
    ballots: int | None
    is_highest_cost: bool
    is_fewest: bool


def why_won(count: Count, outcome: Outcome) -> tuple[Won, ...]:
    """Return the reasons of all winners, in order of selection, exact."""
    numbers = {name: p for p, name in enumerate(count.election.ids)}
    purse = None if outcome.share is None else ExactPurse(count.support, count.costs, outcome.share)
    reasons = []
    for place, name in enumerate(outcome.winners):
        p = numbers[name]
        if purse is None or place >= outcome.bought:
            reasons.append(Won(name, count.support.votes[p], None, ()))
            continue
        payments = tuple(purse.payments(p))
        reasons.append(Won(name, count.support.votes[p], purse.buy(p), payments))
    return tuple(reasons)


def why_lost(count: Count, project: str, *, thorough: bool = False) -> Lost:
    """Return what would have made a loser win, each figure found by counting again on both sides of it.

    Args:
        count: The vote.
        project: The loser.
        thorough: Try each number of further ballots one by one, however long it takes; else where it takes little.
    """
    p = count.election.ids.index(project)
    cost = highest(lambda each: wins_at_cost(count, p, each), count.costs[p])
    most = max(1, count.support.count)
    wins = partial(wins_with_ballots, count, p)
    ballots = fewest(wins, most)
    tried = most if ballots is None else ballots
    is_fewest = count.terms.rule is not Rule.EQUAL_SHARES
    if not is_fewest and (thorough or tried * (count.support.projects.size + EACH_COUNT) <= MOST_WORK):
        ballots, is_fewest = next((more for more in range(1, tried + 1) if wins(more)), None), True
    return Lost(
        project, count.support.votes[p], cost, ballots, count.terms.completion not in STEPWISE, is_fewest
    )


def why_all_lost(count: Count, outcome: Outcome, *, thorough: bool = False) -> tuple[Lost, ...]:
    """Return the reasons of all losers, in the file's order."""
    won = set(outcome.winners)
    return tuple(why_lost(count, name, thorough=thorough) for name in count.election.ids if name not in won)


def wins_at_cost(count: Count, project: int, cost: int) -> bool:
    """Return whether a project wins at another cost."""
    projects = list(count.election.projects)
    projects[project] = replace(projects[project], cost=cost)
    changed = replace(count.election, projects=tuple(projects))
    return projects[project].id in Count(changed, count.terms, count.support).outcome().winners


def wins_with_ballots(count: Count, project: int, more: int) -> bool:
    """Return whether a project wins with further ballots that name it alone, each with the highest mark given."""
    support = _with_ballots(count.support, project, more)
    return count.election.ids[project] in Count(count.election, count.terms, support).outcome().winners


def _with_ballots(support: Support, project: int, more: int) -> Support:
    marks = None if support.plain else np.append(support.marks, support.marks.max(initial=1))
    groups = Groups(
        np.append(support.weights, more),
        np.append(support.firsts, support.firsts[-1] + 1),
        np.append(support.projects, project).astype(support.projects.dtype),
        marks,
    )
    return of_groups(groups, len(support.votes), support.count + more, support.group_of)


def highest(wins: Callable[[int], bool], loses_at: int) -> int | None:
    """Return the highest figure below `loses_at` that wins where each below it does too; None if 0 does not.

    >>> highest(lambda cost: cost <= 7, 100), highest(lambda cost: False, 100)
    (7, None)
    """
    if loses_at <= 0 or not wins(0):
        return None
    low, high = 0, loses_at
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if wins(middle) else (low, middle)
    return low


def fewest(wins: Callable[[int], bool], most: int) -> int | None:
    """Return the fewest that win where each above them does too, up to `most`; None if none is found.

    >>> fewest(lambda more: more >= 7, 100), fewest(lambda more: False, 100)
    (7, None)
    """
    low, high = 0, 1
    while not wins(high):
        if high >= most:
            return None
        low, high = high, min(2 * high, most)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if wins(middle) else (middle, high)
    return high
