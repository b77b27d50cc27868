"""Small groups are hidden, and no arithmetic on what is shown brings them back."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from zhagen.core.suppression import suppress_groups, suppress_table

COUNTS = st.dictionaries(st.sampled_from("甲乙丙丁戊己"), st.integers(0, 30), max_size=6)
TABLES = st.dictionaries(
    st.tuples(st.sampled_from("甲乙丙丁"), st.sampled_from(["满意", "一般", "不满意", "未答"])),
    st.integers(0, 20),
    max_size=16,
)


def test_one_small_group_takes_the_next_smallest_with_it() -> None:
    shown = suppress_groups({"1号楼": 2, "2号楼": 6, "3号楼": 40}, least=5)

    assert shown == {"1号楼": None, "2号楼": None, "3号楼": 40}


def test_without_a_public_total_the_small_group_alone_is_hidden() -> None:
    shown = suppress_groups({"1号楼": 2, "2号楼": 6}, least=5, total_is_public=False)

    assert shown == {"1号楼": None, "2号楼": 6}


def test_several_small_groups_whose_sum_is_small_take_one_more() -> None:
    assert suppress_groups({"a": 1, "b": 2, "c": 9, "d": 30}, least=5) == {
        "a": None,
        "b": None,
        "c": None,
        "d": 30,
    }


def test_nothing_small_hides_nothing_and_a_zero_is_told() -> None:
    assert suppress_groups({"a": 0, "b": 9}, least=5) == {"a": 0, "b": 9}


@given(COUNTS, st.integers(1, 8))
def test_what_is_hidden_cannot_be_had_from_the_total(counts, least) -> None:
    shown = suppress_groups(counts, least)
    hidden = [name for name, count in shown.items() if count is None]
    left = [name for name, count in shown.items() if count]

    assert all(count is None or count == 0 or count >= least for count in shown.values())
    assert not left or not hidden or (len(hidden) > 1 and sum(counts[name] for name in hidden) >= least)


def solvable(shown, table) -> set:
    """Hidden cells that Gaussian elimination on the row and column sums gives exactly."""
    unknown = sorted(cell for cell, count in shown.items() if count is None)
    rows = []
    for axis in (0, 1):
        for name in {cell[axis] for cell in table}:
            rows.append([Fraction(cell[axis] == name) for cell in unknown])
    pivots, at = {}, 0
    for column in range(len(unknown)):
        pick = next((row for row in range(at, len(rows)) if rows[row][column]), None)
        if pick is None:
            continue
        rows[at], rows[pick] = rows[pick], rows[at]
        rows[at] = [each / rows[at][column] for each in rows[at]]
        for row in range(len(rows)):
            if row != at and rows[row][column]:
                rows[row] = [a - rows[row][column] * b for a, b in zip(rows[row], rows[at], strict=True)]
        pivots[column], at = at, at + 1
    return {unknown[column] for column, row in pivots.items() if sum(map(abs, rows[row])) == 1}


@given(TABLES, st.integers(2, 6))
def test_no_hidden_cell_of_a_table_follows_from_its_sums(table, least) -> None:
    shown = suppress_table(table, least)

    assert all(count is None or count == 0 or count >= least for count in shown.values())
    assert not solvable(shown, table) or all(count is None for count in shown.values())


def test_a_ring_of_four_is_hidden_round_one_small_cell() -> None:
    table = {(row, column): 10 for row in "甲乙丙" for column in "好中差"} | {
        ("甲", "好"): 2,
        ("乙", "中"): 6,
    }

    shown = suppress_table(table, 5)

    assert shown[("甲", "好")] is None
    assert sum(count is None for count in shown.values()) == 4
    assert shown[("乙", "中")] is None


def test_a_table_of_one_row_is_hidden_whole() -> None:
    assert set(suppress_table({("甲", "好"): 2, ("甲", "差"): 9}, 5).values()) == {None}
