"""Runs site by site, compiled by Numba where it is installed: the same formulas, the same bits, no arrays between.

Without Numba this module is not used: `plain` runs whole blocks.
"""

import hashlib
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from zhagen.core.allocation.compiled import COMPILED
from zhagen.lab.model import draws as d
from zhagen.lab.model import fields as f
from zhagen.lab.model import market, month, need, record, year
from zhagen.lab.model.elementwise import each, elementwise


@elementwise
def _take_traits(x: Any, y: Any, c: Any) -> None:
    who = int(x[f.INCUMBENT, c])
    for site, agency in f.TRAITS:
        x[site, c] = y[agency, who]


@elementwise
def _bid(y: Any, who: Any, luck: Any, lv: Any) -> Any:
    place = int(who)
    writing, hunt, known = y[f.AGENCY_WRITING, place], y[f.AGENCY_HUNT, place], y[f.AGENCY_RECORD, place]
    return year.bid_points(writing, hunt, known, luck, lv)


@elementwise
def _decide(x: Any, y: Any, u: Any, p: Any, lv: Any, size: float, street: int, c: int) -> Any:
    """Decide the tender where a contract ends; return who serves on."""
    who = (
        market.drawn_agency(u[d.RIVALS, c], street, lv, size),
        market.drawn_agency(u[d.RIVALS + 1, c], street, lv, size),
        market.drawn_agency(u[d.RIVALS + 2, c], street, lv, size),
    )
    bids = (
        _bid(y, who[0], u[d.LUCK, c], lv), _bid(y, who[1], u[d.LUCK + 1, c], lv),
        _bid(y, who[2], u[d.LUCK + 2, c], lv),
    )  # fmt: skip
    own = _bid(y, x[f.INCUMBENT, c], u[d.OWN_LUCK, c], lv)
    winner = year.award(x, bids, own, u, p, lv, c)
    if x[f.CHANGED, c] > 0.0 and winner < 2.5:
        return who[int(winner)]
    return x[f.INCUMBENT, c]


@elementwise
def _imitate(y: Any, u: Any, old: Any, size: float) -> None:
    """Let agencies copy better-paid peers, all from the same moment."""
    for row in range(y.shape[0]):
        for a in range(y.shape[1]):
            old[row, a] = y[row, a]
    for a in range(y.shape[1]):
        peer = int(np.floor(u[0, a] * size))
        copy = market.copies(old[f.AGENCY_EARNED, a], old[f.AGENCY_EARNED, peer], u[1, a])
        whole = market.mixed_hours(u[3, a], u[4, a], u[5, a], u[6, a], u[7, a])
        for j in range(f.TASKS):
            if copy:
                y[f.AGENCY_MIX + j, a] = old[f.AGENCY_MIX + j, peer]
            if u[2, a] < 0.02:
                y[f.AGENCY_MIX + j, a] = u[3 + j, a] / whole
        y[f.AGENCY_EARNED, a] = 0.0


class Row(NamedTuple):
    """One run: its sites, agencies, sums, coverage in an emergency, the streets' focus, parameters and levers."""

    x: Any
    y: Any
    acc: Any
    cover: Any
    focus: Any
    p: Any
    lv: Any


class Chances(NamedTuple):
    """Its draws, as `draws.Draws` says."""

    monthly: Any
    yearly: Any
    focus: Any
    imitation: Any


@elementwise
def _wipe(tally: Any) -> None:
    for row in range(tally.shape[0]):
        for a in range(tally.shape[1]):
            tally[row, a] = 0.0


@elementwise
def _serve_all(row: Any, u: Any, v: Any, kept: float, shock: bool, streets: Any, tally: Any) -> None:
    """Serve a month at every site, close what ends, and take the scores to the agencies' records."""
    x, y, _, cover, focus, p, lv = row
    for c in range(x.shape[1]):
        x[f.FOCUS, c] = focus[streets[c]]
        market.open_doors(x, lv, c)
        if shock:
            need.in_emergency(x, c)
    month.serve(x, u, p, lv, kept)
    _wipe(tally)
    for c in each(x):
        if x[f.YEAR_ENDS, c] > 0.0:
            month.review(x, v, p, lv, c)
            who = int(x[f.INCUMBENT, c])
            tally[0, who] += x[f.SCORE, c] / 10000.0
            tally[1, who] += 1.0
    month.settle(x, p, lv)
    if shock:
        for c in each(x):
            cover[c] = record.coverage(x, p, lv, c)
    for a in range(y.shape[1]):
        y[f.AGENCY_RECORD, a] = market.new_record(y[f.AGENCY_RECORD, a], tally[0, a], tally[1, a])


