"""What may be told of few: cells are merged until each holds enough, and what stays small is not told.

Told as spans of time, places on a scale, parts of a whole or whole rows. In each, every unit lies in one told
cell only and a told cell holds none or at least `least` units, so no sum or difference of cells tells of fewer.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

IsEnough = Callable[[int, int], bool]
"""Whether the cells from a first to a last, both in, hold enough together."""


@dataclass(frozen=True, slots=True)
class Span:
    """Neighbouring cells told as one, both ends in."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Window:
    """How many in consecutive months; month 0 is the first of the file."""

    first: int
    last: int
    n: int


@dataclass(frozen=True, slots=True)
class Bin:
    """How many lie from `low` to `high`, both in; `high` None = and above."""

    low: int
    high: int | None
    n: int


def spans_in_time(length: int, is_enough: IsEnough) -> tuple[Span, ...]:
    """Return the shortest spans from the beginning that hold enough; a rest at the end is not told.

    A longer record of the same past begins with the same spans, so that two files made at different times
    do not tell, by their difference, what one of them hides.
    """
    found: list[Span] = []
    first = 0
    for last in range(length):
        if is_enough(first, last):
            found.append(Span(first, last))
            first = last + 1
    return tuple(found)


def spans_whole(length: int, is_enough: IsEnough) -> tuple[Span, ...]:
    """Return spans that hold enough and cover everything: a rest joins those before it; none where all is too little."""
    found = list(spans_in_time(length, is_enough))
    first = found[-1].last + 1 if found else 0
    while found and first < length and not is_enough(first, length - 1):
        first = found.pop().first
    if first < length and is_enough(first, length - 1):
        found.append(Span(first, length - 1))
    return tuple(found)


def at_least(counts: Sequence[int], least: int) -> IsEnough:
    """Return the question whether cells hold at least so many together."""
    return lambda first, last: sum(counts[first : last + 1]) >= least


def none_or_at_least(counts: Sequence[int], least: int) -> IsEnough:
    """Return the question whether cells hold none at all, or at least so many together."""
    return lambda first, last: sum(counts[first : last + 1]) not in range(1, least)


def windows(counts: Sequence[int], least: int) -> tuple[Window, ...]:
    """Return monthly counts as windows of at least `least` each.

    >>> windows([3, 1, 4, 9, 2], least=5)
    (Window(first=0, last=2, n=8), Window(first=3, last=3, n=9))
    """
    spans = spans_in_time(len(counts), at_least(counts, least))
    return tuple(Window(s.first, s.last, sum(counts[s.first : s.last + 1])) for s in spans)


def bins(values: Sequence[int], lows: Sequence[int], least: int) -> tuple[Bin, ...]:
    """Return how many values lie where on a scale, neighbours merged until each place holds none or `least`.

    A place that is not told holds none; where nothing at all is told, all values together are few.

    Args:
        values: Whole values, none below the first of `lows`.
        lows: Lower ends of the finest places, rising; the last is open above.
        least: Smallest count that is told.

    >>> bins([1, 1, 1, 4, 4, 5, 9], lows=(0, 2, 4, 8), least=3)
    (Bin(low=0, high=1, n=3), Bin(low=4, high=None, n=4))
    """
    ends = [*lows[1:], None]
    counts = [
        sum(low <= each and (end is None or each < end) for each in values)
        for low, end in zip(lows, ends, strict=True)
    ]
    told: list[Bin] = []
    for span in spans_whole(len(counts), none_or_at_least(counts, least)):
        end = ends[span.last]
        n = sum(counts[span.first : span.last + 1])
        told.append(Bin(lows[span.first], None if end is None else end - 1, n))
    return tuple(each for each in told if each.n)


def part_or_none(part: int, whole: int, least: int) -> int | None:
    """Return how many of a whole, or None where these or the others are few.

    >>> part_or_none(8, 40, least=5), part_or_none(38, 40, least=5), part_or_none(0, 40, least=5)
    (8, None, 0)
    """
    few = range(1, least)
    return None if whole < least or part in few or whole - part in few else part


def rows_or_hidden(rows: Sequence[Sequence[int]], least: int) -> tuple[tuple[int, ...] | None, ...]:
    """Return each row whole or not at all, where the sums of the columns may be known from elsewhere.

    A row with a small cell is hidden. The hidden rows together must be several, and hold in each column
    none or at least `least`; until then the smallest row still told is hidden too.
    """
    told = {at for at, row in enumerate(rows) if not any(0 < cell < least for cell in row)}
    by_size = sorted(told, key=lambda at: (sum(rows[at]), at))
    while told and len(told) < len(rows) and not _rest_is_safe(rows, told, least):
        told.remove(by_size.pop(0))
    return tuple(tuple(row) if at in told else None for at, row in enumerate(rows))


def _rest_is_safe(rows: Sequence[Sequence[int]], told: set[int], least: int) -> bool:
    rest = [row for at, row in enumerate(rows) if at not in told]
    few = range(1, least)
    return sum(any(row) for row in rest) > 1 and not any(
        sum(column) in few for column in zip(*rest, strict=True)
    )
