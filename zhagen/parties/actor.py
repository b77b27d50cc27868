"""From the signed-in user to the actor with the roles in force today."""

import uuid
from typing import Any

from django.db.models import Q

from zhagen.core.types import PUBLIC, Actor, Grant, Role
from zhagen.parties.models import Appointment, User
from zhagen.platform.clock import today


def actor_of(user: Any) -> Actor:
    """Return the actor of a request's user; the public if nobody has signed in."""
    if not user.is_authenticated:
        return PUBLIC
    on = today()
    in_force = Appointment.objects.filter(
        Q(until_on__isnull=True) | Q(until_on__gte=on), user=user, from_on__lte=on
    )
    grants = tuple(
        Grant(Role(each.role), each.place_id or "", str(each.organisation_id or ""))
        for each in in_force.order_by("role", "place_id", "organisation_id")
    )
    return Actor(key=str(user.pk), name=user.name, grants=grants)


def user_of(actor: Actor) -> User | None:
    """Return the user behind an actor; None for the public and for the clock's own acts."""
    return User.objects.filter(pk=actor.key).first() if actor.key and actor.key != "system" else None


def user_key(actor: Actor) -> uuid.UUID | None:
    """Return the key of the user behind an actor, for a row that only points at him; None as in `user_of`."""
    return uuid.UUID(actor.key) if actor.key and actor.key != "system" else None
