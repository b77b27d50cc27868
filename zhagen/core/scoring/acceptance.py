"""履约验收: was delivered what was promised, and has the term run; an early tick list closes nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from zhagen.core.errors import RuleError
from zhagen.core.exact import BP, half_up
from zhagen.core.scoring.reason import Reason
from zhagen.core.trace import Trace


class AcceptanceOutcome(StrEnum):
    """What an acceptance finds."""

    ACCEPT = "accept"
    CORRECT = "correct"
    """Something promised is missing: a dated correction."""
    NOT_YET = "not_yet"
    """The term, or the stage, has not run out."""


@dataclass(frozen=True, slots=True)
class Promise:
    """One deliverable of the contract.

    Args:
        name: Code in the contract.
        unit: "hours", "count" and the like.
        promised: Whole amount promised by the end of the stage.
        is_essential: Whether falling short asks for correction; else it only lowers the payable share.
        takes_off_plan: Whether confirmed off-plan work in the same unit counts towards it.
    """

    name: str
    unit: str
    promised: int
    is_essential: bool = True
    takes_off_plan: bool = False


@dataclass(frozen=True, slots=True)
class Delivered:
    """What was delivered for a promise: amount, off-plan amount confirmed by the askers, source rows."""

    amount: int
    off_plan: int = 0
    rows: tuple[str, ...] = ()
    off_plan_rows: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AcceptanceTerms:
    """Terms of the contract for one stage.

    Args:
        began_on: First day of the stage.
        ends_on: Last day of the stage; it cannot be accepted before.
        tolerance_bp: Shortfall that is still accepted, as a share of the promise.
        off_plan_credit_bp: Most of a promise that off-plan work may stand for.
        users_must_speak: Whether service users' opinions must be on record (REG Art 45).
    """

    began_on: date
    ends_on: date
    tolerance_bp: int = 0
    off_plan_credit_bp: int = 0
    users_must_speak: bool = True


@dataclass(frozen=True, slots=True)
class PromiseResult:
    """One promise: what counts for it, the share of it delivered (at most all), whether it is short."""

    promise: Promise
    counted: int
    share_bp: int
    is_short: bool
    trace: Trace


@dataclass(frozen=True, slots=True)
class Acceptance:
    """The finding.

    Args:
        outcome: What it finds.
        delivered_bp: Mean share of the promises delivered, each at most in full.
        elapsed_bp: Share of the term that has run.
        is_early_finish: All is delivered but the term still runs: the service goes on.
        promises: Promise by promise.
        reasons: Message codes for every ground.
        trace: Down to rows.
    """

    outcome: AcceptanceOutcome
    delivered_bp: int
    elapsed_bp: int
    is_early_finish: bool
    promises: tuple[PromiseResult, ...]
    reasons: tuple[Reason, ...]
    trace: Trace


def judge_acceptance(
    promises: Sequence[Promise],
    delivered: Mapping[str, Delivered],
    terms: AcceptanceTerms,
    *,
    today: date,
    opinions: int,
) -> Acceptance:
    """Compare what was delivered with what was promised.

    Args:
        promises: Deliverables of the stage.
        delivered: Promise name → what was delivered; nothing where it is absent.
        terms: Terms of the contract.
        today: Day of the acceptance.
        opinions: Service users' opinions on record.

    Raises:
        RuleError: "acceptance.nothing_promised" or "acceptance.term_wrong".
    """
    if not promises or any(promise.promised <= 0 for promise in promises):
        raise RuleError("acceptance.nothing_promised")
    if terms.ends_on < terms.began_on:
        raise RuleError("acceptance.term_wrong", began_on=terms.began_on, ends_on=terms.ends_on)
    results = tuple(_judge(promise, delivered.get(promise.name, Delivered(0)), terms) for promise in promises)
    days = (terms.ends_on - terms.began_on).days + 1
    elapsed = min(max((today - terms.began_on).days + 1, 0), days)
    is_over = today >= terms.ends_on
    is_full = not any(result.is_short for result in results)
    reasons = _reasons(results, terms, is_over=is_over, opinions=opinions)
    mean = half_up(Fraction(sum(result.share_bp for result in results), len(results)))
    trace = Trace(
        "acceptance.delivered", mean, "bp", rule="mean of the promises, each at most in full",
        children=tuple(result.trace for result in results),
    )  # fmt: skip
    return Acceptance(
        _outcome(reasons, is_over=is_over), mean, half_up(Fraction(elapsed * BP, days)),
        is_full and not is_over, results, reasons, trace,
    )  # fmt: skip


def _judge(promise: Promise, got: Delivered, terms: AcceptanceTerms) -> PromiseResult:
    credit = 0
    if promise.takes_off_plan:
        credit = min(got.off_plan, promise.promised * terms.off_plan_credit_bp // BP)
    counted = got.amount + credit
    share = min(BP, half_up(Fraction(counted * BP, promise.promised)))
    short = counted * BP < promise.promised * (BP - terms.tolerance_bp)
    children = (
        Trace("acceptance.promised", promise.promised, promise.unit, rule="contract"),
        Trace("acceptance.amount", got.amount, promise.unit, rows=got.rows),
        Trace(
            "acceptance.off_plan", credit, promise.unit, rule="confirmed by askers, to the contract's cap",
            rows=got.off_plan_rows if credit else (),
        ),
    )  # fmt: skip
    trace = Trace(promise.name, share, "bp", rule="delivered ÷ promised, at most in full", children=children)
    return PromiseResult(promise, counted, share, short, trace)


def _reasons(
    results: Sequence[PromiseResult], terms: AcceptanceTerms, *, is_over: bool, opinions: int
) -> tuple[Reason, ...]:
    reasons: list[Reason] = []
    if not is_over:
        reasons.append(Reason("acceptance.term_still_runs", {"ends_on": terms.ends_on}))
    for result in results:
        if result.is_short:
            figures = {
                "promise": result.promise.name,
                "counted": result.counted,
                "promised": result.promise.promised,
            }
            short = "acceptance.short" if result.promise.is_essential else "acceptance.short_not_essential"
            reasons.append(Reason(short, figures))
    if terms.users_must_speak and not opinions:
        reasons.append(Reason("acceptance.users_not_heard", {}))
    return tuple(reasons)


_ASKS_CORRECTION = frozenset({"acceptance.short", "acceptance.users_not_heard"})


def _outcome(reasons: Sequence[Reason], *, is_over: bool) -> AcceptanceOutcome:
    if not is_over:
        return AcceptanceOutcome.NOT_YET
    if any(reason.code in _ASKS_CORRECTION for reason in reasons):
        return AcceptanceOutcome.CORRECT
    return AcceptanceOutcome.ACCEPT
