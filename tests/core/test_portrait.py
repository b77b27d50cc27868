"""The portrait: four parts with intervals, no sum, no rank, and no part that one input alone can lift."""

from dataclasses import fields
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhagen.core.indicators.measure import Measure
from zhagen.core.scoring.portrait import (
    Input,
    PartName,
    Portrait,
    PortraitRules,
    draw_portrait,
    joined_bp,
    most_counted_bp,
)
from zhagen.core.trace import Trace

TRUST = ("survey.knows_share", "survey.knows_work_share", "survey.trust_mean")
RULES = PortraitRules(
    {
        PartName.TRUST: (
            Input(TRUST[0], 0, 10_000), Input(TRUST[1], 0, 10_000), Input(TRUST[2], 100, 500),
        ),
        PartName.PRESENCE: (Input("staffing.turnover", 10_000, 0), Input("staffing.tenure_days", 0, 1_000)),
    },
    lead_bp=1_000,
)  # fmt: skip
INPUTS = st.lists(st.integers(0, 10_000), min_size=2, max_size=5)


def measure(name: str, value: int | None, low: int | None = None, high: int | None = None) -> Measure:
    ends = (value if low is None else low, value if high is None else high)
    return Measure(name, value, *ends, 40, "bp", Trace(name, value, "bp", rows=(f"row:{name}",)))


def portrait(*measures: Measure) -> Portrait:
    return draw_portrait({each.name: each for each in measures}, RULES)


def trust(knows: int, works: int, mean: int) -> Portrait:
    return portrait(measure(TRUST[0], knows), measure(TRUST[1], works), measure(TRUST[2], mean))


def test_there_are_four_parts_and_nothing_that_sums_or_orders_them() -> None:
    one, other = trust(5_000, 5_000, 300), trust(6_000, 6_000, 400)

    assert [part.name for part in one.parts] == list(PartName)
    assert [field.name for field in fields(one)] == ["parts"]
    with pytest.raises(TypeError):
        sorted([one, other])
    with pytest.raises(TypeError):
        sorted([one.parts[0], other.parts[0]])


def test_equal_inputs_give_their_own_value_and_the_trace_opens_to_rows() -> None:
    part = trust(5_000, 5_000, 300).part(PartName.TRUST)

    assert (part.low_bp, part.value_bp, part.high_bp) == (5_000, 5_000, 5_000)
    assert part.held_back == ()
    assert part.trace.all_rows() == tuple(f"row:{name}" for name in TRUST)


def test_a_lone_lead_is_held_back_and_named() -> None:
    part = trust(10_000, 4_000, 260).part(PartName.TRUST)

    assert part.value_bp == 4_200
    assert part.held_back == (TRUST[0],)


def test_a_part_without_two_measured_inputs_has_no_value() -> None:
    alone = portrait(measure(TRUST[0], 9_000), measure(TRUST[1], None))

    assert alone.part(PartName.TRUST).value_bp is None
    assert alone.part(PartName.TRUST).measured == 1
    assert alone.part(PartName.COMMUNITY_LIFE).value_bp is None


def test_less_turnover_is_more_presence() -> None:
    stable = portrait(measure("staffing.turnover", 1_000), measure("staffing.tenure_days", 900))
    fleeting = portrait(measure("staffing.turnover", 8_000), measure("staffing.tenure_days", 200))

    assert stable.part(PartName.PRESENCE).value_bp == 9_000
    assert fleeting.part(PartName.PRESENCE).value_bp == 2_000


def test_uncertain_inputs_give_a_part_with_an_interval_around_it() -> None:
    part = portrait(
        measure(TRUST[0], 5_000, 4_000, 6_000), measure(TRUST[1], 5_000, 4_000, 6_000), measure(TRUST[2], 300)
    ).part(PartName.TRUST)

    # 849 down and 354 up joined by squares, both moved up by the 115 that the weakest of several hides
    assert (part.low_bp, part.high_bp) == (4_266, 5_469)
    bare = Measure(TRUST[0], 5_000, None, None, 40, "bp", Trace(TRUST[0], 5_000, "bp"))
    assert portrait(bare, measure(TRUST[1], 5_000)).part(PartName.TRUST).low_bp == 5_000


@given(INPUTS, st.data())
def test_gaming_any_input_but_the_weakest_lifts_a_part_by_a_tenth_at_most(inputs, data) -> None:
    weakest = inputs.index(min(inputs))
    gamed = data.draw(st.sampled_from([at for at in range(len(inputs)) if at != weakest]))
    lifted = [data.draw(st.integers(each, 10_000)) if at == gamed else each for at, each in enumerate(inputs)]

    assert joined_bp(lifted, 1_000) <= joined_bp(inputs, 1_000) * Fraction(11, 10)


@given(INPUTS, st.data())
def test_gaming_one_input_far_above_the_others_lifts_by_a_tenth_of_what_they_carry(inputs, data) -> None:
    at = data.draw(st.integers(0, len(inputs) - 1))
    others = [each for place, each in enumerate(inputs) if place != at]

    lifted = joined_bp([*others, 10_000], 1_000)

    assert lifted <= min(others) * Fraction(11, 10)


@given(INPUTS, st.data())
def test_a_better_input_never_lowers_a_part_and_a_part_lies_within_its_inputs(inputs, data) -> None:
    better = [data.draw(st.integers(each, 10_000)) for each in inputs]

    assert joined_bp(better, 1_000) >= joined_bp(inputs, 1_000)
    assert min(inputs) <= joined_bp(inputs, 1_000) <= most_counted_bp(inputs, 1_000)


@given(st.tuples(*[st.tuples(st.integers(0, 10_000), st.integers(0, 2_000), st.integers(0, 2_000))] * 2))
def test_a_part_lies_within_its_interval(ends) -> None:
    part = portrait(
        *(
            measure(name, value, value - down, value + up)
            for name, (value, down, up) in zip(TRUST, ends, strict=False)
        )
    ).part(PartName.TRUST)

    assert 0 <= part.low_bp <= part.value_bp <= part.high_bp <= 10_000
