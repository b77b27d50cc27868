"""Sample sizes, draws by building and intervals: known figures, bounds and coverage."""

import random
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhagen.core.draws import draw
from zhagen.core.errors import RuleError
from zhagen.core.sampling import (
    Stratum,
    answer_mean_interval,
    choose_doors,
    clustered_share,
    response_of,
    sample_size,
    share_interval,
    stratified_share,
    t_of,
    z_of,
)

SEED = bytes(range(32))
DOORS = {"1号楼": [f"1-{n}" for n in range(60)], "2号楼": [f"2-{n}" for n in range(30)], "3号楼": ["3-1"]}


def code_of(call, *args, **kwargs) -> str:
    with pytest.raises(RuleError) as caught:
        call(*args, **kwargs)
    return caught.value.code


def test_the_quantiles_are_those_of_the_tables() -> None:
    assert z_of(9_000) == pytest.approx(1.6449, abs=1e-4)
    assert z_of(9_500) == pytest.approx(1.9600, abs=1e-4)
    assert t_of(9_000, 4) == pytest.approx(2.132, abs=0.01)
    assert t_of(9_000, 10) == pytest.approx(1.812, abs=0.001)
    assert t_of(9_500, 30) == pytest.approx(2.042, abs=0.001)
    assert t_of(9_000, 0) == t_of(9_000, 1)


def test_ten_points_at_ninety_percent_need_the_sizes_of_the_textbook() -> None:
    many = sample_size(1_000_000, margin_bp=1_000, confidence_bp=9_000)
    street = sample_size(1_200, margin_bp=1_000, confidence_bp=9_000, expected_response_bp=7_500)

    assert many.answers == 68
    assert (street.answers, street.draw) == (65, 87)


def test_a_small_place_is_asked_whole_and_never_more_than_whole() -> None:
    few = sample_size(12, margin_bp=300, confidence_bp=9_500, expected_response_bp=5_000)

    assert (few.answers, few.draw) == (12, 12)


@given(st.integers(1, 100_000), st.integers(100, 3_000), st.integers(5_000, 9_900), st.integers(500, 10_000))
def test_a_narrower_margin_or_more_people_never_needs_fewer(population, margin, confidence, response) -> None:
    size = sample_size(population, margin_bp=margin, confidence_bp=confidence, expected_response_bp=response)
    narrower = sample_size(
        population, margin_bp=margin // 2 + 1, confidence_bp=confidence, expected_response_bp=response
    )
    larger = sample_size(
        population + 1, margin_bp=margin, confidence_bp=confidence, expected_response_bp=response
    )

    assert 1 <= size.answers <= size.draw <= population
    assert narrower.answers >= size.answers
    assert larger.answers >= size.answers


def test_a_sample_that_cannot_be_sized_is_refused() -> None:
    assert code_of(sample_size, 0, margin_bp=1_000, confidence_bp=9_000) == "sampling.nobody_to_ask"
    assert code_of(z_of, 0) == "sampling.confidence_out_of_range"
    assert code_of(sample_size, 9, margin_bp=0, confidence_bp=9_000) == "sampling.margin_out_of_range"
    assert (
        code_of(sample_size, 9, margin_bp=1_000, confidence_bp=10_000) == "sampling.confidence_out_of_range"
    )
    assert (
        code_of(sample_size, 9, margin_bp=1_000, confidence_bp=9_000, expected_response_bp=0)
        == "sampling.no_response_expected"
    )


def test_doors_are_drawn_in_proportion_and_anyone_can_draw_them_again() -> None:
    chosen = choose_doors(DOORS, 9, seed=SEED, public="root 17")

    assert {building: len(doors) for building, doors in chosen.items()} == {"1号楼": 6, "2号楼": 3}
    assert list(chosen["2号楼"]) == draw(SEED, DOORS["2号楼"], 3, public="root 17/2号楼")
    assert choose_doors(DOORS, 0, seed=SEED) == {}


def test_a_draw_of_more_than_there_are_or_of_a_door_twice_is_refused() -> None:
    assert code_of(choose_doors, DOORS, 92, seed=SEED) == "sampling.more_than_there_are"
    assert code_of(choose_doors, {"a": ["1-1"], "b": ["1-1"]}, 1, seed=SEED) == "sampling.door_twice"


def test_wilson_of_half_of_sixty_is_the_textbooks_and_narrows_with_the_place() -> None:
    unbounded = share_interval(30, 60, 0, 9_000)
    bounded = share_interval(30, 60, 90, 9_000)

    assert (unbounded.low, unbounded.high) == (3961, 6039)
    assert bounded.low > unbounded.low
    assert bounded.high < unbounded.high


def test_all_asked_leaves_no_interval_and_none_says_yes_still_leaves_one() -> None:
    everyone = share_interval(12, 40, 40, 9_000)
    nobody = share_interval(0, 20, 0, 9_000)

    assert (everyone.low, everyone.value, everyone.high) == (3000, 3000, 3000)
    assert nobody.low == 0
    assert 900 < nobody.high < 1_300


