"""`zhagen calendar template YEAR`, `check FILE…`, `add FILE`: a holiday year, from the form to the live calendar."""

import argparse
import sys

from zhagen.cli.run import add_command
from zhagen.cli.talk import BROKEN, NEEDS_DATABASE, OK, complain, read_file, say
from zhagen.core.calendar import parse_year, year_template
from zhagen.core.errors import RuleError


def register(groups: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands on holiday years."""
    group = groups.add_parser("calendar", help="工作日历 / working days")
    commands = group.add_subparsers(dest="command", required=True)
    check = add_command(commands, "check", "检查节假日文件 / check holiday files")
    check.add_argument("files", nargs="+", metavar="FILE")
    check.set_defaults(run=run_check)
    template = add_command(commands, "template", "打印待填的年份文件 / print a year file to fill in")
    template.add_argument("year", type=int, metavar="YEAR")
    template.set_defaults(run=run_template)
    add = add_command(commands, "add", "把年份加入正在用的日历 / add a year to the live calendar")
    add.add_argument("file", metavar="FILE")
    add.set_defaults(run=lambda args: NEEDS_DATABASE)


def run_template(args: argparse.Namespace) -> int:
    """Print the form of a year file."""
    sys.stdout.write(year_template(args.year))
    return OK


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
