"""A contract is graded by its own scheme, with an interval, and never by its own paper alone."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhagen.core.errors import RuleError
from zhagen.core.indicators.measure import Measure, counted, unmeasured
from zhagen.core.scoring.evaluation import (
    Band,
    Item,
    Missing,
    Scheme,
    check_scheme,
    confirmed_outputs,
    grade,
    item_score_bp,
    with_confirmed_outputs,
)
from zhagen.core.scoring.weighted import weighted_bp
from zhagen.core.trace import Trace

BANDS = (Band("excellent", 9_000), Band("good", 8_000), Band("fair", 6_000), Band("poor", 0))
MET = Item("met", "need.met_share", 6_000, full_at=8_000, zero_at=2_000, min_count=5)
LEFT = Item("left", "staffing.turnover", 4_000, full_at=0, zero_at=10_000)
SCHEME = Scheme((MET, LEFT), BANDS)


def measure(
    name: str, value: int, low: int | None = None, high: int | None = None, count: int = 30
) -> Measure:
    trace = Trace(name, value, "bp", rows=(f"row:{name}",))
    return Measure(
        name, value, value if low is None else low, value if high is None else high, count, "bp", trace
    )


def graded(*measures: Measure, scheme: Scheme = SCHEME):
    return grade(scheme, {each.name: each for each in measures})


def refusal(scheme: Scheme, cap: int = 2_000) -> str:
    with pytest.raises(RuleError) as caught:
        check_scheme(scheme, cap)
    return caught.value.code


def test_a_score_is_the_weighted_mean_of_items_between_their_thresholds() -> None:
    found = graded(measure("need.met_share", 5_000), measure("staffing.turnover", 2_500))

    assert [each.score_bp for each in found.items] == [5_000, 7_500]
    assert (found.score_bp, found.low_bp, found.high_bp) == (6_000, 6_000, 6_000)
    assert (found.band, found.band_low, found.band_high) == ("fair", "fair", "fair")


def test_where_less_is_better_the_ends_of_the_interval_change_places() -> None:
    found = graded(measure("need.met_share", 5_000), measure("staffing.turnover", 5_000, 4_000, 7_000))

    assert (found.items[1].low_bp, found.items[1].score_bp, found.items[1].high_bp) == (3_000, 5_000, 6_000)
    assert (found.low_bp, found.high_bp) == (5_000 - 800, 5_000 + 400)


def test_the_ends_of_items_join_by_squares_and_a_band_that_is_not_certain_shows() -> None:
    found = graded(
        measure("need.met_share", 5_600, 5_000, 6_200), measure("staffing.turnover", 4_000, 3_250, 4_750)
    )

    assert found.score_bp == 6_000
    assert (found.low_bp, found.high_bp) == (6_000 - 671, 6_000 + 671)
    assert (found.band_low, found.band, found.band_high) == ("poor", "fair", "fair")


def test_a_missing_item_is_neutral_or_nothing_as_the_contract_says() -> None:
    neutral = graded(measure("need.met_share", 5_000))
    nothing = graded(
        measure("need.met_share", 5_000), scheme=Scheme((MET, replace(LEFT, missing=Missing.ZERO)), BANDS)
    )

    assert neutral.score_bp == 5_000
    assert neutral.items[1].score_bp is None
    assert nothing.score_bp == 3_000


def test_too_few_answers_are_as_if_missing_but_stay_in_the_trace() -> None:
    found = graded(measure("need.met_share", 5_000, count=4), measure("staffing.turnover", 0))

    enough = graded(measure("need.met_share", 5_000, count=5))

    assert found.items[0].score_bp is None
    assert found.score_bp == 10_000
    assert enough.items[0].score_bp == 5_000
    assert "row:need.met_share" in found.trace.all_rows()


def test_nothing_measured_gives_no_grade_rather_than_a_bad_one() -> None:
    found = graded(unmeasured("need.met_share", 0, (), "nobody heard"))

    assert (found.score_bp, found.low_bp, found.high_bp, found.band) == (None, None, None, "")


def test_below_the_smallest_measured_weight_there_are_figures_but_neither_score_nor_grade() -> None:
    least = replace(SCHEME, measured_min_bp=6_001)
    found = graded(measure("need.met_share", 8_000), scheme=least)
    enough = graded(measure("need.met_share", 8_000), scheme=replace(SCHEME, measured_min_bp=6_000))

    assert (found.score_bp, found.low_bp, found.high_bp) == (None, None, None)
    assert (found.band, found.band_low, found.band_high) == ("", "", "")
    assert (found.items[0].score_bp, found.measured_bp, found.missing) == (
        10_000,
        6_000,
        ("staffing.turnover",),
    )
    assert "measured 6000 bp of the weight, 6001 bp needed" in found.trace.rule
    assert "row:need.met_share" in found.trace.all_rows()
    assert (enough.band, enough.score_bp) == ("excellent", 10_000)


def test_what_had_to_be_handed_in_counts_as_measured_so_that_silence_does_not_avoid_a_bad_grade() -> None:
    silent = Scheme((MET, replace(LEFT, missing=Missing.ZERO)), BANDS, measured_min_bp=10_000)

    assert graded(measure("need.met_share", 5_000), scheme=silent).band == "poor"


def test_a_measure_without_ends_is_taken_as_exact() -> None:
    bare = replace(measure("need.met_share", 5_000), low=None, high=None)

    assert graded(bare, measure("staffing.turnover", 2_500)).low_bp == 6_000


def test_the_score_opens_down_to_the_rows() -> None:
    trace = graded(measure("need.met_share", 5_000), measure("staffing.turnover", 0)).trace

    assert trace.find("met").children[0].rows == ("row:need.met_share",)
    assert trace.all_rows() == ("row:need.met_share", "row:staffing.turnover")


def test_a_scheme_that_cannot_grade_is_refused_by_name() -> None:
    check_scheme(SCHEME, 2_000)

    assert refusal(Scheme((MET,), BANDS)) == "evaluation.weights_not_full"
    assert refusal(Scheme((MET, replace(LEFT, name="met")), BANDS)) == "evaluation.item_twice"
    assert refusal(Scheme((MET, replace(LEFT, indicator="x.y")), BANDS)) == "evaluation.unknown_indicator"
    assert refusal(Scheme((MET, replace(LEFT, zero_at=0)), BANDS)) == "evaluation.thresholds_equal"
    for bands in ((), BANDS[:-1], tuple(reversed(BANDS)), (Band("a", 5), Band("b", 5), Band("c", 0))):
        assert refusal(Scheme((MET, LEFT), bands)) == "evaluation.bands_wrong"
    for least in (-1, 10_001):
        assert refusal(replace(SCHEME, measured_min_bp=least)) == "evaluation.measured_min_wrong"


def test_paper_may_be_in_a_contract_only_up_to_the_cap_and_never_alone() -> None:
    paper = Item("sessions", "activity.sessions", 2_000, full_at=60, zero_at=0)
    some = Scheme((replace(MET, weight_bp=8_000), paper), BANDS)
    much = Scheme((replace(MET, weight_bp=7_999), replace(paper, weight_bp=2_001)), BANDS)
    only = Scheme((replace(paper, weight_bp=10_000),), BANDS)

    check_scheme(some, 2_000)

    assert refusal(much) == "evaluation.too_much_paper"
    assert refusal(only, cap=10_000) == "evaluation.only_paper"


def test_reported_outputs_count_as_far_as_drawn_participants_confirm_them() -> None:
    confirmed = measure("activity.confirmed_share", 4_000, 3_000, 5_000, count=40)
    reported = counted("activity.sessions", 60, 60, (), "sessions logged")

    trace = confirmed_outputs(60, confirmed)
    corrected = with_confirmed_outputs(reported, confirmed)

    assert (trace.value, trace.low, trace.high) == (24, 18, 30)
    assert (corrected.name, corrected.value, corrected.count) == ("activity.sessions", 24, 40)


def test_an_item_on_the_agencys_own_record_scores_only_what_was_confirmed() -> None:
    paper = Item("sessions", "activity.sessions", 2_000, full_at=60, zero_at=0)
    scheme = Scheme((replace(MET, weight_bp=8_000), paper), BANDS)
    reported = counted("activity.sessions", 60, 60, (), "sessions logged")
    confirmed = measure("activity.confirmed_share", 5_000, count=40)

    found = graded(measure("need.met_share", 5_000), reported, confirmed, scheme=scheme)
    unasked = graded(measure("need.met_share", 5_000), reported, scheme=scheme)

    assert [each.score_bp for each in found.items] == [5_000, 5_000]
    assert [each.score_bp for each in unasked.items] == [5_000, None]


def test_without_confirmation_no_reported_output_counts() -> None:
    silent = unmeasured("activity.confirmed_share", 3, (), "too few")

    corrected = with_confirmed_outputs(counted("activity.sessions", 60, 60, (), "logged"), silent)

    assert corrected.value is None
    assert confirmed_outputs(60, silent).value is None


SCORES = st.lists(st.tuples(st.integers(0, 10_000), st.integers(1, 5_000)), min_size=1, max_size=8)


@given(SCORES)
def test_a_weighted_mean_lies_between_the_least_and_the_most(pairs) -> None:
    scores, weights = zip(*pairs, strict=True)

    assert min(scores) <= weighted_bp(scores, weights) <= max(scores)


@given(st.integers(-20_000, 20_000), st.integers(-9_000, 9_000), st.integers(-9_000, 9_000))
def test_an_item_scores_between_nothing_and_full_and_never_falls_towards_full(value, full, zero) -> None:
    if full == zero:
        full += 1
    step = 1 if full > zero else -1

    score = item_score_bp(value, full, zero)

    assert 0 <= score <= 10_000
    assert item_score_bp(value + step, full, zero) >= score
    assert item_score_bp(full, full, zero) == 10_000
    assert item_score_bp(zero, full, zero) == Fraction(0)


@given(st.integers(0, 10_000), st.integers(0, 3_000), st.integers(0, 3_000), st.integers(0, 10_000))
def test_a_score_lies_within_its_interval(met, down, up, left) -> None:
    found = graded(measure("need.met_share", met, met - down, met + up), measure("staffing.turnover", left))

    assert 0 <= found.low_bp <= found.score_bp <= found.high_bp <= 10_000
