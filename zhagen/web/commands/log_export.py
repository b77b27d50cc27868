"""`zhagen log export FILE`: write the whole log for an auditor, with a fresh signed root."""

import argparse
from pathlib import Path

from zhagen.cli.talk import add_language, say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the name of the file."""
    parser.add_argument("file", metavar="FILE")
    add_language(parser)


def run(options: argparse.Namespace) -> int:
    """Sign a root, write the lines, print that root and the key to check it with."""
    import django

    django.setup()
    from zhagen.audit.export import export_log
    from zhagen.audit.roots import current_key, sign_root
    from zhagen.platform.clock import now

    signed = sign_root(at=now(), reason="export")
    with Path(options.file).open("wb") as file:
        file.writelines(line + b"\n" for line in export_log())
    print(say("log.exported", options.lang, file=options.file, size=signed.size, key=str(current_key())))
    print(signed.text)
    return 0
