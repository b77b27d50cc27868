"""Workers: they quit, posts are filled again, hours follow from who is there and for how long."""

from typing import Any

import numpy as np

from zhagen.lab.model import fields as f
from zhagen.lab.model.draws import STAFF
from zhagen.lab.model.elementwise import elementwise, pick


@elementwise
def weigh_leaving(x: Any, p: Any, lv: Any, c: Any) -> None:
    """Set the month's hazard of a line worker and the mean of the three posts.

    It falls with the wage squared (published elasticities of quitting are 2 to 3) and with security, and rises
    with overload, the price of an hour. Source: M10 to M13.
    """
    secure = np.minimum(1.0, np.maximum(lv.term - x[f.AGE, c], 0.0) * (1.0 / 36.0) + 0.25 * lv.merit)
    load = np.minimum(x[f.SHADOW, c] * 100.0, 1.0)
    scale = (1.0 - 0.5 * secure) * (1.0 + 0.5 * load) * p.quitting
    x[f.LEAD_HAZARD, c] = np.minimum(0.5, p.h_lead * scale)
    x[f.LINE_HAZARD, c] = np.minimum(0.5, p.h_line * scale)
    x[f.HAZARD, c] = (x[f.LEAD_HAZARD, c] + 2.0 * x[f.LINE_HAZARD, c]) * p.slot


@elementwise
def turn_over(x: Any, u: Any, p: Any, k: Any, c: Any) -> None:
    """Let the worker of a post quit, or fill the post; `u` holds the month's draws. Who quits takes the tie along."""
    hazard = pick(k == 0, x[f.LEAD_HAZARD, c], x[f.LINE_HAZARD, c])
    there = x[f.TENURE + k, c] >= 0.0
    live = x[f.LIVE, c] > 0.0
    quits = there & live & (u[STAFF + k, c] < hazard)
    hired = (there == 0) & live & (u[STAFF + k, c] < p.hire)
    stays = pick(there & live, x[f.TENURE + k, c] + 1.0, x[f.TENURE + k, c])
    months = pick(quits, -1.0, pick(hired, 0.0, stays))
    x[f.QUITS + k, c] = pick(quits, 1.0, 0.0)
    x[f.TIE + k, c] = pick(quits, 0.0, x[f.TIE + k, c])
    x[f.TENURE + k, c] = months
    x[f.HIRED + k, c] = pick((months >= 0.0) & live, 1.0, 0.0)


@elementwise
def count_hours(x: Any, p: Any, lv: Any, c: Any) -> None:
    """Set the hours of the team, those left after unpaid favours, and the mean tie.

    A worker is worth .55 of a full post on the first day and comes near 1 with time. Source: "Capacity", M31.
    """
    hours = 0.0
    ties = 0.0
    for k in range(f.SLOTS):
        tenure = np.maximum(x[f.TENURE + k, c], 0.0)
        hours = hours + x[f.HIRED + k, c] * (0.55 + 0.45 * tenure / (tenure + 6.0))
        ties = ties + x[f.TIE + k, c]
    x[f.HOURS, c] = p.capacity * hours * p.slot * (1.0 - lv.fund)
    x[f.TIES, c] = ties * p.slot
    favours = p.omega * x[f.TIES, c] * (1.0 - lv.credit)
    x[f.FREE_HOURS, c] = np.maximum(x[f.HOURS, c] - favours, 0.05)


@elementwise
def mean_tenure(x: Any, p: Any, c: Any) -> Any:
    """Return the mean months in post over the slots, a vacant one counting 0."""
    months = 0.0
    for k in range(f.SLOTS):
        months = months + np.maximum(x[f.TENURE + k, c], 0.0) * x[f.HIRED + k, c]
    return months * p.slot
