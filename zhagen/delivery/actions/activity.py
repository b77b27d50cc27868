"""Activities: logged once on a phone, corrected by withdrawal, never needed twice."""

import datetime as dt
from dataclasses import dataclass, field

from zhagen.audit.record import record
from zhagen.core.errors import RuleError
from zhagen.core.lifecycle.contract import ContractState
from zhagen.core.types import Actor
from zhagen.delivery.models import Activity, Attendance, CaseFile, Photo, Staffing
from zhagen.parties.actor import user_of
from zhagen.platform.clock import SHANGHAI
from zhagen.platform.scope import permit
from zhagen.platform.tx import write_tx
from zhagen.procurement.models import Need

LONGEST_MINUTES = 24 * 60
SERVING = (ContractState.IN_SERVICE, ContractState.ENDING)


@dataclass(frozen=True)
class ActivityDraft:
    """What a worker logs; only kind, title, day and minutes are asked for."""

    worker: Staffing
    kind: str
    title: str
    held_on: dt.date
    minutes: int
    headcount: int = 0
    note: str = ""
    needs: tuple[Need, ...] = ()
    case: CaseFile | None = None
    doors: tuple[str, ...] = field(default_factory=tuple)


@write_tx
def log_activity(draft: ActivityDraft, *, by: Actor, now: dt.datetime) -> Activity:
    """Log what was done; participants and photos are optional.

    Raises:
        RuleError: "activity.not_in_service", "activity.in_future", "activity.outside_time",
            "activity.minutes_wrong", "activity.case_of_other".
    """
    contract = draft.worker.contract
    permit(by, "activity.log", contract)
    _check(draft, now)
    activity = Activity.objects.create(
        contract=contract,
        place_id=draft.worker.place_id,
        worker=draft.worker,
        case=draft.case,
        kind=Activity.Kind(draft.kind),
        title=draft.title,
        note=draft.note,
        held_on=draft.held_on,
        minutes=draft.minutes,
        headcount=max(draft.headcount, len(draft.doors)),
        logged_by=user_of(by),
        logged_at=now,
    )
    if draft.needs:
        activity.needs.set(draft.needs)
    Attendance.objects.bulk_create(
        Attendance(activity=activity, way=Attendance.Way.PAPER, door=door, at=now) for door in draft.doors
    )
    record("activity.logged", activity, by=by, at=now, payload={"kind": draft.kind, "minutes": draft.minutes})
    return activity


def _check(draft: ActivityDraft, now: dt.datetime) -> None:
    worker, contract = draft.worker, draft.worker.contract
    if contract.state not in SERVING:
        raise RuleError("activity.not_in_service", state=contract.state)
    if draft.held_on > now.astimezone(SHANGHAI).date():
        raise RuleError("activity.in_future", day=str(draft.held_on))
    last = worker.until_on or contract.ends_on
    if not max(worker.from_on, contract.starts_on) <= draft.held_on <= last:
        raise RuleError("activity.outside_time", day=str(draft.held_on))
    if not 0 < draft.minutes <= LONGEST_MINUTES:
        raise RuleError("activity.minutes_wrong", minutes=draft.minutes)
    if draft.case is not None and draft.case.contract_id != contract.pk:
        raise RuleError("activity.case_of_other")


@write_tx
def withdraw_activity(activity: Activity, reason: str, *, by: Actor, now: dt.datetime) -> Activity:
    """Withdraw an entry made by mistake; it stays on record and counts for nothing.

    Raises:
        RuleError: "activity.already_withdrawn", "activity.reason_missing".
    """
    activity = Activity.objects.select_for_update().get(pk=activity.pk)
    permit(by, "activity.withdraw", activity)
    if activity.is_withdrawn:
        raise RuleError("activity.already_withdrawn")
    if not reason.strip():
        raise RuleError("activity.reason_missing")
    activity.is_withdrawn = True
    activity.save(update_fields=["is_withdrawn"])
    record("activity.withdrawn", activity, by=by, at=now, payload={"reason": reason})
    return activity


@write_tx
def check_in(activity: Activity, *, way: str, nonce: str, door: str, now: dt.datetime) -> Attendance:
    """Take one participant's presence; the nonce counts once, whoever sends it again.

    The page has checked the signed link or the spoken code; nobody needs an account.

    Raises:
        RuleError: "activity.already_checked_in".
    """
    attendance, is_new = Attendance.objects.get_or_create(
        nonce=nonce, defaults={"activity": activity, "way": Attendance.Way(way), "door": door, "at": now}
    )
    if not is_new:
        raise RuleError("activity.already_checked_in")
    return attendance


@dataclass(frozen=True)
class KeptPhoto:
    """A photo as the platform kept it: hashes of original and stripped copy, and its likeness hash."""

    original_digest: str
    file_digest: str
    dhash: str


@write_tx
def add_photo(activity: Activity, photo: KeptPhoto, *, by: Actor, now: dt.datetime) -> Photo:
    """Add an optional photo, already stripped of its metadata."""
    permit(by, "activity.log", activity.contract)
    added = Photo.objects.create(
        activity=activity,
        original_digest=photo.original_digest,
        file_digest=photo.file_digest,
        dhash=photo.dhash,
        added_at=now,
    )
    record("activity.photo_added", activity, by=by, at=now, payload={"original": photo.original_digest})
    return added
