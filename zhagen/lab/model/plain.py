"""A block of runs with NumPy alone: each formula works on all its runs and communities at once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhagen.lab.model import fields as f
from zhagen.lab.model import market, month, need, record, year
from zhagen.lab.model.draws import Draws
from zhagen.lab.model.ends import begin_anew, close, ends_of, new_kept, note
from zhagen.lab.model.start import fresh_mix, take_traits
from zhagen.lab.model.world import World

Array = NDArray[np.float64]
ALL = slice(None)


@dataclass(slots=True)
class Block:
    """Runs that advance together.

    Args:
        state: Sites, shape (run, variable, community).
        agencies: Shape (run, variable, agency).
        sums: Shape (run, sum, community).
        cover: Coverage in the month of an emergency, shape (run, community).
        kept: Learned share of contracts kept, shape (run, 1).
        focus: Of the streets, shape (run, street).
    """

    state: Array
    agencies: Array
    sums: Array
    cover: Array
    kept: Array
    focus: Array


@dataclass(frozen=True, slots=True)
class Span:
    """Months to run, months before anything is noted, month of an emergency (0 = none)."""

    months: int
    burn_in: int
    shock_month: int = 0


def run_plain(
    block: Block, world: World, draws: Sequence[Draws], p: Any, lv: Any, span: Span
) -> Iterator[int]:
    """Run a block in place and yield after each month; `p` and `lv` hold (run, 1) columns."""
    chances = _Chances(draws)
    block.state, block.sums = _by_variable(block.state), _by_variable(block.sums)
    for t in range(1, span.months + 1):
        _run_month(block, world, chances, p, lv, span, t)
        yield t


def _by_variable(array: Array) -> Array:
    """Return an array of shape (run, variable, community) whose runs lie side by side for each variable."""
    return np.ascontiguousarray(array.swapaxes(0, 1)).swapaxes(0, 1)


class _Chances:
    """The draws of a block's runs; runs of one replication share them."""

    def __init__(self, draws: Sequence[Draws]) -> None:
        distinct = list({id(each): each for each in draws}.values())
        places = {id(each): place for place, each in enumerate(distinct)}
        self._rows = np.array([places[id(each)] for each in draws])
        self._distinct = distinct

    def monthly(self, t: int) -> Array:
        """Return the month's draws, shape (draw, run, community)."""
        month: Array = np.stack([each.monthly[t - 1] for each in self._distinct], axis=1)[:, self._rows]
        return month

    def yearly(self, t: int) -> Array:
        """Return the draws of the month's year, shape (draw, run, community)."""
        year: Array = np.stack([each.yearly[(t - 1) // 12] for each in self._distinct], axis=1)[:, self._rows]
        return year

    def focus(self, t: int) -> Array:
        """Return the streets' draws, shape (run, street)."""
        moves: Array = np.stack([each.focus[t - 1] for each in self._distinct])[self._rows]
        return moves

    def imitation(self, y: int) -> Array:
        """Return the agencies' draws of a year, shape (draw, run, agency)."""
        year: Array = np.stack([each.imitation[y] for each in self._distinct], axis=1)[:, self._rows]
        return year


def _run_month(b: Block, world: World, chances: _Chances, p: Any, lv: Any, span: Span, t: int) -> None:
    x, acc, y = b.state.swapaxes(0, 1), b.sums.swapaxes(0, 1), b.agencies
    u, v = chances.monthly(t), chances.yearly(t)
    b.focus = market.moved_focus(b.focus, chances.focus(t), p, lv)
    x[f.FOCUS] = b.focus[:, world.streets]
    market.open_doors(x, lv, ALL)
    if t == span.shock_month:
        need.in_emergency(x, ALL)
    month.serve(x, u, p, lv, b.kept)
    ends = ends_of(x, v, p, lv, b.kept)
    month.settle(x, p, lv)
    serves = close(ends, y, world)
    ends.put_back(x)
    if t == span.shock_month:
        b.cover[:] = record.coverage(x, p, lv, ALL)
    if t > span.burn_in:
        month.note(x, acc, p, lv)
        note(ends, acc)
    b.kept = new_kept(ends, b.kept)
    _count_agencies(x, y, t > span.burn_in)
    year.pass_month(x, ALL)
    begin_anew(ends, serves, y)
    ends.put_back(x)
    if t % 12 == 0 and bool((lv.learn > 0.5).any()):
        _imitate(y, chances.imitation(t // 12), lv)
        take_traits(x, y)


def _by_agency(x: Array, y: Array, what: Array) -> Array:
    """Return the sum over each agency's sites, added in the order of the sites, shape (run, agency)."""
    runs, agencies = y.shape[0], y.shape[2]
    place = x[f.INCUMBENT].astype(np.int64) + agencies * np.arange(runs)[:, None]
    sums: Array = np.bincount(place.ravel(), what.ravel(), runs * agencies).astype(np.float64)
    return sums.reshape(runs, agencies)


def _count_agencies(x: Array, y: Array, noted: bool) -> None:
    hours = _by_agency(x, y, x[f.EFFORT + f.HUNTING])
    y[:, f.AGENCY_HUNT] = market.new_hunt(y[:, f.AGENCY_HUNT], hours)
    earned = _by_agency(x, y, x[f.EARNED])
    y[:, f.AGENCY_EARNED] = y[:, f.AGENCY_EARNED] + earned
    if noted:
        y[:, f.AGENCY_INCOME] = y[:, f.AGENCY_INCOME] + _by_agency(x, y, x[f.PAY])


def _imitate(y: Array, u: Array, lv: Any) -> None:
    """Let agencies copy better-paid peers, all from the same moment, in the runs where they learn."""
    learns = lv.learn > 0.5
    peer = np.floor(u[0] * market.on_market(lv, y.shape[2])).astype(np.int64)
    earned = y[:, f.AGENCY_EARNED]
    copy = market.copies(earned, np.take_along_axis(earned, peer, axis=1), u[1])
    fresh = fresh_mix(u[3:])
    for j in range(f.TASKS):
        own = y[:, f.AGENCY_MIX + j]
        taken = np.where(copy, np.take_along_axis(own, peer, axis=1), own)
        y[:, f.AGENCY_MIX + j] = np.where(learns, np.where(u[2] < 0.02, fresh[j], taken), own)
    y[:, f.AGENCY_EARNED] = np.where(learns, 0.0, earned)
