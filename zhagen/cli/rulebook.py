"""`zhagen rulebook show|check|diff|explain|reference`: the rules in force, and an author's file."""

import argparse
import json
import sys
from collections.abc import Iterable, Sequence

from zhagen.cli import shipped
from zhagen.cli.run import add_command
from zhagen.cli.talk import BROKEN, OK, a_date, a_place, complain, plain_errors, read_file, say
from zhagen.core.errors import RuleError
from zhagen.core.rulebook.explain import Coming, Difference, diff, explain
from zhagen.core.rulebook.layer import Layer
from zhagen.core.rulebook.layers import Voice, check_layers
from zhagen.core.rulebook.parse import parse_layer
from zhagen.core.rulebook.reference import reference
from zhagen.core.rulebook.rules import Rules, RuleValue
from zhagen.core.rulebook.values import show_value


def register(groups: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands on rulebooks."""
    group = groups.add_parser("rulebook", help="规则手册 / rulebooks")
    commands = group.add_subparsers(dest="command", required=True)
    _add_show(commands)
    _add_check(commands)
    _add_diff(commands)
    _add_explain(commands)
    command = add_command(commands, "reference", "输出参考手册 / print docs/reference/rulebooks.md")
    command.set_defaults(run=run_reference)


def _add_show(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    command = add_command(commands, "show", "某地某日生效的规则 / the rules in force in a place on a day")
    command.add_argument("names", nargs="*", metavar="NAME", help="名称或开头 / a name or the start of one")
    _add_where(command)
    command.set_defaults(run=run_show)


def _add_check(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    command = add_command(
        commands, "check", "检查规则文件 / check rulebook files with those they stand under"
    )
    command.add_argument("files", nargs="*", metavar="FILE")
    command.add_argument("--json", action="store_true", help="机器可读 / for machines")
    command.set_defaults(run=run_check)


def _add_diff(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    command = add_command(
        commands, "diff", "两日、两地或文件之间的差别 / what differs between days, places or files"
    )
    _add_where(command)
    command.add_argument("--to-on", type=a_date, metavar="DATE", help="另一日 / the other day")
    command.add_argument("--to-place", type=a_place, metavar="CODE", help="另一地 / the other place")
    command.add_argument(
        "--to-file", action="append", default=[], metavar="FILE", help="换入的文件 / put this file in"
    )
    command.set_defaults(run=run_diff)


def _add_explain(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    command = add_command(commands, "explain", "某个值为什么是这样 / why a value is what it is")
    command.add_argument("name", metavar="NAME")
    _add_where(command)
    command.set_defaults(run=run_explain)


def _add_where(command: argparse.ArgumentParser) -> None:
    command.add_argument("--on", type=a_date, required=True, metavar="DATE", help="2026-03-01")
    command.add_argument("--place", type=a_place, default="", metavar="CODE", help="地区代码 / place code")
    command.add_argument(
        "--file", action="append", default=[], metavar="FILE", help="换入的文件 / put this file in"
    )
    command.add_argument("--json", action="store_true", help="机器可读 / for machines")


def with_files(layers: Sequence[Layer], files: Iterable[str]) -> tuple[Layer, ...]:
    """Return the layers with those of some files in place of, or beside, the ones of the same name.

    Raises:
        RuleError: as `parse_layer` and `check_layers`; "cli.cannot_read".
    """
    read = [parse_layer(read_file(name), file=name) for name in files]
    named = {layer.name for layer in read}
    together = (*(layer for layer in layers if layer.name not in named), *read)
    check_layers(together)
    return together


def run_show(args: argparse.Namespace) -> int:
    """Print the rules in force, or those of some names."""
    rules = Rules(with_files(shipped.layers(), args.file), args.place, args.on)
    wanted = [name for name in rules.names() if not args.names or name.startswith(tuple(args.names))]
    if args.names and not wanted:
        rules.value(args.names[0])
    if args.json:
        snapshot = rules.snapshot()
        _print_json({**snapshot, "values": {name: snapshot["values"][name] for name in wanted}})
        return OK
    for name in wanted:
        _print(_value_line(rules.value(name), args.lang))
    _print(say("cli.rules_shown", args.lang, count=len(wanted), digest=rules.digest))
    return OK


def _value_line(value: RuleValue, language: str) -> str:
    return say(
        "cli.rule_value_confirm" if value.confirm else "cli.rule_value",
        language,
        name=value.name,
        label=value.label(language),
        value=show_value(value.value),
        unit=say(f"unit.{value.unit}", language),
        rule=value.source,
        layer=value.layer,
        since=value.since.isoformat(),
    )


def run_check(args: argparse.Namespace) -> int:
    """Check the shipped rulebooks, or files in their place; print every problem with its line."""
    try:
        layers = with_files(shipped.layers(), args.files)
    except RuleError as error:
        if not args.json or error.code == "cli.cannot_read":
            raise
        _print_json(plain_errors(error))
        return BROKEN
    if args.json:
        _print_json([])
        return OK
    for layer in layers:
        if not args.files or layer.file in args.files:
            figures = {"name": layer.file, "layer": layer.name, "count": len(layer.entries)}
            _print(say("cli.layer_right", args.lang, **figures))
    return OK


def run_diff(args: argparse.Namespace) -> int:
    """Print what differs between two days, two places, or with another file."""
    before = with_files(shipped.layers(), args.file)
    to_place = args.place if args.to_place is None else args.to_place
    a = Rules(before, args.place, args.on)
    b = Rules(with_files(before, args.to_file), to_place, args.to_on or args.on)
    found = diff(a, b)
    if args.json:
        _print_json([_plain_difference(each, a, b) for each in found])
        return OK
    for each in found:
        _print(_difference_line(each, args.lang))
    _print(say("cli.differences", args.lang, count=len(found)))
    return OK


def _plain_difference(each: Difference, a: Rules, b: Rules) -> dict[str, object]:
    before, after = a.snapshot()["values"].get(each.name), b.snapshot()["values"].get(each.name)
    return {"name": each.name, "before": before, "after": after}


def _difference_line(each: Difference, language: str) -> str:
    known = each.after or each.before
    return say(
        "cli.difference" if each.is_of_value else "cli.difference_of_source",
        language,
        name=each.name,
        label=known.label(language) if known else "",
        unit=say(f"unit.{known.unit}", language) if known else "",
        before=_shown(each.before),
        after=_shown(each.after),
    )


def _shown(value: RuleValue | None) -> str:
    return "—" if value is None else f"{show_value(value.value)} [{value.layer}, {value.source}]"


def run_explain(args: argparse.Namespace) -> int:
    """Print which layers spoke, which won and why, and what comes later."""
    found = explain(with_files(shipped.layers(), args.file), args.name, args.place, args.on)
    if args.json:
        spoke = [_plain_voice(voice) for voice in found.spoke]
        coming = [_plain_coming(each) for each in found.coming]
        where = {"name": args.name, "place": args.place, "on": args.on.isoformat(), "unit": found.rule.unit}
        _print_json({**where, "spoke": spoke, "coming": coming})
        return OK if found.winner else complain(_no_value(args), args.lang)
    unit = say(f"unit.{found.rule.unit}", args.lang)
    label = found.rule.zh if args.lang == "zh" else found.rule.en
    _print(say("cli.explained", args.lang, name=args.name, label=label, unit=unit))
    for voice in found.spoke:
        _print(_voice_line(voice, args.lang))
    for each in found.coming:
        value = show_value(each.voice.dated.value) if each.voice and each.voice.dated else "—"
        layer = each.voice.layer.name if each.voice else "—"
        _print(say("cli.coming", args.lang, on=each.on.isoformat(), value=value, layer=layer))
    return OK if found.winner else complain(_no_value(args), args.lang)


def _no_value(args: argparse.Namespace) -> RuleError:
    return RuleError("rulebook.no_value", name=args.name, place=args.place, on=args.on.isoformat())


def _voice_line(voice: Voice, language: str) -> str:
    title = voice.layer.title_zh if language == "zh" else voice.layer.title_en
    outcome = say(f"outcome.{voice.outcome}", language)
    if voice.dated is None:
        return say("cli.voice_silent", language, layer=title, outcome=outcome)
    return say(
        "cli.voice",
        language,
        layer=title,
        outcome=outcome,
        value=show_value(voice.dated.value),
        since=voice.dated.since.isoformat(),
        rule=voice.dated.source,
    )


def _plain_voice(voice: Voice) -> dict[str, object]:
    plain: dict[str, object] = {
        "layer": voice.layer.name,
        "place": voice.layer.place,
        "outcome": voice.outcome,
    }
    if voice.dated is not None:
        value = voice.dated.value
        plain |= {"value": list(value) if isinstance(value, tuple) else value, "source": voice.dated.source}
        plain |= {"since": voice.dated.since.isoformat(), "confirm": voice.dated.confirm}
    return plain


def _plain_coming(each: Coming) -> dict[str, object]:
    voice = _plain_voice(each.voice) if each.voice else None
    return {"on": each.on.isoformat(), "voice": voice}


def run_reference(args: argparse.Namespace) -> int:
    """Print the reference of all shipped rulebooks and years as Markdown."""
    units = {
        code.removeprefix("unit."): texts
        for code, texts in shipped.catalogue().items()
        if code[:5] == "unit."
    }
    sys.stdout.write(reference(shipped.layers(), shipped.years(), units))
    return OK


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")


def _print_json(data: object) -> None:
    sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=2, sort_keys=True) + "\n")
