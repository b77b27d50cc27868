"""Turn a permission's reach into rows: what an actor may see, and one object or 404.

Each app registers in its `access.py` how far each reach goes for its models. An object outside the
reach answers like one that does not exist.
"""

import uuid
from collections.abc import Callable
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.http import Http404

from zhagen.core.errors import RuleError
from zhagen.core.permissions import Reach, scopes
from zhagen.core.types import Actor, Grant

M = TypeVar("M", bound=Model)
Rows = Callable[[Grant, Actor], Q]

_reaches: dict[type[Model], dict[Reach, Rows]] = {}

NOTHING = Q(pk__in=())


def register_reach(model: type[Model], reaches: dict[Reach, Rows]) -> None:
    """Say how far each reach goes for a model; `Reach.ALL` is every row and needs no saying.

    An app above may add a reach that only its own pages use.
    """
    known = _reaches.setdefault(model, {})
    if known.keys() & reaches.keys():
        raise ValueError(f"{model.__name__}: a reach is registered twice: {known.keys() & reaches.keys()}")
    known.update(reaches)


def visible(actor: Actor, action: str, model: type[M]) -> QuerySet[M]:
    """Return the rows on which the actor may do the action."""
    rows = NOTHING
    for reach, grant in scopes(actor, action):
        if reach is Reach.ALL:
            return model._default_manager.all()
        rows |= _reaches[model][reach](grant, actor)
    return (
        model._default_manager.filter(rows).distinct() if rows != NOTHING else model._default_manager.none()
    )


def get_or_404(actor: Actor, action: str, model: type[M], pk: uuid.UUID | str) -> M:
    """Return the object if the actor may do the action on it; absent and foreign both answer 404."""
    try:
        found = visible(actor, action, model).filter(pk=pk).first()
    except (ValidationError, ValueError):
        found = None
    if found is None:
        raise Http404
    return found


def permit(by: Actor, action: str, obj: Model) -> None:
    """Refuse, inside an action, an actor who may not do it on this object.

    Raises:
        RuleError: "permission.denied".
    """
    if not visible(by, action, type(obj)).filter(pk=obj.pk).exists():
        raise RuleError("permission.denied", action=action)


def scopes_place(actor: Actor, action: str, place_code: str) -> bool:
    """Return whether the actor may do an action in a community or street: for what is not made yet."""
    return any(_covers(reach, grant, place_code) for reach, grant in scopes(actor, action))


def _covers(reach: Reach, grant: Grant, place_code: str) -> bool:
    if reach is Reach.OFFICE:
        return bool(grant.place) and place_code.startswith(grant.place[:9])
    return reach is Reach.ALL or (reach is Reach.COMMUNITY and grant.place == place_code)


def office_of(place_code: str) -> str:
    """Return the 12-digit code of the street that a place lies in.

    >>> office_of("990101001003")
    '990101001000'
    """
    return place_code[:9] + "000"
