"""What the hours bring: outputs, need closed, ties, and what the purchase does to the committee's own time."""

from typing import Any

import numpy as np

from zhagen.lab.model import fields as f
from zhagen.lab.model import need
from zhagen.lab.model.effort import doublings, tie_gain
from zhagen.lab.model.elementwise import elementwise, pick

PREFERS = (
    (0.55, 0.15, 0.15, 0.15),
    (0.15, 0.60, 0.15, 0.10),
    (0.15, 0.20, 0.50, 0.15),
    (0.15, 0.10, 0.25, 0.50),
)
"""Share of each need class (culture, care, children, work and rights) in what a stratum asks for: judgement."""


@elementwise
def produce(x: Any, p: Any, c: Any) -> None:
    """Turn activities into real and reported outputs, and note the month in which the target is met."""
    split = 1.0 + p.split_gain * doublings(x[f.PROJECTS, c])
    x[f.OUTPUT, c] = x[f.COOPERATION, c] * x[f.PRODUCTIVITY, c] * split * x[f.EFFORT + f.ACTIVITIES, c]
    x[f.REAL, c] = x[f.REAL, c] + x[f.OUTPUT, c]
    x[f.REPORTED, c] = x[f.REPORTED, c] + x[f.OUTPUT, c] * (1.0 + p.padding)
    x[f.YEAR, c] = x[f.YEAR, c] + x[f.LIVE, c]
    x[f.LOBBIED, c] = x[f.LOBBIED, c] + x[f.EFFORT + f.LOBBYING, c]
    met = (x[f.DONE, c] <= 0.0) & (x[f.REPORTED, c] >= p.quota) & (x[f.LIVE, c] > 0.0)
    x[f.DONE, c] = pick(met, 1.0, x[f.DONE, c])
    x[f.DONE_MONTH, c] = pick(met, x[f.YEAR, c], x[f.DONE_MONTH, c])
    x[f.RELIEF, c] = np.minimum(x[f.OUTPUT, c] * (1.0 / 0.35), 1.0) * x[f.BOUGHT, c]


@elementwise
def administer(x: Any, p: Any, lv: Any, c: Any) -> None:
    """Refill the committee's freed time with the street's tasks. Source: M8, M17."""
    aim = 0.55 + 0.15 * p.adm_fill * x[f.RELIEF, c] - 0.25 * lv.post * (1.0 - p.adm_fill)
    x[f.ADMIN, c] = x[f.ADMIN, c] + 0.1 * (aim - x[f.ADMIN, c])


@elementwise
def wish(x: Any, p: Any, lv: Any, c: Any) -> None:
    """Keep what those ask for who decide on the community's money, as shares of the classes of need.

    The elite alone (also the committee's half, see `voted`), all who turn out, or a jury drawn by lot.
    """
    turnout = (p.turnout_elite, p.turnout_elderly, p.turnout_families, p.turnout_tenants)
    people = (p.pop_elite, p.pop_elderly, p.pop_families, p.pop_tenants)
    for n in range(f.CLASSES):
        x[f.WISHED + n, c] = 0.0
    voices = 0.0
    for s in range(f.STRATA):
        elite = pick(lv.vote < 1.5, 1.0 if s == 0 else 0.0, people[s] * turnout[s])
        voice = pick(lv.vote > 2.5, people[s], elite)
        whole = 0.0
        for n in range(f.CLASSES):
            whole = whole + x[f.NEED_MIX + n, c] * PREFERS[s][n]
        for n in range(f.CLASSES):
            asked = x[f.NEED_MIX + n, c] * PREFERS[s][n] / whole
            x[f.WISHED + n, c] = x[f.WISHED + n, c] + voice * asked
        voices = voices + voice
    for n in range(f.CLASSES):
        x[f.WISHED + n, c] = x[f.WISHED + n, c] / voices


@elementwise
def voted(x: Any, n: Any, lv: Any, c: Any) -> Any:
    """Return the share of the community's money for one class; a committee follows the street's focus by half."""
    by_committee = 0.5 * x[f.WISHED + n, c] + 0.5 * pick(x[f.FOCUS, c] == n, 1.0, 0.0)
    return pick(lv.vote < 0.5, by_committee, x[f.WISHED + n, c])


