"""Files of a table: xlsx, csv, docx, pdf, each streamed, each whole.

Money stays exact: the spreadsheet gets the decimal text of the fen, never a division of floats. Strings are
typed cells; nothing that a person typed can become a formula.
"""

import csv
import datetime as dt
import io
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import chain, islice
from pathlib import Path
from typing import Any

from zhagen.core.errors import RuleError
from zhagen.platform.tables import SHOWN_ZONE, Language, Table, cell_text, printable, text_rows

VOLUME_ROWS = 5_000
"""Rows in one PDF: about 3 s and 350 MB in the child; a longer table is a zip of volumes."""

CHUNK_BYTES = 64 * 1024
SHEET_ROWS = 1_000_000
"""Rows on one sheet; a longer table goes on on the next (the format ends at 1,048,576)."""

CELL_CHARACTERS = 32_000
"""A spreadsheet cell holds 32,767 characters; a longer text is cut visibly and refers to the csv."""

EXACT_DIGITS = 10**15
"""Spreadsheets keep 15 digits; a larger number is written as text."""

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_QUOTES_AND_BLANKS = " \u3000\"'“”‘’"
_FORMATS = {
    "money": "#,##0.00",
    "int": "0",
    "percent_bp": "0.00%",
    "date": "yyyy-mm-dd",
    "datetime": "yyyy-mm-dd hh:mm",
}
_FIRST_SHEET_DAY = dt.date(1900, 3, 1)


@dataclass(frozen=True, slots=True)
class Download:
    """A file on its way to a browser."""

    filename: str
    content_type: str
    chunks: Iterator[bytes]


def download(table: Table, *, extension: str, language: Language = "zh") -> Download:
    """Return a table as a file: name, content type, and its bytes in chunks.

    A PDF of more than 5,000 rows comes as a zip of volumes, so that nothing is cut.

    Raises:
        RuleError: "table.no_such_format".
    """
    if extension not in _MAKERS:
        raise RuleError("table.no_such_format", found=extension, known=", ".join(_MAKERS))
    if extension == "pdf":
        table, is_long = _peek(table)
        extension = "pdf.zip" if is_long else "pdf"
    content_type, make = _MAKERS[extension]
    day = f"_{table.as_of.isoformat()}" if table.as_of else ""
    return Download(f"{table.title_in(language)}{day}.{extension}", content_type, make(table, language))


def _peek(table: Table) -> tuple[Table, bool]:
    rows = iter(table.rows)
    head = list(islice(rows, VOLUME_ROWS + 1))
    return replace(table, rows=chain(head, rows)), len(head) > VOLUME_ROWS


def formula_safe(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula when it opens a csv.

    >>> formula_safe("=1+1"), formula_safe(" ＝1"), formula_safe("王师傅")
    ("'=1+1", "' ＝1", '王师傅')
    """
    bare = text.lstrip(_QUOTES_AND_BLANKS)
    return "'" + text if bare.startswith(_FORMULA_STARTS) or text.startswith(("\t", "\r", "\n")) else text


def csv_chunks(table: Table, language: Language) -> Iterator[bytes]:
    """Yield the csv, with the mark by which spreadsheet programs know UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out)
    out.write("\ufeff")
    writer.writerow([formula_safe(column.heading(language)) for column in table.columns])
    kinds = [column.kind for column in table.columns]
    for texts in text_rows(table):
        writer.writerow(
            [
                formula_safe(text) if kind == "text" else text.replace(",", "")
                for text, kind in zip(texts, kinds, strict=True)
            ]
        )
        if out.tell() > CHUNK_BYTES:
            yield _drain(out)
    yield _drain(out)


def _drain(out: io.StringIO) -> bytes:
    text = out.getvalue()
    out.seek(0)
    out.truncate()
    return text.encode()


def file_chunks(write: Callable[[Path], None]) -> Iterator[bytes]:
    """Yield what `write` puts into a temporary file, then remove the file."""
    with tempfile.TemporaryDirectory(prefix="zhagen-table-") as folder:
        path = Path(folder) / "file"
        write(path)
        with path.open("rb") as made:
            while chunk := made.read(CHUNK_BYTES):
                yield chunk


def xlsx_chunks(table: Table, language: Language) -> Iterator[bytes]:
    """Yield the workbook."""
    return file_chunks(lambda path: write_xlsx(table, language, path))


