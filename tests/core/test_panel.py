"""A panel of wrong make-up is refused, the tied step aside, marks far apart are talked over."""

from datetime import date

import pytest

from zhagen.core.errors import RuleError, SeveralRulesError
from zhagen.core.flags.tie import DeclaredTie, TieKind
from zhagen.core.scoring.bid_terms import Bid, Criterion, CriterionKind, PanelMark
from zhagen.core.scoring.panel import Member, PanelRules, check_panel, marks_to_discuss, recusals

STATUTORY = PanelRules(least=5, must_be_odd=True, expert_share_bp=6_667, source="87号令")


def panel(experts: int, others: int) -> list[Member]:
    return [Member(f"e{n}", True) for n in range(experts)] + [Member(f"o{n}", False) for n in range(others)]


def refusal(members, rules=STATUTORY) -> RuleError:
    with pytest.raises(RuleError) as caught:
        check_panel(members, rules)
    return caught.value


def test_five_with_four_experts_may_sit_and_two_of_three_are_two_thirds() -> None:
    check_panel(panel(4, 1), STATUTORY)
    check_panel(panel(2, 1), PanelRules(3, True, 6_667))
    check_panel(panel(0, 3), PanelRules(3, True, 0))


def test_each_fault_of_a_panel_has_its_name() -> None:
    assert refusal(panel(3, 2)).code == "panel.too_few_experts"
    assert refusal(panel(3, 0)).code == "panel.too_small"
    assert refusal(panel(6, 0)).code == "panel.not_odd"
    assert refusal([Member("a", True)] * 5).code == "panel.member_twice"


def test_several_faults_are_told_at_once() -> None:
    error = refusal(panel(1, 1))

    assert isinstance(error, SeveralRulesError)
    assert {each.code for each in error.errors} == {
        "panel.too_small", "panel.not_odd", "panel.too_few_experts",
    }  # fmt: skip


def test_only_the_tied_step_aside_each_with_the_chain_that_says_so() -> None:
    ties = [DeclaredTie("t1", "u:1", "org:x", TieKind.KIN)]

    found = recusals(["u:1", "u:2"], ["org:x"], ties, date(2026, 3, 2), 3)

    assert list(found) == ["u:1"]
    assert found["u:1"][0].ties[0].key == "t1"


def test_marks_further_apart_than_the_bound_are_to_be_discussed() -> None:
    plan = Criterion("plan", CriterionKind.PANEL, 5_000, 0, 50, "服务方案")
    team = Criterion("team", CriterionKind.PANEL, 5_000, 0, 50)
    price = Criterion("price", CriterionKind.PRICE, 5_000)
    marks = (PanelMark("a", "plan", 20), PanelMark("b", "plan", 41), PanelMark("a", "price", 1))

    found = marks_to_discuss([Bid("甲", 1, marks=marks)], [plan, team, price], 4_000)
    at_bound = marks_to_discuss([Bid("甲", 1, marks=marks)], [plan], 4_200)

    assert [(key, line) for key, line, _ in found] == [("甲", "plan")]
    assert found[0][2].figures == {"criterion": "服务方案", "low": 20, "high": 41}
    assert at_bound == ()
