"""Every change of an acceptance (履约验收)."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from zhagen.audit.record import record
from zhagen.core.contract_terms import ContractTerms
from zhagen.core.errors import RuleError
from zhagen.core.exact import BP
from zhagen.core.lifecycle.acceptance import ACCEPTANCE, AcceptanceState
from zhagen.core.lifecycle.contract import ContractState
from zhagen.core.rulebook.rules import RuleValue
from zhagen.core.scoring.acceptance import Acceptance as Finding
from zhagen.core.scoring.acceptance import AcceptanceTerms, judge_acceptance
from zhagen.core.trace import trace_to_dict
from zhagen.core.types import Actor, Role
from zhagen.delivery.facts import delivered_until, promised_until, stage_of
from zhagen.delivery.models import Acceptance, Opinion
from zhagen.parties.actions.notice import Note, Waited, notify, people_at, people_of
from zhagen.parties.actor import user_key, user_of
from zhagen.parties.models import User
from zhagen.parties.rules import rules_for
from zhagen.platform.clock import SHANGHAI
from zhagen.platform.numbers import next_number
from zhagen.platform.scope import permit
from zhagen.platform.tx import write_tx
from zhagen.procurement.actions.contract import contract_rules, method_of, release_instalment, sealed_terms
from zhagen.procurement.actions.tell import AGENCY_DESK
from zhagen.procurement.models import Contract, Instalment

SERVED = (ContractState.IN_SERVICE, ContractState.SUSPENDED, ContractState.ENDING, ContractState.ENDED)


def users_rule(contract: Contract, on: dt.date) -> RuleValue:
    """Return the rule whether service users must be heard, as frozen into the contract."""
    rules = contract_rules(contract) or rules_for(contract.place_id, on)
    return rules.value(rules.keyed("acceptance", method_of(contract, rules), "users_invited"))


def find(instalment: Instalment, *, opinions: int, today: dt.date) -> Finding:
    """Return what the core finds for an instalment today; nothing is changed."""
    terms, stage = sealed_terms(instalment.contract), stage_of(instalment)
    return judge_acceptance(
        promised_until(terms, stage, instalment.contract.ends_on),
        delivered_until(instalment.contract, terms, stage[1]),
        AcceptanceTerms(
            began_on=stage[0],
            ends_on=stage[1],
            tolerance_bp=terms.tolerance_bp,
            off_plan_credit_bp=terms.off_plan_credit_bp,
            users_must_speak=bool(users_rule(instalment.contract, today).value),
        ),
        today=today,
        opinions=opinions,
    )


@write_tx
def request_acceptance(instalment: Instalment, *, by: Actor, now: dt.datetime) -> Acceptance:
    """Ask for the acceptance of what an instalment pays for; unanswered, it is deemed after the agreed days.

    Raises:
        RuleError: "acceptance.not_served", "acceptance.on_signing", "acceptance.already_asked",
            "acceptance.stage_runs".
    """
    permit(by, "acceptance.request", instalment)
    contract = instalment.contract
    today = now.astimezone(SHANGHAI).date()
    if contract.state not in SERVED:
        raise RuleError("acceptance.not_served", state=contract.state)
    if instalment.is_on_signing:
        raise RuleError("acceptance.on_signing", order=instalment.order)
    if instalment.acceptances.exclude(state=AcceptanceState.REFUSED).exists():
        raise RuleError("acceptance.already_asked", order=instalment.order)
    until = stage_of(instalment)[1]
    if today < until:
        raise RuleError("acceptance.stage_runs", until=str(until))
    acceptance = Acceptance.objects.create(
        contract=contract,
        instalment=instalment,
        number=next_number("验收", contract.place_id, now),
        requested_at=now,
        deemed_on=today + dt.timedelta(days=sealed_terms(contract).deemed_days),
        figures=_plain(find(instalment, opinions=0, today=today)),
    )
    record("acceptance.requested", acceptance, by=by, at=now, payload=acceptance.figures)
    _tell(acceptance, people_at(contract.place_id, Role.HANDLER), now)
    return acceptance


@write_tx
def hear_opinion(
    acceptance: Acceptance, *, speaker: str, word: str, remark: str, by: Actor, now: dt.datetime
) -> Opinion:
    """Write down what a service user says of the service."""
    acceptance = _locked(acceptance, "hear", by)
    if acceptance.state not in (AcceptanceState.REQUESTED, AcceptanceState.USERS_ASKED):
        raise RuleError("acceptance.already_decided", number=acceptance.number)
    opinion = Opinion.objects.create(
        acceptance=acceptance,
        speaker=speaker,
        word=Opinion.Word(word),
        remark=remark,
        heard_by_id=user_key(by),
        heard_at=now,
    )
    if acceptance.state == AcceptanceState.REQUESTED:
        acceptance.state = ACCEPTANCE.after("ask_users", acceptance.state)
        acceptance.save(update_fields=["state"])
    record("acceptance.user_heard", acceptance, by=by, at=now, payload={"word": word})
    return opinion


@dataclass(frozen=True)
class Decision:
    """How the street decides on an acceptance.

    Args:
        payable_fen: What becomes payable; the whole instalment unless something promised is missing.
        remark: Grounds; needed where the decision differs from what the figures say, or cuts the amount.
    """

    payable_fen: int
    remark: str = ""


@write_tx
def accept(acceptance: Acceptance, decision: Decision, *, by: Actor, now: dt.datetime) -> Acceptance:
    """Accept; the instalment becomes payable in the same transaction.

    Raises:
        RuleError: "acceptance.reason_missing", "acceptance.users_not_heard", "acceptance.cuts_staff_cost".
    """
    acceptance = _locked(acceptance, "decide", by)
    acceptance.state = ACCEPTANCE.after("accept", acceptance.state)
    instalment = acceptance.instalment
    heard = acceptance.opinions.count()
    hearing = users_rule(acceptance.contract, now.astimezone(SHANGHAI).date())
    if hearing.value and not heard:
        raise RuleError("acceptance.users_not_heard", source=hearing.source)
    finding = find(instalment, opinions=heard, today=now.astimezone(SHANGHAI).date())
    differs = finding.outcome != "accept" or decision.payable_fen < instalment.amount_fen
    if differs and not decision.remark.strip():
        raise RuleError("acceptance.reason_missing")
    _check_staff_cost(instalment, decision.payable_fen, sealed_terms(acceptance.contract))
    acceptance.figures = _plain(finding)
    return _settle(acceptance, decision.payable_fen, decision.remark, by=by, now=now)


def _check_staff_cost(instalment: Instalment, payable_fen: int, terms: ContractTerms) -> None:
    least = instalment.amount_fen * terms.protected_staff_bp // BP
    if payable_fen < least:
        raise RuleError("acceptance.cuts_staff_cost", least_fen=least, payable_fen=payable_fen)


@write_tx
def deem_accepted(acceptance: Acceptance, *, by: Actor, now: dt.datetime) -> Acceptance:
    """Deem accepted what the street left unanswered past the agreed days; done by the clock.

    Raises:
        RuleError: "acceptance.not_yet_deemed".
    """
    acceptance = _locked(acceptance, "deem", by)
    acceptance.state = ACCEPTANCE.after("deem", acceptance.state)
    if now.astimezone(SHANGHAI).date() <= acceptance.deemed_on:
        raise RuleError("acceptance.not_yet_deemed", day=str(acceptance.deemed_on))
    return _settle(acceptance, acceptance.instalment.amount_fen, "", by=by, now=now)


def _settle(
    acceptance: Acceptance, payable_fen: int, remark: str, *, by: Actor, now: dt.datetime
) -> Acceptance:
    acceptance.payable_fen, acceptance.remark = payable_fen, remark
    acceptance.decided_by, acceptance.decided_at = user_of(by), now
    acceptance.save(update_fields=["state", "figures", "payable_fen", "remark", "decided_by", "decided_at"])
    release_instalment(
        acceptance.instalment, payable_fen=payable_fen, acceptance_ref=acceptance.number, by=by, now=now
    )
    kind = (
        "acceptance.deemed" if acceptance.state == AcceptanceState.DEEMED_ACCEPTED else "acceptance.accepted"
    )
    record(kind, acceptance, by=by, at=now, payload={"payable_fen": payable_fen, "remark": remark})
    _tell(acceptance, people_of(acceptance.contract.agency, *AGENCY_DESK), now)
    return acceptance


@write_tx
def ask_correction(acceptance: Acceptance, remark: str, *, by: Actor, now: dt.datetime) -> Acceptance:
    """Send back with what is to be corrected."""
    return _close(acceptance, "correct", remark, by=by, now=now)


@write_tx
def refuse(acceptance: Acceptance, remark: str, *, by: Actor, now: dt.datetime) -> Acceptance:
    """Refuse the acceptance with its grounds; the agency may ask anew."""
    return _close(acceptance, "refuse", remark, by=by, now=now)


@write_tx
def resubmit_acceptance(acceptance: Acceptance, remark: str, *, by: Actor, now: dt.datetime) -> Acceptance:
    """Ask again after the correction; the clock of deemed acceptance starts anew."""
    acceptance = _locked(acceptance, "resubmit", by)
    acceptance.state = ACCEPTANCE.after("resubmit", acceptance.state)
    today = now.astimezone(SHANGHAI).date()
    acceptance.deemed_on = today + dt.timedelta(days=sealed_terms(acceptance.contract).deemed_days)
    acceptance.figures = _plain(
        find(acceptance.instalment, opinions=acceptance.opinions.count(), today=today)
    )
    acceptance.save(update_fields=["state", "deemed_on", "figures"])
    record("acceptance.resubmitted", acceptance, by=by, at=now, payload={"remark": remark})
    _tell(acceptance, people_at(acceptance.contract.place_id, Role.HANDLER), now)
    return acceptance


_EVENTS = {"correct": "acceptance.correction_asked", "refuse": "acceptance.refused"}


def _close(acceptance: Acceptance, move: str, remark: str, *, by: Actor, now: dt.datetime) -> Acceptance:
    acceptance = _locked(acceptance, "decide", by)
    acceptance.state = ACCEPTANCE.after(move, acceptance.state)
    if not remark.strip():
        raise RuleError("acceptance.reason_missing")
    acceptance.remark, acceptance.decided_by, acceptance.decided_at = remark, user_of(by), now
    acceptance.save(update_fields=["state", "remark", "decided_by", "decided_at"])
    record(_EVENTS[move], acceptance, by=by, at=now, payload={"remark": remark})
    _tell(acceptance, people_of(acceptance.contract.agency, *AGENCY_DESK), now)
    return acceptance


def _tell(acceptance: Acceptance, readers: list[User], now: dt.datetime) -> None:
    is_open = acceptance.state == AcceptanceState.REQUESTED
    about, stages = _waits_for(acceptance)
    note = Note(
        f"acceptance.{acceptance.state}",
        reverse("acceptance_view", args=[acceptance.pk]),
        due_on=acceptance.deemed_on if is_open else None,
        figures={
            "number": acceptance.number,
            "title": acceptance.contract.title,
            "remark": acceptance.remark,
        },
        is_urgent=acceptance.state == AcceptanceState.TO_CORRECT,
        place=acceptance.contract.place_id,
        about=about,
        while_in=stages,
    )
    notify(note, to=readers, now=now)


def _waits_for(acceptance: Acceptance) -> tuple[Waited | None, tuple[str, ...]]:
    """Return what the reader has to act on, and until when: the street answers, the agency corrects or claims."""
    state = AcceptanceState(acceptance.state)
    if state in (AcceptanceState.ACCEPTED, AcceptanceState.DEEMED_ACCEPTED):
        instalment = Instalment.objects.get(pk=acceptance.instalment_id)
        return (instalment, ()) if instalment.turn == "to_claim" else (None, ())
    if state is AcceptanceState.TO_CORRECT:
        return acceptance, ()
    is_asked = state is AcceptanceState.REQUESTED
    return (acceptance, (state, AcceptanceState.USERS_ASKED)) if is_asked else (None, ())


def _locked(acceptance: Acceptance, step: str, by: Actor) -> Acceptance:
    locked = Acceptance.objects.select_for_update(of=("self",)).select_related(
        "contract", "instalment__contract"
    )
    acceptance = locked.get(pk=acceptance.pk)
    permit(by, f"acceptance.{step}", acceptance)
    return acceptance


def _plain(finding: Finding) -> dict[str, Any]:
    return {
        "outcome": str(finding.outcome),
        "delivered_bp": finding.delivered_bp,
        "elapsed_bp": finding.elapsed_bp,
        "is_early_finish": finding.is_early_finish,
        "promises": [
            {
                "name": each.promise.name,
                "unit": each.promise.unit,
                "promised": each.promise.promised,
                "counted": each.counted,
                "is_short": each.is_short,
            }
            for each in finding.promises
        ],
        "reasons": [
            {"code": each.code, "figures": {key: str(value) for key, value in each.figures.items()}}
            for each in finding.reasons
        ],
        "trace": trace_to_dict(finding.trace),
    }
