"""Method of Equal Shares: each voter holds an equal share of the money and pays for what he named.

Round by round the project with the least price per utility is bought, its supporters paying alike or all
they have (Peters, Pierczyński, Skowron 2021). Compiled bounds decide most rounds; where two projects may be
equal, or money and cost, the round is redone in exact fractions.
"""

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

import numpy as np

from zhagen.core.allocation.compiled import COMPILED
from zhagen.core.allocation.election import Election
from zhagen.core.allocation.room import Room
from zhagen.core.allocation.shares_exact import ExactPurse
from zhagen.core.allocation.shares_kernel import (
    DOUBT,
    FAR,
    MOST,
    Climb,
    Field,
    Purse,
    buy,
    raise_shares,
    reset,
    run,
    shift_of,
)
from zhagen.core.allocation.support import Support
from zhagen.core.allocation.terms import STEPWISE, Terms, Utility
from zhagen.core.errors import RuleError


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
        self.election, self.support, self.ranks = election, support, ranks
        self.costs = [project.cost for project in election.projects]
        self.worth = [cost if utility is Utility.COST else 1 for cost in self.costs]
        self.voters = max(1, support.count)
        self.largest = max(1, int(support.amounts.max(initial=1)))
        self.terms = terms
        rises = terms.completion in STEPWISE
        self.able = [
            scored >= terms.least_votes and votes > 0 and (rises or cost <= election.budget)
            for scored, votes, cost in zip(support.scores, support.votes, self.costs, strict=True)
        ]
        able_costs = [cost for cost, each in zip(self.costs, self.able, strict=True) if each]
        self.supported_cost = sum(able_costs)
        self.is_large = max([election.budget, *able_costs]) * self.largest >= MOST // 2
        if self.is_large and rises:
            raise RuleError("allocation.too_large", most=MOST)
        if not self.is_large:
            self.field = _field(self, Room(election, terms.limits))
            self.purse = _purse(self)

    def run(self, money: int) -> Run:
        """Return what voters who hold equal shares of `money` buy."""
        return _in_fractions(self, money) if self.is_large else _Course(self, money).result()

    def raised(self, money: int, most: int) -> int:
        """Return the first money from `money` on, in steps of one unit a voter, that must be looked at or is above `most`."""
        climb = Climb(self.voters, self.election.scale * self.voters, self.election.budget)
        return int(raise_shares(self.field, self.purse, climb, money, most))


class _Course:
    """One run: its state, and the exact one where it was needed."""

    def __init__(self, shares: EqualShares, money: int) -> None:
        self.shares, self.money = shares, money
        self.field, self.purse = shares.field, shares.purse
        self.shift = shift_of(money, shares.largest)
        self.exact: ExactPurse | None = None
        self.equals: list[tuple[int, ...]] = []
        self.redone = 0

    def result(self) -> Run:
        """Return what is bought."""
        reset(self.field, self.purse, self.money, self.money, self.shares.voters, self.shift)
        self.purse.order[:] = np.argsort(np.array(self.shares.ranks), kind="stable")
        self._take_free()
        while run(self.field, self.purse, False) == DOUBT:
            self._decide()
        winners = self._winners()
        self._note(winners)
        return Run(tuple(winners), tuple(self.equals), self.redone)

    def _take_free(self) -> None:
        """Buy what costs nothing, by rank, before all else; each with the equals that it was bought before."""
        free = [int(p) for p in self.purse.order if self.shares.costs[p] == 0]
        while free := [p for p in free if self.purse.alive[p]]:
            self.purse.low[free[0]] = self.purse.top[free[0]] = 0
            buy(self.field, self.purse, free[0])
            self.equals.append(tuple(free))

    def _winners(self) -> list[int]:
        return [int(p) for p in self.purse.winners[: int(self.purse.bought[0])]]

    def _note(self, winners: list[int]) -> None:
        """Note all winners that no other equalled."""
        self.equals += [(p,) for p in winners[len(self.equals) :]]

    def _decide(self) -> None:
        """Redo one round exactly: buy the best, or take out those that cannot be paid."""
        self.redone += 1
        self._note(self._winners())
        prices: dict[int, Fraction] = {}
        for p in np.flatnonzero(self.purse.suspect).tolist():
            price = self._price(p)
            if price is None:
                self.purse.alive[p] = False
            else:
                prices[p] = price
        if not prices:
            return
        rates = {p: price / self.shares.worth[p] for p, price in prices.items()}
        least = min(rates.values())
        equals = sorted((p for p in rates if rates[p] == least), key=lambda p: self.shares.ranks[p])
        winner, quanta = equals[0], prices[equals[0]] * (1 << self.shift)
        self.purse.low[winner], self.purse.top[winner] = floor(quanta), ceil(quanta)
        buy(self.field, self.purse, winner)
        self.equals.append(tuple(equals))

    def _price(self, project: int) -> Fraction | None:
        """Return the exact price; where all who have any money surely have enough it is cost over their marks."""
        support = self.shares.support
        where = slice(int(support.starts[project]), int(support.starts[project + 1]))
        groups, marks = support.groups[where], support.amounts[where]
        money = self.purse.money[groups]
        paying = money > 0
        payers = int((support.weights[groups] * marks)[paying].sum())
        if payers:
            alike = Fraction(self.shares.costs[project], payers)
            least = (money - self.purse.slack[groups])[paying]
            if bool((least >= ceil(alike * (1 << self.shift)) * marks[paying]).all()):
                return alike
        if self.exact is None:
            share = Fraction(self.money, self.shares.voters)
            self.exact = ExactPurse(support, self.shares.costs, share)
        for each in self._winners()[len(self.exact.prices) :]:
            self.exact.buy(each)
        return self.exact.price(project)