@given(st.integers(1, 200), st.data())
def test_a_share_lies_within_its_interval_and_within_nothing_and_all(asked, data) -> None:
    yes = data.draw(st.integers(0, asked))
    population = data.draw(st.integers(asked, 2_000))

    found = share_interval(yes, asked, population, 9_000)

    assert 0 <= found.low <= found.value <= found.high <= 10_000


def test_counts_that_do_not_fit_are_refused() -> None:
    for yes, asked, population in ((3, 2, 9), (0, 0, 9), (1, 5, 4), (-1, 5, 9)):
        assert code_of(share_interval, yes, asked, population, 9_000) == "sampling.counts_do_not_fit"
    assert code_of(stratified_share, [Stratum("a", 3, 1, 4)], 9_000) == "sampling.counts_do_not_fit"
    assert code_of(response_of, drawn=5, refused=4, answered=2, yes=1) == "sampling.counts_do_not_fit"


def test_the_mean_of_answers_stays_on_the_scale_even_if_all_say_five() -> None:
    found = answer_mean_interval([5] * 12, 300, 9_000)

    assert (found.value, found.high) == (500, 500)
    assert 450 < found.low < 500
    assert answer_mean_interval([4, 2, 3], 3, 9_000).low == 300
    assert answer_mean_interval([4, 2, 3, 3], 0, 9_000).unit == "centi"


def test_an_answer_off_the_scale_and_no_answer_are_refused() -> None:
    assert code_of(answer_mean_interval, [3, 6], 9, 9_000) == "sampling.answer_off_scale"
    assert code_of(answer_mean_interval, [], 9, 9_000) == "sampling.nobody_to_ask"


def test_a_large_building_weighs_by_its_doors_and_not_by_its_answers() -> None:
    found = stratified_share([Stratum("大", 900, 9, 10), Stratum("小", 100, 0, 30)], 9_000)

    assert found.value == 8_100
    assert found.count == 40


def test_buildings_with_one_answer_are_taken_together_and_none_is_refused() -> None:
    thin = stratified_share([Stratum("a", 10, 1, 1), Stratum("b", 10, 0, 1), Stratum("c", 20, 5, 10)], 9_000)
    silent = stratified_share([Stratum("a", 10, 0, 0), Stratum("c", 20, 5, 10)], 9_000)
    whole = stratified_share([Stratum("a", 4, 1, 4), Stratum("b", 4, 3, 4)], 9_000)

    assert thin.value == 5_000
    assert silent.count == 10
    assert (whole.low, whole.high) == (5_000, 5_000)
    assert code_of(stratified_share, [Stratum("a", 9, 0, 0)], 9_000) == "sampling.nobody_to_ask"


def test_neighbours_who_answer_alike_make_the_interval_wider() -> None:
    alike = [Stratum(str(n), 40, 10 if n % 2 else 0, 10) for n in range(8)]
    mixed = [Stratum(str(n), 40, 5, 10) for n in range(8)]

    wide, narrow = clustered_share(alike, 40, 9_000), clustered_share(mixed, 40, 9_000)

    assert wide.value == narrow.value == 5_000
    assert wide.high - wide.low > 2 * (narrow.high - narrow.low)
    assert code_of(clustered_share, alike[:1], 40, 9_000) == "sampling.too_few_buildings"
    assert code_of(clustered_share, alike, 3, 9_000) == "sampling.too_few_buildings"


def test_every_door_of_every_building_asked_falls_back_to_a_plain_interval() -> None:
    whole = [Stratum(str(n), 10, 5, 10) for n in range(4)]

    found = clustered_share(whole, 4, 9_000)

    assert found.low < 5_000 < found.high


def test_the_silent_are_shown_with_the_bounds_they_leave_open() -> None:
    found = response_of(drawn=80, refused=6, answered=60, yes=45)

    assert (found.unreachable, found.rate_bp, found.worst_bp, found.best_bp) == (14, 7_500, 5_625, 8_125)


def coverage(found) -> float:
    listed = list(found)
    return sum(listed) / len(listed)


def test_a_plain_share_and_a_mean_cover_the_truth_as_often_as_stated() -> None:
    rng = random.Random(7)

    def share_holds() -> bool:
        population = [rng.random() < rng.choice((0.2, 0.5, 0.8)) for _ in range(300)]
        asked = rng.sample(population, 60)
        found = share_interval(sum(asked), 60, 300, 9_000)
        return found.low <= Fraction(sum(population) * 10_000, 300) <= found.high

    def mean_holds() -> bool:
        middle = rng.uniform(1.5, 4.5)
        population = [min(max(round(rng.gauss(middle, 0.9)), 1), 5) for _ in range(300)]
        found = answer_mean_interval(rng.sample(population, 25), 300, 9_000)
        return found.low <= Fraction(sum(population) * 100, 300) <= found.high

    assert 0.86 <= coverage(share_holds() for _ in range(600)) <= 0.94
    assert 0.86 <= coverage(mean_holds() for _ in range(600)) <= 0.95
