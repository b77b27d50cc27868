"""Every change of a contract."""

import datetime as dt
from dataclasses import dataclass, field

from django.db.models import F

from zhagen.audit.record import record
from zhagen.core.contract_terms import (
    ContractFacts,
    ContractKind,
    ContractTerms,
    check_contract,
    terms_digest,
    terms_from_plain,
    terms_to_plain,
)
from zhagen.core.errors import RuleError
from zhagen.core.lifecycle.contract import CONTRACT
from zhagen.core.lifecycle.need import NeedState
from zhagen.core.lifecycle.plan import PLAN, PlanState
from zhagen.core.rulebook.rules import LIGHT_METHODS, Rules
from zhagen.core.types import Actor
from zhagen.parties.actor import user_of
from zhagen.parties.models import Organisation, Place
from zhagen.parties.rules import freeze, thawed
from zhagen.platform.clock import SHANGHAI
from zhagen.platform.scope import permit
from zhagen.platform.tx import write_tx
from zhagen.procurement.actions.instalment_budget import fit_to_owed
from zhagen.procurement.actions.need import serve_need
from zhagen.procurement.actions.plan import today_of
from zhagen.procurement.actions.query import check_not_paused
from zhagen.procurement.actions.tell import release_sides
from zhagen.procurement.models import Award, Contract, Instalment, Plan


@dataclass(frozen=True)
class InstalmentDraft:
    """One instalment: what is paid, from which budget year, when it falls due and on what."""

    amount_fen: int
    budget_year: int
    due_on: dt.date
    condition: str
    is_on_signing: bool = False


@dataclass(frozen=True)
class ContractDraft:
    """A contract to be drafted; plan and award are empty for one that began outside."""

    place: Place
    agency: Organisation
    title: str
    number: str
    kind: str
    amount_fen: int
    starts_on: dt.date
    ends_on: dt.date
    terms: ContractTerms
    instalments: tuple[InstalmentDraft, ...]
    communities: tuple[Place, ...] = ()
    plan: Plan | None = None
    award: Award | None = None
    previous: Contract | None = None
    origin: str = Contract.Origin.AWARD
    grounds: frozenset[str] = field(default_factory=frozenset)
    is_budget_assured: bool = False

    def facts(self) -> ContractFacts:
        """Return what the core checks."""
        return ContractFacts(
            kind=ContractKind(self.kind),
            starts_on=self.starts_on,
            ends_on=self.ends_on,
            amount_fen=self.amount_fen,
            instalments_fen=tuple(each.amount_fen for each in self.instalments),
            grounds=self.grounds,
            is_budget_assured=self.is_budget_assured,
        )


@write_tx
def draft_contract(draft: ContractDraft, *, by: Actor, now: dt.datetime, rules: Rules) -> Contract:
    """Draft a contract with its terms and instalments.

    Raises:
        RuleError: as `check_contract`; "contract.number_taken"; "permission.denied".
    """
    permit(by, "contract.draft", draft.place)
    if Contract.objects.filter(number=draft.number).exists():
        raise RuleError("contract.number_taken", number=draft.number)
    check_contract(draft.terms, draft.facts(), rules)
    contract = Contract.objects.create(
        place=draft.place,
        agency=draft.agency,
        plan=draft.plan,
        award=draft.award,
        previous=draft.previous,
        origin=draft.origin,
        kind=draft.kind,
        number=draft.number,
        title=draft.title,
        amount_fen=draft.amount_fen,
        starts_on=draft.starts_on,
        ends_on=draft.ends_on,
        terms=terms_to_plain(draft.terms),
        rules=freeze(rules, now),
        handled_by=user_of(by),
        created_at=now,
    )
    contract.communities.set(draft.communities)
    _add_instalments(contract, draft.instalments)
    record("contract.drafted", contract, by=by, at=now, payload={"amount_fen": contract.amount_fen})
    return contract


def _add_instalments(contract: Contract, drafts: tuple[InstalmentDraft, ...]) -> None:
    Instalment.objects.bulk_create(
        Instalment(
            contract=contract,
            order=order,
            budget_year=each.budget_year,
            amount_fen=each.amount_fen,
            due_on=each.due_on,
            condition=each.condition,
            is_on_signing=each.is_on_signing,
        )
        for order, each in enumerate(drafts, start=1)
    )