@elementwise
def find_means(x: Any, p: Any, lv: Any, c: Any) -> None:
    """Set what agency, committee and fund could close: of what is open at most .7 and .5; the fund in units a class."""
    care = pick(x[f.OWNED, c] > 0.0, 0.75, 1.0) * (1.0 - 0.25 * lv.post)
    casework = p.a_case * x[f.EFFORT + f.CASEWORK, c] * x[f.ACCESS, c] * care
    total = need.open_need(x, c)
    could = (casework + p.a_output * x[f.OUTPUT, c]) * x[f.MATCH, c]
    x[f.AGENCY_COULD, c] = np.minimum(could, 0.7 * total)
    burden = 0.05 * x[f.LIVE, c] + p.split_burden * (x[f.PROJECTS, c] - 1.0) * x[f.LIVE, c]
    own_time = np.maximum(1.0 - x[f.ADMIN, c] - burden - 0.15 * (1.0 - x[f.RELIEF, c]), 0.02)
    x[f.COMMITTEE_COULD, c] = np.minimum(p.a_committee * own_time, 0.5 * total)
    x[f.FUND_COULD, c] = p.a_fund * lv.fund * (1.0 - p.leak)


@elementwise
def share_means(x: Any, c: Any) -> None:
    """Turn what agency and committee could close into a rate for each unit open."""
    per_open = 1.0 / np.maximum(need.open_need(x, c), 1e-9)
    x[f.OPEN_RATE, c] = per_open
    x[f.AGENCY_COULD, c] = x[f.AGENCY_COULD, c] / x[f.MATCH, c]
    x[f.BY_AGENCY, c] = 0.0
    x[f.BY_COMMITTEE, c] = 0.0
    x[f.BY_FUND, c] = 0.0


@elementwise
def close_class(x: Any, n: Any, lv: Any, c: Any) -> None:
    """Close need of one class: the agency where its theme is, the committee everywhere, the fund where voted.

    The fund closes at most .3 of what the others leave; no class is closed below zero.
    """
    here = x[f.STOCK + n, c] * x[f.OPEN_RATE, c]
    aimed = pick(x[f.THEME, c] == n, here, 0.35 * here)
    by_agency = np.minimum(x[f.AGENCY_COULD, c] * aimed, 0.9 * x[f.STOCK + n, c])
    left = x[f.STOCK + n, c] - by_agency
    by_committee = np.minimum(x[f.COMMITTEE_COULD, c] * here, left)
    money = x[f.FUND_COULD, c] * np.minimum(voted(x, n, lv, c), here)
    by_fund = np.minimum(money, 0.3 * (left - by_committee))
    x[f.CLOSED + n, c] = by_agency + by_committee + by_fund
    x[f.BY_AGENCY, c] = x[f.BY_AGENCY, c] + by_agency
    x[f.BY_COMMITTEE, c] = x[f.BY_COMMITTEE, c] + by_committee
    x[f.BY_FUND, c] = x[f.BY_FUND, c] + by_fund


@elementwise
def take_closed(x: Any, c: Any) -> None:
    """Take what was closed off what is open."""
    for n in range(f.CLASSES):
        x[f.STOCK + n, c] = x[f.STOCK + n, c] - x[f.CLOSED + n, c]
    x[f.SOLVED, c] = x[f.SOLVED, c] + x[f.BY_AGENCY, c]


@elementwise
def tie_up(x: Any, p: Any, c: Any) -> None:
    """Let ties of each post grow with tie work and, a little, with other work, and fade. Source: M29."""
    passing = p.g0 * (x[f.EFFORT + f.CASEWORK, c] + 0.3 * x[f.EFFORT + f.ACTIVITIES, c])
    won = tie_gain(x, p, c) * x[f.EFFORT + f.TIE_WORK, c] + passing
    ties = 0.0
    for k in range(f.SLOTS):
        tie = x[f.TIE + k, c] + won * (1.0 - x[f.TIE + k, c]) - p.d_tie * x[f.TIE + k, c]
        x[f.TIE + k, c] = pick(x[f.HIRED + k, c] > 0.0, tie, 0.0)
        ties = ties + x[f.TIE + k, c]
    x[f.TIES, c] = ties * p.slot
