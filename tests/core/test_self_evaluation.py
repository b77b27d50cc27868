"""The budget unit's own form: 10 for execution, 50 for outputs, 30 for effects, 10 for satisfaction."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhagen.core.errors import RuleError
from zhagen.core.scoring.evaluation import Band
from zhagen.core.scoring.self_evaluation import FormLine, FormRules, Head, QualityLine, self_evaluate

RULES = FormRules(
    {Head.EXECUTION: 1_000, Head.OUTPUT: 5_000, Head.EFFECT: 3_000, Head.SATISFACTION: 1_000},
    (Band("excellent", 9_000), Band("good", 8_000), Band("fair", 6_000), Band("poor", 0)),
    explain_below_bp=10_000, explain_above_bp=13_000, source="财预〔2020〕10号",
)  # fmt: skip
LINES = (
    FormLine("场次", Head.OUTPUT, 3_000, target=60, actual=60, rows=("activity:1",)),
    FormLine("成本", Head.OUTPUT, 2_000, target=100, actual=80, less_is_better=True),
    QualityLine("邻里关系改善", Head.EFFECT, 3_000, share_bp=10_000),
    FormLine("满意度", Head.SATISFACTION, 1_000, target=90, actual=90),
)


def form(*lines, budget: int = 1_000, spent: int = 1_000, rules: FormRules = RULES):
    return self_evaluate(lines or LINES, budget_fen=budget, spent_fen=spent, rules=rules)


def refusal(*lines, **more) -> str:
    with pytest.raises(RuleError) as caught:
        form(*lines, **more)
    return caught.value.code


def test_all_reached_and_all_spent_is_a_hundred() -> None:
    found = form()

    assert (found.score_bp, found.band, found.to_explain) == (10_000, "excellent", ())
    assert found.heads_bp == {
        Head.EXECUTION: 1_000, Head.OUTPUT: 5_000, Head.EFFECT: 3_000, Head.SATISFACTION: 1_000,
    }  # fmt: skip
    assert "activity:1" in found.trace.all_rows()


def test_execution_is_spent_over_budget_and_never_more_than_its_ten() -> None:
    assert form(spent=873).heads_bp[Head.EXECUTION] == 873
    assert form(spent=1_200).heads_bp[Head.EXECUTION] == 1_000


def test_a_line_scores_by_the_share_reached_and_off_the_range_it_is_to_be_explained() -> None:
    half = replace(LINES[0], actual=30)
    double = replace(LINES[0], actual=120)
    dear = replace(LINES[1], actual=200)

    assert form(half, *LINES[1:]).heads_bp[Head.OUTPUT] == 3_500
    assert form(half, *LINES[1:]).to_explain == ("场次",)
    assert form(double, *LINES[1:]).heads_bp[Head.OUTPUT] == 5_000
    assert form(double, *LINES[1:]).to_explain == ("场次",)
    assert form(LINES[0], dear, *LINES[2:]).heads_bp[Head.OUTPUT] == 4_000


def test_a_form_that_does_not_add_up_is_refused_by_name() -> None:
    wrong = replace(RULES, head_weights_bp={**RULES.head_weights_bp, Head.OUTPUT: 4_000})

    assert refusal(rules=wrong) == "self_evaluation.head_weights"
    assert refusal(rules=replace(RULES, head_weights_bp={})) == "self_evaluation.head_weights"
    assert refusal(budget=0) == "self_evaluation.no_budget"
    assert refusal(*LINES[1:]) == "self_evaluation.line_weights"
    assert refusal(replace(LINES[0], target=0), *LINES[1:]) == "self_evaluation.target_missing"
    assert (
        refusal(*LINES[:2], replace(LINES[2], share_bp=10_001), LINES[3])
        == "self_evaluation.share_out_of_range"
    )


@given(st.integers(0, 200), st.integers(1, 400), st.integers(0, 10_000), st.integers(0, 2_000))
def test_the_score_is_the_sum_of_its_heads_and_lies_within_a_hundred(actual, cost, share, spent) -> None:
    lines = (
        replace(LINES[0], actual=actual), replace(LINES[1], actual=cost), replace(LINES[2], share_bp=share),
        LINES[3],
    )  # fmt: skip

    found = form(*lines, spent=spent)

    assert found.score_bp == sum(found.heads_bp.values())
    assert 0 <= found.score_bp <= 10_000
