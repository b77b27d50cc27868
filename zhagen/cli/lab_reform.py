"""`zhagen lab reform check FILE`, `levers`, `packs`, `write PACK`: a reform before it is rehearsed."""

import argparse
import json
import sys
from collections.abc import Iterable

from zhagen.cli import shipped
from zhagen.cli.lab_where import facts_of, rules_of
from zhagen.cli.run import add_command
from zhagen.cli.talk import BROKEN, OK, a_date, a_place, read_file, say
from zhagen.core.errors import RuleError
from zhagen.core.rulebook.rules import Rules
from zhagen.lab.legal import Finding, is_blocked, legal_check
from zhagen.lab.lever_map import LEVER_SOURCES
from zhagen.lab.local_facts import LocalFacts
from zhagen.lab.packs import packs, presets, regimes
from zhagen.lab.reform import (
    Reform,
    apply_reform,
    beyond_model,
    changed_values,
    facts_after,
    lever_values,
    read_reform,
    reform_of,
    rulebook_hash,
    write_reform,
)


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `reform` to the commands of the lab."""
    text = "拟议的规则改动 / a reform of the rulebook"
    group = commands.add_parser("reform", help=text, description=text).add_subparsers(
        dest="part", required=True
    )
    check = add_command(group, "check", "检查改动，列出法律核查 / check a reform and what the law says of it")
    check.add_argument("reform", metavar="FILE")
    _add_where(check)
    check.set_defaults(run=run_check)
    levers = add_command(
        group, "levers", "规则手册给出的模型杠杆 / the levers that a rulebook gives the model"
    )
    _add_where(levers)
    levers.set_defaults(run=run_levers)
    listed = add_command(group, "packs", "列出方案包和预设 / list packs and presets")
    listed.add_argument("--research", action="store_true", help="另列理想类型 / ideal types too")
    listed.set_defaults(run=run_packs)
    write = add_command(
        group, "write", "把方案包写成改动文件 / print a pack as a reform over the rulebook in force"
    )
    write.add_argument("pack", metavar="PACK", help="R1 … R6")
    _add_where(write)
    write.set_defaults(run=run_write)


def _add_where(command: argparse.ArgumentParser) -> None:
    command.add_argument("--on", type=a_date, required=True, metavar="DATE", help="2026-03-01")
    command.add_argument("--place", type=a_place, default="", metavar="CODE", help="地区代码 / place code")
    command.add_argument(
        "--file", action="append", default=[], metavar="FILE", help="换入的规则文件 / put this rulebook in"
    )
    command.add_argument("--facts", metavar="FILE", help="当地情况 / the district's figures")
    command.add_argument("--snapshot", metavar="FILE", help="区情快照，量得出的情况以它为准 / a snapshot")
    command.add_argument("--statutes", metavar="FILE", help="新的法定值 / new statutory values")
    command.add_argument("--json", action="store_true", help="机器可读 / for machines")


def run_check(args: argparse.Namespace) -> int:
    """Print what a reform changes, which levers it moves and what the law says; 1 where it is forbidden."""
    rules, facts = rules_of(args), facts_of(args)
    reform = read_reform(read_file(args.reform), rules, facts, file=args.reform)
    found = legal_check(rules, reform, args.on, args.place, facts)
    if args.json:
        _print_json(_plain_check(reform, rules, facts, found))
    else:
        _print(_check_lines(args, reform, rules, facts))
        _print(f"[{say(f'legal_level.{each.level}', args.lang)}] {_words(each, args)}" for each in found)
        _print([say("reform.blocked" if is_blocked(found) else "reform.not_blocked", args.lang)])
    return BROKEN if is_blocked(found) else OK


def _words(found: Finding, args: argparse.Namespace) -> str:
    said = found.text(shipped.catalogue(), args.lang)
    return say("reform.stands_already", args.lang, said=said) if found.stands_already else said


def _check_lines(args: argparse.Namespace, reform: Reform, rules: Rules, facts: LocalFacts) -> Iterable[str]:
    language = args.lang
    yield say("reform.right", language, name=args.reform, count=len(reform.paths), digest=reform.digest)
    for each in changed_values(reform, rules, facts):
        figures = {"path": each.path, "label": each.zh if language == "zh" else each.en}
        unit = say(f"unit.{each.unit}", language)
        yield say("reform.changed", language, unit=unit, before=each.before, after=each.after, **figures)
    before, after = _both(reform, rules, facts)
    for code in LEVER_SOURCES:
        if before[code] != after[code]:
            shown = {"before": f"{before[code]:g}", "after": f"{after[code]:g}"}
            yield say("reform.moved", language, label=say(f"lever.{code}", language), **shown)
    beyond = beyond_model(apply_reform(reform, rules), facts_after(reform, facts))
    if beyond:
        yield say(
            "reform.beyond", language, labels=", ".join(say(f"lever.{code}", language) for code in beyond)
        )
    yield say("reform.adoptable" if reform.is_adoptable else "reform.not_adoptable", language)


def _both(reform: Reform, rules: Rules, facts: LocalFacts) -> tuple[dict[str, float], dict[str, float]]:
    after = lever_values(apply_reform(reform, rules), facts_after(reform, facts))
    return lever_values(rules, facts), after


def _plain_check(
    reform: Reform, rules: Rules, facts: LocalFacts, found: tuple[Finding, ...]
) -> dict[str, object]:
    before, after = _both(reform, rules, facts)
    return {
        "reform": reform.digest,
        "rulebook_before": rulebook_hash(rules),
        "rulebook_after": rulebook_hash(apply_reform(reform, rules)),
        "facts": facts_after(reform, facts).digest,
        "is_adoptable": reform.is_adoptable,
        "is_blocked": is_blocked(found),
        "changes": [
            {"path": each.path, "unit": each.unit, "before": each.before, "after": each.after}
            for each in changed_values(reform, rules, facts)
        ],
        "levers": {
            code: {"before": before[code], "after": after[code]}
            for code in after
            if before[code] != after[code]
        },
        "beyond_model": list(beyond_model(apply_reform(reform, rules), facts_after(reform, facts))),
        "findings": [_plain_finding(each) for each in found],
    }


def _plain_finding(each: Finding) -> dict[str, object]:
    return {
        "level": each.level.value,
        "code": each.code,
        "levers": list(each.levers),
        "clause": each.clause.source,
        "since": each.clause.since.isoformat(),
        "confirm": each.clause.confirm,
        "stands_already": each.stands_already,
        "figures": dict(each.figures),
    }


def run_levers(args: argparse.Namespace) -> int:
    """Print each lever of the model with its value, and where it comes from."""
    rules, facts = rules_of(args), facts_of(args)
    levers = lever_values(rules, facts)
    if args.json:
        hashes = {"rulebook": rulebook_hash(rules), "facts": facts.digest}
        _print_json({**hashes, "levers": levers})
        return OK
    for code, source in LEVER_SOURCES.items():
        names = ", ".join((*source.paths, *source.facts)) or say(f"lever_origin.{source.origin}", args.lang)
        label = say(f"lever.{code}", args.lang)
        figures = {"code": code, "label": label, "value": f"{levers[code]:g}", "names": names}
        _print([say("reform.lever", args.lang, **figures)])
    return OK


def run_packs(args: argparse.Namespace) -> int:
    """Print the packs and presets, and on request the ideal types, with what they change."""
    listed = [*packs().values(), *presets().values(), *(regimes().values() if args.research else ())]
    for pack in listed:
        changed = {**pack.changed, **pack.params}
        moved = ", ".join(f"{name}={value:g}" for name, value in changed.items()) or "—"
        figures = {"code": pack.code, "title": pack.title(args.lang), "moved": moved, "grade": pack.grade}
        _print([say("reform.pack", args.lang, **figures)])
    if args.research:
        _print([say("reform.research", args.lang)])
    return OK


def run_write(args: argparse.Namespace) -> int:
    """Print a pack as a reform file over the rulebook in force, as far as the rulebook has it.

    Raises:
        RuleError: "reform.unknown_pack".
    """
    known = {code: pack for code, pack in packs().items() if pack.rules}
    if args.pack not in known:
        raise RuleError("reform.unknown_pack", name=args.pack, expected=", ".join(known))
    pack = known[args.pack]
    titles = {"title_zh": pack.zh, "title_en": pack.en}
    sys.stdout.write(write_reform(reform_of(pack.rules, rules_of(args), facts_of(args), **titles)))
    return OK


def _print(lines: Iterable[str]) -> None:
    sys.stdout.writelines(line + "\n" for line in lines)


def _print_json(data: object) -> None:
    sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=2, sort_keys=True) + "\n")
