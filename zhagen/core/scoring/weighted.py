"""The weighted mean behind every score: one function for live grades and bids and for the policy lab.

Written with + × // only, so that whole numbers, exact fractions and arrays of whole numbers pass through it alike.
"""

from typing import Any


def weighted_total(scores: Any, weights: Any) -> Any:
    """Return Σ score × weight, exactly.

    >>> weighted_total((8000, 5000), (3, 1))
    29000

    Args:
        scores: One for each weight: whole numbers, fractions, or arrays of one shape.
        weights: As many.
    """
    total = scores[0] * weights[0]
    for place in range(1, len(weights)):
        total = total + scores[place] * weights[place]
    return total


def weighted_bp(scores: Any, weights: Any) -> Any:
    """Return the weighted mean rounded to a whole number, a half going up.

    >>> weighted_bp((8000, 5001), (1, 1))
    6501

    Args:
        scores: Basis points, one for each weight.
        weights: Not all nought.
    """
    whole = weights[0]
    for place in range(1, len(weights)):
        whole = whole + weights[place]
    return (2 * weighted_total(scores, weights) + whole) // (2 * whole)
