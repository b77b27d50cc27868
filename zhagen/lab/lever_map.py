"""Where each lever of the model comes from: a value of the rulebook, local practice, the platform itself, or research."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from zhagen.core.exact import half_up
from zhagen.core.indicators.registry import INDICATORS, Word
from zhagen.core.rulebook.layer import FULL_BP
from zhagen.core.rulebook.rules import Rules
from zhagen.core.scoring.defaults import BY_FIGURE
from zhagen.core.scoring.evaluation import item_score_bp
from zhagen.core.scoring.weighted import weighted_bp
from zhagen.lab.local_facts import LocalFacts

Reader = Callable[[Rules, LocalFacts], float]


class Origin(StrEnum):
    """Who can move a lever."""

    RULE = "rule"
    """A value of the rulebook: rehearsed, then adopted."""
    PRACTICE = "practice"
    """Decided case by case in plans and contracts, or a fact: rehearsed, never adopted as a rule."""
    FIXED = "fixed"
    """Law, or what the platform does by itself: no office moves it."""
    RESEARCH = "research"
    """Only for comparing ideal types, on the command line and in the docs."""


OTHER_FIGURES = {
    "need.met_share": "w_outcome",
    "need.partly_share": "w_outcome",
    "need.unmet_share": "w_outcome",
    "need.sampled_met_share": "w_outcome",
    "need.first_answer_days": "w_outcome",
    "need.overdue_share": "w_outcome",
    "activity.confirmed_share": "w_need",
    "activity.confirmed_participants": "w_need",
    "survey.trust_mean": "w_sat",
    "survey.satisfied_share": "w_sat",
    "survey.knows_share": "w_embed",
    "survey.knows_work_share": "w_embed",
    "activity.presence_share": "w_embed",
    "activity.off_plan_share": "w_embed",
    "staffing.tenure_days": "w_embed",
    "staffing.median_stay_days": "w_embed",
    "staffing.turnover": "w_embed",
    "staffing.same_worker_share": "w_embed",
    "staffing.hand_over_share": "w_embed",
    "community.other_meetings": "w_embed",
    "community.took_task_share": "w_embed",
    "community.load_mean": "w_embed",
    "supervision.minutes_per_worker_month": "w_out",
    "supervision.disagreed_share": "w_out",
    "paper.minutes_per_hour": "w_out",
    "money.pace": "w_out",
    "money.late_days": "w_out",
}
"""Weight of the model to which each indicator of a scheme belongs; records of the process count as output."""

WEIGHTS = ("w_out", "w_outcome", "w_need", "w_sat", "w_embed")


def weight_of(indicator: str) -> str:
    """Return the weight of the model to which an indicator belongs.

    >>> weight_of("activity.hours"), weight_of("need.met_share")
    ('w_out', 'w_outcome')
    """
    return "w_out" if INDICATORS[indicator].word is Word.AGENCY else OTHER_FIGURES[indicator]


def _weight(code: str) -> Reader:
    def read(rules: Rules, facts: LocalFacts) -> float:
        scheme = rules.table("evaluation.scheme").items()
        return float(sum(bp for figure, bp in scheme if weight_of(BY_FIGURE[figure]) == code))

    return read


def has_long_terms(rules: Rules, facts: LocalFacts) -> bool:
    """Return whether agencies are kept beyond the usual term by the yearly review, up to the ceiling."""
    grounds = not rules.texts("contract.long_term_conditions") or facts["long_terms"]
    return bool(grounds) and rules.int("contract.term_ceiling") > rules.int("contract.term_max")


def _term(rules: Rules, facts: LocalFacts) -> float:
    ceiling, usual = rules.int("contract.term_ceiling"), rules.int("contract.term_max")
    return float(ceiling if has_long_terms(rules, facts) else min(ceiling, usual))


def _merit(rules: Rules, facts: LocalFacts) -> float:
    has_terms = rules.table("annual_review.at_least") or rules.table("annual_review.at_most")
    return float(bool(has_terms) and has_long_terms(rules, facts))


def _renew_bp(rules: Rules, facts: LocalFacts) -> float:
    """Return the score of a contract that just reaches each renewal term, by its own scheme."""
    full, zero = rules.table("evaluation.full_at"), rules.table("evaluation.zero_at")
    weights = rules.table("evaluation.scheme")
    terms = {**rules.table("annual_review.at_least"), **rules.table("annual_review.at_most")}
    both = [figure for figure in terms if figure in weights]
    if not both:
        return float(rules.table("evaluation.grade_bands")["fair"])
    scores = [half_up(item_score_bp(terms[figure], full[figure], zero[figure])) for figure in both]
    return float(weighted_bp(scores, [weights[figure] for figure in both]))


def _audit(rules: Rules, facts: LocalFacts) -> float:
    return rules.int("sample.participants_max") / facts["participations"]


def _closing(rules: Rules, facts: LocalFacts) -> float:
    return 2.0 if rules.flag("acceptance.light.users_invited") else 0.0


def _credit(rules: Rules, facts: LocalFacts) -> float:
    return rules.int("off_plan.credit_max") / facts["off_plan_load"]


def _wage(rules: Rules, facts: LocalFacts) -> float:
    protected = rules.int("staffing.protected_cost_share_min") * facts["worker_cost"]
    return protected / (FULL_BP * facts["outside_cost"])


def wage_month(rules: Rules, facts: LocalFacts) -> int:
    """Return the monthly wage in yuan, before tax, that the protected staff cost pays."""
    protected = rules.int("staffing.protected_cost_share_min") * facts["worker_cost"]
    return protected // (12 * (FULL_BP + facts["employer_dues"]))


def fund_yuan(rules: Rules, facts: LocalFacts) -> int:
    """Return a community's fund of a year by the formula, in yuan."""
    bases, heads = rules.table("fund.quota_base"), rules.table("fund.quota_per_hundred")
    way = "rural" if facts["is_rural"] else "urban"
    return bases.get(way, 0) + heads.get(way, 0) * facts["residents"] // 100


