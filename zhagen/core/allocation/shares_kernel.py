"""Equal Shares in whole quanta of money with proven bounds: it decides what the bounds decide, and stops at doubt.

A voter's money lies in [most - slack, most] quanta, a project's price (per unit of mark) in [low, top]. All
sums are whole numbers below 2**62, so they are exact and no order of voters matters. Prices only rise, so an
old price is still a lower bound: most projects are not looked at in most rounds. What all pay together at some
price is concave in it, so the tangent at any price leads to a lower bound of the price that is enough.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from zhagen.core.allocation.compiled import compiled, inlined
from zhagen.core.allocation.election import Whole

Real = NDArray[np.float64]
Flags = NDArray[np.bool_]

DONE, DOUBT, OUT = 0, 1, -1
FAR = 1 << 62
SIGN = 63
MOST_RESTS = 31
MOST = 1 << 60
DOWN, UP = 1.0 - 2.0**-50, 1.0 + 2.0**-50
"""Wider than the roundings of turning two whole numbers into a quotient of doubles."""


class Field(NamedTuple):
    """What does not change between runs.

    `groups`, their `heads` and `amounts` by project as `starts` says (no amounts where all are 1); `rich` sums
    each project's marks and `largest` is the largest mark; a price over `utilities` is `shares` over the marks of
    who pay, where all pay alike; `ranks` decides between equals; `places` is the room of the limits.
    """

    starts: Whole
    groups: Whole
    heads: Whole
    amounts: Whole
    costs: Whole
    rich: Whole
    able: Flags
    utilities: Real
    shares: Whole
    ranks: Whole
    limit_starts: Whole
    limit_of: Whole
    limit_share: Whole
    places: Whole
    largest: int


class Purse(NamedTuple):
    """What changes in a run: money of groups, prices of projects, room of limits, who won in which order.

    `hints` are the winners of the run before and `guess` their prices, `bought` how many of now and then: they
    tell where to look first, never what is true.
    `payers` sums the marks of those who pay for a project where all who have any money surely have enough to
    pay alike; 0 where they may not.
    """

    money: Whole
    slack: Whole
    share: Whole
    guess: Whole
    costs: Whole
    low: Whole
    top: Whole
    least: Real
    most: Real
    alive: Flags
    suspect: Flags
    payers: Whole
    order: Whole
    rooms: Whole
    winners: Whole
    hints: Whole
    bought: Whole


@compiled
def shift_of(money: int, largest: int) -> int:
    """Return by how many bits money may be refined so that money times the largest mark stays below the bound."""
    shift, total = 0, max(1, money) * largest
    while total < MOST >> 1:
        total <<= 1
        shift += 1
    return shift


@compiled
def reset(f: Field, s: Purse, money: int, most: int, voters: int, shift: int) -> None:
    """Begin a run in which `voters` hold equal shares of some amount from `money` to `most`."""
    share = -((-most << shift) // voters)
    s.money[:] = share
    s.slack[:] = share - (money << shift) // voters
    s.share[0] = share
    s.rooms[:] = f.places
    s.guess[:] = FAR
    for i in range(s.bought[0]):
        s.hints[i] = s.winners[i]
        s.guess[s.winners[i]] = s.low[s.winners[i]]
    s.bought[1] = s.bought[0]
    s.bought[0] = 0
    for p in range(f.costs.size):
        s.alive[p] = f.able[p] and f.costs[p] <= most and _roomy(f, s, p)
        s.least[p] = np.inf
        if s.alive[p]:
            s.costs[p] = f.costs[p] << shift
            s.low[p] = s.costs[p] // f.rich[p]
            s.least[p] = s.low[p] / f.utilities[p] * DOWN


@inlined
def _roomy(f: Field, s: Purse, p: int) -> bool:
    room = True
    for i in range(f.limit_starts[p], f.limit_starts[p + 1]):
        room = room and f.limit_share[i] <= s.rooms[f.limit_of[i]]
    return room


@inlined
def _mark(f: Field, i: int) -> int:
    return int(f.amounts[i]) if f.amounts.size else 1


@inlined
def _paid(f: Field, s: Purse, p: int, price: int) -> tuple[int, int, int]:
    """Return what the supporters have, what those have who cannot pay a price, and the marks of those who can."""
    total, poor, rich = 0, 0, 0
    for i in range(f.starts[p], f.starts[p + 1]):
        mark, weight, money = _mark(f, i), np.int64(f.heads[i]), s.money[f.groups[i]]
        below = (
            money - price * mark
        ) >> SIGN  # -1 or 0, as a mask: a branch that no processor can foresee costs most
        paid = weight * money
        total += paid
        poor += paid & below
        rich += (weight * mark) & ~below
    return total, poor, rich


@inlined
def _bound(f: Field, s: Purse, p: int, limit: int) -> bool:
    """Bring the bounds of a price up to date, the upper only up to `limit`; return whether it can be paid at all.

    The first look is at the price of the last run, if that is below the limit: there the price is near, here it is
    often enough to see that the price is above. The price is what the supporters who have that much must pay for
    the others; each such figure is a lower bound itself, from wherever it was looked at.
    """
    s.top[p], s.payers[p] = OUT, 0
    at = max(s.low[p], min(limit, s.share[0], s.guess[p]))  # nobody has more than the share
    while True:
        total, poor, rich = _paid(f, s, p, at)
        if total < s.costs[p]:
            return False
        if rich:
            s.low[p] = max(s.low[p], (s.costs[p] - poor) // rich)
        if s.low[p] > limit:
            return True
        if s.low[p] == at:
            break
        at = s.low[p]
    if rich:
        _close_in(f, s, p)
    return True


@inlined
def _close_in(f: Field, s: Purse, p: int) -> None:
    """Find the upper bound of a price, given the lower one, where all who can pay that surely can pay it."""
    price, poor, rich, margin = s.low[p], 0, 0, FAR
    for i in range(f.starts[p], f.starts[p + 1]):
        g, mark, weight = f.groups[i], _mark(f, i), np.int64(f.heads[i])
        least = s.money[g] - s.slack[g]
        below = (s.money[g] - price * mark) >> SIGN
        poor += (weight * least) & below
        rich += (weight * mark) & ~below
        margin = min(margin, ((least - price * mark) & ~below) | (FAR & below))
    top = max(price, -((poor - s.costs[p]) // rich))
    if margin // f.largest >= top - price:
        s.top[p], s.payers[p] = top, 0 if poor else rich


@inlined
def _highest_price(f: Field, s: Purse, p: int) -> int:
    """Return an upper bound of the price, given a lower one; OUT where the least money may not do."""
    price = s.low[p]
    while True:
        poor, rich = 0, 0
        for i in range(f.starts[p], f.starts[p + 1]):
            g, mark, weight = f.groups[i], _mark(f, i), np.int64(f.heads[i])
            money = s.money[g] - s.slack[g]
            below = (money - price * mark) >> SIGN
            poor += (weight * money) & below
            rich += (weight * mark) & ~below
        if poor + rich * price >= s.costs[p]:
            return int(price)
        if rich == 0:
            return OUT
        price = max(price + 1, -((poor - s.costs[p]) // rich))


@inlined
def _consider(f: Field, s: Purse, p: int, best: float) -> float:
    """Bring the bounds of one project up to date; return the least upper bound so far."""
    limit = FAR
    if best * f.utilities[p] * UP < FAR:
        limit = int(best * f.utilities[p] * UP) + 1
    if not _bound(f, s, p, limit):
        s.alive[p] = False
        s.least[p] = np.inf
        return best
    s.least[p] = s.low[p] / f.utilities[p] * DOWN
    if s.least[p] > best:
        return best
    s.suspect[p] = True
    if s.top[p] == OUT:
        s.top[p] = _highest_price(f, s, p)
    s.most[p] = np.inf if s.top[p] == OUT else s.top[p] / f.utilities[p] * UP
    return float(min(best, s.most[p]))


@compiled
def find_best(f: Field, s: Purse) -> int:
    """Mark as suspect all that may be the best of this round; return how many they are."""
    _sort(s)
    s.suspect[:] = False
    best, hint = np.inf, s.hints[s.bought[0]] if s.bought[0] < s.bought[1] else OUT
    if hint != OUT and s.alive[hint]:
        best = _consider(f, s, hint, best)
    for i in range(s.order.size):
        p = s.order[i]
        if p == hint or not s.alive[p]:
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
        g, mark = f.groups[i], _mark(f, i)
        money, slack = s.money[g], s.slack[g]
        left = money - low * mark
        if left <= 0:
            left, slack = 0, 0
        elif money - slack >= top * mark:
            slack += (top - low) * mark
        else:
            slack = left
        s.money[g] = left
        s.slack[g] = slack
    s.alive[p] = False
    s.winners[s.bought[0]] = p
    s.bought[0] += 1
    _close(f, s, p)


@inlined
def _close(f: Field, s: Purse, p: int) -> None:
    if f.limit_starts[p] == f.limit_starts[p + 1]:
        return
    for i in range(f.limit_starts[p], f.limit_starts[p + 1]):
        s.rooms[f.limit_of[i]] -= f.limit_share[i]
    for other in range(s.alive.size):
        s.alive[other] = s.alive[other] and _roomy(f, s, other)


@inlined
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


@inlined
def _less(f: Field, s: Purse, p: int, best: int) -> int:
    """Return whether all pay exactly less for a project than for another (1), not (0), or it is too large to say (-1)."""
    if f.shares[p] * 1.0 * s.payers[best] >= FAR or f.shares[best] * 1.0 * s.payers[p] >= FAR:
        return -1
    one, other = f.shares[p] * s.payers[best], f.shares[best] * s.payers[p]
    return int(one < other or (one == other and f.ranks[p] < f.ranks[best]))


@inlined
def _settle(f: Field, s: Purse) -> int:
    """Return the best of the suspects, by rank among equals, where all who pay for any pay alike; else OUT."""
    best = OUT
    for p in range(s.suspect.size):
        if s.suspect[p]:
            if s.payers[p] == 0:
                return OUT
            less = 1 if best == OUT else _less(f, s, p, best)
            if less < 0:
                return OUT
            best = p if less else best
    return best


@compiled
def run(f: Field, s: Purse, settles: bool) -> int:
    """Buy until nothing can be bought (DONE) or the bounds do not say who is best (DOUBT).

    Args:
        f: The election.
        s: The state.
        settles: Decide between equals that all pay alike for, without telling of it.
    """
    while True:
        found = find_best(f, s)
        if found == 0:
            return DONE
        best = OUT
        if found > 1:
            best = _settle(f, s) if settles else OUT
        else:
            for p in range(s.suspect.size):
                if s.suspect[p] and s.top[p] != OUT:
                    best = p
        if best == OUT:
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


class Climb(NamedTuple):
    """What Add1 raises money by: one unit a voter a step, as long as the outcome stays in the budget."""

    voters: int
    step: int
    budget: int


@compiled
def raise_shares(f: Field, s: Purse, c: Climb, money: int, end: int) -> int:
    """Raise the money step by step from `money` on; return the first that overspends, is in doubt or above `end`.

    Several steps are run as one where the bounds allow it, for they hold for every amount between two: if they
    decide, then all these steps end alike. How many is tried again and again, less often where it seldom works.
    """
    span, rests, wait = 1, 0, 0
    while money <= end:
        span = min(span, (end - money) // c.step + 1)
        last = money + (span - 1) * c.step
        reset(f, s, money, last, c.voters, shift_of(last, f.largest))
        take_free(f, s)
        if run(f, s, True) == DONE:
            if spent(f, s) > c.budget:
                return money
            money = last + c.step
            wait = 0 if span > 1 else wait
            rests -= 1
            span = 2 * span if rests < 0 else 1
        elif span == 1:
            return money
        else:
            span //= 2
            wait = min(2 * wait + 1, MOST_RESTS) if span == 1 else wait
            rests = wait if span == 1 else 0
    return money
