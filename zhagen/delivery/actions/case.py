"""Cases (个案): opened, written, closed; their notes stay inside the agency."""

import datetime as dt

from zhagen.audit.record import record
from zhagen.core.errors import RuleError
from zhagen.core.types import Actor
from zhagen.delivery.models import CaseFile, CaseNote, Staffing
from zhagen.parties.actor import user_of
from zhagen.platform.clock import SHANGHAI
from zhagen.platform.numbers import next_number
from zhagen.platform.scope import permit
from zhagen.platform.tx import write_tx
from zhagen.platform.vault import PersonalData, keep_person
from zhagen.procurement.models import Need


@write_tx
def open_case(
    worker: Staffing,
    *,
    opened_on: dt.date,
    client: PersonalData | None = None,
    need: Need | None = None,
    by: Actor,
    now: dt.datetime,
) -> CaseFile:
    """Open a case; who the client is goes into the vault, not into the file.

    Raises:
        RuleError: "case.outside_time".
    """
    permit(by, "case.open", worker)
    last = worker.until_on or worker.contract.ends_on
    if not worker.from_on <= opened_on <= min(last, now.astimezone(SHANGHAI).date()):
        raise RuleError("case.outside_time", day=str(opened_on))
    case = CaseFile.objects.create(
        contract=worker.contract,
        place_id=worker.place_id,
        need=need,
        code=next_number("个案", worker.contract.place_id, now),
        worker=worker,
        client_ref=keep_person(client, by=by) if client else "",
        opened_on=opened_on,
    )
    record("case.opened", case, by=by, at=now)
    return case


@write_tx
def write_note(case: CaseFile, text: str, *, by: Actor, now: dt.datetime) -> CaseNote:
    """Add a note; the event tells that one was written, never what.

    Raises:
        RuleError: "case.note_empty".
    """
    permit(by, "case.write", case)
    if not text.strip():
        raise RuleError("case.note_empty")
    note = CaseNote.objects.create(case=case, text=text.strip(), written_by=user_of(by), written_at=now)
    record("case.note_written", case, by=by, at=now)
    return note


@write_tx
def close_case(case: CaseFile, outcome: str, *, closed_on: dt.date, by: Actor, now: dt.datetime) -> CaseFile:
    """Close a case with its outcome.

    Raises:
        RuleError: "case.closed", "case.outcome_missing", "case.closes_before_start".
    """
    case = CaseFile.objects.select_for_update().get(pk=case.pk)
    permit(by, "case.close", case)
    if case.closed_on is not None:
        raise RuleError("case.closed", day=str(case.closed_on))
    if not outcome.strip():
        raise RuleError("case.outcome_missing")
    if not case.opened_on <= closed_on <= now.astimezone(SHANGHAI).date():
        raise RuleError("case.closes_before_start", opened=str(case.opened_on))
    case.closed_on, case.outcome = closed_on, outcome.strip()
    case.save(update_fields=["closed_on", "outcome"])
    record("case.closed", case, by=by, at=now)
    return case
