"""Bounded parameters and the free line on which they are inferred."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

EDGE = 1e-9
"""Share of a range next to its ends that counts as the end: there the free line would be infinite."""


@dataclass(frozen=True)
class Box:
    """Names and ranges of parameters; the prior is uniform over the box.

    `low` and `high` have shape (p,).
    """

    names: tuple[str, ...]
    low: Floats
    high: Floats

    def unit(self, values: Floats) -> Floats:
        """Return parameters (n, p) as shares of their range, in [0, 1]."""
        return (values - self.low) / (self.high - self.low)

    def of_unit(self, shares: Floats) -> Floats:
        """Return parameters (n, p) from shares of their range."""
        return self.low + shares * (self.high - self.low)

    def free(self, values: Floats) -> Floats:
        """Return parameters (n, p) on the free line: the logit of their share of the range."""
        share = np.clip(self.unit(values), EDGE, 1 - EDGE)
        return np.log(share / (1 - share))

    def of_free(self, points: Floats) -> Floats:
        """Return parameters (n, p) from points of the free line."""
        return self.of_unit(share_of(points))


def share_of(points: Floats) -> Floats:
    """Return the share of the range to which points of the free line belong."""
    return 1 / (1 + np.exp(-np.clip(points, -30, 30)))


def log_prior(points: Floats) -> Floats:
    """Return the log density (n,) of the uniform prior at points (n, p) of the free line."""
    share = share_of(points)
    return np.asarray(np.log(share * (1 - share) + 1e-300).sum(axis=1), dtype=np.float64)
