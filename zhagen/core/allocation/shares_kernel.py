"""Equal Shares in whole quanta of money with proven bounds: it decides what the bounds decide, and stops at doubt.

A voter's money lies in [high - slack, high] quanta, a project's price (per unit of mark) in [low, top]. All
sums are whole numbers below 2**62, so they are exact and no order of voters matters. Prices only rise, so an
old price is still a lower bound: most projects are not looked at in most rounds.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from zhagen.core.allocation.compiled import compiled
from zhagen.core.allocation.election import Whole

Real = NDArray[np.float64]
Flags = NDArray[np.bool_]

DONE, DOUBT, OUT = 0, 1, -1
FAR = 1 << 62
MOST = 1 << 60
DOWN, UP = 1.0 - 2.0**-50, 1.0 + 2.0**-50
"""Wider than the roundings of turning two whole numbers into a quotient of doubles."""


class Field(NamedTuple):
    """What does not change between runs; `rich` sums each project's marks, `places` is the room of the limits."""

    starts: Whole
    groups: Whole
    amounts: Whole
    weights: Whole
    costs: Whole
    rich: Whole
    able: Flags
    utilities: Real
    limit_starts: Whole
    limit_of: Whole
    limit_share: Whole
    places: Whole


class Purse(NamedTuple):
    """What changes in a run: money of groups, prices of projects, room of limits, who won in which order."""

    high: Whole
    slack: Whole
    costs: Whole
    low: Whole
    top: Whole
    least: Real
    most: Real
    alive: Flags
    suspect: Flags
    order: Whole
    rooms: Whole
    winners: Whole
    bought: Whole


@compiled
def shift_of(money: int, largest: int) -> int:
    """Return by how many bits money may be refined so that money times the largest mark stays below the bound."""
    shift, total = 0, money * largest
    while total < MOST >> 1:
        total <<= 1
        shift += 1
    return shift


@compiled
def reset(f: Field, s: Purse, money: int, voters: int, shift: int) -> None:
    """Begin a run in which `voters` hold equal shares of `money`."""
    share, over = (money << shift) // voters, int((money << shift) % voters > 0)
    s.high[:] = share + over
    s.slack[:] = over
    s.rooms[:] = f.places
    s.bought[0] = 0
    for p in range(f.costs.size):
        s.alive[p] = f.able[p] and f.costs[p] <= money and _roomy(f, s, p)
        s.least[p] = np.inf
        if s.alive[p]:
            s.costs[p] = f.costs[p] << shift
            s.low[p] = s.costs[p] // f.rich[p]
            s.least[p] = s.low[p] / f.utilities[p] * DOWN


@compiled
def _roomy(f: Field, s: Purse, p: int) -> bool:
    room = True
    for i in range(f.limit_starts[p], f.limit_starts[p + 1]):
        room = room and f.limit_share[i] <= s.rooms[f.limit_of[i]]
    return room


@compiled
def lowest_price(f: Field, s: Purse, p: int, limit: int) -> int:
    """Return a lower bound of a project's price that no pass can raise, or the first above `limit`; OUT: too dear."""
    price = s.low[p]
    while True:
        poor, rich, rich_money = 0, 0, 0
        for i in range(f.starts[p], f.starts[p + 1]):
            g = f.groups[i]
            money, mark, weight = s.high[g], f.amounts[i], f.weights[g]
            if money < price * mark:
                poor += weight * money
            else:
                rich += weight * mark
                rich_money += weight * money
        if poor + rich_money < s.costs[p]:
            return OUT
        if rich == 0:
            return int(price)
        higher = (s.costs[p] - poor) // rich
        if higher <= price:
            return int(price)
        price = higher
        if price > limit:
            return int(price)


