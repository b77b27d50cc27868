"""Bids are ranked by exact marks; every place, tie and refusal has its reason."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhagen.core.errors import RuleError
from zhagen.core.scoring.bid import Outcome, TieBreak, score_bids
from zhagen.core.scoring.bid_reasons import reasons_to_loser
from zhagen.core.scoring.bid_terms import Bid, BidScheme, Criterion, CriterionKind, PanelMark

PRICE = Criterion("price", CriterionKind.PRICE, 3_000)
PLAN = Criterion("plan", CriterionKind.PANEL, 5_000, 0, 50, "服务方案")
HOURS = Criterion("hours", CriterionKind.MOST, 2_000)
TABLE = (PRICE, PLAN, HOURS)
SCHEME = BidScheme(budget_fen=200_000, min_responsive=3, sources={"min_responsive": "内控"})


def bid(key: str, amount: int, hours: int, *marks: int, **more) -> Bid:
    given_marks = tuple(PanelMark(f"m{at}", "plan", mark) for at, mark in enumerate(marks))
    return Bid(key, amount, {"hours": hours}, given_marks, **more)


A = bid("甲", 100_000, 1_000, 40, 41, 42)
B = bid("乙", 90_000, 800, 30, 31, 35)
C = bid("丙", 120_000, 900, 45, 45, 44)


def code_of(call, *args) -> str:
    with pytest.raises(RuleError) as caught:
        call(*args)
    return caught.value.code


def test_marks_are_lowest_price_over_price_mean_of_members_and_share_of_the_most_hours() -> None:
    result = score_bids([A, B, C], TABLE, SCHEME)

    first = result.ranking[0]
    assert result.outcome is Outcome.RANKED
    assert [ranked.key for ranked in result.ranking] == ["甲", "丙", "乙"]
    assert [mark.mark_bp for mark in first.marks] == [2_700, 4_100, 2_000]
    assert first.total_bp == 8_800
    assert result.winner == first


def test_a_total_opens_down_to_the_members_marks() -> None:
    trace = score_bids([A, B, C], TABLE, SCHEME).ranking[0].trace

    assert trace.find("plan").children[1].value == 41
    assert "mark:甲/plan/m1" in trace.all_rows()
    assert trace.find("bid.lowest_price").rows == ("bid:乙",)


def test_rounding_is_to_two_decimals_of_a_point_half_up_or_none_at_all() -> None:
    third = replace(A, marks=tuple(PanelMark(f"m{n}", "plan", mark) for n, mark in enumerate((33, 33, 34))))

    rounded = score_bids([third, B, C], TABLE, SCHEME).ranking
    exact = score_bids([third, B, C], TABLE, replace(SCHEME, round_to_bp=None)).ranking

    assert next(each for each in rounded if each.key == "甲").marks[1].mark_bp == 3_333
    assert next(each for each in exact if each.key == "甲").marks[1].mark_bp == Fraction(10_000, 3)


def test_extremes_are_dropped_only_where_the_notice_says_so_and_members_are_enough() -> None:
    five = bid("甲", 100_000, 1_000, 0, 40, 40, 40, 50)
    dropping = replace(SCHEME, drop_extremes=True)

    kept = score_bids([five, B, C], TABLE, SCHEME)
    dropped = score_bids([five, B, C], TABLE, dropping)

    def plan_of(result, key: str) -> Fraction:
        return next(each for each in result.ranking if each.key == key).marks[1].mark_bp

    assert (plan_of(kept, "甲"), plan_of(dropped, "甲")) == (3_400, 4_000)
    assert plan_of(dropped, "乙") == 3_200
    assert "dropped" in dropped.ranking[0].trace.find("plan").rule


def test_a_fixed_price_purchase_scores_hours_and_refuses_another_price() -> None:
    table = (replace(PLAN, weight_bp=6_000), replace(HOURS, weight_bp=4_000))
    fixed = replace(SCHEME, fixed_price_fen=100_000, min_responsive=2)

    result = score_bids([A, replace(C, amount_fen=100_000), B], table, fixed)

    assert [each.key for each in result.ranking] == ["丙", "甲"]
    assert result.rejected[0].reasons[0].code == "bid.not_the_fixed_price"
    assert code_of(score_bids, [A], TABLE, fixed) == "bid.price_scored_at_fixed_price"


def test_no_hours_offered_by_anyone_scores_nothing() -> None:
    none = [replace(each, figures={"hours": 0}) for each in (A, B, C)]

    assert score_bids(none, TABLE, SCHEME).ranking[0].marks[2].mark_bp == 0


def test_a_bid_over_budget_or_with_a_formal_fault_is_rejected_with_every_reason() -> None:
    bad = replace(C, amount_fen=200_001, faults=("bid.unsigned",))

    result = score_bids([A, B, bad], TABLE, replace(SCHEME, min_responsive=2))

    assert [reason.code for reason in result.rejected[0].reasons] == ["bid.unsigned", "bid.over_budget"]
    assert result.outcome is Outcome.RANKED


def test_too_few_valid_bids_end_the_round_and_two_are_enough_where_the_rule_says_so() -> None:
    few = score_bids([A, B], TABLE, SCHEME)
    enough = score_bids([A, B], TABLE, replace(SCHEME, min_responsive=2))

    assert few.outcome is Outcome.TOO_FEW
    assert few.winner is None
    assert few.why.figures == {"valid": 2, "least": 3}
    assert few.why.source == "内控"
    assert enough.outcome is Outcome.RANKED
    assert reasons_to_loser(few, "乙").round_failed_for == few.why


def test_no_bid_at_all_is_too_few() -> None:
    assert score_bids([], TABLE, SCHEME).outcome is Outcome.TOO_FEW


def test_an_abnormally_low_price_waits_for_its_explanation_and_falls_without_one() -> None:
    scheme = replace(SCHEME, abnormal_below_bp=7_000, min_responsive=2)
    low = replace(B, amount_fen=60_000)

    waiting = score_bids([A, low, C], TABLE, scheme)
    explained = score_bids([A, replace(low, low_price_accepted=True), C], TABLE, scheme)
    refused = score_bids([A, replace(low, low_price_accepted=False), C], TABLE, scheme)

    assert waiting.outcome is Outcome.EXPLANATION_NEEDED
    assert waiting.questions["乙"].figures["mean_fen"] == 93_333
    assert explained.outcome is Outcome.RANKED
    assert refused.rejected[0].reasons[0].code == "bid.price_not_explained"
    assert [each.key for each in refused.ranking] == ["甲", "丙"]


def test_equal_totals_go_by_price_then_quality_then_the_recorded_draw() -> None:
    plan_price = (replace(PRICE, weight_bp=5_000), replace(PLAN, weight_bp=5_000, high=100))

    def pair(*amounts: int, marks=(50, 50)):
        return [
            Bid(key, amount, {}, (PanelMark("m", "plan", mark),))
            for key, amount, mark in zip("甲乙", amounts, marks, strict=True)
        ]

    two = replace(SCHEME, min_responsive=2)
    by_price = score_bids(pair(100_000, 50_000, marks=(100, 50)), plan_price, two)
    open_tie = score_bids(pair(50_000, 50_000), plan_price, two)
    drawn = score_bids(pair(50_000, 50_000), plan_price, replace(two, draw_order=("乙", "甲")))

    assert by_price.ties[0].settled_by is TieBreak.PRICE
    assert by_price.winner.key == "乙"
    assert open_tie.outcome is Outcome.DRAW_NEEDED
    assert open_tie.ties[0].settled_by is TieBreak.OPEN
    assert drawn.ties[0].settled_by is TieBreak.DRAW
    assert drawn.winner.key == "乙"
    assert (
        code_of(score_bids, pair(1, 1), plan_price, replace(two, draw_order=("乙", "乙")))
        == "bid.drawn_twice"
    )


def test_a_tie_of_equal_prices_is_settled_by_quality_where_rounding_hid_it() -> None:
    table = (replace(PRICE, weight_bp=9_000), replace(PLAN, weight_bp=1_000, high=100))
    coarse = replace(SCHEME, min_responsive=2, round_to_bp=None)
    bids = [
        Bid("甲", 90, {}, (PanelMark("m", "plan", 0),)),
        Bid("乙", 100, {}, (PanelMark("m", "plan", 90),)),
        Bid("丙", 100, {}, (PanelMark("m", "plan", 90),)),
    ]

    result = score_bids(bids, table, coarse)

    assert [tie.keys for tie in result.ties] == [("甲", "丙", "乙")]
    assert result.ties[0].settled_by is TieBreak.OPEN


def test_equal_price_and_total_but_other_quality_is_settled_by_quality() -> None:
    table = (replace(PRICE, weight_bp=4_000), replace(PLAN, weight_bp=3_000), replace(HOURS, weight_bp=3_000))
    bids = [bid("甲", 100, 100, 25), bid("乙", 100, 50, 50), bid("丙", 80, 0, 20)]

    result = score_bids(bids, table, SCHEME)

    assert [tie.keys for tie in result.ties] == [("乙", "甲")]
    assert result.ties[0].settled_by is TieBreak.QUALITY


def test_a_table_that_does_not_make_a_hundred_points_is_refused() -> None:
    assert code_of(score_bids, [A], (PRICE, PLAN), SCHEME) == "bid.weights_not_full"
    assert code_of(score_bids, [A], (PRICE, replace(PLAN, low=50), HOURS), SCHEME) == "bid.range_empty"


def test_missing_and_absurd_figures_are_refused_by_name() -> None:
    unmarked = replace(A, marks=())
    too_high = bid("甲", 100_000, 1_000, 51)

    assert code_of(score_bids, [unmarked], TABLE, SCHEME) == "bid.mark_missing"
    assert code_of(score_bids, [too_high], TABLE, SCHEME) == "bid.mark_out_of_range"
    assert code_of(score_bids, [replace(A, figures={})], TABLE, SCHEME) == "bid.figure_missing"
    assert code_of(score_bids, [replace(A, amount_fen=0)], TABLE, SCHEME) == "bid.amount_not_positive"


def test_a_loser_sees_marks_beside_the_winners_and_what_would_have_won() -> None:
    result = score_bids([A, B, C], TABLE, SCHEME)

    reasons = reasons_to_loser(result, "丙")

    assert (reasons.rank, reasons.winner, reasons.gap_bp) == (2, "甲", 283)
    assert [each.criterion for each in reasons.comparisons] == ["price", "plan", "hours"]
    assert (reasons.comparisons[1].own_bp, reasons.comparisons[1].winner_bp) == (4_467, 4_100)
    codes = [reason.code for reason in reasons.would_have_won]
    assert codes == ["bid.lower_price_would_win", "bid.more_marks_would_win", "bid.higher_figure_would_win"]


def test_the_price_said_to_win_wins_and_a_fen_more_does_not() -> None:
    result = score_bids([A, B, C], TABLE, SCHEME)
    price = reasons_to_loser(result, "丙").would_have_won[0].figures["price_fen"]

    def winner_at(amount: int) -> str:
        return score_bids([A, B, replace(C, amount_fen=amount)], TABLE, SCHEME).winner.key

    assert winner_at(price) == "丙"
    assert winner_at(price + 1) == "甲"


def test_a_bid_far_behind_is_not_told_that_one_change_would_have_done() -> None:
    far = bid("丁", 150_000, 100, 1, 1, 1)

    reasons = reasons_to_loser(score_bids([A, B, C, far], TABLE, SCHEME), "丁")

    assert "bid.more_marks_would_win" not in [each.code for each in reasons.would_have_won]


def test_no_price_however_low_wins_where_price_weighs_little() -> None:
    table = (replace(PRICE, weight_bp=100), replace(PLAN, weight_bp=9_800), replace(HOURS, weight_bp=100))

    reasons = reasons_to_loser(score_bids([A, B, C], table, SCHEME), "乙")

    assert [each.code for each in reasons.would_have_won] == ["bid.more_marks_would_win"]


def test_the_rejected_the_winner_and_the_unknown_are_answered_apart() -> None:
    result = score_bids([A, B, replace(C, amount_fen=10**9)], TABLE, replace(SCHEME, min_responsive=2))

    assert reasons_to_loser(result, "丙").rejected_for[0].code == "bid.over_budget"
    assert code_of(reasons_to_loser, result, "甲") == "bid.is_the_winner"
    assert code_of(reasons_to_loser, result, "戊") == "bid.unknown"


BIDS = st.lists(
    st.builds(
        lambda amount, hours, marks: (amount, hours, marks),
        st.integers(1, 200_000),
        st.integers(0, 3_000),
        st.lists(st.integers(0, 50), min_size=3, max_size=3),
    ),
    min_size=1,
    max_size=6,
)


def made(rows) -> list[Bid]:
    return [bid(f"b{at}", amount, hours, *marks) for at, (amount, hours, marks) in enumerate(rows)]


@given(BIDS, st.randoms())
def test_the_order_in_which_bids_came_never_matters(rows, rng) -> None:
    bids = made(rows)
    shuffled = list(bids)
    rng.shuffle(shuffled)
    scheme = replace(SCHEME, min_responsive=1, round_to_bp=None)

    one, other = score_bids(bids, TABLE, scheme), score_bids(shuffled, TABLE, scheme)

    assert [each.key for each in one.ranking] == [each.key for each in other.ranking]
    assert one.outcome is other.outcome


@given(BIDS, st.data())
def test_a_lower_price_or_a_higher_mark_never_costs_a_place(rows, data) -> None:
    bids = made(rows)
    scheme = replace(SCHEME, min_responsive=1, round_to_bp=None)
    lucky = data.draw(st.sampled_from(bids))
    better = replace(
        lucky,
        amount_fen=data.draw(st.integers(1, lucky.amount_fen)),
        marks=tuple(replace(each, mark=data.draw(st.integers(each.mark, 50))) for each in lucky.marks),
    )

    def rank(listed) -> int:
        return next(each.rank for each in score_bids(listed, TABLE, scheme).ranking if each.key == lucky.key)

    assert rank([better if each.key == lucky.key else each for each in bids]) <= rank(bids)


@given(BIDS)
def test_no_mark_passes_its_weight_and_every_total_is_the_sum_of_its_marks(rows) -> None:
    result = score_bids(made(rows), TABLE, replace(SCHEME, min_responsive=1))

    for ranked in result.ranking:
        assert all(0 <= mark.mark_bp <= mark.full_bp for mark in ranked.marks)
        assert ranked.total_bp == sum(mark.mark_bp for mark in ranked.marks) <= 10_000
