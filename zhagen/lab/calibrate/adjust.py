"""From weighted particles to posterior draws: local-linear regression adjustment (Beaumont, Zhang & Balding 2002)."""

import numpy as np

from zhagen.lab.calibrate.box import Floats
from zhagen.lab.calibrate.question import Question, generator
from zhagen.lab.calibrate.regress import fit
from zhagen.lab.calibrate.smc import Particles, distance


def adjusted(question: Question, particles: Particles, *, near: float = 1.0) -> tuple[Floats, Floats]:
    """Return adjusted points (n, p) on the free line and their weights (n,).

    Particles within the `near` quantile of the distances are moved to where the record stands, along a
    ridge regression of the parameters on the summaries. Nearer ones weigh more (Epanechnikov). Residuals
    are those of rows left out, shrunk halfway, so that many summaries and few particles do not make
    the posterior look narrower than it is.
    """
    away = distance(particles.summary, particles.runs.moments)
    width = float(np.quantile(away, near)) * (1 + 1e-9)
    inside = away < width
    points = question.box.free(particles.runs.values[inside])
    weights = particles.weights[inside] * (1 - (away[inside] / width) ** 2)
    summaries = particles.summary.of(particles.runs.moments[inside])
    line = fit(summaries, points, weights)
    here = line.predict(np.zeros((1, summaries.shape[1])))
    fitted = points - line.predict(summaries)
    residual = np.sign(fitted) * np.sqrt(np.abs(fitted) * np.abs(line.left_out))
    return here + residual, weights


def draws(
    question: Question, particles: Particles, count: int, *, seed: int, near: float = 1.0
) -> tuple[Floats, float]:
    """Return `count` equally likely parameters (count, p) of the posterior and the effective sample size."""
    points, weights = adjusted(question, particles, near=near)
    share = weights / weights.sum()
    places = (np.arange(count) + generator(seed, 3).random()) / count
    picked = np.minimum(np.searchsorted(np.cumsum(share), places), len(share) - 1)
    shuffled = generator(seed, 4).permutation(picked)
    return question.box.of_free(points[shuffled]), float(1 / (share**2).sum())
