"""An election as the rules read it: projects, money in whole units, ballots in columns."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from zhagen.core.allocation.compiled import COMPILED
from zhagen.core.allocation.pabulib import VoteType

Whole = NDArray[np.int64]
SMALL: type[np.int64] = np.int32 if COMPILED else np.int64  # type: ignore[assignment]
"""Of columns of numbers below 2**31: half the memory where loops are compiled (products there are of 64 bits)."""


ONE = np.int64(1).tobytes()


def ones(size: int) -> Whole:
    """Return a column of ones that takes no memory and cannot be written."""
    column = np.ndarray((size,), np.int64, ONE, strides=(0,))
    column.flags.writeable = False
    return column


@dataclass(frozen=True)
class Project:
    """One project of the vote.

    Args:
        id: As in the file.
        cost: In whole units of the election's money (`Election.scale` units make one of the currency).
        categories: What limits and figures by theme speak of.
        districts: Where it lies; empty for the whole place.
        selected: What the file says of its real end: "1" won, "0" lost, "" unknown, others by META's comment.
    """

    id: str
    cost: int
    name: str = ""
    categories: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()
    selected: str = ""


@dataclass(frozen=True, eq=False)
class Ballots:
    """Ballots in columns: ballot v names `projects[offsets[v]:offsets[v + 1]]`, each once, in its own order.

    `points` runs beside `projects`; all are 1 where ballots carry no points.
    """

    offsets: Whole
    projects: Whole
    points: Whole

    @property
    def count(self) -> int:
        """Return the number of ballots, empty ones included."""
        return int(self.offsets.size) - 1

    @staticmethod
    def of(ballots: "list[list[int]]", points: "list[list[int]] | None" = None) -> "Ballots":
        """Return columns of ballots given as lists of project numbers; a number named twice counts once."""
        kept = [list(dict.fromkeys(ballot)) for ballot in ballots]
        given = points or [[1] * len(ballot) for ballot in ballots]
        firsts = [
            dict(zip(reversed(b), reversed(p), strict=True)) for b, p in zip(ballots, given, strict=True)
        ]
        offsets = np.cumsum([0, *(len(ballot) for ballot in kept)], dtype=np.int64)
        named = np.array([each for ballot in kept for each in ballot], dtype=SMALL)
        marks = [first[each] for ballot, first in zip(kept, firsts, strict=True) for each in ballot]
        return Ballots(offsets, named, np.array(marks, dtype=np.int64))


@dataclass(frozen=True, eq=False)
class Election:
    """Projects, budget and ballots of one vote; money in whole units, `scale` of which make one of the currency."""

    projects: tuple[Project, ...]
    budget: int
    ballots: Ballots
    vote_type: VoteType = VoteType.APPROVAL
    scale: int = 1
    meta: Mapping[str, str] = field(default_factory=dict)

    @property
    def ids(self) -> tuple[str, ...]:
        """Return the ids of all projects, in the file's order."""
        return tuple(project.id for project in self.projects)

    def money(self, units: "int | Fraction") -> Fraction:
        """Return whole units as an amount of the currency."""
        return Fraction(units) / self.scale
