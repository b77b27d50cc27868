"""The commands that need the database: ours first; Django's own stand behind `zhagen django …`."""

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from zhagen.core.errors import RuleError

COMMANDS = (
    "serve",
    "demo",
    "init",
    "divisions",
    "backup",
    "restore",
    "prepare",
    "tick",
    "log_verify",
    "log_export",
    "calendar_add",
    "lab_snapshot",
    "lab_cases",
)
"""Each is a module of `zhagen.web.commands` with `add_arguments(parser)` and `run(options)`."""

DJANGO_WORDS = frozenset({"makemigrations", "migrate", "check", "shell", "test", "sqlmigrate", "dbshell"})
"""Django's commands that engineers type without the word `django` before them."""


def main(argv: Sequence[str]) -> int:
    """Run a command of the product or of Django; return the exit code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhagen.web.settings")
    word, *rest = argv or ["help"]
    if word == "django" or word in DJANGO_WORDS:
        return _run_django(rest if word == "django" else list(argv))
    if word in COMMANDS:
        return _run_ours(word, rest)
    print(overview())
    if word in {"help", "--help", "-h"}:
        return 0
    from zhagen.web.commands.words import complain

    return complain(RuleError("command.unknown", word=word))


def parser_of(word: str) -> argparse.ArgumentParser:
    """Return the parser of one of our commands with its help in the terminal's language."""
    from zhagen.web.commands.words import words

    parser = argparse.ArgumentParser(prog=f"zhagen {word}", description=words(RuleError(f"command.{word}")))
    import_module(f"zhagen.web.commands.{word}").add_arguments(parser)
    return parser


def overview() -> str:
    """Return the list of commands, one a line."""
    from zhagen.web.commands.words import words

    lines = [words(RuleError("command.overview")), ""]
    lines += [f"  zhagen {word:<12} {words(RuleError(f'command.{word}'))}" for word in COMMANDS]
    lines += ["", words(RuleError("command.on_files")), words(RuleError("command.django"))]
    return "\n".join(lines)


def _run_ours(word: str, rest: list[str]) -> int:
    from zhagen.web.commands.words import complain

    options = parser_of(word).parse_args(rest)
    try:
        return int(import_module(f"zhagen.web.commands.{word}").run(options) or 0)
    except RuleError as error:
        return complain(error)
    except KeyboardInterrupt:
        return 130


def _run_django(words: list[str]) -> int:
    from django.core.management import execute_from_command_line

    execute_from_command_line(["zhagen", *(words or ["help"])])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
