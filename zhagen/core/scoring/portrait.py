"""社区扎根度: a portrait of four parts, each with its interval; no sum, no rank, no single number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from itertools import product
from math import ceil, floor, sqrt

from zhagen.core.exact import BP, half_up
from zhagen.core.indicators.measure import Measure
from zhagen.core.sampling import z_of
from zhagen.core.scoring.evaluation import item_score_bp
from zhagen.core.trace import Trace


class PartName(StrEnum):
    """The four parts, one for each sign that an agency has not taken root."""

    PRESENCE = "presence"
    TRUST = "trust"
    NEEDS_FIRST = "needs_first"
    COMMUNITY_LIFE = "community_life"


@dataclass(frozen=True, slots=True)
class Input:
    """One input of a part: the indicator, and the values that stand for nothing and for full."""

    indicator: str
    zero_at: int
    full_at: int


@dataclass(frozen=True, slots=True)
class PortraitRules:
    """Which inputs make which part, and how far one may lead.

    Args:
        parts: Part → inputs; every indicator rests on another's word than the agency's own paper.
        lead_bp: Most by which a part may rise through one input alone, as a share of the part.
    """

    parts: Mapping[PartName, tuple[Input, ...]]
    lead_bp: int


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the portrait: 0…10,000 with its interval; None where too little is measured.

    Args:
        name: Which part.
        value_bp: Value.
        low_bp: Lower end.
        high_bp: Upper end.
        measured: Inputs that had a value.
        held_back: Indicators that count for less than they show, because the others do not follow.
        trace: Down to rows.
    """

    name: PartName
    value_bp: int | None
    low_bp: int | None
    high_bp: int | None
    measured: int
    held_back: tuple[str, ...]
    trace: Trace


@dataclass(frozen=True, slots=True)
class Portrait:
    """The four parts. By intent it has no total, and two portraits cannot be ordered."""

    parts: tuple[Part, ...]

    def part(self, name: PartName) -> Part:
        """Return one part."""
        return next(part for part in self.parts if part.name is name)


CONFIDENCE_BP = 9_000
"""Coverage of the intervals of the inputs and of the parts."""

LEAST_INPUTS = 2
"""A part needs two inputs: one alone could be worked at."""


def draw_portrait(measures: Mapping[str, Measure], rules: PortraitRules) -> Portrait:
    """Return the portrait of an agency in a community from measured indicators."""
    return Portrait(
        tuple(_part(name, rules.parts.get(name, ()), measures, rules.lead_bp) for name in PartName)
    )


def joined_bp(inputs_bp: Sequence[Fraction | int], lead_bp: int) -> Fraction:
    """Return the mean of inputs, each counted at most so far above the weakest that the lead cannot pay.

    With k inputs each counts for at most (1 + lead·k/(k−1)) times the weakest. So, whichever input other than
    the weakest is pushed, and however far, the mean rises by at most `lead_bp` of itself.

    >>> joined_bp([4000, 4000, 4000], 1000), joined_bp([4000, 4000, 10000], 1000)
    (Fraction(4000, 1), Fraction(4200, 1))
    """
    most = most_counted_bp(inputs_bp, lead_bp)
    return sum((min(Fraction(each), most) for each in inputs_bp), Fraction(0)) / len(inputs_bp)


def most_counted_bp(inputs_bp: Sequence[Fraction | int], lead_bp: int) -> Fraction:
    """Return the most for which an input of these counts."""
    count = len(inputs_bp)
    return min(Fraction(each) for each in inputs_bp) * (1 + Fraction(lead_bp * count, BP * (count - 1)))


def _part(
    name: PartName, inputs: Sequence[Input], measures: Mapping[str, Measure], lead_bp: int
) -> Part:  # fmt: skip
    known = [(each, measures[each.indicator]) for each in inputs if _is_measured(each, measures)]
    children = tuple(measures[each.indicator].trace for each in inputs if each.indicator in measures)
    rule = f"mean of the inputs, a lead of one alone pays at most {lead_bp} bp of the part"
    if len(known) < LEAST_INPUTS:
        return Part(name, None, None, None, len(known), (), Trace(name.value, None, "bp", rule, (), children))
    scaled = [_scaled(each, measure) for each, measure in known]
    middle = [ends[0] for ends in scaled]
    value = joined_bp(middle, lead_bp)
    low, high = _ends(scaled, value, lead_bp)
    most = most_counted_bp(middle, lead_bp)
    held = tuple(each.indicator for (each, _), mark in zip(known, middle, strict=True) if mark > most)
    trace = Trace(name.value, half_up(value), "bp", rule, (), children, low, high)
    return Part(name, half_up(value), low, high, len(known), held, trace)


def _is_measured(each: Input, measures: Mapping[str, Measure]) -> bool:
    measure = measures.get(each.indicator)
    return measure is not None and measure.is_usable


def _scaled(each: Input, measure: Measure) -> tuple[Fraction, Fraction, Fraction]:
    """Return value, lower and upper end on 0…10,000."""
    value = measure.value or 0
    ends = (
        measure.low if measure.low is not None else value,
        measure.high if measure.high is not None else value,
    )
    marks = sorted(item_score_bp(end, each.full_at, each.zero_at) for end in ends)
    return item_score_bp(value, each.full_at, each.zero_at), marks[0], marks[1]


_NODES = (-1.2816, -0.5244, 0.0, 0.5244, 1.2816)
"""Five equally likely places of a normal value, in standard deviations."""
_NODES_SPREAD = 0.8757
"""Standard deviation of the five places."""


def _ends(
    scaled: Sequence[tuple[Fraction, Fraction, Fraction]], value: Fraction, lead_bp: int
) -> tuple[int, int]:
    """Return the ends: each input moved to its own end alone, the moves joined by squares.

    The weakest of several uncertain inputs looks weaker than it is, so both ends are moved up by that much.
    """
    moves: list[list[float]] = [[], []]
    for place in range(len(scaled)):
        for side in (0, 1):
            moved = [ends[side + 1] if at == place else ends[0] for at, ends in enumerate(scaled)]
            moves[side].append(float(joined_bp(moved, lead_bp) - value))
    down, up = (sqrt(sum(move * move for move in side)) for side in moves)
    middle = float(value) + _hidden_bp(scaled, lead_bp)
    low, high = floor(middle - down + _SLACK), ceil(middle + up - _SLACK)
    return max(0, min(half_up(value), low)), min(BP, max(half_up(value), high))


_SLACK = 1e-6


def _hidden_bp(scaled: Sequence[tuple[Fraction, Fraction, Fraction]], lead_bp: int) -> float:
    """Return by how much the joined value of uncertain inputs falls short of that of their means."""
    z = z_of(CONFIDENCE_BP) * _NODES_SPREAD
    places = [
        [float(mid) + node / z * float(high - mid if node > 0 else mid - low) for node in _NODES]
        for mid, low, high in (ends for ends in scaled if ends[1] != ends[2])
    ]
    known = [float(mid) for mid, low, high in scaled if low == high]
    found = [_joined_float([*known, *moved], lead_bp) for moved in product(*places)]
    means = [sum(each) / len(each) for each in places]
    return max(0.0, _joined_float([*known, *means], lead_bp) - sum(found) / len(found))


def _joined_float(inputs: Sequence[float], lead_bp: int) -> float:
    count = len(inputs)
    most = min(inputs) * (1 + lead_bp * count / (BP * (count - 1)))
    return sum(min(each, most) for each in inputs) / count
