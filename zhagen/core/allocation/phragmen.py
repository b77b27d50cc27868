"""Sequential Phragmén: money comes to all voters at one pace; a project is bought when its supporters can.

Each supporter's load after a purchase is the moment of that purchase, so a voter is known by the last
project bought for him, and a project's next moment is a sum over those: (cost + Σ voters·moment) ÷ voters.
What costs more than the whole budget is left out; it ends at the first project that the rest of the
budget does not hold (Brill, Freeman, Janson, Lackner 2017).
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from zhagen.core.allocation.compiled import compiled
from zhagen.core.allocation.election import Whole
from zhagen.core.allocation.room import Room
from zhagen.core.allocation.support import Support

Counts = NDArray[np.float64]

UNIT = 2.0**-52
SLACK = 8
"""Roundings a round beside its sum."""


@dataclass(frozen=True)
class Pace:
    """What Phragmén bought, in order, each with its equals; and how many rounds were redone in fractions."""

    winners: tuple[int, ...]
    equals: tuple[tuple[int, ...], ...]
    redone: int


class _Loads:
    """Supporters of each project by the last project bought for them, and the moments of all purchases."""

    def __init__(self, support: Support, costs: list[int]) -> None:
        self.support, self.costs = support, costs
        self.field = Field(support.starts, support.groups, support.firsts, support.projects, support.weights)
        self.last = np.zeros(support.weights.size, np.int64)
        self.counts: Counts = np.zeros((len(costs), len(costs) + 1))
        self.counts[:, 0] = support.votes
        self.votes = np.array([float(each) if each else np.nan for each in support.votes])
        self.moments = np.zeros(len(costs) + 1)
        self.exact: list[Fraction] = [Fraction(0)]
        self.rows: list[tuple[int, list[float]]] = []
        self.money = np.array(costs, dtype=np.float64)

    def next(self) -> Counts:
        """Return when each project could be bought, within `bound` of the truth."""
        known = len(self.rows) + 1
        summed: Counts = self.counts[:, :known] @ self.moments[:known]
        moments: Counts = (summed + self.money) / self.votes
        return moments

    def bound(self) -> float:
        """Return the largest relative error of a moment: roundings of all rounds so far, all terms positive."""
        return float((len(self.rows) + SLACK) ** 2 * UNIT)

    def when(self, project: int) -> Fraction:
        """Return exactly when a project can be bought."""
        for bought, row in self.rows[len(self.exact) - 1 :]:
            self.exact.append(self._moment(bought, row))
        return self._moment(project, self.counts[project, : len(self.exact)].tolist())

    def _moment(self, project: int, row: list[float]) -> Fraction:
        loads = sum((int(n) * moment for n, moment in zip(row, self.exact, strict=False) if n), Fraction(0))
        return (self.costs[project] + loads) / self.support.votes[project]

    def buy(self, project: int, moment: float) -> None:
        known = len(self.rows) + 1
        self.rows.append((project, self.counts[project, :known].tolist()))
        self.moments[known] = moment
        _move(project, known, self.field, self.last, self.counts)


class Field(NamedTuple):
    """Who supports what, as in `Support`."""

    starts: Whole
    groups: Whole
    firsts: Whole
    projects: Whole
    weights: Whole


@compiled
def _move(project: int, to: int, f: Field, last: Whole, counts: Counts) -> None:
    """Note for all that the supporters of a project support that it was the last bought for them."""
    for i in range(f.starts[project], f.starts[project + 1]):
        g = f.groups[i]
        for j in range(f.firsts[g], f.firsts[g + 1]):
            counts[f.projects[j], last[g]] -= f.weights[g]
            counts[f.projects[j], to] += f.weights[g]
        last[g] = to


def buy_by_pace(support: Support, room: Room, able: list[bool], ranks: tuple[int, ...]) -> Pace:
    """Return what sequential Phragmén buys."""
    loads = _Loads(support, room.costs)
    payable = np.array([cost <= room.left for cost in room.costs])
    open_ = np.array(able, dtype=np.bool_) & (np.array(support.votes) > 0) & payable
    winners: list[int] = []
    ties: list[tuple[int, ...]] = []
    redone = 0
    while True:
        for p in np.flatnonzero(open_).tolist():
            open_[p] = room.within_limits(p)
        if not open_.any():
            break
        equals, checked = _first(loads, open_, ranks)
        redone += checked
        winner = equals[0]
        if room.costs[winner] > room.left:
            break
        loads.buy(winner, float(loads.next()[winner]))
        room.take(winner)
        open_[winner] = False
        winners.append(winner)
        ties.append(tuple(equals))
    return Pace(tuple(winners), tuple(ties), redone)


def _first(loads: _Loads, open_: NDArray[np.bool_], ranks: tuple[int, ...]) -> tuple[list[int], bool]:
    """Return the projects that can be bought first, by rank, and whether fractions were needed."""
    moments = np.where(open_, loads.next(), np.inf)
    near = np.flatnonzero(moments <= moments.min() * (1 + 4 * loads.bound())).tolist()
    if len(near) == 1:
        return near, False
    exact = {p: loads.when(p) for p in near}
    least = min(exact.values())
    return sorted((p for p in near if exact[p] == least), key=lambda p: ranks[p]), True
