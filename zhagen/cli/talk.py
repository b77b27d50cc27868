"""How a command speaks: its language, its errors, its exit codes."""

import argparse
import os
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from zhagen.cli import shipped
from zhagen.core.errors import RuleError, SeveralRulesError, render
from zhagen.core.rulebook.layer import place_prefix

OK, BROKEN, USAGE = 0, 1, 2
"""Exit codes: done; a rule or a file is broken; the command itself cannot be run."""

NEEDS_DATABASE = -1
"""What a command answers that was given no file: the same command on the live database does it."""


def language_of(environment: Mapping[str, str]) -> str:
    """Return "en" where the environment asks for English, else "zh".

    >>> language_of({"LANG": "en_GB.UTF-8"}), language_of({"LANG": "C"}), language_of({})
    ('en', 'zh', 'zh')
    """
    wanted = environment.get("LC_ALL") or environment.get("LANG") or ""
    return "en" if wanted.lower().startswith("en") else "zh"


def add_language(parser: argparse.ArgumentParser) -> None:
    """Give a command the option `--lang`."""
    default = language_of(os.environ)
    parser.add_argument("--lang", choices=("zh", "en"), default=default, help="语言 / language of the output")


def say(code: str, language: str, /, **figures: Any) -> str:
    """Return a text of the message catalogue."""
    return render(RuleError(code, **figures), shipped.catalogue(), language)


def complain(error: RuleError, language: str) -> int:
    """Print an error for people to stderr; return the exit code of a broken rule."""
    sys.stderr.write(render(error, shipped.catalogue(), language) + "\n")
    return BROKEN


def plain_errors(error: RuleError) -> list[dict[str, object]]:
    """Return an error as plain data, one item a problem."""
    parts = error.errors if isinstance(error, SeveralRulesError) else (error,)
    return [
        {"code": each.code, "source": each.source, **{key: str(value) for key, value in each.figures.items()}}
        for each in parts
    ]


def a_date(text: str) -> date:
    """Return a date of the command line; argparse reports what is none."""
    return date.fromisoformat(text)


def a_place(text: str) -> str:
    """Return a place code of the command line; argparse reports what is none."""
    try:
        return place_prefix(text)
    except RuleError as error:
        raise argparse.ArgumentTypeError(f"0, 2, 4, 6, 9, 12 位数字 / digits: {text!r}") from error


def read_file(name: str) -> str:
    """Return the text of a file.

    Raises:
        RuleError: "cli.cannot_read".
    """
    try:
        return Path(name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "UTF-8"
        raise RuleError("cli.cannot_read", name=name, reason=reason) from error
