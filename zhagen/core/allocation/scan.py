"""Read clean rows of votes straight from bytes; whatever is unusual is left to the careful reader."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from zhagen.core.allocation.compiled import compiled
from zhagen.core.allocation.election import Ballots, Whole

Bytes = NDArray[np.uint8]

LINE, RETURN, SEMICOLON, COMMA, SPACE, ZERO, NINE = b"\n\r;, 09"
SEED, FACTOR, MASK_32 = 2166136261, 16777619, 0xFFFFFFFF
MOST_POINTS = 10**9
TEN = 10


class Names(NamedTuple):
    """Ids of projects as a hash table over bytes (FNV-1a, 32 bits)."""

    text: Bytes
    offsets: Whole
    slots: Whole

    @staticmethod
    def of(ids: tuple[str, ...]) -> "Names":
        """Return the table of some ids, all different."""
        words = [each.encode() for each in ids]
        size = 1 << (4 * len(words)).bit_length()
        slots = np.full(size, -1, dtype=np.int64)
        for at, word in enumerate(words):
            place = _hash(word) & (size - 1)
            while slots[place] >= 0:
                place = (place + 1) & (size - 1)
            slots[place] = at
        offsets = np.cumsum([0, *map(len, words)], dtype=np.int64)
        return Names(np.frombuffer(b"".join(words), dtype=np.uint8), offsets, slots)


def scan_votes(data: Bytes, names: Names, vote_column: int, points_column: int) -> Ballots | None:
    """Return the ballots of rows without quotes; None where a row is unusual.

    Args:
        data: The rows of VOTES without their header.
        names: The projects.
        vote_column: Which field lists the projects.
        points_column: Which field lists the points beside them; -1 where there are none.
    """
    ends = np.append(np.flatnonzero(data == LINE), data.size)
    rows = ends.size
    entries = int(np.count_nonzero(data == COMMA)) + rows
    offsets, named = np.zeros(rows + 1, np.int64), np.zeros(entries, np.int64)
    points = np.ones(entries, np.int64)
    found = _scan(data, ends, names, vote_column, points_column, Columns(offsets, named, points))
    if found < 0:
        return None
    size = int(offsets[found])
    return Ballots(offsets[: found + 1].copy(), named[:size].copy(), points[:size].copy())


def _hash(word: bytes) -> int:
    value = SEED
    for each in word:
        value = ((value ^ each) * FACTOR) & MASK_32
    return value


@compiled
def _find(data: Bytes, start: int, end: int, value: int, names: Names) -> int:
    """Return the number of the project named by some bytes with their hash; -1 where none is."""
    place = value & (names.slots.size - 1)
    while names.slots[place] >= 0:
        at = names.slots[place]
        first = names.offsets[at]
        if names.offsets[at + 1] - first == end - start:
            same = True
            for i in range(end - start):
                same = same and names.text[first + i] == data[start + i]
            if same:
                return int(at)
        place = (place + 1) & (names.slots.size - 1)
    return -1


@compiled
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


@compiled
def _word(data: Bytes, at: int, stop: int) -> int:
    """Return where the part of a list that begins here ends."""
    while at < stop and data[at] != COMMA:
        at += 1
    return at


@compiled
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


@compiled
def _list(data: Bytes, at: int, stop: int, names: Names, named: Whole, size: int) -> int:
    """Write the projects of one ballot from place `size`; return the place after, -1 if one is unknown or twice."""
    first = size
    while at < stop:
        end, value = at, SEED
        while end < stop and data[end] != COMMA:
            value = ((value ^ data[end]) * FACTOR) & MASK_32
            end += 1
        found = _find(data, at, end, value, names)
        if found < 0:
            return -1
        for i in range(first, size):
            if named[i] == found:
                return -1
        named[size] = found
        size += 1
        at = end + 1
    return size


@compiled
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


class Columns(NamedTuple):
    """Ballots in columns, to be filled."""

    offsets: Whole
    named: Whole
    points: Whole


@compiled
def _scan(
    data: Bytes, ends: Whole, names: Names, vote_column: int, points_column: int, found: Columns
) -> int:
    """Fill the columns; return the number of ballots, -1 where a row is unusual."""
    at, row, size = 0, 0, 0
    for end in ends:
        if end > at and not (end == at + 1 and data[at] == RETURN):
            first, stop = _field(data, at, end, vote_column)
            after = -1 if first < 0 else _list(data, first, stop, names, found.named, size)
            if after < 0:
                return -1
            if points_column >= 0:
                first, stop = _field(data, at, end, points_column)
                if first < 0 or not _points(data, first, stop, found.points, size, after):
                    return -1
            size = after
            row += 1
            found.offsets[row] = size
        at = end + 1
    return row
