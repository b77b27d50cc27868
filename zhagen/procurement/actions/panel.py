"""The panel of a round: drawn by a committed seed, cleared of ties before a file opens."""

import datetime as dt
from hashlib import sha256

from django.db.models import Q

from zhagen.audit.record import record
from zhagen.core.draws import draw, ranking
from zhagen.core.errors import RuleError
from zhagen.core.flags.tie import ORGANISATION, TiePath
from zhagen.core.lifecycle.tender import TenderState
from zhagen.core.scoring.panel import recusals
from zhagen.core.types import Actor, Role
from zhagen.parties.declared import declared_ties
from zhagen.parties.models import Appointment, User
from zhagen.platform.scope import permit
from zhagen.platform.tx import write_tx
from zhagen.procurement.actions.buying_notes import tell_seat
from zhagen.procurement.actions.plan import today_of
from zhagen.procurement.actions.tender import check_frozen, rules_in
from zhagen.procurement.models import Seat, Tender

DRAWN = {Seat.Kind.EXPERT: Role.EXPERT, Seat.Kind.RESIDENT: Role.RESIDENT}


def has_panel(tender: Tender) -> bool:
    """Whether a round has anything that a panel marks."""
    return tender.criteria.filter(kind="quality").exists()


def pool_of(tender: Tender, kind: str, on: dt.date) -> list[str]:
    """Return the ids of those who may be drawn for a kind of seat, sorted."""
    plan = tender.plan
    role = DRAWN[Seat.Kind(kind)]
    in_force = Appointment.objects.filter(
        Q(until_on__isnull=True) | Q(until_on__gte=on), from_on__lte=on, role=role
    )
    if role is Role.EXPERT:
        in_force = in_force.filter(place__code__startswith=plan.place_id[:9])
    else:
        in_force = in_force.filter(place__in=plan.communities.all())
    return sorted({str(pk) for pk in in_force.values_list("user_id", flat=True)})


def public_number(tender: Tender) -> str:
    """Return what nobody could know when the seed was committed: the hash of the sealed bids' hashes."""
    digests = tender.bids.filter(withdrawn_at__isnull=True).values_list("content_digest", flat=True)
    return sha256("\n".join(sorted(digests)).encode()).hexdigest()


def wanted(tender: Tender) -> dict[str, int]:
    """Return how many seats of each drawn kind the notice promised."""
    return {Seat.Kind.EXPERT: tender.expert_seats, Seat.Kind.RESIDENT: tender.resident_seats}


@write_tx
def draw_panel(tender: Tender, *, by: Actor, now: dt.datetime) -> list[Seat]:
    """Draw the panel of a closed round by the committed seed; seat the buyer's representative.

    Raises:
        RuleError: "panel.not_now", "panel.already_drawn", "draw.too_few_candidates".
    """
    tender = Tender.objects.select_for_update().get(pk=tender.pk)
    permit(by, "tender.draw", tender)
    if tender.state != TenderState.CLOSED:
        raise RuleError("panel.not_now")
    check_frozen(tender)
    if tender.draw_public:
        raise RuleError("panel.already_drawn")
    tender.draw_public = public_number(tender)
    if tender.draw_kind == Tender.DrawKind.OWN:
        _draw_each(tender, now)
    else:
        tender.draw_pool = {Seat.Kind.RESIDENT.value: pool_of(tender, Seat.Kind.RESIDENT, today_of(now))}
        _seat_drawn(tender, Seat.Kind.RESIDENT)
    if tender.buyer_id:
        Seat.objects.create(tender=tender, user_id=tender.buyer_id, kind=Seat.Kind.BUYER)
    tender.save(update_fields=["draw_public", "draw_pool"])
    for seat in tender.seats.select_related("user", "tender__plan"):
        tell_seat(seat, now)
    record("tender.panel_drawn", tender, by=by, at=now, payload={"public": tender.draw_public})
    return list(tender.seats.all())


def _draw_each(tender: Tender, now: dt.datetime) -> None:
    tender.draw_pool = {kind.value: pool_of(tender, kind, today_of(now)) for kind in DRAWN}
    for kind in DRAWN:
        _seat_drawn(tender, kind)


def _seat_drawn(tender: Tender, kind: Seat.Kind) -> None:
    pool, count = tender.draw_pool[kind.value], wanted(tender)[kind]
    pool = [pk for pk in pool if pk != str(tender.buyer_id)]
    for pk in draw(bytes.fromhex(tender.draw_seed), pool, count, public=f"{tender.draw_public}:{kind.value}"):
        Seat.objects.create(tender=tender, user_id=pk, kind=kind)


