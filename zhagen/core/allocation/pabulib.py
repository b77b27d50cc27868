"""Pabulib files (.pb): three sections of rows set apart by semicolons, read with care and written back.

Format: pabulib.org/format (META, PROJECTS, VOTES; `;` between fields, `,` inside lists, quotes as in CSV).
"""

import csv
import gzip
import io
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple, NoReturn

from zhagen.core.errors import RuleError

SECTIONS = ("META", "PROJECTS", "VOTES")
BOM = "\ufeff"
GZIP_MAGIC = b"\x1f\x8b"
NUMBER = re.compile(r"[+-]?\d+([.,]\d*)?([eE][+-]?\d{1,2})?|\d{1,30}/\d{1,30}")
OPEN_QUOTE = re.compile(r"\n\s*(PROJECTS|VOTES)[\s;]*\n")
"""A field that has swallowed the next section: its quote was never closed."""
MOST_DIGITS = 100
READ_META = ("budget", "vote_type", "max_length", "min_project_score_threshold")
"""Keys of META that the counting reads: one stated twice is no file to count."""


class VoteType(StrEnum):
    """How a ballot speaks of projects."""

    APPROVAL = "approval"
    CHOOSE_1 = "choose-1"
    CUMULATIVE = "cumulative"
    SCORING = "scoring"
    ORDINAL = "ordinal"


class Row(NamedTuple):
    """One row of a section: its line in the file and its fields by name (in META: `key` and `value`)."""

    line: int
    fields: Mapping[str, str]


@dataclass(frozen=True)
class Sections:
    """A file as read: META as pairs, rows of projects and votes with the names of their columns."""

    file: str
    meta: Mapping[str, str]
    meta_lines: Mapping[str, int]
    project_columns: tuple[str, ...]
    projects: tuple[Row, ...]
    vote_columns: tuple[str, ...]
    votes: tuple[Row, ...]


def unpack(data: bytes, file: str) -> bytes:
    """Return the bytes of a .pb file, unpacked where they are gzip.

    Raises:
        RuleError: "pabulib.bad_gzip".
    """
    if data[:2] != GZIP_MAGIC:
        return data
    try:
        return gzip.decompress(data)
    except (OSError, EOFError, zlib.error) as error:
        raise RuleError("pabulib.bad_gzip", name=file) from error


def read_sections(data: bytes, file: str) -> Sections:
    """Return the three sections of a file.

    Raises:
        RuleError: "pabulib.bad_text", ".no_section", ".section_twice", ".outside", ".no_column",
            ".column_twice", ".fields_missing", ".meta_twice": each with file, line, field and what was expected.
    """
    parts = _split(_text(data, file), file)
    meta: dict[str, str] = {}
    lines: dict[str, int] = {}
    for line, row in _pairs(parts["META"]):
        key = row[0].strip()
        if key not in meta:
            meta[key], lines[key] = (row[1].strip() if len(row) > 1 else ""), line
        elif key.lower() in READ_META:
            fault("meta_twice", file, line, key, f"one row `{key}`")
    project_columns, projects = _table(parts["PROJECTS"], ("project_id", "cost"), file)
    vote_columns, votes = _table(parts["VOTES"], ("voter_id", "vote"), file)
    return Sections(file, meta, lines, project_columns, tuple(projects), vote_columns, tuple(votes))


def fault(code: str, file: str, line: int, field: str, expected: str, *, found: object = "") -> NoReturn:
    """Raise what is wrong with a field of a file."""
    raise RuleError(f"pabulib.{code}", file=file, line=line, key=field, expected=expected, found=found)


