"""On which models' objects an action of the permission table is asked about, read from the product's own code.

A page declares its model; a list asks `visible(actor, "need.list", Need)`; some ask through a helper. What the
code cannot tell is said in `BY_HAND`. So a widened line of the table is seen wherever it would be felt.
"""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.db.models import Model

import zhagen
from zhagen.core.permissions import TABLE
from zhagen.delivery.models import Staffing
from zhagen.parties.models import Place, Tie
from zhagen.procurement.models import Contract, Need

PACKAGE = Path(zhagen.__file__).parent
HELPERS: dict[str, type[Model]] = {
    "posts_for": Staffing,
    "street_of": Place,
    "places_for": Place,
    "scopes_place": Place,
}
"""Functions that ask for an action about one model."""

BY_HAND: dict[str, type[Model]] = {
    "need.plan": Need,
    "need.serve": Need,
    "need.import": Place,
    "contract.release": Contract,
    "tie.declare": Tie,
    "snapshot.make": Place,
    "past_case.take": Place,
}
"""Actions that `permit` alone asks for, by a name made at run time."""


def asked_in_code() -> dict[str, set[type[Model]]]:
    """Return the models of each action that the code asks about outside a page's own object."""
    known = {model.__name__: model for model in apps.get_models() if model.__module__.startswith("zhagen.")}
    found: dict[str, set[type[Model]]] = defaultdict(set)
    for file in sorted(PACKAGE.rglob("*.py")):
        for call in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name):
                for action, model in _asked(call, known):
                    found[action].add(model)
    for action, model in BY_HAND.items():
        found[action].add(model)
    return found


def _asked(call: ast.Call, known: dict[str, type[Model]]) -> Iterator[tuple[str, type[Model]]]:
    words = [each.value for each in call.args if isinstance(each, ast.Constant) and each.value in TABLE]
    name = call.func.id
    if name in HELPERS:
        yield from ((word, HELPERS[name]) for word in words)
    if name in {"visible", "get_or_404"} and len(call.args) > 2 and isinstance(call.args[2], ast.Name):
        yield from ((word, known[call.args[2].id]) for word in words if call.args[2].id in known)
