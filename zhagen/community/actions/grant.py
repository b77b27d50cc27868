"""Every step of a grant after it was made: start, report, return, accept, stop, clear."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from zhagen.audit.record import record
from zhagen.community.actions.fund_entry import WAITING, book_grant, locked_grant, post, posted
from zhagen.community.actions.fund_tie import check_untied
from zhagen.community.models import Grant, GrantPhoto
from zhagen.core.errors import RuleError
from zhagen.core.fund.book import OF_GRANT, Way, balances, clearing, is_settled
from zhagen.core.lifecycle.grant import GRANT, GrantState
from zhagen.core.types import Actor, Role
from zhagen.parties.actions.notice import Note, Reader, notify, people_at, people_of
from zhagen.parties.actor import user_of
from zhagen.platform.files import store
from zhagen.platform.home import data_home
from zhagen.platform.scope import permit
from zhagen.platform.tx import write_tx
from zhagen.platform.uploads import take_upload


@dataclass(frozen=True)
class GrantReport:
    """What was done with a grant.

    Args:
        text: What was done.
        people_reached: How many people it reached; None where nobody counted.
        led_by: Who led in fact, as he is named in public; "" for whom the grant names.
        photos: Kept photos, optional.
    """

    text: str
    people_reached: int | None = None
    led_by: str = ""
    photos: Sequence["KeptPhoto"] = ()


@dataclass(frozen=True)
class KeptPhoto:
    """A photo as the store keeps it: the copy without metadata, and the original's hash."""

    file_digest: str
    original_digest: str


def keep_photo(content: bytes) -> KeptPhoto:
    """Check a photo and put its copy into the evidence store; outside any transaction.

    Raises:
        RuleError: codes that begin with "upload.".
    """
    kept = take_upload(content, allowed=("jpg", "png", "webp"))
    return KeptPhoto(store(data_home() / "evidence", kept.content), kept.original_sha256)


def carriers(grant: Grant) -> list[Reader]:
    """Return the people who carry a grant out: the community office's and the agency's."""
    return [
        *people_at(grant.cycle.place_id, Role.COMMUNITY),
        *people_of(grant.grantee, Role.AGENCY_HEAD, Role.STATION_LEAD),
    ]


def _moved(grant: Grant, move: str, by: Actor) -> Grant:
    grant = locked_grant(grant)
    permit(by, f"grant.{move}", grant)
    grant.state = GRANT.after(move, grant.state)
    return grant


@write_tx
def start_grant(grant: Grant, *, by: Actor, now: dt.datetime) -> Grant:
    """Begin the work; from now on receipts are taken.

    Raises:
        RuleError: "permission.denied", "lifecycle.not_now", "fund_book.too_little".
    """
    grant = _moved(grant, "start", by)
    book_grant(grant, by=by, now=now)
    grant.save(update_fields=["state"])
    record("grant.started", grant, by=by, at=now)
    return grant


@write_tx
def report_grant(grant: Grant, report: GrantReport, *, by: Actor, now: dt.datetime) -> Grant:
    """Report what was done, for how many, led by whom; what it cost stands in the receipts.

    Raises:
        RuleError: "permission.denied", "lifecycle.not_now", "grant.report_missing".
    """
    grant = _moved(grant, "report", by)
    if not report.text.strip():
        raise RuleError("grant.report_missing")
    grant.report, grant.people_reached = report.text.strip(), report.people_reached
    grant.led_by = report.led_by.strip() or grant.leader_shown
    grant.reported_by, grant.reported_at = user_of(by), now
    grant.save(update_fields=["state", "report", "people_reached", "led_by", "reported_by", "reported_at"])
    for each in report.photos:
        GrantPhoto.objects.get_or_create(
            grant=grant,
            original_digest=each.original_digest,
            defaults={"file_digest": each.file_digest, "added_at": now},
        )
    payload = {
        "people_reached": grant.people_reached,
        "photos": [each.original_digest for each in report.photos],
    }
    record("grant.reported", grant, by=by, at=now, payload=payload)
    note = Note("grant.reported", reverse("grant_view", args=[grant.pk]), figures=_named(grant), about=grant)
    notify(note, to=people_at(grant.cycle.place_id, Role.HANDLER), now=now)
    return grant


def _named(grant: Grant) -> dict[str, object]:
    return {"title": grant.proposal.title, "number": grant.number}


@write_tx
def return_grant(grant: Grant, *, note: str, by: Actor, now: dt.datetime) -> Grant:
    """Send a report back with what is missing.

    Raises:
        RuleError: "permission.denied", "lifecycle.not_now", "grant.note_missing".
    """
    grant = _moved(grant, "return", by)
    _check_may_accept(grant, by=by, now=now)
    if not note.strip():
        raise RuleError("grant.note_missing")
    grant.accepted_note = note.strip()
    grant.save(update_fields=["state", "accepted_note"])
    record("grant.returned", grant, by=by, at=now, payload={"note": grant.accepted_note})
    told = Note("grant.returned", reverse("grant_view", args=[grant.pk]), figures=_named(grant), about=grant)
    notify(told, to=carriers(grant), now=now)
    return grant


