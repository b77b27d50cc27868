"""`zhagen log verify` without a file: check the log of the live database."""

import argparse
import sys
from typing import Any

from django.core.management.base import BaseCommand

from zhagen.audit.export import check_live
from zhagen.cli.log import add_verify_arguments, outside_roots, public_keys, show_report
from zhagen.cli.talk import USAGE, add_language, complain
from zhagen.core.errors import RuleError


class Command(BaseCommand):
    """Checks the log of the live database."""

    help = "核对数据库中的事件日志 / check the event log of the database"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Take what `zhagen log verify FILE` takes."""
        add_verify_arguments(parser)
        add_language(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Check, print, and end with 0, 1 or 2."""
        try:
            report = check_live(outside=outside_roots(options["root"]), keys=public_keys(options["key"]))
        except RuleError as error:
            complain(error, options["lang"])
            sys.exit(USAGE)
        sys.exit(show_report(report, options["lang"], as_json=options["json"]))
