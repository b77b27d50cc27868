"""The terms of a service contract: drafted in the plan, frozen at the notice, sealed at signing.

One form for all who read it: acceptance reads the promises, evaluation the scheme, the annual review
the renewal terms, the claim the protected staff cost. No later rulebook touches a sealed one.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from zhagen.core.errors import RuleError, SeveralRulesError
from zhagen.core.exact import BP
from zhagen.core.lifecycle.annual_review import Advice
from zhagen.core.rulebook.rules import Rules
from zhagen.core.scoring.acceptance import Promise
from zhagen.core.scoring.defaults import default_renewal_terms, default_scheme, renewal_measured_min
from zhagen.core.scoring.evaluation import Band, Item, Missing, Scheme, check_scheme
from zhagen.core.scoring.renewal import Term, check_terms


class ContractKind(StrEnum):
    """The two kinds of service contract."""

    PROJECT = "project"
    POST = "post"


@dataclass(frozen=True, slots=True)
class ContractTerms:
    """What both sides agree beside money and dates.

    Args:
        promises: Deliverables with whole amounts over the whole term.
        scheme: Evaluation scheme.
        renewal: Terms on which the annual review rests.
        closing: Closing conditions in words; reaching the promised numbers early is never one.
        protected_staff_bp: Share of the amount that is staff cost and may be spent on nothing else.
        wage_day: Day of the month by which wages are paid.
        deemed_days: Days after which an unanswered acceptance counts as accepted.
        handover_days: Days before the end at which the hand-over begins.
        supervision_sessions: Supervision sessions a quarter.
        tolerance_bp: Shortfall of a promise that is still accepted.
        off_plan_credit_bp: Most of a promise that confirmed off-plan work may stand for.
        off_plan_refusal_bp: Share of a month's hours above which off-plan tasks may be refused.
        continuity: How the service goes on past each quarter, in words.
        asked: Codes of what else the buyer asks for; a post-based contract may hold no dispatch-like one.
        renewal_measured_min: Fewest renewal terms that must be measured before the review advises.
    """

    promises: tuple[Promise, ...]
    scheme: Scheme
    renewal: tuple[Term, ...]
    closing: tuple[str, ...]
    protected_staff_bp: int
    wage_day: int
    deemed_days: int
    handover_days: int
    supervision_sessions: int
    tolerance_bp: int
    off_plan_credit_bp: int
    off_plan_refusal_bp: int
    continuity: str = ""
    asked: tuple[str, ...] = ()
    renewal_measured_min: int = 0


@dataclass(frozen=True, slots=True)
class ContractFacts:
    """Money, dates and kind of a contract to be signed.

    Args:
        kind: Project or post-based.
        starts_on: First day.
        ends_on: Last day.
        amount_fen: Contract amount.
        instalments_fen: What is paid when; they sum to the amount.
        grounds: Codes of the recorded conditions for a term above the usual one.
        is_budget_assured: Whether the budget of the later years is assured on record.
    """

    kind: ContractKind
    starts_on: date
    ends_on: date
    amount_fen: int
    instalments_fen: tuple[int, ...]
    grounds: frozenset[str] = frozenset()
    is_budget_assured: bool = False


USUAL_CLOSING = (
    "term_elapsed",
    "acceptance_passed",
    "cases_handed_over",
    "records_handed_in",
    "residents_told",
)
"""Closing conditions as codes; their texts stand in the message catalogue as closing.<code>."""


def default_terms(rules: Rules, promises: tuple[Promise, ...] = ()) -> ContractTerms:
    """Return the terms that the office's rulebook proposes; the plan may change what is local."""
    renewal = default_renewal_terms(rules)
    return ContractTerms(
        promises=promises,
        scheme=default_scheme(rules),
        renewal=renewal,
        renewal_measured_min=renewal_measured_min(rules, renewal),
        closing=USUAL_CLOSING,
        protected_staff_bp=rules.int("staffing.protected_cost_share_min"),
        wage_day=rules.int("staffing.wage_day"),
        deemed_days=rules.int("acceptance.deemed_after"),
        handover_days=rules.int("contract.handover_min"),
        supervision_sessions=rules.int("supervision.sessions_min"),
        tolerance_bp=rules.int("acceptance.tolerance_max"),
        off_plan_credit_bp=rules.int("off_plan.credit_max"),
        off_plan_refusal_bp=rules.int("off_plan.refusal_share"),
    )


def check_contract(terms: ContractTerms, facts: ContractFacts, rules: Rules) -> None:
    """Refuse a contract that the rules forbid; every fault is told at once.

    Raises:
        RuleError: one fault. SeveralRulesError: more than one.
    """
    faults = [
        *_term_faults(facts, rules),
        *_money_faults(terms, facts, rules),
        *_kind_faults(terms, facts, rules),
        *_judging_faults(terms, rules),
    ]
    if len(faults) == 1:
        raise faults[0]
    if faults:
        raise SeveralRulesError(faults)


def months_of(starts_on: date, ends_on: date) -> int:
    """Return the whole months a term takes, a begun month counting whole.

    >>> months_of(date(2026, 1, 1), date(2026, 12, 31)), months_of(date(2026, 1, 1), date(2027, 1, 1))
    (12, 13)
    """
    after = ends_on + timedelta(days=1)
    months = (after.year - starts_on.year) * 12 + after.month - starts_on.month
    return months + (after.day > starts_on.day)


