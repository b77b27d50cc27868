"""Move one lever, or a whole rulebook towards another, step by step, and find where the outcome tips."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from zhagen.core.errors import RuleError
from zhagen.lab.experiments.compare import lever_changes
from zhagen.lab.experiments.estimate import SAME, Amount, Estimate, amount_of, estimate
from zhagen.lab.experiments.setup import (
    LEVER_AT,
    WEIGHTS,
    WHOLE_WEIGHT,
    WORDS,
    Floats,
    Ruleset,
    Setup,
    Stamp,
    check_setup,
    run_grid,
    stamp_of,
    variant_of,
)
from zhagen.lab.model.levers import LEVERS
from zhagen.lab.outcomes import Outcome, in_order
from zhagen.lab.runner import ONE_PROCESS, Engine

STEPS_LEAST, STEPS_MOST = 3, 101
STEEPER = 1.5
"""A step stands out when it moves this many times what it would on an even curve."""
PATH = "path"
"""What is moved when it is the whole rulebook."""


@dataclass(frozen=True, slots=True)
class Tipping:
    """The steepest step of a curve.

    Args:
        step: Number of the step, from 0: from point `step` to the next.
        low: The lever before it.
        high: The lever after it.
        agreeing: Draws whose own steepest step is this one.
        stands_out: Whether it is clearly steeper than the curve is on average; a straight line has no such step.
        gain_share: Part of all movement, up or down, that happens in it. None for an outcome whose amounts are not
            told.
    """

    step: int
    low: float
    high: float
    agreeing: int
    stands_out: bool
    gain_share: float | None


@dataclass(frozen=True, slots=True)
class Point:
    """An outcome at one value of the lever, and its difference from the first one."""

    difference: Estimate
    level: Amount | None


@dataclass(frozen=True, slots=True)
class Curve:
    """One outcome along the lever; no tipping point where nothing moves in any draw."""

    outcome: str
    better: int
    points: tuple[Point, ...]
    tipping: Tipping | None

    @property
    def whole(self) -> Estimate:
        """From the first point to the last."""
        return self.points[-1].difference


@dataclass(frozen=True, slots=True)
class Sweep:
    """Outcomes along one lever, or along the way from one rulebook to another.

    Args:
        stamp: How it came about.
        base: The rulebook moved.
        reform: Where a path ends; None for a lever.
        lever: The lever's code, or "path", whose values go from 0, the base, to 1, the reform.
        values: Where the outcomes were measured.
        curves: One an outcome.
    """

    stamp: Stamp
    base: Ruleset
    reform: Ruleset | None
    lever: str
    values: tuple[float, ...]
    curves: tuple[Curve, ...]

    @property
    def switches(self) -> tuple[str, ...]:
        """The levers that change at once halfway along a path."""
        changes = lever_changes(self.base, self.reform) if self.reform else ()
        return tuple(each.code for each in changes if each.code in WORDS)

    def curve(self, outcome: str) -> Curve:
        """Return the curve of one outcome.

        Raises:
            KeyError: it was not measured.
        """
        return {each.outcome: each for each in self.curves}[outcome]


def sweep_lever(
    base: Ruleset, lever: str, values: Sequence[float], setup: Setup, *, engine: Engine = ONE_PROCESS
) -> Sweep:
    """Return the outcomes at some values of a lever; a weight takes its share from the other weights.

    Raises:
        RuleError: "experiment.unknown_code", "experiment.out_of_range", "experiment.bad_steps", as of `compare`.
    """
    if lever not in LEVER_AT:
        raise RuleError("experiment.unknown_code", name=lever, known=", ".join(LEVER_AT))
    bounds = LEVERS[LEVER_AT[lever]]
    for value in values:
        if not bounds.low <= value <= bounds.high:
            raise RuleError(
                "experiment.out_of_range", name=lever, value=value, low=bounds.low, high=bounds.high
            )
    rulesets = [at_value(base, lever, value) for value in values]
    return _sweep(base, None, lever, tuple(map(float, values)), rulesets, setup, engine)


def sweep_path(
    base: Ruleset, reform: Ruleset, steps: int, setup: Setup, *, engine: Engine = ONE_PROCESS
) -> Sweep:
    """Return the outcomes at some points of the way from one rulebook to another.

    Raises:
        RuleError: "experiment.bad_steps", as of `compare`.
    """
    values = tuple(float(each) for each in np.linspace(0.0, 1.0, max(steps, 0)))
    rulesets = [between(base, reform, value) for value in values]
    return _sweep(base, reform, PATH, values, rulesets, setup, engine)


def at_value(base: Ruleset, lever: str, value: float) -> Ruleset:
    """Return a rulebook with one lever at a value; the other weights keep their proportions."""
    changes = {lever: value}
    if lever in WEIGHTS:
        others = {code: base.levers[LEVER_AT[code]] for code in WEIGHTS if code != lever}
        whole, left = sum(others.values()), WHOLE_WEIGHT - value
        changes |= {
            code: left * weight / whole if whole else left / len(others) for code, weight in others.items()
        }
    return base.with_levers(base.name, changes)


def between(base: Ruleset, reform: Ruleset, share: float) -> Ruleset:
    """Return the rulebook that has gone a share of the way from one to the other.

    >>> a, b = (Ruleset("", (at,) * len(LEVERS)) for at in (0.0, 1.0))
    >>> [between(a, b, 0.4).levers[LEVER_AT[code]] for code in ("audit", "merit")]
    [0.4, 0.0]
    """
    levers = [
        (after if share >= 0.5 else before) if lever.code in WORDS else before + share * (after - before)
        for lever, before, after in zip(LEVERS, base.levers, reform.levers, strict=True)
    ]
    return Ruleset(
        f"{base.name} → {reform.name}", tuple(levers), "", base.findings + reform.findings, base.assumed
    )


def _sweep(
    base: Ruleset,
    reform: Ruleset | None,
    lever: str,
    values: tuple[float, ...],
    rulesets: Sequence[Ruleset],
    setup: Setup,
    engine: Engine,
) -> Sweep:
    if not STEPS_LEAST <= len(values) <= STEPS_MOST or list(values) != sorted(set(values)):
        raise RuleError("experiment.bad_steps", count=len(values), least=STEPS_LEAST, most=STEPS_MOST)
    check_setup(setup, rulesets)
    grid = run_grid([variant_of(each) for each in rulesets], setup, engine=engine)
    curves = tuple(_curve(outcome, grid.of(outcome.code), values) for outcome in in_order(grid.codes))
    ends = (base, reform) if reform else (base,)
    return Sweep(stamp_of(setup, ends, grid.results.digest), base, reform, lever, values, curves)


def _curve(outcome: Outcome, measured: Floats, values: tuple[float, ...]) -> Curve:
    points = tuple(
        Point(estimate(outcome, each - measured[0]), None if outcome.only_direction else amount_of(each))
        for each in measured
    )
    return Curve(outcome.code, outcome.better, points, tipping_of(outcome, measured.mean(axis=2), values))


def tipping_of(outcome: Outcome, by_draw: Floats, values: Sequence[float]) -> Tipping | None:
    """Return the step that is steepest on average over the draws; shape of `by_draw` (values, draws).

    Steepness is movement for each unit of the lever, so that uneven steps are compared fairly; with equals the first.
    """
    moves, widths = np.diff(by_draw, axis=0), np.diff(np.asarray(values))
    if not np.isfinite(moves).all() or np.abs(moves).max() <= SAME:
        return None
    travelled = np.abs(moves.mean(axis=1))
    step = int((travelled / widths).argmax())
    agreeing = int(((np.abs(moves) / widths[:, None]).argmax(axis=0) == step).sum())
    even = travelled.sum() * widths[step] / widths.sum()
    stands_out = bool(travelled[step] > STEEPER * even)
    share = None if outcome.only_direction else float(travelled[step] / travelled.sum())
    return Tipping(step, float(values[step]), float(values[step + 1]), agreeing, stands_out, share)
