"""Supervision (督导): a session counts with the minutes that both sides logged."""

import datetime as dt

from zhagen.audit.record import record
from zhagen.core.errors import RuleError
from zhagen.core.types import Actor
from zhagen.delivery.models import Staffing, Supervision
from zhagen.parties.actor import user_key
from zhagen.platform.clock import SHANGHAI
from zhagen.platform.scope import permit
from zhagen.platform.tx import write_tx

LONGEST_MINUTES = 24 * 60


@write_tx
def log_supervision(
    worker: Staffing, *, held_on: dt.date, topic: str, minutes: int, by: Actor, now: dt.datetime
) -> Supervision:
    """Log a session by the supervisor's side.

    Raises:
        RuleError: "supervision.minutes_wrong", "supervision.in_future".
    """
    permit(by, "supervision.log", worker.contract)
    if not 0 < minutes <= LONGEST_MINUTES:
        raise RuleError("supervision.minutes_wrong", minutes=minutes)
    if held_on > now.astimezone(SHANGHAI).date():
        raise RuleError("supervision.in_future", day=str(held_on))
    session = Supervision.objects.create(
        contract=worker.contract,
        worker=worker,
        supervisor_id=user_key(by),
        held_on=held_on,
        topic=topic,
        supervisor_minutes=minutes,
        logged_at=now,
    )
    record("supervision.logged", session, by=by, at=now, payload={"minutes": minutes})
    return session


@write_tx
def confirm_supervision(session: Supervision, minutes: int, *, by: Actor, now: dt.datetime) -> Supervision:
    """State the minutes by the worker's side; 0 says that it did not take place.

    Raises:
        RuleError: "supervision.confirmed", "supervision.minutes_wrong".
    """
    session = Supervision.objects.select_for_update().get(pk=session.pk)
    permit(by, "supervision.confirm", session)
    if session.worker_minutes is not None:
        raise RuleError("supervision.confirmed")
    if not 0 <= minutes <= LONGEST_MINUTES:
        raise RuleError("supervision.minutes_wrong", minutes=minutes)
    session.worker_minutes = minutes
    session.save(update_fields=["worker_minutes"])
    record("supervision.confirmed", session, by=by, at=now, payload={"minutes": minutes})
    return session
