"""Setting up an office, and the communities that it serves."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q

from zhagen.audit.record import record
from zhagen.core.errors import RuleError
from zhagen.core.places import check_community_of, check_street_code, parent_of
from zhagen.core.types import SYSTEM, Actor, Role
from zhagen.parties.actions.invitation import Invited, issue_invitation
from zhagen.parties.models import Invitation, Place, User
from zhagen.platform.clock import SHANGHAI
from zhagen.platform.scope import permit
from zhagen.platform.tx import write_tx

INTAKE_ROLES = (Role.HANDLER, Role.CHIEF, Role.LEADER)
"""Who may take in needs; where nobody is named, the first of these with somebody in post."""
OWN_EDITION = "own"
"""Edition of a place that the office entered by hand."""


@dataclass(frozen=True)
class OfficeDraft:
    """What an office says of itself at the start.

    Args:
        code: 12-digit code of the street or town.
        name: Its name.
        operator: Name of the first operator.
    """

    code: str
    name: str
    operator: str


@write_tx
def record_upkeep(kind: str, payload: dict[str, object], *, now: dt.datetime) -> None:
    """Record what an operator did to the whole installation: a backup, a restore; nothing if it is empty."""
    street = Place.objects.filter(is_active=True).order_by("code").first()
    if street is not None:
        record(kind, street, by=SYSTEM, at=now, payload=payload)


def has_office() -> bool:
    """Whether an office has been set up in this database."""
    return Place.objects.filter(level=Place.Level.STREET, is_active=True).exists()


@write_tx
def set_up_office(draft: OfficeDraft, *, now: dt.datetime) -> tuple[Invitation, str]:
    """Make the first office and the invitation of its first operator; return it with its token.

    Raises:
        RuleError: "office.exists", "place.bad_code", "place.not_a_street", "place.name_differs".
    """
    check_street_code(draft.code)
    if has_office():
        raise RuleError("office.exists")
    place = _street(draft)
    record("office.set_up", place, by=SYSTEM, at=now, payload={"code": draft.code, "name": place.name})
    invited = Invited(name=draft.operator, role=Role.OPERATOR, place=place, invited_from=place)
    return issue_invitation(invited, by=SYSTEM, now=now)


def _street(draft: OfficeDraft) -> Place:
    place = Place.objects.filter(pk=draft.code).first()
    if place is None:
        place = Place(
            code=draft.code,
            name=draft.name,
            level=Place.Level.STREET,
            parent=parent_of(draft.code),
            edition=OWN_EDITION,
        )
    elif draft.name not in {"", place.name}:
        raise RuleError("place.name_differs", code=draft.code, known=place.name, given=draft.name)
    place.is_active = True
    place.save()
    return place


@write_tx
def activate_communities(street: Place, codes: Collection[str], *, by: Actor, now: dt.datetime) -> Place:
    """Say which communities the office serves; those not named are no longer offered anywhere."""
    street = Place.objects.select_for_update().get(pk=street.pk)
    permit(by, "place.activate", street)
    communities = Place.objects.filter(parent=street.code, level=Place.Level.COMMUNITY)
    communities.exclude(code__in=codes).update(is_active=False)
    communities.filter(code__in=codes).update(is_active=True)
    record("office.communities_activated", street, by=by, at=now, payload={"codes": sorted(codes)})
    return street


def intake_candidates(street: Place, on: dt.date) -> list[User]:
    """Return who may be the street's intake desk on a day: its handlers, chiefs and leaders in post."""
    in_post = Q(appointments__until_on__isnull=True) | Q(appointments__until_on__gte=on)
    found = User.objects.filter(
        in_post,
        appointments__place=street,
        appointments__role__in=INTAKE_ROLES,
        appointments__from_on__lte=on,
        is_active=True,
    )
    return list(found.distinct().order_by("name", "username"))


@write_tx
def choose_intake(street: Place, user: User | None, *, by: Actor, now: dt.datetime) -> Place:
    """Say who takes in the needs of a street first; nobody named: the handler longest in post.

    Raises:
        RuleError: "permission.denied", "place.intake_not_in_post".
    """
    street = Place.objects.select_for_update().get(pk=street.pk)
    permit(by, "place.choose_intake", street)
    if user is not None and user not in intake_candidates(street, now.astimezone(SHANGHAI).date()):
        raise RuleError("place.intake_not_in_post", name=user.name)
    street.intake = user
    street.save(update_fields=["intake"])
    record("office.intake_chosen", street, by=by, at=now, payload={"user": str(user.pk) if user else ""})
    return street


@write_tx
def add_community(street: Place, code: str, name: str, *, by: Actor, now: dt.datetime) -> Place:
    """Enter a community by hand, where the division files do not know it yet.

    Raises:
        RuleError: "place.bad_code", "place.not_in_street", "place.exists".
    """
    permit(by, "place.activate", street)
    check_community_of(code, street.code)
    if Place.objects.filter(pk=code).exists():
        raise RuleError("place.exists", code=code)
    place = Place.objects.create(
        code=code,
        name=name,
        level=Place.Level.COMMUNITY,
        parent=street.code,
        edition=OWN_EDITION,
        is_active=True,
    )
    record("office.community_added", street, by=by, at=now, payload={"code": code, "name": name})
    return place
