"""Draws by position: each depends on seed, stream, replication and place alone, never on who asked before.

Every rulebook and every draw of parameters sees the same chances (common random numbers), and a replication is the
same alone or in a block. Philox4x64: key = (seed, stream), the replication in the counter's third word.
"""

from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from math import prod

import numpy as np
from numpy.typing import NDArray

from zhagen.lab.model import fields as f
from zhagen.lab.model.world import Size

Array = NDArray[np.float64]

NEED, STAFF = 0, 4
"""Where a month's draws for a community begin: need by class, workers by slot."""
AUDIT, SURVEY, INTERNAL, RIVALS, LUCK, OWN_LUCK, CUT = 0, 1, 2, 3, 6, 9, 10
"""Where a year's draws begin: of two ends of years at one site, twelve months apart, each has a year of its own."""


class Stream(IntEnum):
    """Every chance has a stream of its own, so that a new one moves no other."""

    MISSION = 1
    WRITING = 2
    NEED_MIX = 3
    CAPABILITY = 4
    INCUMBENT = 5
    AGE = 6
    FOCUS = 7
    TENURE = 8
    PRODUCTIVITY = 9
    FOCUS_MOVES = 10
    MONTH = 11
    REVIEW = 13
    INTERNAL = 14
    TENDER = 15
    CUT = 16
    OVERHEAD = 17
    BOUGHT = 18
    MIX = 19
    IMITATION = 20


def uniform(seed: int, stream: Stream, replication: int, *shape: int) -> Array:
    """Return draws from [0, 1) in the given shape; a longer first axis begins with the shorter one's draws."""
    key = np.array([seed, stream], dtype=np.uint64)
    counter = np.array([0, 0, replication, 0], dtype=np.uint64)
    return np.random.Generator(np.random.Philox(key=key, counter=counter)).random(prod(shape)).reshape(shape)


@dataclass(frozen=True, slots=True)
class Draws:
    """All chances of one replication.

    Args:
        start: By stream, what the district is at the beginning.
        monthly: Need and workers, shape (months, 7, communities).
        yearly: What the end of a year and a tender need, shape (years, 11, communities).
        focus: Whether and where the streets' focus moves, shape (months, streets).
        imitation: Peer, copy, mutation and a fresh mix, shape (years, 8, agencies).
    """

    start: dict[Stream, Array]
    monthly: Array
    yearly: Array
    focus: Array
    imitation: Array


@lru_cache(maxsize=64)
def draw(size: Size, seed: int, replication: int, months: int) -> Draws:
    """Return the chances of one replication; kept, because rulebooks compared share them."""
    c, a, g = size
    shapes = {
        Stream.MISSION: (a,), Stream.WRITING: (a,), Stream.PRODUCTIVITY: (a,), Stream.OVERHEAD: (a,),
        Stream.MIX: (f.TASKS, a), Stream.NEED_MIX: (f.CLASSES, c), Stream.CAPABILITY: (c,), Stream.INCUMBENT: (c,),
        Stream.AGE: (c,), Stream.TENURE: (f.SLOTS, c), Stream.BOUGHT: (c,), Stream.FOCUS: (g,),
    }  # fmt: skip
    years = (months - 1) // 12 + 1
    yearly = {Stream.REVIEW: 2, Stream.INTERNAL: 1, Stream.TENDER: 7, Stream.CUT: 1}
    ends = [uniform(seed, stream, replication, years, many, c) for stream, many in yearly.items()]
    return Draws(
        {stream: uniform(seed, stream, replication, *shape) for stream, shape in shapes.items()},
        uniform(seed, Stream.MONTH, replication, months, f.CLASSES + f.SLOTS, c),
        np.concatenate(ends, axis=1),
        uniform(seed, Stream.FOCUS_MOVES, replication, months, g),
        uniform(seed, Stream.IMITATION, replication, months // 12 + 1, 3 + f.TASKS, a),
    )
