"""Who keeps a need: the desk that takes it in, who may own it, to whom it is escalated."""

import datetime as dt

from django.db.models import Q, QuerySet

from zhagen.core.errors import RuleError
from zhagen.core.types import Role
from zhagen.parties.actions.office import INTAKE_ROLES, intake_candidates
from zhagen.parties.models import Appointment, Place, User
from zhagen.platform.scope import office_of
from zhagen.procurement.models import Need


def in_post(role: Role, place_code: str, on: dt.date) -> QuerySet[Appointment]:
    """Return who holds a role in a place on a day, the longest in post first."""
    return (
        Appointment.objects.filter(
            Q(until_on__isnull=True) | Q(until_on__gte=on), role=role, place_id=place_code, from_on__lte=on
        )
        .select_related("user")
        .order_by("from_on", "user__username")
    )


def desk_of(place_code: str, on: dt.date) -> User:
    """Return who takes in the needs of a community: whom the street named, else its longest-serving handler.

    Whoever is no longer in post is passed over; without a handler it is his superiors.

    Raises:
        RuleError: "need.no_desk": nobody at the street is in post.
    """
    street = office_of(place_code)
    named = Place.objects.filter(pk=street, intake__isnull=False).select_related("intake").first()
    if named is not None and named.intake in intake_candidates(named, on):
        return named.intake
    for role in INTAKE_ROLES:
        first = in_post(role, street, on).first()
        if first is not None:
            return first.user
    raise RuleError("need.no_desk")


def owners_for(need: Need, on: dt.date) -> QuerySet[User]:
    """Return who may own a need: the street's staff, and for a shared one its community's workers."""
    street = Q(appointments__place_id=office_of(need.place_id), appointments__role__in=INTAKE_ROLES)
    community = Q(appointments__place_id=need.place_id, appointments__role=Role.COMMUNITY)
    posts = street if need.is_private else street | community
    in_force = Q(appointments__from_on__lte=on) & (
        Q(appointments__until_on__isnull=True) | Q(appointments__until_on__gte=on)
    )
    return User.objects.filter(posts & in_force).distinct().order_by("name", "username")


def superior_of(need: Need, level: int, on: dt.date) -> User:
    """Return to whom an overdue need goes: 1 its owner, 2 the section chief, 3 the leader.

    Where a post is vacant it goes to the next above, and past the last to the owner again.
    """
    roles = {1: (), 2: (Role.CHIEF, Role.LEADER), 3: (Role.LEADER, Role.CHIEF)}[level]
    street = office_of(need.place_id)
    for role in roles:
        found = in_post(role, street, on).exclude(user_id=need.owner_id).first()
        if found is not None:
            return found.user
    return need.owner
