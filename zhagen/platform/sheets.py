"""Read an uploaded xlsx or csv by a declared form into typed rows and errors that name their cell.

CONTRACTS = SheetForm(("合同", "Contracts"), (
    SheetColumn("title", "合同名称", "Contract", is_required=True),
    SheetColumn("amount_fen", "合同金额（元）", "Amount (yuan)", kind="money", is_required=True),
))
read = read_sheet(uploaded, CONTRACTS)     # read.rows, read.errors
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from zhagen.core.errors import RuleError
from zhagen.platform.child import MEBIBYTE, Limits, run_limited
from zhagen.platform.sheet_cells import PARSERS, is_empty, shown
from zhagen.platform.sheet_child import column_letters, plain_heading
from zhagen.platform.tables import Words

MOST_BYTES = 20 * MEBIBYTE
LIMITS = Limits(wall_seconds=30, memory_bytes=1024 * MEBIBYTE, file_bytes=96 * MEBIBYTE)


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column that a sheet may or must have.

    Args:
        key: Key of the value in the rows that are read.
        zh: Heading in the template; blanks, stars and brackets do not count when it is looked for.
        en: Heading in English, accepted alike.
        kind: Name of a parser in `sheet_cells.PARSERS`.
        is_required: Whether the column and each of its cells must be there.
        accepted: Further headings that people use.
        choices: For kind "choice": key → words.
        least: Smallest number or fen; None is 0.
        most: Largest number or fen.
        earliest: First day allowed.
        latest: Last day allowed.
        most_characters: Longest text.
        note: What the template's heading says when one points at it.
        example: Shown in the template's explanation.
    """

    key: str
    zh: str
    en: str
    kind: str = "text"
    is_required: bool = False
    accepted: tuple[str, ...] = ()
    choices: Mapping[str, Words] = field(default_factory=dict)
    least: int | None = None
    most: int | None = None
    earliest: dt.date | None = None
    latest: dt.date | None = None
    most_characters: int = 500
    note: Words = ("", "")
    example: str = ""

    @property
    def headings(self) -> set[str]:
        """The headings by which the column is known, made plain."""
        return {plain_heading(text) for text in (self.zh, self.en, *self.accepted)}


