import re
from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.books import problems
from zhagen.cli import shipped
from zhagen.core.calendar import HOLIDAYS, Calendar, after, parse_year, year_template
from zhagen.core.errors import RuleError

CALENDAR = shipped.calendar()
FIRST, LAST = date(2019, 1, 1), date(2026, 12, 31)
DAYS = st.dates(FIRST, date(2026, 6, 30))

YEAR = """year = 2027
source = "国办发明电〔2026〕1号"
confirm = true

[[holiday]]
name = "元旦"
from = 2026-12-31
to = 2027-01-02
work = [2027-01-03]

[[holiday]]
name = "春节"
from = 2027-02-05
to = 2027-02-11
"""


def test_every_day_of_the_shipped_years_agrees_with_an_independent_calendar():
    day, differing = FIRST, []
    while day <= LAST:
        if CALENDAR.is_working_day(day) != chinese_calendar.is_workday(day):
            differing.append(day)
        day += timedelta(days=1)

    assert differing == []
    assert CALENDAR.years == frozenset(range(2019, 2027))


def test_make_up_days_hang_on_their_own_holiday():
    for year in shipped.years():
        for holiday in year.holidays:
            assert all(abs((day - holiday.first).days) <= 16 for day in holiday.work), (year.number, holiday)


def test_past_the_known_years_it_refuses_and_says_how_far_it_knows():
    for day in (date(2027, 1, 1), date(2018, 12, 31)):
        with pytest.raises(RuleError) as caught:
            CALENDAR.is_working_day(day)
        assert caught.value.code == "calendar.year_unknown"
        assert caught.value.figures["year"] == day.year
        assert caught.value.figures["known_until"] == 2026
    with pytest.raises(RuleError, match=r"calendar\.year_unknown"):
        CALENDAR.add_working_days(date(2026, 12, 28), 5)
    with pytest.raises(RuleError, match=r"calendar\.year_unknown"):
        Calendar.of([]).next_working_day(FIRST)


def test_working_days_pass_over_the_spring_festival_and_count_make_up_days():
    assert CALENDAR.add_working_days(date(2026, 2, 13), 1) == date(2026, 2, 14)
    assert CALENDAR.add_working_days(date(2026, 2, 13), 2) == date(2026, 2, 24)
    assert CALENDAR.add_working_days(date(2026, 2, 15), 0) == date(2026, 2, 15)
    assert CALENDAR.working_days_between(date(2026, 2, 13), date(2026, 2, 28)) == 6
    assert CALENDAR.next_working_day(date(2026, 2, 15)) == date(2026, 2, 24)
    with pytest.raises(RuleError, match=r"calendar\.negative_days"):
        CALENDAR.add_working_days(date(2026, 2, 13), -1)


@given(DAYS, st.integers(0, 60))
def test_adding_working_days_and_counting_them_agree(day, number):
    end = CALENDAR.add_working_days(day, number)

    assert CALENDAR.working_days_between(day, end) == number
    assert CALENDAR.working_days_between(end, day) == -number
    assert number == 0 or CALENDAR.is_working_day(end)


@pytest.mark.parametrize(
    ("start", "amount", "unit", "due", "earliest"),
    [
        (date(2026, 3, 2), 20, "days", date(2026, 3, 23), date(2026, 3, 22)),
        (date(2026, 9, 11), 20, "days", date(2026, 10, 8), date(2026, 10, 1)),
        (date(2026, 3, 2), 5, "working_days", date(2026, 3, 9), date(2026, 3, 9)),
        (date(2025, 1, 31), 1, "months", date(2025, 2, 28), date(2025, 2, 28)),
        (date(2024, 2, 29), 1, "years", date(2025, 2, 28), date(2025, 2, 28)),
        (date(2025, 12, 15), 12, "months", date(2026, 12, 15), date(2026, 12, 15)),
    ],
)
def test_a_duty_ends_on_a_working_day_and_a_least_period_is_not_moved(start, amount, unit, due, earliest):
    assert CALENDAR.due_on(start, amount, unit) == due
    assert CALENDAR.earliest_on(start, amount, unit) == earliest


def test_a_period_in_another_unit_is_refused():
    with pytest.raises(RuleError, match=r"calendar\.bad_unit"):
        CALENDAR.due_on(FIRST, 3, "bp")


@given(DAYS, st.integers(0, 60))
def test_months_follow_each_other_in_order(day, months):
    assert after(day, months, "months") < after(day, months + 1, "months")
    assert after(day, 12 * months, "months") == after(day, months, "years")


def test_an_operators_year_extends_the_calendar_and_replaces_an_older_file():
    year = parse_year(YEAR, "2027.toml")

    longer = Calendar.of((*shipped.years(), year))

    assert not longer.is_working_day(date(2026, 12, 31))
    assert longer.is_working_day(date(2027, 1, 3))
    assert not longer.is_working_day(date(2027, 2, 8))
    assert longer.confirm_years == {2027}
    other = parse_year(YEAR.replace("2027-02-05", "2027-02-09"), "again.toml")
    assert Calendar.of((year, other)).is_working_day(date(2027, 2, 8))


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("year = 2027", "year = 27", "calendar.bad_year", 1),
        ("year = 2027\n", "", "calendar.bad_year", 1),
        ("confirm = true", "confirm = 1", "calendar.bad_flag", 3),
        ("source", "sauce", "calendar.unknown_key", 2),
        ('source = "国办发明电〔2026〕1号"\n', "", "calendar.missing_source", 1),
        ("work = ", "works = ", "calendar.unknown_key", 9),
        ("from = 2027-02-05", "from = 2027-02-12", "calendar.dates_out_of_order", 14),
        ("from = 2027-02-05", 'from = "2027-02-05"', "calendar.bad_date", 13),
        ("from = 2027-02-05\n", "", "calendar.bad_date", 11),
        ("from = 2027-02-05", "from = 2027-01-02", "calendar.day_twice", 13),
        ("from = 2026-12-31", "from = 2026-11-30", "calendar.outside_year", 7),
        ("[2027-01-03]", "[2027-01-04]", "calendar.work_day_not_weekend", 9),
        ("[2027-01-03]", "2027-01-04", "calendar.work_day_not_weekend", 9),
        ("[2027-01-03]", "[3]", "calendar.bad_date", 9),
        ("[2027-01-03]", "[2027-01-02]", "calendar.day_twice", 9),
        ("[[holiday]]", "[[feast]]", "calendar.missing_holidays", 1),
        ("name = ", "= ", "calendar.bad_toml", 6),
    ],
)  # fmt: skip
def test_each_slip_in_a_holiday_year_is_refused_with_its_line(old, new, code, line):
    with pytest.raises(RuleError) as caught:
        parse_year(YEAR.replace(old, new), "2027.toml")

    assert (code, line) in [each[:2] for each in problems(caught.value)]


def test_the_form_of_a_year_is_refused_until_every_day_is_filled_in():
    form = year_template(2027)
    with pytest.raises(RuleError, match=r"calendar\.bad_toml"):
        parse_year(form, "2027.toml")
    days = iter(f"2027-{month:02}-01" for month in range(1, 8) for _ in range(2))

    filled = re.sub(r"(from|to) = $", lambda found: f"{found[1]} = {next(days)}", form, flags=re.M)

    year = parse_year(filled, "2027.toml")
    assert (year.number, [each.name for each in year.holidays]) == (2027, [name for name, _ in HOLIDAYS])
