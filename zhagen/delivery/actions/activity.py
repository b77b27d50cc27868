"""Activities: logged once on a phone, corrected by withdrawal, never needed twice."""

import datetime as dt
import secrets
from dataclasses import dataclass, field

from zhagen.audit.record import record
from zhagen.core.errors import RuleError
from zhagen.core.lifecycle.contract import ContractState
from zhagen.core.types import Actor
from zhagen.delivery.models import Activity, Attendance, CaseFile, Photo, Staffing
from zhagen.parties.actor import user_key
from zhagen.platform.clock import SHANGHAI
from zhagen.platform.photos import NEAR_DUPLICATE_BITS, hash_distance
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
    permit(by, "activity.log", draft.worker)
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
        logged_by_id=user_key(by),
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
def open_check_in(activity: Activity, *, by: Actor, now: dt.datetime) -> Activity:
    """Give a session its spoken code of the day; four digits, no two sessions of a day share one.

    Raises:
        RuleError: "activity.check_in_closed" for a session of another day or a withdrawn one.
    """
    activity = Activity.objects.select_for_update().get(pk=activity.pk)
    permit(by, "activity.open_check_in", activity)
    _check_open(activity, now)
    if activity.spoken_on != activity.held_on:
        taken = set(Activity.objects.filter(spoken_on=activity.held_on).values_list("spoken_code", flat=True))
        free = [code for code in (f"{number:04d}" for number in range(10_000)) if code not in taken]
        activity.spoken_code, activity.spoken_on = secrets.choice(free), activity.held_on
        activity.save(update_fields=["spoken_code", "spoken_on"])
        record("activity.check_in_opened", activity, by=by, at=now)
    return activity


def _check_open(activity: Activity, now: dt.datetime) -> None:
    if activity.is_withdrawn or activity.held_on != now.astimezone(SHANGHAI).date():
        raise RuleError("activity.check_in_closed", day=str(activity.held_on))


@write_tx
def check_in(activity: Activity, *, way: str, nonce: str, now: dt.datetime, door: str = "") -> Attendance:
    """Take one participant's presence; the nonce counts once, whoever sends it again.

    The page has checked the signed link or the spoken code; nobody needs an account.

    Raises:
        RuleError: "activity.already_checked_in", "activity.check_in_closed".
    """
    _check_open(Activity.objects.get(pk=activity.pk), now)
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
    """Add an optional photo, already stripped of its metadata; one used elsewhere is noted, not refused."""
    permit(by, "activity.add_photo", activity)
    added = Photo.objects.create(
        activity=activity,
        original_digest=photo.original_digest,
        file_digest=photo.file_digest,
        dhash=photo.dhash,
        same_as=_same_photo(activity, photo),
        added_at=now,
    )
    record("activity.photo_added", activity, by=by, at=now, payload={"original": photo.original_digest})
    return added


def _same_photo(activity: Activity, photo: KeptPhoto) -> Photo | None:
    """Return a photo of another session of this agency that is the same or looks the same."""
    others = Photo.objects.filter(activity__contract__agency=activity.contract.agency_id).exclude(
        activity=activity
    )
    wanted = int(photo.dhash, 16)
    for pk, original, dhash in others.order_by("added_at").values_list("pk", "original_digest", "dhash"):
        is_near = hash_distance(wanted, int(dhash, 16)) <= NEAR_DUPLICATE_BITS
        if original == photo.original_digest or is_near:
            return Photo.objects.get(pk=pk)
    return None