def number(text: str, file: str, line: int, field: str) -> Fraction | int:
    """Return a number of a file, exact; a comma may stand for the point.

    >>> number("7,5", "a.pb", 3, "cost"), number("7.0", "a.pb", 3, "cost")
    (Fraction(15, 2), 7)
    """
    plain = text.strip()
    if len(plain) > MOST_DIGITS:
        fault(
            "no_number", file, line, field, f"a number of at most {MOST_DIGITS} digits", found=f"{text[:20]}…"
        )
    whole, _, part = plain.partition(".")
    if whole.isascii() and whole.isdigit() and not part.strip("0"):
        return int(whole)
    if not NUMBER.fullmatch(plain) or not plain.rpartition("/")[2].strip("0"):
        fault("no_number", file, line, field, "a number such as 12000 or 12000.50", found=text)
    value = Fraction(plain.replace(",", "."))
    if value < 0:
        fault("no_number", file, line, field, "a number that is not negative", found=text)
    return value


def write_sections(sections: Sections) -> str:
    """Return the text of a file; `read_sections` gives the same back."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\n")
    _write(writer, "META", ("key", "value"), [(key, value) for key, value in sections.meta.items()])
    for name, columns, rows in (
        ("PROJECTS", sections.project_columns, sections.projects),
        ("VOTES", sections.vote_columns, sections.votes),
    ):
        _write(writer, name, columns, [[row.fields.get(each, "") for each in columns] for row in rows])
    return out.getvalue()


def _write(writer: object, name: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    writer.writerow([name])  # type: ignore[attr-defined]
    writer.writerow(columns)  # type: ignore[attr-defined]
    writer.writerows(rows)  # type: ignore[attr-defined]


def _text(data: bytes, file: str) -> str:
    try:
        return unpack(data, file).decode("utf-8").removeprefix(BOM)
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        fault("bad_text", file, line, "", "UTF-8")


Numbered = tuple[int, list[str]]


def _pairs(rows: list[Numbered]) -> list[Numbered]:
    """Return META without its row of column names, which some files leave out."""
    return rows[1:] if rows[0][1][0].strip().lower() == "key" else rows


def _split(text: str, file: str) -> dict[str, list[Numbered]]:
    """Return the rows of each section, the header first, with their lines in the file."""
    parts: dict[str, list[Numbered]] = {}
    rows: list[Numbered] | None = None
    for line, row in _rows(text, file):
        name = row[0].strip().upper()
        if name in SECTIONS and not any(map(str.strip, row[1:])):
            if name in parts:
                fault("section_twice", file, line, name, f"one section {name}")
            rows = parts[name] = []
        elif rows is None:
            fault("outside", file, line, "", "META")
        else:
            rows.append((line, row))
    for name in SECTIONS:
        if not parts.get(name):
            fault(
                "no_section",
                file,
                text.count("\n") + 1,
                name,
                f"the section {name} with a row of column names",
            )
    return parts


def _rows(text: str, file: str) -> Iterator[Numbered]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";")
    start, quoted = 1, '"' in text
    try:
        for row in reader:
            if quoted and any(map(OPEN_QUOTE.search, row)):
                raise csv.Error
            if row and (row[0].strip() or any(map(str.strip, row))):
                yield start, row
            start = reader.line_num + 1
    except csv.Error:
        fault("bad_text", file, start, "", "rows of fields set apart by semicolons, each quote closed")


def _table(rows: list[Numbered], needed: tuple[str, ...], file: str) -> tuple[tuple[str, ...], list[Row]]:
    line, header = rows[0]
    columns = tuple(each.strip().lower() for each in header)
    for name in needed:
        if name not in columns:
            fault("no_column", file, line, name, f"a column `{name}`", found=", ".join(columns))
    for name in columns:
        if name and columns.count(name) > 1:
            fault("column_twice", file, line, name, f"one column `{name}`")
    least = 1 + max(columns.index(name) for name in needed)
    found = []
    for at, row in rows[1:]:
        if len(row) < least:
            missing = columns[len(row)]
            fault(
                "fields_missing",
                file,
                at,
                missing,
                f"{len(columns)} fields: {'; '.join(columns)}",
                found=len(row),
            )
        found.append(Row(at, dict(zip(columns, map(str.strip, row), strict=False))))
    return columns, found
