"""Who is told what while something is bought; called inside the actions."""

import datetime as dt
from typing import Any

from django.urls import reverse

from zhagen.core.types import Role
from zhagen.parties.actions.notice import Note, notify, people_at, settle_left
from zhagen.platform.clock import SHANGHAI
from zhagen.procurement.models import Plan, Query, Seat, Tender


def _note(code: str, tender: Tender, url: str, **more: Any) -> Note:
    return Note(code, url, figures={"title": tender.title}, place=tender.plan.place_id, **more)


def tell_turn(plan: Plan, role: Role, now: dt.datetime) -> None:
    """Tell those whose turn it is in a plan."""
    url = reverse("plan_view", args=[plan.pk])
    note = Note("plan.turn", url, about=plan, figures={"title": plan.title}, place=plan.place_id)
    notify(note, to=people_at(plan.place_id, role), now=now)


def tell_returned(plan: Plan, now: dt.datetime) -> None:
    """Tell whoever drafted a plan that it has come back to him, and why."""
    url = reverse("plan_view", args=[plan.pk])
    figures = {"title": plan.title, "reason": plan.returned_reason}
    notify(
        Note("plan.returned", url, about=plan, figures=figures, place=plan.place_id),
        to=[plan.drafted_by],
        now=now,
    )


def tell_holders(tender: Tender, now: dt.datetime) -> None:
    """Tell the holders of the seal to fetch their words."""
    people = people_at(tender.plan.place_id, Role.FINANCE, Role.DISCIPLINE)
    note = _note("tender.hold_seal", tender, reverse("tender_view", args=[tender.pk]), about=tender)
    notify(note, to=people, now=now)


def tell_invited(tender: Tender, now: dt.datetime) -> None:
    """Invite the agencies that are asked by name.

    It is settled when the round closes, not by the bid: before the opening nothing may show who has handed one in.
    """
    due_on = tender.closes_at.astimezone(SHANGHAI).date()
    url = reverse("bid_submit", args=[tender.pk])
    note = _note("tender.invited", tender, url, about=tender, due_on=due_on, is_urgent=True)
    notify(note, to=list(tender.invited.all()), now=now)


def tell_seat(seat: Seat, now: dt.datetime) -> None:
    """Tell a member that he sits on a panel."""
    url = reverse("seat_view", args=[seat.pk])
    note = _note("tender.seated", seat.tender, url, about=seat, is_urgent=True)
    notify(note, to=[seat.user], now=now)


def release_all(tender: Tender, now: dt.datetime) -> None:
    """Settle what bidders and panel were asked once their round has ended, with their part or without."""
    settle_left(tender, now)
    for seat in tender.seats.select_related("tender"):
        settle_left(seat, now)


def tell_result(tender: Tender, now: dt.datetime) -> None:
    """Tell every bidder in force that the result is out."""
    _tell_bidders(tender, "tender.awarded", now)


def ask_again(tender: Tender, now: dt.datetime) -> None:
    """Ask every bidder in force for his bid again; like the invitation it is settled for all at once."""
    _tell_bidders(tender, "tender.resupply", now, about=tender)


def _tell_bidders(tender: Tender, code: str, now: dt.datetime, **more: Any) -> None:
    for bid in tender.bids.filter(withdrawn_at__isnull=True).select_related("agency"):
        note = _note(code, tender, reverse("bid_view", args=[bid.pk]), is_urgent=True, **more)
        notify(note, to=[bid.agency], now=now)


def tell_of_query(query: Query, now: dt.datetime) -> None:
    """Tell the handler that a query waits, with its clock."""
    url = reverse("query_view", args=[query.pk])
    note = _note("query.raised", query.tender, url, about=query, due_on=query.answer_due_on, is_urgent=True)
    notify(note, to=[query.tender.created_by], now=now)


def tell_of_answer(query: Query, now: dt.datetime) -> None:
    """Tell whoever asked that the answer is there."""
    note = _note("query.answered", query.tender, reverse("query_view", args=[query.pk]), is_urgent=True)
    notify(note, to=[query.agency if query.received_on else query.raised_by], now=now)
