"""Weighted ridge regression with the residual that each row would have if it had been left out."""

from dataclasses import dataclass

import numpy as np

from zhagen.lab.calibrate.box import Floats

RIDGE = 1e-3
"""Penalty per row on standardised columns: keeps near-copies among the moments from blowing up."""

LEAST_ERROR = 1e-6
"""Least relative error of a prediction: a target that never varies must not be told to the last bit."""


@dataclass(frozen=True)
class Line:
    """A fitted regression: `predict` takes raw columns (n, k) and returns (n, t).

    Attributes:
        left_out: residuals (n, t) of each row from the fit without it, closed form.
        spread: root mean square (t,) of `left_out`: the error that a new row would meet.
    """

    center: Floats
    scale: Floats
    slopes: Floats
    level: Floats
    left_out: Floats
    spread: Floats

    def predict(self, columns: Floats) -> Floats:
        """Return predictions (n, t) of columns (n, k)."""
        return np.asarray(((columns - self.center) / self.scale) @ self.slopes + self.level)


def fit(columns: Floats, targets: Floats, weights: Floats | None = None, ridge: float = RIDGE) -> Line:
    """Return the ridge regression of targets (n, t) on columns (n, k), rows weighted by `weights` (n,)."""
    rows = len(columns)
    share = np.full(rows, 1 / rows) if weights is None else weights / weights.sum()
    center = share @ columns
    spread = np.sqrt(share @ (columns - center) ** 2)
    scale = np.where(spread > 1e-12, spread, 1.0)
    scaled = (columns - center) / scale
    level = share @ targets
    weighted = scaled * share[:, None]
    gram = scaled.T @ weighted + ridge * np.eye(columns.shape[1])
    inverse = np.linalg.inv(gram)
    slopes = inverse @ (weighted.T @ (targets - level))
    residual = targets - level - scaled @ slopes
    leverage = share * (1 + ((scaled @ inverse) * scaled).sum(axis=1))
    left_out = residual / np.maximum(1 - leverage, 0.05)[:, None]
    error = np.maximum(np.sqrt(share @ left_out**2), LEAST_ERROR * np.maximum(np.abs(level), 1e-3))
    return Line(center, scale, slopes, level, left_out, error)


def explained(line: Line, targets: Floats) -> Floats:
    """Return the share (t,) of the targets' variance that the regression explains on rows left out."""
    return np.asarray(1 - line.spread**2 / np.maximum(targets.var(axis=0), 1e-300), dtype=np.float64)


def with_squares(columns: Floats) -> Floats:
    """Return columns (n, k) and their squares (n, 2k), the squares of centred columns being left to the fit."""
    return np.concatenate([columns, columns**2], axis=1)


def with_products(columns: Floats) -> Floats:
    """Return columns (n, k), their squares and all products of two (n, k + k(k+1)/2)."""
    first, second = np.triu_indices(columns.shape[1])
    return np.concatenate([columns, columns[:, first] * columns[:, second]], axis=1)
