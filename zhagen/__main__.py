"""The command `zhagen`: commands on files go straight to the cli, all others through Django."""

import sys
from collections.abc import Sequence

FILE_WORDS = frozenset({"rulebook", "calendar", "log", "allocate", "flags", "lab"})
"""First words of the commands that work on files and need no database."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command of the command line; return its exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    if words and words[0] in FILE_WORDS:
        from zhagen.cli.run import main as run_on_files
        from zhagen.cli.talk import NEEDS_DATABASE

        code = run_on_files(words)
        if code != NEEDS_DATABASE:
            return code
        words = ["_".join(words[:2]), *words[2:]]
    from zhagen.web.manage import main as run_with_database

    return run_with_database(words)


if __name__ == "__main__":
    sys.exit(main())
