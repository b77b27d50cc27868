"""What a notice must hold before it is published: period, criteria, suppliers asked, panel."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from zhagen.core.calendar import Calendar
from zhagen.core.errors import RuleError, SeveralRulesError, raise_all
from zhagen.core.exact import BP
from zhagen.core.rulebook.rules import Rules
from zhagen.core.scoring.bid import check_criteria
from zhagen.core.scoring.bid_terms import BidScheme, Criterion, CriterionKind
from zhagen.core.scoring.defaults import panel_rules
from zhagen.core.scoring.panel import Member, check_panel


@dataclass(frozen=True, slots=True)
class PanelPlan:
    """How many seats of each kind the panel will have."""

    experts: int
    residents: int
    buyers: int

    @property
    def size(self) -> int:
        """All seats."""
        return self.experts + self.residents + self.buyers


@dataclass(frozen=True, slots=True)
class NoticeFacts:
    """What the rules need to know of a notice.

    Args:
        method: Code of the method of purchase.
        published_on: Day of the notice, in Shanghai.
        closes_on: Day of the deadline, in Shanghai.
        criteria: The scoring table.
        scheme: Terms of scoring.
        invited: How many suppliers are asked by name.
        is_invited_only: Whether nobody else may bid.
        panel: Seats of the panel.
    """

    method: str
    published_on: date
    closes_on: date
    criteria: Sequence[Criterion]
    scheme: BidScheme
    invited: int
    is_invited_only: bool
    panel: PanelPlan


def earliest_close(published_on: date, method: str, rules: Rules, calendar: Calendar) -> date:
    """Return the first day on which a round published on a day may close."""
    period = rules.value(rules.keyed("tender", method, "bid_period_min"))
    return calendar.earliest_on(published_on, rules.int(period.name), period.unit)


def check_notice(facts: NoticeFacts, rules: Rules, calendar: Calendar) -> None:
    """Refuse a notice that may not be published; all faults at once.

    Raises:
        RuleError: "tender.bid_period_short", "tender.too_few_invited", "tender.price_weight_out_of_bounds",
            "tender.no_price_criterion", "tender.standard_missing"; "panel.…" and "bid.…" of the make-up and
            the scoring table.
    """
    faults: list[RuleError] = []
    for check in (_check_period, _check_invited, _check_table, _check_seats):
        try:
            check(facts, rules, calendar)
        except SeveralRulesError as several:
            faults += several.errors
        except RuleError as error:
            faults.append(error)
    raise_all(faults)


def _check_period(facts: NoticeFacts, rules: Rules, calendar: Calendar) -> None:
    earliest = earliest_close(facts.published_on, facts.method, rules, calendar)
    if facts.closes_on < earliest:
        period = rules.value(rules.keyed("tender", facts.method, "bid_period_min"))
        raise RuleError(
            "tender.bid_period_short",
            source=period.source,
            closes=facts.closes_on.isoformat(),
            earliest=earliest.isoformat(),
            least=rules.int(period.name),
        )


def _check_invited(facts: NoticeFacts, rules: Rules, calendar: Calendar) -> None:
    least = rules.value(rules.keyed("tender", facts.method, "suppliers_invited_min"))
    if facts.is_invited_only and facts.invited < rules.int(least.name):
        figures = {"invited": facts.invited, "least": rules.int(least.name)}
        raise RuleError("tender.too_few_invited", source=least.source, **figures)


def _check_table(facts: NoticeFacts, rules: Rules, calendar: Calendar) -> None:
    check_criteria(facts.criteria, facts.scheme)
    for line in facts.criteria:
        if line.kind is CriterionKind.PANEL and not line.label.strip():
            raise RuleError("tender.standard_missing")
    if facts.scheme.fixed_price_fen is not None:
        return
    weight = sum(line.weight_bp for line in facts.criteria if line.kind is CriterionKind.PRICE)
    low = rules.value(rules.keyed("price", facts.method, "weight_min"))
    high = rules.value(rules.keyed("price", facts.method, "weight_max"))
    if not rules.int(low.name) <= weight <= rules.int(high.name):
        raise RuleError(
            "tender.price_weight_out_of_bounds",
            source=low.source,
            weight=weight / 100,
            low=rules.int(low.name) / 100,
            high=rules.int(high.name) / 100,
        )


def _check_seats(facts: NoticeFacts, rules: Rules, calendar: Calendar) -> None:
    made_up = panel_rules(rules, facts.method, amount_fen=facts.scheme.budget_fen)
    if not any(line.kind is CriterionKind.PANEL for line in facts.criteria) and not made_up.least:
        return
    panel = facts.panel
    members = [Member(f"{place}", place < panel.experts) for place in range(panel.size)]
    check_panel(members, made_up)
    least_name = rules.keyed("panel", facts.method, "resident_seats_min")
    if rules.has(least_name) and panel.residents < rules.int(least_name):
        raise RuleError(
            "panel.too_few_residents",
            source=rules.value(least_name).source,
            residents=panel.residents,
            least=rules.int(least_name),
        )
    most_name = rules.keyed("panel", facts.method, "office_share_max")
    if rules.has(most_name) and panel.buyers * BP > panel.size * rules.int(most_name):
        raise RuleError(
            "panel.too_many_buyers",
            source=rules.value(most_name).source,
            buyers=panel.buyers,
            size=panel.size,
            most=rules.int(most_name) / 100,
        )
