"""The whole permission table as a matrix: each action, each role, which of the worlds' objects it reaches."""

import csv
from functools import cache
from pathlib import Path

from django.db.models import Model
from django.urls import URLPattern

from tests.cast import Person
from tests.objects import BUILDERS, World, names_somebody
from tests.web.asked import asked_in_code
from zhagen.core.permissions import TABLE, may
from zhagen.core.types import PUBLIC, SYSTEM, Actor, Role
from zhagen.platform.pages import OPEN_PREFIXES, all_patterns
from zhagen.platform.scope import visible

EXPECTED = Path(__file__).with_name("permissions_expected.csv")
KINDS = ("mine", "own", "shown", "hidden", "private", "same_office", "foreign")
"""Names me; ours; ours and public, not yet public, private where `own` is not; our street's; a foreign street's."""
ROLES = [role for role in Role if role not in {Role.PUBLIC, Role.SYSTEM}]
HEAD = ["action", "object", "public", *(role.value for role in ROLES), "system"]


def pages() -> list[URLPattern]:
    """Return every url of ours; the sign-in library's hold their own rules."""
    return [each for _, each in all_patterns() if not str(each.name).startswith(OPEN_PREFIXES)]


def person_of(world: World, role: Role) -> Person:
    return world.people[role.value]


def actors(world: World) -> dict[str, Actor]:
    """Return one actor a role, and those who are no persons."""
    known = {role.value: person_of(world, role).actor for role in ROLES}
    return {"public": PUBLIC, **known, "system": SYSTEM}


@cache
def models_of_actions() -> dict[str, list[type[Model]]]:
    """Return on which models' objects an action is asked about: as the pages declare it and as the code asks."""
    found: dict[str, set[type[Model]]] = asked_in_code()
    for each in pages():
        if each.callback.model is not None:
            found.setdefault(each.callback.action, set()).add(each.callback.model)
    return {action: sorted(models, key=lambda model: model.__name__) for action, models in found.items()}


def objects_for(worlds: dict[str, World], model: type[Model], person: Person | None) -> dict[str, Model]:
    """Return the objects of a model by kind; "mine" only where the model may name a person."""
    found = {name: world.of(model) for name, world in worlds.items()} | worlds["own"].further(model)
    if person is not None and names_somebody(model):
        found["mine"] = worlds["own"].of(model, person)
    return found


def cell(worlds: dict[str, World], action: str, model: type[Model] | None, name: str, actor: Actor) -> str:
    """Return what one role reaches: "" nothing, "any" a page without object, else the kinds, "-" none of them."""
    if not may(actor, action):
        return ""
    if model is None:
        return "any"
    person = worlds["own"].people.get(name)
    by_kind = objects_for(worlds, model, person)
    seen = set(
        visible(actor, action, model)
        .filter(pk__in=[each.pk for each in by_kind.values()])
        .values_list("pk", flat=True)
    )
    return "+".join(kind for kind in KINDS if kind in by_kind and by_kind[kind].pk in seen) or "-"


def line(worlds: dict[str, World], action: str, model: type[Model] | None) -> list[str]:
    """Return one line of the matrix."""
    known = actors(worlds["own"])
    cells = [cell(worlds, action, model, name, actor) for name, actor in known.items()]
    return [action, model.__name__ if model else "", *cells]


def lines_of(worlds: dict[str, World], action: str) -> list[list[str]]:
    """Return an action's lines: one a model that pages ask about, or one without object."""
    models = [model for model in models_of_actions().get(action, []) if model in BUILDERS]
    return [line(worlds, action, model) for model in models or [None]]


def matrix(worlds: dict[str, World]) -> list[list[str]]:
    """Return the whole matrix."""
    return [row for action in sorted(TABLE) for row in lines_of(worlds, action)]


def write(rows: list[list[str]]) -> None:
    """Freeze a matrix for review."""
    with EXPECTED.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([HEAD, *rows])


def frozen() -> dict[str, list[list[str]]]:
    """Return the reviewed matrix: the lines of each action."""
    with EXPECTED.open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    assert head == HEAD
    found: dict[str, list[list[str]]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(row)
    return found
