"""What a snapshot does not tell leaves no trace in what it tells: no sum of its tables brings it back."""

import datetime as dt

from hypothesis import given, settings
from hypothesis import strategies as st

from zhagen.lab.snapshot import NEED_CLASSES, NEVER
from zhagen.policy.area import Area
from zhagen.policy.snapshot_people import Stay, leavings_by_month, leavings_by_tenure
from zhagen.policy.snapshot_work import RaisedNeed, mix_of, needs_by_class

MONTHS = 9
PLACES = ("a", "b", "c", "d")
AREA = Area(frozenset(PLACES), dt.date(2025, 1, 1), MONTHS, 5)
NEEDS = st.lists(
    st.builds(
        RaisedNeed, st.sampled_from(PLACES), st.sampled_from(NEED_CLASSES[:2]), st.integers(0, MONTHS - 1),
        st.sampled_from((0, 1, 4, NEVER)),
    ),
    max_size=60,
)  # fmt: skip
STAYS = st.lists(
    st.builds(
        lambda worker, slot, began, months, has_left: Stay(
            str(worker), slot, began, min(began + months, MONTHS - 1), has_left
        ),
        st.integers(0, 500), st.sampled_from(("lead", "worker")), st.integers(-20, MONTHS - 1), st.integers(0, 20),
        st.booleans(),
    ),
    max_size=50,
)  # fmt: skip


def tables_of(needs):
    by_class, told = needs_by_class(AREA, needs)
    return by_class, mix_of(AREA, told), told


@settings(max_examples=60)
@given(NEEDS)
def test_needs_that_are_not_told_change_no_table(needs):
    by_class, mix, told = tables_of(needs)

    assert tables_of(told)[:2] == (by_class, mix)
    for each in by_class:
        own = [need for need in told if need.need_class == each.need_class]
        assert sum(window.n for window in each.arrivals) == len(own)
        assert sum(place.n for place in each.closing) == len(own)
        assert all(cell.n >= AREA.least for cell in (*each.arrivals, *each.closing))


@settings(max_examples=60)
@given(NEEDS)
def test_the_hidden_rows_of_the_mix_are_several_or_hold_what_no_other_table_tells(needs):
    by_class, mix, _ = tables_of(needs)
    hidden = mix.count(None)

    for at, each in enumerate(by_class):
        rest = sum(window.n for window in each.arrivals) - sum(row[at] for row in mix if row is not None)
        assert rest == 0 or (rest >= AREA.least and hidden > 1) or hidden == len(PLACES)
    assert all(cell == 0 or cell >= AREA.least for row in mix if row is not None for cell in row)


@settings(max_examples=60)
@given(STAYS)
def test_leavings_that_are_not_told_change_no_table(stays):
    by_month = leavings_by_month(AREA, stays)
    by_tenure = leavings_by_tenure(AREA, stays, by_month)
    ends = {each.slot: each.last for each in by_month}
    staying = [
        Stay(
            each.worker,
            each.slot,
            each.began,
            each.ended,
            each.has_left and each.ended <= ends.get(each.slot, -1),
        )
        for each in stays
    ]

    assert leavings_by_month(AREA, staying) == by_month
    assert leavings_by_tenure(AREA, staying, by_month) == by_tenure
    for slot in ("lead", "worker"):
        in_months = sum(each.left for each in by_month if each.slot == slot)
        assert in_months == sum(each.left for each in by_tenure if each.slot == slot)
    assert all(each.left >= AREA.least for each in (*by_month, *by_tenure))
