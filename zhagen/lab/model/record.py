"""What is added up over the months: sums at each site, from which every outcome is a ratio."""

from typing import Any

import numpy as np

from zhagen.lab.model import fields as f
from zhagen.lab.model import staff
from zhagen.lab.model.effort import cost_of_effort
from zhagen.lab.model.elementwise import elementwise, pick

_LAST = 0


def _take(places: int = 1) -> int:
    global _LAST  # noqa: PLW0603 - counts the places while this module is read, never after
    _LAST += places
    return _LAST - places


# Need, units.
ARISEN, CLOSED = _take(f.CLASSES), _take(f.CLASSES)
BY_AGENCY, BY_COMMITTEE, BY_FUND, BY_OWN = _take(), _take(), _take(), _take()
# Each month, at every site.
PRESENCE, TRUST, MATCHED, PART, ROOTED = (_take() for _ in range(5))
SATISFIED, ADMIN, OUTPUT, JOINED, COVER, LEAK, PAY = (_take() for _ in range(7))
AFFILIATED, FOUNDED, LIVE, THEME, OPEN, RECOGNISED = (_take() for _ in range(6))
KNOWN, TRUSTED = _take(f.STRATA), _take(f.STRATA)
COVER_ROOTED, ROOTED_SQUARED, COVER_SQUARED = _take(), _take(), _take()
MIDDLE, COOPERATION = _take(), _take()  # months in which the committee neither trusts blindly nor shuts out
QUITS, POSTS, TENURE = _take(f.SLOTS), _take(f.SLOTS), _take(f.SLOTS)
# Each month, at sites of outside agencies.
OUT, EFFORT, SLACK, FAVOURS, TIES, DISTANCE, MONEY, HELP = (
    _take(), _take(f.TASKS), _take(), _take(), _take(), _take(), _take(), _take(),
)  # fmt: skip
BEFORE, MONTHS_BEFORE, AFTER, MONTHS_AFTER = _take(), _take(), _take(), _take()
# Each year that closes, at sites of outside agencies.
YEARS, PASSED, EARLY, OBJECTED, SUPPORT, FAKED, LIFT, AUDITED, DONE_MONTH = (_take() for _ in range(9))
SCORE, QUALITY, SCORE_QUALITY, SCORE_SQUARED, QUALITY_SQUARED = (_take() for _ in range(5))
AGENCY_WANTS, COMMITTEE_WANTS, SPLIT = _take(), _take(), _take()
# Each contract that ends.
ENDED, CHANGED, STAYED, STAYED_SHORT, MARGIN = (_take() for _ in range(5))

COUNT = _LAST
"""How many sums a site has."""


MONTHLY = (
    (PRESENCE, f.PRESENCE), (TRUST, f.TRUSTED), (MATCHED, f.MATCHED), (PART, f.VOICE), (ROOTED, f.ROOTED),
    (COVER, f.COVER), (SATISFIED, f.SATISFIED), (ADMIN, f.ADMIN), (OUTPUT, f.OUTPUT), (LIVE, f.LIVE),
    (RECOGNISED, f.RECOGNISED), (COOPERATION, f.COOPERATION),
    (BY_AGENCY, f.BY_AGENCY), (BY_COMMITTEE, f.BY_COMMITTEE), (BY_FUND, f.BY_FUND),
    (ARISEN, f.NEW), (ARISEN + 1, f.NEW + 1), (ARISEN + 2, f.NEW + 2), (ARISEN + 3, f.NEW + 3),
    (CLOSED, f.CLOSED), (CLOSED + 1, f.CLOSED + 1), (CLOSED + 2, f.CLOSED + 2), (CLOSED + 3, f.CLOSED + 3),
    (OPEN, f.STOCK), (OPEN, f.STOCK + 1), (OPEN, f.STOCK + 2), (OPEN, f.STOCK + 3),
    (KNOWN, f.KNOWN), (KNOWN + 1, f.KNOWN + 1), (KNOWN + 2, f.KNOWN + 2), (KNOWN + 3, f.KNOWN + 3),
    (TRUSTED, f.TRUST), (TRUSTED + 1, f.TRUST + 1), (TRUSTED + 2, f.TRUST + 2), (TRUSTED + 3, f.TRUST + 3),
    (QUITS, f.QUITS), (QUITS + 1, f.QUITS + 1), (QUITS + 2, f.QUITS + 2),
    (POSTS, f.HIRED), (POSTS + 1, f.HIRED + 1), (POSTS + 2, f.HIRED + 2),
)  # fmt: skip
"""Sums of a variable as it is: (sum, variable)."""
PRODUCTS = (
    (JOINED, f.OUTPUT, f.RECOGNISED), (THEME, f.MATCH, f.LIVE), (COVER_ROOTED, f.COVER, f.ROOTED),
    (ROOTED_SQUARED, f.ROOTED, f.ROOTED), (COVER_SQUARED, f.COVER, f.COVER),
    (TENURE, f.TENURE, f.HIRED), (TENURE + 1, f.TENURE + 1, f.HIRED + 1), (TENURE + 2, f.TENURE + 2, f.HIRED + 2),
)  # fmt: skip
"""Sums of a product: (sum, variable, variable)."""


