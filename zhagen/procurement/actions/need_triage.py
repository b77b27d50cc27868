"""Sorting needs at the desk: purchase, transfer, explain, outside the remit; words cleared for the public."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from zhagen.audit.record import record
from zhagen.core import needs as core
from zhagen.core.errors import RuleError
from zhagen.core.types import Actor
from zhagen.parties.actor import user_key
from zhagen.parties.models import User
from zhagen.platform.scope import permit
from zhagen.platform.tx import write_tx
from zhagen.procurement.actions.need import check_owner, locked, move, rules_of
from zhagen.procurement.models import Need


@dataclass(frozen=True)
class Triage:
    """What the desk decides of a need.

    Args:
        way: "buy", "transfer", "explain" or "rule_out".
        to: To whom it is transferred or who is liable.
        work_order_no: Number under which the other side keeps it.
        answer: What the raiser is told.
        owner: Who keeps it here; None leaves the owner.
        next_on: When the desk looks again; None takes the rulebook's date.
        theme: A better theme; "" leaves it.
        private_kind: A private kind found on reading; makes the need private.
    """

    way: str
    to: str = ""
    work_order_no: str = ""
    answer: str = ""
    owner: User | None = None
    next_on: dt.date | None = None
    theme: str = ""
    private_kind: str = ""


EVENT_OF = {
    "buy": "need.chosen_for_purchase",
    "transfer": "need.transferred",
    "explain": "need.explained",
    "rule_out": "need.ruled_out",
}


@write_tx
def triage_need(need: Need, triage: Triage, *, by: Actor, now: dt.datetime) -> Need:
    """Sort a need: purchase, transfer, explain, or outside the remit; owner and next date are set.

    Raises:
        RuleError: "permission.denied", "lifecycle.not_now", "need.receiver_missing", "need.answer_missing",
            "need.owner_elsewhere", "need.date_past", "need.kind_unknown", "need.theme_unknown".
    """
    need = locked(need)
    permit(by, "need.triage", need)
    _check_triage(triage, need, now)
    fields = move(need, triage.way, now=now, next_on=triage.next_on)
    need.owner = triage.owner or need.owner
    need.referred_to, need.referred_no = (
        triage.to or need.referred_to,
        triage.work_order_no or need.referred_no,
    )
    need.answer = triage.answer or need.answer
    need.theme = triage.theme or need.theme
    need.first_answered_at = need.first_answered_at or now
    if triage.private_kind:
        need.is_private, need.private_kind, need.public_text = True, triage.private_kind, ""
    need.save(
        update_fields=[
            *fields, "owner", "referred_to", "referred_no", "answer", "theme", "first_answered_at",
            "is_private", "private_kind", "public_text",
        ]
    )  # fmt: skip
    record(EVENT_OF[triage.way], need, by=by, at=now, payload=_triage_payload(need, triage))
    return need


def _triage_payload(need: Need, triage: Triage) -> dict[str, object]:
    return {
        "to": triage.to,
        "work_order_no": triage.work_order_no,
        "owner": str(need.owner_id),
        "next_on": need.next_on,
        "private_kind": triage.private_kind,
    }


def _check_triage(triage: Triage, need: Need, now: dt.datetime) -> None:
    rules = rules_of(need.place_id, now)
    if triage.way not in EVENT_OF:
        raise RuleError("need.way_unknown", way=triage.way)
    if triage.way in {"transfer", "rule_out"} and not triage.to.strip():
        raise RuleError("need.receiver_missing")
    if triage.way in {"explain", "rule_out"} and not triage.answer.strip():
        raise RuleError("need.answer_missing")
    if triage.theme and triage.theme not in rules.texts("need.themes"):
        raise RuleError("need.theme_unknown", theme=triage.theme)
    core.check_privacy(kind=triage.private_kind, is_private=True, rules=rules)
    if triage.owner is not None:
        check_owner(triage.owner, need, now)


@write_tx
def triage_needs(
    needs: Iterable[Need], triage: Triage, *, by: Actor, now: dt.datetime
) -> tuple[list[Need], list[tuple[Need, RuleError]]]:
    """Sort many needs alike; return those done and those that the rules kept back, each with its reason."""
    done, kept_back = [], []
    for need in needs:
        try:
            done.append(triage_need(need, triage, by=by, now=now))
        except RuleError as error:
            kept_back.append((need, error))
    return done, kept_back


@write_tx
def clear_need(need: Need, public_text: str, *, by: Actor, now: dt.datetime) -> Need:
    """Clear words for the public list; empty words take the need off it.

    Raises:
        RuleError: "permission.denied", "need.private_never_public", "need.has_personal_data".
    """
    need = locked(need)
    permit(by, "need.clear", need)
    if need.is_private and public_text:
        raise RuleError("need.private_never_public")
    core.check_public_words(public_text)
    need.public_text, need.cleared_by_id = public_text.strip(), user_key(by)
    need.save(update_fields=["public_text", "cleared_by"])
    record("need.cleared" if public_text else "need.uncleared", need, by=by, at=now)
    return need


@write_tx
def let_stand(need: Need, *, reason: str, by: Actor, now: dt.datetime) -> Need:
    """End the pursuit of an unmet or partly met need; it stays unmet in every count.

    Raises:
        RuleError: "permission.denied", "need.answer_missing", "need.not_failed".
    """
    need = locked(need)
    permit(by, "need.triage", need)
    if need.state not in {"unmet", "partly_met"} or need.next_on is None:
        raise RuleError("need.not_failed")
    if not reason.strip():
        raise RuleError("need.answer_missing")
    need.next_on, need.answer = None, reason.strip()
    need.escalation, need.escalated_to = 0, None
    need.save(update_fields=["next_on", "answer", "escalation", "escalated_to"])
    record("need.let_stand", need, by=by, at=now)
    return need
