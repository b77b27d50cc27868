"""Read the cells of an uploaded xlsx or csv; runs in a limited child, where a hostile file harms nothing.

Values are passed on as JSON: texts and numbers as they are, a date as {"date": "2026-03-05"}, a formula as
{"formula": "=A1+B1"}. No formula is evaluated and no stored result of one is believed.
"""

import csv
import datetime as dt
import io
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree  # check_office has refused every DOCTYPE before

from zhagen.core.errors import RuleError
from zhagen.platform.uploads import check_office, decode_csv, sniff

HEADING_ROWS = 15
"""The headings stand in one of the first so many rows; titles and notes may stand above."""

MOST_SHEETS = 30
MOST_COLUMNS = 200
_BRACKETS = re.compile(r"[（(【\[].*?[）)】\]]")

Cells = list[list[Any]]


def plain_heading(text: object) -> str:
    """Return a heading without blanks, stars, brackets and case, so that 「 金额（元）* 」 is 「金额」."""
    return re.sub(r"[\s*＊:：\u3000]", "", _BRACKETS.sub("", str(text))).casefold()


def read_cells(source: Path, target: Path, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the sheet that carries the headings, as rows of cells counted from the sheet's first row.

    Args:
        source: The uploaded file.
        target: Not used.
        arguments: "headings" (accepted, plain), "most_rows".
    """
    content = source.read_bytes()
    headings, most_rows = set(arguments["headings"]), arguments["most_rows"]
    kind = sniff(content)
    if kind == "csv":
        found = _find_heading("csv", _csv_cells(content, most_rows), headings)
        merged: list[Any] = []
    elif kind == "xlsx":
        check_office(source, "xlsx")
        found, merged = _read_workbook(source, headings, most_rows)
    else:
        raise RuleError("upload.kind_not_allowed", found=kind, allowed="xlsx, csv")
    if found is None:
        raise RuleError("sheet.no_headings", rows=HEADING_ROWS, headings="、".join(arguments["shown"]))
    name, cells, heading_row = found
    _check_length(name, cells, heading_row, most_rows)
    return {"sheet": name, "cells": cells, "heading_row": heading_row, "merged": merged}


def _check_length(name: str, cells: Cells, heading_row: int, most_rows: int) -> None:
    while cells and all(cell in ("", None) for cell in cells[-1]):
        cells.pop()
    count = len(cells) - heading_row - 1
    if count > most_rows:
        raise RuleError("sheet.too_many_rows", sheet=name, count=count, most=most_rows)


def _find_heading(name: str, cells: Cells, headings: set[str]) -> tuple[str, Cells, int] | None:
    """Return the row of the first rows that holds the most known headings, and at least one."""
    hits = [len(headings & {plain_heading(cell) for cell in row}) for row in cells[:HEADING_ROWS]]
    best = max(hits, default=0)
    return (name, cells, hits.index(best)) if best else None


def _csv_cells(content: bytes, most_rows: int) -> Cells:
    text = decode_csv(content) or ""
    first = text.split("\n", 1)[0]
    mark = max(",\t;，", key=first.count)
    try:
        cells = [row[:MOST_COLUMNS] for row in csv.reader(io.StringIO(text), delimiter=mark)]
    except csv.Error as error:
        raise RuleError("upload.damaged", reason=str(error)) from None
    if len(cells) > most_rows + HEADING_ROWS + 1000:
        raise RuleError("sheet.too_many_rows", sheet="csv", count=len(cells), most=most_rows)
    return cells


def _read_workbook(
    source: Path, headings: set[str], most_rows: int
) -> tuple[tuple[str, Cells, int] | None, list[Any]]:
    import python_calamine

    try:
        book = python_calamine.CalamineWorkbook.from_path(str(source))
        for name in book.sheet_names[:MOST_SHEETS]:
            sheet = book.get_sheet_by_name(name)
            rows = sheet.to_python(skip_empty_area=False, nrows=most_rows + HEADING_ROWS + 1000)
            cells = [[_plain(cell) for cell in row[:MOST_COLUMNS]] for row in rows]
            found = _find_heading(name, cells, headings)
            if found is not None:
                _check_height(sheet, most_rows)
                _put_formulas(source, name, cells)
                return found, list(sheet.merged_cell_ranges or [])
    except (python_calamine.CalamineError, ElementTree.ParseError, KeyError, zipfile.BadZipFile) as error:
        raise RuleError("upload.damaged", reason=str(error)[:120]) from None
    return None, []


def _check_height(sheet: Any, most_rows: int) -> None:
    if sheet.total_height > most_rows + HEADING_ROWS + 1000:
        raise RuleError("sheet.too_many_rows", sheet=sheet.name, count=sheet.total_height, most=most_rows)


def _plain(cell: Any) -> Any:
    if isinstance(cell, dt.datetime):
        has_hour = cell.time() != dt.time()
        return {"datetime": cell.isoformat()} if has_hour else {"date": cell.date().isoformat()}
    if isinstance(cell, dt.date):
        return {"date": cell.isoformat()}
    if isinstance(cell, dt.time | dt.timedelta):
        return str(cell)
    return cell


def _put_formulas(source: Path, name: str, cells: Cells) -> None:
    """Set each cell that holds a formula to the formula's text: its stored result may say anything."""
    with zipfile.ZipFile(source) as archive:
        path = _sheet_path(archive, name)
        if path is None:
            return
        with archive.open(path) as part:
            line, place = -1, -1
            for event, element in ElementTree.iterparse(part, events=("start", "end")):  # noqa: S314
                if event == "start":
                    line, place = _where(element, line, place)
                elif _tag(element) == "f" and line < len(cells) and place < len(cells[line]):
                    cells[line][place] = {"formula": "=" + (element.text or "…")}
                elif _tag(element) == "row":
                    element.clear()


def _tag(element: ElementTree.Element) -> str:
    """Return the tag without its namespace, which differs between the two forms of the format."""
    return element.tag.rpartition("}")[2]


def _where(element: ElementTree.Element, line: int, place: int) -> tuple[int, int]:
    """Return row and column (from 0) of a starting element; addresses are optional in the format."""
    if _tag(element) == "row":
        return int(element.get("r", line + 2)) - 1, -1
    if _tag(element) != "c":
        return line, place
    letters = re.match(r"[A-Z]+", element.get("r", ""))
    return line, column_number(letters[0]) if letters else place + 1


def _sheet_path(archive: zipfile.ZipFile, name: str) -> str | None:
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314
    wanted = [
        link
        for sheet in book.iter()
        if _tag(sheet) == "sheet" and sheet.get("name") == name
        for key, link in sheet.attrib.items()
        if key.endswith("}id")
    ]
    links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
    for link in links:
        if link.get("Id") in wanted[:1]:
            path = link.get("Target", "")
            return path.lstrip("/") if path.startswith("/") else "xl/" + path
    return None


def column_number(letters: str) -> int:
    """Return the number of a column from 0.

    >>> column_number("A"), column_number("AB")
    (0, 27)
    """
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def column_letters(number: int) -> str:
    """Return the letters of a column counted from 0.

    >>> column_letters(0), column_letters(27)
    ('A', 'AB')
    """
    letters, number = "", number + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
