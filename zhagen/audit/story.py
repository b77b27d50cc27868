"""The story of one object as people read it, made from its events."""

from django.db import models

from zhagen.audit.models import Event
from zhagen.audit.record import stream_of
from zhagen.platform.parts import Step
from zhagen.platform.texts import say


def story(obj: models.Model, *, names: dict[str, str] | None = None) -> list[Step]:
    """Return what happened to an object, oldest first, each event by its name in the catalogue.

    Args:
        obj: The object.
        names: Actor key → name to show; who is not in it is left out, so that a public page names nobody.
    """
    known = names or {}
    events = Event.objects.filter(stream=stream_of(obj)).order_by("stream_seq")
    return [Step(event.at, say(f"event.{event.kind}"), known.get(event.actor_key, "")) for event in events]
