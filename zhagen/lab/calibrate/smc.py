"""ABC-SMC with an adaptive tolerance and a fixed number of runs a generation (Lenormand, Jabot & Deffuant 2013).

Each generation keeps the nearer half of its particles, moves them by a normal kernel on the free line,
simulates, and weighs what it finds by prior over proposal (Beaumont and others 2009). It ends once few
new runs are nearer than the last tolerance, so more runs would hardly change the posterior.

Distance is measured between summaries, one a parameter: the regression of the parameter on all moments
(semi-automatic ABC, Fearnhead & Prangle 2012), each in units of its own error.
"""

from dataclasses import dataclass

import numpy as np

from zhagen.lab.calibrate.box import Floats, log_prior, share_of
from zhagen.lab.calibrate.effort import Effort
from zhagen.lab.calibrate.history import Matched
from zhagen.lab.calibrate.question import (
    FIRST_OF_GENERATIONS,
    STRIDE,
    Progress,
    Question,
    Runs,
    generator,
    simulated,
)
from zhagen.lab.calibrate.regress import Line, fit, with_squares

KEPT = 0.5
STOP = 0.1
"""The sampler ends once fewer than this share of the new runs come within the last tolerance."""


@dataclass(frozen=True)
class Summary:
    """The regression of the parameters, on the free line, on moments and their squares."""

    line: Line
    at: Floats
    """The summaries (p,) of the record."""

    def of(self, moments: Floats) -> Floats:
        """Return the summaries (n, p) of moments (n, m), as differences from the record's, in errors."""
        return np.asarray((self.line.predict(with_squares(moments)) - self.at) / self.line.spread)


@dataclass(frozen=True)
class Particles:
    """Weighted runs; `weights` (n,) are prior over proposal, on one scale for all generations.

    Attributes:
        generations: how often they were moved.
        tolerance: the distance within which the kept ones lie.
        new_inside: share of the last new runs that came within the tolerance before.
        simulated: runs that the generations cost.
    """

    runs: Runs
    weights: Floats
    summary: Summary
    generations: int = 0
    tolerance: float = float("inf")
    new_inside: float = 1.0
    simulated: int = 0


def summarise(question: Question, runs: Runs, weights: Floats | None = None) -> Summary:
    """Return the summary that these runs teach."""
    line = fit(with_squares(runs.moments), question.box.free(runs.values), weights)
    return Summary(line, line.predict(with_squares(question.record[None]))[0])


def distance(summary: Summary, moments: Floats) -> Floats:
    """Return the distance (n,) of moments (n, m) from the record."""
    return np.asarray(np.sqrt((summary.of(moments) ** 2).mean(axis=1)))


def sample(
    question: Question,
    matched: Matched,
    effort: Effort,
    *,
    seed: int,
    progress: Progress = lambda step, share: None,
) -> Particles:
    """Return the particles after up to `effort.generations` moves of what history matching left."""
    runs = matched.runs
    particles = Particles(runs, np.ones(len(runs)), summarise(question, runs))
    for turn in range(effort.generations):
        particles = _moved(question, matched, particles, size=effort.per_generation, seed=(seed, turn))
        progress("generation", (turn + 1) / effort.generations)
        if particles.new_inside < STOP:
            break
    return particles


def _moved(
    question: Question, matched: Matched, old: Particles, *, size: int, seed: tuple[int, int]
) -> Particles:
    """Return one further generation: the nearer half, and `size` new runs drawn around it."""
    away = distance(old.summary, old.runs.moments)
    tolerance = float(np.quantile(away, KEPT))
    near = away <= tolerance
    kept = old.runs.where(near)
    weights = old.weights[near]
    rng = generator(seed[0], 2, seed[1])
    points, proposal = _proposed(matched, question.box.free(kept.values), weights, size=size, rng=rng)
    new = simulated(question, question.box.of_free(points), FIRST_OF_GENERATIONS + seed[1] * STRIDE)
    log_weight = log_prior(points) - np.log(matched.left) - proposal
    inside = float((distance(old.summary, new.moments) <= tolerance).mean())
    runs, weights = kept.and_also(new), np.concatenate([weights, np.exp(log_weight)])
    summary = summarise(question, runs, weights)
    return Particles(runs, weights, summary, old.generations + 1, tolerance, inside, old.simulated + size)


def _proposed(
    matched: Matched, centers: Floats, weights: Floats, *, size: int, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """Return new points (size, p) on the free line inside what is left, and their log density (size,)."""
    share = weights / weights.sum()
    mean = share @ centers
    spread = 2 * (share[:, None] * (centers - mean)).T @ (centers - mean)
    root = np.linalg.cholesky(spread + 1e-9 * np.eye(len(mean)))
    found: list[Floats] = []
    drawn = 0
    while sum(map(len, found)) < size and drawn < 200 * size:
        picked = rng.choice(len(centers), size=size, p=share)
        points = centers[picked] + rng.standard_normal((size, len(mean))) @ root.T
        drawn += size
        found.append(points[matched.keeps(share_of(points))])
    points = np.concatenate(found)
    inside = len(points) / drawn
    return points[:size], _log_mixture(points[:size], centers, share, root) - np.log(inside)


def _log_mixture(points: Floats, centers: Floats, share: Floats, root: Floats) -> Floats:
    """Return the log density (n,) of the mixture of normals with these centers, shares and one spread."""
    whiten = np.linalg.inv(root)
    at, of = points @ whiten.T, centers @ whiten.T
    square = (at**2).sum(axis=1)[:, None] + (of**2).sum(axis=1) - 2 * at @ of.T
    peak = -0.5 * square.min(axis=1)
    mass = np.exp(-0.5 * square - peak[:, None]) @ share
    size = len(root)
    level = -0.5 * size * np.log(2 * np.pi) - np.log(np.diag(root)).sum()
    return np.asarray(np.log(mass) + peak + level)
