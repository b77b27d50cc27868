"""What the rulebook proposes for a new contract; from signing on only the contract's own terms count."""

from collections.abc import Sequence

from zhagen.core.indicators.registry import INDICATORS, Word
from zhagen.core.lifecycle.annual_review import Advice
from zhagen.core.rulebook.rules import Rules
from zhagen.core.scoring.bid_terms import BidScheme
from zhagen.core.scoring.evaluation import Band, Item, Missing, Scheme, check_scheme
from zhagen.core.scoring.panel import PanelRules
from zhagen.core.scoring.portrait import Input, PartName, PortraitRules
from zhagen.core.scoring.renewal import Term, check_terms
from zhagen.core.scoring.self_evaluation import FormRules, Head

LOWEST_BAND = "poor"
"""The grade below all that the rulebook names."""

BY_FIGURE = {name.partition(".")[2]: name for name in INDICATORS}
"""Indicator by its second word, as the rulebook's tables name it: "met_share" → "need.met_share"."""

_HANDED_IN = frozenset({Word.AGENCY, Word.RECORD})
"""Figures that the agency's or the product's own record gives: absent means not kept, and scores nothing."""


def default_scheme(rules: Rules) -> Scheme:
    """Return the evaluation scheme that the rulebook proposes, checked.

    Raises:
        RuleError: as `check_scheme`.
    """
    full, zero = rules.table("evaluation.full_at"), rules.table("evaluation.zero_at")
    items = tuple(
        Item(
            name=figure, indicator=BY_FIGURE.get(figure, figure), weight_bp=weight, full_at=full[figure],
            zero_at=zero[figure], min_count=_least_count(figure, rules), missing=_missing(figure),
        )
        for figure, weight in rules.table("evaluation.scheme").items()
    )  # fmt: skip
    scheme = Scheme(items, grade_bands(rules), rules.int("evaluation.measured_weight_min"))
    check_scheme(scheme, rules.int("evaluation.output_weight_max"))
    return scheme


def grade_bands(rules: Rules) -> tuple[Band, ...]:
    """Return the grades from the best down, the lowest from 0."""
    starts = sorted(rules.table("evaluation.grade_bands").items(), key=lambda each: -each[1])
    return (*(Band(code, start) for code, start in starts), Band(LOWEST_BAND, 0))


def _least_count(figure: str, rules: Rules) -> int:
    indicator = INDICATORS[BY_FIGURE[figure]]
    if indicator.word is Word.SAMPLED:
        return max(indicator.least_count, rules.int("sample.respondents_min"))
    return indicator.least_count


def _missing(figure: str) -> Missing:
    return Missing.ZERO if INDICATORS[BY_FIGURE[figure]].word in _HANDED_IN else Missing.NEUTRAL


def default_renewal_terms(rules: Rules) -> tuple[Term, ...]:
    """Return the renewal terms that the rulebook proposes, checked.

    Raises:
        RuleError: as `check_terms`.
    """
    wanted = [(figure, value, True) for figure, value in rules.table("annual_review.at_least").items()]
    wanted += [(figure, value, False) for figure, value in rules.table("annual_review.at_most").items()]
    terms = tuple(
        Term(
            name=figure, indicator=BY_FIGURE.get(figure, figure), threshold=value, at_least=at_least,
            if_missed=_if_missed(figure, rules), min_count=_least_count(figure, rules),
            is_required=figure in rules.texts("annual_review.required_terms"),
        )
        for figure, value, at_least in wanted
    )  # fmt: skip
    check_terms(terms)
    return terms


def renewal_measured_min(rules: Rules, terms: Sequence[Term]) -> int:
    """Return how many terms must be measured before the review advises; all, where there are fewer."""
    return min(rules.int("annual_review.terms_measured_min"), len(terms))


def _if_missed(figure: str, rules: Rules) -> Advice:
    if figure in rules.texts("annual_review.not_renew_if_missed"):
        return Advice.NOT_RENEW
    reprocure = figure in rules.texts("annual_review.reprocure_if_missed")
    return Advice.REPROCURE if reprocure else Advice.CORRECT


def portrait_rules(rules: Rules) -> PortraitRules:
    """Return which inputs make which part of the portrait."""
    full, zero = rules.table("portrait.full_at"), rules.table("portrait.zero_at")
    parts = {
        part: tuple(
            Input(BY_FIGURE[figure], zero_at=zero[figure], full_at=full[figure])
            for figure in rules.texts(f"portrait.{part.value}")
        )
        for part in PartName
    }
    return PortraitRules(parts, rules.int("portrait.lead_max"))


_HEADS = {
    Head.EXECUTION: "budget_execution",
    Head.OUTPUT: "output",
    Head.EFFECT: "benefit",
    Head.SATISFACTION: "satisfaction",
}


def form_rules(rules: Rules) -> FormRules:
    """Return the rules of the budget unit's own form."""
    weights, outside = rules.table("self_evaluation.weights"), rules.table("self_evaluation.explained_range")
    return FormRules(
        {head: weights[name] for head, name in _HEADS.items()}, grade_bands(rules),
        outside["below_bp"], outside["above_bp"], rules.value("self_evaluation.weights").source,
    )  # fmt: skip


def panel_rules(rules: Rules, method: str, *, amount_fen: int) -> PanelRules:
    """Return what a panel must be for a method and an amount."""
    size = rules.value(rules.keyed("panel", method, "size_min"))
    least = rules.int(size.name)
    is_light = method in rules.texts("tender.light_methods")
    if not is_light and amount_fen >= rules.fen("panel.large_from"):
        least = max(least, rules.int("panel.large_size_min"))
    return PanelRules(
        least, rules.flag(rules.keyed("panel", method, "is_odd")),
        rules.int(rules.keyed("panel", method, "expert_share_min")), size.source,
    )  # fmt: skip


def bid_scheme(
    rules: Rules,
    method: str,
    *,
    budget_fen: int,
    fixed_price_fen: int | None = None,
    drop_extremes: bool = False,
) -> BidScheme:
    """Return the terms of scoring for a method; the scoring table itself stands in the notice."""
    fewest = rules.value(rules.keyed("tender", method, "suppliers_responsive_min"))
    explain = rules.value("price.explain_below")
    return BidScheme(
        budget_fen=budget_fen,
        min_responsive=rules.int(fewest.name),
        fixed_price_fen=fixed_price_fen,
        drop_extremes=drop_extremes,
        drop_from_members=rules.int("panel.extremes_dropped_from"),
        abnormal_below_bp=rules.int(explain.name),
        sources={"min_responsive": fewest.source, "abnormal_below": explain.source},
    )
