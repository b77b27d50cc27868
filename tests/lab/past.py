"""Past cases for tests, each judged by the live functions under the shipped rules."""

import json
from datetime import date

from zhagen.cli import shipped
from zhagen.core.indicators.registry import INDICATORS
from zhagen.core.rulebook.rules import Rules
from zhagen.core.scoring.bid import Outcome
from zhagen.core.scoring.bid_terms import CriterionKind
from zhagen.core.scoring.defaults import default_renewal_terms, default_scheme, renewal_measured_min
from zhagen.lab import rejudge
from zhagen.lab.past_cases import (
    FrozenValue,
    PastBid,
    PastCases,
    PastCriterion,
    PastGrade,
    PastMeasure,
    PastReview,
    PastRound,
    frozen_values,
    past_items,
    past_terms,
)

RULES = Rules(shipped.layers(), "990101001000", date(2026, 3, 2))
SAME = rejudge.Change(RULES, RULES)
TABLE = (
    PastCriterion("1", CriterionKind.PRICE, 2000, 0, 100),
    PastCriterion("2", CriterionKind.MOST, 3000, 0, 100),
    PastCriterion("3", CriterionKind.PANEL, 5000, 0, 100),
)


def a_bid(price: int, hours: int, *marks: int, drawn: int = 0, is_newcomer: bool = False) -> PastBid:
    return PastBid(price, {"2": hours}, {"3": tuple(sorted(marks))}, None, drawn, is_newcomer)


def a_round(*bids: PastBid, **changes) -> PastRound:
    """Return a selection as it was decided; without bids one in which the dearer of two won by quality."""
    bids = bids or (a_bid(160, 1000, 60, 66, is_newcomer=True), a_bid(178, 1200, 80, 82, drawn=1))
    values = {
        "rules": "r1", "method": "selection", "budget": 180, "fixed_price": None, "criteria": TABLE,
        "bids": bids, "outcome": Outcome.RANKED, "winner": None,
    }  # fmt: skip
    past = PastRound(**{**values, **changes})
    judged = rejudge.judge_round(past, SAME)
    decided = {"outcome": judged.outcome, "winner": rejudge.winner_of(judged)}
    return PastRound(**{**values, **changes, **decided})


def measures(**values: int) -> dict[str, PastMeasure]:
    """Return measures by the second word of their indicator, each from sixty answers."""
    names = {name.partition(".")[2]: name for name in INDICATORS}
    return {names[key]: PastMeasure(value, value, value, 60) for key, value in values.items()}


def a_grade(scheme=None, **values: int) -> PastGrade:
    scheme = scheme or default_scheme(RULES)
    items, bands = past_items(scheme)
    found = measures(**{"met_share": 6000, "trust_mean": 350, "confirmed_share": 9000, "tenure_days": 300,
                        "turnover": 2000, "load_mean": 400, "sampled_met_share": 5000, **values})  # fmt: skip
    past = PastGrade("r1", items, bands, scheme.measured_min_bp, found, None, "")
    judged = rejudge.judge_grade(past, SAME)
    return PastGrade("r1", items, bands, scheme.measured_min_bp, found, judged.score_bp, judged.band)


def a_review(terms=None, *, months: int = 12, **values: int) -> PastReview:
    terms = terms or default_renewal_terms(RULES)
    least = renewal_measured_min(RULES, terms)
    found = measures(**{"met_share": 6000, "trust_mean": 350, "load_mean": 400, "turnover": 2000, **values})
    most = RULES.int("contract.term_ceiling")
    past = PastReview("r1", past_terms(terms), least, found, months, most, None)
    advice = rejudge.judge_review(past, SAME)
    return PastReview("r1", past_terms(terms), least, found, months, most, advice)


def past(rounds=(), grades=(), reviews=(), **changes) -> PastCases:
    frozen = {**frozen_values(RULES), **changes}
    return PastCases("2026-03", {"r1": frozen}, tuple(rounds), tuple(grades), tuple(reviews), 0)


def frozen(name: str, value: object) -> dict[str, FrozenValue]:
    """Return one frozen value by its name."""
    return {name: FrozenValue(RULES.value(name).unit, json.dumps(value))}
