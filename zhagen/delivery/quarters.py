"""Quarters of a year."""

import datetime as dt


def quarter_of(day: dt.date) -> dt.date:
    """Return the first day of a day's quarter.

    >>> quarter_of(dt.date(2026, 5, 31))
    datetime.date(2026, 4, 1)
    """
    return dt.date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
