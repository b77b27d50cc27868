"""Run cases: one row is one run of a rulebook, a draw of parameters and a replication in a world."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhagen.lab.model import fields as f
from zhagen.lab.model import record
from zhagen.lab.model.derived import NAMES, derive
from zhagen.lab.model.draws import Draws, Stream, draw
from zhagen.lab.model.levers import LEVERS
from zhagen.lab.model.loops import Chances, Row, run_row
from zhagen.lab.model.outcomes import Results, summarise
from zhagen.lab.model.params import PARAM_DTYPE, PARAMS
from zhagen.lab.model.plain import Block, Span, run_plain
from zhagen.lab.model.start import first_focus, start_agencies, start_sites
from zhagen.lab.model.world import World, check_world

Array = NDArray[np.float64]
_PEOPLE = ("pop_elite", "pop_elderly", "pop_families", "pop_tenants")
KNOWN_DTYPE = np.dtype([*PARAM_DTYPE.descr, *((name, np.float64) for name in (*_PEOPLE, *NAMES))])
LEVER_DTYPE = np.dtype([(lever.code, np.float64) for lever in LEVERS])
WORTH_COMPILING = 300_000
"""Sites times months from which the loop is compiled where it was not yet used: half a second of NumPy."""
ROWS_AT_ONCE = 25
"""Runs that advance together where nothing is compiled: the state of 25 stays in the processor's cache."""


@dataclass(frozen=True, slots=True)
class Cases:
    """Runs to make, a row each.

    Args:
        levers: Shape (rows, levers).
        params: Shape (rows, parameters).
        replications: Number of the replication, shape (rows,).
    """

    levers: Array
    params: Array
    replications: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.replications)

    def rows(self, start: int, stop: int) -> "Cases":
        """Return some of the rows."""
        return Cases(self.levers[start:stop], self.params[start:stop], self.replications[start:stop])


def run_cases(
    cases: Cases,
    world: World,
    *,
    seed: int,
    months: int = 120,
    burn_in: int = 60,
    shock_month: int = 0,
    compiled: bool | None = None,
) -> Results:
    """Return the outcomes of every row; a row's figures do not depend on the rows it is run with.

    Args:
        cases: What to run.
        world: The district.
        seed: Of all chances.
        months: To run.
        burn_in: Months before anything is noted.
        shock_month: Month of an emergency; 0 = none.
        compiled: Whether to use the compiled loop where there is one; None = where it is worth its compiling.

    Raises:
        ValueError: Cases, world or span do not fit.
    """
    check_world(world)
    _check(cases, months, burn_in)
    span = Span(months, burn_in, shock_month)
    loop = run_row if _compiles(len(cases) * world.communities * months, compiled) else None
    order = np.argsort(cases.replications, kind="stable")
    parts = []
    for start in range(0, len(cases), ROWS_AT_ONCE):
        chosen = order[start : start + ROWS_AT_ONCE]
        part = Cases(cases.levers[chosen], cases.params[chosen], cases.replications[chosen])
        parts.append(_run_block(part, world, seed, span, loop))
    return _joined(parts).reordered(np.argsort(order, kind="stable"))


def _compiles(site_months: int, compiled: bool | None) -> bool:
    """Return whether to use the compiled loop: the first use compiles it or reads it, a small run is sooner done."""
    if compiled is not None or run_row is None:
        return compiled is not False
    return bool(run_row.signatures) or site_months >= WORTH_COMPILING


def watch(cases: Cases, world: World, *, seed: int, months: int) -> Iterator[Block]:
    """Yield the state after each month of a few cases: for checks that look inside a run.

    The block yielded is the same each time, moved on in place.
    """
    check_world(world)
    _check(cases, months, 0)
    draws = _draws_of(cases, world, seed, months)
    block, p, lv = _block(cases, world, draws)
    for _ in run_plain(block, world, draws, _columns(p), _columns(lv), Span(months, 0)):
        yield block


def _check(cases: Cases, months: int, burn_in: int) -> None:
    rows = len(cases)
    if cases.levers.shape != (rows, len(LEVERS)) or cases.params.shape != (rows, len(PARAMS)):
        raise ValueError("cases have a row of levers and a row of parameters each")
    if rows == 0 or not 0 <= burn_in < months:
        raise ValueError("there is at least one case and at least one month to note")
    if not (np.isfinite(cases.levers).all() and np.isfinite(cases.params).all()):
        raise ValueError("a lever or a parameter is no number")


def _joined(parts: Sequence[Results]) -> Results:
    return parts[0] if len(parts) == 1 else parts[0].joined(parts[1:])


def _draws_of(cases: Cases, world: World, seed: int, months: int) -> list[Draws]:
    return [draw(world.size, seed, int(each), months) for each in cases.replications]


def as_records(matrix: Array, dtype: np.dtype[Any]) -> Any:
    """Return rows of figures as records whose fields are read by name, shape (rows,)."""
    return np.ascontiguousarray(matrix, dtype=np.float64).view(dtype)[:, 0]


def with_people(params: Array, world: World) -> Array:
    """Return parameter rows with the world's population behind, and room for what is derived."""
    people = np.broadcast_to(np.array(world.population), (len(params), f.STRATA))
    return np.concatenate([params, people, np.zeros((len(params), len(NAMES)))], axis=1)


def _run_block(cases: Cases, world: World, seed: int, span: Span, loop: Any) -> Results:
    draws = _draws_of(cases, world, seed, span.months)
    block, p, lv = _block(cases, world, draws)
    if loop is not None:
        for row, chance in enumerate(draws):
            one = Row(
                block.state[row], block.agencies[row], block.sums[row], block.cover[row], block.focus[row], p[row], lv[row]
            )  # fmt: skip
            own = Chances(chance.monthly, chance.yearly, chance.focus, chance.imitation)
            block.kept[row] = loop(one, own, world.streets, span.months, span.burn_in, span.shock_month)
    else:
        for _ in run_plain(block, world, draws, _columns(p), _columns(lv), span):
            pass
    return summarise(block, world, cases, span)


def _columns(records: Any) -> Any:
    """Return records as columns by name, each of shape (rows, 1)."""
    return SimpleNamespace(**{name: records[name][:, None] for name in records.dtype.names})


def _block(cases: Cases, world: World, draws: Sequence[Draws]) -> tuple[Block, Any, Any]:
    p = as_records(with_people(cases.params, world), KNOWN_DTYPE)
    lv = as_records(cases.levers, LEVER_DTYPE)
    known = _columns(p)
    derive(known, _columns(lv))
    for name in NAMES:
        p[name] = getattr(known, name)[:, 0]
    agencies = start_agencies(draws, _columns(lv))
    state = start_sites(world, draws, agencies, _columns(p), _columns(lv))
    rows = len(cases)
    focus = first_focus(np.stack([each.start[Stream.FOCUS] for each in draws]), _columns(lv))
    sums = np.zeros((rows, record.COUNT, world.communities))
    cover = np.zeros((rows, world.communities))
    return Block(state, agencies, sums, cover, p["kept_start"][:, None].copy(), focus), p, lv
