"""Advice at the annual review from the few terms of the contract: renew, correct, re-procure, not renew."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from zhagen.core.errors import RuleError
from zhagen.core.indicators.measure import Measure
from zhagen.core.indicators.registry import INDICATORS, SELF_REPORTED
from zhagen.core.lifecycle.annual_review import Advice
from zhagen.core.scoring.reason import Reason
from zhagen.core.trace import Trace

LADDER = (Advice.RENEW, Advice.CORRECT, Advice.REPROCURE, Advice.NOT_RENEW)
"""The steps from the mildest to the harshest. Not renewing is not terminating."""


class Verdict(StrEnum):
    """What a term says."""

    KEPT = "kept"
    KEPT_NARROWLY = "kept_narrowly"
    """The value keeps the threshold, its interval does not."""
    MISSED_NARROWLY = "missed_narrowly"
    """The value misses the threshold, its interval does not: one step milder."""
    MISSED = "missed"
    UNMEASURED = "unmeasured"


@dataclass(frozen=True, slots=True)
class Term:
    """One renewal term of the contract.

    Args:
        name: Code in the contract.
        indicator: Which indicator it reads.
        threshold: Value that keeps it.
        at_least: True if the value must reach the threshold, False if it must not pass it.
        if_missed: What a clear miss advises.
        min_count: Fewest rows or answers; below, it is unmeasured.
    """

    name: str
    indicator: str
    threshold: int
    at_least: bool
    if_missed: Advice
    min_count: int = 1


@dataclass(frozen=True, slots=True)
class TermResult:
    """One term: value, interval, threshold, verdict, and the step it advises (None = unmeasured)."""

    term: Term
    value: int | None
    low: int | None
    high: int | None
    verdict: Verdict
    advice: Advice | None
    reason: Reason
    trace: Trace


@dataclass(frozen=True, slots=True)
class RenewalAdvice:
    """The advice; the office decides collectively and may differ, with its reason on record.

    Args:
        advice: The harshest step that a term advises; None = nothing was measured, no advice.
        is_certain: No interval straddles its threshold and no term is unmeasured.
        terms: Term by term.
        reasons: Grounds in words: each term, and a used-up term of service.
        trace: Down to rows.
    """

    advice: Advice | None
    is_certain: bool
    terms: tuple[TermResult, ...]
    reasons: tuple[Reason, ...]
    trace: Trace


def check_terms(terms: Sequence[Term]) -> None:
    """Refuse renewal terms that rest on nothing, on the unknown, or on the agency's own paper.

    Raises:
        RuleError: "renewal.no_terms", "renewal.unknown_indicator", "renewal.rests_on_paper",
            "renewal.miss_without_step".
    """
    if not terms:
        raise RuleError("renewal.no_terms")
    for term in terms:
        if term.indicator not in INDICATORS:
            raise RuleError("renewal.unknown_indicator", indicator=term.indicator)
        if term.indicator in SELF_REPORTED:
            raise RuleError("renewal.rests_on_paper", term=term.name)
        if term.if_missed is Advice.RENEW:
            raise RuleError("renewal.miss_without_step", term=term.name)


def advise_renewal(
    terms: Sequence[Term], measures: Mapping[str, Measure], *, months_served: int, months_most: int
) -> RenewalAdvice:
    """Advise by the terms of the contract; a straddled threshold advises the milder step.

    Args:
        terms: Renewal terms as frozen in the contract.
        measures: Indicator code → measure.
        months_served: Months of service by the end of this year of the contract.
        months_most: Months up to which it may run without a new purchase.
    """
    check_terms(terms)
    results = tuple(_judge(term, measures.get(term.indicator)) for term in terms)
    steps = [result.advice for result in results if result.advice is not None]
    advice = max(steps, key=LADDER.index) if steps else None
    reasons = [result.reason for result in results]
    if advice in {Advice.RENEW, Advice.CORRECT} and months_served >= months_most:
        reasons.append(Reason("renewal.term_used_up", {"served": months_served, "most": months_most}))
        advice = Advice.REPROCURE
    certain = {Verdict.KEPT, Verdict.MISSED}
    trace = Trace(
        "renewal.advice", advice.value if advice else None, "text", rule="harshest step of the terms",
        children=tuple(result.trace for result in results),
    )  # fmt: skip
    is_certain = all(result.verdict in certain for result in results)
    return RenewalAdvice(advice, is_certain, results, tuple(reasons), trace)


def _judge(term: Term, measure: Measure | None) -> TermResult:
    if measure is None or measure.value is None or measure.count < term.min_count:
        count = measure.count if measure else 0
        reason = Reason("renewal.unmeasured", {"term": term.name, "count": count, "least": term.min_count})
        trace = Trace(
            term.name, None, INDICATORS[term.indicator].unit, rule="not measured",
            children=(measure.trace,) if measure else (),
        )  # fmt: skip
        return TermResult(term, None, None, None, Verdict.UNMEASURED, None, reason, trace)
    low = measure.value if measure.low is None else measure.low
    high = measure.value if measure.high is None else measure.high
    verdict = _verdict(term, measure.value, low, high)
    figures = {
        "term": term.name, "value": measure.value, "low": low, "high": high, "threshold": term.threshold,
    }  # fmt: skip
    reason = Reason(f"renewal.{verdict.value}", figures)
    sign = "≥" if term.at_least else "≤"
    trace = Trace(
        term.name, verdict.value, "text", rule=f"{sign} {term.threshold} {measure.unit}",
        children=(measure.trace,), low=low, high=high,
    )  # fmt: skip
    advice = _step(term, verdict)
    return TermResult(term, measure.value, low, high, verdict, advice, reason, trace)


def _verdict(term: Term, value: int, low: int, high: int) -> Verdict:
    if term.at_least:
        kept, worst_kept, best_kept = (end >= term.threshold for end in (value, low, high))
    else:
        kept, worst_kept, best_kept = (end <= term.threshold for end in (value, high, low))
    if kept:
        return Verdict.KEPT if worst_kept else Verdict.KEPT_NARROWLY
    return Verdict.MISSED_NARROWLY if best_kept else Verdict.MISSED


def _step(term: Term, verdict: Verdict) -> Advice:
    if verdict is Verdict.MISSED:
        return term.if_missed
    if verdict is Verdict.MISSED_NARROWLY:
        return LADDER[LADDER.index(term.if_missed) - 1]
    return Advice.RENEW
