"""Read clean rows of votes straight from bytes, eight at a time; whatever is unusual is left to the careful reader."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from zhagen.core.allocation.compiled import compiled, inlined
from zhagen.core.allocation.election import SMALL, Ballots, Whole, ones

Bytes = NDArray[np.uint8]

LINE, RETURN, SEMICOLON, COMMA, SPACE, ZERO, NINE = b"\n\r;, 09"
WORD, BITS = 8, 8
ONES, HIGHS = 0x0101010101010101, -0x7F7F7F7F7F7F7F80
LINES, RETURNS, SEMICOLONS, COMMAS = LINE * ONES, RETURN * ONES, SEMICOLON * ONES, COMMA * ONES
LAST, LENGTH, LOW = 0x7F, 56, 0xF
SEED, FACTOR, SHIFT = 1469598103, 0x1E3779B97F4A7C15, 29
LONG = -(1 << 63)
MOST_POINTS = 10**9
"""A sum over all voters stays far below 2**63, and so does a class of equal balances with its points."""
TEN = 10
UNUSUAL, FULL = -1, -2
SAMPLE, SPARE = 1 << 16, 64


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
    """Ids of projects one after the other, found by their keys."""

    text: Text
    offsets: Whole
    slots: Whole
    keys: Whole

    @staticmethod
    def of(ids: tuple[str, ...]) -> "Names":
        """Return the table of some ids, all different."""
        words = [each.encode() for each in ids]
        offsets = np.cumsum([0, *map(len, words)], dtype=np.int64)
        slots = np.full(1 << (4 * len(words)).bit_length(), -1, dtype=np.int64)
        names = Names(Text.of(b"".join(words) + bytes(WORD)), offsets, slots, np.zeros_like(slots))
        _enter(names)
        return names


class Columns(NamedTuple):
    """Ballots in columns, to be filled."""

    offsets: Whole
    named: Whole
    points: Whole


class Layout(NamedTuple):
    """How rows are: which field lists the projects, which one after it the points (-1: none), if lines end with returns."""

    vote: int
    points: int
    returns: bool


def scan_votes(data: bytes, first: int, names: Names, layout: Layout) -> Ballots | None:
    """Return the ballots of rows without quotes; None where a row is unusual.

    Args:
        data: The file.
        first: Where the first row of VOTES after the header begins.
        names: The projects.
        layout: Where a row has what.
    """
    text = Text.of(data)
    for sample in (SAMPLE, len(data)):
        found = _room(text.data[first:], sample, names.offsets.size, layout)
        count = _scan(text, first, names, layout, found)
        if count != FULL:
            break
    if count == UNUSUAL:
        return None
    size = int(found.offsets[count])
    points = found.points[:size] if layout.points >= 0 else ones(size)
    return Ballots(found.offsets[: count + 1], found.named[:size], points)


def _room(rows: Bytes, sample: int, longest: int, layout: Layout) -> Columns:
    """Return columns that are large enough if all rows are like those of a sample."""
    some = rows[:sample]
    times = 1.125 * rows.size / max(1, some.size) if rows.size > sample else 1.0
    lines = int(np.count_nonzero(some == LINE) * times) + SPARE
    entries = int(np.count_nonzero(some == COMMA) * times) + lines + longest
    points = np.empty(entries if layout.points >= 0 else 0, np.int64)
    return Columns(np.zeros(lines + 1, np.int64), np.empty(entries, SMALL), points)


@inlined
def _is(word: int, sign: int) -> int:
    """Return marks of which the lowest is the highest bit of the first byte that is a sign (eight times in `sign`)."""
    odd = word ^ sign
    return int((odd - ONES) & ~odd & HIGHS)


@inlined
def _before(marks: int) -> int:
    """Return ones in all bytes before the first marked; in all where none is."""
    return int(((marks - 1) & ~marks) >> 7)


@inlined
def _length(before: int) -> int:
    """Return how many bytes have ones."""
    return int(((before & ONES) * ONES) >> LENGTH & LOW)


@inlined
def _word(text: Text, at: int) -> int:
    """Return eight bytes; those after the end of the text are ends of lines."""
    if at + WORD <= text.data.size:
        return int(text.words[at])
    word = LINES
    for i in range(at, text.data.size):
        word = int(word ^ ((np.int64(text.data[i]) ^ LINE) << (BITS * (i - at))))
    return word


@inlined
def _sign(text: Text, at: int) -> int:
    return int(text.data[at]) if at < text.data.size else LINE


@inlined
def _key(text: Text, at: int, stop: int) -> int:
    """Return the bytes themselves and how many they are, where they are fewer than eight; else a hash below 0."""
    size = stop - at
    if size < WORD:
        return int((_word(text, at) & ((1 << (BITS * size)) - 1)) | size << LENGTH)
    value = SEED + size
    while at < stop:
        at = min(at, stop - WORD)
        value = (value ^ _word(text, at)) * FACTOR
        value ^= value >> SHIFT
        at += WORD
    return int(value | LONG)


@inlined
def _equal(text: Text, at: int, stop: int, names: Names, project: int) -> bool:
    """Return whether some bytes of a text are the id of a project."""
    start, end = names.offsets[project], names.offsets[project + 1]
    while at < stop and start < end and text.data[at] == names.text.data[start]:
        at += 1
        start += 1
    return at == stop and start == end


@inlined
def _find(text: Text, at: int, stop: int, key: int, names: Names) -> int:
    """Return the number of the project named by some bytes of this key; -1 where none is."""
    mask = names.slots.size - 1
    place = ((key * FACTOR) >> SHIFT) & mask
    while names.slots[place] >= 0:
        found = names.slots[place]
        if names.keys[place] == key and (key >= 0 or _equal(text, at, stop, names, found)):
            return int(found)
        place = (place + 1) & mask
    return -1


@compiled
def _enter(names: Names) -> None:
    mask = names.slots.size - 1
    for p in range(names.offsets.size - 1):
        key = _key(names.text, names.offsets[p], names.offsets[p + 1])
        place = ((key * FACTOR) >> SHIFT) & mask
        while names.slots[place] >= 0:
            place = (place + 1) & mask
        names.slots[place] = p
        names.keys[place] = key


@inlined
def _end(text: Text, at: int, one: int, other: int) -> int:
    """Return where the first of two signs or the end of the line stands from here on."""
    while True:
        word = _word(text, at)
        marks = _is(word, one) | _is(word, other) | _is(word, LINES)
        if marks != 0:
            return at + _length(_before(marks))
        at += WORD


@inlined
def _pass(text: Text, at: int, fields: int) -> int:
    """Return where the field after some fields begins; -1 where the row has too few."""
    while fields > 0:
        at = _end(text, at, SEMICOLONS, SEMICOLONS)
        if _sign(text, at) == LINE:
            return -1
        at += 1
        fields -= 1
    return at


@inlined
def _trimmed(data: Bytes, at: int, stop: int) -> tuple[int, int]:
    while at < stop and data[at] == SPACE:
        at += 1
    while stop > at and (data[stop - 1] == SPACE or data[stop - 1] == RETURN):
        stop -= 1
    return at, stop


@inlined
def _named(text: Text, at: int, names: Names) -> tuple[int, int]:
    """Return the number of the project named from here on, -1 where it is none, and where its name ends."""
    word = _word(text, at)
    before = _before(_is(word, COMMAS) | _is(word, SEMICOLONS) | _is(word, LINES))
    length = _length(before)
    if length < WORD:
        key, stop = (word & before) | (length << LENGTH), at + length
    else:
        stop = _end(text, at + WORD, COMMAS, SEMICOLONS)
        key = _key(text, at, stop)
    found = _find(text, at, stop, key, names)
    if found < 0:
        start, end = _trimmed(text.data, at, stop)
        found = _find(text, start, end, _key(text, start, end), names) if start < end else -1
    return found, stop


@inlined
def _list(
    text: Text, at: int, names: Names, named: Whole, size: int, seen: Whole, row: int
) -> tuple[int, int, bool]:
    """Write the projects of one ballot from place `size`; return where it ends, the place after, if all was usual."""
    start, usual, twice = at, True, False
    while True:
        found, stop = _named(text, at, names)
        sign = _sign(text, stop)
        if found < 0:
            first, end = _trimmed(text.data, at, stop)
            usual = at == start and first == end and sign != COMMA  # a ballot for nothing
        elif seen[found] == row:
            twice = True
        else:
            seen[found] = row
            named[size] = found
            size += 1
        if sign != COMMA or not usual:
            return stop, -size if twice else size, usual
        at = stop + 1


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
    return value if value <= MOST_POINTS else -1


@inlined
def _points(text: Text, at: int, points: Whole, size: int, end: int) -> int:
    """Write the points of one ballot to places `size` to `end`; return where they end, -1 where there are not just as many."""
    stop = _end(text, at, SEMICOLONS, SEMICOLONS)
    at, last = _trimmed(text.data, at, stop)
    while at < last and size < end:
        until = min(_end(text, at, COMMAS, COMMAS), last)
        value = _whole(text.data, at, until)
        if value < 0:
            return -1
        points[size] = value
        size += 1
        at = until + 1
    return stop if size == end and at >= last else -1


@inlined
def _begins(text: Text, at: int, layout: Layout) -> bool:
    """Return whether a row begins here as rows do, with a printed letter or digit, and no return stands within it."""
    if layout.returns:
        end = _end(text, at, RETURNS, RETURNS)
        if _sign(text, end) == RETURN and _sign(text, end + 1) != LINE:
            return False
    sign = _sign(text, at)
    return SPACE < sign < LAST and sign != SEMICOLON


@compiled
def _scan(text: Text, at: int, names: Names, layout: Layout, found: Columns) -> int:
    """Fill the columns; return the number of ballots, UNUSUAL where a row is so, FULL where there is too little room."""
    row, size, seen = 0, 0, np.full(names.offsets.size, -1, np.int64)
    while at < text.data.size:
        if text.data[at] == LINE or (text.data[at] == RETURN and _sign(text, at + 1) == LINE):
            at += 1
            continue
        if row + 1 >= found.offsets.size or size + seen.size >= found.named.size:
            return FULL
        at = _pass(text, at, layout.vote) if _begins(text, at, layout) else -1
        if at < 0:
            return UNUSUAL
        at, after, usual = _list(text, at, names, found.named, size, seen, row)
        if not usual or (after < 0 and layout.points >= 0):
            return UNUSUAL
        size = abs(after)
        row += 1
        found.offsets[row] = size
        if layout.points >= 0:
            at = _pass(text, at, layout.points - layout.vote)
            at = at if at < 0 else _points(text, at, found.points, int(found.offsets[row - 1]), size)
            if at < 0:
                return UNUSUAL
        at = _end(text, at, LINES, LINES) + 1
    return row
