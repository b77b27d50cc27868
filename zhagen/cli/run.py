"""Run a command on files: `zhagen rulebook …`, `zhagen calendar …`.

A new group of commands is a module of this package with `register(subparsers)` that sets
`run=function(args) -> exit code`, and its name in `GROUPS`.
"""

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module

from zhagen.cli.talk import USAGE, add_language, complain
from zhagen.core.errors import RuleError

GROUPS = ("rulebook", "calendar", "log", "allocate", "lab")
"""Words of the command line that need no database; each is a module of this package."""

CANNOT_RUN = ("cli.cannot_read", "cli.cannot_write", "cli.file_exists")


def main(argv: Sequence[str]) -> int:
    """Run a command; return its exit code (0 done, 1 a rule or file is broken, 2 it cannot be run)."""
    parser = argparse.ArgumentParser(prog="zhagen", description=__doc__)
    groups = parser.add_subparsers(dest="group", required=True, metavar="|".join(GROUPS))
    for name in [each for each in GROUPS if each in argv[:1]] or GROUPS:  # one word need not load all others
        import_module(f"zhagen.cli.{name}").register(groups)
    args = parser.parse_args(argv)
    try:
        return int(args.run(args))
    except RuleError as error:
        code = complain(error, args.lang)
        return USAGE if error.code in CANNOT_RUN else code
    except BrokenPipeError:
        sys.stderr.close()
        return USAGE


def add_command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, text: str
) -> argparse.ArgumentParser:
    """Return a new command of a group, with its language option."""
    parser = commands.add_parser(name, help=text, description=text)
    add_language(parser)
    return parser
