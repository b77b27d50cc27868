"""Who is told what while something is bought; called inside the actions."""

import datetime as dt

from django.urls import reverse

from zhagen.core.types import Role
from zhagen.parties.actions.notice import Note, notify, people_at
from zhagen.platform.clock import SHANGHAI
from zhagen.procurement.models import Plan, Query, Seat, Tender


def _note(
    code: str, tender: Tender, url: str, due_on: dt.date | None = None, is_urgent: bool = False
) -> Note:
    figures = {"title": tender.title}
    return Note(code, url, due_on=due_on, figures=figures, is_urgent=is_urgent, place=tender.plan.place_id)


def tell_turn(plan: Plan, role: Role, now: dt.datetime) -> None:
    """Tell those whose turn it is in a plan."""
    url = reverse("plan_view", args=[plan.pk])
    note = Note("plan.turn", url, figures={"title": plan.title}, place=plan.place_id)
    notify(note, to=people_at(plan.place_id, role), now=now)


def tell_holders(tender: Tender, now: dt.datetime) -> None:
    """Tell the holders of the seal to fetch their words."""
    people = people_at(tender.plan.place_id, Role.FINANCE, Role.DISCIPLINE)
    notify(_note("tender.hold_seal", tender, reverse("tender_view", args=[tender.pk])), to=people, now=now)


def tell_invited(tender: Tender, now: dt.datetime) -> None:
    """Invite the agencies that are asked by name."""
    due_on = tender.closes_at.astimezone(SHANGHAI).date()
    url = reverse("bid_submit", args=[tender.pk])
    note = _note("tender.invited", tender, url, due_on, is_urgent=True)
    notify(note, to=list(tender.invited.all()), now=now)


def tell_seat(seat: Seat, now: dt.datetime) -> None:
    """Tell a member that he sits on a panel."""
    note = _note("tender.seated", seat.tender, reverse("seat_view", args=[seat.pk]), is_urgent=True)
    notify(note, to=[seat.user], now=now)


def tell_bidders(tender: Tender, code: str, now: dt.datetime) -> None:
    """Tell every bidder in force: the result is out, or the bid is wanted again."""
    for bid in tender.bids.filter(withdrawn_at__isnull=True).select_related("agency"):
        note = _note(code, tender, reverse("bid_view", args=[bid.pk]), is_urgent=True)
        notify(note, to=[bid.agency], now=now)


def tell_of_query(query: Query, now: dt.datetime) -> None:
    """Tell the handler that a query waits, with its clock."""
    url = reverse("query_view", args=[query.pk])
    note = _note("query.raised", query.tender, url, query.answer_due_on, is_urgent=True)
    notify(note, to=[query.tender.created_by], now=now)


def tell_of_answer(query: Query, now: dt.datetime) -> None:
    """Tell whoever asked that the answer is there."""
    note = _note("query.answered", query.tender, reverse("query_view", args=[query.pk]), is_urgent=True)
    notify(note, to=[query.agency if query.received_on else query.raised_by], now=now)
