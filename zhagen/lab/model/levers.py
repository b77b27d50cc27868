"""What a rulebook decides in the model, in the order of a lever vector."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # pages read the list of levers; the web's process never computes and needs no NumPy
    import numpy as np
    from numpy.typing import NDArray

    Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Lever:
    """One lever: its value in the project system as found in 2014, and the range in which the model is meant.

    Args:
        code: Name in a lever vector.
        base: As found.
        low: Least value.
        high: Greatest value.
        meaning: One line, with its unit.
    """

    code: str
    base: float
    low: float
    high: float
    meaning: str


LEVERS = (
    Lever("term", 12, 1, 36, "months of a contract"),
    Lever("merit", 0, 0, 1, "1: kept without a new purchase while the score reaches renew_bp"),
    Lever("w_out", 8000, 0, 10000, "weight of outputs, bp; the five weights make 10,000"),
    Lever("w_outcome", 0, 0, 10000, "weight of need closed, bp"),
    Lever("w_need", 0, 0, 10000, "weight of the match with open need, bp"),
    Lever("w_sat", 1500, 0, 10000, "weight of satisfaction, bp"),
    Lever("w_embed", 500, 0, 10000, "weight of ties and participation, bp"),
    Lever("pass_bp", 6000, 0, 10000, "score that closes a year in order, bp"),
    Lever("renew_bp", 6500, 0, 10000, "score from which merit keeps, bp"),
    Lever("quota", 1, 0.2, 1.5, "yearly output to deliver, share of the usual"),
    Lever("audit", 0.05, 0, 1, "share of sites whose outputs are checked"),
    Lever("independence", 0.3, 0, 1, "of the evaluator"),
    Lever("closing", 0, 0, 2, "0 by term, 1 when targets are met, 2 by term with the committee's consent"),
    Lever("credit", 0, 0, 1, "share of requests outside the plan that counts as delivery"),
    Lever("need_tender", 0, 0, 1, "1: the theme bought is the class with most open need"),
    Lever("past_weight", 0.2, 0, 0.5, "weight of past performance in the award"),
    Lever("wage", 0.8, 0.5, 1.2, "wage of a social worker, share of the wage outside"),
    Lever("fund", 0, 0, 0.4, "share of the money that the community spends itself"),
    Lever("vote", 0, 0, 3, "who decides on it: 0 committee, 1 elite, 2 one person one vote, 3 jury by lot"),
    Lever("disclose", 0, 0, 1, "ties are disclosed"),
    Lever("recuse", 0, 0, 1, "who is tied stands aside"),
    Lever("ban", 0, 0, 1, "a committee's own agency may not serve it"),
    Lever("fee", 1.8, 0.5, 3, "pay for supervising an affiliated agency, multiple of a worker's"),
    Lever("seat", 0, 0, 1, "the agency's part in meetings and decisions"),
    Lever("post", 0, 0, 1, "1: posts instead of projects"),
    Lever("buy", 1, 0, 1, "share of communities for which service is bought"),
    Lever("tender_mode", 0, 0, 2, "0 open, 1 awarded directly and rolled over, 2 residents choose"),
    Lever("other_income", 0, 0, 1, "share of an agency's income from elsewhere"),
    Lever("themes_closed", 0, 0, 1, "1: half of the themes may not be bought"),
    Lever("licensed", 0, 0, 1, "1: one licensed agency a street"),
    Lever("agencies_share", 1, 0.05, 1, "share of the world's agencies that are on the market"),
    Lever("learn", 0, 0, 1, "1: agencies copy better-paid peers instead of choosing"),
    Lever("granularity", 0, 0, 4, "projects a year: 0 the agency picks, else 1, 2 or 4"),
)


def base_levers() -> Vector:
    """Return the levers of the project system as found, shape (levers,)."""
    import numpy as np

    return np.array([lever.base for lever in LEVERS], dtype=np.float64)


def lever_vector(**by_code: float) -> Vector:
    """Return the base with the named levers changed.

    >>> float(lever_vector(term=36)[0])
    36.0

    Raises:
        KeyError: Names no lever.
    """
    places = {lever.code: place for place, lever in enumerate(LEVERS)}
    vector = base_levers()
    for code, value in by_code.items():
        vector[places[code]] = value
    return vector
