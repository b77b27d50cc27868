"""`zhagen lab snapshot -o FILE`: write the de-identified snapshot of the district; its hash goes into the log."""

import argparse
from pathlib import Path

from zhagen.cli.lab_replay import add_database_arguments
from zhagen.cli.talk import add_language, say
from zhagen.cli.write_votes import check_writable, write_whole


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the file and whether to write over a file."""
    add_database_arguments(parser)
    add_language(parser)


def run(options: argparse.Namespace) -> int:
    """Make the snapshot, write it, say what it holds and what it leaves out."""
    import django

    django.setup()
    from zhagen.core.types import SYSTEM
    from zhagen.lab.snapshot import is_enough
    from zhagen.parties.rules import rules_for
    from zhagen.platform.clock import now, today
    from zhagen.policy.actions.snapshot import make_snapshot

    path = Path(options.output)
    check_writable(path, overwrite=options.overwrite)
    made, text = make_snapshot(by=SYSTEM, now=now())
    write_whole(path, text, overwrite=options.overwrite)
    rules = rules_for("", today())
    if not is_enough(made, rules):
        least = {"communities": rules.int("lab.communities_min"), "months": rules.int("lab.months_min")}
        print(say("snapshot.not_enough", options.lang, **least))
    figures = {"communities": made.communities, "months": made.months, "least": made.least}
    print(say("snapshot.made", options.lang, file=str(path), digest=made.digest, **figures))
    if made.left_out:
        print(say("snapshot.left_out", options.lang, tables=", ".join(made.left_out)))
    return 0
