"""What a requirement plan must hold before it goes up, and by which methods its amount may be bought."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from zhagen.core.calendar import after
from zhagen.core.contract_terms import ContractFacts, ContractKind, ContractTerms, check_contract
from zhagen.core.errors import RuleError, SeveralRulesError, raise_all
from zhagen.core.money import format_yuan
from zhagen.core.rulebook.rules import LIGHT_METHODS, Rules

STATUTORY_METHODS = "tender.statutory_methods"
BUDGET_ASSURED = "budget_assured"
"""Ground of a longer term beside those that the rulebook lists."""

NOT_COMPETITIVE = ("direct", "single_source")
"""Methods that need a written reason of their own."""


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """What the rules need to know of a plan.

    Args:
        kind: "project" or "post".
        method: Code of the method of purchase.
        method_reason: Why this method.
        budget_fen: The whole price at most.
        year_fen: The part of it that this year's budget line bears.
        term_months: Length of service.
        grounds: Recorded grounds of a longer term: code → text.
        needs: How many needs it serves.
        no_needs_reason: The waiver where it serves none.
        communities: How many communities it serves.
        not_reserved_reason: Why it is not reserved for small enterprises.
        terms: The service terms.
    """

    kind: str
    method: str
    method_reason: str
    budget_fen: int
    year_fen: int
    term_months: int
    grounds: Mapping[str, str]
    needs: int
    no_needs_reason: str
    communities: int
    not_reserved_reason: str
    terms: ContractTerms


@dataclass(frozen=True, slots=True)
class MethodChoice:
    """One method and whether the amount may be bought by it; `refusal` says why not."""

    method: str
    is_light: bool
    refusal: RuleError | None


@dataclass(frozen=True, slots=True)
class Purchase:
    """Another purchase of the same year, for the check of splitting."""

    number: str
    amount_fen: int
    is_light: bool
    decided_on: date | None = None


@dataclass(frozen=True, slots=True)
class SplitWarning:
    """Light purchases of one line or category that together reach the threshold: a flag, not a ban."""

    total_fen: int
    threshold_fen: int
    numbers: tuple[str, ...]
    source: str


def methods_for(amount_fen: int, rules: Rules) -> tuple[MethodChoice, ...]:
    """Return every method with whether the amount allows it, the lightest first."""
    light, statutory = rules.texts(LIGHT_METHODS), rules.texts(STATUTORY_METHODS)
    return tuple(
        MethodChoice(method, method in light, _refusal(method, amount_fen, rules))
        for method in (*light, *statutory)
    )


def check_method(method: str, amount_fen: int, rules: Rules) -> None:
    """Refuse a method that the amount does not allow.

    Raises:
        RuleError: "plan.method_unknown", "plan.over_threshold", "plan.over_open_threshold" or
            "plan.over_method_limit".
    """
    if method not in (*rules.texts(LIGHT_METHODS), *rules.texts(STATUTORY_METHODS)):
        raise RuleError("plan.method_unknown", method=method)
    refusal = _refusal(method, amount_fen, rules)
    if refusal is not None:
        raise refusal


def _refusal(method: str, amount_fen: int, rules: Rules) -> RuleError | None:
    if method in rules.texts(LIGHT_METHODS):
        if amount_fen >= rules.fen("procurement.threshold_services"):
            return _over("plan.over_threshold", "procurement.threshold_services", amount_fen, rules)
        limit = f"tender.{method}.amount_max"
        if rules.has(limit) and amount_fen > rules.fen(limit):
            return _over("plan.over_method_limit", limit, amount_fen, rules)
        return None
    is_open = method in {"open_tender", "single_source"}
    if not is_open and amount_fen >= rules.fen("procurement.open_tender_threshold"):
        return _over("plan.over_open_threshold", "procurement.open_tender_threshold", amount_fen, rules)
    return None


def _over(code: str, name: str, amount_fen: int, rules: Rules) -> RuleError:
    figures = {"amount": format_yuan(amount_fen), "limit": format_yuan(rules.fen(name))}
    return RuleError(code, source=rules.value(name).source, **figures)


def needs_collective_decision(amount_fen: int, rules: Rules) -> bool:
    """Return whether the amount must be decided by a meeting."""
    return amount_fen >= rules.fen("procurement.collective_decision_from")


def check_plan(facts: PlanFacts, rules: Rules, today: date) -> None:
    """Refuse a plan that may not go up; all faults at once.

    Raises:
        RuleError: a code that begins with "plan.", or one of `check_contract`.
    """
    faults = [*_fault_of(check_method, facts.method, facts.budget_fen, rules), *_subject_faults(facts)]
    faults += _money_faults(facts, rules)
    if facts.budget_fen > 0:
        faults += _fault_of(check_contract, facts.terms, _as_contract(facts, today), rules)
    raise_all(faults)


def _fault_of(check: Callable[..., None], *args: object) -> list[RuleError]:
    try:
        check(*args)
    except SeveralRulesError as several:
        return list(several.errors)
    except RuleError as error:
        return [error]
    return []


def _subject_faults(facts: PlanFacts) -> list[RuleError]:
    faults = []
    if not facts.needs and not facts.no_needs_reason.strip():
        faults.append(RuleError("plan.no_needs"))
    if not facts.communities:
        faults.append(RuleError("plan.no_communities"))
    if facts.method in NOT_COMPETITIVE and not facts.method_reason.strip():
        faults.append(RuleError("plan.no_method_reason"))
    return faults


def _as_contract(facts: PlanFacts, starts_on: date) -> ContractFacts:
    """Return the plan as the contract it would become, starting on a day, paid at once."""
    ends_on = after(starts_on, max(facts.term_months, 0), "months") - timedelta(days=1)
    grounds = frozenset(code for code, text in facts.grounds.items() if text.strip())
    return ContractFacts(
        kind=ContractKind(facts.kind),
        starts_on=starts_on,
        ends_on=ends_on,
        amount_fen=facts.budget_fen,
        instalments_fen=(facts.budget_fen,),
        grounds=grounds,
        is_budget_assured=BUDGET_ASSURED in grounds,
    )


def amount_faults(budget_fen: int, year_fen: int) -> list[RuleError]:
    """Return what is wrong with a plan's price and this year's part of it: not even a draft may have it."""
    faults = []
    if budget_fen <= 0:
        faults.append(RuleError("plan.no_budget"))
    if not 0 <= year_fen <= budget_fen:
        figures = {"year": format_yuan(year_fen), "budget": format_yuan(budget_fen)}
        faults.append(RuleError("plan.year_over_budget", **figures))
    return faults


def _money_faults(facts: PlanFacts, rules: Rules) -> list[RuleError]:
    faults = amount_faults(facts.budget_fen, facts.year_fen)
    reserved = rules.value("procurement.small_enterprise_reserved_max")
    if facts.budget_fen <= rules.fen(reserved.name) and not facts.not_reserved_reason.strip():
        figures = {"most": format_yuan(rules.fen(reserved.name))}
        faults.append(RuleError("plan.not_reserved_reason_missing", source=reserved.source, **figures))
    return faults


def split_warning(
    amount_fen: int, is_light: bool, others: Sequence[Purchase], rules: Rules
) -> SplitWarning | None:
    """Return the figures if light purchases of the year, this one included, reach the threshold.

    Args:
        amount_fen: Budget of this plan.
        is_light: Whether this one is bought below the threshold.
        others: The other purchases of the same budget line or category in the fiscal year.
        rules: The rules in force.
    """
    counted = [each for each in others if each.is_light]
    if not is_light or not counted:
        return None
    threshold = rules.fen("procurement.threshold_services")
    total = amount_fen + sum(each.amount_fen for each in counted)
    if total < threshold:
        return None
    numbers = tuple(each.number for each in counted)
    return SplitWarning(total, threshold, numbers, rules.value("procurement.split_window").source)


@dataclass(frozen=True, slots=True)
class Decision:
    """A collective decision on record.

    Args:
        body: The meeting, such as 主任办公会.
        number: Number of its minutes.
        decided_on: Its date.
        attendees: How many attended; None where the amount needs no meeting.
    """

    body: str
    number: str
    decided_on: date
    attendees: int | None


def check_decision(decision: Decision, amount_fen: int, rules: Rules, today: date) -> None:
    """Refuse a decision that does not carry the amount.

    Raises:
        RuleError: "decision.in_future", "decision.body_unknown", "decision.no_number" or
            "decision.too_few".
    """
    _check_minutes(decision, today)
    if needs_collective_decision(amount_fen, rules):
        _check_meeting(decision, rules)


def check_collective_decision(decision: Decision, rules: Rules, today: date) -> None:
    """Refuse a decision that only a meeting can take, whatever the amount, and that is not one.

    Raises:
        RuleError: as `check_decision`.
    """
    _check_minutes(decision, today)
    _check_meeting(decision, rules)


def _check_minutes(decision: Decision, today: date) -> None:
    if decision.decided_on > today:
        raise RuleError("decision.in_future", day=decision.decided_on.isoformat())
    if not decision.number.strip():
        raise RuleError("decision.no_number")


def _check_meeting(decision: Decision, rules: Rules) -> None:
    bodies = rules.value("procurement.decision_bodies")
    if decision.body not in rules.texts(bodies.name):
        known = "、".join(rules.texts(bodies.name))
        raise RuleError("decision.body_unknown", source=bodies.source, body=decision.body, known=known)
    least = rules.value("procurement.decision_attendees_min")
    if (decision.attendees or 0) < rules.int(least.name):
        figures = {"attendees": decision.attendees or 0, "least": rules.int(least.name)}
        raise RuleError("decision.too_few", source=least.source, **figures)
