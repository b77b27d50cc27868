"""Exact prices and balances of Equal Shares, for rounds that bounds cannot decide and for reasons.

Groups that paid for the same projects hold the same money, so balances are kept by class, as whole
numbers over a common denominator that grows by one small factor a round.
"""

from fractions import Fraction
from math import gcd, lcm

import numpy as np

from zhagen.core.allocation.support import Support

PAIR = 1 << 32


class ExactPurse:
    """The exact money of all voters, from equal shares on."""

    def __init__(self, support: Support, costs: "tuple[int, ...] | list[int]", share: Fraction) -> None:
        self.support = support
        self.costs = costs
        self.classes = np.zeros(support.weights.size, np.int64)
        self.common = share.denominator
        self.commons = [share.denominator]
        self.money: list[tuple[int, int]] = [(share.numerator, 0)]
        self.prices: list[Fraction] = []

    def price(self, project: int) -> Fraction | None:
        """Return the price per unit of mark at which the supporters pay the project; None if they cannot."""
        solved = self._solve(project)
        return Fraction(solved[0], self.common * solved[1]) if solved else None

    def buy(self, project: int) -> Fraction:
        """Let the supporters pay a project; return its price."""
        solved = self._solve(project)
        if solved is None:
            raise ValueError(project)
        price, rich = solved
        shared = gcd(price, rich)
        price, rich = price // shared, rich // shared
        self.common *= rich
        self.commons.append(self.common)
        self._pay(project, price)
        self.prices.append(Fraction(price, self.common))
        return self.prices[-1]

    def balance(self, group: int) -> Fraction:
        """Return what each voter of a group has left."""
        return Fraction(self._now(int(self.classes[group])), self.common)

    def payments(self, project: int) -> list[tuple[Fraction, int]]:
        """Return what the supporters would pay now, as amounts with their numbers of voters, dearest first."""
        price = self.price(project)
        if price is None:
            return []
        paid: dict[Fraction, int] = {}
        for money, mark, weight in self._supporters(project):
            amount = min(Fraction(money, self.common), price * mark)
            paid[amount] = paid.get(amount, 0) + weight
        return sorted(paid.items(), reverse=True)

    def _now(self, number: int) -> int:
        amount, at = self.money[number]
        return amount * (self.common // self.commons[at])

    def _keys(self, project: int) -> "tuple[slice, np.ndarray[tuple[int], np.dtype[np.int64]]]":
        where = slice(int(self.support.starts[project]), int(self.support.starts[project + 1]))
        return where, self.classes[self.support.groups[where]] * PAIR + self.support.amounts[where]

    def _supporters(self, project: int) -> list[tuple[int, int, int]]:
        """Return money over the common denominator, mark and number of voters of each kind of supporter."""
        where, keys = self._keys(project)
        kinds, inverse = np.unique(keys, return_inverse=True)
        weights = np.zeros(kinds.size, np.int64)
        np.add.at(weights, inverse, self.support.weights[self.support.groups[where]])
        return [
            (self._now(kind // PAIR), kind % PAIR, weight)
            for kind, weight in zip(kinds.tolist(), weights.tolist(), strict=True)
        ]

    def _solve(self, project: int) -> tuple[int, int] | None:
        """Return (a, r) with price a / (common · r) per unit of mark."""
        supporters = self._supporters(project)
        rich = sum(mark * weight for _, mark, weight in supporters)
        needed = self.costs[project] * self.common
        shared = lcm(*(mark for _, mark, _ in supporters))
        supporters.sort(key=lambda each: each[0] * (shared // each[1]))
        for money, mark, weight in supporters:
            if needed * mark <= money * rich:
                return needed, rich
            needed -= money * weight
            rich -= mark * weight
        return None

    def _pay(self, project: int, price: int) -> None:
        """Move the supporters to the classes of those who paid; the price is over the new common denominator."""
        where, keys = self._keys(project)
        kinds, inverse = np.unique(keys, return_inverse=True)
        at = len(self.commons) - 1
        new: list[int] = []
        for kind in kinds.tolist():
            left = max(0, self._now(kind // PAIR) - price * (kind % PAIR))
            new.append(len(self.money))
            self.money.append((left, at))
        self.classes[self.support.groups[where]] = np.array(new, dtype=np.int64)[inverse]
