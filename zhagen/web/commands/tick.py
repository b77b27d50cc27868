"""Run what has fallen due, once: for a timer of the machine where `zhagen serve` does not run it."""

import argparse

from zhagen.web.commands.words import tell


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take no arguments."""


def run(options: argparse.Namespace) -> int:
    """Run every due function and the queue; return 1 if one of them failed."""
    import django

    django.setup()
    from zhagen.web.runner import work_queue

    failed = False
    for outcome in tick():
        code = "command.due_failed" if outcome.error else "command.due_done"
        tell(code, name=outcome.name, count=outcome.count, error=outcome.error)
        failed = failed or bool(outcome.error)
    work_queue()
    return int(failed)


def tick():  # type: ignore[no-untyped-def]
    """Run every due function at the clock's moment; return what each did."""
    from zhagen.platform.clock import now
    from zhagen.platform.due import run_due

    return run_due(now())
