"""The lines of the budget self-evaluation, prefilled from the records; what cannot be counted is rated."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Sum

from zhagen.core.exact import BP
from zhagen.core.indicators.measure import Measure
from zhagen.core.lifecycle.claim import ClaimState
from zhagen.core.money import split_by_weights
from zhagen.core.rulebook.rules import Rules
from zhagen.core.scoring.self_evaluation import FormLine, Head, QualityLine
from zhagen.delivery.facts import delivered_until, promised_until
from zhagen.delivery.facts_work import Period, instalment_rows
from zhagen.delivery.measures import measures_of
from zhagen.procurement.actions.contract import sealed_terms
from zhagen.procurement.models import Contract

BENEFITS = ("economic", "social", "ecological", "sustainable")


@dataclass(frozen=True)
class PreparedLine:
    """One line of the form before it is rated.

    Args:
        key: Stable key of the line, such as "quantity.cases" or "benefit.social".
        subhead: Quantity, quality, timeliness, cost, or the kind of benefit, or "satisfaction".
        line: The line with its figures; None where somebody has to rate it.
        head: Output, effect or satisfaction.
        weight_bp: Its weight.
    """

    key: str
    subhead: str
    line: FormLine | None
    head: Head
    weight_bp: int

    def rated(self, ratings: Mapping[str, int]) -> FormLine | QualityLine:
        """Return the line to be scored: its figures, or the share that somebody rated."""
        return self.line or QualityLine(self.key, self.head, self.weight_bp, ratings.get(self.key, -1))


@dataclass(frozen=True)
class PreparedForm:
    """The whole form before it is rated: its lines, the year's budget and what was spent of it."""

    lines: tuple[PreparedLine, ...]
    budget_fen: int
    spent_fen: int


def year_of(contract: Contract, budget_year: int) -> Period:
    """Return the days of a contract that lie in a budget year."""
    first, last = dt.date(budget_year, 1, 1), dt.date(budget_year, 12, 31)
    return Period(max(first, contract.starts_on), min(last, contract.ends_on))


def prepare(contract: Contract, budget_year: int, rules: Rules) -> PreparedForm:
    """Return the form of a budget year with every figure that the records already say."""
    period = year_of(contract, budget_year)
    measures = measures_of(contract, period, confidence_bp=rules.int("sample.confidence"))
    budget, spent = _money(contract, budget_year)
    weights = rules.table("self_evaluation.weights")
    outputs = _split(weights["output"], rules.table("self_evaluation.output_split"))
    benefits = _split(weights["benefit"], rules.table("self_evaluation.benefit_split"))
    targets = rules.table("self_evaluation.targets")
    lines = [
        *_quantity(contract, period, outputs["quantity"]),
        _measured(
            "quality", Head.OUTPUT, outputs["quality"], measures.get("activity.confirmed_share"), targets
        ),
        _timeliness(contract, budget_year, outputs["timeliness"]),
        _cost(outputs["cost"], budget, spent),
    ]
    for name in BENEFITS:
        met = measures["need.met_share"] if name == "social" else None
        lines.append(_measured(f"benefit.{name}", Head.EFFECT, benefits[name], met, targets))
    satisfied = measures.get("survey.satisfied_share")
    weight = weights["satisfaction"]
    lines.append(_measured("satisfaction", Head.SATISFACTION, weight, satisfied, targets))
    return PreparedForm(tuple(lines), budget, spent)


def _money(contract: Contract, budget_year: int) -> tuple[int, int]:
    of_year = contract.instalments.filter(budget_year=budget_year)
    budget = of_year.aggregate(fen=Sum("amount_fen"))["fen"] or 0
    paid = contract.claims.filter(instalment__in=of_year, state=ClaimState.PAID)
    return budget, paid.aggregate(fen=Sum("amount_fen"))["fen"] or 0


def _split(whole: int, shares: Mapping[str, int]) -> dict[str, int]:
    parts = split_by_weights(whole, list(shares.values()))
    return dict(zip(shares, parts, strict=True))


def _quantity(contract: Contract, period: Period, weight_bp: int) -> list[PreparedLine]:
    terms = sealed_terms(contract)
    day_before = period.from_on - dt.timedelta(days=1)
    until = delivered_until(contract, terms, period.until_on)
    before = delivered_until(contract, terms, day_before)
    promised = promised_until(terms, (period.from_on, period.until_on), _last_day(contract, period))
    weights = split_by_weights(weight_bp, [1] * len(promised))
    return [
        PreparedLine(
            f"quantity.{each.name}",
            "quantity",
            FormLine(
                f"quantity.{each.name}",
                Head.OUTPUT,
                weight,
                each.promised,
                until[each.name].amount - before[each.name].amount,
                rows=tuple(row for row in until[each.name].rows if row not in set(before[each.name].rows)),
            ),
            Head.OUTPUT,
            weight,
        )
        for each, weight in zip(promised, weights, strict=True)
    ]


def _last_day(contract: Contract, period: Period) -> dt.date:
    """Return the day by which the whole promise would be due if it were kept at the pace of the period."""
    whole = (contract.ends_on - contract.starts_on).days
    return period.from_on + dt.timedelta(days=whole)


def _measured(
    key: str, head: Head, weight_bp: int, measure: Measure | None, targets: Mapping[str, int]
) -> PreparedLine:
    target = targets.get(measure.name.partition(".")[2]) if measure else None
    subhead = key.rpartition(".")[2]
    if measure is None or measure.value is None or target is None:
        return PreparedLine(key, subhead, None, head, weight_bp)
    line = FormLine(key, head, weight_bp, target, measure.value, rows=measure.trace.all_rows())
    return PreparedLine(key, subhead, line, head, weight_bp)


def _open(key: str, head: Head, weight_bp: int) -> PreparedLine:
    return PreparedLine(key, key.rpartition(".")[2], None, head, weight_bp)


def _timeliness(contract: Contract, budget_year: int, weight_bp: int) -> PreparedLine:
    """Return the share of the year's instalments that were paid; those not due yet are left out."""
    last = dt.date(budget_year, 12, 31)
    due = [each for each in instalment_rows(contract) if each.due_on.year == budget_year]
    if not due:
        return _open("timeliness", Head.OUTPUT, weight_bp)
    paid = [each for each in due if each.paid_on is not None and each.paid_on <= last]
    rows = tuple(f"instalment:{each.key}" for each in due)
    line = FormLine("timeliness", Head.OUTPUT, weight_bp, BP, len(paid) * BP // len(due), rows=rows)
    return PreparedLine("timeliness", "timeliness", line, Head.OUTPUT, weight_bp)


def _cost(weight_bp: int, budget_fen: int, spent_fen: int) -> PreparedLine:
    if not budget_fen:
        return _open("cost", Head.OUTPUT, weight_bp)
    line = FormLine("cost", Head.OUTPUT, weight_bp, budget_fen, spent_fen, less_is_better=True)
    return PreparedLine("cost", "cost", line, Head.OUTPUT, weight_bp)
