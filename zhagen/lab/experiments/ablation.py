"""Why a reform works: its effect with each mechanism switched off, and with each of its levers left as it was."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib.resources import files

import numpy as np

from zhagen.core.errors import RuleError
from zhagen.lab.experiments.compare import lever_changes
from zhagen.lab.experiments.estimate import DISAGREE_AT_MOST, SAME, Estimate, estimate
from zhagen.lab.experiments.setup import (
    LEVER_AT,
    PARAM_AT,
    WEIGHTS,
    Floats,
    Ruleset,
    Setup,
    Stamp,
    check_setup,
    run_grid,
    stamp_of,
    variant_of,
)
from zhagen.lab.outcomes import Outcome, in_order
from zhagen.lab.runner import ONE_PROCESS, Engine


class PartKind(StrEnum):
    """What was taken away."""

    MECHANISM = "mechanism"
    LEVER = "lever"


@dataclass(frozen=True, slots=True)
class Mechanism:
    """A mechanism of the study and what silences it.

    Args:
        code: Its short name.
        zh: Its Chinese name.
        en: Its English name.
        mechanisms: Rows of the study.
        params: Parameters held in every draw, at a value or at another parameter's.
        levers: Levers held under both rulebooks.
    """

    code: str
    zh: str
    en: str
    mechanisms: tuple[str, ...]
    params: Mapping[str, float | str] = field(default_factory=dict)
    levers: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Part:
    """The effect on one outcome without one mechanism, or without one of the reform's levers.

    Args:
        kind: What was taken away.
        code: Which one.
        outcome: The outcome.
        without: Reform less base, without it.
        carried: How much of the whole effect goes with it.
        carries: Draws in which at least half of the effect goes with it, or the effect turns round.
    """

    kind: PartKind
    code: str
    outcome: str
    without: Estimate
    carried: Estimate
    carries: int


@dataclass(frozen=True, slots=True)
class Whole:
    """The effect on one outcome with everything in place."""

    outcome: str
    better: int
    effect: Estimate


@dataclass(frozen=True, slots=True)
class Ablation:
    """Which mechanism, and which lever, carries the effect of a reform."""

    stamp: Stamp
    base: Ruleset
    reform: Ruleset
    wholes: tuple[Whole, ...]
    parts: tuple[Part, ...]

    def carriers(self, outcome: str) -> tuple[Part, ...]:
        """Return what carries the effect in at least four fifths of the draws, the surest first."""
        share, of = DISAGREE_AT_MOST
        found = [each for each in self.parts if each.outcome == outcome]
        sure = [each for each in found if (self.stamp.draws - each.carries) * of <= self.stamp.draws * share]
        return tuple(sorted(sure, key=lambda each: (-each.carries, each.kind, each.code)))


@cache
def mechanisms() -> tuple[Mechanism, ...]:
    """Return the mechanisms that can be switched off.

    Raises:
        RuleError: "experiment.unknown_code" for a parameter or lever that the model does not have.
    """
    text = (files("zhagen.lab.experiments") / "mechanisms.toml").read_text("utf-8")
    found = tuple(
        Mechanism(code, **{**raw, "mechanisms": tuple(raw["mechanisms"])})
        for code, raw in tomllib.loads(text).items()
    )
    for each in found:
        for code in [*(set(each.params) - set(PARAM_AT)), *(set(each.levers) - set(LEVER_AT))]:
            raise RuleError("experiment.unknown_code", name=code, known=f"{each.code} → mechanisms.toml")
    return found


def ablate(base: Ruleset, reform: Ruleset, setup: Setup, *, engine: Engine = ONE_PROCESS) -> Ablation:
    """Return the effect of a reform with each mechanism switched off and each of its levers left as it was.

    Raises:
        RuleError: as of `compare`; "experiment.same_rulebooks" where there is nothing to explain.
    """
    check_setup(setup, (base, reform))
    without = _without_levers(base, reform)
    if not without:
        raise RuleError("experiment.same_rulebooks", base=base.name, reform=reform.name)
    found = mechanisms()
    variants = [variant_of(base), variant_of(reform)]
    for each in found:
        variants += [variant_of(of.with_levers("", each.levers), each.params) for of in (base, reform)]
    variants += [variant_of(each) for _, each in without]
    grid = run_grid(variants, setup, engine=engine)
    outcomes = in_order(grid.codes)
    names = [(PartKind.MECHANISM, each.code) for each in found]
    names += [(PartKind.LEVER, code) for code, _ in without]
    wholes, parts = [], []
    for outcome in outcomes:
        effects = _effects(grid.of(outcome.code), len(found))
        wholes.append(Whole(outcome.code, outcome.better, estimate(outcome, effects[0])))
        parts += [
            _part(outcome, name, effects[0], each) for name, each in zip(names, effects[1:], strict=True)
        ]
    return Ablation(
        stamp_of(setup, (base, reform), grid.results.digest), base, reform, tuple(wholes), tuple(parts)
    )


def _without_levers(base: Ruleset, reform: Ruleset) -> list[tuple[str, Ruleset]]:
    """Return the reform with each changed lever put back; the weights are put back together."""
    changed = [each.code for each in lever_changes(base, reform)]
    groups = {"weights" if code in WEIGHTS else code: [code] for code in changed}
    if "weights" in groups:
        groups["weights"] = list(WEIGHTS)
    back = {
        name: reform.with_levers("", {code: base.levers[LEVER_AT[code]] for code in codes})
        for name, codes in groups.items()
    }
    return list(back.items())


def _effects(values: Floats, mechanisms_count: int) -> list[Floats]:
    """Return reform less base: of the whole, without each mechanism, without each lever."""
    pairs = 2 * (1 + mechanisms_count)
    paired = [values[at + 1] - values[at] for at in range(0, pairs, 2)]
    return paired + [each - values[0] for each in values[pairs:]]


def _part(outcome: Outcome, name: tuple[PartKind, str], whole: Floats, without: Floats) -> Part:
    full, left = whole.mean(axis=1), without.mean(axis=1)
    # a half or more is gone: what is left, taken in the direction of the whole, is at most half of it
    carries = (left * np.sign(full) <= np.abs(full) / 2) & (np.abs(full) > SAME)
    kind, code = name
    return Part(
        kind,
        code,
        outcome.code,
        estimate(outcome, without),
        estimate(outcome, whole - without),
        int(carries.sum()),
    )
