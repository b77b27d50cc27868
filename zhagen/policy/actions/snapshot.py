"""A snapshot leaves the database: who took it, known by its hash."""

import datetime as dt

from zhagen.audit.record import record
from zhagen.core.types import Actor
from zhagen.lab.snapshot import Snapshot, write_snapshot
from zhagen.platform.scope import permit
from zhagen.platform.tx import write_tx
from zhagen.policy.area import active_streets, day_of
from zhagen.policy.snapshot import district_snapshot


@write_tx
def make_snapshot(*, by: Actor, now: dt.datetime) -> tuple[Snapshot, str]:
    """Return the de-identified snapshot and the text of its file; on record in each street.

    It is of all streets that use the product or of none: what one tells, taken from what all tell, would be
    the others'.

    Raises:
        RuleError: "permission.denied", "snapshot.nothing_yet".
    """
    streets = active_streets()
    for each in streets:
        permit(by, "snapshot.make", each)
    snapshot = district_snapshot(today=day_of(now))
    for each in streets:
        payload = {"sha256": snapshot.digest, "months": snapshot.months, "streets": len(streets)}
        record("snapshot.made", each, by=by, at=now, payload=payload)
    return snapshot, write_snapshot(snapshot)
