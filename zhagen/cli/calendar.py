"""`zhagen calendar check FILE…`: a holiday year before an operator adds it."""

import argparse
import sys

from zhagen.cli.run import add_command
from zhagen.cli.talk import BROKEN, OK, complain, read_file, say
from zhagen.core.calendar import parse_year
from zhagen.core.errors import RuleError


def register(groups: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands on holiday years."""
    group = groups.add_parser("calendar", help="工作日历 / working days")
    commands = group.add_subparsers(dest="command", required=True)
    check = add_command(commands, "check", "检查节假日文件 / check holiday files")
    check.add_argument("files", nargs="+", metavar="FILE")
    check.set_defaults(run=run_check)


def run_check(args: argparse.Namespace) -> int:
    """Check holiday files; print what each holds, or every problem with its line."""
    result = OK
    for name in args.files:
        text = read_file(name)
        try:
            year = parse_year(text, name)
        except RuleError as error:
            complain(error, args.lang)
            result = BROKEN
        else:
            off = sum(len(list(holiday.days())) for holiday in year.holidays)
            work = sum(len(holiday.work) for holiday in year.holidays)
            figures = {"name": name, "year": year.number, "off": off, "work": work, "rule": year.source}
            sys.stdout.write(say("cli.year_right", args.lang, **figures) + "\n")
    return result
