"""The stated set of runs: each variant once, whatever the number of facts that read it, all on the same draws."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from zhagen.lab.facts.catalogue import Ablation, Fact, Variant, variants
from zhagen.lab.facts.claims import Runs, Values, outcomes_of
from zhagen.lab.model.levers import lever_vector
from zhagen.lab.model.outcomes import Results
from zhagen.lab.model.params import default_params
from zhagen.lab.model.run import Cases, run_cases
from zhagen.lab.model.world import World

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Setting:
    """How the set is run.

    Args:
        replications: Paired replications of each run.
        seed: Seed of all draws.
        world: The district.
        params: Values of parameters that replace the defaults before a variant's own.
    """

    replications: int
    seed: int
    world: World
    params: Mapping[str, float]


def names_of(claims: Iterable[str]) -> list[str]:
    """Return the runs that claims read, in the order of the catalogue."""
    wanted = {run for claim in claims for _, run in outcomes_of(claim)}
    return [name for name in variants() if name in wanted]


def ablated(variant: Variant, ablation: Ablation) -> Variant:
    """Return a run with a mechanism switched off."""
    return replace(
        variant,
        levers={**variant.levers, **ablation.levers},
        params={**variant.params, **ablation.params},
    )


def plan_of(facts: Sequence[Fact], level: str) -> dict[str, Variant]:
    """Return what is to be run: the facts' own variants, and "S7/base" for each run of an ablated fact."""
    plan = {name: variants()[name] for fact in facts for name in names_of(fact.at(level))}
    for fact in facts:
        if fact.ablation:
            for name in names_of(fact.at(level)):
                plan[f"{fact.code}/{name}"] = ablated(variants()[name], fact.ablation)
    return plan


def run_plan(plan: Mapping[str, Variant], setting: Setting, progress: Progress = lambda *_: None) -> Runs:
    """Run each variant of a plan; two names that mean the same run share it."""
    done: dict[tuple[object, ...], Mapping[str, Values]] = {}
    found: dict[str, Mapping[str, Values]] = {}
    for place, (name, variant) in enumerate(plan.items()):
        levers = lever_vector(**variant.levers)
        params = default_params(**{**setting.params, **variant.params})
        key = (levers.tobytes(), params.tobytes(), variant.months, variant.burn_in)
        if key not in done:
            done[key] = _run(levers, params, variant, setting)
        found[name] = done[key]
        progress(place + 1, len(plan))
    return found


def _run(levers: Values, params: Values, variant: Variant, setting: Setting) -> Mapping[str, Values]:
    rows = setting.replications
    cases = Cases(np.tile(levers, (rows, 1)), np.tile(params, (rows, 1)), np.arange(rows, dtype=np.int64))
    results = run_cases(
        cases, setting.world, seed=setting.seed, months=variant.months, burn_in=variant.burn_in
    )
    return {**results.values, "known_others": known_others(results, setting.world)}


def known_others(results: Results, world: World) -> Values:
    """Return the share of residents outside the elite who know the agency, shape (rows,)."""
    people = np.array(world.population[1:])
    return np.asarray((results.by_stratum["known"][:, 1:] * people).sum(1) / people.sum(), dtype=np.float64)
