"""Amendments: the values before and after, agreed by both sides, in force from a day."""

import datetime as dt
from dataclasses import dataclass, replace

from django.db.models import F, Max

from zhagen.audit.record import record
from zhagen.core.contract_terms import ContractFacts, ContractKind, check_amendment
from zhagen.core.errors import RuleError
from zhagen.core.lifecycle.contract import ContractState
from zhagen.core.types import Actor
from zhagen.parties.actor import user_of
from zhagen.parties.models import User
from zhagen.parties.rules import rules_for
from zhagen.platform.scope import permit
from zhagen.platform.tx import write_tx
from zhagen.procurement.actions.contract import contract_rules, method_of
from zhagen.procurement.actions.instalment_budget import fit_to_owed, hold_less
from zhagen.procurement.actions.tell import tell_of_amendment
from zhagen.procurement.models import Amendment, Contract, Instalment

AMENDABLE = (ContractState.SIGNED, ContractState.IN_SERVICE, ContractState.SUSPENDED)


@dataclass(frozen=True)
class AmendmentDraft:
    """What an amendment changes; empty fields stay as they are.

    Args:
        reason: Why.
        decision_no: Minutes of the collective decision.
        amount_fen: New amount of the whole contract.
        ends_on: New last day.
        grounds: Recorded conditions where the new term passes the usual one.
        is_budget_assured: Whether the later budget is assured on record.
    """

    reason: str
    decision_no: str
    amount_fen: int | None = None
    ends_on: dt.date | None = None
    grounds: frozenset[str] = frozenset()
    is_budget_assured: bool = False


@write_tx
def propose_amendment(contract: Contract, draft: AmendmentDraft, *, by: Actor, now: dt.datetime) -> Amendment:
    """Propose a change of a signed contract with its values before and after.

    Raises:
        RuleError: "contract.not_amendable", "contract.reason_missing", or as `check_amendment`.
    """
    contract = Contract.objects.select_for_update().get(pk=contract.pk)
    permit(by, "contract.amend", contract)
    if contract.state not in AMENDABLE:
        raise RuleError("contract.not_amendable", state=contract.state)
    if not (draft.reason.strip() and draft.decision_no.strip()):
        raise RuleError("contract.reason_missing")
    before = _facts(contract)
    after = replace(
        before,
        amount_fen=draft.amount_fen if draft.amount_fen is not None else before.amount_fen,
        ends_on=draft.ends_on or before.ends_on,
        grounds=draft.grounds,
        is_budget_assured=draft.is_budget_assured,
    )
    rules = contract_rules(contract) or rules_for(contract.place_id, now.date())
    method = method_of(contract, rules)
    check_amendment(before, after, method=method, original_fen=_original_fen(contract), rules=rules)
    last = contract.amendments.aggregate(last=Max("order"))["last"] or 0
    amendment = Amendment.objects.create(
        contract=contract,
        order=last + 1,
        reason=draft.reason,
        before=_plain(before),
        after=_plain(after),
        decision_no=draft.decision_no,
        drafted_by=user_of(by),
        created_at=now,
    )
    record(
        "amendment.proposed",
        amendment,
        by=by,
        at=now,
        payload={"before": amendment.before, "after": amendment.after},
    )
    tell_of_amendment(amendment, now=now)
    return amendment


@write_tx
def agree_amendment(amendment: Amendment, *, by: Actor, now: dt.datetime) -> Amendment:
    """Agree for one's own side; with both sides it comes into force.

    Raises:
        RuleError: "amendment.in_force", "amendment.own_draft".
    """
    amendment = Amendment.objects.select_for_update().select_related("contract").get(pk=amendment.pk)
    permit(by, "amendment.agree", amendment)
    if amendment.in_force_on:
        raise RuleError("amendment.in_force", day=str(amendment.in_force_on))
    user = user_of(by)
    if _is_of_agency(by, amendment.contract):
        amendment.agreed_by_agency = user
    else:
        if user is not None and user.pk == amendment.drafted_by_id:
            raise RuleError("amendment.own_draft")
        amendment.agreed_by_street = user
    record("amendment.agreed", amendment, by=by, at=now)
    if amendment.agreed_by_agency_id and amendment.agreed_by_street_id:
        _put_in_force(amendment, user, by=by, now=now)
    amendment.save(update_fields=["agreed_by_agency", "agreed_by_street", "in_force_on"])
    return amendment


def _put_in_force(amendment: Amendment, user: User | None, *, by: Actor, now: dt.datetime) -> None:
    contract = Contract.objects.select_for_update().get(pk=amendment.contract_id)
    if _plain(_facts(contract)) != amendment.before:
        raise RuleError("amendment.overtaken")
    grown = amendment.after["amount_fen"] - contract.amount_fen
    contract.amount_fen = amendment.after["amount_fen"]
    contract.ends_on = dt.date.fromisoformat(amendment.after["ends_on"])
    contract.save(update_fields=["amount_fen", "ends_on"])
    if grown > 0:
        order = (contract.instalments.aggregate(last=Max("order"))["last"] or 0) + 1
        Instalment.objects.create(
            contract=contract,
            order=order,
            budget_year=contract.ends_on.year,
            amount_fen=grown,
            due_on=contract.ends_on,
            condition=f"补充协议 {amendment.order}",
            amendment=amendment,
        )
    elif grown < 0:
        _shorten_instalments(contract, -grown)
        fit_to_owed(contract)
    amendment.in_force_on = now.date()
    record("amendment.put_in_force", amendment, by=by, at=now, payload={"after": amendment.after})


def _shorten_instalments(contract: Contract, cut_fen: int) -> None:
    """Take a reduction from the last instalments that nothing has been released for."""
    for instalment in contract.instalments.select_for_update().filter(payable_fen=0).order_by("-order"):
        part = min(cut_fen, instalment.amount_fen)
        cut_fen -= part
        hold_less(instalment, part)
        if part == instalment.amount_fen and not instalment.claims.exists():
            instalment.delete()
        else:
            Instalment.objects.filter(pk=instalment.pk).update(amount_fen=F("amount_fen") - part)
        if not cut_fen:
            return
    raise RuleError("amendment.already_payable")


def _original_fen(contract: Contract) -> int:
    first = contract.amendments.filter(in_force_on__isnull=False).order_by("order").first()
    return first.before["amount_fen"] if first else contract.amount_fen


def _facts(contract: Contract) -> ContractFacts:
    return ContractFacts(
        ContractKind(contract.kind),
        contract.starts_on,
        contract.ends_on,
        contract.amount_fen,
        (contract.amount_fen,),
    )


def _plain(facts: ContractFacts) -> dict[str, object]:
    return {"amount_fen": facts.amount_fen, "ends_on": facts.ends_on.isoformat()}


def _is_of_agency(by: Actor, contract: Contract) -> bool:
    return any(grant.organisation == str(contract.agency_id) for grant in by.grants)