def _in_fractions(shares: EqualShares, money: int) -> Run:
    """Return what is bought where amounts are too large for bounds in whole quanta: each round in exact fractions."""
    purse = ExactPurse(shares.support, shares.costs, Fraction(money, shares.voters))
    room = Room(shares.election, shares.terms.limits)
    left = [p for p, each in enumerate(shares.able) if each]
    bought: list[tuple[int, ...]] = []
    while True:
        left = [p for p in left if room.within_limits(p)]
        prices = {p: price for p in left if (price := purse.price(p)) is not None}
        if not prices:
            return Run(tuple(equals[0] for equals in bought), tuple(bought), len(bought))
        rates = {p: price and price / shares.worth[p] for p, price in prices.items()}
        least = min(rates.values())
        equals = sorted((p for p in rates if rates[p] == least), key=lambda p: shares.ranks[p])
        purse.buy(equals[0])
        room.take(equals[0])
        left.remove(equals[0])
        bought.append(tuple(equals))


def _field(shares: EqualShares, room: Room) -> Field:
    """Return what runs read, in columns; the shares of limits that each project takes one after the other."""
    support = shares.support
    able = np.array(shares.able, dtype=np.bool_)
    costs = [cost if each else 0 for cost, each in zip(shares.costs, shares.able, strict=True)]
    worth = [max(1, each) if may else 1 for each, may in zip(shares.worth, shares.able, strict=True)]
    flat = [
        (at, taken if may else 0) for may, each in zip(able, room.shares, strict=True) for at, taken in each
    ]
    return Field(
        support.starts,
        support.groups.view(np.uint32) if COMPILED else support.groups,  # unsigned: none counts from the end
        support.heads,
        np.zeros(0, np.int64) if support.plain else support.amounts,
        np.array(costs, dtype=np.int64),
        np.array(support.scores, dtype=np.int64),
        able,
        np.array(worth, dtype=np.float64),
        np.array([1 if each == cost else cost for each, cost in zip(shares.worth, costs, strict=True)]),
        np.array(shares.ranks, dtype=np.int64),
        np.cumsum([0, *map(len, room.shares)], dtype=np.int64),
        np.array([at for at, _ in flat], dtype=np.int64),
        np.array([taken for _, taken in flat], dtype=np.int64),
        np.array([min(most, FAR) for most in room.rooms], dtype=np.int64),
        shares.largest,
    )


def _purse(shares: EqualShares) -> Purse:
    size, groups, limits = len(shares.costs), shares.support.weights.size, shares.field.places.size
    return Purse(
        np.zeros(groups, np.int64),
        np.zeros(groups, np.int64),
        np.zeros(1, np.int64),
        np.zeros(size, np.int64),
        np.zeros(size, np.int64),
        np.zeros(size, np.int64),
        np.zeros(size, np.int64),
        np.zeros(size),
        np.zeros(size),
        np.zeros(size, np.bool_),
        np.zeros(size, np.bool_),
        np.zeros(size, np.int64),
        np.argsort(np.array(shares.ranks), kind="stable").astype(np.int64),
        np.zeros(limits, np.int64),
        np.zeros(size, np.int64),
        np.zeros(size, np.int64),
        np.zeros(2, np.int64),
    )
