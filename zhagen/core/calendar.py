"""Working days of China: which day is one, and when a period ends. Past the known years it refuses."""

import calendar
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from zhagen.core.errors import RuleError
from zhagen.core.toml_lines import Path, Problems, read_toml

SATURDAY = 5
MONTHS = 12
DECEMBER = 12
FIRST_YEAR, LAST_YEAR = 1949, 2199
ONE_DAY = timedelta(days=1)
YEAR_KEYS = ("year", "source", "confirm", "holiday")
HOLIDAY_KEYS = ("name", "from", "to", "work")


@dataclass(frozen=True, slots=True)
class Holiday:
    """A public holiday of one year's notice.

    Args:
        name: Such as "春节".
        first: First day off.
        last: Last day off.
        work: Weekend days that are worked in exchange (调休上班).
    """

    name: str
    first: date
    last: date
    work: tuple[date, ...] = ()

    def days(self) -> Iterator[date]:
        """Yield each day off."""
        for number in range((self.last - self.first).days + 1):
            yield self.first + timedelta(days=number)


@dataclass(frozen=True, slots=True)
class Year:
    """The holidays of one year, as the State Council's notice gives them.

    Args:
        number: The year.
        source: The notice with its number.
        confirm: Whether it still has to be checked against the official text.
        holidays: In the order of their days.
    """

    number: int
    source: str
    confirm: bool
    holidays: tuple[Holiday, ...]


def parse_year(text: str, file: str) -> Year:
    """Return the holidays of a year file (form: docs/guides/rule-author.md).

    Args:
        text: TOML text.
        file: Name of the file, for messages.

    Raises:
        RuleError: the one problem: "calendar.bad_toml", ".unknown_key", ".bad_year", ".missing_source",
            ".missing_holidays", ".bad_date", ".dates_out_of_order", ".outside_year", ".work_day_not_weekend",
            ".day_twice"; figures file, line, key, expected.
        SeveralRulesError: all of them, in the order of the lines.
    """
    data, problems = read_toml(text, file=file, concept="calendar")
    _unknown_keys(data, YEAR_KEYS, (), problems)
    number, source = data.get("year"), data.get("source")
    if not isinstance(number, int) or not FIRST_YEAR <= number <= LAST_YEAR:
        problems.add("bad_year", ("year",), expected="year = 2027")
        number = 0
    if not isinstance(source, str) or not source.strip():
        problems.add("missing_source", ("source",), expected='source = "国办发明电〔…〕…号"')
    if not isinstance(data.get("confirm", False), bool):
        problems.add("bad_flag", ("confirm",), expected="true / false")
    holidays = tuple(_holidays(data.get("holiday"), problems))
    _check_days(number, holidays, problems)
    problems.stop()
    return Year(
        number, str(source), data.get("confirm") is True, tuple(sorted(holidays, key=lambda h: h.first))
    )


HOLIDAYS = (
    ("元旦", 1),
    ("春节", 4),
    ("清明节", 1),
    ("劳动节", 2),
    ("端午节", 1),
    ("中秋节", 1),
    ("国庆节", 3),
)
"""The public holidays and their days (全国年节及纪念日放假办法, as amended from 2025-01-01)."""


def year_template(number: int) -> str:
    """Return a year file to fill in from the State Council's notice; it is refused while a date is open.

    >>> year_template(2027).splitlines()[2]
    'year = 2027'
    """
    lines = [
        f"# {number} 年法定节假日与调休。请照国务院办公厅的通知填写，日期写成 {number}-01-01，不加引号。",
        "# from、to：放假的第一天和最后一天；work：调休上班的周末，没有就删去。两节连放的，合成一段。",
        f"year = {number}",
        f'source = "国务院办公厅关于{number}年部分节假日安排的通知（文号）"',
    ]
    for name, days in HOLIDAYS:
        lines += ["", "[[holiday]]", f'name = "{name}"  # 法定 {days} 天', "from = ", "to = ", "work = []"]
    return "\n".join(lines) + "\n"


def _unknown_keys(
    table: Mapping[str, object], known: tuple[str, ...], path: Path, problems: Problems
) -> None:
    for key in table:
        if key not in known:
            problems.add("unknown_key", (*path, key), expected=", ".join(known))


def _holidays(raw: object, problems: Problems) -> Iterator[Holiday]:
    if not isinstance(raw, list) or not raw or not all(isinstance(item, dict) for item in raw):
        problems.add("missing_holidays", ("holiday",), expected="[[holiday]] name, from, to, work")
        return
    for number, item in enumerate(raw):
        path = ("holiday", str(number))
        _unknown_keys(item, HOLIDAY_KEYS, path, problems)
        first, last = (_day(item.get(key), (*path, key), problems) for key in ("from", "to"))
        work = item.get("work", [])
        worked = [
            _day(day, (*path, "work"), problems) for day in (work if isinstance(work, list) else [work])
        ]
        if first and last and last < first:
            problems.add("dates_out_of_order", (*path, "to"), expected=f"≥ {first.isoformat()}")
        elif first and last:
            yield Holiday(str(item.get("name", "")), first, last, tuple(day for day in worked if day))


