"""Notices: telling people what happened, what to do and by when; settling them when it is done."""

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.db import connection
from django.db.models import Q, QuerySet

from zhagen.core.types import Actor, Role
from zhagen.parties.models import Notice, Organisation, Place, User
from zhagen.platform.clock import today
from zhagen.platform.queue import enqueue
from zhagen.platform.scope import office_of, permit
from zhagen.platform.tx import write_tx

Reader = User | Organisation


class Waited(Protocol):
    """What somebody may have to act on: its `turn` says whose it is, and changes when he has acted."""

    _meta: Any
    pk: Any

    @property
    def turn(self) -> str:
        """Where it stands, for whoever waits."""


@dataclass(frozen=True)
class Note:
    """What to tell.

    Args:
        code: The text is `notice.<code>` of the message catalogue: its first line is the title, the rest
            says what to do. `{due_on}` may stand in it.
        url: Page on which it is done.
        due_on: By when.
        figures: The named figures of the text; no personal data of residents.
        about: What the reader is to act on; None for news, which stays until it is read.
        while_in: The turns of `about` in which he is to act; the present one if empty. When it leaves them the
            notice is settled, by whatever action moved it.
        is_urgent: Mailed at once; the others go with the daily digest.
        place: Code of the street that sends it; needed for paper slips only.
    """

    code: str
    url: str
    due_on: dt.date | None = None
    figures: dict[str, object] = field(default_factory=dict)
    is_urgent: bool = False
    place: str = ""
    about: Waited | None = None
    while_in: tuple[str, ...] = ()


def notify(note: Note, *, to: Iterable[Reader], now: dt.datetime) -> list[Notice]:
    """Send a notice to each reader once; call it inside an action or a due function.

        notify(Note("claim.returned", url, about=claim, due_on=day, figures={"number": claim.number}),
               to=people_of(contract.agency, Role.AGENCY_HEAD), now=now)

    An organisation among the readers stands for its heads; without an account it gets mail or paper.

    Args:
        note: What to tell.
        to: People from `people_at`, `people_of`, a user, or an organisation.
        now: The moment.

    Returns:
        The notices, in the order of the readers.
    """
    sent = [_send(note, reader, now) for reader in _each_once(to)]
    for notice in sent:
        if note.is_urgent and _address(notice):
            enqueue("mail_notices", notice.pk)
    return sent


def people_at(place_code: str, *roles: Role) -> list[User]:
    """Return who holds one of the roles today at the place itself or at its street."""
    where = Q(appointments__place_id=place_code) | Q(appointments__place_id=office_of(place_code))
    return _holding(roles, where)


def people_with(*roles: Role) -> list[User]:
    """Return who holds one of the roles today, wherever."""
    return _holding(roles, Q())


def people_of(organisation: Organisation, *roles: Role) -> list[User]:
    """Return who holds one of the roles today in the organisation."""
    return _holding(roles, Q(appointments__organisation=organisation))


def _holding(roles: tuple[Role, ...], where: Q) -> list[User]:
    on = today()
    in_force = Q(appointments__until_on__isnull=True) | Q(appointments__until_on__gte=on)
    found = User.objects.filter(
        where, in_force, appointments__role__in=roles, appointments__from_on__lte=on, is_active=True
    )
    return list(found.distinct().order_by("name", "pk"))


def _each_once(to: Iterable[Reader]) -> list[Reader]:
    readers: dict[object, Reader] = {}
    for each in to:
        heads = people_of(each, Role.AGENCY_HEAD, Role.EVALUATOR) if isinstance(each, Organisation) else []
        for reader in heads or [each]:
            readers[reader.pk] = reader
    return list(readers.values())


