"""The doors of a community, without names: the frame from which residents are drawn."""

import datetime as dt
from collections.abc import Iterable

from zhagen.audit.record import record
from zhagen.core.doors import parse_doors
from zhagen.core.errors import RuleError
from zhagen.core.types import Actor
from zhagen.parties.models import Door, Place
from zhagen.platform.scope import scopes_place
from zhagen.platform.tx import write_tx

ROWS_AT_ONCE = 500


@write_tx
def add_doors(place: Place, text: str, *, by: Actor, now: dt.datetime) -> int:
    """Add doors as typed to a community; those that it has already stay. Return how many are new.

    Raises:
        RuleError: "permission.denied", "door.not_a_community", "need.doors_unreadable",
            "need.doors_too_many".
    """
    return _add(place, parse_doors(text), by=by, now=now)


@write_tx
def import_doors(place: Place, doors: Iterable[tuple[str, str]], *, by: Actor, now: dt.datetime) -> int:
    """Add the doors of a sheet, building and number of each; return how many are new.

    Raises:
        RuleError: "permission.denied", "door.not_a_community", "door.nothing_to_add".
    """
    wanted = [(building.strip(), number.strip()) for building, number in doors]
    if not wanted:
        raise RuleError("door.nothing_to_add")
    return _add(place, wanted, by=by, now=now)


def _add(place: Place, doors: Iterable[tuple[str, str]], *, by: Actor, now: dt.datetime) -> int:
    if not scopes_place(by, "door.add", place.pk):
        raise RuleError("permission.denied", action="door.add")
    if place.level != Place.Level.COMMUNITY:
        raise RuleError("door.not_a_community", place=place.name)
    known = set(Door.objects.filter(place=place).values_list("building", "number"))
    fresh = [each for each in dict.fromkeys(doors) if each not in known and all(each)]
    rows = [Door(place=place, building=building, number=number) for building, number in fresh]
    Door.objects.bulk_create(rows, batch_size=ROWS_AT_ONCE)
    record("door.added", place, by=by, at=now, payload={"new": len(rows), "in_all": len(known) + len(rows)})
    return len(rows)