@elementwise
def coverage(x: Any, p: Any, lv: Any, c: Any) -> Any:
    """Return the share of homes that help reaches in a month in which people cannot go out. Source: M1."""
    staffed = (x[f.HIRED, c] + x[f.HIRED + 1, c] + x[f.HIRED + 2, c]) * p.slot
    heard = pick(lv.vote > 1.5, 0.80, 0.45)
    near = 0.30 * staffed * (0.4 + 0.6 * x[f.TIES, c])
    return np.minimum(1.0, 0.28 + near + 0.6 * x[f.WARMTH, c] + 0.4 * lv.fund * heard)


@elementwise
def _root(share: Any) -> Any:
    return 0.01 + 0.99 * share


@elementwise
def look_at_roots(x: Any, p: Any, lv: Any, c: Any) -> None:
    """Set the four dimensions of embeddedness, their geometric mean, coverage and satisfaction."""
    spell = np.minimum(x[f.SPELL, c] * (1.0 / 36.0), 1.0)
    presence = 0.5 * spell + 0.5 * np.minimum(staff.mean_tenure(x, p, c) * (1.0 / 24.0), 1.0)
    trusted = 0.5 * np.minimum(x[f.WARMTH, c] * 2.5, 1.0) + 0.5 * x[f.COMMITTEE_TRUST, c]
    matched = np.minimum(x[f.BY_AGENCY, c] * 2.0, 1.0)
    four = _root(presence * x[f.LIVE, c]) * _root(trusted) * _root(matched) * _root(x[f.VOICE, c])
    x[f.PRESENCE, c] = presence
    x[f.TRUSTED, c] = trusted
    x[f.MATCHED, c] = matched
    x[f.ROOTED, c] = np.sqrt(np.sqrt(four))
    x[f.COVER, c] = coverage(x, p, lv, c)
    x[f.SATISFIED, c] = x[f.WARMTH, c] / np.maximum(x[f.RECOGNISED, c], 1e-6)


@elementwise
def add_whose(x: Any, acc: Any, p: Any, lv: Any, c: Any) -> None:
    """Add whose agency it is, what it closed, and the money with what leaks of it."""
    own = pick(x[f.OWNED, c] > 0.0, 1.0, 0.0)
    acc[BY_OWN, c] += x[f.BY_AGENCY, c] * own
    acc[LEAK, c] += p.leak * (lv.fund + 0.5 * (1.0 - lv.fund) * own) * x[f.LIVE, c]
    acc[PAY, c] += x[f.PAY, c] + lv.fund * (1.0 / 12.0) * x[f.LIVE, c]
    acc[AFFILIATED, c] += pick(x[f.OWNED, c] == f.AFFILIATED, 1.0, 0.0)
    acc[FOUNDED, c] += pick(x[f.OWNED, c] == f.FOUNDED, 1.0, 0.0)


@elementwise
def add_middle(x: Any, acc: Any, c: Any) -> None:
    """Add whether the committee keeps the middle between near and far."""
    near = (x[f.COMMITTEE_TRUST, c] > 0.05) & (x[f.COMMITTEE_TRUST, c] < 0.9)
    works = (x[f.COOPERATION, c] > 0.3) & (x[f.COOPERATION, c] < 0.9)
    acc[MIDDLE, c] += pick(near & works, 1.0, 0.0)


