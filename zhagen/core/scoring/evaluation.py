"""Grade a contract by its own scheme: the items, thresholds and bands frozen in it at the notice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import sqrt

from zhagen.core.errors import RuleError
from zhagen.core.exact import BP, clip, half_up
from zhagen.core.indicators.measure import Measure, unmeasured
from zhagen.core.indicators.registry import INDICATORS, SELF_REPORTED
from zhagen.core.scoring.weighted import weighted_bp, weighted_total
from zhagen.core.trace import Trace


class Missing(StrEnum):
    """What an item without a value does."""

    NEUTRAL = "neutral"
    """Its weight is shared out among the measured items."""
    ZERO = "zero"
    """It scores nothing: for figures that the agency had to hand in."""


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the evaluation scheme of a contract.

    Args:
        name: Code, unique in the scheme.
        indicator: Which indicator it reads.
        weight_bp: Weight; all weights together make 10,000.
        full_at: Value from which the item scores in full.
        zero_at: Value at which it scores nothing; above `full_at` where less is better.
        min_count: Fewest rows or answers; below, the item counts as missing.
        missing: What it does when missing.
    """

    name: str
    indicator: str
    weight_bp: int
    full_at: int
    zero_at: int
    min_count: int = 1
    missing: Missing = Missing.NEUTRAL


@dataclass(frozen=True, slots=True)
class Band:
    """A grade and the score from which it is given."""

    code: str
    from_bp: int


@dataclass(frozen=True, slots=True)
class Scheme:
    """The evaluation scheme frozen in a contract.

    Args:
        items: What is looked at; all weights together make 10,000.
        bands: Grades from the best down, the last from 0.
        measured_min_bp: Smallest weight of measured items below which there is no score and no grade.
    """

    items: tuple[Item, ...]
    bands: tuple[Band, ...]
    measured_min_bp: int = 0


@dataclass(frozen=True, slots=True)
class ItemScore:
    """One item: its score on 0…10,000 before weighting; None = missing."""

    item: Item
    score_bp: int | None
    low_bp: int | None
    high_bp: int | None
    trace: Trace


@dataclass(frozen=True, slots=True)
class Grade:
    """The graded contract.

    Args:
        score_bp: 0…10,000; None where less weight is measured than the scheme needs.
        low_bp: Lower end of the interval of the score.
        high_bp: Upper end.
        band: Code of the grade; "" where there is no score: deemed neither good nor bad.
        band_low: Grade at the lower end: where it differs from `band`, the page says so.
        band_high: Grade at the upper end.
        items: Item by item.
        trace: The score down to rows.
    """

    score_bp: int | None
    low_bp: int | None
    high_bp: int | None
    band: str
    band_low: str
    band_high: str
    items: tuple[ItemScore, ...]
    trace: Trace

    @property
    def measured_bp(self) -> int:
        """Weight of the items with a score; one that scores nothing because it was not handed in counts."""
        return sum(each.item.weight_bp for each in self.items if each.score_bp is not None)

    @property
    def missing(self) -> tuple[str, ...]:
        """Indicators still to be measured, the heaviest first."""
        without = [each.item for each in self.items if each.score_bp is None]
        return tuple(item.indicator for item in sorted(without, key=lambda item: -item.weight_bp))


def check_scheme(scheme: Scheme, output_cap_bp: int) -> None:
    """Refuse a scheme that cannot grade, or that pays for paper.

    Args:
        scheme: To be frozen in a contract.
        output_cap_bp: Most weight that items on the agency's own paper may carry (rulebook value).

    Raises:
        RuleError: "evaluation.weights_not_full", "evaluation.item_twice", "evaluation.unknown_indicator",
            "evaluation.thresholds_equal", "evaluation.too_much_paper", "evaluation.only_paper",
            "evaluation.bands_wrong", "evaluation.measured_min_wrong".
    """
    _check_weights(scheme.items, output_cap_bp)
    for item in scheme.items:
        if item.indicator not in INDICATORS:
            raise RuleError("evaluation.unknown_indicator", indicator=item.indicator)
        if item.full_at == item.zero_at:
            raise RuleError("evaluation.thresholds_equal", item=item.name)
    starts = [band.from_bp for band in scheme.bands]
    if not starts or starts[-1] != 0 or starts != sorted(set(starts), reverse=True):
        raise RuleError("evaluation.bands_wrong")
    if not 0 <= scheme.measured_min_bp <= BP:
        raise RuleError("evaluation.measured_min_wrong", share_bp=scheme.measured_min_bp)


def _check_weights(items: Sequence[Item], output_cap_bp: int) -> None:
    total = sum(item.weight_bp for item in items)
    if total != BP or any(item.weight_bp <= 0 for item in items):
        raise RuleError("evaluation.weights_not_full", total_bp=total)
    if len({item.name for item in items}) != len(items):
        raise RuleError("evaluation.item_twice")
    paper = sum(item.weight_bp for item in items if item.indicator in SELF_REPORTED)
    if paper == BP:
        raise RuleError("evaluation.only_paper")
    if paper > output_cap_bp:
        raise RuleError("evaluation.too_much_paper", paper_bp=paper, cap_bp=output_cap_bp)


def item_score_bp(value: int, full_at: int, zero_at: int) -> Fraction:
    """Return how far a value has come from nothing to full, in bp, held between 0 and 10,000.

    >>> item_score_bp(45, full_at=60, zero_at=30)
    Fraction(5000, 1)
    """
    return clip(Fraction((value - zero_at) * BP, full_at - zero_at))


