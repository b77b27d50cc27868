"""What an inference is about: parameters in their box, moments, and a simulator that answers one with the other."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from zhagen.lab.calibrate.box import Box, Floats

Numbers = NDArray[np.int64]

Progress = Callable[[str, float], None]
"""Told the name of the step and the share of all work that is done, 0 to 1."""


STRIDE = 10**6
"""Run numbers that a wave or a generation may use."""
FIRST_OF_WAVES, FIRST_OF_GENERATIONS = 10 * STRIDE, 100 * STRIDE
"""Runs from the prior are numbered from 0; no number is used twice in one calibration."""


class Simulator(Protocol):
    """Returns moments (n, m) of runs with these parameters (n, p), one run number a row.

    A row depends on its parameters and its number alone, never on the rows beside it: so runs can be
    cut into blocks, kept on disk and taken up again. The moments carry all noise that a district's
    records have: the model's own chance, surveys, and the discrepancy between model and world.
    """

    def __call__(self, values: Floats, numbers: Numbers) -> Floats:
        """Simulate."""
        ...


@dataclass(frozen=True)
class Question:
    """Which parameters are asked for, by which moments, with which simulator, given which record.

    Attributes:
        box: the parameters and their prior.
        moments: names, in the order of the simulator's columns.
        simulate: makes moments of parameters.
        record: the moments (m,) that the district shows.
    """

    box: Box
    moments: tuple[str, ...]
    simulate: Simulator
    record: Floats


@dataclass(frozen=True)
class Runs:
    """Simulated runs: parameters (n, p), moments (n, m), run numbers (n,)."""

    values: Floats
    moments: Floats
    numbers: Numbers

    def __len__(self) -> int:
        """Return how many runs."""
        return len(self.values)

    def where(self, chosen: NDArray[np.bool_]) -> "Runs":
        """Return the runs chosen."""
        return Runs(self.values[chosen], self.moments[chosen], self.numbers[chosen])

    def and_also(self, more: "Runs") -> "Runs":
        """Return these runs with further ones behind them."""
        return Runs(
            np.concatenate([self.values, more.values]),
            np.concatenate([self.moments, more.moments]),
            np.concatenate([self.numbers, more.numbers]),
        )


def generator(seed: int, *stage: int) -> np.random.Generator:
    """Return the random generator of one stage of a calibration; stages never share draws."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence((seed, *stage))))


def simulated(question: Question, values: Floats, first: int) -> Runs:
    """Return runs of these parameters, numbered from `first`."""
    numbers = np.arange(first, first + len(values), dtype=np.int64)
    moments = question.simulate(values, numbers) if len(values) else np.empty((0, len(question.moments)))
    return Runs(values, moments, numbers)


def prior_runs(question: Question, count: int, *, seed: int) -> Runs:
    """Return `count` runs drawn from the uniform prior, numbered from 0."""
    shares = generator(seed, 0).random((count, len(question.box.names)))
    return simulated(question, question.box.of_unit(shares), 0)