def _term_faults(facts: ContractFacts, rules: Rules) -> list[RuleError]:
    if facts.ends_on <= facts.starts_on:
        return [RuleError("contract.ends_before_start", starts=str(facts.starts_on), ends=str(facts.ends_on))]
    usual, ceiling = rules.value("contract.term_max"), rules.value("contract.term_ceiling")
    months = months_of(facts.starts_on, facts.ends_on)
    if months <= rules.int(usual.name):
        return []
    if months > rules.int(ceiling.name):
        return [
            RuleError(
                "contract.term_too_long", source=ceiling.source, months=months, most=rules.int(ceiling.name)
            )
        ]
    missing = [name for name in rules.texts("contract.long_term_conditions") if name not in facts.grounds]
    if rules.flag("contract.long_term_needs_budget") and not facts.is_budget_assured:
        missing.append("budget_assured")
    if missing:
        return [
            RuleError(
                "contract.long_term_ungrounded",
                source=usual.source,
                months=months,
                usual=rules.int(usual.name),
                missing=", ".join(missing),
            )
        ]
    return []


def _money_faults(terms: ContractTerms, facts: ContractFacts, rules: Rules) -> list[RuleError]:
    faults = []
    if facts.amount_fen <= 0:
        faults.append(RuleError("contract.amount_not_positive"))
    if sum(facts.instalments_fen) != facts.amount_fen or any(part <= 0 for part in facts.instalments_fen):
        faults.append(
            RuleError(
                "contract.instalments_differ", amount_fen=facts.amount_fen, sum_fen=sum(facts.instalments_fen)
            )
        )
    least = rules.value("staffing.protected_cost_share_min")
    if not rules.int(least.name) <= terms.protected_staff_bp <= BP:
        faults.append(
            RuleError(
                "contract.staff_cost_low",
                source=least.source,
                share_bp=terms.protected_staff_bp,
                least_bp=rules.int(least.name),
            )
        )
    return faults


def _kind_faults(terms: ContractTerms, facts: ContractFacts, rules: Rules) -> list[RuleError]:
    if not terms.promises:
        return [RuleError("contract.no_promises")]
    if facts.kind is not ContractKind.POST:
        return []
    banned = rules.value("contract.post_forbidden_fields")
    found = [name for name in terms.asked if name in rules.texts(banned.name)]
    return (
        [RuleError("contract.dispatch_like", source=banned.source, found=", ".join(found))] if found else []
    )


def _judging_faults(terms: ContractTerms, rules: Rules) -> list[RuleError]:
    faults = []
    try:
        check_scheme(terms.scheme, rules.int("evaluation.output_weight_max"))
    except RuleError as fault:
        faults.append(fault)
    try:
        check_terms(terms.renewal, terms.renewal_measured_min)
    except RuleError as fault:
        faults.append(fault)
    if "promises_reached" in terms.closing or "term_elapsed" not in terms.closing:
        faults.append(RuleError("contract.closes_early"))
    return faults


def terms_to_plain(terms: ContractTerms) -> dict[str, Any]:
    """Return the terms as plain values for a sealed snapshot."""
    plain: dict[str, Any] = json.loads(json.dumps(asdict(terms)))
    return plain


def terms_from_plain(plain: Mapping[str, Any]) -> ContractTerms:
    """Return the terms that a snapshot sealed.

    Raises:
        RuleError: "contract.bad_terms" where the data are damaged or of another form.
    """
    try:
        data = dict(plain)
        scheme = data.pop("scheme")
        return ContractTerms(
            promises=tuple(Promise(**each) for each in data.pop("promises")),
            scheme=Scheme(
                tuple(replace(Item(**each), missing=Missing(each["missing"])) for each in scheme["items"]),
                tuple(Band(**each) for each in scheme["bands"]),
                scheme.get("measured_min_bp", 0),
            ),
            renewal=tuple(
                replace(Term(**each), if_missed=Advice(each["if_missed"])) for each in data.pop("renewal")
            ),
            closing=tuple(data.pop("closing")),
            asked=tuple(data.pop("asked")),
            **data,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise RuleError("contract.bad_terms", reason=str(error)) from error


def terms_digest(terms: ContractTerms) -> str:
    """Return the SHA-256 of the terms' canonical JSON."""
    text = json.dumps(terms_to_plain(terms), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def check_amendment(
    before: ContractFacts, after: ContractFacts, *, method: str, original_fen: int, rules: Rules
) -> None:
    """Refuse an amendment beyond the law: supplements of over a share of the original, a term too long.

    Args:
        before: Money and dates in force.
        after: Money and dates as they shall be.
        method: How the contract was bought: below the threshold internal control counts, else the law.
        original_fen: Amount at the first signing; all supplements together are held against it.
        rules: As frozen into the contract.

    Raises:
        RuleError: "contract.supplement_too_large", "contract.amendment_empty", or as for the term.
    """
    if before == after:
        raise RuleError("contract.amendment_empty")
    most = rules.value(rules.keyed("contract", method, "supplement_share_max"))
    grown = after.amount_fen - original_fen
    if grown * BP > original_fen * rules.int(most.name):
        raise RuleError(
            "contract.supplement_too_large", source=most.source, grown_fen=grown, most_bp=rules.int(most.name)
        )
    for fault in _term_faults(after, rules):
        raise fault
