"""What a rulebook is made of: layers of dated, sourced values, each with its unit."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise

from zhagen.core.errors import RuleError

Value = int | str | tuple[str, ...] | Mapping[str, int]
"""A value in force: a whole number, yes or no, a text, a list of texts, or a table of whole numbers."""

FULL_BP = 10_000
"""Ten thousand basis points are the whole."""

PREFIX_LENGTHS = (0, 2, 4, 6, 9, 12)
"""Nation, province, city, county, sub-district, community."""


class Kind(StrEnum):
    """What the values of a unit look like."""

    NUMBER = "number"
    FLAG = "flag"
    TEXT = "text"
    TEXTS = "texts"
    WEIGHTS = "weights"


UNITS: Mapping[str, Kind] = {
    "seconds": Kind.NUMBER,
    "minutes": Kind.NUMBER,
    "hours": Kind.NUMBER,
    "days": Kind.NUMBER,
    "working_days": Kind.NUMBER,
    "months": Kind.NUMBER,
    "years": Kind.NUMBER,
    "month_of_year": Kind.NUMBER,
    "day_of_month": Kind.NUMBER,
    "yuan": Kind.NUMBER,
    "bp": Kind.NUMBER,
    "count": Kind.NUMBER,
    "indicator": Kind.NUMBER,
    "persons": Kind.NUMBER,
    "megabytes": Kind.NUMBER,
    "pixels": Kind.NUMBER,
    "yes_no": Kind.FLAG,
    "text": Kind.TEXT,
    "texts": Kind.TEXTS,
    "weights_bp": Kind.WEIGHTS,
}
"""Units of values. A number may also be a table of numbers (`value = { phone = 1, paper = 3 }`); the
numbers of a table in `indicator` are each in the unit of the indicator that they are named after, the
weights of a table in `weights_bp` sum to 10,000; amounts stand in whole yuan, as the law writes them."""

LARGEST: Mapping[str, int] = {"bp": FULL_BP, "month_of_year": 12, "day_of_month": 31}
SMALLEST: Mapping[str, int] = {"month_of_year": 1, "day_of_month": 1}

NATIONAL = "national"
"""Name of the uppermost layer: it alone says what a value is called and who may change it."""


@dataclass(frozen=True, slots=True)
class Dated:
    """A value and the first day on which it is in force.

    Args:
        since: First day in force.
        value: The value in the entry's unit.
        source: Article or document that sets it.
        confirm: Whether it still has to be checked against the official text.
        line: Line in the file; 0 where it came from elsewhere.
    """

    since: date
    value: Value
    source: str
    confirm: bool = False
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Entry:
    """All values of one name in one layer, oldest first.

    Args:
        name: "concept.value_name" or "concept.method.value_name".
        unit: A key of `UNITS`.
        values: Dated values in rising order of `since`.
        until: Last day in force; None where it has no end.
        local: Whether a lower layer may replace the value freely.
        tighter: "lower" or "higher": the direction in which a lower layer may move it; "" for none.
        choices: The words that a text may be; empty where any will do.
        zh: Name of the rule for people, in Chinese (upper layer only).
        en: The same in English.
        note_zh: Remark for people.
        note_en: The same in English.
        line: Line of the table in the file.
    """

    name: str
    unit: str
    values: tuple[Dated, ...]
    until: date | None = None
    local: bool = False
    tighter: str = ""
    choices: tuple[str, ...] = ()
    zh: str = ""
    en: str = ""
    note_zh: str = ""
    note_en: str = ""
    line: int = field(default=0, compare=False)

    def at(self, on: date) -> Dated | None:
        """Return the value in force on a day; None before the first or after `until`."""
        if self.until is not None and on > self.until:
            return None
        begun = [dated for dated in self.values if dated.since <= on]
        return begun[-1] if begun else None


@dataclass(frozen=True, slots=True)
class Layer:
    """One rulebook: the values that one authority sets for the places under a code.

    Args:
        name: Short name, such as "national" or "beijing".
        place: Prefix of the 12-digit place code: 0, 2, 4, 6, 9 or 12 digits.
        title_zh: Title for people.
        title_en: The same in English.
        parent: Name of the layer above; empty for the national one.
        entries: Name of each value → its entry.
        file: File that it was read from, for messages.
    """

    name: str
    place: str
    title_zh: str
    title_en: str
    parent: str
    entries: Mapping[str, Entry]
    file: str = field(default="", compare=False)

    def covers(self, place: str) -> bool:
        """Return whether the layer speaks for a place, given by its code of 12 digits or its prefix."""
        return place_prefix(place).startswith(self.place)


@lru_cache(maxsize=4096)
def place_prefix(code: str) -> str:
    """Return the prefix that all places below a place share.

    Raises:
        RuleError: "rulebook.bad_place".

    >>> place_prefix("990101001000"), place_prefix("990101001003"), place_prefix("110000")
    ('990101001', '990101001003', '11')
    """
    if len(code) not in PREFIX_LENGTHS or not (not code or (code.isascii() and code.isdecimal())):
        raise RuleError("rulebook.bad_place", place=code)
    for shorter, longer in reversed(list(pairwise(PREFIX_LENGTHS[1:]))):
        if len(code) == longer and not code[shorter:].strip("0"):
            code = code[:shorter]
    return code
