"""History matching: leave out, wave by wave, the parameters that cannot have made the records.

A wave fits one emulator a moment to the runs at hand, a regression on the parameters, their squares
and products. Parameters are ruled out where the emulated moment is farther from the record than
LIMIT times the emulator's error on rows left out. As every run is one district with the noise of
one district's records, that error holds all of it: lack of fit, the model's chance, surveys and
discrepancy. So that a handful of moments which miss by bad luck do not rule out the truth, the
RANK-th largest implausibility counts (Vernon, Goldstein & Bower 2010).
"""

from dataclasses import dataclass, replace

import numpy as np

from zhagen.lab.calibrate.box import Floats
from zhagen.lab.calibrate.effort import Effort
from zhagen.lab.calibrate.question import (
    FIRST_OF_WAVES,
    STRIDE,
    Progress,
    Question,
    Runs,
    generator,
    simulated,
)
from zhagen.lab.calibrate.regress import Line, fit, with_products

LIMIT = 3.0
RANK = 3
LEAST_LEFT = 1e-3
"""Waves end once less than this share of the box is left: the sampler that follows does the rest."""
TRIED = 400_000
"""Most parameters that a wave tries in search of those not ruled out."""


@dataclass(frozen=True)
class Emulator:
    """The regressions of one wave, all moments at once; `record` (m,) is what the district shows."""

    line: Line
    record: Floats

    def implausibility(self, shares: Floats) -> Floats:
        """Return the RANK-th largest implausibility (n,) of parameters given as shares of their range."""
        miss = np.abs(self.line.predict(with_products(shares)) - self.record) / self.line.spread
        rank = min(RANK, miss.shape[1])
        return np.asarray(np.partition(miss, -rank, axis=1)[:, -rank])


@dataclass(frozen=True)
class Wave:
    """What one wave left: its emulator and the share of the whole box not ruled out by it or one before."""

    emulator: Emulator
    left: float
    runs: int


@dataclass(frozen=True)
class Matched:
    """The waves and the runs, all inside what they left.

    Attributes:
        made: runs that the waves simulated.
        is_impossible: nothing in the box could have made the record, so nothing was matched.
    """

    waves: tuple[Wave, ...]
    runs: Runs
    made: int = 0
    is_impossible: bool = False

    @property
    def left(self) -> float:
        """Share of the box that is left."""
        return self.waves[-1].left if self.waves else 1.0

    def keeps(self, shares: Floats) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Return which parameters (n, p), given as shares of their range, no wave rules out."""
        kept = np.ones(len(shares), dtype=np.bool_)
        for wave in self.waves:
            kept[kept] = wave.emulator.implausibility(shares[kept]) < LIMIT
        return kept


def emulate(question: Question, runs: Runs) -> Emulator:
    """Return the emulator of these runs."""
    return Emulator(fit(with_products(question.box.unit(runs.values)), runs.moments), question.record)


def match(
    question: Question,
    runs: Runs,
    effort: Effort,
    *,
    seed: int,
    progress: Progress = lambda step, share: None,
) -> Matched:
    """Return what up to `effort.waves` waves leave; the first reads `runs`, drawn from the prior.

    After a wave there are `effort.per_wave` runs in what is left, the old ones that are still in among them.
    The waves end early once they no longer halve the space or less than LEAST_LEFT of it is left.
    """
    matched = Matched((), runs)
    for turn in range(effort.waves):
        emulator = emulate(question, matched.runs)
        rng = generator(seed, 1, turn)
        shares, left = _left_over(question, matched, emulator, wanted=effort.per_wave, rng=rng)
        if left == 0 and turn == 0:
            return Matched((), runs, is_impossible=True)
        if left < LEAST_LEFT or len(shares) < effort.per_wave:
            break
        halved = left <= matched.left / 2
        matched = _next(question, matched, Wave(emulator, left, len(matched.runs)), shares, turn)
        progress("wave", (turn + 1) / effort.waves)
        if not halved:
            break
    return matched


def _next(question: Question, matched: Matched, wave: Wave, shares: Floats, turn: int) -> Matched:
    """Return what holds after a wave: the old runs that are still in, filled up with new ones."""
    closer = replace(matched, waves=(*matched.waves, wave))
    inside = closer.keeps(question.box.unit(matched.runs.values))
    old = matched.runs.where(inside)
    missing = shares[: max(len(shares) - len(old), 0)]
    new = simulated(question, question.box.of_unit(missing), FIRST_OF_WAVES + turn * STRIDE)
    return replace(closer, runs=old.and_also(new), made=matched.made + len(new))


def _left_over(
    question: Question, matched: Matched, emulator: Emulator, *, wanted: int, rng: np.random.Generator
) -> tuple[Floats, float]:
    """Return up to `wanted` parameters that neither old waves nor this one rule out, and the share left."""
    found: list[Floats] = []
    tried = 0
    for _ in range(max(TRIED // 10_000, 1)):
        shares = rng.random((10_000, len(question.box.names)))
        tried += len(shares)
        kept = shares[matched.keeps(shares)]
        kept = kept[emulator.implausibility(kept) < LIMIT] if len(kept) else kept
        found.append(kept)
        if sum(map(len, found)) >= wanted and tried >= 50_000:
            break
    inside = np.concatenate(found)
    return inside[:wanted], len(inside) / tried