@write_tx
def sign_contract(
    contract: Contract, *, signed_on: dt.date, scan_digest: str, by: Actor, now: dt.datetime
) -> Contract:
    """Record that both sides signed: the terms are sealed, what is due on signing becomes payable.

    Args:
        contract: A draft.
        signed_on: Day on the stamped paper.
        scan_digest: Evidence file of the stamped scan; a click is no signature.
        by: The handler.
        now: Moment of receipt.

    Raises:
        RuleError: "award.annulled", "contract.signing_paused", "contract.scan_missing",
            "contract.signed_in_future", "budget.line_exceeded".
    """
    contract = Contract.objects.select_for_update().get(pk=contract.pk)
    permit(by, "contract.sign", contract)
    contract.state = CONTRACT.after("sign", contract.state)
    if contract.award is not None:
        check_not_paused(contract.award, now)
    if not scan_digest:
        raise RuleError("contract.scan_missing")
    if signed_on > today_of(now):
        raise RuleError("contract.signed_in_future", day=str(signed_on))
    contract.signed_on, contract.scan_digest = signed_on, scan_digest
    contract.terms_digest = terms_digest(terms_from_plain(contract.terms))
    contract.save(update_fields=["state", "signed_on", "scan_digest", "terms_digest"])
    contract.instalments.filter(is_on_signing=True).update(payable_fen=F("amount_fen"))
    fit_to_owed(contract)
    if contract.plan is not None and contract.plan.state != PlanState.CONTRACTED:
        contract.plan.state = PLAN.after("contract", contract.plan.state)
        contract.plan.save(update_fields=["state"])
    record(
        "contract.signed",
        contract,
        by=by,
        at=now,
        payload={"terms": contract.terms_digest, "scan": scan_digest},
    )
    return contract


def sealed_terms(contract: Contract) -> ContractTerms:
    """Return the terms of a contract; the sealed ones once it is signed.

    Raises:
        RuleError: "contract.terms_changed" when the sealed terms do not match their hash.
    """
    terms = terms_from_plain(contract.terms)
    if contract.terms_digest and contract.terms_digest != terms_digest(terms):
        raise RuleError("contract.terms_changed", number=contract.number)
    return terms


def contract_rules(contract: Contract) -> Rules | None:
    """Return the rules frozen into the contract; none for a contract that began elsewhere."""
    return thawed(contract.rules_id) if contract.rules_id else None


def method_of(contract: Contract, rules: Rules) -> str:
    """Return how a contract was bought; one that began elsewhere counts as bought below the threshold."""
    if contract.plan is not None:
        return contract.plan.method
    return rules.texts(LIGHT_METHODS)[0]


@write_tx
def start_contract(contract: Contract, *, by: Actor, now: dt.datetime) -> Contract:
    """Begin the service on its first day; the needs of the plan come into service with it.

    Raises:
        RuleError: "contract.starts_later".
    """
    contract = Contract.objects.select_for_update().get(pk=contract.pk)
    permit(by, "contract.start", contract)
    contract.state = CONTRACT.after("start", contract.state)
    if now.astimezone(SHANGHAI).date() < contract.starts_on:
        raise RuleError("contract.starts_later", day=str(contract.starts_on))
    contract.save(update_fields=["state"])
    record("contract.started", contract, by=by, at=now)
    if contract.plan is not None:
        for need in contract.plan.needs.filter(state__in=(NeedState.TO_BUY, NeedState.PLANNED)):
            serve_need(need, by=by, now=now, service_until=contract.ends_on)
    return contract


@write_tx
def suspend_contract(contract: Contract, reason: str, *, by: Actor, now: dt.datetime) -> Contract:
    """Suspend the service with a reason on record."""
    return _move(contract, "suspend", reason, by=by, now=now)


@write_tx
def resume_contract(contract: Contract, reason: str, *, by: Actor, now: dt.datetime) -> Contract:
    """Resume a suspended service."""
    return _move(contract, "resume", reason, by=by, now=now)


@write_tx
def begin_ending(contract: Contract, reason: str, *, by: Actor, now: dt.datetime) -> Contract:
    """Open the hand-over: from now on every open case needs a receiver."""
    return _move(contract, "begin_ending", reason, by=by, now=now)


@write_tx
def cancel_contract(contract: Contract, reason: str, *, by: Actor, now: dt.datetime) -> Contract:
    """Drop a draft that is not to be signed."""
    return _move(contract, "cancel", reason, by=by, now=now)


_EVENTS = {
    "suspend": "contract.suspended",
    "resume": "contract.resumed",
    "begin_ending": "contract.ending_begun",
    "cancel": "contract.cancelled",
}


