"""What the rulebook proposes can be used as it is, and comes back whole from a sealed document."""

import json
from datetime import date

import pytest

from tests.core.case_checks import world
from zhagen.core.exact import clip, half_up, mean_of, share_bp
from zhagen.core.indicators.registry import INDICATORS, SELF_REPORTED
from zhagen.core.lifecycle.annual_review import Advice
from zhagen.core.scoring.acceptance import Promise
from zhagen.core.scoring.bid_terms import Criterion, CriterionKind
from zhagen.core.scoring.defaults import (
    BY_FIGURE,
    bid_scheme,
    default_renewal_terms,
    default_scheme,
    form_rules,
    panel_rules,
    portrait_rules,
)
from zhagen.core.scoring.evaluation import Missing
from zhagen.core.scoring.plain import (
    criteria_from_plain,
    criteria_to_plain,
    promises_from_plain,
    promises_to_plain,
    scheme_from_plain,
    scheme_to_plain,
    terms_from_plain,
    terms_to_plain,
)
from zhagen.core.scoring.portrait import PartName
from zhagen.core.trace import Trace, trace_from_dict, trace_to_dict

RULES = world("990101001000", date(2026, 3, 2)).rules


def through_json(plain):
    return json.loads(json.dumps(plain, ensure_ascii=False))


def test_the_proposed_scheme_pays_for_no_paper_and_what_was_not_kept_scores_nothing() -> None:
    scheme = default_scheme(RULES)

    assert not {item.indicator for item in scheme.items} & SELF_REPORTED
    assert {item.name: item.missing for item in scheme.items}["tenure_days"] is Missing.ZERO
    assert {item.name: item.missing for item in scheme.items}["met_share"] is Missing.NEUTRAL
    assert {item.name: item.min_count for item in scheme.items}["sampled_met_share"] == 20
    assert [band.from_bp for band in scheme.bands] == [9_000, 8_000, 6_000, 0]


def test_the_proposed_renewal_terms_end_a_service_only_for_needs_unmet() -> None:
    steps = {term.name: term.if_missed for term in default_renewal_terms(RULES)}

    assert steps["met_share"] is Advice.NOT_RENEW
    assert steps["sampled_met_share"] is Advice.REPROCURE
    assert steps["turnover"] is Advice.CORRECT
    assert {term.name for term in default_renewal_terms(RULES) if not term.at_least} == {"turnover"}


def test_no_part_of_the_portrait_rests_on_the_agencys_own_paper() -> None:
    rules = portrait_rules(RULES)

    assert set(rules.parts) == set(PartName)
    assert all(len(inputs) > 1 for inputs in rules.parts.values())
    assert not {each.indicator for inputs in rules.parts.values() for each in inputs} & SELF_REPORTED
    assert rules.lead_bp == 1_000


def test_every_indicator_has_a_second_word_of_its_own() -> None:
    assert len(BY_FIGURE) == len(INDICATORS)


def test_the_form_the_panel_and_the_round_take_their_figures_from_the_rulebook() -> None:
    small = panel_rules(RULES, "selection", amount_fen=10_000_000)
    large = panel_rules(RULES, "open_tender", amount_fen=2_000_000_000)
    usual = panel_rules(RULES, "open_tender", amount_fen=50_000_000)

    assert sum(form_rules(RULES).head_weights_bp.values()) == 10_000
    assert (small.least, small.must_be_odd, small.expert_share_bp) == (3, True, 0)
    assert (usual.least, usual.expert_share_bp, large.least) == (5, 6_667, 7)
    assert bid_scheme(RULES, "consultation", budget_fen=1).min_responsive == 2
    assert "内控" in bid_scheme(RULES, "selection", budget_fen=1).sources["min_responsive"]


def test_terms_come_back_whole_from_a_sealed_document() -> None:
    criteria = (Criterion("plan", CriterionKind.PANEL, 10_000, 0, 50, "方案"),)
    promises = (Promise("hours", "hours", 100, takes_off_plan=True),)
    scheme, terms = default_scheme(RULES), default_renewal_terms(RULES)

    assert scheme_from_plain(through_json(scheme_to_plain(scheme))) == scheme
    assert terms_from_plain(through_json(terms_to_plain(terms))) == terms
    assert criteria_from_plain(through_json(criteria_to_plain(criteria))) == criteria
    assert promises_from_plain(through_json(promises_to_plain(promises))) == promises


def test_a_trace_comes_back_whole_with_its_fractions() -> None:
    leaf = Trace("share", mean_of([1, 2, 2]), "bp", rows=("need:1", "need:2"), low=1, high=3)
    trace = Trace("score", 7, "bp", "mean", ("need:2",), (leaf, Trace("none", None, "text")))

    assert trace_from_dict(through_json(trace_to_dict(trace))) == trace
    assert trace.all_rows() == ("need:2", "need:1")
    assert trace.find("share") is leaf
    with pytest.raises(KeyError):
        trace.find("absent")


def test_rounding_is_half_up_and_an_empty_whole_is_nothing() -> None:
    assert [half_up(mean_of([low, low + 1])) for low in (0, 1, -2)] == [1, 2, -1]
    assert (share_bp(1, 3), share_bp(0, 0), clip(12_000), clip(-1)) == (3_333, 0, 10_000, 0)
