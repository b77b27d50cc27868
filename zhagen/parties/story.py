"""The story of one object with the names of those who acted, for pages of people who signed in."""

from django.core.exceptions import ValidationError
from django.db import models

from zhagen.audit.models import Event
from zhagen.audit.record import stream_of
from zhagen.audit.story import story
from zhagen.parties.models import User
from zhagen.platform.parts import Step


def named_story(obj: models.Model) -> list[Step]:
    """Return what happened to an object, oldest first, each step with the name of who took it.

    Never for a public page, nor where an actor may be a resident: what residents do stays without a name.
    """
    keys = set(Event.objects.filter(stream=stream_of(obj)).values_list("actor_key", flat=True))
    return story(obj, names=_names(keys - {"", "system", "public"}))


def _names(keys: set[str]) -> dict[str, str]:
    try:
        rows = User.objects.filter(pk__in=keys).values_list("pk", "name")
        return {str(key): name for key, name in rows}
    except ValidationError:
        return {}
