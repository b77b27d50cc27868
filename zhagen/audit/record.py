"""Record one event of an action, in the action's own transaction."""

import datetime as dt
import json
import secrets
import threading
from collections.abc import Sequence
from typing import Any

from django.db import connection, models

from zhagen.audit.models import Event, EventPayload, Pending
from zhagen.core.log_form import canonical, commitment
from zhagen.core.types import Actor
from zhagen.platform.tx import in_batch

ROWS_AT_ONCE = 500


def stream_of(obj: models.Model) -> str:
    """Return the name of an object's stream: `procurement.need:<id>`."""
    return f"{obj._meta.label_lower}:{obj.pk}"


def record(
    kind: str, obj: models.Model, *, by: Actor, at: dt.datetime, payload: dict[str, Any] | None = None
) -> Event:
    """Append an event to the object's stream; call it inside `write_tx` only.

    Args:
        kind: Concept and past participle, such as "tender.published".
        obj: The object that changed.
        by: Who did it.
        at: The moment of receipt, aware.
        payload: Figures that explain the change; no personal data of residents.
    """
    if at.tzinfo is None:
        raise ValueError(f"{kind}: a moment without time zone")
    stream = stream_of(obj)
    if in_batch():
        return _remember(stream, kind, by, at, payload or {})
    _queue_for(stream)
    figures = json.loads(json.dumps(payload or {}, default=str))
    salt = secrets.token_hex(16)
    event = Event.objects.create(
        stream=stream,
        stream_seq=_last_seq(stream) + 1,
        kind=kind,
        actor_key=by.key,
        at=at,
        commitment=commitment(salt, figures),
    )
    EventPayload.objects.create(event=event, salt=salt, text=canonical(figures).decode())
    Pending.objects.create(event=event)
    return event


class _Batch(threading.local):
    """What the batch of this thread keeps back: events with salt and text, last place of each stream."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Event, str, str]] = []
        self.seqs: dict[str, int] = {}


_batch = _Batch()


def _remember(stream: str, kind: str, by: Actor, at: dt.datetime, payload: dict[str, Any]) -> Event:
    """Keep an event of a batch until its end: one statement for hundreds instead of four for each."""
    if stream not in _batch.seqs:
        _queue_for(stream)
        _batch.seqs[stream] = _last_seq(stream)
    _batch.seqs[stream] += 1
    figures, salt = json.loads(json.dumps(payload, default=str)), secrets.token_hex(16)
    event = Event(
        stream=stream,
        stream_seq=_batch.seqs[stream],
        kind=kind,
        actor_key=by.key,
        at=at,
        commitment=commitment(salt, figures),
    )
    _batch.waiting.append((event, salt, canonical(figures).decode()))
    if len(_batch.waiting) >= ROWS_AT_ONCE:
        write_waiting()
    return event


def write_waiting() -> None:
    """Write the events that a batch has kept back."""
    if not _batch.waiting:
        return
    events = [event for event, _, _ in _batch.waiting]
    Event.objects.bulk_create(events)
    EventPayload.objects.bulk_create(
        [EventPayload(event=event, salt=salt, text=text) for event, salt, text in _batch.waiting]
    )
    Pending.objects.bulk_create([Pending(event=event) for event in events])
    _batch.waiting.clear()


def forget_batch() -> None:
    """Forget what a batch kept back: it is written, or rolled back with the rest."""
    _batch.waiting.clear()
    _batch.seqs.clear()


def record_first(
    kind: str,
    rows: Sequence[tuple[models.Model, dict[str, Any]]],
    *,
    by: Actor,
    at: dt.datetime,
) -> None:
    """Append the first event of many new objects at once: an import of thousands of rows.

    Args:
        kind: As in `record`.
        rows: Each new object with its payload; a stream that has events already fails on its constraint.
        by: Who did it.
        at: The moment of receipt, aware.
    """
    if at.tzinfo is None:
        raise ValueError(f"{kind}: a moment without time zone")
    write_waiting()
    events, payloads = [], []
    for obj, payload in rows:
        figures, salt = json.loads(json.dumps(payload, default=str)), secrets.token_hex(16)
        event = Event(
            stream=stream_of(obj),
            stream_seq=1,
            kind=kind,
            actor_key=by.key,
            at=at,
            commitment=commitment(salt, figures),
        )
        events.append(event)
        payloads.append(EventPayload(event=event, salt=salt, text=canonical(figures).decode()))
    Event.objects.bulk_create(events, batch_size=ROWS_AT_ONCE)
    EventPayload.objects.bulk_create(payloads, batch_size=ROWS_AT_ONCE)
    Pending.objects.bulk_create([Pending(event=event) for event in events], batch_size=ROWS_AT_ONCE)


def _queue_for(stream: str) -> None:
    """Let one transaction at a time append to a stream; on SQLite writers queue anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [stream])


def _last_seq(stream: str) -> int:
    """Return the newest place in a stream; plain SQL, because every write waits for it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT MAX(stream_seq) FROM audit_event WHERE stream = %s", [stream])
        return cursor.fetchone()[0] or 0
