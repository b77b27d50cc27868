"""Sites of a block whose year ends this month: taken out, worked on alone, put back.

Most sites end no year in a month; what only an end needs is not worked out for the others.
"""

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhagen.lab.model import draws as d
from zhagen.lab.model import fields as f
from zhagen.lab.model import market, month, record, year
from zhagen.lab.model.world import World

Array = NDArray[np.float64]
Index = NDArray[np.int64]
ALL = slice(None)


@dataclass(frozen=True, slots=True)
class Ends:
    """Sites whose year ends, n of them.

    Args:
        runs: Which run each is of, shape (n,).
        places: Which community.
        x: Their state, shape (variable, n).
        u: The year's draws for them, shape (draw, n).
        p: Parameters, each of shape (n,).
        lv: Levers, each of shape (n,).
        kept: Learned share of contracts kept, shape (n,).
    """

    runs: Index
    places: Index
    x: Array
    u: Array
    p: Any
    lv: Any
    kept: Array

    def put_back(self, x: Array) -> None:
        """Write the sites back into the state of all, shape (variable, run, community)."""
        x[:, self.runs, self.places] = self.x


def ends_of(x: Array, u: Array, p: Any, lv: Any, kept: Array) -> Ends:
    """Return the sites of a block whose year ends; `p` and `lv` hold (run, 1) columns."""
    runs, places = np.nonzero(x[f.YEAR_ENDS])
    known, rules = (
        SimpleNamespace(**{name: column[runs, 0] for name, column in vars(each).items()}) for each in (p, lv)
    )
    return Ends(runs, places, x[:, runs, places], u[:, runs, places], known, rules, kept[runs, 0])


def close(ends: Ends, y: Array, world: World) -> Array:
    """Review and pay the years that end and decide their tenders; return who serves on at each site."""
    x, p, lv = ends.x, ends.p, ends.lv
    month.review(x, ends.u, p, lv, ALL)
    month.settle(x, p, lv)
    _take_records(ends, y)
    many, streets = market.on_market(lv, world.agencies), world.streets[ends.places]
    rivals = [market.drawn_agency(ends.u[d.RIVALS + j], streets, lv, many) for j in range(3)]
    bids = [_bid(ends, y, who, ends.u[d.LUCK + j]) for j, who in enumerate(rivals)]
    own = _bid(ends, y, x[f.INCUMBENT], ends.u[d.OWN_LUCK])
    winner = year.award(x, bids, own, ends.u, p, lv, ALL)
    new = np.where(winner == 0.0, rivals[0], np.where(winner == 1.0, rivals[1], rivals[2]))
    new = np.where(winner == 3.0, x[f.INCUMBENT], new)
    serves: Array = np.where(x[f.CHANGED] > 0.0, new, x[f.INCUMBENT])
    return serves


def _by_agency(ends: Ends, y: Array, what: Array) -> Array:
    runs, agencies = y.shape[0], y.shape[2]
    place = ends.x[f.INCUMBENT].astype(np.int64) + agencies * ends.runs
    sums: Array = np.bincount(place, what, runs * agencies).astype(np.float64)
    return sums.reshape(runs, agencies)


def _take_records(ends: Ends, y: Array) -> None:
    scores = _by_agency(ends, y, ends.x[f.SCORE] / 10000.0)
    many = _by_agency(ends, y, ends.x[f.YEAR_ENDS])
    y[:, f.AGENCY_RECORD] = market.new_record(y[:, f.AGENCY_RECORD], scores, many)


def _bid(ends: Ends, y: Array, who: Array, luck: Array) -> Array:
    place = who.astype(np.int64)
    writing, hunt, known = (
        y[ends.runs, trait, place] for trait in (f.AGENCY_WRITING, f.AGENCY_HUNT, f.AGENCY_RECORD)
    )
    points: Array = year.bid_points(writing, hunt, known, luck, ends.lv)
    return points


def note(ends: Ends, acc: Array) -> None:
    """Add the years and contracts that end to the sums, shape (sum, run, community)."""
    sums = acc[:, ends.runs, ends.places]
    record.add_year(ends.x, sums, ends.p, ends.lv, ends.kept, ALL)
    record.add_contract(ends.x, sums, ALL)
    acc[:, ends.runs, ends.places] = sums


def new_kept(ends: Ends, kept: Array) -> Array:
    """Return what agencies have learned from outside contracts that ended; sums of ones are exact in any order."""
    out = ends.x[f.CONTRACT_ENDS] * np.where(ends.x[f.OWNED] > 0.0, 0.0, 1.0)
    ended = np.bincount(ends.runs, out, len(kept))[:, None]
    stayed = np.bincount(ends.runs, out * ends.x[f.KEPT], len(kept))[:, None]
    learned: Array = market.new_kept(kept, ended, stayed)
    return learned


def begin_anew(ends: Ends, serves: Array, y: Array) -> None:
    """Let the month pass, seat who serves on, and begin the next year and contract."""
    x = ends.x
    year.pass_month(x, ALL)
    x[f.INCUMBENT] = serves
    year.begin_contract(x, ends.p, ends.lv, ALL)
    year.begin_year(x, ends.lv, ALL)
    who = serves.astype(np.int64)
    for site, agency in f.TRAITS:
        x[site] = y[ends.runs, agency, who]
