"""The snapshot's file: whole or refused, never of few; and what is merged or hidden stays so."""

import doctest
import json
from dataclasses import replace
from datetime import date
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.lab.snapshots import a_snapshot
from zhagen.cli import shipped
from zhagen.core.errors import RuleError, render
from zhagen.core.rulebook.rules import Rules
from zhagen.lab import guard
from zhagen.lab.guard import Bin, bins, part_or_none, rows_or_hidden, windows
from zhagen.lab.lab_file import FORMAT, MOST_CHARACTERS, digest_of
from zhagen.lab.snapshot import Part, Spread, is_enough, read_snapshot, write_snapshot

RULES = Rules(shipped.layers(), "", date(2026, 3, 2))
COUNTS = st.lists(st.integers(0, 9), max_size=12)
ROWS = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), min_size=1, max_size=3)


def refused(call, *args):
    with pytest.raises(RuleError) as error:
        call(*args)
    said = error.value
    for language in ("zh", "en"):
        assert "{" not in render(said, shipped.catalogue(), language)
        assert said.code not in render(said, shipped.catalogue(), language)
    return said.code


def altered(**changes) -> str:
    head = json.loads(write_snapshot(a_snapshot()))
    head["content"].update(changes)
    head["sha256"] = digest_of(head["content"])
    return json.dumps(head)


def test_a_snapshot_is_read_as_it_was_written_and_known_by_its_hash():
    made = a_snapshot()
    text = write_snapshot(made)

    assert read_snapshot(text) == made
    assert json.loads(text)["sha256"] == made.digest
    assert a_snapshot(agencies=13).digest != made.digest


def test_a_file_of_a_later_version_another_kind_or_cut_short_is_refused_in_both_languages():
    head = json.loads(write_snapshot(a_snapshot()))

    assert refused(read_snapshot, json.dumps({**head, "format": FORMAT + 1})) == "lab_file.newer"
    assert refused(read_snapshot, json.dumps({**head, "format": True})) == "lab_file.broken"
    assert refused(read_snapshot, json.dumps({**head, "kind": "zhagen-past-rounds"})) == "lab_file.other_kind"
    assert refused(read_snapshot, write_snapshot(a_snapshot())[:-9]) == "lab_file.broken"
    assert refused(read_snapshot, "") == "lab_file.broken"
    assert refused(read_snapshot, "[]") == "lab_file.broken"
    assert refused(read_snapshot, json.dumps({**head, "more": 1})) == "lab_file.broken"
    assert refused(read_snapshot, " " * (MOST_CHARACTERS + 1)) == "lab_file.broken"
    assert refused(read_snapshot, "[" * 100_000) == "lab_file.broken"
    assert refused(read_snapshot, '{"kind": NaN}') == "lab_file.broken"


def test_a_file_altered_after_its_export_is_refused():
    text = write_snapshot(a_snapshot()).replace('"agencies": 12', '"agencies": 60')

    assert refused(read_snapshot, text) == "lab_file.altered"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"agencies": 12.0}, "lab_file.broken"),
        ({"agencies": True}, "lab_file.broken"),
        ({"agencies": None}, "lab_file.broken"),
        ({"names": ["东园社区"]}, "lab_file.broken"),
        ({"served": 3}, "lab_file.broken"),
        ({"margins": {"n": 9, "mean": 3}}, "lab_file.broken"),
        ({"margins": 7}, "lab_file.broken"),
        ({"first_month": "2023-13"}, "snapshot.impossible"),
        ({"served": [1] * 35}, "snapshot.impossible"),
        ({"served": [41] * 36}, "snapshot.impossible"),
        ({"agencies": -1}, "snapshot.impossible"),
        ({"least": 0}, "snapshot.impossible"),
        ({"mix": [[9, 9]] * 40}, "snapshot.impossible"),
        ({"mix": [[9, 9, 9, 9]] * 39}, "snapshot.impossible"),
        ({"least": 7}, "snapshot.tells_of_few"),
    ],
)
def test_a_file_with_a_right_hash_over_wrong_content_is_refused(changes, code):
    assert refused(read_snapshot, altered(**changes)) == code