@compiled
def highest_price(f: Field, s: Purse, p: int) -> int:
    """Return an upper bound of the price, given a lower one; OUT where the least money may not do."""
    price = s.low[p]
    while True:
        poor, rich = 0, 0
        for i in range(f.starts[p], f.starts[p + 1]):
            g = f.groups[i]
            money, mark, weight = s.high[g] - s.slack[g], f.amounts[i], f.weights[g]
            if money < price * mark:
                poor += weight * money
            else:
                rich += weight * mark
        if poor + rich * price >= s.costs[p]:
            return int(price)
        if rich == 0:
            return OUT
        price = max(price + 1, -((poor - s.costs[p]) // rich))


@compiled
def _consider(f: Field, s: Purse, p: int, best: float) -> float:
    """Bring the bounds of one project up to date; return the least upper bound so far."""
    limit = FAR
    if best * f.utilities[p] * UP < FAR:
        limit = int(best * f.utilities[p] * UP) + 1
    price = lowest_price(f, s, p, limit)
    if price == OUT:
        s.alive[p] = False
        s.least[p] = np.inf
        return best
    s.low[p] = price
    s.least[p] = price / f.utilities[p] * DOWN
    if s.least[p] > best:
        return best
    s.suspect[p] = True
    s.top[p] = highest_price(f, s, p)
    s.most[p] = np.inf if s.top[p] == OUT else s.top[p] / f.utilities[p] * UP
    return float(min(best, s.most[p]))


@compiled
def find_best(f: Field, s: Purse) -> int:
    """Mark as suspect all that may be the best of this round; return how many they are."""
    _sort(s)
    s.suspect[:] = False
    best = np.inf
    for i in range(s.order.size):
        p = s.order[i]
        if not s.alive[p]:
            continue
        if s.least[p] > best:
            break
        best = _consider(f, s, p, best)
    found = 0
    for p in range(s.order.size):
        if s.suspect[p]:
            s.suspect[p] = s.alive[p] and s.least[p] <= best
            found += s.suspect[p]
    return int(found)


@compiled
def buy(f: Field, s: Purse, p: int) -> None:
    """Let the supporters pay a project between its bounds, and close what has no room any more."""
    low, top = s.low[p], s.top[p]
    for i in range(f.starts[p], f.starts[p + 1]):
        g, mark = f.groups[i], f.amounts[i]
        money = s.high[g]
        if money <= low * mark:
            s.high[g] = 0
            s.slack[g] = 0
        elif money - s.slack[g] >= top * mark:
            s.high[g] = money - low * mark
            s.slack[g] += (top - low) * mark
        else:
            s.high[g] = money - low * mark
            s.slack[g] = s.high[g]
    s.alive[p] = False
    s.winners[s.bought[0]] = p
    s.bought[0] += 1
    _close(f, s, p)


@compiled
def _close(f: Field, s: Purse, p: int) -> None:
    if f.limit_starts[p] == f.limit_starts[p + 1]:
        return
    for i in range(f.limit_starts[p], f.limit_starts[p + 1]):
        s.rooms[f.limit_of[i]] -= f.limit_share[i]
    for other in range(s.alive.size):
        s.alive[other] = s.alive[other] and _roomy(f, s, other)


@compiled
def _sort(s: Purse) -> None:
    """Put the projects in order of their least price per utility (nearly so already)."""
    order, least = s.order, s.least
    for i in range(1, order.size):
        p, j = order[i], i - 1
        value = least[p]
        while j >= 0 and least[order[j]] > value:
            order[j + 1] = order[j]
            j -= 1
        order[j + 1] = p


@compiled
def run(f: Field, s: Purse) -> int:
    """Buy until nothing can be bought (DONE) or the bounds do not say who is best (DOUBT)."""
    while True:
        found = find_best(f, s)
        if found == 0:
            return DONE
        best = -1
        for p in range(s.suspect.size):
            if s.suspect[p]:
                best = p
        if found > 1 or s.top[best] == OUT:
            return DOUBT
        buy(f, s, best)


@compiled
def take_free(f: Field, s: Purse) -> None:
    """Buy what costs nothing, in the order of `s.order`, before all else."""
    for i in range(s.order.size):
        p = s.order[i]
        if s.alive[p] and f.costs[p] == 0:
            s.low[p] = 0
            s.top[p] = 0
            buy(f, s, p)


@compiled
def spent(f: Field, s: Purse) -> int:
    """Return the cost of what was bought."""
    total = 0
    for i in range(s.bought[0]):
        total += f.costs[s.winners[i]]
    return int(total)


@compiled
def raise_shares(
    f: Field, s: Purse, money: int, most: int, voters: int, step: int, budget: int, largest: int
) -> int:
    """Raise the money step by step from `money` on; return the first that overspends, is in doubt or above `most`."""
    while money <= most:
        reset(f, s, money, voters, shift_of(money, largest))
        take_free(f, s)
        if run(f, s) == DOUBT or spent(f, s) > budget:
            return money
        money += step
    return money
