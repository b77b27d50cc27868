"""Judge the facts and the closed forms: each with its figures, its ablation and its verdict."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from zhagen.lab.facts.catalogue import Fact, facts, variants, verifications
from zhagen.lab.facts.claims import Judged, Runs, Values, judge
from zhagen.lab.facts.closed_forms import CLOSED_FORMS
from zhagen.lab.facts.results import Report, Verdict
from zhagen.lab.facts.runs import District, Plan, Setting, names_of, plan_of, run_plans
from zhagen.lab.fingerprint import code_version, fingerprint
from zhagen.lab.model.levers import base_levers
from zhagen.lab.model.params import PARAMS, default_params
from zhagen.lab.outcomes import outcome_of

REPLICATIONS = {"quick": 10, "full": 200}
HOLD_REPLICATIONS, HOLD_MOST = 5, 100
"""Replications of each random parameter vector, and of facts that want more, at the most."""

SPREAD = 0.3
"""How far each parameter is moved to either side for the share of draws under which a fact holds."""


def verify() -> tuple[Verdict, ...]:
    """Judge V1 to V12."""
    found: list[Verdict] = []
    for code in verifications():
        result = CLOSED_FORMS[code]()
        found.append(Verdict(code, result.holds, (result.shown,), holds=result.holds))
    return tuple(found)


def judge_fact(fact: Fact, runs: Runs, level: str) -> Verdict:
    """Judge one fact on the runs of its plan, its ablation too where the runs hold it."""
    judged = [judge(claim, runs) for claim in fact.at(level)]
    holds = all(each.holds for each in judged)
    broken = _broken(fact, runs, level)
    passed = holds and (fact.ablation is None or bool(broken))
    return Verdict(fact.code, passed, tuple(each.shown for each in judged), broken, holds)


def _broken(fact: Fact, runs: Runs, level: str) -> tuple[str, ...]:
    if fact.ablation is None:
        return ()
    without = {name: runs[f"{fact.code}/{name}"] for name in names_of(fact.at(level))}
    return tuple(each.shown for each in _judged(fact, without, level) if not each.holds)


def _judged(fact: Fact, runs: Runs, level: str) -> list[Judged]:
    return [judge(claim, runs) for claim in fact.at(level)]


def check(
    level: str,
    district: District,
    *,
    replications: int = 0,
    codes: Sequence[str] = (),
    hold_draws: int = 0,
) -> Report:
    """Judge every closed form and every fact.

    Args:
        level: "quick" or "full".
        district: World, seed and engine of all runs.
        replications: Other than the level's; 0 = the level's.
        codes: Only these facts, and no closed form; empty = all.
        hold_draws: How many random parameter vectors to try the facts on.
    """
    rows = replications or REPLICATIONS[level]
    wanted = [fact for code, fact in facts().items() if not codes or code in codes]
    forms = () if codes else verify()
    also = variants() if level == "full" and not codes else None
    runs, judged = judge_all(wanted, level, rows, district, also=also)
    return Report(
        level,
        rows,
        district.seed,
        code=code_version(),
        rulebook=fingerprint(base_levers()),
        parameters=fingerprint(default_params()),
        digest=fingerprint({name: dict(run) for name, run in runs.items()}),
        verdicts=forms + judged,
        means=_means(runs),
        hold=hold_share(wanted, hold_draws, district) if hold_draws else {},
    )


def _means(runs: Runs) -> dict[str, dict[str, float]]:
    """Return the means of all runs that are no ablation, without what may only be told as a direction."""
    return {
        name: {
            code: float(values.mean()) for code, values in run.items() if not outcome_of(code).only_direction
        }
        for name, run in runs.items()
        if "/" not in name
    }


def judge_all(
    wanted: Sequence[Fact], level: str, rows: int, district: District, *, also: Plan | None = None
) -> tuple[Runs, tuple[Verdict, ...]]:
    """Run what the facts need and judge them; return the runs and the verdicts.

    Facts that want more replications have runs of their own; what they alone read is returned as they ran it.
    `also` names runs that no fact reads but the reader wants to see.
    """
    groups = _groups(wanted, rows)
    plans = [(plan_of(group, level), Setting(count)) for count, group in groups.items()]
    plans[0] = ({**(also or {}), **plans[0][0]}, plans[0][1])
    found = run_plans(plans, district)
    verdicts = {
        fact.code: judge_fact(fact, runs, level)
        for group, runs in zip(groups.values(), found, strict=True)
        for fact in group
    }
    shared: dict[str, Mapping[str, Values]] = {}
    for runs in reversed(found):
        shared |= runs
    return shared, tuple(verdicts[fact.code] for fact in wanted)


def _groups(wanted: Sequence[Fact], rows: int) -> dict[int, list[Fact]]:
    """Return the facts by the replications that each is run with, the fewest first."""
    counts = sorted({max(rows, fact.least) for fact in wanted})
    return {count: [fact for fact in wanted if max(rows, fact.least) == count] for count in counts}


def hold_share(wanted: Sequence[Fact], draws: int, district: District) -> dict[str, float]:
    """Return the share of random parameter vectors under which each fact holds; "all" is all at once.

    Each parameter is moved by up to 30 % to either side, all independently; every draw has replications of its
    own. The claims are those of the quick level, for few replications cannot decide more; ablations are left out.
    """
    bare = [replace(fact, ablation=None, least=min(fact.least, HOLD_MOST)) for fact in wanted]
    groups = _groups(bare, HOLD_REPLICATIONS)
    plans = [
        (plan_of(group, "quick"), Setting(count, draw * count, shaken(draw)))
        for draw in range(draws)
        for count, group in groups.items()
    ]
    counts = dict.fromkeys([fact.code for fact in bare] + ["all"], 0)
    found = iter(run_plans(plans, district))
    for _ in range(draws):
        held = [
            fact.code for group in groups.values() for runs in [next(found)] for fact in group
            if judge_fact(fact, runs, "quick").holds
        ]  # fmt: skip
        for code in held + (["all"] if len(held) == len(bare) else []):
            counts[code] += 1
    return {**{code: count / draws for code, count in counts.items()}, "draws": float(draws)}


def shaken(draw: int) -> dict[str, float]:
    """Return a random parameter vector by code: what the prior moves, times a factor of .7 to 1.3; shares ≤ .95."""
    factors = np.random.default_rng([draw, 43]).uniform(1 - SPREAD, 1 + SPREAD, len(PARAMS))
    moved = {
        param.code: param.default * factor
        for param, factor in zip(PARAMS, factors.tolist(), strict=True)
        if param.low < param.high
    }
    return moved | {"pi": min(moved["pi"], 0.95)}