def _send(note: Note, reader: Reader, now: dt.datetime) -> Notice:
    is_person = isinstance(reader, User)
    turns = note.while_in or ((note.about.turn,) if note.about else ())
    return Notice.objects.create(
        recipient=reader if is_person else None,
        organisation=None if is_person else reader,
        place=Place.objects.filter(pk=office_of(note.place)).first() if note.place else None,
        code=note.code,
        figures=json.loads(json.dumps({**note.figures, "due_on": note.due_on}, default=str)),
        url=note.url,
        about=_name_of(note.about) if note.about else "",
        while_in="|".join(turns),
        due_on=note.due_on,
        is_urgent=note.is_urgent,
        sent_at=now,
    )


def _name_of(obj: Waited) -> str:
    return f"{obj._meta.label_lower}:{obj.pk}"


def settle_left(obj: Any, at: dt.datetime) -> None:
    """Settle the notices that waited for something whose turn has passed; runs after each record.

    Args:
        obj: What was changed; without a `turn` nobody waits for it.
        at: The moment of the change.
    """
    turn = getattr(obj, "turn", None)
    if turn is None:
        return
    over = [pk for pk, turns in _waiting_for(obj) if turn not in turns.split("|")]
    if over:
        Notice.objects.filter(pk__in=over).update(settled_at=at)


def _waiting_for(obj: Any) -> list[tuple[Any, str]]:
    """Return key and turns of what waits for an object; plain SQL, because every change asks it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, while_in FROM parties_notice WHERE about = %s AND settled_at IS NULL", [_name_of(obj)]
        )
        return cursor.fetchall()


def settle(obj: Waited, *, of: Iterable[Reader], at: dt.datetime) -> None:
    """Settle what these readers were to do about an object that stays where it is; call it inside an action."""
    keys = [reader.pk for reader in _each_once(of)]
    waiting = Notice.objects.filter(about=_name_of(obj), settled_at__isnull=True)
    waiting.filter(Q(recipient__in=keys) | Q(organisation__in=keys)).update(settled_at=at)


def open_for(key: str) -> QuerySet[Notice]:
    """Return what a reader has neither read nor had settled."""
    return Notice.objects.filter(recipient_id=key, read_at__isnull=True, settled_at__isnull=True)


def _address(notice: Notice) -> str:
    return notice.recipient.email if notice.recipient else notice.organisation.mail


@write_tx
def open_notice(notice: Notice, *, by: Actor, now: dt.datetime) -> Notice:
    """Mark a notice as read by its reader."""
    permit(by, "notice.open", notice)
    Notice.objects.filter(pk=notice.pk, read_at__isnull=True).update(read_at=now)
    return notice


@write_tx
def open_all_notices(*, by: Actor, now: dt.datetime) -> int:
    """Mark all open notices of the reader as read; return how many were not."""
    return open_for(by.key).update(read_at=now)


@write_tx
def hand_over_notice(notice: Notice, *, by: Actor, now: dt.datetime) -> Notice:
    """Note that a notice was handed over on paper."""
    permit(by, "notice.hand_over", notice)
    Notice.objects.filter(pk=notice.pk).update(printed_at=now)
    return notice


@write_tx
def send_digests(*, before: dt.datetime, now: dt.datetime) -> int:
    """Queue one mail for each reader with open, unmailed notices sent before a moment; return how many."""
    open_ones = Notice.objects.filter(read_at__isnull=True, settled_at__isnull=True)
    waiting = (
        open_ones.filter(mailed_at__isnull=True, sent_at__lt=before)
        .filter(Q(recipient__email__gt="") | Q(organisation__mail__gt=""))
        .select_for_update(of=("self",))
        .order_by("sent_at")
    )
    by_reader: dict[object, list[Notice]] = {}
    for notice in waiting:
        by_reader.setdefault(notice.recipient_id or notice.organisation_id, []).append(notice)
    for notices in by_reader.values():
        enqueue("mail_notices", *(notice.pk for notice in notices))
    Notice.objects.filter(pk__in=[each.pk for group in by_reader.values() for each in group]).update(
        mailed_at=now
    )
    return len(by_reader)
