"""`zhagen calendar add FILE`: add a year of holidays to the calendar in use, or correct one that was added."""

import argparse

from zhagen.cli.talk import add_language, read_file, say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the name of the file."""
    parser.add_argument("file", metavar="FILE")
    add_language(parser)


def run(options: argparse.Namespace) -> int:
    """Check the file and add its year; say until when the calendar reaches now."""
    import django

    django.setup()
    from zhagen.core.types import SYSTEM
    from zhagen.parties.actions.rule_change import add_holiday_year
    from zhagen.parties.rules import calendar
    from zhagen.platform.clock import now

    added = add_holiday_year(read_file(options.file), by=SYSTEM, now=now())
    print(say("calendar.added", options.lang, year=added.year, until=max(calendar().years)))
    return 0
