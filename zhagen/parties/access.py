"""How far each reach goes for the parties' own objects."""

from django.db.models import Q

from zhagen.core.reach import Reach
from zhagen.core.types import Actor, Grant
from zhagen.parties.models import (
    AccessReset,
    Appointment,
    Invitation,
    Notice,
    Organisation,
    Place,
    RuleChange,
    Tie,
    User,
)
from zhagen.platform.models import PaperTemplate
from zhagen.platform.scope import register_reach


def in_street(field: str, grant: Grant) -> Q:
    """Return the rows whose place lies in the street of the grant."""
    return Q(**{f"{field}__startswith": grant.place[:9]}) if grant.place else Q(pk__in=())


def _same_street(grant: Grant, actor: Actor) -> Q:
    return in_street("place__code", grant)


def _appointed_by_street(prefix: str, grant: Grant) -> Q:
    """Return what is held in the street, or in an organisation whose people the street invited."""
    return in_street(f"{prefix}place__code", grant) | in_street(f"{prefix}invited_from__code", grant)


def _of_organisation(field: str, grant: Grant) -> Q:
    return Q(**{field: grant.organisation}) if grant.organisation else Q(pk__in=())


register_reach(PaperTemplate, {Reach.OFFICE: lambda grant, actor: in_street("place", grant)})
register_reach(RuleChange, {Reach.OFFICE: _same_street})
register_reach(Tie, {Reach.ASSIGNED: lambda grant, actor: Q(person_id=actor.key)})
register_reach(Organisation, {Reach.ORGANISATION: lambda grant, actor: _of_organisation("pk", grant)})
register_reach(
    User,
    {
        Reach.ASSIGNED: lambda grant, actor: Q(pk=actor.key),
        Reach.OFFICE: lambda grant, actor: _appointed_by_street("appointments__", grant),
        Reach.ORGANISATION: lambda grant, actor: _of_organisation("appointments__organisation", grant),
    },
)
register_reach(
    Place,
    {
        Reach.OFFICE: lambda grant, actor: in_street("code", grant),
        Reach.COMMUNITY: lambda grant, actor: Q(pk=grant.place or None),
    },
)
register_reach(
    Notice,
    {
        Reach.ASSIGNED: lambda grant, actor: Q(recipient_id=actor.key or None),
        Reach.OFFICE: lambda grant, actor: in_street("place__code", grant) & Q(recipient__isnull=True),
    },
)
for _model in (Appointment, Invitation):
    register_reach(
        _model,
        {
            Reach.OFFICE: lambda grant, actor: _appointed_by_street("", grant),
            Reach.ORGANISATION: lambda grant, actor: _of_organisation("organisation", grant),
        },
    )
register_reach(AccessReset, {Reach.OFFICE: _same_street})
