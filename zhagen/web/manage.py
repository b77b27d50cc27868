"""Commands that need the database, through Django."""

import os
import sys


def main(argv: list[str]) -> int:
    """Run a command of the product or of Django; return the exit code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhagen.web.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(["zhagen", *(argv or ["help"])])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
