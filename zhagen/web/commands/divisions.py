"""Import the administrative divisions of China from the statistical bureau's files."""

import argparse
import datetime as dt
import time
from pathlib import Path

from zhagen.web.commands import prepare
from zhagen.web.commands.words import tell


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the files and the day for which they hold."""
    steps = parser.add_subparsers(dest="step", required=True)
    files = steps.add_parser("import", help="UPPER.csv.gz [COMMUNITIES.csv.gz] --edition 2023-06-30")
    files.add_argument("upper", type=Path, metavar="UPPER.csv.gz", help="code,level,name,parent")
    files.add_argument("communities", type=Path, nargs="?", metavar="COMMUNITIES.csv.gz", help="code,name")
    files.add_argument("--edition", type=dt.date.fromisoformat, required=True, help="2023-06-30")
    civil = steps.add_parser("civil", help="CODES.csv: code,civil_code")
    civil.add_argument("codes", type=Path, metavar="CODES.csv", help="code,civil_code")


def run(options: argparse.Namespace) -> int:
    """Import and say how much in which time."""
    prepare.prepare()
    from zhagen.parties.actions.divisions import import_civil_codes, import_divisions
    from zhagen.platform.clock import now

    started = time.monotonic()
    if options.step == "civil":
        count = import_civil_codes(options.codes, now=now())
        tell("divisions.civil_done", count=count)
        return 0
    done = import_divisions(options.upper, options.communities, options.edition, now=now())
    seconds = round(time.monotonic() - started, 1)
    tell(
        "divisions.done",
        upper=done.upper,
        communities=done.communities,
        skipped=done.skipped,
        seconds=seconds,
    )
    return 0
