"""Method of Equal Shares: each voter holds an equal share of the money and pays for what he named.

Round by round the project with the least price per utility is bought, its supporters paying alike or all
they have (Peters, Pierczyński, Skowron 2021). Compiled bounds decide most rounds; where two projects may be
equal, or money and cost, the round is redone in exact fractions.
"""

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

import numpy as np

from zhagen.core.allocation.election import Election
from zhagen.core.allocation.room import Room
from zhagen.core.allocation.shares_exact import ExactPurse
from zhagen.core.allocation.shares_kernel import DOUBT, Field, Purse, buy, run
from zhagen.core.allocation.support import Support
from zhagen.core.allocation.terms import Terms, Utility
from zhagen.core.errors import RuleError

BITS = 60


@dataclass(frozen=True)
class Run:
    """What one run of Equal Shares bought.

    Args:
        winners: In order of purchase.
        equals: For each winner itself and those exactly as good when it was bought.
        redone: How many rounds were redone in exact fractions.
    """

    winners: tuple[int, ...]
    equals: tuple[tuple[int, ...], ...]
    redone: int


class EqualShares:
    """One election made ready for runs with different shares."""

    def __init__(
        self, election: Election, support: Support, utility: Utility, ranks: tuple[int, ...], terms: Terms
    ) -> None:
        self.election, self.support, self.ranks, self.terms = election, support, ranks, terms
        self.costs = [project.cost for project in election.projects]
        self.worth = [cost if utility is Utility.COST else 1 for cost in self.costs]
        self.supporters = support.votes
        self.rich = list(support.scores)
        self.largest = max(1, int(support.amounts.max(initial=1)))
        self.able = [
            scored >= terms.least_votes and votes > 0
            for scored, votes in zip(support.scores, support.votes, strict=True)
        ]
        self.limits = _limits(Room(election, terms.limits))

    def run(self, share: Fraction) -> Run:
        """Return what voters who hold `share` each buy."""
        return _Course(self, share).result()

    def free(self) -> list[int]:
        """Return what costs nothing and has support, by rank."""
        found = [p for p, cost in enumerate(self.costs) if not cost and self.able[p]]
        return sorted(found, key=lambda p: self.ranks[p])


class _Course:
    """One run: its state, and the exact one where it was needed."""

    def __init__(self, shares: EqualShares, share: Fraction) -> None:
        self.shares, self.share = shares, share
        total = shares.support.count * ceil(share) * shares.largest
        self.shift = BITS - max(1, total).bit_length()
        if self.shift < 0:
            raise RuleError("allocation.too_large", most=2**BITS)
        self.exact: ExactPurse | None = None
        self.equals: list[tuple[int, ...]] = []
        self.redone = 0
        self.field = self._field()
        self.purse = self._purse()

    def result(self) -> Run:
        for project in self._free():
            self.equals.append((project,))
        while run(self.field, self.purse) == DOUBT:
            self._catch_up()
            self._decide()
        self._catch_up()
        return Run(tuple(self._winners()), tuple(self.equals), self.redone)

    def _winners(self) -> list[int]:
        return [int(p) for p in self.purse.winners[: int(self.purse.bought[0])]]

    def _free(self) -> list[int]:
        """Take what costs nothing: bought at price 0 before all others."""
        taken = []
        for project in self.shares.free():
            if self.purse.alive[project]:
                self.purse.low[project] = self.purse.top[project] = 0
                buy(self.field, self.purse, project)
                taken.append(project)
        for project in self.shares.free():
            self.purse.alive[project] = False
        return taken

    def _catch_up(self) -> None:
        self.equals += [(p,) for p in self._winners()[len(self.equals) :]]

    def _decide(self) -> None:
        """Redo one round exactly: buy the best, or take out those that cannot be paid."""
        self.redone += 1
        prices: dict[int, Fraction] = {}
        for p in np.flatnonzero(self.purse.suspect).tolist():
            price = self._price(p)
            if price is None:
                self.purse.alive[p] = False
            else:
                prices[p] = price
        if not prices:
            return
        least = min(price / self.shares.worth[p] for p, price in prices.items())
        equals = [p for p, price in prices.items() if price / self.shares.worth[p] == least]
        equals.sort(key=lambda p: self.shares.ranks[p])
        winner, quanta = equals[0], prices[equals[0]] * (1 << self.shift)
        self.purse.low[winner], self.purse.top[winner] = floor(quanta), ceil(quanta)
        buy(self.field, self.purse, winner)
        self.equals.append(tuple(equals))

    def _price(self, project: int) -> Fraction | None:
        support = self.shares.support
        where = slice(int(support.starts[project]), int(support.starts[project + 1]))
        groups, marks = support.groups[where], support.amounts[where]
        least = self.purse.high[groups] - self.purse.slack[groups]
        alike = Fraction(self.shares.costs[project], self.shares.rich[project])
        if bool((least >= ceil(alike * (1 << self.shift)) * marks).all()):
            return alike
        if self.exact is None:
            self.exact = ExactPurse(support, self.shares.costs, self.share)
        for each in self._winners()[len(self.exact.prices) :]:
            self.exact.buy(each)
        return self.exact.price(project)

    def _field(self) -> Field:
        support, shares = self.shares.support, self.shares
        money = shares.support.count * self.share
        costs = [cost << self.shift if cost <= money else 0 for cost in shares.costs]
        return Field(
            support.starts,
            support.groups,
            support.amounts,
            support.weights,
            np.array(costs, dtype=np.int64),
            np.array([float(each) if each else 1.0 for each in shares.worth]),
            *shares.limits[:3],
        )

    def _purse(self) -> Purse:
        shares, size = self.shares, len(self.shares.costs)
        quanta = self.share * (1 << self.shift)
        groups = shares.support.weights.size
        alive = [
            able and cost <= votes * self.share and self._roomy(p)
            for p, (able, cost, votes) in enumerate(
                zip(shares.able, shares.costs, shares.supporters, strict=True)
            )
        ]
        low = [
            int(cost) // rich if rich else 0 for cost, rich in zip(self.field.costs, shares.rich, strict=True)
        ]
        least = np.where(alive, np.array(low) / self.field.utilities * (1.0 - 2.0**-50), np.inf)
        return Purse(
            np.full(groups, ceil(quanta), np.int64),
            np.full(groups, ceil(quanta) - floor(quanta), np.int64),
            np.array(low, dtype=np.int64),
            np.zeros(size, np.int64),
            least,
            np.full(size, np.inf),
            np.array(alive, dtype=np.bool_),
            np.zeros(size, np.bool_),
            np.argsort(least, kind="stable").astype(np.int64),
            shares.limits[3].copy(),
            np.zeros(size, np.int64),
            np.zeros(1, np.int64),
        )

    def _roomy(self, project: int) -> bool:
        starts, of, share, rooms = self.shares.limits
        return all(share[i] <= rooms[of[i]] for i in range(starts[project], starts[project + 1]))


Limits = tuple["np.ndarray[tuple[int], np.dtype[np.int64]]", ...]


def _limits(room: Room) -> Limits:
    """Return limits in columns: for each project where its shares start, of which limit, how much; and the rooms."""
    flat = [each for shares in room.shares for each in shares]
    starts = np.cumsum([0, *map(len, room.shares)], dtype=np.int64)
    of = np.array([at for at, _ in flat], dtype=np.int64)
    share = np.array([amount for _, amount in flat], dtype=np.int64)
    return starts, of, share, np.array(room.rooms, dtype=np.int64)
