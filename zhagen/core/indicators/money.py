"""The buyer's own mark: is the money spent in pace, and paid on time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from zhagen.core.exact import BP
from zhagen.core.indicators.measure import Measure, counted, unmeasured


@dataclass(frozen=True, slots=True)
class InstalmentRow:
    """One instalment: amount, day due, day paid (None = not yet)."""

    key: str
    amount_fen: int
    due_on: date
    paid_on: date | None = None


def pace(
    instalments: Sequence[InstalmentRow], budget_fen: int, began_on: date, ends_on: date, today: date
) -> Measure:
    """Return the share of the budget paid less the share of the term elapsed: below zero = behind."""
    name, rule = "money.pace", "paid ÷ budget − days elapsed ÷ days"
    rows = [f"instalment:{each.key}" for each in instalments]
    days = (ends_on - began_on).days + 1
    if budget_fen <= 0 or days <= 0:
        return unmeasured(name, 0, rows, rule)
    paid = sum(each.amount_fen for each in instalments if each.paid_on and each.paid_on <= today)
    elapsed = min(max((today - began_on).days + 1, 0), days)
    value = Fraction(paid * BP, budget_fen) - Fraction(elapsed * BP, days)
    return counted(name, value, max(len(instalments), 1), rows, rule)


def late_days(instalments: Sequence[InstalmentRow], today: date) -> Measure:
    """Return the days late, weighted by amount, of all instalments due by today; early counts as 0."""
    name, rule = "money.late_days", "sum of amount × days late ÷ sum of amounts due"
    due = [each for each in instalments if each.due_on <= today]
    rows = [f"instalment:{each.key}" for each in due]
    total = sum(each.amount_fen for each in due)
    if not total:
        return unmeasured(name, 0, rows, rule)
    weighted = sum(
        each.amount_fen * max((min(each.paid_on or today, today) - each.due_on).days, 0) for each in due
    )
    return counted(name, Fraction(weighted, total), len(due), rows, rule)
