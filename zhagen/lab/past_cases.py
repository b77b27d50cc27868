"""Past purchases as a file: what was judged and by which frozen rule, no names, in no order; for replay alone.

A case here is single, so whoever knows a round's prices may know it again: the file stays in the office, and
what is shown of it are the aggregates of `zhagen.lab.replay`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum

from zhagen.core.errors import RuleError
from zhagen.core.indicators.measure import Measure
from zhagen.core.indicators.registry import INDICATORS
from zhagen.core.lifecycle.annual_review import Advice
from zhagen.core.rulebook.layer import UNITS
from zhagen.core.rulebook.rules import Rules, RuleValue
from zhagen.core.rulebook.values import checked_value
from zhagen.core.scoring.bid import Outcome
from zhagen.core.scoring.bid_terms import Bid, Criterion, CriterionKind, PanelMark
from zhagen.core.scoring.evaluation import Band, Item, Missing, Scheme
from zhagen.core.scoring.renewal import Term
from zhagen.core.trace import Trace
from zhagen.lab.lab_file import digest_of, read_file, to_plain, write_file

KIND = "zhagen-past-cases"


class Kind(StrEnum):
    """What is judged again."""

    ROUND = "round"
    GRADE = "grade"
    REVIEW = "review"


READ_BY: Mapping[Kind, frozenset[str]] = {
    Kind.ROUND: frozenset({"tender.light_methods", "price.explain_below", "panel.extremes_dropped_from"}),
    Kind.GRADE: frozenset(
        f"evaluation.{name}"
        for name in (
            "scheme", "full_at", "zero_at", "grade_bands", "measured_weight_min", "output_weight_max",
        )
    ) | {"sample.respondents_min"},
    Kind.REVIEW: frozenset(
        f"annual_review.{name}"
        for name in (
            "at_least", "at_most", "required_terms", "terms_measured_min", "reprocure_if_missed",
            "not_renew_if_missed",
        )
    ) | {"contract.term_ceiling", "sample.respondents_min"},
}  # fmt: skip
"""Values of the rulebook that enter the judging of each kind of case."""

BY_METHOD = (".suppliers_responsive_min", ".weight_min", ".weight_max")
"""Ends of the names of those that a round reads by its method."""


def is_read(name: str, *kinds: Kind) -> bool:
    """Return whether a value of the rulebook enters the judging of past cases of some kinds, or of any."""
    wanted = kinds or tuple(Kind)
    by_method = name.startswith(("tender.", "price.")) and name.endswith(BY_METHOD)
    return (by_method and Kind.ROUND in wanted) or any(name in READ_BY[kind] for kind in wanted)


@dataclass(frozen=True, slots=True)
class FrozenValue:
    """One value that a round froze: its unit, and the value as JSON."""

    unit: str
    text: str


@dataclass(frozen=True, slots=True)
class PastCriterion:
    """One line of the scoring table, without its words."""

    name: str
    kind: CriterionKind
    weight_bp: int
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class PastBid:
    """One valid bid.

    Args:
        price: In units of the round's own, so that only proportions are kept.
        figures: Figures by criterion.
        marks: The panel's marks by criterion, sorted, so that no member shows.
        low_price_accepted: The panel's word on a low price.
        drawn: Place in the recorded draw that settles a last tie.
        is_newcomer: Whether the agency had not served these communities before.
    """

    price: int
    figures: Mapping[str, int]
    marks: Mapping[str, tuple[int, ...]]
    low_price_accepted: bool | None
    drawn: int
    is_newcomer: bool


@dataclass(frozen=True, slots=True)
class PastRound:
    """One scored round: its frozen terms, its bids, and what was decided.

    Args:
        rules: Which of the file's frozen rules.
        method: How was bought.
        budget: In the round's own unit.
        fixed_price: The same; None = prices were free.
        criteria: The scoring table.
        bids: In the order of their prices.
        outcome: What the scoring came to.
        winner: Which of `bids` won; None = none.
    """

    rules: str
    method: str
    budget: int
    fixed_price: int | None
    criteria: tuple[PastCriterion, ...]
    bids: tuple[PastBid, ...]
    outcome: Outcome
    winner: int | None


@dataclass(frozen=True, slots=True)
class PastMeasure:
    """One indicator as it was measured."""

    value: int | None
    low: int | None
    high: int | None
    count: int


@dataclass(frozen=True, slots=True)
class PastItem:
    """One line of a sealed scheme, as `zhagen.core.scoring.evaluation.Item`."""

    name: str
    indicator: str
    weight_bp: int
    full_at: int
    zero_at: int
    min_count: int
    missing: Missing


@dataclass(frozen=True, slots=True)
class PastBand:
    """A grade and where it begins."""

    code: str
    from_bp: int


@dataclass(frozen=True, slots=True)
class PastGrade:
    """One evaluation: the scheme sealed in the contract, what was measured, and the grade."""

    rules: str
    items: tuple[PastItem, ...]
    bands: tuple[PastBand, ...]
    measured_min_bp: int
    measures: Mapping[str, PastMeasure]
    score_bp: int | None
    band: str


@dataclass(frozen=True, slots=True)
class PastTerm:
    """One sealed renewal term, as `zhagen.core.scoring.renewal.Term`."""

    name: str
    indicator: str
    threshold: int
    at_least: bool
    if_missed: Advice
    min_count: int
    is_required: bool


@dataclass(frozen=True, slots=True)
class PastReview:
    """One annual review: the terms sealed in the contract, what was measured, and the advice."""

    rules: str
    terms: tuple[PastTerm, ...]
    measured_min: int
    measures: Mapping[str, PastMeasure]
    months_served: int
    months_most: int
    advice: Advice | None


@dataclass(frozen=True, slots=True)
class PastCases:
    """All past cases of an office.

    Args:
        until: "YYYY-MM", the month in which they were taken.
        rules: Frozen rules by a key of the file's own: name → value.
        rounds: Scored rounds.
        grades: Evaluations with a result.
        reviews: Annual reviews with an advice.
        left_out: Cases whose sealed figures no longer give what was decided, so that nothing can be learnt of them.
    """

    until: str
    rules: Mapping[str, Mapping[str, FrozenValue]]
    rounds: tuple[PastRound, ...]
    grades: tuple[PastGrade, ...]
    reviews: tuple[PastReview, ...]
    left_out: int

    @property
    def digest(self) -> str:
        """SHA-256 of the content."""
        return digest_of(to_plain(self))


def write_cases(cases: PastCases) -> str:
    """Return the text of a file of past cases."""
    return write_file(KIND, cases)


def read_cases(text: str) -> PastCases:
    """Return the past cases that a file holds.

    Raises:
        RuleError: as `read_file`; "lab_file.broken" where a case names rules that the file lacks.
    """
    cases = read_file(text, KIND, PastCases)
    keys = {each.rules for each in cases.rounds} | {each.rules for each in cases.grades}
    lacking = sorted((keys | {each.rules for each in cases.reviews}) - set(cases.rules))
    if lacking:
        raise RuleError("lab_file.broken", where="content.rules", expected=lacking[0])
    for key in cases.rules:
        rules_of(cases, key)
    month_of(cases)
    return cases


def month_of(cases: PastCases) -> date:
    """Return the first day of the month in which the cases were taken.

    Raises:
        RuleError: "lab_file.broken".
    """
    try:
        return date.fromisoformat(f"{cases.until}-01")
    except ValueError as error:
        raise RuleError("lab_file.broken", where="content.until", expected="2026-03") from error


def frozen_values(rules: Rules) -> dict[str, FrozenValue]:
    """Return the values that a replay reads, without source, layer, place and day, which would name the office."""
    plain = rules.snapshot()["values"]
    return {
        name: FrozenValue(str(plain[name]["unit"]), json.dumps(plain[name]["value"], ensure_ascii=False))
        for name in rules.names()
        if is_read(name)
    }


def rules_of(cases: PastCases, key: str) -> Rules:
    """Return frozen rules of the file as the live functions read them.

    Raises:
        RuleError: "lab_file.broken".
    """
    values = {}
    for name, frozen in cases.rules[key].items():
        try:
            if frozen.unit not in UNITS:
                raise ValueError(frozen.unit)
            value = checked_value(json.loads(frozen.text), frozen.unit)
        except (RuleError, ValueError) as error:
            raise RuleError("lab_file.broken", where=f"content.rules.{name}", expected=frozen.unit) from error
        values[name] = RuleValue(name, value, frozen.unit, "", "", date.min)
    return Rules((), "", date.min, resolved=values)


def key_of(place: int) -> str:
    """Return the key of a bid: its place among the round's bids."""
    return f"{place:03d}"