def grade(scheme: Scheme, measures: Mapping[str, Measure]) -> Grade:
    """Grade a contract by its own scheme from measured indicators.

    The ends of the score join the ends of the items by squares (Zou and Donner's method of variance
    estimates recovery), so that an interval stays an interval of the stated coverage. Outputs on the agency's
    own record enter only as far as participants drawn at random confirm them. Where the measured items carry
    less weight than the scheme needs, each keeps its figure and there is neither score nor grade.

    Args:
        scheme: As frozen in the contract.
        measures: Indicator code → measure; one not there is missing.
    """
    believed = believed_measures(measures)
    items = tuple(_score_item(item, believed.get(item.indicator)) for item in scheme.items)
    known = [(each.item.weight_bp, each) for each in items if each.score_bp is not None]
    weights = [weight for weight, _ in known]
    if not known or sum(weights) < scheme.measured_min_bp:
        rule = f"not graded: measured {sum(weights)} bp of the weight, {scheme.measured_min_bp} bp needed"
        return Grade(None, None, None, "", "", "", items, _score_trace(None, (None, None), items, rule))
    exact = Fraction(weighted_total([each.score_bp or 0 for _, each in known], weights), sum(weights))
    down = _joined([(weight, _exact(each) - (each.low_bp or 0)) for weight, each in known], sum(weights))
    up = _joined([(weight, (each.high_bp or 0) - _exact(each)) for weight, each in known], sum(weights))
    score = weighted_bp([each.score_bp or 0 for _, each in known], weights)
    low, high = half_up(clip(exact - down)), half_up(clip(exact + up))
    trace = _score_trace(score, (low, high), items)
    band, band_low, band_high = (_band_of(value, scheme.bands) for value in (score, low, high))
    return Grade(score, low, high, band, band_low, band_high, items, trace)


def _score_trace(
    score: int | None,
    ends: tuple[int | None, int | None],
    items: Sequence[ItemScore],
    rule: str = "weighted mean of the items measured",
) -> Trace:
    return Trace(
        "evaluation.score", score, "bp", rule=rule,
        children=tuple(each.trace for each in items), low=ends[0], high=ends[1],
    )  # fmt: skip


def _exact(each: ItemScore) -> Fraction:
    return Fraction(each.score_bp or 0)


def _joined(gaps: Sequence[tuple[int, Fraction]], total: int) -> int:
    return half_up(Fraction(sqrt(sum((weight * float(gap) / total) ** 2 for weight, gap in gaps))))


def _score_item(item: Item, measure: Measure | None) -> ItemScore:
    value = measure.value if measure is not None and measure.count >= item.min_count else None
    children = (measure.trace,) if measure is not None else ()
    if measure is None or value is None:
        scored = 0 if item.missing is Missing.ZERO else None
        trace = Trace(item.name, scored, "bp", rule=f"missing: {item.missing.value}", children=children)
        return ItemScore(item, scored, scored, scored, trace)
    ends = [
        half_up(item_score_bp(end, item.full_at, item.zero_at))
        for end in (value, _or(measure.low, value), _or(measure.high, value))
    ]
    score, low, high = ends[0], min(ends[1:]), max(ends[1:])
    rule = f"{item.zero_at} → 0, {item.full_at} → full; weight {item.weight_bp} bp"
    trace = Trace(item.name, score, "bp", rule=rule, children=children, low=low, high=high)
    return ItemScore(item, score, low, high, trace)


def _or(end: int | None, value: int) -> int:
    return value if end is None else end


def _band_of(score: int, bands: Sequence[Band]) -> str:
    return next(band.code for band in bands if score >= band.from_bp)


def believed_measures(measures: Mapping[str, Measure]) -> dict[str, Measure]:
    """Return the measures with those on the agency's own record scaled by the share that is confirmed."""
    name = "activity.confirmed_share"
    confirmed = measures.get(name) or unmeasured(name, 0, (), "nobody was asked")
    return {
        each: with_confirmed_outputs(measure, confirmed) if each in SELF_REPORTED else measure
        for each, measure in measures.items()
    }


def confirmed_outputs(reported: int, confirmed: Measure) -> Trace:
    """Return a reported output scaled by the share that drawn participants confirm.

    Args:
        reported: Output on the agency's record, such as sessions.
        confirmed: "activity.confirmed_share"; without a value nothing is confirmed and nothing counts.
    """
    rule = "reported × share confirmed by participants drawn at random"
    children = (Trace("activity.reported", reported, "count", rule="agency's record"), confirmed.trace)
    if confirmed.value is None or confirmed.low is None or confirmed.high is None:
        return Trace("activity.confirmed_outputs", None, "count", rule=rule, children=children)
    value, low, high = (
        half_up(Fraction(reported * end, BP)) for end in (confirmed.value, confirmed.low, confirmed.high)
    )
    return Trace(
        "activity.confirmed_outputs", value, "count", rule=rule, children=children, low=low, high=high
    )


def with_confirmed_outputs(reported: Measure, confirmed: Measure) -> Measure:
    """Return an output indicator corrected by confirmation, to be graded in place of the bare one."""
    trace = confirmed_outputs(reported.value or 0, confirmed)
    whole = trace.value if isinstance(trace.value, int) else None
    return Measure(reported.name, whole, trace.low, trace.high, confirmed.count, reported.unit, trace)