@write_tx
def accept_grant(grant: Grant, *, note: str, by: Actor, now: dt.datetime) -> Grant:
    """Accept what was done; neither who reported it nor who is tied may.

    Raises:
        RuleError: "permission.denied", "lifecycle.not_now", "grant.same_person", "proposal.tied_to_proposer",
            "proposal.tied_to_organisation", "grant.receipts_waiting".
    """
    grant = _moved(grant, "accept", by)
    _check_may_accept(grant, by=by, now=now)
    if grant.entries.filter(state=WAITING).exists():
        raise RuleError("grant.receipts_waiting")
    grant.accepted_by, grant.accepted_at, grant.accepted_note = user_of(by), now, note.strip()
    grant.save(update_fields=["state", "accepted_by", "accepted_at", "accepted_note"])
    record("grant.accepted", grant, by=by, at=now, payload={"note": grant.accepted_note})
    settle(grant, by=by, now=now)
    return grant


def _check_may_accept(grant: Grant, *, by: Actor, now: dt.datetime) -> None:
    if str(grant.reported_by_id) == by.key:
        raise RuleError("grant.same_person")
    check_untied(grant.proposal, by=by, now=now)


@write_tx
def stop_grant(grant: Grant, *, reason: str, by: Actor, now: dt.datetime) -> Grant:
    """Stop a grant with a public reason; what is unspent goes back at the clearing.

    Raises:
        RuleError: "permission.denied", "lifecycle.not_now", "grant.reason_missing".
    """
    grant = _moved(grant, "stop", by)
    if not reason.strip():
        raise RuleError("grant.reason_missing")
    book_grant(grant, by=by, now=now)
    grant.stopped_reason = reason.strip()
    grant.save(update_fields=["state", "stopped_reason"])
    record("grant.stopped", grant, by=by, at=now, payload={"reason": grant.stopped_reason})
    note = Note("grant.stopped", reverse("grant_view", args=[grant.pk]), figures=_named(grant))
    notify(note, to=carriers(grant), now=now)
    return grant


@write_tx
def clear_grant(
    grant: Grant, *, payable_fen: int = 0, payable_note: str = "", by: Actor, now: dt.datetime
) -> Grant:
    """Give back what a grant did not spend; what a contract still owes stays until its invoice comes.

    The grant is cleared once nothing stands on its accounts; until then this may be done again.

    Raises:
        RuleError: "permission.denied", "lifecycle.not_now", "grant.receipts_waiting", "grant.payable_unsaid",
            "fund_book.payable_too_high".
    """
    grant = locked_grant(grant)
    permit(by, "grant.clear", grant)
    GRANT.after("clear", grant.state)
    if grant.entries.filter(state=WAITING).exists():
        raise RuleError("grant.receipts_waiting")
    if payable_fen and not payable_note.strip():
        raise RuleError("grant.payable_unsaid")
    for each in clearing(str(grant.pk), balances(posted(grant.cycle)), payable_fen):
        post(grant.cycle, grant, each, by=by, now=now)
        if each.way == Way.UNSPENT:
            grant.held_fen += each.amount_fen
        if each.way == Way.OWN_BACK:
            grant.own_held_fen += each.amount_fen
    grant.payable_fen, grant.payable_note = payable_fen, payable_note.strip() if payable_fen else ""
    grant.save(update_fields=["held_fen", "own_held_fen", "payable_fen", "payable_note"])
    settle(grant, by=by, now=now)
    if grant.state != GrantState.CLEARED:
        record("grant.cleared_in_part", grant, by=by, at=now, payload={"payable_fen": payable_fen})
    return grant


def settle(grant: Grant, *, by: Actor, now: dt.datetime) -> None:
    """Clear a finished grant on whose accounts nothing stands any more; call it inside an action that has locked it."""
    is_over = grant.state in {GrantState.ACCEPTED, GrantState.STOPPED}
    if not is_over or grant.entries.filter(state=WAITING).exists():
        return
    if not is_settled(str(grant.pk), balances(posted(grant.cycle))):
        return
    grant.state = GRANT.after("clear", grant.state)
    grant.payable_fen, grant.payable_note = 0, ""
    grant.save(update_fields=["state", "payable_fen", "payable_note"])
    record("grant.cleared", grant, by=by, at=now, payload={"payable_fen": 0})


def accounts_of(grant: Grant) -> dict[str, int]:
    """Return what stands on a grant's accounts, by their names."""
    found = balances(posted(grant.cycle))
    return {account.value: found.get((account, str(grant.pk)), 0) for account in OF_GRANT}
