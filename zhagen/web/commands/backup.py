"""Back up the office into one file that has proved itself."""

import argparse
from pathlib import Path

from zhagen.web.commands import prepare
from zhagen.web.commands.words import tell


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the file to write."""
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--with-keys", action="store_true", help="keys/")


def run(options: argparse.Namespace) -> int:
    """Write, prove, record an event, and say what was proved."""
    prepare.prepare()
    from zhagen.web.backup import make_backup

    checked = make_backup(options.file, with_keys=options.with_keys)
    _record(checked.root, checked.size)
    tell(
        "backup.done",
        file=options.file,
        size=checked.size,
        root=checked.root[:16],
        evidence=checked.evidence,
        checked=checked.evidence_checked,
    )
    if not options.with_keys:
        tell("backup.keys_apart", home=prepare.data_home() / "keys")
    return 0


def _record(root: str, size: int) -> None:
    from zhagen.parties.actions.office import record_upkeep
    from zhagen.platform.clock import now

    record_upkeep("office.backed_up", {"log_root": root, "log_size": size}, now=now())
