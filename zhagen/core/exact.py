"""Exact arithmetic where a decision is taken: basis points and one declared way of rounding."""

from collections.abc import Iterable
from fractions import Fraction
from math import floor

BP = 10_000
"""Basis points in a whole."""

_HALF = Fraction(1, 2)


def half_up(value: Fraction | int) -> int:
    """Return the nearest whole number, a half going up (四舍五入), also below zero.

    >>> half_up(Fraction(5, 2)), half_up(Fraction(-5, 2))
    (3, -2)
    """
    return floor(value + _HALF)


def share_bp(part: int, whole: int) -> int:
    """Return part ÷ whole in basis points, rounded half up; an empty whole gives 0.

    >>> share_bp(2, 3)
    6667
    """
    return half_up(Fraction(part * BP, whole)) if whole else 0


def mean_of(values: Iterable[int | Fraction]) -> Fraction:
    """Return the exact mean of at least one value."""
    listed = [Fraction(value) for value in values]
    return sum(listed, Fraction(0)) / len(listed)


def clip(value: Fraction | int, low: int = 0, high: int = BP) -> Fraction:
    """Return the value held between two bounds."""
    return Fraction(min(max(value, low), high))
