"""Quarters of a year, as the sheets that hang in the stairwells name them."""

import datetime as dt
from dataclasses import dataclass

MONTHS_OF_QUARTER = 3
QUARTERS = 4


@dataclass(frozen=True, order=True, slots=True)
class Quarter:
    """A quarter of a year.

    Args:
        year: The year.
        number: 1 to 4.
    """

    year: int
    number: int

    @property
    def code(self) -> str:
        """How an address names it.

        >>> Quarter(2026, 3).code
        '2026q3'
        """
        return f"{self.year}q{self.number}"

    @property
    def first_day(self) -> dt.date:
        """Its first day."""
        return dt.date(self.year, MONTHS_OF_QUARTER * (self.number - 1) + 1, 1)

    @property
    def last_day(self) -> dt.date:
        """Its last day.

        >>> Quarter(2026, 4).last_day
        datetime.date(2026, 12, 31)
        """
        return self.next().first_day - dt.timedelta(days=1)

    def next(self) -> "Quarter":
        """Return the quarter after it."""
        return Quarter(self.year + 1, 1) if self.number == QUARTERS else Quarter(self.year, self.number + 1)

    def before(self) -> "Quarter":
        """Return the quarter before it."""
        return Quarter(self.year - 1, QUARTERS) if self.number == 1 else Quarter(self.year, self.number - 1)


def quarter_of(day: dt.date) -> Quarter:
    """Return the quarter in which a day lies.

    >>> quarter_of(dt.date(2026, 7, 1))
    Quarter(year=2026, number=3)
    """
    return Quarter(day.year, (day.month - 1) // MONTHS_OF_QUARTER + 1)


def quarter_named(code: str) -> Quarter | None:
    """Return the quarter that an address names, or None.

    >>> quarter_named("2026q3"), quarter_named("2026q5")
    (Quarter(year=2026, number=3), None)
    """
    year, mark, number = code.partition("q")
    if not (mark and year.isdecimal() and number.isdecimal() and len(year) == len("2026")):
        return None
    found = Quarter(int(year), int(number))
    return found if 1 <= found.number <= QUARTERS and found.year >= dt.MINYEAR else None
