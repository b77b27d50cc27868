"""Acceptance compares with the promise and waits for the end of the term, however early the ticks."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhagen.core.errors import RuleError
from zhagen.core.scoring.acceptance import (
    AcceptanceOutcome,
    AcceptanceTerms,
    Delivered,
    Promise,
    judge_acceptance,
)

TERMS = AcceptanceTerms(date(2025, 7, 1), date(2026, 6, 30), tolerance_bp=500, off_plan_credit_bp=2_000)
CASES = Promise("cases", "count", 10)
HOURS = Promise("hours", "hours", 100, takes_off_plan=True)
TALKS = Promise("talks", "count", 4, is_essential=False)
AT_END, BEFORE = date(2026, 6, 30), date(2026, 6, 29)


def judged(delivered: dict, *, today: date = AT_END, opinions: int = 3, terms: AcceptanceTerms = TERMS):
    return judge_acceptance((CASES, HOURS, TALKS), delivered, terms, today=today, opinions=opinions)


ALL = {"cases": Delivered(10, rows=("case:1",)), "hours": Delivered(100), "talks": Delivered(9)}


def test_all_delivered_at_the_end_of_the_term_is_accepted() -> None:
    found = judged(ALL)

    assert found.outcome is AcceptanceOutcome.ACCEPT
    assert (found.delivered_bp, found.elapsed_bp, found.is_early_finish) == (10_000, 10_000, False)
    assert found.reasons == ()
    assert "case:1" in found.trace.all_rows()


def test_all_delivered_early_closes_nothing() -> None:
    found = judged(ALL, today=BEFORE)
    half_way = judged(ALL, today=date(2025, 12, 31))

    assert found.outcome is AcceptanceOutcome.NOT_YET
    assert found.is_early_finish
    assert [reason.code for reason in found.reasons] == ["acceptance.term_still_runs"]
    assert half_way.elapsed_bp == 5_041
    assert judged({}, today=date(2025, 1, 1)).elapsed_bp == 0
    assert not judged({}, today=BEFORE).is_early_finish


def test_short_of_an_essential_promise_asks_for_correction_and_of_another_only_lowers_the_share() -> None:
    essential = judged({**ALL, "cases": Delivered(9)})
    other = judged({**ALL, "talks": Delivered(1)})

    assert essential.outcome is AcceptanceOutcome.CORRECT
    assert essential.reasons[0].figures == {"promise": "cases", "counted": 9, "promised": 10}
    assert other.outcome is AcceptanceOutcome.ACCEPT
    assert other.reasons[0].code == "acceptance.short_not_essential"
    assert other.delivered_bp == 7_500


def test_a_shortfall_within_the_tolerance_is_accepted_to_the_unit() -> None:
    assert judged({**ALL, "hours": Delivered(95)}).outcome is AcceptanceOutcome.ACCEPT
    assert judged({**ALL, "hours": Delivered(94)}).outcome is AcceptanceOutcome.CORRECT


def test_confirmed_off_plan_work_counts_up_to_the_contracts_cap() -> None:
    capped = judged({**ALL, "hours": Delivered(60, off_plan=50, off_plan_rows=("off_plan:1",))})
    enough = judged({**ALL, "hours": Delivered(80, off_plan=20)})
    not_there = judged({**ALL, "cases": Delivered(5, off_plan=5)})

    assert capped.promises[1].counted == 80
    assert "off_plan:1" in capped.trace.all_rows()
    assert enough.outcome is AcceptanceOutcome.ACCEPT
    assert not_there.promises[0].counted == 5


def test_no_user_heard_asks_for_correction_where_the_rule_asks_for_users() -> None:
    assert judged(ALL, opinions=0).reasons[0].code == "acceptance.users_not_heard"
    assert judged(ALL, opinions=0).outcome is AcceptanceOutcome.CORRECT
    light = replace(TERMS, users_must_speak=False)
    assert judged(ALL, opinions=0, terms=light).outcome is AcceptanceOutcome.ACCEPT


def test_a_contract_without_figures_or_with_a_term_turned_round_is_refused() -> None:
    with pytest.raises(RuleError, match="nothing_promised"):
        judge_acceptance((), {}, TERMS, today=AT_END, opinions=1)
    with pytest.raises(RuleError, match="nothing_promised"):
        judge_acceptance((replace(CASES, promised=0),), {}, TERMS, today=AT_END, opinions=1)
    with pytest.raises(RuleError, match="term_wrong"):
        judged(ALL, terms=replace(TERMS, ends_on=date(2025, 6, 30)))


def test_a_stage_of_one_day_can_be_accepted() -> None:
    assert judged(ALL, terms=replace(TERMS, began_on=AT_END)).outcome is AcceptanceOutcome.ACCEPT


@given(st.integers(0, 30), st.integers(0, 200), st.integers(0, 200), st.integers(0, 400))
def test_more_delivered_is_never_judged_worse_and_nothing_passes_the_whole(cases, hours, more, days) -> None:
    today = date.fromordinal(TERMS.began_on.toordinal() + days)
    steps = [AcceptanceOutcome.CORRECT, AcceptanceOutcome.NOT_YET, AcceptanceOutcome.ACCEPT]

    less = judged({"cases": Delivered(cases), "hours": Delivered(hours)}, today=today)
    better = judged({"cases": Delivered(cases), "hours": Delivered(hours + more)}, today=today)

    assert steps.index(better.outcome) >= steps.index(less.outcome)
    assert 0 <= less.delivered_bp <= better.delivered_bp <= 10_000
    assert (less.outcome is AcceptanceOutcome.NOT_YET) == (today < TERMS.ends_on)
