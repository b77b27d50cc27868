"""`zhagen lab cases -o FILE`: write the past cases for a replay; the file's hash goes into the log."""

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
    """Take the cases, write them, say how many and that the file stays in the office."""
    import django

    django.setup()
    from zhagen.core.types import SYSTEM
    from zhagen.platform.clock import now
    from zhagen.policy.actions.past_case import take_past_cases

    path = Path(options.output)
    check_writable(path, overwrite=options.overwrite)
    cases, text = take_past_cases(by=SYSTEM, now=now())
    write_whole(path, text, overwrite=options.overwrite)
    counts = {"rounds": len(cases.rounds), "grades": len(cases.grades), "reviews": len(cases.reviews)}
    print(say("past_case.written", options.lang, file=str(path), digest=cases.digest, **counts))
    if cases.left_out:
        print(say("replay.left_out", options.lang, count=cases.left_out))
    return 0
