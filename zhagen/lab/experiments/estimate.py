"""A difference between two rulebooks over parameter draws: its amount, and above all its direction."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from zhagen.lab.outcomes import Outcome

QUANTILES = (0.05, 0.25, 0.50, 0.75, 0.95)
SAME = 1e-12
"""Differences smaller than this come from rounding alone."""

DISAGREE_AT_MOST = (1, 5)
"""More than this share of draws against the majority, and the direction counts as uncertain."""


class Direction(StrEnum):
    """Which way an outcome goes in most draws."""

    UP = "up"
    DOWN = "down"
    SAME = "same"
    UNCERTAIN = "uncertain"


@dataclass(frozen=True, slots=True)
class Sides:
    """In how many draws something rises, falls and stays the same."""

    up: int
    down: int
    same: int

    @property
    def draws(self) -> int:
        """All draws."""
        return self.up + self.down + self.same

    @property
    def agreeing(self) -> int:
        """Draws on the side of the majority."""
        return max(self.up, self.down, self.same)

    @property
    def direction(self) -> Direction:
        """The side of the majority, unless more than a fifth of the draws disagree.

        >>> Sides(8, 2, 0).direction, Sides(7, 2, 1).direction, Sides(0, 0, 5).direction
        (<Direction.UP: 'up'>, <Direction.UNCERTAIN: 'uncertain'>, <Direction.SAME: 'same'>)
        """
        share, of = DISAGREE_AT_MOST
        if (self.draws - self.agreeing) * of > self.draws * share:
            return Direction.UNCERTAIN
        if self.up == self.agreeing:
            return Direction.UP
        return Direction.DOWN if self.down == self.agreeing else Direction.SAME


@dataclass(frozen=True, slots=True)
class Amount:
    """How large a difference is over the draws, replications averaged first.

    Args:
        mean: Over all draws.
        p05: Quantiles over the draws, which is the uncertainty that counts.
        p25: As above.
        p50: As above.
        p75: As above.
        p95: As above.
        seed_error: Standard error of the mean by the random numbers alone; None with one replication. It is far
            smaller than the spread over draws and must never be shown as the uncertainty.
    """

    mean: float
    p05: float
    p25: float
    p50: float
    p75: float
    p95: float
    seed_error: float | None


@dataclass(frozen=True, slots=True)
class Estimate:
    """A difference: its sides, and its amount unless only the direction may be told."""

    sides: Sides
    amount: Amount | None

    @property
    def direction(self) -> Direction:
        """Which way in most draws."""
        return self.sides.direction


def estimate(outcome: Outcome, differences: NDArray[np.float64]) -> Estimate:
    """Return the estimate of paired differences, shape (draws, replications)."""
    amount = None if outcome.only_direction else amount_of(differences)
    return Estimate(sides_of(differences.mean(axis=1)), amount)


def sides_of(by_draw: NDArray[np.float64]) -> Sides:
    """Return in how many draws a difference is above, below and at zero; those without a value do not count."""
    known = by_draw[np.isfinite(by_draw)]
    up, down = int((known > SAME).sum()), int((known < -SAME).sum())
    return Sides(up, down, len(known) - up - down)


def amount_of(values: NDArray[np.float64]) -> Amount | None:
    """Return mean, quantiles over draws and seed error of values, shape (draws, replications).

    None where no draw has a value in all replications, such as a cost where nothing was resolved.
    """
    known = values[np.isfinite(values).all(axis=1)]
    if not len(known):
        return None
    by_draw, by_replication = known.mean(axis=1), known.mean(axis=0)
    error = None
    if len(by_replication) > 1:
        # replications share their random numbers over all draws, so they are the independent units
        error = float(by_replication.std(ddof=1) / np.sqrt(len(by_replication)))
    p05, p25, p50, p75, p95 = (float(each) for each in np.quantile(by_draw, QUANTILES))
    return Amount(float(by_draw.mean()), p05, p25, p50, p75, p95, error)
