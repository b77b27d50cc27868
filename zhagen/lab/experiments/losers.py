"""Who is better and who is worse off under a changed rulebook: strata, streets, kinds of agencies."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from zhagen.lab.experiments.estimate import Direction, Sides, sides_of
from zhagen.lab.experiments.setup import Floats, Grid
from zhagen.lab.model.world import World
from zhagen.lab.outcomes import in_order

COMMUNITIES_LEAST = 5
"""A street of fewer communities is left out: its figure would be read as one committee's."""


class GroupKind(StrEnum):
    """What residents and agencies are grouped by."""

    STRATUM = "stratum"
    STREET = "street"
    AGENCY = "agency"


@dataclass(frozen=True, slots=True)
class GroupChange:
    """What a changed rulebook does to one group.

    Args:
        kind: What it is grouped by.
        group: Number of the group, from 0; of agencies a place in the model's `KINDS`.
        outcome: What is better or worse.
        sides: Draws in which the group is better off ("up"), worse off ("down"), or neither.
    """

    kind: GroupKind
    group: int
    outcome: str
    sides: Sides

    @property
    def loses(self) -> bool:
        """Whether the group is worse off in at least four fifths of the draws."""
        return self.sides.direction is Direction.DOWN


GROUPS = ("by_stratum", "by_street", "by_kind")
"""Parts of the results that this needs."""


def group_changes(grid: Grid, world: World) -> tuple[GroupChange, ...]:
    """Return what the second variant does to each group, compared with the first."""
    results = grid.results
    small = np.bincount(world.streets, minlength=world.street_count) < COMMUNITIES_LEAST
    streets = {code: np.where(small, np.nan, rows) for code, rows in results.by_street.items()}
    return (
        *_changes(grid, GroupKind.STRATUM, results.by_stratum),
        *_changes(grid, GroupKind.STREET, streets),
        *_changes(grid, GroupKind.AGENCY, results.by_kind),
    )


def _changes(grid: Grid, kind: GroupKind, arrays: dict[str, Floats]) -> Iterator[GroupChange]:
    for outcome in in_order(set(arrays)):
        if not outcome.better or outcome.only_direction:
            continue
        means = grid.parts(arrays[outcome.code])
        gains = (means[1] - means[0]) * outcome.better
        for group in range(gains.shape[1]):
            if not np.isnan(gains[:, group]).any():
                yield GroupChange(kind, group, outcome.code, sides_of(gains[:, group]))