def _day(raw: object, path: Path, problems: Problems) -> date | None:
    if isinstance(raw, date) and not isinstance(raw, datetime):
        return raw
    problems.add("bad_date", path, expected="2026-01-01", value=raw)
    return None


def _check_days(year: int, holidays: tuple[Holiday, ...], problems: Problems) -> None:
    seen: set[date] = set()
    for number, holiday in enumerate(holidays):
        path = ("holiday", str(number))
        marked = [("from", day) for day in holiday.days()] + [("work", day) for day in holiday.work]
        for key, day in marked:
            if not _belongs(day, year):
                problems.add("outside_year", (*path, key), expected=str(year), value=day)
            if day in seen:
                problems.add("day_twice", (*path, key), value=day)
            if key == "work" and day.weekday() < SATURDAY:
                problems.add(
                    "work_day_not_weekend", (*path, key), expected="周六、周日 / Sat, Sun", value=day
                )
            seen.add(day)


def _belongs(day: date, year: int) -> bool:
    """Whether a year's notice may speak of a day: its own, or the last December's for New Year."""
    return not year or day.year == year or (day.year, day.month) == (year - 1, DECEMBER)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The working days of the years that are known.

    Args:
        years: Known years.
        off: Days off by a notice, weekends among them.
        work: Weekend days that are worked.
        confirm_years: Years whose notice still has to be checked.
    """

    years: frozenset[int]
    off: frozenset[date]
    work: frozenset[date]
    confirm_years: frozenset[int] = frozenset()

    @classmethod
    def of(cls, years: Iterable[Year]) -> "Calendar":
        """Return the calendar of some years; of two files for one year the later given wins."""
        by_number = {year.number: year for year in years}
        holidays = [holiday for year in by_number.values() for holiday in year.holidays]
        return cls(
            years=frozenset(by_number),
            off=frozenset(day for holiday in holidays for day in holiday.days()),
            work=frozenset(day for holiday in holidays for day in holiday.work),
            confirm_years=frozenset(year.number for year in by_number.values() if year.confirm),
        )

    def is_working_day(self, day: date) -> bool:
        """Return whether offices work on a day.

        Raises:
            RuleError: "calendar.year_unknown" with `year` and `known_until`; it never guesses.
        """
        if day.year not in self.years:
            until = max(self.years, default=0)
            raise RuleError("calendar.year_unknown", year=day.year, known_until=until, day=day.isoformat())
        return day in self.work or (day.weekday() < SATURDAY and day not in self.off)

    def add_working_days(self, day: date, number: int) -> date:
        """Return the working day that is the n-th after a day, not counting that day; 0 gives it back.

        Raises:
            RuleError: "calendar.year_unknown"; "calendar.negative_days".
        """
        if number < 0:
            raise RuleError("calendar.negative_days", days=number)
        while number:
            day += ONE_DAY
            number -= self.is_working_day(day)
        return day

    def working_days_between(self, start: date, end: date) -> int:
        """Return the working days after one day up to and with another; negative where the end is earlier.

        Raises:
            RuleError: "calendar.year_unknown".
        """
        if end < start:
            return -self.working_days_between(end, start)
        return sum(self.is_working_day(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))

    def next_working_day(self, day: date) -> date:
        """Return the day itself where it is a working day, else the next one.

        Raises:
            RuleError: "calendar.year_unknown".
        """
        while not self.is_working_day(day):
            day += ONE_DAY
        return day

    def due_on(self, start: date, amount: int, unit: str) -> date:
        """Return the last day of a period that somebody has to keep ("within 30 days").

        The start is not counted; a last day off moves to the next working day
        (民法典 第二百零一条至第二百零三条).

        Args:
            start: Day of the event that begins the period.
            amount: Length in the unit.
            unit: "days", "working_days", "months" or "years".

        Raises:
            RuleError: "calendar.year_unknown"; "calendar.bad_unit".
        """
        if unit == "working_days":
            return self.add_working_days(start, amount)
        return self.next_working_day(after(start, amount, unit))

    def earliest_on(self, start: date, amount: int, unit: str) -> date:
        """Return the first day on which a period that may not be shorter is over ("not less than 20 days").

        The start is not counted and nothing moves: a notice of 1 March with 20 days may end on 21 March.

        Raises:
            RuleError: "calendar.year_unknown"; "calendar.bad_unit".
        """
        return self.add_working_days(start, amount) if unit == "working_days" else after(start, amount, unit)


def after(start: date, amount: int, unit: str) -> date:
    """Return the day an amount of days, months or years after a day; a month's end stays one.

    Raises:
        RuleError: "calendar.bad_unit".

    >>> after(date(2024, 2, 29), 1, "years"), after(date(2026, 1, 31), 1, "months")
    (datetime.date(2025, 2, 28), datetime.date(2026, 2, 28))
    """
    if unit == "days":
        return start + timedelta(days=amount)
    if unit not in {"months", "years"}:
        raise RuleError("calendar.bad_unit", unit=unit)
    months = start.year * MONTHS + start.month - 1 + amount * (MONTHS if unit == "years" else 1)
    year, month = months // MONTHS, months % MONTHS + 1
    return date(year, month, min(start.day, calendar.monthrange(year, month)[1]))
