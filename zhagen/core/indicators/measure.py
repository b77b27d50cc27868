"""A measured indicator: value, interval, count, trace; no value below the smallest usable count."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from zhagen.core.exact import half_up
from zhagen.core.indicators.registry import INDICATORS
from zhagen.core.sampling import Interval, share_interval
from zhagen.core.trace import Trace


@dataclass(frozen=True, slots=True)
class Measure:
    """One indicator as measured.

    Args:
        name: Its code in `INDICATORS`.
        value: Whole number in its unit; None where fewer than the smallest usable count were there.
        low: Lower end of the interval; equal to `value` where all there is was counted.
        high: Upper end.
        count: Rows or answers it rests on.
        unit: Unit of value, low and high.
        trace: The figure down to its rows.
    """

    name: str
    value: int | None
    low: int | None
    high: int | None
    count: int
    unit: str
    trace: Trace

    @property
    def is_usable(self) -> bool:
        """Whether there is a value."""
        return self.value is not None


def counted(name: str, value: Fraction | int, count: int, rows: Iterable[str], rule: str) -> Measure:
    """Return a figure counted in full: its interval is the figure."""
    whole = half_up(value)
    return _measure(name, (whole, whole, whole), count, tuple(rows), rule)


def estimated(name: str, interval: Interval, rows: Iterable[str], rule: str) -> Measure:
    """Return a figure estimated from a sample."""
    ends = (interval.value, interval.low, interval.high)
    shown = f"{rule} ({interval.method}, {interval.confidence_bp} bp)"
    return _measure(name, ends, interval.count, tuple(rows), shown)


def unmeasured(name: str, count: int, rows: Iterable[str], rule: str) -> Measure:
    """Return an indicator without a value: nothing, or too little, to measure it by."""
    trace = Trace(name, None, INDICATORS[name].unit, rule=rule, rows=tuple(rows))
    return Measure(name, None, None, None, count, INDICATORS[name].unit, trace)


def share(
    name: str, yes: int, asked: int, population: int, *, confidence_bp: int, rows: Iterable[str], rule: str
) -> Measure:
    """Return a share with its interval, or no value if nobody answered."""
    if not asked:
        return unmeasured(name, 0, rows, rule)
    return estimated(name, share_interval(yes, asked, population, confidence_bp), rows, rule)


def _measure(name: str, ends: tuple[int, int, int], count: int, rows: tuple[str, ...], rule: str) -> Measure:
    indicator = INDICATORS[name]
    if count < indicator.least_count:
        return unmeasured(name, count, rows, f"{rule}; fewer than {indicator.least_count}")
    value, low, high = ends
    trace = Trace(name, value, indicator.unit, rule=rule, rows=rows, low=low, high=high)
    return Measure(name, value, low, high, count, indicator.unit, trace)
