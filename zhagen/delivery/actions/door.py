"""The list of doors of a community: buildings and numbers, without names; the frame of every sample."""

import datetime as dt
from collections.abc import Iterable

from zhagen.audit.record import record
from zhagen.core.errors import RuleError
from zhagen.core.types import Actor
from zhagen.parties.models import Door, Place
from zhagen.platform.scope import permit
from zhagen.platform.tx import write_tx


@write_tx
def import_doors(place: Place, doors: Iterable[tuple[str, str]], *, by: Actor, now: dt.datetime) -> int:
    """Add the doors of a community that are not yet known; return how many were new.

    Args:
        place: The community.
        doors: Building and number of each.
        by: The community office or the handler.
        now: Moment.

    Raises:
        RuleError: "door.not_a_community", "door.nothing_to_add".
    """
    permit(by, "door.import", place)
    if place.level != Place.Level.COMMUNITY:
        raise RuleError("door.not_a_community", place=place.name)
    wanted = {(building.strip(), number.strip()) for building, number in doors}
    known = set(Door.objects.filter(place=place).values_list("building", "number"))
    fresh = sorted(pair for pair in wanted - known if all(pair))
    if not wanted:
        raise RuleError("door.nothing_to_add")
    Door.objects.bulk_create(
        (Door(place=place, building=building, number=number) for building, number in fresh), batch_size=500
    )
    record("door.imported", place, by=by, at=now, payload={"added": len(fresh), "read": len(wanted)})
    return len(fresh)
