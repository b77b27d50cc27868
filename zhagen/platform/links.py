"""Buttons that a higher app puts on a lower app's page, so that lower never reads higher.

The contract page (procurement) offers "log an activity" (delivery) without knowing of it.
"""

from collections.abc import Callable, Iterable

from django.db.models import Model

from zhagen.core.types import Actor
from zhagen.platform.parts import Move

Links = Callable[[Actor, Model], Iterable[Move]]

_links: dict[str, list[Links]] = {}


def links_on(page: str) -> Callable[[Links], Links]:
    """Register a function that yields buttons for a page, named by its concept: "contract", "instalment"."""

    def register(function: Links) -> Links:
        _links.setdefault(page, []).append(function)
        return function

    return register


def links_for(page: str, actor: Actor, obj: Model) -> list[Move]:
    """Return the buttons that higher apps offer on this object's page to this actor."""
    return [move for function in _links.get(page, ()) for move in function(actor, obj)]