@dataclass(frozen=True, slots=True)
class SheetForm:
    """What a sheet must look like."""

    title: Words
    columns: tuple[SheetColumn, ...]
    most_rows: int = 5_000


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row that was read: its number in the sheet (from 1) and its values; an empty cell is None."""

    number: int
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CellError:
    """What is wrong with a cell; `error` has the text, its figures name sheet, cell and what was found."""

    cell: str
    row: int
    column: int
    error: RuleError


@dataclass(frozen=True, slots=True)
class SheetRead:
    """What a sheet held.

    Args:
        sheet: Name of the sheet that was read.
        rows: The rows without any error, in order.
        errors: What is wrong, cell by cell, in reading order.
        ignored: Headings that the form does not know.
        heading_row: Number of the row of headings in the sheet (from 1).
        cells: All cells as found from the headings on, for the marked copy.
    """

    sheet: str
    rows: tuple[SheetRow, ...]
    errors: tuple[CellError, ...]
    ignored: tuple[str, ...]
    heading_row: int
    cells: tuple[tuple[str, ...], ...]


def read_sheet(uploaded: bytes, form: SheetForm) -> SheetRead:
    """Return the rows and errors of an uploaded sheet.

    Raises:
        RuleError: Where there is nothing to read: a code of "upload." or "child.", "sheet.no_headings",
            "sheet.missing_columns", "sheet.duplicate_heading", "sheet.too_many_rows".
    """
    if len(uploaded) > MOST_BYTES:
        raise RuleError(
            "upload.too_large", mebibytes=-(-len(uploaded) // MEBIBYTE), most=MOST_BYTES // MEBIBYTE
        )
    if not uploaded:
        raise RuleError("upload.empty")
    arguments = {
        "headings": sorted(set().union(*(column.headings for column in form.columns))),
        "shown": [column.zh for column in form.columns],
        "most_rows": form.most_rows,
    }
    found = run_limited("zhagen.platform.sheet_child:read_cells", uploaded, arguments, LIMITS).answer
    heading_row, cells = found["heading_row"], found["cells"]
    places, ignored = _match_columns(cells[heading_row], heading_row, form)
    errors = _merged_errors(found, places)
    rows = []
    for line in range(heading_row + 1, len(cells)):
        if all(is_empty(cell) for cell in cells[line]):
            continue
        values, wrong = _read_row(cells[line], line, places, found["sheet"])
        errors += wrong
        if not wrong:
            rows.append(SheetRow(line + 1, values))
    errors.sort(key=lambda error: (error.row, error.column))
    merged_rows = {error.row for error in errors}
    return SheetRead(
        sheet=found["sheet"],
        rows=tuple(row for row in rows if row.number not in merged_rows),
        errors=tuple(errors),
        ignored=ignored,
        heading_row=heading_row + 1,
        cells=tuple(tuple(shown(cell) for cell in row) for row in cells[heading_row:]),
    )


def _match_columns(
    headings: list[Any], heading_row: int, form: SheetForm
) -> tuple[dict[int, SheetColumn], tuple[str, ...]]:
    """Return which column stands where, and the headings that the form does not know."""
    places: dict[int, SheetColumn] = {}
    ignored = []
    seen: dict[str, int] = {}
    for place, heading in enumerate(headings):
        column = next((each for each in form.columns if plain_heading(heading) in each.headings), None)
        if is_empty(heading):
            continue
        if column is None:
            ignored.append(shown(heading))
        elif column.key in seen:
            cells = (f"{column_letters(at)}{heading_row + 1}" for at in (seen[column.key], place))
            first, second = cells
            raise RuleError("sheet.duplicate_heading", heading=shown(heading), first=first, second=second)
        else:
            places[place], seen[column.key] = column, place
    missing = [column.zh for column in form.columns if column.is_required and column.key not in seen]
    if missing:
        raise RuleError("sheet.missing_columns", missing="、".join(missing), row=heading_row + 1)
    return places, tuple(ignored)


def _merged_errors(found: Mapping[str, Any], places: Mapping[int, SheetColumn]) -> list[CellError]:
    """Name merged cells below the headings: only the first of them holds a value."""
    errors = []
    for (top, left), (bottom, right) in found["merged"]:
        if bottom <= found["heading_row"] or not any(left <= place <= right for place in places):
            continue
        area = f"{column_letters(left)}{top + 1}:{column_letters(right)}{bottom + 1}"
        errors += [
            _cell_error(RuleError("sheet.merged", area=area), "", (line, left), found["sheet"])
            for line in range(max(top, found["heading_row"] + 1), min(bottom + 1, len(found["cells"])))
        ]
    return errors


def _read_row(
    cells: list[Any], line: int, places: Mapping[int, SheetColumn], sheet: str
) -> tuple[dict[str, Any], list[CellError]]:
    values: dict[str, Any] = {}
    errors = []
    for place, column in places.items():
        cell = cells[place] if place < len(cells) else ""
        try:
            values[column.key] = _read_cell(cell, column)
        except RuleError as error:
            errors.append(_cell_error(error, shown(cell), (line, place), sheet))
    return values, errors


def _read_cell(cell: Any, column: SheetColumn) -> Any:
    if is_empty(cell):
        if column.is_required:
            raise RuleError("sheet.required", heading=column.zh)
        return None
    if isinstance(cell, dict) and "formula" in cell and column.kind != "text":
        raise RuleError("sheet.formula")
    return PARSERS[column.kind](cell, column)


def _cell_error(error: RuleError, found: str, at: tuple[int, int], sheet: str) -> CellError:
    line, place = at
    address = f"{column_letters(place)}{line + 1}"
    placed = RuleError(
        error.code, source=error.source, sheet=sheet, cell=address, found=found[:60], **error.figures
    )
    return CellError(address, line + 1, place, placed)
