"""Which street a person acts for."""

from zhagen.core.permissions import scopes
from zhagen.core.types import Actor
from zhagen.parties.models import Appointment, Place
from zhagen.platform.scope import office_of


def street_of(actor: Actor, action: str) -> Place | None:
    """Return the street for which the actor may do the action; for an agency, the one that invited it."""
    for _, grant in scopes(actor, action):
        if grant.place:
            return Place.objects.filter(pk=office_of(grant.place)).first()
        if grant.organisation:
            held = Appointment.objects.filter(user=actor.key, organisation=grant.organisation)
            return Place.objects.filter(pk__in=held.values("invited_from")).first()
    return None
