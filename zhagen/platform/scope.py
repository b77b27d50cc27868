"""Turn a permission's reach into rows: what an actor may see, and one object or 404.

Each app registers in its `access.py` how far each reach goes for its models. An object outside the
reach answers like one that does not exist.
"""

import uuid
from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

from django.core.exceptions import EmptyResultSet, ValidationError
from django.db import connection
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
    rows = _rows(actor, action, model)
    if rows is None:
        return model._default_manager.all()
    return (
        model._default_manager.filter(rows).distinct() if rows != NOTHING else model._default_manager.none()
    )


def _rows(actor: Actor, action: str, model: type[Model]) -> Q | None:
    """Return the condition on the rows; None for all of them."""
    rows = NOTHING
    for reach, grant in scopes(actor, action):
        if reach is Reach.ALL:
            return None
        rows |= _reaches[model][reach](grant, actor)
    return rows


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
    rows = _rows(by, action, type(obj))
    if rows == NOTHING or not _holds(type(obj), rows, obj.pk):
        raise RuleError("permission.denied", action=action)


_MARK = uuid.UUID(int=0x5CA1AB1E)
"""Stands for the object's key in a remembered question."""


def _holds(model: type[Model], rows: Q | None, pk: uuid.UUID) -> bool:
    """Return whether the object is among the rows.

    Every action asks this, so the SQL of a question is remembered: putting it together costs twenty times
    as much as asking it. What the condition is made of is the key, so that none is answered by another's.
    """
    sql, values, mark = _question(model, rows, connection.vendor)
    if not sql:
        return False
    key = model._meta.pk.get_db_prep_value(pk, connection)
    with connection.cursor() as cursor:
        cursor.execute(sql, [key if each == mark else each for each in values])
        return cursor.fetchone() is not None


@lru_cache(maxsize=2048)
def _question(model: type[Model], rows: Q | None, vendor: str) -> tuple[str, tuple[object, ...], object]:
    found = model._default_manager.filter(pk=_MARK)
    found = found if rows is None else found.filter(rows)
    try:
        sql, values = found.order_by().values_list("pk")[:1].query.sql_with_params()
    except EmptyResultSet:
        sql, values = "", ()
    return sql, tuple(values), model._meta.pk.get_db_prep_value(_MARK, connection)


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