def write_xlsx(table: Table, language: Language, path: Path) -> None:
    """Write the workbook to a path: one row in memory at a time."""
    import xlsxwriter

    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "tmpdir": str(path.parent),
    }
    with xlsxwriter.Workbook(str(path), options) as book:
        formats = {kind: book.add_format({"num_format": form}) for kind, form in _FORMATS.items()}
        formats["title"] = book.add_format({"bold": True, "font_size": 14})
        formats["heading"] = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
        sheet, line = _start_sheet(book, table, language, formats)
        writers = [_cell_writer(column.kind, formats.get(column.kind)) for column in table.columns]
        keys = [column.key for column in table.columns]
        first_line = line
        for row in table.rows:
            if line - first_line >= SHEET_ROWS:
                sheet, line = _start_sheet(book, table, language, formats)
            for place, (key, write) in enumerate(zip(keys, writers, strict=True)):
                write(sheet, line, place, row.get(key))
            line += 1


def _start_sheet(book: Any, table: Table, language: Language, formats: dict[str, Any]) -> tuple[Any, int]:
    sheet = book.add_worksheet()
    for place, column in enumerate(table.columns):
        sheet.set_column(place, place, column.characters + 2)
    sheet.write_string(0, 0, printable(table.title_in(language)), formats["title"])
    line = 1
    for note in table.note_lines(language):
        sheet.write_string(line, 0, printable(note))
        line += 1
    for place, column in enumerate(table.columns):
        sheet.write_string(line, place, column.heading(language), formats["heading"])
    sheet.freeze_panes(line + 1, 0)
    sheet.repeat_rows(line)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    return sheet, line + 1


CellWriter = Callable[[Any, int, int, Any], None]


def _cell_writer(kind: str, form: Any) -> CellWriter:
    """Return the function that writes a value of a kind; what a sheet cannot hold exactly becomes text."""

    def write_text(sheet: Any, line: int, place: int, value: Any) -> None:
        if value is None:
            return
        text = cell_text(value, kind)  # type: ignore[arg-type]
        if len(text) > CELL_CHARACTERS:
            text = f"{text[:CELL_CHARACTERS]}……（{len(text)} 字，全文见 csv / whole in csv）"
        sheet.write_string(line, place, text)

    def write_number(sheet: Any, line: int, place: int, value: Any) -> None:
        if value is None or abs(value) >= EXACT_DIGITS:
            write_text(sheet, line, place, value)
        else:
            sheet.write_number(line, place, Decimal(value).scaleb(_SCALES[kind]), form)

    def write_day(sheet: Any, line: int, place: int, value: Any) -> None:
        day = value.astimezone(SHOWN_ZONE).replace(tzinfo=None) if isinstance(value, dt.datetime) else value
        if day is None or (day.date() if isinstance(day, dt.datetime) else day) < _FIRST_SHEET_DAY:
            write_text(sheet, line, place, value)
        else:
            sheet.write_datetime(line, place, day, form)

    if kind in _SCALES:
        return write_number
    return write_day if kind in ("date", "datetime") else write_text


_SCALES = {"money": -2, "int": 0, "percent_bp": -4}


def docx_chunks(table: Table, language: Language) -> Iterator[bytes]:
    """Yield the Word document."""
    from zhagen.platform.table_papers import write_docx

    return file_chunks(lambda path: write_docx(table, language, path))


def pdf_chunks(table: Table, language: Language) -> Iterator[bytes]:
    """Yield the PDF of a table of up to 5,000 rows."""
    from zhagen.platform.table_papers import write_pdf

    return file_chunks(lambda path: write_pdf(table, language, path))


def pdf_volumes_chunks(table: Table, language: Language) -> Iterator[bytes]:
    """Yield a zip of PDF volumes of 5,000 rows each: the form of a list of any length."""
    from zhagen.platform.table_papers import write_pdf_volumes

    return file_chunks(lambda path: write_pdf_volumes(table, language, path))


_OFFICE = "application/vnd.openxmlformats-officedocument."
_MAKERS: dict[str, tuple[str, Callable[[Table, Language], Iterator[bytes]]]] = {
    "xlsx": (_OFFICE + "spreadsheetml.sheet", xlsx_chunks),
    "csv": ("text/csv; charset=utf-8", csv_chunks),
    "docx": (_OFFICE + "wordprocessingml.document", docx_chunks),
    "pdf": ("application/pdf", pdf_chunks),
    "pdf.zip": ("application/zip", pdf_volumes_chunks),
}
