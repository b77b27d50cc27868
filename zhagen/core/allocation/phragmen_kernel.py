"""Sequential Phragmén in whole quanta of money with a proven bound: it decides what the bound decides, and stops at doubt.

A load lies in [load, load + purchases so far] quanta: a moment is a mean of loads, so its error is no larger
than theirs, and rounding it down adds less than one. The loads of all voters sum to what was spent, so that
no sum reaches 2**61. Moments only rise, so an old one is still a lower bound: most projects are not looked at.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from zhagen.core.allocation.compiled import compiled, inlined
from zhagen.core.allocation.election import Whole

Flags = NDArray[np.bool_]

DONE, DOUBT, BOUGHT = 0, 1, 2
MOST = 1 << 60
FAR = 1 << 62


class Field(NamedTuple):
    """What does not change: `groups` of each project as `starts` says, their `weights`, and costs in money."""

    starts: Whole
    groups: Whole
    weights: Whole
    costs: Whole
    votes: Whole
    shift: int


class Pot(NamedTuple):
    """What changes: loads of groups, the least moment of projects, what is open, who won, what is left to spend."""

    loads: Whole
    low: Whole
    open: Flags
    suspect: Flags
    order: Whole
    winners: Whole
    bought: Whole
    left: Whole


@inlined
def _moment(f: Field, s: Pot, p: int) -> int:
    """Return when a project can be bought, rounded down."""
    total = f.costs[p] << f.shift
    for i in range(f.starts[p], f.starts[p + 1]):
        g = f.groups[i]
        total += f.weights[g] * s.loads[g]
    return int(total // f.votes[p])


@inlined
def _sort(s: Pot) -> None:
    """Put the projects in order of their least moment (nearly so already)."""
    for i in range(1, s.order.size):
        p, j = s.order[i], i - 1
        while j >= 0 and s.low[s.order[j]] > s.low[p]:
            s.order[j + 1] = s.order[j]
            j -= 1
        s.order[j + 1] = p


@compiled
def find_first(f: Field, s: Pot) -> int:
    """Mark as suspect all that may come first; return how many they are."""
    _sort(s)
    best, slack = FAR, s.bought[0] + 1
    for i in range(s.order.size):
        p = s.order[i]
        if s.low[p] > best + slack:
            break
        if s.open[p]:
            s.low[p] = _moment(f, s, p)
            best = min(best, s.low[p])
    found = 0
    for p in range(s.order.size):
        s.suspect[p] = s.open[p] and s.low[p] <= best + slack
        found += s.suspect[p]
    return int(found)


@compiled
def buy(f: Field, s: Pot, p: int) -> None:
    """Let the supporters of a project pay for it at its moment."""
    moment = _moment(f, s, p)
    for i in range(f.starts[p], f.starts[p + 1]):
        s.loads[f.groups[i]] = moment
    s.open[p] = False
    s.left[0] -= f.costs[p]
    s.winners[s.bought[0]] = p
    s.bought[0] += 1


@compiled
def run(f: Field, s: Pot, singly: bool) -> int:
    """Buy until nothing more is bought (DONE), several may come first (DOUBT) or, where asked, one is BOUGHT."""
    while True:
        found = find_first(f, s)
        if found > 1:
            return DOUBT
        for p in range(s.suspect.size):
            if s.suspect[p]:
                if f.costs[p] > s.left[0]:
                    return DONE
                buy(f, s, p)
        if found == 0:
            return DONE
        if singly:
            return BOUGHT
