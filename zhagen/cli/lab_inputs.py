"""What the words of `zhagen lab …` stand for: rulebooks, worlds, parameter draws, engines."""

import argparse
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

from zhagen.cli import shipped
from zhagen.cli.lab_where import facts_of, rules_of, snapshot_of
from zhagen.cli.talk import read_file
from zhagen.core.errors import RuleError
from zhagen.core.rulebook.rules import Rules
from zhagen.lab.calibrate.observed import world_of as world_of_snapshot
from zhagen.lab.calibrate.posterior import read_posterior
from zhagen.lab.experiments.posterior import posterior_draws
from zhagen.lab.experiments.setup import LEVER_AT, PARAM_AT, Draws, Ruleset, Setup, prior_draws
from zhagen.lab.legal import Finding, Level, legal_check, legal_check_levers
from zhagen.lab.local_facts import LocalFacts
from zhagen.lab.model.levers import LEVERS
from zhagen.lab.model.params import PARAMS
from zhagen.lab.model.world import World
from zhagen.lab.packs import Pack, PackKind, base_levers, forms, packs, presets, regimes
from zhagen.lab.reform import (
    Reform,
    apply_reform,
    facts_after,
    lever_values,
    read_reform,
    reform_of,
    rulebook_hash,
)
from zhagen.lab.runner import Engine, Span

BUY = "buy"
"""The lever for how many communities are served."""

LIVE = "live"
"""Names the rulebook in force, as it ships, at the place and day of the command line."""

VALUES_MOST = 1000
"""More values than any sweep takes: a step that small is a slip."""


def engine_of(args: argparse.Namespace, tell: Callable[[int, int], None]) -> Engine:
    """Return how rows are run; finished blocks are kept beneath the folder of the results."""
    store: Path | None = args.out / "blocks" if args.out else None
    return Engine(workers=args.workers, block=args.block, store=store, tell=tell)


def setup_of(args: argparse.Namespace) -> Setup:
    """Return world, draws, months and replications."""
    span = Span(args.seed, args.months, args.burn_in, args.shock)
    return Setup(world_of(args), draws_of(args), span, args.replications)


def world_of(args: argparse.Namespace) -> World:
    """Return the district of the command line: a snapshot's, or a made-up one."""
    snapshot = snapshot_of(args)
    if snapshot:
        return world_of_snapshot(snapshot)
    return World.synthetic(communities=args.communities, agencies=args.agencies, streets=args.streets)


def draws_of(args: argparse.Namespace) -> Draws:
    """Return the parameter draws of the command line: a calibration's, or the prior's."""
    if not args.posterior:
        return prior_draws(args.draws, args.seed)
    snapshot = snapshot_of(args)
    digest = snapshot.digest if snapshot else ""
    return posterior_draws(read_posterior(Path(args.posterior)), digest, args.draws, args.seed)


def ruleset_of(word: str, args: argparse.Namespace) -> Ruleset:
    """Return a rulebook by its name, or by a file of the values that it changes in the one in force.

    "R2" is the pack on the rules as found in 2014; "live+R2" is as much of it as the rulebook in force can say,
    put into that rulebook.

    Raises:
        RuleError: "experiment.unknown_rulebook"; as `read_reform` for a file.
    """
    args.on = args.on or newest_day()
    ruleset, snapshot = _named(word, rules_of(args), args), snapshot_of(args)
    ruleset = replace(ruleset, assumed={**ruleset.assumed, **assumptions_of(args.assume)})
    if snapshot and ruleset.levers[LEVER_AT[BUY]] == 1.0:
        # a district buys for as many communities as it ever served, under every rulebook
        bought = max(snapshot.served) / snapshot.communities
        return replace(ruleset.with_levers(ruleset.name, {BUY: bought}), digest=ruleset.digest)
    return ruleset


