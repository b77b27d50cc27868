"""What the model assumes beyond the rulebook: default, range, grade of the evidence and source of each number.

Grades: A the field study, E published evidence, L law, J our judgement, to be replaced by calibration. The defaults
were set by hand until the stylised facts held, so that they hold at the defaults is no evidence for them.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Param:
    """One assumption.

    Args:
        code: Name in a parameter vector.
        default: Value used where nothing is calibrated.
        low: Lower end of the prior, which is uniform.
        high: Upper end.
        grade: A, E, L or J.
        source: Where the number comes from.
        meaning: One line, with its unit.
    """

    code: str
    default: float
    low: float
    high: float
    grade: str
    source: str
    meaning: str


_OURS = "judgement; replace by calibration"


def _around(code: str, default: float, meaning: str, grade: str = "J", source: str = _OURS) -> Param:
    """Return an assumption whose prior spans 30 % to both sides."""
    return Param(code, default, default * 0.7, default * 1.3, grade, source, meaning)


def _fixed(code: str, value: float, meaning: str, grade: str = "J", source: str = _OURS) -> Param:
    """Return an assumption that the prior leaves alone."""
    return Param(code, value, value, value, grade, source, meaning)


_SHENZHEN = "Shenzhen 2011: 1.7 years in post, 2011-14: 17.6 to 22.2 % leave a year"
_SLOVIC = "trust is lost faster than won: Slovic 1993; Poortinga & Pidgeon 2004; the size is ours"
_OLKEN = "Olken 2007: audits from 4 to 100 % cut missing money by 8 points from about 28 %"

PARAMS = (
    _around("h_lead", 0.014, "monthly hazard that a lead quits at the outside wage", "E", _SHENZHEN),
    _around("h_line", 0.037, "monthly hazard that a line worker quits at the outside wage", "A", "“一年”; " + _SHENZHEN),
    _fixed("hire", 0.6, "monthly chance that a vacant post is filled"),
    Param("pi", 0.70, 0.49, 0.91, "J", _OURS, "cooperation that the street's pressure alone secures"),
    _around("mu", 0.12, "margin of a site-year, share of its price"),
    _around("hold", 0.25, "share of the price held back until the year closes"),
    _around("iota", 0.006, "pull of the mission on casework, monthly"),
    _around("v_bid", 0.007, "worth of an hour of hunting for tenders, monthly"),
    _around("omega", 0.35, "hours a unit of tie costs in unpaid favours"),
    _around("c_favour", 0.010, "price of an unpaid favour beyond its hours"),
    _around("g3", 0.20, "tie won by an hour of tie work"),
    _around("g0", 0.03, "tie won in passing by other work"),
    _around("d_tie", 0.03, "share of a tie lost a month"),
    _around("forget", 0.02, "share of recognition lost a month"),
    _around("brand", 0.20, "share of recognition that outlives a change of agency"),
    _around("a_case", 2.4, "need closed by an hour of casework at full access, units"),
    _around("a_committee", 1.0, "need closed by the committee's own service time, units"),
    _around("a_output", 0.20, "need closed by a unit of activity, units"),
    _around("a_fund", 1.5, "need closed by the community's own money, units a site-year"),
    _around("lapse", 0.05, "share of open need given up a month"),
    _around("p_cut", 0.15, "chance that a contract is not bought again"),
    _around("p_shift", 0.035, "monthly chance that the street's focus moves"),
    _fixed("half_width", 0.4, "half width of an agency's doubt about its score"),
    _around("kappa", 3.57, "scale of leakage", "E", _OLKEN),
    _around("adm_fill", 0.8, "share of freed committee time that the street refills"),
    _fixed("capacity", 1.0, "hours of a full team"),
    _around("c1", 0.020, "cost of activities"),
    _around("c2", 0.020, "cost of casework"),
    _around("c3", 0.020, "cost of tie work"),
    _around("c4", 0.015, "cost of hunting"),
    _around("c5", 0.080, "cost of lobbying"),
    _around("overhead", 0.0045, "fixed cost of a month with activities"),
    _around("quota_units", 3.6, "usual yearly output, units"),
    _around("trust_up", 0.04, "speed at which trust rises", "E", _SLOVIC),
    _around("trust_down", 0.08, "speed at which trust falls", "E", _SLOVIC),
    _fixed("trust_start", 0.35, "residents' trust in an agency that is new"),
    _fixed("committee_start", 0.35, "the committee's trust at the start"),
    _fixed("kept_start", 0.35, "share of contracts that agencies expect to keep at the start"),
    _around("lobby", 2.5, "lift of what an evaluator judges by an hour of lobbying"),
    _fixed("sign_pull", 0.25, "share of the holdback that hangs on the committee's consent"),
    _around("split_gain", 0.12, "gain in output when projects a year double", "A", "“一个季度主打一件事，这样做项目效率高”"),
    _around("split_loss", 0.25, "loss of ties with each further project a year", "A", "“太频繁了，而且活动不能持续”"),
    _fixed("split_burden", 0.01, "committee time that each further project a year costs"),
    _around("reach_elite", 0.50, "recognition won by a month of contact: those who propose"),
    _around("reach_elderly", 0.05, "elderly and vulnerable"),
    _around("reach_families", 0.03, "families"),
    _around("reach_tenants", 0.012, "tenants"),
    _fixed("turnout_elite", 0.9, "share that votes: those who propose"),
    _fixed("turnout_elderly", 0.5, "elderly and vulnerable"),
    _fixed("turnout_families", 0.3, "families"),
    _fixed("turnout_tenants", 0.12, "tenants"),
)  # fmt: skip
PARAM_DTYPE = np.dtype([(param.code, np.float64) for param in PARAMS])
DEFAULTS = {param.code: param.default for param in PARAMS}


def default_params(**changed: float) -> Vector:
    """Return the defaults with the named parameters changed, shape (parameters,).

    Raises:
        KeyError: Names no parameter.
    """
    if unknown := set(changed) - set(DEFAULTS):
        raise KeyError(sorted(unknown)[0])
    return np.array([changed.get(param.code, param.default) for param in PARAMS], dtype=np.float64)


def prior(draws: int, seed: int) -> Matrix:
    """Return draws from the prior, shape (draws, parameters); a draw does not depend on how many there are.

    Args:
        draws: How many.
        seed: Of the ensemble.
    """
    key = np.array([seed, 1 << 32], dtype=np.uint64)  # a stream that no run of the model uses
    uniform = np.random.Generator(np.random.Philox(key=key)).random((draws, len(PARAMS)))
    low = np.array([param.low for param in PARAMS])
    high = np.array([param.high for param in PARAMS])
    drawn: Matrix = low + (high - low) * uniform
    return drawn
