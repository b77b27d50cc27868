"""The message catalogue of the package, rendered at the edge in the reader's language."""

from collections.abc import Iterable

from django.utils.translation import get_language

from zhagen.cli import shipped
from zhagen.core.errors import Catalogue, RuleError, render


def catalogue() -> Catalogue:
    """Return all message texts that ship with the package."""
    return shipped.catalogue()


def language() -> str:
    """Return "zh" or "en" for the request at hand."""
    return "en" if (get_language() or "zh").startswith("en") else "zh"


def say(code: str, /, **figures: object) -> str:
    """Return a message of the catalogue in the reader's language: names of states, moves, actions."""
    return render(RuleError(code, **figures), catalogue(), language())


def explain(error: RuleError) -> str:
    """Return what happened, which rule, what to do, in the reader's language."""
    return render(error, catalogue(), language())


def listed(words: Iterable[object]) -> str:
    """Return words in a row, parted as the reader's language parts them."""
    return (", " if language() == "en" else "、").join(str(each) for each in words)
