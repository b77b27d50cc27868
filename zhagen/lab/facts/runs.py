"""The stated set of runs: each variant once, whatever the number of facts that read it, all on the same draws."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from zhagen.lab.facts.catalogue import Ablation, Fact, Variant, variants
from zhagen.lab.facts.claims import Runs, Values, outcomes_of
from zhagen.lab.model.levers import lever_vector
from zhagen.lab.model.outcomes import Results
from zhagen.lab.model.params import default_params
from zhagen.lab.model.run import Cases
from zhagen.lab.model.world import World
from zhagen.lab.runner import ONE_PROCESS, Engine, Span, run_all

Plan = Mapping[str, Variant]
"""What is to be run, by the name under which it is read."""


@dataclass(frozen=True, slots=True)
class Setting:
    """How a plan is run.

    Args:
        replications: Paired replications of each run.
        first: Number of the first replication.
        params: Values of parameters that replace the defaults before a variant's own.
    """

    replications: int
    first: int = 0
    params: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class District:
    """What all plans share.

    Args:
        world: The district.
        seed: Seed of all draws.
        engine: How rows are run; no figure depends on it.
    """

    world: World = field(default_factory=World.synthetic)
    seed: int = 1
    engine: Engine = ONE_PROCESS


@dataclass(frozen=True, slots=True)
class _Job:
    """Rows that differ in their replication alone."""

    levers: tuple[float, ...]
    params: tuple[float, ...]
    first: int
    rows: int
    months: int
    burn_in: int

    def cases(self) -> Cases:
        """Return the rows."""
        numbers = np.arange(self.first, self.first + self.rows, dtype=np.int64)
        return Cases(np.tile(self.levers, (self.rows, 1)), np.tile(self.params, (self.rows, 1)), numbers)


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


def run_plans(plans: Sequence[tuple[Plan, Setting]], district: District) -> list[Runs]:
    """Run every variant of every plan, those that mean the same once; return the runs of each plan."""
    named = [{name: _job(variant, setting) for name, variant in plan.items()} for plan, setting in plans]
    spans: dict[tuple[int, int], dict[_Job, None]] = {}
    for jobs in named:
        for job in jobs.values():
            spans.setdefault((job.months, job.burn_in), {})[job] = None
    done: dict[_Job, Mapping[str, Values]] = {}
    for (months, burn_in), jobs_of_span in spans.items():
        done |= _run(list(jobs_of_span), Span(district.seed, months, burn_in), district)
    return [{name: done[job] for name, job in jobs.items()} for jobs in named]


def run_plan(plan: Plan, setting: Setting, district: District) -> Runs:
    """Run every variant of one plan."""
    return run_plans([(plan, setting)], district)[0]


def _job(variant: Variant, setting: Setting) -> _Job:
    levers = tuple(lever_vector(**variant.levers).tolist())
    params = tuple(default_params(**{**setting.params, **variant.params}).tolist())
    return _Job(levers, params, setting.first, setting.replications, variant.months, variant.burn_in)


def _run(jobs: list[_Job], span: Span, district: District) -> dict[_Job, Mapping[str, Values]]:
    parts = [job.cases() for job in jobs]
    cases = Cases(
        np.concatenate([part.levers for part in parts]),
        np.concatenate([part.params for part in parts]),
        np.concatenate([part.replications for part in parts]),
    )
    results = run_all(cases, district.world, span, engine=district.engine, wanted=("by_stratum",))
    values = {**results.values, "known_others": known_others(results, district.world)}
    ends = np.cumsum([job.rows for job in jobs])
    return {
        job: {code: each[end - job.rows : end] for code, each in values.items()}
        for job, end in zip(jobs, ends.tolist(), strict=True)
    }


def known_others(results: Results, world: World) -> Values:
    """Return the share of residents outside the elite who know the agency, shape (rows,)."""
    people = np.array(world.population[1:])
    return np.asarray((results.by_stratum["known"][:, 1:] * people).sum(1) / people.sum(), dtype=np.float64)