@elementwise
def _end_years(row: Any, v: Any, kept: float, noted: bool, streets: Any) -> Any:
    """Decide tenders, note and begin anew where a year ends; return how many contracts ended and were kept."""
    x, y, acc, _, _, p, lv = row
    size = market.on_market(lv, y.shape[1])
    ended, stayed = 0.0, 0.0
    for c in each(x):
        if x[f.YEAR_ENDS, c] > 0.0:
            new = x[f.INCUMBENT, c]
            if x[f.CONTRACT_ENDS, c] > 0.0:
                new = _decide(x, y, v, p, lv, size, streets[c], c)
            if noted:
                record.add_year(x, acc, p, lv, kept, c)
                record.add_contract(x, acc, c)
            if x[f.CONTRACT_ENDS, c] > 0.0 and x[f.OWNED, c] == 0.0:
                ended += 1.0
                stayed += x[f.KEPT, c]
            x[f.INCUMBENT, c] = new
    return ended, stayed


@elementwise
def _end_all(row: Any, v: Any, kept: float, noted: bool, streets: Any, tally: Any) -> Any:
    """Note the month, count it to the agencies, hand over; return the learned share of contracts kept."""
    x, y, acc, _, _, p, lv = row
    if noted:
        month.note(x, acc, p, lv)
    _wipe(tally)
    for c in each(x):
        who = int(x[f.INCUMBENT, c])
        tally[0, who] += x[f.EFFORT + f.HUNTING, c]
        tally[1, who] += x[f.EARNED, c]
        if noted:
            tally[2, who] += x[f.PAY, c]
    ended, stayed = _end_years(row, v, kept, noted, streets)
    for c in each(x):
        year.pass_month(x, c)
    for c in each(x):
        if x[f.YEAR_ENDS, c] > 0.0:
            year.begin_contract(x, p, lv, c)
            year.begin_year(x, lv, c)
            _take_traits(x, y, c)
    for a in range(y.shape[1]):
        y[f.AGENCY_HUNT, a] = market.new_hunt(y[f.AGENCY_HUNT, a], tally[0, a])
        y[f.AGENCY_EARNED, a] += tally[1, a]
        y[f.AGENCY_INCOME, a] += tally[2, a]
    return market.new_kept(kept, ended, stayed)


def _run_row(row: Any, chances: Any, streets: Any, months: int, burn_in: int, shock_month: int) -> Any:
    """Run one row in place; return the learned share of contracts kept."""
    x, y, _, _, focus, p, lv = row
    kept = p.kept_start
    tally = np.zeros((3, y.shape[1]))
    old = np.zeros(y.shape)
    for t in range(1, months + 1):
        u = chances.monthly[t - 1]
        v = chances.yearly[(t - 1) // 12]
        for g in range(focus.shape[0]):
            focus[g] = market.moved_focus(focus[g], chances.focus[t - 1, g], p, lv)
        _serve_all(row, u, v, kept, t == shock_month, streets, tally)
        kept = _end_all(row, v, kept, t > burn_in, streets, tally)
        if t % 12 == 0 and lv.learn > 0.5:
            _imitate(y, chances.imitation[t // 12], old, market.on_market(lv, y.shape[1]))
            for c in range(x.shape[1]):
                _take_traits(x, y, c)
    return kept


def code_hash() -> str:
    """Return a SHA-256 over the formulas, so that nothing compiled from older ones is ever used."""
    digest = hashlib.sha256()
    scoring = Path(__file__).parents[2] / "core" / "scoring" / "weighted.py"
    for path in (*sorted(Path(__file__).parent.glob("*.py")), scoring):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def compile_row() -> Any:
    """Return `_run_row` compiled; kept on disk under the hash of the formulas where a disk can be written.

    Numba's own cache looks only at the file of the function it compiles, not at those it calls.
    """
    import numba

    config: Any = numba.config
    former = config.CACHE_DIR
    folder = Path(__file__).parent / "__pycache__" / f"loops-{code_hash()[:16]}"
    try:
        config.CACHE_DIR = str(folder)
        return numba.njit(cache=True, nogil=True, error_model="numpy")(_run_row)
    except (RuntimeError, OSError):  # no folder to keep it in
        return numba.njit(nogil=True, error_model="numpy")(_run_row)
    finally:
        config.CACHE_DIR = former


run_row = compile_row() if COMPILED else None
"""The compiled loop over the months of one run; None without Numba."""
