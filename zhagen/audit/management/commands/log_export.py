"""`zhagen log export FILE`: write the whole log for an auditor, with a fresh signed root."""

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from zhagen.audit.export import export_log
from zhagen.audit.roots import current_key, sign_root
from zhagen.cli.talk import add_language
from zhagen.platform.clock import now


class Command(BaseCommand):
    """Writes the log to a file."""

    help = "导出事件日志供审计核对 / write the event log to a file for an auditor"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Take the name of the file."""
        parser.add_argument("file", metavar="FILE")
        add_language(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Sign a root, write the lines, print the key to check them with."""
        signed = sign_root(at=now(), reason="export")
        with Path(options["file"]).open("wb") as file:
            for line in export_log():
                file.write(line + b"\n")
        self.stdout.write(f"{options['file']}: {signed.size}\n{current_key()}\n{signed.text}")
