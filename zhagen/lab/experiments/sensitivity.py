"""What moves the outcomes most: Morris screening and Sobol indices, by SALib (the extra `lab`).

Replications and draws are averaged under common random numbers before the analysis, so that what is left is the
levers' or the parameters' own work.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np

from zhagen.core.errors import RuleError
from zhagen.lab.experiments.estimate import SAME, Direction
from zhagen.lab.experiments.factors import Factor, moved
from zhagen.lab.experiments.setup import (
    PARAM_AT,
    Floats,
    Grid,
    Ruleset,
    Setup,
    Stamp,
    check_setup,
    run_grid,
    stamp_of,
    variant_of,
)
from zhagen.lab.outcomes import in_order
from zhagen.lab.runner import ONE_PROCESS, Engine

ONE_WAY = 0.8
"""Elementary effects that sum to this share of their absolute sum count as going one way."""

BOOTSTRAP = 200
"""Resamples behind a confidence of 95 %."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What one factor does to one outcome, by Morris; in standard deviations of the outcome.

    Args:
        outcome: The outcome.
        factor: The factor.
        strength: Mean absolute effect of moving it.
        confidence: Half width of the 95 % interval of the strength.
        spread: How much the effect depends on the other factors.
        direction: Which way the outcome goes when the factor rises.
    """

    outcome: str
    factor: str
    strength: float
    confidence: float
    spread: float
    direction: Direction

    @property
    def is_clear(self) -> bool:
        """Whether the strength stands out from zero."""
        return self.strength > self.confidence


@dataclass(frozen=True, slots=True)
class Index:
    """The part of one outcome's variance that one factor explains, by Sobol.

    Args:
        outcome: The outcome.
        factor: The factor.
        first: By itself.
        first_confidence: Half width of its 95 % interval.
        total: Together with the others.
        total_confidence: Half width of its 95 % interval.
    """

    outcome: str
    factor: str
    first: float
    first_confidence: float
    total: float
    total_confidence: float

    @property
    def is_clear(self) -> bool:
        """Whether the total index stands out from zero."""
        return self.total > self.total_confidence


@dataclass(frozen=True, slots=True)
class Morris:
    """Morris screening of some factors.

    Args:
        stamp: How it came about.
        base: The rulebook varied, or held while parameters vary.
        reform: Where each lever of a reform goes to; of parameters: what the effect is measured of.
        factors: What was varied.
        points: Trajectories.
        effects: One an outcome and factor; an outcome that nothing moves has none.
    """

    stamp: Stamp
    base: Ruleset
    reform: Ruleset | None
    factors: tuple[Factor, ...]
    points: int
    effects: tuple[Effect, ...]

    def ranked(self, outcome: str) -> tuple[Effect, ...]:
        """Return the effects on an outcome, the strongest first."""
        found = [each for each in self.effects if each.outcome == outcome]
        return tuple(sorted(found, key=lambda each: (-each.strength, each.factor)))


@dataclass(frozen=True, slots=True)
class Sobol:
    """Sobol indices of some factors; fields as of `Morris`."""

    stamp: Stamp
    base: Ruleset
    reform: Ruleset | None
    factors: tuple[Factor, ...]
    points: int
    indices: tuple[Index, ...]

    def ranked(self, outcome: str) -> tuple[Index, ...]:
        """Return the indices of an outcome, the largest total first."""
        found = [each for each in self.indices if each.outcome == outcome]
        return tuple(sorted(found, key=lambda each: (-each.total, each.factor)))


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """What is varied around what.

    Args:
        base: The rulebook.
        factors: All levers, or all parameters.
        reform: Of levers: kept in the result only. Of parameters: the outcome is its difference from the base.
    """

    base: Ruleset
    factors: tuple[Factor, ...]
    reform: Ruleset | None = None


def morris(question: Question, points: int, setup: Setup, *, engine: Engine = ONE_PROCESS) -> Morris:
    """Return the Morris screening of a question; rows: points × (factors + 1) × draws × replications.

    Raises:
        RuleError: "experiment.needs_extra", "experiment.bad_points", "experiment.too_few_factors", as of `compare`.
    """
    sampler, analyzer = _salib("morris")
    _check(question, points, setup)
    problem, seed = _problem(question.factors), setup.span.seed
    sample = sampler.sample(problem, points, seed=seed)
    grid = _run(question, sample, setup, engine)

    def analyze(measured: Floats) -> Any:
        return analyzer.analyze(
            problem, sample, measured / measured.std(), num_resamples=BOOTSTRAP, seed=seed
        )

    effects = tuple(
        Effect(
            outcome,
            factor,
            strength=_number(found["mu_star"][at]),
            confidence=_number(found["mu_star_conf"][at]),
            spread=_number(found["sigma"][at]),
            direction=_way(float(found["mu"][at]), float(found["mu_star"][at])),
        )
        for outcome, found in _analyzed(question, grid, analyze)
        for at, factor in enumerate(problem["names"])
    )
    return Morris(
        _stamp(question, setup, grid), question.base, question.reform, question.factors, points, effects
    )


def sobol(question: Question, points: int, setup: Setup, *, engine: Engine = ONE_PROCESS) -> Sobol:
    """Return the Sobol indices of a question; rows: points × (factors + 2) × draws × replications.

    Args:
        question: What is varied.
        points: A power of two.
        setup: World, draws, months, replications.
        engine: How the rows are run.

    Raises:
        RuleError: "experiment.needs_extra", "experiment.bad_points", "experiment.too_few_factors", as of `compare`.
    """
    sampler, analyzer = _salib("sobol")
    _check(question, points, setup)
    if points & (points - 1):
        raise RuleError("experiment.bad_points", points=points)
    problem, seed = _problem(question.factors), setup.span.seed
    sample = sampler.sample(problem, points, calc_second_order=False, seed=seed)
    grid = _run(question, sample, setup, engine)

    def analyze(measured: Floats) -> Any:
        return analyzer.analyze(
            problem, measured, calc_second_order=False, num_resamples=BOOTSTRAP, seed=seed
        )

    indices = tuple(
        Index(
            outcome,
            factor,
            first=_number(found["S1"][at]),
            first_confidence=_number(found["S1_conf"][at]),
            total=_number(found["ST"][at]),
            total_confidence=_number(found["ST_conf"][at]),
        )
        for outcome, found in _analyzed(question, grid, analyze)
        for at, factor in enumerate(problem["names"])
    )
    return Sobol(
        _stamp(question, setup, grid), question.base, question.reform, question.factors, points, indices
    )


def _salib(method: str) -> tuple[Any, Any]:
    try:
        return import_module(f"SALib.sample.{method}"), import_module(f"SALib.analyze.{method}")
    except ImportError as error:
        raise RuleError("experiment.needs_extra", package="SALib", extra="lab") from error


def _check(question: Question, points: int, setup: Setup) -> None:
    check_setup(setup, (question.base, *((question.reform,) if question.reform else ())))
    if points < 2:
        raise RuleError("experiment.bad_points", points=points)
    if len(question.factors) < 2:
        raise RuleError("experiment.too_few_factors", count=len(question.factors))


def _problem(factors: Sequence[Factor]) -> dict[str, Any]:
    names = [each.name for each in factors]
    return {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}


def _of_params(question: Question) -> bool:
    return question.factors[0].codes[0] in PARAM_AT


def _run(question: Question, sample: Floats, setup: Setup, engine: Engine) -> Grid:
    if not _of_params(question):
        variants = [variant_of(moved(question.base, question.factors, point)) for point in sample]
        return run_grid(variants, setup, engine=engine)
    rulesets = [question.base, *((question.reform,) if question.reform else ())]
    held = [
        {
            code: value
            for factor, at in zip(question.factors, point, strict=True)
            for code, value in factor.values(float(at)).items()
        }
        for point in sample
    ]
    return run_grid([variant_of(each, values) for each in rulesets for values in held], setup, engine=engine)


def _analyzed(question: Question, grid: Grid, analyze: Callable[[Floats], Any]) -> Iterator[tuple[str, Any]]:
    """Yield each outcome that moves, and what SALib says of it."""
    for outcome in in_order(grid.codes):
        measured = grid.of(outcome.code).mean(axis=(1, 2))
        if _of_params(question) and question.reform:
            half = len(measured) // 2
            measured = measured[half:] - measured[:half]
        if np.isfinite(measured).all() and np.ptp(measured) > SAME:
            yield outcome.code, analyze(measured)


def _number(found: Any) -> float:
    """Return a number for JSON; what could not be resampled is 0."""
    return float(np.nan_to_num(found))


def _way(mean: float, strength: float) -> Direction:
    if strength <= SAME:
        return Direction.SAME
    if abs(mean) < ONE_WAY * strength:
        return Direction.UNCERTAIN
    return Direction.UP if mean > 0 else Direction.DOWN


def _stamp(question: Question, setup: Setup, grid: Grid) -> Stamp:
    rulesets = (question.base, question.reform) if question.reform else (question.base,)
    return stamp_of(setup, rulesets, grid.results.digest)
