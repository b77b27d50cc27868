"""Where each variable of a site stands in the state array, shape (run, variable, community).

A site is the service of one agency in one community. Short axes (worker slots, strata, need classes, tasks) lie
side by side: tie of slot k is `TIE + k`. Whatever is not said to be a count, months or money lies in [0, 1].
"""

CLASSES, SLOTS, STRATA, TASKS = 4, 3, 4, 5
"""Need classes; worker slots, the first is the site's lead; strata: elite, elderly, families, tenants; tasks."""

ACTIVITIES, CASEWORK, TIE_WORK, HUNTING, LOBBYING = range(TASKS)
OUTSIDE, AFFILIATED, FOUNDED = 0.0, 1.0, 2.0
"""Whose the agency is: nobody's, the committee's by affiliation, founded by the committee."""

_LAST = 0


def _take(places: int = 1) -> int:
    global _LAST  # noqa: PLW0603 - counts the places while this module is read, never after
    _LAST += places
    return _LAST - places


# What a community is.
NEED_MIX = _take(CLASSES)  # share of each class in what arises
CAPABILITY = _take()  # of the committee
BOUGHT = _take()  # 1 where service is bought at all
WISHED = _take(CLASSES)  # share of each class in what those who decide on the community's money ask for

# The contract.
INCUMBENT = _take()  # number of the agency
MISSION, PRODUCTIVITY, OVERHEAD = _take(), _take(), _take()  # of the incumbent
LEARNED = _take(TASKS)  # its mix of hours where agencies imitate
THEME, FOCUS, DRIFT = (
    _take(),
    _take(),
    _take(),
)  # theme bought; the street's focus now; focus has left the theme
AGE, YEAR, SPELL, VACANT = _take(), _take(), _take(), _take()  # months in contract, year, community; to wait
PROJECTS = _take()  # projects a year: 1, 2 or 4
OWNED = _take()

# The people.
TENURE = _take(SLOTS)  # months in post, -1 = vacant
TIE = _take(SLOTS)
KNOWN = _take(STRATA)  # share that knows the agency
TRUST = _take(STRATA)
COMMITTEE_TRUST, MONEY_BELIEF, ADMIN, VOICE = _take(), _take(), _take(), _take()

# Need and the year's account.
STOCK = _take(CLASSES)  # open need, units
REPORTED, REAL, SOLVED, ARRIVED = _take(), _take(), _take(), _take()  # in the year, units
DONE, DONE_MONTH, LOBBIED, SCORE = (
    _take(),
    _take(),
    _take(),
    _take(),
)  # target met; when; lobbying hours; last score bp
SUBJECT = _take()  # what the items judged by an evaluator were truly worth last year

# Of this month.
LIVE, WORKING = _take(), _take()
HIRED, QUITS = _take(SLOTS), _take(SLOTS)  # 1 = there; 1 = quit this month
LEAD_HAZARD, LINE_HAZARD, HAZARD = _take(), _take(), _take()  # of quitting; the mean of the three posts
HOURS, FREE_HOURS, SHADOW = _take(), _take(), _take()  # capacity, after favours, price of an hour
WORTH = _take(TASKS)  # what an hour of each task is worth
EFFORT = _take(TASKS)
TIES, WARMTH, RECOGNISED = _take(), _take(), _take()  # mean tie; Σ pop·known·trust; Σ pop·known
COOPERATION, ACCESS, MATCH, OUTPUT, RELIEF = (_take() for _ in range(5))
HORIZON = _take()  # months a unit of tie is expected to live
BY_AGENCY, BY_COMMITTEE, BY_FUND = _take(), _take(), _take()  # units of need
CLOSED = _take(CLASSES)
AGENCY_COULD, COMMITTEE_COULD, FUND_COULD, OPEN_RATE = (
    _take() for _ in range(4)
)  # close, before what is open limits it
NEW = _take(CLASSES)
LAPSED = _take(CLASSES)
AGENCY_WANTS, COMMITTEE_WANTS = _take(), _take()  # projects a year that each would choose
YEAR_ENDS, CONTRACT_ENDS, CUT, KEPT, CHANGED = _take(), _take(), _take(), _take(), _take()
AUDITED, MARGIN, LIFT, PASSED, OBJECTED = _take(), _take(), _take(), _take(), _take()
QUALITY, FAKED = _take(), _take()  # need closed against its target; share of reported outputs that never was

# Money since the first month, in site-years.
PAID, WITHHELD, UNSPENT, HELD = _take(), _take(), _take(), _take()
PAY, EARNED = _take(), _take()  # of this month: paid out; less effort

# Of this month, for the outcomes.
PRESENCE, TRUSTED, MATCHED, ROOTED, COVER, SATISFIED = (_take() for _ in range(6))

COUNT = _LAST
"""How many variables a site has."""

# What an agency is, shape (run, variable, agency).
(
    AGENCY_MISSION, AGENCY_WRITING, AGENCY_PRODUCTIVITY, AGENCY_OVERHEAD, AGENCY_RECORD, AGENCY_HUNT,
    AGENCY_EARNED, AGENCY_INCOME,
) = range(8)  # fmt: skip
AGENCY_MIX = 8
AGENCY_COUNT = AGENCY_MIX + TASKS
TRAITS = (
    (MISSION, AGENCY_MISSION), (PRODUCTIVITY, AGENCY_PRODUCTIVITY), (OVERHEAD, AGENCY_OVERHEAD),
    *((LEARNED + j, AGENCY_MIX + j) for j in range(TASKS)),
)  # fmt: skip
"""What a site knows of its incumbent: (variable of the site, of the agency)."""
