"""A district before its first month."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhagen.lab.model import fields as f
from zhagen.lab.model import market
from zhagen.lab.model.draws import Draws, Stream
from zhagen.lab.model.service import wish
from zhagen.lab.model.world import World

Array = NDArray[np.float64]


def start_agencies(draws: Sequence[Draws], lv: Any) -> Array:
    """Return the agencies of a block, shape (run, variable, agency); `lv` holds (run, 1) columns."""
    chance = {stream: np.stack([each.start[stream] for each in draws]) for stream in draws[0].start}
    runs, agencies = chance[Stream.MISSION].shape
    y = np.zeros((runs, f.AGENCY_COUNT, agencies))
    y[:, f.AGENCY_MISSION] = chance[Stream.MISSION]
    y[:, f.AGENCY_WRITING] = chance[Stream.WRITING]
    y[:, f.AGENCY_PRODUCTIVITY] = 0.75 + 0.5 * chance[Stream.PRODUCTIVITY]
    y[:, f.AGENCY_OVERHEAD] = 0.5 + chance[Stream.OVERHEAD]
    y[:, f.AGENCY_RECORD] = 0.6
    y[:, f.AGENCY_HUNT] = 0.3
    y[:, f.AGENCY_MIX : f.AGENCY_MIX + f.TASKS] = fresh_mix(chance[Stream.MIX].swapaxes(0, 1)).swapaxes(0, 1)
    return y


def fresh_mix(u: Array) -> Array:
    """Return a mix of hours over five tasks and rest from draws of shape (5, …); the last share is rest.

    Sums task by task, so that the bits do not depend on how NumPy adds.
    """
    whole = market.mixed_hours(u[0], u[1], u[2], u[3], u[4])
    mix: Array = u / whole
    return mix


def start_sites(world: World, draws: Sequence[Draws], y: Array, p: Any, lv: Any) -> Array:
    """Return the sites of a block, shape (run, variable, community)."""
    chance = {stream: np.stack([each.start[stream] for each in draws]) for stream in draws[0].start}
    state = np.zeros((len(draws), f.COUNT, world.communities))
    x = state.swapaxes(0, 1)
    _start_place(x, world, chance)
    x[f.BOUGHT] = np.where(chance[Stream.BOUGHT] < lv.buy, 1.0, 0.0)
    many = market.on_market(lv, world.agencies)
    x[f.INCUMBENT] = market.drawn_agency(chance[Stream.INCUMBENT], world.streets, lv, many)
    take_traits(x, y)
    x[f.AGE] = np.floor(chance[Stream.AGE] * lv.term)
    x[f.YEAR] = x[f.AGE] - 12.0 * np.floor(x[f.AGE] / 12.0)
    x[f.SPELL] = x[f.AGE]
    x[f.THEME] = first_focus(chance[Stream.FOCUS], lv)[:, world.streets]
    x[f.TENURE : f.TENURE + f.SLOTS] = np.floor(chance[Stream.TENURE] * 12.0).swapaxes(0, 1)
    x[f.TRUST : f.TRUST + f.STRATA] = p.trust_start
    x[f.COMMITTEE_TRUST] = p.committee_start
    x[f.MONEY_BELIEF] = 0.5
    x[f.ADMIN] = 0.55
    x[f.STOCK : f.STOCK + f.CLASSES] = 0.5
    x[f.DONE_MONTH] = 12.0
    x[f.SCORE] = 6500.0
    x[f.SUBJECT] = 0.5
    x[f.PROJECTS] = np.where(lv.granularity > 0.5, lv.granularity, 1.0)
    x[f.AGENCY_WANTS] = 1.0
    x[f.COMMITTEE_WANTS] = 1.0
    wish(x, p, lv, slice(None))
    return state


def _start_place(x: Array, world: World, chance: dict[Stream, Array]) -> None:
    mix = 0.2 + chance[Stream.NEED_MIX]
    mix = mix / (mix[:, :1] + mix[:, 1:2] + mix[:, 2:3] + mix[:, 3:4])
    if world.need_mix is not None:
        mix = np.broadcast_to(world.need_mix, mix.shape)
    x[f.NEED_MIX : f.NEED_MIX + f.CLASSES] = mix.swapaxes(0, 1)
    x[f.CAPABILITY] = chance[Stream.CAPABILITY] if world.capability is None else world.capability


def first_focus(u: Array, lv: Any) -> Array:
    """Return the streets' first focus, shape (run, street); where half the themes are closed only the others."""
    focus: Array = np.floor(u * market.themes(lv))
    return focus


def take_traits(x: Array, y: Array) -> None:
    """Copy what the incumbent is to its sites: x (variable, run, community), y (run, variable, agency)."""
    who = x[f.INCUMBENT].astype(np.int64)
    for site, agency in f.TRAITS:
        x[site] = np.take_along_axis(y[:, agency], who, axis=1)
