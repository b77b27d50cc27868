"""The end of a contract: every open case gets a receiver, records are handed in, residents are told."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q

from zhagen.audit.record import record
from zhagen.core.errors import RuleError
from zhagen.core.lifecycle.acceptance import AcceptanceState
from zhagen.core.lifecycle.contract import ContractState
from zhagen.core.lifecycle.off_plan import OffPlanState
from zhagen.core.types import Actor
from zhagen.delivery.models import Acceptance, CaseFile, Closing, Handover, OffPlanTask
from zhagen.parties.actor import user_of
from zhagen.platform.clock import SHANGHAI
from zhagen.platform.numbers import next_number
from zhagen.platform.scope import permit
from zhagen.platform.tx import write_tx
from zhagen.procurement.actions.contract import HandoverResult, end_contract, terminate_contract
from zhagen.procurement.models import Contract

UNANSWERED = (AcceptanceState.REQUESTED, AcceptanceState.USERS_ASKED)
HANDING_OVER = (ContractState.ENDING, ContractState.SUSPENDED)


@dataclass(frozen=True)
class CaseReceiver:
    """Who takes a case over when the contract ends: organisation and person, with a note."""

    name: str
    note: str
    resident_told_on: dt.date | None = None


@write_tx
def name_receiver(case: CaseFile, receiver: CaseReceiver, *, by: Actor, now: dt.datetime) -> Handover:
    """Name who takes over an open case of a contract that ends; a later word replaces the earlier one.

    Raises:
        RuleError: "closing.not_ending", "closing.case_closed", "closing.receiver_missing".
    """
    case = CaseFile.objects.select_for_update(of=("self",)).select_related("contract").get(pk=case.pk)
    permit(by, "case.hand_over", case)
    if case.contract.state not in HANDING_OVER:
        raise RuleError("closing.not_ending")
    if case.closed_on is not None:
        raise RuleError("closing.case_closed", code=case.code)
    if not (receiver.name.strip() and receiver.note.strip()):
        raise RuleError("closing.receiver_missing", code=case.code)
    handover, _ = Handover.objects.update_or_create(
        case=case,
        receiver=None,
        defaults={
            "leaver": case.worker,
            "receiver_name": receiver.name.strip(),
            "note": receiver.note.strip(),
            "resident_told_on": receiver.resident_told_on,
            "done_at": now,
        },
    )
    record("case.receiver_named", case, by=by, at=now)
    return handover


@dataclass(frozen=True)
class ClosingDraft:
    """What is handed over beside the cases."""

    receiver: str
    records: str = ""
    records_on: dt.date | None = None
    told_on: dt.date | None = None
    told_how: str = ""
    matters: str = ""


@write_tx
def write_closing(contract: Contract, draft: ClosingDraft, *, by: Actor, now: dt.datetime) -> Closing:
    """Write down what was handed over; it may be written again until the contract has ended.

    Raises:
        RuleError: "closing.not_ending", "closing.in_future", "closing.records_missing", "closing.how_missing".
    """
    contract = Contract.objects.select_for_update().get(pk=contract.pk)
    permit(by, "closing.write", contract)
    if contract.state not in HANDING_OVER:
        raise RuleError("closing.not_ending")
    today = now.astimezone(SHANGHAI).date()
    if any(day and day > today for day in (draft.records_on, draft.told_on)):
        raise RuleError("closing.in_future")
    if draft.records_on and not draft.records.strip():
        raise RuleError("closing.records_missing")
    if draft.told_on and not draft.told_how.strip():
        raise RuleError("closing.how_missing")
    closing = Closing.objects.filter(contract=contract).first() or Closing(
        contract=contract, number=next_number("交接", contract.place_id, now)
    )
    for name, value in vars(draft).items():
        setattr(closing, name, value)
    closing.written_by, closing.written_at = user_of(by), now
    closing.save()
    record("closing.written", contract, by=by, at=now, payload={"number": closing.number})
    return closing


def open_cases(contract: Contract) -> list[tuple[CaseFile, Handover | None]]:
    """Return the open cases of a contract, each with its receiver outside, if one is named."""
    cases = CaseFile.objects.filter(contract=contract, closed_on__isnull=True)
    named = Handover.objects.filter(case__in=cases, receiver__isnull=True).exclude(receiver_name="")
    receivers = {each.case_id: each for each in named}
    return [
        (case, receivers.get(case.pk))
        for case in cases.select_related("worker").prefetch_related("handovers").order_by("code")
    ]


def handover_result(contract: Contract) -> HandoverResult:
    """Return what stands at the end of a contract, as procurement asks for it."""
    closing = Closing.objects.filter(contract=contract).first()
    waiting = Q(state__in=(OffPlanState.ASKED, OffPlanState.RECORDED, OffPlanState.DISPUTED))
    return HandoverResult(
        cases_without_receiver=sum(handover is None for _, handover in open_cases(contract)),
        tasks_open=OffPlanTask.objects.filter(waiting, contract=contract).count(),
        records_handed_in=closing is not None and closing.records_on is not None,
        residents_told=closing is not None and closing.told_on is not None,
        acceptances_open=Acceptance.objects.filter(contract=contract, state__in=UNANSWERED).count(),
    )


@write_tx
def close_contract(contract: Contract, *, ended_on: dt.date, by: Actor, now: dt.datetime) -> Contract:
    """End a contract at the end of its term with what delivery found.

    Raises:
        RuleError: as `end_contract`.
    """
    return end_contract(contract, handover_result(contract), ended_on=ended_on, by=by, now=now)


@write_tx
def break_off_contract(
    contract: Contract, *, reason: str, scan_digest: str, by: Actor, now: dt.datetime
) -> Contract:
    """Terminate a contract before its term is over with what delivery found.

    Raises:
        RuleError: as `terminate_contract`.
    """
    return terminate_contract(
        contract, handover_result(contract), reason=reason, scan_digest=scan_digest, by=by, now=now
    )
