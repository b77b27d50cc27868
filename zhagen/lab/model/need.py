"""Need: it arises, waits, is closed by the agency, the committee or the community's own money, or is given up."""

from typing import Any

import numpy as np

from zhagen.lab.model import fields as f
from zhagen.lab.model.draws import NEED
from zhagen.lab.model.elementwise import elementwise, pick


@elementwise
def arrive(x: Any, u: Any, p: Any, n: Any, c: Any) -> None:
    """Let open need of a class lapse and new need arise; `u` holds the month's draws.

    The four classes together make one unit a month on average. Source: lab design, "Need".
    """
    lapsed = x[f.STOCK + n, c] * p.lapse
    x[f.NEW + n, c] = x[f.NEED_MIX + n, c] * (0.7 + 0.6 * u[NEED + n, c])
    x[f.LAPSED + n, c] = lapsed
    x[f.STOCK + n, c] = x[f.STOCK + n, c] - lapsed + x[f.NEW + n, c]


@elementwise
def count_arrived(x: Any, c: Any) -> None:
    """Add the month's new need to the year's."""
    new = x[f.NEW, c] + x[f.NEW + 1, c] + x[f.NEW + 2, c] + x[f.NEW + 3, c]
    x[f.ARRIVED, c] = x[f.ARRIVED, c] + new


@elementwise
def in_emergency(x: Any, c: Any) -> None:
    """Add the need of a month in which people cannot go out: half a month's more, of every class."""
    for n in range(f.CLASSES):
        x[f.STOCK + n, c] = x[f.STOCK + n, c] + 0.5 * x[f.NEED_MIX + n, c]
        x[f.NEW + n, c] = x[f.NEW + n, c] + 0.5 * x[f.NEED_MIX + n, c]


@elementwise
def open_need(x: Any, c: Any) -> Any:
    """Return all open need, units."""
    return x[f.STOCK, c] + x[f.STOCK + 1, c] + x[f.STOCK + 2, c] + x[f.STOCK + 3, c]


@elementwise
def share_in_theme(x: Any, c: Any) -> Any:
    """Return the share of open need that the theme bought is about."""
    share = 0.0
    for n in range(f.CLASSES):
        share = share + pick(x[f.THEME, c] == n, x[f.STOCK + n, c], 0.0)
    return share / np.maximum(open_need(x, c), 1e-9)


@elementwise
def largest_class(x: Any, c: Any) -> Any:
    """Return the class with most open need; of equals the first."""
    best = x[f.STOCK, c]
    place = x[f.STOCK, c] * 0.0
    for n in range(1, f.CLASSES):
        place = pick(x[f.STOCK + n, c] > best, 1.0 * n, place)
        best = np.maximum(best, x[f.STOCK + n, c])
    return place
