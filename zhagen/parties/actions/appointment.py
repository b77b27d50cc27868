"""The end of an appointment."""

import datetime as dt

from zhagen.audit.record import record
from zhagen.core.errors import RuleError
from zhagen.core.types import Actor, Grant, Role
from zhagen.parties.models import Appointment
from zhagen.platform.desk import DeskItem, Reader, items_for
from zhagen.platform.scope import permit
from zhagen.platform.tx import write_tx

MOST_NAMED = 10


def open_work(appointment: Appointment, on: dt.date) -> list[DeskItem]:
    """Return what lies on the desk of this role of this person; apps say it in their `desk.py`."""
    grant = Grant(Role(appointment.role), appointment.place_id or "", str(appointment.organisation_id or ""))
    actor = Actor(str(appointment.user_id), appointment.user.name, (grant,))
    return [item for _, item in items_for(Reader(actor, on))]


@write_tx
def end_appointment(
    appointment: Appointment, until_on: dt.date, *, is_handed_over: bool, by: Actor, now: dt.datetime
) -> Appointment:
    """End a role with its last day; open work is named and must have been handed over.

    Args:
        appointment: The role of a person.
        until_on: Its last day.
        is_handed_over: Whether somebody has taken over what is open.
        by: Operator, section chief or agency head.
        now: Moment of receipt.

    Raises:
        RuleError: "appointment.ends_before_start", "appointment.own", "appointment.open_work".
    """
    appointment = (
        Appointment.objects.select_for_update(of=("self",)).select_related("user").get(pk=appointment.pk)
    )
    permit(by, "appointment.end", appointment)
    if str(appointment.user_id) == by.key:
        raise RuleError("appointment.own")
    if until_on < appointment.from_on:
        raise RuleError("appointment.ends_before_start", started=appointment.from_on, ends=until_on)
    items = open_work(appointment, until_on)
    if items and not is_handed_over:
        named = "；".join(str(item.title) for item in items[:MOST_NAMED])
        raise RuleError("appointment.open_work", count=len(items), items=named)
    appointment.until_on = until_on
    appointment.save(update_fields=["until_on"])
    record(
        "appointment.ended",
        appointment,
        by=by,
        at=now,
        payload={"until_on": until_on, "open_items": len(items), "is_handed_over": is_handed_over},
    )
    return appointment
