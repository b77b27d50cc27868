"""Sequential Phragmén: money comes to all voters at one pace; a project is bought when its supporters can.

Each supporter's load after a purchase is the moment of that purchase, and a project's next moment is
(cost + Σ loads of its supporters) ÷ supporters. What costs more than the whole budget is left out; it ends
at the first project that the rest of the budget does not hold (Brill, Freeman, Janson, Lackner 2017).
What nobody supports has no moment: all of it is equal and comes last (ask for one vote at least to leave it out).
Compiled bounds decide most rounds; where two projects may be equal the round is redone in exact fractions.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from zhagen.core.allocation.phragmen_kernel import BOUGHT, DOUBT, MOST, Field, Pot, buy, run
from zhagen.core.allocation.room import Room
from zhagen.core.allocation.support import Support


@dataclass(frozen=True)
class Pace:
    """What Phragmén bought, in order, each with its equals; and how many rounds were redone in fractions."""

    winners: tuple[int, ...]
    equals: tuple[tuple[int, ...], ...]
    redone: int


def buy_by_pace(support: Support, room: Room, able: list[bool], ranks: tuple[int, ...]) -> Pace:
    """Return what sequential Phragmén buys."""
    course = _Course(support, room, able, ranks)
    bought = list(course.purchases())
    return Pace(tuple(equals[0] for equals in bought), tuple(bought), course.redone)


class _Course:
    """One count: its state in bounds, and the exact one where it was needed."""

    def __init__(self, support: Support, room: Room, able: list[bool], ranks: tuple[int, ...]) -> None:
        self.room, self.ranks, self.redone = room, ranks, 0
        self.exact = _Loads(support, room.costs)
        self.limited = bool(room.rooms)
        payable = [cost <= room.left for cost in room.costs]
        may = np.array(able, dtype=np.bool_) & np.array(payable, dtype=np.bool_)
        supported = np.array([votes > 0 for votes in support.votes], dtype=np.bool_)
        self.open, self.unsupported = may & supported, np.flatnonzero(may & ~supported).tolist()
        self.shift = (MOST // (2 * max(1, room.left))).bit_length() - 1
        costs = [
            cost if may and self.shift >= 0 else 0 for cost, may in zip(room.costs, payable, strict=True)
        ]
        self.field = _field(support, costs, max(0, self.shift))
        self.pot = _pot(self.field, self.open, room.left if self.shift >= 0 else 0)

    def purchases(self) -> Iterator[tuple[int, ...]]:
        """Yield each project bought, by rank the first of its equals."""
        yield from self._supported()
        if not self.open.any():
            yield from self._last()

    def _last(self) -> Iterator[tuple[int, ...]]:
        """Yield what nobody supports, while the budget holds the first of it."""
        left = sorted(self.unsupported, key=lambda p: self.ranks[p])
        while left := [p for p in left if self.room.within_limits(p)]:
            if self.room.costs[left[0]] > self.room.left:
                return
            self.room.take(left[0])
            yield tuple(left)
            left = left[1:]

    def _supported(self) -> Iterator[tuple[int, ...]]:
        done = 0
        while self._find_room():
            said = run(self.field, self.pot, self.limited) if self.shift >= 0 else DOUBT
            new = self.pot.winners[done : int(self.pot.bought[0])].tolist()
            for winner in new:
                self.room.take(winner)
                yield (winner,)
            if said == DOUBT and (equals := self._decide()):
                yield equals
            elif said != BOUGHT:
                return
            done = int(self.pot.bought[0])

    def _find_room(self) -> bool:
        """Close what the limits leave no room for; return whether anything is open."""
        if self.limited:
            for p in np.flatnonzero(self.open).tolist():
                self.open[p] = self.room.within_limits(p)
        return bool(self.open.any())

    def _decide(self) -> tuple[int, ...]:
        """Redo one round exactly: buy the first and return it with its equals; none where the budget does not hold it."""
        self.redone += 1
        self.exact.follow(self.pot.winners[: int(self.pot.bought[0])].tolist())
        near = self.pot.suspect if self.shift >= 0 else self.open
        moments = {p: self.exact.moment(p) for p in np.flatnonzero(near).tolist()}
        least = min(moments.values())
        equals = sorted((p for p in moments if moments[p] == least), key=lambda p: self.ranks[p])
        if self.room.costs[equals[0]] > self.room.left:
            return ()
        self.room.take(equals[0])
        buy(self.field, self.pot, equals[0])
        return tuple(equals)


class _Loads:
    """Supporters of each project by the last project bought for them, and the exact moments of all purchases."""

    def __init__(self, support: Support, costs: list[int]) -> None:
        self.support, self.costs = support, costs
        self.last = np.zeros(support.weights.size, np.int64)
        self.moments, self.bought = [Fraction(0)], 0

    def follow(self, winners: list[int]) -> None:
        """Buy what has been bought since."""
        for project in winners[self.bought :]:
            moment = self.moment(project)
            self.last[self._supporters(project)] = len(self.moments)
            self.moments.append(moment)
        self.bought = len(winners)

    def moment(self, project: int) -> Fraction:
        """Return exactly when a project can be bought."""
        groups = self._supporters(project)
        counts = np.bincount(self.last[groups], weights=self.support.weights[groups])
        loads = sum((int(n) * self.moments[at] for at, n in enumerate(counts.tolist()) if n), Fraction(0))
        return (self.costs[project] + loads) / self.support.votes[project]

    def _supporters(self, project: int) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
        return self.support.groups[self.support.starts[project] : self.support.starts[project + 1]]


def _field(support: Support, costs: list[int], shift: int) -> Field:
    return Field(
        support.starts,
        support.groups,
        support.weights,
        np.array(costs, dtype=np.int64),
        np.array(support.votes, dtype=np.int64),
        shift,
    )


def _pot(field: Field, open_: "np.ndarray[tuple[int], np.dtype[np.bool_]]", left: int) -> Pot:
    size = field.costs.size
    return Pot(
        np.zeros(field.weights.size, np.int64),
        (field.costs << field.shift) // np.maximum(field.votes, 1),
        open_,
        np.zeros(size, np.bool_),
        np.arange(size),
        np.zeros(size, np.int64),
        np.zeros(1, np.int64),
        np.array([left], dtype=np.int64),
    )
