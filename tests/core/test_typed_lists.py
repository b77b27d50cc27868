"""What people paste and import: doors, rolls, divisions; running contracts' rows; quarters and service years."""

import datetime as dt
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhagen.core.calendar import after
from zhagen.core.divisions import MOST_NAMED, Division, Reading, read_communities, read_upper
from zhagen.core.doors import LONGEST_RANGE, MOST_DOORS, parse_doors
from zhagen.core.errors import RuleError, SeveralRulesError
from zhagen.core.places import check_street_code
from zhagen.core.quarter import Quarter, quarter_named, quarter_of
from zhagen.core.roll_call import read_roll
from zhagen.core.running import (
    RunningContract,
    RunningInstalment,
    RunningStaff,
    check_contract,
    check_instalments,
    check_numbers,
    check_staff,
)
from zhagen.core.service_years import LEAST_REST_DAYS, service_years


def code_of(call, *args):
    with pytest.raises(RuleError) as refused:
        call(*args)
    return refused.value.code


# Doors


@given(st.integers(1, 99), st.integers(1, 9999), st.integers(0, LONGEST_RANGE))
def test_a_range_of_doors_counts_up_and_each_is_there_once(unit, first, more):
    line = f"3号楼 {unit}单元 {first}-{first + more},{first}"

    assert parse_doors(f"{line}\n\n{line}") == [
        ("3号楼", f"{unit}-{door}") for door in range(first, first + more + 1)
    ]


@pytest.mark.parametrize("text", ["3号楼", "3号楼 一零一", "3号楼 202-101", "3号楼 101-999", "楼: 1单元 x"])
def test_a_line_that_is_no_list_of_doors_is_named(text):
    assert code_of(parse_doors, f"5号楼 101\n{text}") == "need.doors_unreadable"


