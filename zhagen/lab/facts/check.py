"""Judge the facts and the closed forms: each with its figures, its ablation and its verdict."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

import zhagen
from zhagen.lab.facts.catalogue import Fact, facts, verifications
from zhagen.lab.facts.claims import Judged, Runs, Values, judge
from zhagen.lab.facts.closed_forms import CLOSED_FORMS
from zhagen.lab.facts.results import Report, Verdict
from zhagen.lab.facts.runs import Progress, Setting, names_of, plan_of, run_plan
from zhagen.lab.model.levers import base_levers
from zhagen.lab.model.params import PARAMS, default_params
from zhagen.lab.model.world import World

REPLICATIONS = {"quick": 24, "full": 200}
SEED = 1
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
    *,
    replications: int = 0,
    seed: int = SEED,
    codes: Sequence[str] = (),
    hold_draws: int = 0,
    progress: Progress = lambda *_: None,
) -> Report:
    """Judge every closed form and every fact.

    Args:
        level: "quick" or "full".
        replications: Other than the level's; 0 = the level's.
        seed: Of all draws.
        codes: Only these facts, and no closed form; empty = all.
        hold_draws: How many random parameter vectors to try the facts on.
        progress: Told how many runs are done, of how many.
    """
    rows = replications or REPLICATIONS[level]
    wanted = [fact for code, fact in facts().items() if not codes or code in codes]
    setting = Setting(rows, seed, World.synthetic(), {})
    runs, judged = judge_all(wanted, level, setting, progress=progress)
    verdicts = (() if codes else verify()) + judged
    means = {
        name: {code: float(values.mean()) for code, values in run.items()}
        for name, run in runs.items()
        if "/" not in name
    }
    hold = hold_share(wanted, draws=hold_draws, seed=seed, progress=progress) if hold_draws else {}
    return Report(
        level,
        rows,
        seed,
        code=zhagen.__version__,
        rulebook=_hash([base_levers()]),
        parameters=_hash([default_params()]),
        digest=_hash([run[code] for _, run in sorted(runs.items()) for code in sorted(run)]),
        verdicts=verdicts,
        means=means,
        hold=hold,
    )


def _hash(parts: Iterable[Values]) -> str:
    whole = hashlib.sha256()
    for part in parts:
        whole.update(np.ascontiguousarray(part).tobytes())
    return whole.hexdigest()


def judge_all(
    wanted: Sequence[Fact], level: str, setting: Setting, *, progress: Progress = lambda *_: None
) -> tuple[Runs, tuple[Verdict, ...]]:
    """Run what the facts need and judge them; return the runs with the setting's replications, and the verdicts.

    Facts that want more replications have runs of their own.
    """
    shared: Runs = {}
    found: dict[str, Verdict] = {}
    for rows in sorted({max(setting.replications, fact.least) for fact in wanted}):
        group = [fact for fact in wanted if max(setting.replications, fact.least) == rows]
        runs = run_plan(plan_of(group, level), replace(setting, replications=rows), progress)
        shared = shared or runs
        found |= {fact.code: judge_fact(fact, runs, level) for fact in group}
    return shared, tuple(found[fact.code] for fact in wanted)


def hold_share(
    wanted: Sequence[Fact],
    *,
    draws: int,
    seed: int,
    replications: int = 5,
    progress: Progress = lambda *_: None,
) -> dict[str, float]:
    """Return the share of random parameter vectors under which each fact holds; "all" is all at once.

    Each parameter is moved by up to 30 % to either side, all independently; the claims are those of the quick
    level, for few replications cannot decide more. Ablations are left out.
    """
    bare, world = [replace(fact, ablation=None) for fact in wanted], World.synthetic()
    counts = dict.fromkeys([fact.code for fact in wanted] + ["all"], 0)
    for draw in range(draws):
        setting = Setting(replications, seed + draw, world, shaken(draw))
        held = [each.code for each in judge_all(bare, "quick", setting)[1] if each.holds]
        for code in held + (["all"] if len(held) == len(wanted) else []):
            counts[code] += 1
        progress(draw + 1, draws)
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
