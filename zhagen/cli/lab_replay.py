"""`zhagen lab snapshot|cases|replay`: what leaves the database for the lab, and past cases judged again."""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from zhagen.cli import shipped
from zhagen.cli.rulebook import with_files
from zhagen.cli.run import add_command
from zhagen.cli.talk import NEEDS_DATABASE, OK, a_date, a_place, read_file, say
from zhagen.cli.write_votes import check_writable, write_whole
from zhagen.core.errors import RuleError
from zhagen.core.rulebook.rules import Rules
from zhagen.lab.lab_file import to_plain
from zhagen.lab.legal import is_blocked, legal_check
from zhagen.lab.past_cases import month_of, read_cases
from zhagen.lab.reform import read_reform
from zhagen.lab.replay import SHIFTS, Replay, Shifted, replay

SMALLEST = "lab.cases_min"
WATERMARK = (
    "往轮回放，内部材料：只看合计，不是预测，不得作为事前绩效评估引用 / "
    "Replay of past cases, internal: sums only, no forecast, not to be cited as an ex-ante performance evaluation"
)
"""Stands in every file, in both languages, whatever the language of its reader."""


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `snapshot`, `cases` and `replay` to the commands of the lab."""
    for name, text in (
        ("snapshot", "导出本地区的去标识化快照 / write the de-identified snapshot of the district"),
        ("cases", "导出往轮案例，供回放 / write the past cases for a replay"),
    ):
        command = add_command(commands, name, text)
        add_database_arguments(command)
        command.set_defaults(run=lambda args: NEEDS_DATABASE)
    text = "用新规则重审往轮案例 / judge past cases again by a reform"
    command = add_command(commands, "replay", text)
    command.add_argument("cases", metavar="CASES", help="zhagen lab cases 导出的文件 / written by it")
    command.add_argument("--reform", required=True, metavar="FILE", help="拟议的改动 / the reform")
    command.add_argument("--on", type=a_date, metavar="DATE", help="2026-03-01")
    command.add_argument("--place", type=a_place, default="", metavar="CODE", help="地区代码 / place code")
    command.add_argument(
        "--file", action="append", default=[], metavar="FILE", help="换入的规则文件 / put this rulebook in"
    )
    command.add_argument("--json", action="store_true", help="机器可读 / for machines")
    command.add_argument(
        "-o", "--output", metavar="DIR", help="另存 replay.json 和 replay.txt / keep both there"
    )
    command.add_argument("--overwrite", action="store_true", help="文件已有也写 / also over files that exist")
    command.set_defaults(run=run_replay)


def add_database_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what a command takes that writes a file from the live database."""
    parser.add_argument(
        "-o", "--output", required=True, metavar="FILE", help="写到哪个文件 / the file to write"
    )
    parser.add_argument(
        "--overwrite", action="store_true", help="文件已有也写 / also over a file that exists"
    )


def run_replay(args: argparse.Namespace) -> int:
    """Judge the cases again and print what became of them, as sums."""
    cases = read_cases(read_file(args.cases))
    rules = Rules(with_files(shipped.layers(), args.file), args.place, args.on or month_of(cases))
    reform = read_reform(read_file(args.reform), rules, file=args.reform)
    found = replay(cases, reform, rules.int(SMALLEST))
    law = legal_check(rules, reform, rules.on, args.place)
    breaks_law = is_blocked(tuple(each for each in law if not each.stands_already))
    text = (
        json.dumps(report_plain(found, breaks_law=breaks_law), ensure_ascii=False, indent=1, sort_keys=True)
        + "\n"
    )
    banner = [say("reform.blocked", args.lang)] if breaks_law else []
    lines = "\n".join([*banner, *report_lines(found, rules, args.lang)]) + "\n"
    if args.output:
        folder = a_folder(args.output)
        for name, content in (("replay.json", text), ("replay.txt", lines)):
            check_writable(folder / name, overwrite=args.overwrite)
            write_whole(folder / name, content, overwrite=args.overwrite)
    sys.stdout.write(text if args.json else lines)
    return OK


def a_folder(name: str) -> Path:
    """Return a folder to write to, made where it is not there.

    Raises:
        RuleError: "cli.cannot_write".
    """
    try:
        Path(name).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RuleError("cli.cannot_write", name=name, reason=error.strerror) from error
    return Path(name)


def report_plain(found: Replay, *, breaks_law: bool) -> Mapping[str, object]:
    """Return a replay as plain data with its watermark, and whether the reform may not be adopted."""
    return {"watermark": WATERMARK, "breaks_law": breaks_law, "replay": to_plain(found)}


def report_lines(found: Replay, rules: Rules, language: str) -> Iterator[str]:
    """Yield a replay in words."""
    yield WATERMARK
    yield say("replay.behaviour", language)
    for part in found.parts:
        yield ""
        yield from _part_lines(part, found, rules, language)
    yield ""
    if found.unread:
        yield say("replay.unread", language, paths=", ".join(found.unread))
    if found.left_out:
        yield say("replay.left_out", language, count=found.left_out)
    yield say("replay.hashes", language, cases=found.cases_sha256, reform=found.reform_sha256)


def _part_lines(part: Shifted, found: Replay, rules: Rules, language: str) -> Iterator[str]:
    what = say(f"replay.kind.{part.kind}", language)
    if part.cases is None:
        yield say("replay.part_too_few", language, what=what, least=found.least)
        return
    yield say("replay.part", language, what=what, cases=part.cases)
    hidden = say("replay.few", language, least=found.least)
    for shift in SHIFTS[part.kind]:
        count = part.shifts[shift]
        if count != 0:
            words = say(f"replay.{part.kind}.{shift}", language)
            yield f"  {words}: {hidden if count is None else count}"
    if part.newcomers is not None:
        new = hidden if part.newcomers.part is None else part.newcomers.part
        yield say("replay.newcomers", language, part=new, whole=part.newcomers.whole)
    if part.score_shift_bp is not None:
        yield say("replay.score_shift", language, score_bp=part.score_shift_bp)
    if part.own_terms != 0:
        yield say("replay.own_terms", language, count=hidden if part.own_terms is None else part.own_terms)
    for effect in part.effects:
        label = f"{rules.value(effect.path).label(language)} ({effect.path})"
        alone = hidden if effect.alone is None else effect.alone
        without = hidden if effect.without is None else effect.without
        yield say("replay.effect", language, label=label, alone=alone, without=without)
