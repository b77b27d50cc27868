"""One declaration of a table, from which pages and files (xlsx, csv, docx, pdf) are made alike.

    Table(title=("应付款清单", "Payments due"), columns=[...], rows=generator, as_of=day)

Rows are mappings read once, so that a list of any length passes through in bounded memory.
"""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal
from zoneinfo import ZoneInfo

from zhagen.core.money import format_yuan

Kind = Literal["text", "int", "money", "date", "datetime", "percent_bp"]
Language = Literal["zh", "en"]
Words = tuple[str, str]
"""The same words in Chinese and in English."""

SHOWN_ZONE = ZoneInfo("Asia/Shanghai")
UNVERIFIED: Words = ("含待核实规则值", "Contains rule values that are still to be verified")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


LONG = 40
"""Characters from which on a column holds sentences."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: where its value stands in a row, its heading in both languages, how it is shown.

    Args:
        key: Key of the value in each row.
        zh: Heading in Chinese.
        en: Heading in English.
        kind: "money" is whole fen, "percent_bp" whole basis points, "datetime" aware; None shows as empty.
        width: Share of the page in characters; 0 lets the kind decide.
    """

    key: str
    zh: str
    en: str
    kind: Kind = "text"
    width: int = 0

    def heading(self, language: Language) -> str:
        """Return the heading in a language."""
        return self.zh if language == "zh" else self.en

    @property
    def is_number(self) -> bool:
        """Whether the column is set flush right."""
        return self.kind in ("int", "money", "percent_bp")

    @property
    def is_long(self) -> bool:
        """Whether it holds sentences, which the narrow columns beside it must not squeeze."""
        return self.width >= LONG

    @property
    def characters(self) -> int:
        """The width in characters, by declaration or by kind."""
        return self.width or _WIDTHS[self.kind]


_WIDTHS = {"text": 24, "int": 10, "money": 16, "date": 12, "datetime": 18, "percent_bp": 10}


@dataclass(frozen=True, slots=True)
class Table:
    """A table to show or hand out.

    Args:
        title: What it lists, in both languages.
        columns: The columns in order.
        rows: Mappings by column key, read once.
        as_of: The day for which it holds.
        notes: Lines below the title, such as `UNVERIFIED`.
    """

    title: Words
    columns: tuple[Column, ...]
    rows: Iterable[Mapping[str, Any]]
    as_of: dt.date | None = None
    notes: tuple[Words, ...] = ()

    def title_in(self, language: Language) -> str:
        """Return the title in a language."""
        return said(self.title, language)

    def note_lines(self, language: Language) -> list[str]:
        """Return the as-of day and the notes as lines."""
        lines = []
        if self.as_of is not None:
            day = self.as_of.isoformat()
            lines.append(f"数据截至：{day}" if language == "zh" else f"As of {day}")
        return lines + [said(note, language) for note in self.notes]


def said(words: Words, language: Language) -> str:
    """Return words in a language."""
    return words[0] if language == "zh" else words[1]


def printable(text: str) -> str:
    """Return the text without the control characters that no file format can carry."""
    return _UNPRINTABLE.sub("", text)


def cell_text(value: Any, kind: Kind) -> str:
    """Return a value as people read it; None is empty.

    >>> cell_text(1234560, "money"), cell_text(1250, "percent_bp")
    ('12,345.60', '12.50%')
    """
    if value is None:
        return ""
    if kind == "money":
        return format_yuan(value)
    if kind == "percent_bp":
        sign = "-" if value < 0 else ""
        return f"{sign}{abs(value) // 100}.{abs(value) % 100:02d}%"
    if kind == "datetime":
        return value.astimezone(SHOWN_ZONE).strftime("%Y-%m-%d %H:%M")
    if kind == "date":
        return value.isoformat()
    return printable(str(value))


def text_rows(table: Table) -> Iterator[list[str]]:
    """Yield each row as the texts of its cells."""
    for row in table.rows:
        yield [cell_text(row.get(column.key), column.kind) for column in table.columns]
