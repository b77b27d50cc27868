"""`zhagen log verify` without a file: check the log of the live database."""

import argparse

from zhagen.cli.log import add_verify_arguments, outside_roots, public_keys, show_report
from zhagen.cli.talk import USAGE, add_language, complain
from zhagen.core.errors import RuleError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take what `zhagen log verify FILE` takes."""
    add_verify_arguments(parser)
    add_language(parser)


def run(options: argparse.Namespace) -> int:
    """Check and print; return 0 sound, 1 not sound, 2 could not be checked."""
    import django

    django.setup()
    from zhagen.audit.export import check_live

    try:
        report = check_live(outside=outside_roots(options.root), keys=public_keys(options.key))
    except RuleError as error:
        complain(error, options.lang)
        return USAGE
    return show_report(report, options.lang, as_json=options.json)