def test_too_many_doors_are_refused():
    text = "\n".join(f"{n}号楼 1-100" for n in range(MOST_DOORS // 100 + 1))

    assert code_of(parse_doors, text) == "need.doors_too_many"


# Rolls


@pytest.mark.parametrize(
    ("text", "heads", "doors"),
    [
        ("#接龙\n周四手工课", 0, ()),
        ("1. 王阿姨 3-201\n2、李叔 5号楼1单元302 2人\n3. 赵姐+1", 5, ("3-201", "5号楼1单元302")),
        ("1. 张 13800138000\n2. 李 3-201\n3. 李 3-201", 3, ("3-201",)),
        ("1. 一家十位\n2. 0人来", 11, ()),
    ],
)
def test_a_roll_gives_heads_and_doors_and_no_names_or_phones(text, heads, doors):
    roll = read_roll(text)

    assert (roll.headcount, roll.doors) == (heads, doors)


@given(st.lists(st.text(max_size=20), max_size=12))
def test_a_roll_never_counts_fewer_heads_than_entries_nor_breaks(lines):
    numbered = [f"{n}. 某{line}".replace("\n", " ") for n, line in enumerate(lines, start=1)]

    assert read_roll("\n".join(numbered)).headcount >= 0


# Divisions

UPPER = [
    ["code", "level", "name", "parent"],
    ["990000000000", "1", "示例省", ""],
    ["990100000000", "2", "示例市", "990000000000"],
    ["990100000000", "3", "示例市", "990100000000"],
    ["990101000000", "3", "示例区", "990100000000"],
    ["990101001000", "4", "青禾街道", "990101000000"],
]


def test_divisions_are_read_with_their_parents_and_placeholders_left_out():
    reading = Reading()

    upper = list(read_upper(UPPER, "upper.csv", reading))
    communities = list(
        read_communities(
            [["code", "name"], [], ["990101001001", "东园社区"], ["990101001000", "青禾街道"]],
            "c.csv",
            reading,
        )
    )

    assert [each.name for each in upper] == ["示例省", "示例市", "示例区", "青禾街道"]
    assert communities == [Division("990101001001", "东园社区", 5, "990101001000")]
    assert reading.skipped == 2
    reading.stop()


@pytest.mark.parametrize(
    ("row", "field"),
    [
        (["99010100100", "4", "短码", "990101000000"], "code"),
        (["990101001000", "4", "再来一次", "990101000000"], "code"),
        (["990101002000", "7", "级别", "990101000000"], "level"),
        (["990101002000", "4", "", "990101000000"], "name"),
        (["990101002000", "4", "无上级", "980101000000"], "parent"),
        (["990101002000", "4", "少一列"], "*"),
    ],
)
def test_a_wrong_line_of_divisions_is_named_by_file_line_and_field(row, field):
    reading = Reading()
    list(read_upper([*UPPER, row], "upper.csv", reading))

    with pytest.raises(SeveralRulesError) as refused:
        reading.stop()
    (error,) = refused.value.errors
    assert (error.code, error.figures["line"], error.figures["field"]) == ("divisions.bad_line", 7, field)


@pytest.mark.parametrize(
    "row", [["990101001000", "街道码"], ["980101001001", "外省"], ["990101001001", ""], ["x", "y"]]
)
def test_a_wrong_line_of_communities_is_refused(row):
    reading = Reading(known={"990101001000"})
    if row[0] == "990101001000":
        reading.known.clear()
    list(read_communities([["code", "name"], row], "c.csv", reading))

    assert len(reading.errors) == 1


def test_a_wrong_heading_is_told_and_errors_are_counted_only_so_far():
    reading = Reading()
    assert list(read_communities([["编号", "名称"]], "c.csv", reading)) == []
    assert reading.errors[0].code == "divisions.bad_header"
    list(read_communities([["code", "name"], *[["x", "y"]] * 50], "c.csv", reading))
    assert len(reading.errors) == MOST_NAMED


def test_a_community_s_code_is_no_street_s():
    check_street_code("990101001000")
    assert code_of(check_street_code, "990101001001") == "place.not_a_street"


# Running contracts

DAY = dt.date(2026, 3, 1)
CONTRACT = RunningContract(
    2, "HT-1", "为老服务", "扎根", "project", 300, DAY, DAY.replace(year=2027), ("东园",)
)
PART = RunningInstalment(2, "HT-1", 1, 2026, 300, DAY, 100, DAY, "付1")
WORKER = RunningStaff(2, "HT-1", "东园", "苏晴", "社工", DAY)


def codes(errors):
    return [each.code for each in errors]


def test_rows_that_fit_together_have_no_fault():
    assert check_contract(CONTRACT, {"扎根"}, {"东园"}) == []
    assert check_numbers([CONTRACT]) == []
    assert check_instalments(CONTRACT, [PART]) == []
    assert check_staff(WORKER, {"HT-1"}, {"东园": "990101001001"}) == []


def test_each_fault_of_a_row_is_named_with_its_column():
    ended = replace(CONTRACT, ends_on=DAY, agency="无名", communities=("西园",))
    assert codes(check_contract(ended, {"扎根"}, {"东园"})) == [
        "running.unknown_agency", "running.no_term", "running.unknown_community",
    ]  # fmt: skip
    assert codes(check_numbers([CONTRACT, CONTRACT])) == ["running.number_twice"]
    twice = [PART, replace(PART, amount_fen=50, paid_fen=60, voucher_no="")]
    found = check_instalments(CONTRACT, twice)
    assert codes(found) == [
        "running.total_differs", "running.order_twice", "running.overpaid", "running.no_voucher",
    ]  # fmt: skip
    assert found[-1].figures["column"] == "voucher_no"
    undated = check_instalments(CONTRACT, [replace(PART, paid_on=None)])
    assert [each.figures["column"] for each in undated] == ["paid_on"]
    gone = replace(WORKER, number="HT-9", community="西园", until_on=DAY - dt.timedelta(days=1))
    assert codes(check_staff(gone, {"HT-1"}, {"东园": "x"})) == [
        "running.unknown_number", "running.unknown_community", "running.no_term",
    ]  # fmt: skip


# Quarters and years of service


@given(st.dates(dt.date(1990, 1, 1), dt.date(2090, 1, 1)))
def test_a_day_lies_in_its_quarter_whose_name_finds_it_again(day):
    quarter = quarter_of(day)

    assert quarter.first_day <= day <= quarter.last_day
    assert quarter_named(quarter.code) == quarter
    assert quarter.next().before() == quarter
    assert quarter.before() < quarter < quarter.next()


@pytest.mark.parametrize("name", ["2026q0", "2026q5", "26q1", "2026", "q3", "2026qx", "0000q1"])
def test_what_names_no_quarter_finds_none(name):
    assert quarter_named(name) is None
    assert Quarter(2026, 1).code == "2026q1"


@given(st.dates(dt.date(2020, 1, 1), dt.date(2030, 1, 1)), st.integers(1, 1200))
def test_years_of_service_lie_end_to_end_and_no_rest_is_too_short(starts_on, days):
    ends_on = starts_on + dt.timedelta(days=days)

    years = service_years(starts_on, ends_on)

    assert (years[0][0], years[-1][1]) == (starts_on, ends_on)
    for (_, until), (first, _) in pairwise(years):
        assert first == until + dt.timedelta(days=1)
    for first, until in years[1:]:
        assert (until - first).days >= LEAST_REST_DAYS - 1 or until >= after(first, 1, "years")