@elementwise
def add_outside(x: Any, acc: Any, c: Any) -> None:
    """Add what outside agencies do with their hours and how near they come."""
    out = x[f.LIVE, c] * pick(x[f.OWNED, c] > 0.0, 0.0, 1.0)
    spent = 0.0
    for j in range(f.TASKS):
        acc[EFFORT + j, c] += out * x[f.EFFORT + j, c]
        spent = spent + x[f.EFFORT + j, c]
    acc[OUT, c] += out
    acc[SLACK, c] += out * np.maximum(x[f.FREE_HOURS, c] - spent, 0.0)
    acc[FAVOURS, c] += out * np.maximum(x[f.HOURS, c] - x[f.FREE_HOURS, c], 0.0)
    acc[TIES, c] += out * x[f.TIES, c]
    acc[DISTANCE, c] += out * x[f.COMMITTEE_TRUST, c]
    acc[MONEY, c] += out * x[f.MONEY_BELIEF, c]
    acc[HELP, c] += out * x[f.BY_AGENCY, c]


@elementwise
def add_before_and_after(x: Any, acc: Any, c: Any) -> None:
    """Add what outside agencies give to service before and after the targets are met."""
    out = x[f.LIVE, c] * pick(x[f.OWNED, c] > 0.0, 0.0, 1.0)
    service = x[f.EFFORT, c] + x[f.EFFORT + 1, c] + x[f.EFFORT + 2, c]
    done = pick(x[f.DONE, c] > 0.0, 1.0, 0.0)
    acc[BEFORE, c] += out * (1.0 - done) * service
    acc[MONTHS_BEFORE, c] += out * (1.0 - done)
    acc[AFTER, c] += out * done * service
    acc[MONTHS_AFTER, c] += out * done


@elementwise
def add_year(x: Any, acc: Any, p: Any, lv: Any, kept: Any, c: Any) -> None:
    """Add a year that closes at the site of an outside agency, before its account is wiped.

    An agency backs internalisation where supervising pays more than the front line is expected to. Source: M36, V7.
    """
    year = x[f.YEAR_ENDS, c] * pick(x[f.OWNED, c] > 0.0, 0.0, 1.0)
    early = pick(x[f.DONE_MONTH, c] <= 9.6, 1.0, 0.0) * year
    score = x[f.SCORE, c] / 10000.0
    front = kept * (p.mu - 12.0 * (cost_of_effort(x, p, c) + 0.75 * p.overhead))
    acc[YEARS, c] += year
    acc[PASSED, c] += year * x[f.PASSED, c]
    acc[EARLY, c] += early
    acc[OBJECTED, c] += early * x[f.OBJECTED, c]
    acc[SUPPORT, c] += year * pick(lv.fee * 0.0224 - 0.0024 > front, 1.0, 0.0)
    acc[FAKED, c] += year * x[f.FAKED, c]
    acc[LIFT, c] += year * x[f.LIFT, c]
    acc[AUDITED, c] += year * x[f.AUDITED, c]
    acc[DONE_MONTH, c] += year * x[f.DONE_MONTH, c]
    acc[SCORE, c] += year * score
    acc[QUALITY, c] += year * x[f.QUALITY, c]
    acc[SCORE_QUALITY, c] += year * score * x[f.QUALITY, c]
    acc[SCORE_SQUARED, c] += year * score * score
    acc[QUALITY_SQUARED, c] += year * x[f.QUALITY, c] * x[f.QUALITY, c]
    acc[AGENCY_WANTS, c] += year * x[f.AGENCY_WANTS, c]
    acc[COMMITTEE_WANTS, c] += year * x[f.COMMITTEE_WANTS, c]
    apart = (x[f.AGENCY_WANTS, c] > 1.0) & (x[f.COMMITTEE_WANTS, c] == 1.0)
    acc[SPLIT, c] += year * pick(apart, 1.0, 0.0)


@elementwise
def add_contract(x: Any, acc: Any, c: Any) -> None:
    """Add a contract that ends: how long the agency had been there if it leaves, and how close the award was."""
    left = x[f.CHANGED, c]
    stayed = x[f.SPELL, c] + 1.0
    acc[ENDED, c] += x[f.CONTRACT_ENDS, c]
    acc[MARGIN, c] += x[f.MARGIN, c]
    acc[CHANGED, c] += left
    acc[STAYED, c] += left * stayed
    acc[STAYED_SHORT, c] += left * pick(stayed <= 24.0, 1.0, 0.0)