def assumptions_of(words: Iterable[str]) -> dict[str, float]:
    """Return the parameters that some words hold: a preset's name, or "pi=0.8".

    Raises:
        RuleError: "experiment.unknown_assumption"; "experiment.out_of_range" beyond what the model is meant for.
    """
    found: dict[str, float] = {}
    for word in words:
        code, sign, text = word.partition("=")
        if word in presets():
            found |= presets()[word].params
        elif sign and code in PARAM_AT:
            found[code] = _within(code, text)
        else:
            raise RuleError("experiment.unknown_assumption", name=word, known=", ".join(presets()))
    return found


def _within(code: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError as error:
        raise RuleError("experiment.bad_range", text=text) from error
    low, high = PARAMS[PARAM_AT[code]].low, PARAMS[PARAM_AT[code]].high
    if not low <= value <= high:
        raise RuleError("experiment.out_of_range", name=code, value=text, low=low, high=high)
    return value


def _named(word: str, rules: Rules, args: argparse.Namespace) -> Ruleset:
    named = {**packs(), **forms(rules), **regimes(), **presets()}
    head, _, pack = word.partition("+")
    if word in named:
        return _of_pack(named[word], rules, args)
    if word == LIVE:
        return _ruleset(LIVE, rules, facts_of(args), ())
    if head == LIVE and pack in packs():
        return _reformed(word, reform_of(packs()[pack].rules, rules, facts_of(args)), rules, args)
    if not Path(word).exists():
        raise RuleError(
            "experiment.unknown_rulebook", name=word, known=", ".join((LIVE, f"{LIVE}+R1", *named))
        )
    return _of_file(word, rules, args)


def _of_pack(pack: Pack, rules: Rules, args: argparse.Namespace) -> Ruleset:
    found: tuple[Finding, ...] = ()
    if pack.kind is not PackKind.BASELINE:
        # what the base itself breaks today is history, not the pack's doing
        base = base_levers()
        stands = set(_blocks(legal_check_levers(base, base, rules, facts_of(args))))
        found = tuple(
            each
            for each in legal_check_levers(pack.levers, base, rules, facts_of(args))
            if each.code not in stands
        )
    levers = tuple(pack.levers[lever.code] for lever in LEVERS)
    return Ruleset(pack.code, levers, "", _blocks(found), dict(pack.params))


def _of_file(word: str, rules: Rules, args: argparse.Namespace) -> Ruleset:
    reform = read_reform(read_file(word), rules, facts_of(args), file=word)
    name = (reform.title_zh if args.lang == "zh" else reform.title_en) or Path(word).stem
    return _reformed(name, reform, rules, args)


def _reformed(name: str, reform: Reform, rules: Rules, args: argparse.Namespace) -> Ruleset:
    facts = facts_of(args)
    found = legal_check(rules, reform, rules.on, rules.place, facts)
    return _ruleset(name, apply_reform(reform, rules), facts_after(reform, facts), _blocks(found))


def _ruleset(name: str, rules: Rules, facts: LocalFacts, findings: tuple[str, ...]) -> Ruleset:
    values = lever_values(rules, facts)
    return Ruleset(name, tuple(values[lever.code] for lever in LEVERS), rulebook_hash(rules), findings)


def _blocks(found: Iterable[Finding]) -> tuple[str, ...]:
    return tuple(each.code for each in found if each.level is Level.BLOCK)


@cache
def newest_day() -> date:
    """Return the day of the newest value that ships: the law as the package knows it."""
    entries = [entry for layer in shipped.layers() for entry in layer.entries.values()]
    return max(dated.since for entry in entries for dated in entry.values)


def values_of(text: str) -> tuple[float, ...]:
    """Return the values of a sweep.

    >>> values_of("6:36:6"), values_of("0,0.5,1")
    ((6.0, 12.0, 18.0, 24.0, 30.0, 36.0), (0.0, 0.5, 1.0))

    Raises:
        RuleError: "experiment.bad_range".
    """
    try:
        if ":" not in text:
            return tuple(float(each) for each in text.split(","))
        low, high, step = (float(each) for each in text.split(":"))
        count = round((high - low) / step)
        if not 0 < count < VALUES_MOST:
            raise ValueError
        return tuple(min(low + at * step, high) for at in range(count + 1))
    except (ValueError, ZeroDivisionError, OverflowError) as error:
        raise RuleError("experiment.bad_range", text=text) from error
