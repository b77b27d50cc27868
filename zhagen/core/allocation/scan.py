"""Read clean rows of votes straight from bytes; whatever is unusual is left to the careful reader."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from zhagen.core.allocation.compiled import compiled, inlined
from zhagen.core.allocation.election import SMALL, Ballots, Whole

Bytes = NDArray[np.uint8]

LINE, RETURN, SEMICOLON, COMMA, SPACE, ZERO, NINE = b"\n\r;, 09"
WORD, BITS = 8, 8
SEED, FACTOR, SHIFT = 1469598103, 0x1E3779B97F4A7C15, 29
MOST_POINTS = 10**9
TEN = 10
UNKNOWN = -(1 << 62)


class Text(NamedTuple):
    """Bytes, and the same as little-endian words that begin at each byte (but the last seven)."""

    data: Bytes
    words: Whole

    @staticmethod
    def of(data: bytes) -> "Text":
        """Return the text of at least eight bytes."""
        size = len(data) - WORD + 1
        words = np.ndarray((size,), np.dtype("<i8"), data, 0, (1,))
        return Text(np.frombuffer(data, dtype=np.uint8), words)


class Names(NamedTuple):
    """Ids of projects one after the other, found by hash."""

    text: Text
    offsets: Whole
    slots: Whole

    @staticmethod
    def of(ids: tuple[str, ...]) -> "Names":
        """Return the table of some ids, all different."""
        words = [each.encode() for each in ids]
        offsets = np.cumsum([0, *map(len, words)], dtype=np.int64)
        names = Names(
            Text.of(b"".join(words) + bytes(WORD)),
            offsets,
            np.full(1 << (4 * len(words)).bit_length(), -1, dtype=np.int64),
        )
        _enter(names)
        return names


class Columns(NamedTuple):
    """Ballots in columns, to be filled."""

    offsets: Whole
    named: Whole
    points: Whole


def scan_votes(data: bytes, first: int, names: Names, vote_column: int, points_column: int) -> Ballots | None:
    """Return the ballots of rows without quotes; None where a row is unusual.

    Args:
        data: The file.
        first: Where the first row of VOTES after the header begins.
        names: The projects.
        vote_column: Which field lists the projects.
        points_column: Which field lists the points beside them; -1 where there are none.
    """
    text = Text.of(data)
    rows = text.data[first:]
    ends = np.append(np.flatnonzero(rows == LINE), rows.size) + first
    entries = int(np.count_nonzero(rows == COMMA)) + ends.size
    found = Columns(np.zeros(ends.size + 1, np.int64), np.empty(entries, SMALL), np.ones(entries, np.int64))
    count = _scan(text, first, ends, names, vote_column, points_column, found)
    if count == UNKNOWN:
        return None
    size = int(found.offsets[count])
    return Ballots(found.offsets[: count + 1], found.named[:size], found.points[:size])


@inlined
def _tail(text: Text, at: int, stop: int) -> int:
    """Return the bytes from `at` to `stop` (one to eight) as one whole number."""
    size = text.data.size
    word = text.words[at] if at + WORD <= size else text.words[size - WORD] >> (BITS * (at + WORD - size))
    return int(word if stop - at == WORD else word & ((1 << (BITS * (stop - at))) - 1))


@inlined
def _hash(text: Text, at: int, stop: int) -> int:
    value = SEED + stop - at
    while at + WORD < stop:
        value = (value ^ text.words[at]) * FACTOR
        value ^= value >> SHIFT
        at += WORD
    if at < stop:
        value = (value ^ _tail(text, at, stop)) * FACTOR
        value ^= value >> SHIFT
    return int(value)


@inlined
def _equal(one: Text, at: int, stop: int, other: Text, start: int) -> bool:
    """Return whether some bytes of one text stand in another from `start` on."""
    while at + WORD < stop:
        if one.words[at] != other.words[start]:
            return False
        at += WORD
        start += WORD
    return at == stop or _tail(one, at, stop) == _tail(other, start, start + stop - at)


@compiled
def _enter(names: Names) -> None:
    mask = names.slots.size - 1
    for at in range(names.offsets.size - 1):
        place = _hash(names.text, names.offsets[at], names.offsets[at + 1]) & mask
        while names.slots[place] >= 0:
            place = (place + 1) & mask
        names.slots[place] = at


@inlined
def _find(text: Text, start: int, stop: int, names: Names) -> int:
    """Return the number of the project named by some bytes; -1 where none is."""
    mask = names.slots.size - 1
    place = _hash(text, start, stop) & mask
    while names.slots[place] >= 0:
        at = names.slots[place]
        first = names.offsets[at]
        if names.offsets[at + 1] - first == stop - start and _equal(text, start, stop, names.text, first):
            return int(at)
        place = (place + 1) & mask
    return -1


@inlined
def _field(data: Bytes, at: int, end: int, column: int) -> tuple[int, int]:
    """Return where a field of a row starts and ends; (-1, -1) where the row has too few."""
    passed = 0
    while passed < column and at < end:
        if data[at] == SEMICOLON:
            passed += 1
        at += 1
    if passed < column:
        return -1, -1
    stop = at
    while stop < end and data[stop] != SEMICOLON:
        stop += 1
    while at < stop and data[at] == SPACE:
        at += 1
    while stop > at and (data[stop - 1] == SPACE or data[stop - 1] == RETURN):
        stop -= 1
    return at, stop


@inlined
def _word(data: Bytes, at: int, stop: int) -> int:
    """Return where the part of a list that begins here ends."""
    while at < stop and data[at] != COMMA:
        at += 1
    return at


@inlined
def _whole(data: Bytes, at: int, stop: int) -> int:
    """Return a whole number in digits; -1 where it is none."""
    if at == stop:
        return -1
    value = 0
    for i in range(at, stop):
        if data[i] < ZERO or data[i] > NINE or value > MOST_POINTS:
            return -1
        value = value * TEN + (data[i] - ZERO)
    return value


@inlined
def _list(
    text: Text, at: int, stop: int, names: Names, named: Whole, size: int, seen: Whole, row: int
) -> int:
    """Write the projects of one ballot from place `size`; return the place after, negated if one is named twice."""
    again = False
    while at < stop:
        end = _word(text.data, at, stop)
        found = _find(text, at, end, names)
        if found < 0:
            return UNKNOWN
        if seen[found] == row:
            again = True
        else:
            seen[found] = row
            named[size] = found
            size += 1
        at = end + 1
    return -size if again else size


@inlined
def _points(data: Bytes, at: int, stop: int, points: Whole, size: int, end: int) -> bool:
    """Write the points of one ballot to places `size` to `end`; return whether there are just as many."""
    while at < stop and size < end:
        until = _word(data, at, stop)
        value = _whole(data, at, until)
        if value < 0:
            return False
        points[size] = value
        size += 1
        at = until + 1
    return size == end and at >= stop


@compiled
def _scan(text: Text, at: int, ends: Whole, names: Names, vote: int, points: int, found: Columns) -> int:
    """Fill the columns; return the number of ballots, -1 where a row is unusual."""
    row, size, seen = 0, 0, np.full(names.offsets.size, -1, np.int64)
    for end in ends:
        if end > at and not (end == at + 1 and text.data[at] == RETURN):
            first, stop = _field(text.data, at, end, vote)
            after = UNKNOWN if first < 0 else _list(text, first, stop, names, found.named, size, seen, row)
            if after < 0 and (points >= 0 or after == UNKNOWN):
                return UNKNOWN
            size = -after if after < 0 else after
            if points >= 0:
                first, stop = _field(text.data, at, end, points)
                if first < 0 or not _points(text.data, first, stop, found.points, found.offsets[row], size):
                    return UNKNOWN
            row += 1
            found.offsets[row] = size
        at = end + 1
    return row
