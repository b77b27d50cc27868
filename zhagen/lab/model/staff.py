"""Workers: they quit, posts are filled again, hours follow from who is there and for how long."""

from typing import Any

import numpy as np

from zhagen.lab.model import fields as f
from zhagen.lab.model.elementwise import elementwise, pick


@elementwise
def turn_over(x: Any, u: Any, p: Any, lv: Any, c: Any) -> None:
    """Let workers quit and posts be filled; `u` holds a draw for each slot.

    The hazard falls with the wage squared (published elasticities of quitting are 2 to 3) and with security, and
    rises with overload, the price of an hour. Who quits takes the tie along. Source: M10 to M13.
    """
    secure = np.minimum(1.0, np.maximum(lv.term - x[f.AGE, c], 0.0) / 36.0 + 0.25 * lv.merit)
    load = np.minimum(x[f.SHADOW, c] / 0.01, 1.0)
    scale = (1.0 - 0.5 * secure) * (1.0 + 0.5 * load) / (lv.wage * lv.wage)
    hazards = 0.0
    for k in range(f.SLOTS):
        hazard = np.minimum(0.5, pick(k == 0, p.h_lead, p.h_line) * scale)
        hazards = hazards + hazard
        staffed = (x[f.TENURE + k, c] >= 0.0) & (x[f.LIVE, c] > 0.0)
        vacant = (x[f.TENURE + k, c] < 0.0) & (x[f.LIVE, c] > 0.0)
        quits = staffed & (u[k, c] < hazard)
        x[f.QUITS + k, c] = pick(quits, 1.0, 0.0)
        x[f.TIE + k, c] = pick(quits, 0.0, x[f.TIE + k, c])
        hired = vacant & (u[k, c] < p.hire)
        stays = pick(staffed, x[f.TENURE + k, c] + 1.0, x[f.TENURE + k, c])
        x[f.TENURE + k, c] = pick(quits, -1.0, pick(hired, 0.0, stays))
        x[f.HIRED + k, c] = pick((x[f.TENURE + k, c] >= 0.0) & (x[f.LIVE, c] > 0.0), 1.0, 0.0)
    x[f.HAZARD, c] = hazards / f.SLOTS


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
    x[f.HOURS, c] = p.capacity * hours / f.SLOTS * (1.0 - lv.fund)
    x[f.TIES, c] = ties / f.SLOTS
    favours = p.omega * (ties / f.SLOTS) * (1.0 - lv.credit)
    x[f.FREE_HOURS, c] = np.maximum(x[f.HOURS, c] - favours, 0.05)


@elementwise
def mean_tenure(x: Any, c: Any) -> Any:
    """Return the mean months in post over the slots, a vacant one counting 0."""
    months = 0.0
    for k in range(f.SLOTS):
        months = months + np.maximum(x[f.TENURE + k, c], 0.0) * x[f.HIRED + k, c]
    return months / f.SLOTS
