"""From a record and a simulator to posterior draws: history matching, ABC-SMC, regression adjustment."""

from dataclasses import dataclass

import numpy as np

from zhagen.lab.calibrate.adjust import draws
from zhagen.lab.calibrate.box import Box, Floats
from zhagen.lab.calibrate.effort import Effort
from zhagen.lab.calibrate.history import LIMIT, emulate, match
from zhagen.lab.calibrate.question import Progress, Question, Runs, prior_runs
from zhagen.lab.calibrate.regress import explained, fit, with_squares
from zhagen.lab.calibrate.smc import sample

IDENTIFIED = 0.3
"""Share of a parameter's prior variance that the moments must explain for it to be calibrated."""


@dataclass(frozen=True)
class Inferred:
    """Posterior draws (d, p) and how they were come by.

    Attributes:
        effective: effective sample size of the weighted particles.
        left: share of the box that history matching left.
        waves, generations, runs: what was done; `runs` counts all simulated.
        new_inside: share of the last generation within the tolerance before: near 0 = nothing more to gain.
        unreachable: moments that no parameters in the box come near.
        is_impossible: nothing in the box could have made the record; the draws say nothing then.
    """

    box: Box
    draws: Floats
    effective: float
    left: float
    waves: int
    generations: int
    runs: int
    new_inside: float
    unreachable: tuple[str, ...]
    is_impossible: bool


def identified(box: Box, runs: Runs) -> dict[str, float]:
    """Return how much of each parameter's prior variance the moments explain, on runs left out, in [0, 1].

    It is read off runs from the prior, before any record is looked at.
    """
    shares = box.unit(runs.values)
    found = explained(fit(with_squares(runs.moments), shares), shares)
    return {name: float(max(share, 0.0)) for name, share in zip(box.names, found, strict=True)}


def unreachable(question: Question, runs: Runs) -> tuple[str, ...]:
    """Return the moments whose record lies farther than LIMIT errors from every emulated run."""
    emulator = emulate(question, runs)
    fitted = runs.moments - emulator.line.left_out
    miss = np.maximum(fitted.min(axis=0) - question.record, question.record - fitted.max(axis=0))
    miss = miss / emulator.line.spread
    return tuple(name for name, each in zip(question.moments, miss, strict=True) if each > LIMIT)


def infer(
    question: Question,
    effort: Effort,
    *,
    seed: int,
    table: Runs | None = None,
    progress: Progress = lambda step, share: None,
) -> Inferred:
    """Return the posterior of a question.

    Args:
        question: parameters, moments, simulator, record.
        effort: how much to simulate.
        seed: everything follows from it.
        table: runs from the prior, made here where None.
        progress: told after each step.
    """
    runs = prior_runs(question, effort.table, seed=seed) if table is None else table
    progress("table", 1.0)
    far = unreachable(question, runs)
    matched = match(question, runs, effort, seed=seed, progress=progress)
    particles = sample(question, matched, effort, seed=seed, progress=progress)
    found, effective = draws(question, particles, effort.draws, seed=seed, near=effort.near)
    total = len(runs) + matched.made + particles.simulated
    return Inferred(
        question.box, found, effective, matched.left, len(matched.waves), particles.generations, total,
        particles.new_inside, far, matched.is_impossible,
    )  # fmt: skip
