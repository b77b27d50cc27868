"""Every step of a need at its desk: raising, sorting, owner and date, plan and service."""

import datetime as dt
from dataclasses import dataclass, field

from django.db.models import QuerySet

from zhagen.audit.record import record
from zhagen.core import needs as core
from zhagen.core.calendar import Calendar
from zhagen.core.errors import RuleError
from zhagen.core.lifecycle.need import ENDED, NEED
from zhagen.core.rulebook.rules import Rules
from zhagen.core.types import SYSTEM, Actor
from zhagen.parties.models import Place, User
from zhagen.parties.rules import calendar, rules_for
from zhagen.platform.clock import SHANGHAI
from zhagen.platform.codes import new_code
from zhagen.platform.scope import permit, scopes_place
from zhagen.platform.tx import write_tx
from zhagen.platform.vault import PersonalData, keep_person
from zhagen.procurement.actions.need_desk import desk_of, owners_for
from zhagen.procurement.models import Need

CODE_LENGTH = 8
LONGEST_TEXT = 1000


@dataclass(frozen=True)
class NeedDraft:
    """What a resident or a helper says of a need.

    Args:
        place: The community.
        text: In the resident's words.
        theme: One of the rulebook's `need.themes`.
        building: Building it concerns; no door.
        is_private: Whether only the desk may see it.
        private_kind: One of `need.private_kinds`; makes it private.
        channel: How it came in.
        work_order_no: Number of the hotline's order.
        order_class: Class of that order.
        person: Who to call back, into the vault.
        has_consent: Whether the raiser agreed to a helper writing it down.
        raised_at: Moment it was said, where that lies before its entry; None is now.
    """

    place: Place
    text: str
    theme: str = "other"
    building: str = ""
    is_private: bool = False
    private_kind: str = ""
    channel: str = Need.Channel.PHONE_PAGE
    work_order_no: str = ""
    order_class: str = ""
    person: PersonalData = field(default_factory=PersonalData)
    has_consent: bool = False
    raised_at: dt.datetime | None = None


def day_of(moment: dt.datetime) -> dt.date:
    """Return the date in Shanghai of a moment."""
    return moment.astimezone(SHANGHAI).date()


def rules_of(place_code: str, now: dt.datetime) -> Rules:
    """Return the rules in force in a place at a moment."""
    return rules_for(place_code, day_of(now))


@write_tx
def raise_need(draft: NeedDraft, *, by: Actor, now: dt.datetime) -> Need:
    """Take in a need and give it a receipt code, an owner and a next date.

    Args:
        draft: What was said.
        by: The helper, or the public.
        now: Moment of receipt.

    Raises:
        RuleError: "permission.denied", "need.no_desk", "need.text_missing", "need.text_too_long",
            "need.theme_unknown", "need.kind_unknown", "need.kind_is_private", "need.consent_missing",
            "need.work_order_known", "need.place_inactive", "vault.bad_phone".
    """
    if draft.work_order_no and Need.objects.filter(work_order_no=draft.work_order_no).exists():
        raise RuleError("need.work_order_known", number=draft.work_order_no)
    need = checked_need(draft, intake_of(draft.place.pk, now), by=by, now=now)
    need.raiser_ref = keep_person(draft.person, by=by)
    need.save(force_insert=True)
    record("need.raised", need, by=by, at=now, payload=raised_payload(need))
    return need


@dataclass(frozen=True)
class Intake:
    """What taking in a need in a community asks for: its rules, the calendar, who takes it in."""

    rules: Rules
    calendar: Calendar
    owner: User


def intake_of(place_code: str, now: dt.datetime) -> Intake:
    """Return the intake of a community at a moment; an import asks once a community.

    Raises:
        RuleError: "need.no_desk".
    """
    return Intake(rules_of(place_code, now), calendar(), desk_of(place_code, day_of(now)))


def checked_need(draft: NeedDraft, intake: Intake, *, by: Actor, now: dt.datetime) -> Need:
    """Return the row of a draft, checked and not yet saved; an import saves many at once."""
    is_helped = draft.channel != Need.Channel.PHONE_PAGE
    if is_helped:
        _check_helper(draft, by)
    _check_draft(draft, intake.rules)
    raised_at = min(draft.raised_at or now, now)
    answer_by = core.first_answer_on(
        day_of(raised_at), draft.channel, intake.rules, intake.calendar, order_class=draft.order_class
    )
    return Need(
        code=new_code(CODE_LENGTH),
        place=draft.place,
        text=draft.text.strip(),
        theme=draft.theme,
        building=draft.building.strip(),
        is_private=draft.is_private,
        private_kind=draft.private_kind,
        channel=draft.channel,
        work_order_no=draft.work_order_no,
        order_class=draft.order_class,
        has_consent=draft.has_consent,
        helper_id=by.key if is_helped and by.key not in {"", SYSTEM.key} else None,
        owner=intake.owner,
        next_on=answer_by,
        answer_due_on=answer_by,
        raised_at=raised_at,
    )


def raised_payload(need: Need) -> dict[str, object]:
    """Return what the event of a raised need says: no text, no person."""
    return {
        "theme": need.theme,
        "channel": need.channel,
        "private": need.is_private,
        "owner": str(need.owner_id),
        "next_on": need.next_on,
        "work_order_no": need.work_order_no,
    }


def _check_helper(draft: NeedDraft, by: Actor) -> None:
    action = "need.import" if draft.channel == Need.Channel.HOTLINE else "need.record"
    if not scopes_place(by, action, draft.place.pk):
        raise RuleError("permission.denied", action=action)
    if draft.channel == Need.Channel.HELPER and not draft.has_consent:
        raise RuleError("need.consent_missing")


