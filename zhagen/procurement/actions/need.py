"""Every change of a need."""

import datetime as dt
import secrets
from dataclasses import dataclass

from zhagen.audit.record import record
from zhagen.core.lifecycle.need import NEED
from zhagen.core.types import Actor
from zhagen.parties.actor import user_of
from zhagen.parties.models import Place, User
from zhagen.platform.scope import permit
from zhagen.platform.tx import write_tx
from zhagen.procurement.models import Need

CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without letters and digits that people mix up on the phone."""


@dataclass(frozen=True)
class NeedDraft:
    """What a resident or a helper says of a need."""

    place: Place
    text: str
    theme: str
    building: str = ""
    is_private: bool = False
    channel: str = Need.Channel.PHONE_PAGE
    work_order_no: str = ""


@write_tx
def raise_need(draft: NeedDraft, *, by: Actor, now: dt.datetime, answer_by: dt.date) -> Need:
    """Take in a need and give it a receipt code, an owner's desk and a next date.

    Args:
        draft: What was said.
        by: The helper, or the public.
        now: Moment of receipt.
        answer_by: Date of the first answer, from the rulebook.
    """
    need = Need.objects.create(
        code="".join(secrets.choice(CODE_LETTERS) for _ in range(8)),
        place=draft.place,
        text=draft.text,
        theme=draft.theme,
        building=draft.building,
        is_private=draft.is_private,
        channel=draft.channel,
        work_order_no=draft.work_order_no,
        helper=user_of(by),
        next_on=answer_by,
        raised_at=now,
    )
    record("need.raised", need, by=by, at=now, payload={"theme": need.theme, "channel": need.channel})
    return need


@write_tx
def transfer_need(need: Need, to: str, *, owner: User, next_on: dt.date, by: Actor, now: dt.datetime) -> Need:
    """Pass a need on to whoever is liable for it; the owner here keeps watching it."""
    need = Need.objects.select_for_update().get(pk=need.pk)
    permit(by, "need.triage", need)
    need.state = NEED.after("transfer", need.state)
    need.referred_to, need.owner, need.next_on = to, owner, next_on
    need.save(update_fields=["state", "referred_to", "owner", "next_on"])
    record("need.transferred", need, by=by, at=now, payload={"to": to})
    return need
