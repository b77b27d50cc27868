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
        is_required: Without it there is no advice at all.
    """

    name: str
    indicator: str
    threshold: int
    at_least: bool
    if_missed: Advice
    min_count: int = 1
    is_required: bool = False


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
        advice: The harshest step that a term advises; None = not yet known, because too little is measured.
        is_certain: No interval straddles its threshold and no term is unmeasured.
        terms: Term by term.
        reasons: Grounds in words: each term, what is not yet known, and a used-up term of service.
        trace: Down to rows.
    """

    advice: Advice | None
    is_certain: bool
    terms: tuple[TermResult, ...]
    reasons: tuple[Reason, ...]
    trace: Trace

    @property
    def missing(self) -> tuple[Term, ...]:
        """Terms that are not measured, those without which there is no advice first."""
        without = [each.term for each in self.terms if each.verdict is Verdict.UNMEASURED]
        return tuple(sorted(without, key=lambda term: not term.is_required))


def check_terms(terms: Sequence[Term], measured_min: int = 0) -> None:
    """Refuse renewal terms that rest on nothing, on the unknown, or on the agency's own paper.

    Raises:
        RuleError: "renewal.no_terms", "renewal.unknown_indicator", "renewal.rests_on_paper",
            "renewal.miss_without_step", "renewal.measured_min_wrong".
    """
    if not terms:
        raise RuleError("renewal.no_terms")
    if not 0 <= measured_min <= len(terms):
        raise RuleError("renewal.measured_min_wrong", least=measured_min, terms=len(terms))
    for term in terms:
        if term.indicator not in INDICATORS:
            raise RuleError("renewal.unknown_indicator", indicator=term.indicator)
        if term.indicator in SELF_REPORTED:
            raise RuleError("renewal.rests_on_paper", term=term.name)
        if term.if_missed is Advice.RENEW:
            raise RuleError("renewal.miss_without_step", term=term.name)


def advise_renewal(
    terms: Sequence[Term],
    measures: Mapping[str, Measure],
    *,
    months_served: int,
    months_most: int,
    measured_min: int = 0,
) -> RenewalAdvice:
    """Advise by the terms of the contract; a straddled threshold advises the milder step.

    Where a required term is not measured, or fewer terms than the contract needs, the advice is not yet known:
    the terms that are measured keep their verdicts, and what is to be measured is said.

    Args:
        terms: Renewal terms as frozen in the contract.
        measures: Indicator code → measure.
        months_served: Months of service by the end of this year of the contract.
        months_most: Months up to which it may run without a new purchase.
        measured_min: Fewest terms that must be measured, as frozen in the contract.
    """
    check_terms(terms, measured_min)
    results = tuple(_judge(term, measures.get(term.indicator)) for term in terms)
    reasons = [result.reason for result in results]
    unknown = _not_yet_known(results, measured_min)
    steps = [result.advice for result in results if result.advice is not None]
    advice = max(steps, key=LADDER.index) if steps and not unknown else None
    reasons += unknown
    if advice in {None, Advice.RENEW, Advice.CORRECT} and months_served >= months_most:
        reasons.append(Reason("renewal.term_used_up", {"served": months_served, "most": months_most}))
        advice = Advice.REPROCURE if advice else None
    certain = {Verdict.KEPT, Verdict.MISSED}
    trace = Trace(
        "renewal.advice", advice.value if advice else None, "text",
        rule="not yet known: too few terms measured" if unknown else "harshest step of the terms",
        children=tuple(result.trace for result in results),
    )  # fmt: skip
    is_certain = all(result.verdict in certain for result in results)
    return RenewalAdvice(advice, is_certain, results, tuple(reasons), trace)


def _not_yet_known(results: Sequence[TermResult], measured_min: int) -> list[Reason]:
    """Return why nothing can be advised yet; empty where enough is measured."""
    measured = sum(result.verdict is not Verdict.UNMEASURED for result in results)
    required = sum(result.term.is_required and result.verdict is Verdict.UNMEASURED for result in results)
    if measured >= max(measured_min, 1) and not required:
        return []
    figures = {
        "measured": measured,
        "terms": len(results),
        "least": max(measured_min, 1),
        "required": required,
    }
    return [Reason("renewal.not_yet_known", figures)]


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