def _check_draft(draft: NeedDraft, rules: Rules) -> None:
    if not draft.place.is_active or draft.place.level != Place.Level.COMMUNITY:
        raise RuleError("need.place_inactive", place=draft.place.name)
    if not draft.text.strip():
        raise RuleError("need.text_missing")
    if len(draft.text) > LONGEST_TEXT:
        raise RuleError("need.text_too_long", length=len(draft.text), most=LONGEST_TEXT)
    if draft.theme not in rules.texts("need.themes"):
        raise RuleError("need.theme_unknown", theme=draft.theme)
    core.check_privacy(kind=draft.private_kind, is_private=draft.is_private, rules=rules)
    if draft.order_class and draft.order_class not in rules.table("need.hotline_due"):
        raise RuleError("need.order_class_unknown", found=draft.order_class)


def locked(need: Need) -> Need:
    """Return the need again with its row locked, as the first step of every change."""
    return Need.objects.select_for_update(of=("self",)).get(pk=need.pk)


def move(need: Need, name: str, *, now: dt.datetime, next_on: dt.date | None = None) -> list[str]:
    """Move a locked need and set the date of its next step; return the names of the fields to save.

    Args:
        need: Locked by `locked`.
        name: Move of the lifecycle.
        now: Moment.
        next_on: The date where it is known; else the rulebook's for the new state.

    Raises:
        RuleError: "lifecycle.not_now"; "need.date_past".
    """
    if next_on is not None and next_on < day_of(now):
        raise RuleError("need.date_past", day=next_on)
    need.state = NEED.after(name, need.state)
    rules = rules_of(need.place_id, now)
    need.next_on = next_on or core.next_step_on(need.state, day_of(now), rules, calendar())
    need.escalation, need.escalated_to = 0, None
    need.ended_at = now if need.state in ENDED else None
    return ["state", "next_on", "escalation", "escalated_to", "ended_at"]


def check_owner(owner: User, need: Need, now: dt.datetime) -> None:
    """Refuse an owner who holds no post in the street or community of the need.

    Raises:
        RuleError: "need.owner_elsewhere".
    """
    if not owners_for(need, day_of(now)).filter(pk=owner.pk).exists():
        raise RuleError("need.owner_elsewhere", name=owner.name)


@write_tx
def assign_need(need: Need, owner: User, *, next_on: dt.date, by: Actor, now: dt.datetime) -> Need:
    """Give an open need to another owner with a next date.

    Raises:
        RuleError: "permission.denied", "need.owner_elsewhere", "need.date_past", "need.ended".
    """
    need = locked(need)
    permit(by, "need.assign", need)
    check_owner(owner, need, now)
    if need.next_on is None:
        raise RuleError("need.ended", state=need.state)
    if next_on < day_of(now):
        raise RuleError("need.date_past", day=next_on)
    need.owner, need.next_on, need.escalation, need.escalated_to = owner, next_on, 0, None
    need.save(update_fields=["owner", "next_on", "escalation", "escalated_to"])
    record("need.assigned", need, by=by, at=now, payload={"owner": str(owner.pk), "next_on": next_on})
    return need


def _step(need: Need, name: str, event: str, *, by: Actor, now: dt.datetime, **more: object) -> Need:
    action = {"unplan": "need.plan", "unserve": "need.serve"}.get(name, f"need.{name}")
    need = locked(need)
    permit(by, action, need)
    service_until = more.get("service_until")
    next_on = more.get("next_on") or service_until
    fields = move(need, name, now=now, next_on=next_on)  # type: ignore[arg-type]
    if service_until is not None:
        need.service_until = service_until  # type: ignore[assignment]
        fields.append("service_until")
    need.save(update_fields=fields)
    record(event, need, by=by, at=now, payload={"next_on": need.next_on})
    return need


@write_tx
def plan_need(need: Need, *, by: Actor, now: dt.datetime, next_on: dt.date | None = None) -> Need:
    """Say that an approved requirement plan covers the need; called by the plan's approval."""
    return _step(need, "plan", "need.planned", by=by, now=now, next_on=next_on)


@write_tx
def unplan_need(need: Need, *, by: Actor, now: dt.datetime) -> Need:
    """Say that the plan or purchase fell through: the need is to be bought again."""
    return _step(need, "unplan", "need.unplanned", by=by, now=now)


@write_tx
def serve_need(need: Need, *, by: Actor, now: dt.datetime, service_until: dt.date | None = None) -> Need:
    """Say that a contract now serves the need, until its last day; called when a contract starts."""
    return _step(need, "serve", "need.served", by=by, now=now, service_until=service_until)


@write_tx
def unserve_need(need: Need, *, by: Actor, now: dt.datetime) -> Need:
    """Say that the contract was broken off before it could help: the need is to be bought again."""
    return _step(need, "unserve", "need.unserved", by=by, now=now)


@write_tx
def ask_need(need: Need, *, by: Actor = SYSTEM, now: dt.datetime) -> Need:
    """Ask the raiser for his word; called when a delivery or contract ends, and by the clock."""
    return _step(need, "ask", "need.asked", by=by, now=now)


def needs_open_for(place_code: str) -> QuerySet[Need]:
    """Return the needs of a community, or of all communities of a street, that wait to be bought."""
    prefix = place_code[:9] if place_code.endswith("000") else place_code
    return Need.objects.filter(place__code__startswith=prefix, state="to_buy").select_related(
        "place", "owner"
    )