@write_tx
def seat_imported(tender: Tender, user: User, origin: str, *, by: Actor, now: dt.datetime) -> Seat:
    """Seat an expert whom the finance pool has drawn, by the number of its draw record.

    Raises:
        RuleError: "panel.not_now", "panel.not_imported" or "panel.full".
    """
    tender = Tender.objects.select_for_update().get(pk=tender.pk)
    permit(by, "tender.draw", tender)
    if tender.state not in {TenderState.CLOSED, TenderState.OPENED}:
        raise RuleError("panel.not_now")
    if tender.draw_kind != Tender.DrawKind.IMPORTED or not origin.strip():
        raise RuleError("panel.not_imported")
    if active(tender).filter(kind=Seat.Kind.EXPERT).count() >= tender.expert_seats:
        raise RuleError("panel.full", seats=tender.expert_seats)
    if tender.seats.filter(user=user).exists():
        raise RuleError("panel.member_twice")
    seat = Seat.objects.create(tender=tender, user=user, kind=Seat.Kind.EXPERT, origin=origin)
    tell_seat(seat, now)
    record("seat.imported", seat, by=by, at=now, payload={"origin": origin})
    if tender.state == TenderState.OPENED:
        settle_panel(tender, by=by, now=now)
    return seat


def active(tender: Tender):  # type: ignore[no-untyped-def]
    """Return the seats that have not stepped aside."""
    return tender.seats.filter(recused_at__isnull=True)


def tied(tender: Tender, people: list[str], on: dt.date, now: dt.datetime) -> dict[str, tuple[TiePath, ...]]:
    """Return who among some people is tied to a bidder, with the chains, looking back as the rules say."""
    agencies = tender.bids.filter(withdrawn_at=None).values_list("agency_id", flat=True)
    bidders = [f"{ORGANISATION}{pk}" for pk in agencies]
    years = rules_in(tender, now).int("tie.look_back")
    found = recusals([f"user:{pk}" for pk in people], bidders, declared_ties(people), on, years)
    return {person.removeprefix("user:"): paths for person, paths in found.items()}


def settle_panel(tender: Tender, *, by: Actor, now: dt.datetime) -> None:
    """Step aside whoever is tied to a bidder and seat the next by lot; call it inside the opening.

    Each substitute is checked too, so it ends with a panel free of declared ties or with an empty pool.
    """
    while True:
        people = [str(pk) for pk in active(tender).values_list("user_id", flat=True)]
        blocked = tied(tender, people, today_of(now), now)
        if not blocked:
            return
        for seat in active(tender).filter(user_id__in=blocked):
            kinds = "、".join(kind.value for path in blocked[str(seat.user_id)] for kind in path.kinds)
            _recuse(seat, f"tie:{kinds}"[:200], by=by, now=now)


def _recuse(seat: Seat, reason: str, *, by: Actor, now: dt.datetime) -> None:
    seat.recused_reason, seat.recused_at = reason, now
    seat.save(update_fields=["recused_reason", "recused_at"])
    record("seat.recused", seat, by=by, at=now, payload={"reason": reason})
    _seat_substitute(seat, now)


def _seat_substitute(gone: Seat, now: dt.datetime) -> None:
    tender = gone.tender
    pool = tender.draw_pool.get(gone.kind)
    if pool is None:
        return
    taken = {str(pk) for pk in tender.seats.values_list("user_id", flat=True)} | {str(tender.buyer_id)}
    order = ranking(bytes.fromhex(tender.draw_seed), pool, public=f"{tender.draw_public}:{gone.kind}")
    for pk in order:
        if pk not in taken:
            tell_seat(Seat.objects.create(tender=tender, user_id=pk, kind=gone.kind), now)
            return


@write_tx
def declare_free(seat: Seat, *, by: Actor, now: dt.datetime) -> Seat:
    """Declare, before a file opens, that no tie to a bidder exists.

    Raises:
        RuleError: "panel.declare_after_opening", "panel.recused" or "panel.tie_on_record".
    """
    seat = Seat.objects.select_for_update().select_related("tender").get(pk=seat.pk)
    permit(by, "seat.declare", seat)
    if seat.tender.state != TenderState.OPENED:
        raise RuleError("panel.declare_after_opening")
    if seat.is_recused:
        raise RuleError("panel.recused")
    if tied(seat.tender, [str(seat.user_id)], today_of(now), now):
        raise RuleError("panel.tie_on_record")
    seat.declared_at = now
    seat.save(update_fields=["declared_at"])
    record("seat.declared", seat, by=by, at=now)
    return seat


@write_tx
def step_aside(seat: Seat, reason: str, *, by: Actor, now: dt.datetime) -> Seat:
    """Step aside by one's own word; the next by lot is seated and checked.

    Raises:
        RuleError: "panel.recused" or "panel.already_scored".
    """
    seat = Seat.objects.select_for_update().select_related("tender").get(pk=seat.pk)
    permit(by, "seat.declare", seat)
    if seat.is_recused:
        raise RuleError("panel.recused")
    if seat.finished_at:
        raise RuleError("panel.already_scored")
    _recuse(seat, reason, by=by, now=now)
    if seat.tender.state == TenderState.OPENED:
        settle_panel(seat.tender, by=by, now=now)
    return seat