def bids_of(past: PastRound) -> list[Bid]:
    """Return the bids as they were scored."""
    return [
        Bid(
            key=key_of(at),
            amount_fen=each.price,
            figures=dict(each.figures),
            marks=tuple(
                PanelMark(str(member), criterion, mark)
                for criterion, marks in each.marks.items()
                for member, mark in enumerate(marks)
            ),
            low_price_accepted=each.low_price_accepted,
        )
        for at, each in enumerate(past.bids)
    ]


def criteria_of(past: PastRound) -> tuple[Criterion, ...]:
    """Return the scoring table of a round."""
    return tuple(Criterion(e.name, e.kind, e.weight_bp, e.low, e.high) for e in past.criteria)


def scheme_of(past: PastGrade) -> Scheme:
    """Return the scheme that the contract had sealed."""
    items = tuple(
        Item(e.name, e.indicator, e.weight_bp, e.full_at, e.zero_at, e.min_count, e.missing)
        for e in past.items
    )
    return Scheme(items, tuple(Band(e.code, e.from_bp) for e in past.bands), past.measured_min_bp)


def terms_of(past: PastReview) -> tuple[Term, ...]:
    """Return the renewal terms that the contract had sealed."""
    return tuple(
        Term(e.name, e.indicator, e.threshold, e.at_least, e.if_missed, e.min_count, e.is_required)
        for e in past.terms
    )


def measures_of(past: Mapping[str, PastMeasure]) -> dict[str, Measure]:
    """Return the measures as the live functions read them; unknown indicators are passed over."""
    return {
        name: Measure(
            name, e.value, e.low, e.high, e.count, INDICATORS[name].unit,
            Trace(name, e.value, INDICATORS[name].unit, rule="past case", low=e.low, high=e.high),
        )
        for name, e in past.items()
        if name in INDICATORS
    }  # fmt: skip


def past_items(scheme: Scheme) -> tuple[tuple[PastItem, ...], tuple[PastBand, ...]]:
    """Return the lines and grades of a scheme as a file keeps them."""
    items = tuple(
        PastItem(*(getattr(each, field.name) for field in fields(PastItem))) for each in scheme.items
    )
    return items, tuple(PastBand(each.code, each.from_bp) for each in scheme.bands)


def past_terms(terms: tuple[Term, ...]) -> tuple[PastTerm, ...]:
    """Return renewal terms as a file keeps them."""
    return tuple(PastTerm(*(getattr(each, field.name) for field in fields(PastTerm))) for each in terms)
