"""Record one event of an action, in the action's own transaction."""

import datetime as dt
import hashlib
import json
import secrets
from typing import Any

from django.db import models
from django.db.models import Max

from zhagen.audit.models import Event, EventPayload
from zhagen.core.types import Actor


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
        at: The moment of receipt.
        payload: Figures that explain the change; no personal data of residents.
    """
    stream = stream_of(obj)
    last = Event.objects.filter(stream=stream).aggregate(last=Max("stream_seq"))["last"] or 0
    figures = json.loads(json.dumps(payload or {}, ensure_ascii=False, sort_keys=True, default=str))
    salt = secrets.token_hex(16)
    text = salt + json.dumps(figures, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    event = Event.objects.create(
        stream=stream,
        stream_seq=last + 1,
        kind=kind,
        actor_key=by.key,
        at=at,
        commitment=hashlib.sha256(text.encode()).hexdigest(),
    )
    EventPayload.objects.create(event=event, salt=salt, figures=figures)
    return event
