"""The years of a contract: each is reviewed once, a short rest belongs to the year before it."""

from datetime import date, timedelta

from zhagen.core.calendar import after

LEAST_REST_DAYS = 183
"""A rest shorter than half a year is no year of its own."""


def service_years(starts_on: date, ends_on: date) -> tuple[tuple[date, date], ...]:
    """Return first and last day of each year of a contract.

    >>> [str(until) for _, until in service_years(date(2026, 3, 1), date(2028, 4, 30))]
    ['2027-02-28', '2028-04-30']
    """
    years: list[tuple[date, date]] = []
    first = starts_on
    while first <= ends_on:
        following = after(starts_on, len(years) + 1, "years")
        if (ends_on - following).days < LEAST_REST_DAYS:
            following = ends_on + timedelta(days=1)
        years.append((first, following - timedelta(days=1)))
        first = following
    return tuple(years)
