"""Who serves: named staff placed, leaving only with a hand-over; wages and paperwork stated."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from zhagen.audit.record import record
from zhagen.core.errors import RuleError
from zhagen.core.types import Actor
from zhagen.delivery.models import CaseFile, Handover, PaperworkAnswer, Staffing, WageMonth
from zhagen.parties.actor import user_of
from zhagen.parties.models import Place, User
from zhagen.platform.clock import SHANGHAI
from zhagen.platform.scope import permit
from zhagen.platform.tx import write_tx
from zhagen.procurement.models import Contract


@dataclass(frozen=True)
class Placement:
    """One person to be placed on a contract in a community; `user` is empty for who has no account."""

    place: Place
    name: str
    post: str
    from_on: dt.date
    level: str = ""
    user: User | None = None


@write_tx
def place_worker(contract: Contract, placement: Placement, *, by: Actor, now: dt.datetime) -> Staffing:
    """Place a person on a contract.

    Raises:
        RuleError: "staffing.outside_term", "staffing.other_community", "staffing.already_there".
    """
    permit(by, "staffing.place", contract)
    if not contract.starts_on <= placement.from_on <= contract.ends_on:
        raise RuleError("staffing.outside_term", starts=str(contract.starts_on), ends=str(contract.ends_on))
    if not contract.communities.filter(pk=placement.place.pk).exists():
        raise RuleError("staffing.other_community", place=placement.place.name)
    here = Staffing.objects.filter(contract=contract, place=placement.place, until_on__isnull=True)
    if here.filter(name=placement.name, user=placement.user).exists():
        raise RuleError("staffing.already_there", name=placement.name)
    staffing = Staffing.objects.create(contract=contract, **vars(placement))
    record("staffing.placed", staffing, by=by, at=now, payload={"post": placement.post})
    return staffing


@write_tx
def write_card(staffing: Staffing, hours: str, photo: str, *, by: Actor, now: dt.datetime) -> Staffing:
    """Say on a worker's card when he is there; `photo` is the kept copy's SHA-256, empty for none."""
    staffing = Staffing.objects.select_for_update().get(pk=staffing.pk)
    permit(by, "staffing.write_card", staffing)
    staffing.hours, staffing.photo_digest = hours.strip(), photo
    staffing.save(update_fields=["hours", "photo_digest"])
    record("staffing.card_written", staffing, by=by, at=now, payload={"hours": hours, "photo": bool(photo)})
    return staffing


@dataclass(frozen=True)
class CaseHandover:
    """Who takes a case over, with what note."""

    receiver: Staffing
    note: str
    resident_told_on: dt.date | None = None


@write_tx
def end_staffing(
    staffing: Staffing,
    *,
    until_on: dt.date,
    reason: str,
    handovers: Mapping[str, CaseHandover],
    by: Actor,
    now: dt.datetime,
) -> Staffing:
    """Let a person leave once every open case has a receiver and a note.

    Args:
        staffing: Who leaves.
        until_on: Last day.
        reason: Why; kept inside the agency and its contract.
        handovers: Open case (primary key as text) → receiver and note.
        by: Head or station lead.
        now: Moment of receipt.

    Raises:
        RuleError: "staffing.already_left", "staffing.ends_before_start", "staffing.reason_missing", "staffing.cases_open",
            "staffing.receiver_wrong".
    """
    staffing = Staffing.objects.select_for_update().get(pk=staffing.pk)
    permit(by, "staffing.end", staffing)
    if staffing.until_on is not None:
        raise RuleError("staffing.already_left", day=str(staffing.until_on))
    if until_on < staffing.from_on:
        raise RuleError("staffing.ends_before_start", starts=str(staffing.from_on))
    if not reason.strip():
        raise RuleError("staffing.reason_missing")
    open_cases = list(CaseFile.objects.select_for_update().filter(worker=staffing, closed_on__isnull=True))
    missing = [case.code for case in open_cases if str(case.pk) not in handovers]
    if missing:
        raise RuleError("staffing.cases_open", count=len(missing), codes=", ".join(missing))
    for case in open_cases:
        _hand_over(case, staffing, handovers[str(case.pk)], now)
    staffing.until_on, staffing.leave_reason = until_on, reason
    staffing.save(update_fields=["until_on", "leave_reason"])
    record(
        "staffing.ended", staffing, by=by, at=now, payload={"cases": len(open_cases), "until": str(until_on)}
    )
    return staffing


def _hand_over(case: CaseFile, leaver: Staffing, handover: CaseHandover, now: dt.datetime) -> None:
    receiver = handover.receiver
    is_other = receiver.pk != leaver.pk and receiver.contract_id == leaver.contract_id
    if not is_other or receiver.until_on is not None or not handover.note.strip():
        raise RuleError("staffing.receiver_wrong", code=case.code)
    Handover.objects.create(
        case=case,
        leaver=leaver,
        receiver=receiver,
        note=handover.note,
        resident_told_on=handover.resident_told_on,
        done_at=now,
    )
    case.worker = receiver
    case.save(update_fields=["worker"])


@write_tx
def state_wages(
    contract: Contract, month: dt.date, paid_on: dt.date, *, by: Actor, now: dt.datetime
) -> WageMonth:
    """State when the wages of a month were paid in full.

    Raises:
        RuleError: "staffing.wages_stated", "staffing.wages_in_future".
    """
    permit(by, "staffing.state_wages", contract)
    month = month.replace(day=1)
    if paid_on > now.astimezone(SHANGHAI).date():
        raise RuleError("staffing.wages_in_future", day=str(paid_on))
    if WageMonth.objects.filter(contract=contract, month=month).exists():
        raise RuleError("staffing.wages_stated", month=month.strftime("%Y-%m"))
    wages = WageMonth.objects.create(
        contract=contract, month=month, paid_on=paid_on, stated_by=user_of(by), stated_at=now
    )
    record(
        "staffing.wages_stated",
        contract,
        by=by,
        at=now,
        payload={"month": str(month), "paid_on": str(paid_on)},
    )
    return wages


@write_tx
def answer_paperwork(
    staffing: Staffing,
    *,
    quarter: dt.date,
    paper_minutes: int,
    service_minutes: int,
    by: Actor,
    now: dt.datetime,
) -> PaperworkAnswer:
    """Answer the quarter's two questions on paperwork.

    Raises:
        RuleError: "staffing.paperwork_answered", "staffing.no_service_minutes".
    """
    permit(by, "staffing.answer_paperwork", staffing)
    if service_minutes <= 0:
        raise RuleError("staffing.no_service_minutes")
    if PaperworkAnswer.objects.filter(staffing=staffing, quarter=quarter).exists():
        raise RuleError("staffing.paperwork_answered")
    answer = PaperworkAnswer.objects.create(
        staffing=staffing,
        quarter=quarter,
        paper_minutes=paper_minutes,
        service_minutes=service_minutes,
        answered_at=now,
    )
    record("staffing.paperwork_answered", staffing, by=by, at=now, payload={"quarter": str(quarter)})
    return answer
