"""Money of later years: an instalment is put on a budget line of its own year, which holds it from then on."""

import datetime as dt

from django.db.models import F, Q, QuerySet

from zhagen.audit.record import record
from zhagen.core.budgeting import Part, check_tie, owed_fen
from zhagen.core.errors import RuleError
from zhagen.core.lifecycle.contract import ContractState
from zhagen.core.money import format_yuan
from zhagen.core.types import Actor
from zhagen.platform.scope import permit
from zhagen.platform.tx import write_tx
from zhagen.procurement.actions import budget
from zhagen.procurement.models import BudgetLine, Contract, Instalment, Plan

OWED = (ContractState.SIGNED, ContractState.IN_SERVICE, ContractState.SUSPENDED, ContractState.ENDING)
"""States of a contract whose instalments are still to be paid."""


def part_of(instalment: Instalment) -> Part:
    """Return what the rules need to know of an instalment."""
    contract = instalment.contract
    is_planned = (
        contract.plan is not None and contract.previous_id is None and instalment.amendment_id is None
    )
    return Part(
        place=contract.place_id,
        year=instalment.budget_year,
        plan_year=contract.plan.budget_line.year if is_planned else None,
        is_tied=instalment.budget_line_id is not None,
    )


def waiting_instalments(rows: QuerySet[Instalment], since_year: int) -> QuerySet[Instalment]:
    """Return those of some instalments that no budget line stands behind, from a year on, the first due first."""
    owed = rows.filter(budget_line=None, budget_year__gte=since_year, contract__state__in=OWED)
    # not exclude(): its negation also drops the rows whose contract has no plan
    found = owed.filter(
        ~Q(contract__previous=None)
        | Q(contract__plan=None)
        | ~Q(amendment=None)
        | ~Q(contract__plan__budget_line__year=F("budget_year"))
    )
    return found.order_by("budget_year", "due_on", "contract__number", "order")


@write_tx
def tie_instalment(instalment: Instalment, line: BudgetLine, *, by: Actor, now: dt.datetime) -> Instalment:
    """Put an instalment on a line of its year: the line holds its money, so that nothing else can take it.

    Raises:
        RuleError: as `check_tie`; "budget.not_owed", "budget.line_exceeded", "permission.denied".
    """
    instalment = _locked(instalment)
    permit(by, "instalment.budget", instalment)
    if instalment.contract.state not in OWED:
        raise RuleError("budget.not_owed")
    check_tie(part_of(instalment), line_place=line.place_id, line_year=line.year)
    asked = _owed(instalment)
    if not budget.take(line.pk, asked):
        left = BudgetLine.objects.get(pk=line.pk).left_fen
        raise RuleError("budget.line_exceeded", left=format_yuan(left), asked=format_yuan(asked))
    instalment.budget_line, instalment.held_fen = line, asked
    instalment.save(update_fields=["budget_line", "held_fen"])
    payload = {"order": instalment.order, "line": line.code, "year": line.year, "fen": instalment.held_fen}
    record("contract.instalment_budgeted", instalment.contract, by=by, at=now, payload=payload)
    return instalment


@write_tx
def untie_instalment(instalment: Instalment, *, by: Actor, now: dt.datetime) -> Instalment:
    """Take an instalment off its line again, while nothing of it has been claimed.

    Raises:
        RuleError: "budget.not_tied", "budget.claimed_already", "permission.denied".
    """
    instalment = _locked(instalment)
    permit(by, "instalment.budget", instalment)
    if instalment.budget_line is None:
        raise RuleError("budget.not_tied")
    if instalment.claimed_fen:
        raise RuleError("budget.claimed_already")
    line, held_fen = instalment.budget_line, instalment.held_fen
    hold_less(instalment, held_fen)
    Instalment.objects.filter(pk=instalment.pk).update(budget_line=None)
    payload = {"order": instalment.order, "line": line.code, "year": line.year, "fen": held_fen}
    record("contract.instalment_unbudgeted", instalment.contract, by=by, at=now, payload=payload)
    return Instalment.objects.get(pk=instalment.pk)


def fit_to_owed(contract: Contract) -> None:
    """Make the lines hold what a contract may still cost them, paid money included, no less and no more.

    Call it inside an action that has locked the contract and saved its changes: at the signing, when an acceptance
    cuts a sum, when an amendment shortens the contract, when it is broken off.

    Raises:
        RuleError: "budget.line_exceeded" where the plan's line has not the money of its own year.
    """
    planned_fen, rows = 0, contract.instalments.select_for_update(of=("self",)).order_by("order")
    for each in rows.select_related("contract__plan__budget_line"):
        if each.budget_line_id is not None:
            hold_less(each, each.held_fen - _owed(each))
        elif not part_of(each).is_waiting:
            planned_fen += _owed(each)
    if contract.plan_id is not None and contract.previous_id is None:
        budget.hold_budget(Plan.objects.select_for_update().get(pk=contract.plan_id), planned_fen)


def _owed(instalment: Instalment) -> int:
    return owed_fen(
        instalment.amount_fen,
        instalment.payable_fen,
        is_decided=bool(instalment.acceptance_ref),
        is_broken_off=instalment.contract.state == ContractState.TERMINATED,
    )


def hold_less(instalment: Instalment, less_fen: int) -> None:
    """Give back what a tied instalment holds too much; call it inside an action that has locked the instalment."""
    less_fen = min(less_fen, instalment.held_fen)
    if instalment.budget_line_id is None or less_fen <= 0:
        return
    budget.take(instalment.budget_line_id, -less_fen)
    Instalment.objects.filter(pk=instalment.pk).update(held_fen=F("held_fen") - less_fen)


@write_tx
def tie_waiting(line: BudgetLine, *, by: Actor, now: dt.datetime) -> list[Instalment]:
    """Put on a line the waiting instalments of its year whose plan had a line of the same code, while money lasts.

    Raises:
        RuleError: "budget.nothing_waits", "permission.denied".
    """
    permit(by, "budget_line.write", line)
    tied = []
    for each in waiting_for(line):
        line.refresh_from_db(fields=["committed_fen"])
        if _owed(each) <= line.left_fen:
            tied.append(tie_instalment(each, line, by=by, now=now))
    if not tied:
        raise RuleError("budget.nothing_waits", code=line.code, year=line.year)
    return tied


def waiting_for(line: BudgetLine) -> QuerySet[Instalment]:
    """Return the instalments that wait for a line of this year, office and code."""
    rows = Instalment.objects.filter(
        contract__place=line.place_id, budget_year=line.year, contract__plan__budget_line__code=line.code
    )
    return waiting_instalments(rows, line.year).select_related("contract__plan__budget_line")


def _locked(instalment: Instalment) -> Instalment:
    rows = Instalment.objects.select_for_update(of=("self",))
    return rows.select_related("contract__plan__budget_line", "budget_line").get(pk=instalment.pk)
