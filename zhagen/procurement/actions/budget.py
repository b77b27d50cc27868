"""Every change of a budget line; a plan holds money by one conditional update, so no line is overspent."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import F

from zhagen.audit.record import record
from zhagen.core.errors import RuleError
from zhagen.core.money import format_yuan
from zhagen.core.types import Actor
from zhagen.parties.models import Place
from zhagen.platform.scope import permit
from zhagen.platform.tx import write_tx
from zhagen.procurement.models import BudgetLine, Plan


@dataclass(frozen=True)
class LineDraft:
    """What finance writes of a budget line."""

    place: Place
    year: int
    code: str
    title: str
    amount_fen: int
    arrived_on: dt.date | None = None


@write_tx
def add_budget_line(draft: LineDraft, *, by: Actor, now: dt.datetime) -> BudgetLine:
    """Enter a line of the year's budget.

    Raises:
        RuleError: "budget.line_twice".
    """
    if BudgetLine.objects.filter(place=draft.place, year=draft.year, code=draft.code).exists():
        raise RuleError("budget.line_twice", code=draft.code, year=draft.year)
    line = BudgetLine.objects.create(**vars(draft))
    permit(by, "budget_line.write", line)
    record("budget_line.added", line, by=by, at=now, payload={"amount_fen": line.amount_fen})
    return line


@write_tx
def change_budget_line(
    line: BudgetLine, *, amount_fen: int, arrived_on: dt.date | None, by: Actor, now: dt.datetime
) -> BudgetLine:
    """Correct a line's amount or note the day the money arrived.

    Raises:
        RuleError: "budget.below_committed".
    """
    line = BudgetLine.objects.select_for_update().get(pk=line.pk)
    permit(by, "budget_line.write", line)
    if amount_fen < line.committed_fen:
        raise RuleError("budget.below_committed", committed=format_yuan(line.committed_fen))
    before = line.amount_fen
    line.amount_fen, line.arrived_on = amount_fen, arrived_on
    line.save(update_fields=["amount_fen", "arrived_on"])
    record("budget_line.changed", line, by=by, at=now, payload={"before": before, "after": amount_fen})
    return line


def hold_budget(plan: Plan, amount_fen: int) -> None:
    """Make a plan hold exactly this much of its line; call it inside an action that has locked the plan.

    Raises:
        RuleError: "budget.line_exceeded".
    """
    more = amount_fen - plan.held_fen
    if not take(plan.budget_line_id, more):
        left = BudgetLine.objects.get(pk=plan.budget_line_id).left_fen
        raise RuleError("budget.line_exceeded", left=format_yuan(left), asked=format_yuan(more))
    plan.held_fen = amount_fen
    plan.save(update_fields=["held_fen"])


def take(line_id: object, more_fen: int) -> bool:
    """Take money from a line if it has it: one statement, so that two takers cannot both succeed."""
    room = F("amount_fen") - more_fen
    taken = BudgetLine.objects.filter(pk=line_id, committed_fen__lte=room).update(
        committed_fen=F("committed_fen") + more_fen
    )
    return taken == 1
