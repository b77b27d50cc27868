"""What a command says in the terminal: in the terminal's language, else in both."""

import os
import sys

from zhagen.core.errors import RuleError, render
from zhagen.platform.texts import catalogue


def languages() -> tuple[str, ...]:
    """Return the languages to speak: ZHAGEN_LANGUAGE or the locale's, else Chinese and English."""
    for name in ("ZHAGEN_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        said = os.environ.get(name, "")[:2].lower()
        if said in {"zh", "en"}:
            return (said,)
    return ("zh", "en")


def words(error: RuleError) -> str:
    """Return a message of the catalogue as the terminal shows it."""
    return " / ".join(render(error, catalogue(), language) for language in languages())


def tell(code: str, **figures: object) -> None:
    """Print a message of the catalogue."""
    print(words(RuleError(code, **figures)), flush=True)


def complain(error: RuleError) -> int:
    """Print an error to standard error; return the exit code of a refused command."""
    print(words(error), file=sys.stderr, flush=True)
    return 2