def test_months_that_overlap_or_lie_beyond_the_end_are_refused():
    asked = a_snapshot().asked

    assert refused(write_snapshot, a_snapshot(asked=asked[::-1])) == "snapshot.impossible"
    assert refused(write_snapshot, a_snapshot(asked=(replace(asked[0], last=36),))) == "snapshot.impossible"


def test_no_count_below_the_smallest_is_written_nor_a_part_that_leaves_so_few():
    assert refused(write_snapshot, a_snapshot(turnout=Part(198, 200))) == "snapshot.tells_of_few"
    assert refused(write_snapshot, a_snapshot(margins=Spread(4, 1, 1))) == "snapshot.tells_of_few"
    assert refused(write_snapshot, a_snapshot(bidders=(Bin(3, None, 2),))) == "snapshot.tells_of_few"


def test_thirty_communities_over_twenty_four_months_are_enough_and_nothing_less():
    whole = a_snapshot()

    assert is_enough(whole, RULES)
    assert is_enough(replace(whole, streets=(30,), served=(30,) * 24 + (0,) * 12), RULES)
    assert not is_enough(replace(whole, streets=(29,)), RULES)
    assert not is_enough(replace(whole, served=(38,) * 23 + (0,) * 13), RULES), "months without a contract"


@given(COUNTS, COUNTS, st.integers(1, 8))
def test_windows_hold_enough_and_a_later_file_only_adds_whole_windows(before, after, least):
    early, late = windows(before, least), windows(before + after, least)

    assert all(each.n == sum(before[each.first : each.last + 1]) >= least for each in early)
    assert late[: len(early)] == early, "their difference tells of windows that hold enough themselves"


@given(st.lists(st.integers(0, 40)), st.integers(1, 8))
def test_places_on_a_scale_hold_enough_and_all_of_them_are_told_or_nothing(values, least):
    told = bins(values, (0, 1, 3, 6, 12), least)

    assert all(each.n >= least for each in told)
    assert sum(each.n for each in told) == (len(values) if len(values) >= least else 0)


def test_the_examples_of_the_guard_are_true():
    assert doctest.testmod(guard).failed == 0


def test_a_part_is_told_only_where_those_outside_are_many_too():
    assert part_or_none(6, 11, 5) == 6
    assert part_or_none(7, 11, 5) is None
    assert part_or_none(11, 11, 5) == 11
    assert part_or_none(0, 4, 5) is None


def fitting(rows, told):
    """Every table that a reader of the told rows, knowing the sums of the columns, must think possible."""
    hidden = [at for at, row in enumerate(told) if row is None]
    sums = [sum(rows[at][column] for at in hidden) for column in range(len(rows[0]))]
    for cells in product(
        *(range(sums[0] + 1) for _ in hidden[1:]), *(range(sums[1] + 1) for _ in hidden[1:])
    ):
        half = len(cells) // 2
        first, second = cells[:half], cells[half:]
        if sum(first) <= sums[0] and sum(second) <= sums[1]:
            columns = ((sums[0] - sum(first), *first), (sums[1] - sum(second), *second))
            yield dict(zip(hidden, zip(*columns, strict=True), strict=True))


@settings(max_examples=60)
@given(ROWS, st.integers(2, 5))
def test_no_hidden_cell_can_be_recovered_by_subtracting_what_is_told_from_known_sums(rows, least):
    told = rows_or_hidden(rows, least)

    assert all(not 0 < cell < least for row in told if row is not None for cell in row)
    if all(row is not None for row in told):
        return
    hidden = [row for row, shown in zip(rows, told, strict=True) if shown is None]
    sums = [sum(row[column] for row in hidden) for column in range(2)]
    if len(hidden) < len(rows):
        assert not any(0 < each < least for each in sums)
    possible = list(fitting(rows, told))
    for at, column in product(range(len(rows)), range(2)):
        is_small = told[at] is None and 0 < rows[at][column] < least
        if is_small and sums[column] >= least:  # a smaller sum is told nowhere
            assert len({table[at][column] for table in possible}) > 1