def _move(contract: Contract, move: str, reason: str, *, by: Actor, now: dt.datetime) -> Contract:
    contract = Contract.objects.select_for_update().get(pk=contract.pk)
    permit(by, f"contract.{move}", contract)
    contract.state = CONTRACT.after(move, contract.state)
    if not reason.strip():
        raise RuleError("contract.reason_missing")
    contract.save(update_fields=["state"])
    record(_EVENTS[move], contract, by=by, at=now, payload={"reason": reason})
    return contract


@dataclass(frozen=True)
class HandoverResult:
    """What delivery found at the end of a contract, frozen.

    Args:
        cases_without_receiver: Open cases that nobody takes over.
        tasks_open: Off-plan tasks that nobody confirmed.
        records_handed_in: Whether the key records were handed in.
        residents_told: Whether residents were told who comes next.
        acceptances_open: Acceptances that wait for the street's answer.
    """

    cases_without_receiver: int
    tasks_open: int
    records_handed_in: bool
    residents_told: bool
    acceptances_open: int = 0


@write_tx
def end_contract(
    contract: Contract, handover: HandoverResult, *, ended_on: dt.date, by: Actor, now: dt.datetime
) -> Contract:
    """End a contract at the end of its term, once everything is handed over.

    Raises:
        RuleError: "contract.cases_orphaned", "contract.handover_incomplete", "contract.term_not_over".
    """
    contract = Contract.objects.select_for_update().get(pk=contract.pk)
    permit(by, "contract.end", contract)
    contract.state = CONTRACT.after("end", contract.state)
    if ended_on < contract.ends_on:
        raise RuleError("contract.term_not_over", ends=str(contract.ends_on))
    _check_handover(handover)
    contract.ended_on = ended_on
    contract.save(update_fields=["state", "ended_on"])
    release_sides(contract, now=now)
    record("contract.ended", contract, by=by, at=now, payload={"ended_on": str(ended_on)})
    return contract


@write_tx
def terminate_contract(
    contract: Contract,
    handover: HandoverResult,
    *,
    reason: str,
    scan_digest: str,
    by: Actor,
    now: dt.datetime,
) -> Contract:
    """Terminate before the term is over, on paper, with everything handed over and every acceptance decided.

    From then on nothing more becomes payable: what the lines hold beyond that is free again.

    Raises:
        RuleError: "contract.reason_missing", "contract.scan_missing", "contract.acceptance_open", or as
            `end_contract`.
    """
    contract = Contract.objects.select_for_update().get(pk=contract.pk)
    permit(by, "contract.terminate", contract)
    contract.state = CONTRACT.after("terminate", contract.state)
    if not reason.strip():
        raise RuleError("contract.reason_missing")
    if not scan_digest:
        raise RuleError("contract.scan_missing")
    if handover.acceptances_open:
        raise RuleError("contract.acceptance_open", count=handover.acceptances_open)
    _check_handover(handover)
    contract.ended_on, contract.end_reason = now.date(), reason
    contract.save(update_fields=["state", "ended_on", "end_reason"])
    fit_to_owed(contract)
    release_sides(contract, now=now)
    record("contract.terminated", contract, by=by, at=now, payload={"reason": reason, "scan": scan_digest})
    return contract


def _check_handover(handover: HandoverResult) -> None:
    if handover.cases_without_receiver:
        raise RuleError("contract.cases_orphaned", cases=handover.cases_without_receiver)
    if not (handover.records_handed_in and handover.residents_told):
        raise RuleError("contract.handover_incomplete")


@write_tx
def release_instalment(
    instalment: Instalment, *, payable_fen: int, acceptance_ref: str, by: Actor, now: dt.datetime
) -> Instalment:
    """Make an instalment payable: acceptance says what was delivered; called by delivery with its result.

    Raises:
        RuleError: "claim.more_than_instalment", "claim.already_released".
    """
    instalment = Instalment.objects.select_for_update().select_related("contract").get(pk=instalment.pk)
    permit(by, "contract.release", instalment.contract)
    if payable_fen > instalment.amount_fen:
        raise RuleError("claim.more_than_instalment", amount_fen=instalment.amount_fen)
    if instalment.acceptance_ref:
        raise RuleError("claim.already_released", acceptance=instalment.acceptance_ref)
    instalment.payable_fen, instalment.acceptance_ref = payable_fen, acceptance_ref
    instalment.save(update_fields=["payable_fen", "acceptance_ref"])
    fit_to_owed(instalment.contract)
    record(
        "contract.instalment_released",
        instalment.contract,
        by=by,
        at=now,
        payload={"order": instalment.order, "payable_fen": payable_fen, "acceptance": acceptance_ref},
    )
    return instalment