def _fund(rules: Rules, facts: LocalFacts) -> float:
    fund = fund_yuan(rules, facts)
    return fund / (fund + facts["site_cost"]) * facts.share("communities_with_fund")


def _vote(rules: Rules, facts: LocalFacts) -> float:
    weights = rules.table("fund.track_weights")
    if weights.get("expert", 0) > weights.get("resident", 0):
        return 1.0
    return 3.0 if facts["fund_by_delegates"] else 2.0


def _share(name: str) -> Reader:
    return lambda rules, facts: facts.share(name)


def _whole(name: str) -> Reader:
    return lambda rules, facts: float(facts[name])


def _constant(value: float) -> Reader:
    return lambda rules, facts: value


@dataclass(frozen=True, slots=True)
class LeverSource:
    """Where a lever of the model comes from.

    Args:
        code: Lever of the model; its name for people is the text `lever.<code>`.
        origin: Who can move it; how it is read is the text `lever_from.<code>`.
        read: Makes its value, which may lie outside the range in which the model is meant.
        paths: Values of the rulebook that it is read from.
        facts: Local facts and practice that it is read from.
    """

    code: str
    origin: Origin
    read: Reader
    paths: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()


_SCHEME = ("evaluation.scheme",)
_TERM = ("contract.term_ceiling", "contract.term_max", "contract.long_term_conditions")
_RENEWAL = ("annual_review.at_least", "annual_review.at_most")
_BOUNDS = ("evaluation.full_at", "evaluation.zero_at")
_QUOTA = ("fund.quota_base", "fund.quota_per_hundred")
_MONEY = ("worker_cost", "outside_cost")

_LISTED = (
    LeverSource("term", Origin.RULE, _term, _TERM, ("long_terms",)),
    LeverSource("merit", Origin.RULE, _merit, (*_TERM, *_RENEWAL), ("long_terms",)),
    *(LeverSource(code, Origin.RULE, _weight(code), _SCHEME) for code in WEIGHTS),
    LeverSource(
        "pass_bp",
        Origin.RULE,
        lambda rules, facts: float(rules.table("evaluation.grade_bands")["fair"]),
        ("evaluation.grade_bands",),
    ),
    LeverSource("renew_bp", Origin.RULE, _renew_bp, (*_RENEWAL, *_SCHEME, *_BOUNDS)),
    LeverSource("quota", Origin.PRACTICE, _share("promised_output"), (), ("promised_output",)),
    LeverSource("audit", Origin.RULE, _audit, ("sample.participants_max",), ("participations",)),
    LeverSource(
        "independence", Origin.PRACTICE, _share("evaluator_independence"), (), ("evaluator_independence",)
    ),
    LeverSource("closing", Origin.RULE, _closing, ("acceptance.light.users_invited",)),
    LeverSource("credit", Origin.RULE, _credit, ("off_plan.credit_max",), ("off_plan_load",)),
    LeverSource("need_tender", Origin.PRACTICE, _share("plans_from_needs"), (), ("plans_from_needs",)),
    LeverSource("past_weight", Origin.PRACTICE, _share("past_performance"), (), ("past_performance",)),
    LeverSource("wage", Origin.RULE, _wage, ("staffing.protected_cost_share_min",), _MONEY),
    LeverSource(
        "fund", Origin.RULE, _fund, _QUOTA, ("residents", "is_rural", "site_cost", "communities_with_fund")
    ),
    LeverSource("vote", Origin.RULE, _vote, ("fund.track_weights",), ("fund_by_delegates",)),
    LeverSource("disclose", Origin.FIXED, _constant(1.0)),
    LeverSource(
        "recuse",
        Origin.FIXED,
        lambda rules, facts: float(rules.int("tie.look_back") > 0),
        ("tie.look_back",),
    ),
    LeverSource("ban", Origin.RESEARCH, _constant(0.0)),
    LeverSource("fee", Origin.PRACTICE, _share("supervision_fee"), (), ("supervision_fee",)),
    LeverSource("seat", Origin.PRACTICE, _share("meetings_invited"), (), ("meetings_invited",)),
    LeverSource("post", Origin.PRACTICE, _whole("post_based"), (), ("post_based",)),
    LeverSource("buy", Origin.RESEARCH, _constant(1.0)),
    LeverSource("tender_mode", Origin.RESEARCH, _constant(0.0)),
    LeverSource("other_income", Origin.RESEARCH, _constant(0.0)),
    LeverSource("themes_closed", Origin.RESEARCH, _constant(0.0)),
    LeverSource("licensed", Origin.RESEARCH, _constant(0.0)),
    LeverSource("agencies_share", Origin.RESEARCH, _constant(1.0)),
    LeverSource("learn", Origin.RESEARCH, _constant(0.0)),
    LeverSource("granularity", Origin.PRACTICE, _whole("projects_a_year"), (), ("projects_a_year",)),
)

LEVER_SOURCES: Mapping[str, LeverSource] = {each.code: each for each in _LISTED}
"""Every lever of the model by its code."""


def moved_by(path: str) -> tuple[str, ...]:
    """Return the levers that a value of the rulebook, or "practice.<name>", moves.

    >>> moved_by("contract.term_ceiling"), moved_by("practice.post_based"), moved_by("claim.payment_max")
    (('term', 'merit'), ('post',), ())
    """
    name = path.removeprefix("practice.")
    if name != path:
        return tuple(each.code for each in _LISTED if name in each.facts)
    return tuple(each.code for each in _LISTED if path in each.paths)
