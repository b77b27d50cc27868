"""Who is told when a contract or a claim changes hands: the desk it comes to, or the agency."""

import datetime as dt

from django.urls import reverse

from zhagen.core.claims import DESK
from zhagen.core.lifecycle.claim import ClaimState
from zhagen.core.types import Role
from zhagen.parties.actions.notice import Note, notify, people_at, people_of, settle_left
from zhagen.procurement.models import Amendment, Claim, Contract

AGENCY_DESK = (Role.AGENCY_HEAD, Role.STATION_LEAD)


def tell_of_claim(claim: Claim, *, now: dt.datetime) -> None:
    """Tell the desk to which a claim has come; call it inside the claim's action."""
    state, contract = ClaimState(claim.state), claim.contract
    is_back = state in (ClaimState.RETURNED, ClaimState.PAID)
    note = Note(
        f"claim.{state}",
        reverse("claim_view", args=[claim.pk]),
        about=None if state is ClaimState.PAID else claim,
        figures={"number": claim.number, "title": contract.title, "missing": claim.missing_papers},
        is_urgent=state is ClaimState.RETURNED,
        place=contract.place_id,
    )
    if is_back:
        notify(note, to=people_of(contract.agency, *AGENCY_DESK), now=now)
    else:
        notify(note, to=people_at(contract.place_id, DESK[state]), now=now)


def release_sides(contract: Contract, *, now: dt.datetime) -> None:
    """Settle what both sides were asked about a contract's amendments once it is over."""
    for amendment in contract.amendments.filter(in_force_on__isnull=True):
        amendment.contract = contract
        settle_left(amendment, now)


def tell_of_amendment(amendment: Amendment, *, now: dt.datetime) -> None:
    """Tell both sides that an amendment waits for their word; call it inside the action."""
    contract = amendment.contract
    sides = {
        "agency": people_of(contract.agency, Role.AGENCY_HEAD),
        "street": people_at(contract.place_id, Role.CHIEF),
    }
    for side, readers in sides.items():
        note = Note(
            "amendment.proposed",
            reverse("contract_view", args=[contract.pk]),
            figures={"title": contract.title, "order": amendment.order},
            place=contract.place_id,
            about=amendment,
            while_in=(amendment.turn, f"awaits {side}"),
        )
        notify(note, to=readers, now=now)
