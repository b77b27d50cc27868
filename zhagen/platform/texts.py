"""The message catalogue of the package, rendered at the edge in the reader's language."""

import tomllib
from functools import cache
from importlib.resources import files

from django.utils.translation import get_language

from zhagen.core.errors import Catalogue, RuleError, render


@cache
def catalogue() -> Catalogue:
    """Return all message texts that ship with the package."""
    texts: dict[str, dict[str, str]] = {}
    for file in sorted((files("zhagen") / "rulebooks" / "messages").iterdir(), key=lambda each: each.name):
        if file.name.endswith(".toml"):
            texts.update(tomllib.loads(file.read_text(encoding="utf-8")))
    return texts


def language() -> str:
    """Return "zh" or "en" for the request at hand."""
    return "en" if (get_language() or "zh").startswith("en") else "zh"


def say(code: str, **figures: object) -> str:
    """Return a message of the catalogue in the reader's language: names of states, moves, actions."""
    return render(RuleError(code, **figures), catalogue(), language())


def explain(error: RuleError) -> str:
    """Return what happened, which rule, what to do, in the reader's language."""
    return render(error, catalogue(), language())
