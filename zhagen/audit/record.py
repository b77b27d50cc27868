"""Record one event of an action, in the action's own transaction."""

import datetime as dt
import json
import secrets
import threading
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, models

from zhagen.audit.models import Event, EventPayload, Pending
from zhagen.core.log_form import LoggedEvent, canonical, commitment_of_text
from zhagen.core.types import Actor
from zhagen.platform.rows import insert_rows
from zhagen.platform.tx import in_batch

ROWS_AT_ONCE = 500

_after_record: list[Callable[[models.Model, dt.datetime], None]] = []


def after_record(step: Callable[[models.Model, dt.datetime], None]) -> None:
    """Run a step after each event, in its transaction, with the object and the moment; once however often given.

    Every change ends in `record`, so this is the one place that knows of all of them.
    """
    if step not in _after_record:
        _after_record.append(step)


def stream_of(obj: models.Model) -> str:
    """Return the name of an object's stream: `procurement.need:<id>`."""
    return f"{obj._meta.label_lower}:{obj.pk}"


def record(
    kind: str, obj: models.Model, *, by: Actor, at: dt.datetime, payload: dict[str, Any] | None = None
) -> LoggedEvent:
    """Append an event to the object's stream and return what the log says; call it inside `write_tx` only.

    Args:
        kind: Concept and past participle, such as "tender.published".
        obj: The object that changed, with its new values: whoever waits for it reads them here.
        by: Who did it.
        at: The moment of receipt, aware.
        payload: Figures that explain the change; no personal data of residents.
    """
    logged = _append(stream_of(obj), kind, by, at, payload or {})
    for step in _after_record:
        step(obj, at)
    return logged


def _append(stream: str, kind: str, by: Actor, at: dt.datetime, payload: dict[str, Any]) -> LoggedEvent:
    if in_batch():
        return _remember(stream, kind, by, at, payload)
    _queue_for(stream)
    event = _new_event(stream, _last_seq(stream) + 1, kind, by, at, payload)
    _write([event])
    return event.logged


@dataclass(frozen=True, slots=True)
class _NewEvent:
    """An event to be written, with the salt and the text of its commitment."""

    logged: LoggedEvent
    salt: str
    text: str


def _new_event(
    stream: str, seq: int, kind: str, by: Actor, at: dt.datetime, payload: dict[str, Any]
) -> _NewEvent:
    if at.tzinfo is None:
        raise ValueError(f"{kind}: a moment without time zone")
    salt, text = secrets.token_hex(16), _text_of(payload)
    logged = LoggedEvent(str(uuid.uuid4()), stream, seq, kind, by.key, at, commitment_of_text(salt, text))
    return _NewEvent(logged, salt, text)


def _text_of(payload: dict[str, Any]) -> str:
    """Return the canonical text of figures; what JSON does not know, a date or a key, is written as text."""
    return canonical(json.loads(json.dumps(payload, default=str))).decode() if payload else "{}"


EVENT = ("id", "stream", "stream_seq", "kind", "actor_key", "at", "commitment")


def _write(events: Sequence[_NewEvent]) -> None:
    rows = [(each.logged, each) for each in events]
    insert_rows(
        Event,
        EVENT,
        [(a.event_id, a.stream, a.seq, a.kind, a.actor_key, a.at, a.commitment) for a, _ in rows],
    )
    insert_rows(
        EventPayload, ("event_id", "salt", "text"), [(a.event_id, each.salt, each.text) for a, each in rows]
    )
    insert_rows(Pending, ("event_id",), [(a.event_id,) for a, _ in rows])


class _Batch(threading.local):
    """What the batch of this thread keeps back: its events, and the last place of each stream."""

    def __init__(self) -> None:
        self.waiting: list[_NewEvent] = []
        self.seqs: dict[str, int] = {}


_batch = _Batch()


def _remember(stream: str, kind: str, by: Actor, at: dt.datetime, payload: dict[str, Any]) -> LoggedEvent:
    """Keep an event of a batch until its end: one statement for hundreds instead of four for each."""
    if stream not in _batch.seqs:
        _queue_for(stream)
        _batch.seqs[stream] = _last_seq(stream)
    _batch.seqs[stream] += 1
    event = _new_event(stream, _batch.seqs[stream], kind, by, at, payload)
    _batch.waiting.append(event)
    if len(_batch.waiting) >= ROWS_AT_ONCE:
        write_waiting()
    return event.logged


def write_waiting() -> None:
    """Write the events that a batch has kept back."""
    if not _batch.waiting:
        return
    _write(_batch.waiting)
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
    write_waiting()
    _write([_new_event(stream_of(obj), 1, kind, by, at, payload) for obj, payload in rows])


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
