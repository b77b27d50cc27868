"""A table as paper: a Word document written row by row, and PDF volumes set by typst in a child process."""

import io
import zipfile
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from zhagen.platform.table_files import VOLUME_ROWS
from zhagen.platform.tables import Column, Language, Table, text_rows

LANDSCAPE_FROM = 90
"""Characters in a row from which the page lies on its side."""

_MARK = "\ue000rows\ue000"
_BODY = "word/document.xml"


def write_docx(table: Table, language: Language, path: Path) -> None:
    """Write the Word document: python-docx makes the shell, the rows are streamed into its body."""
    shell = _docx_shell(table, language)
    with (
        zipfile.ZipFile(io.BytesIO(shell)) as source,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for member in source.namelist():
            if member != _BODY:
                made.writestr(member, source.read(member))
        body = source.read(_BODY).decode()
        mark = body.index(_MARK)
        row_start, row_end = body.rindex("<w:tr>", 0, mark), body.index("</w:tr>", mark) + len("</w:tr>")
        with made.open(_BODY, "w", force_zip64=True) as out:
            out.write(body[:row_start].encode())
            for row in _docx_rows(table):
                out.write(row.encode())
            out.write(body[row_end:].encode())


def _docx_rows(table: Table) -> Iterator[str]:
    numbers = [column.is_number for column in table.columns]
    right = '<w:pPr><w:jc w:val="right"/></w:pPr>'
    for texts in text_rows(table):
        cells = (
            f"<w:tc><w:p>{right if is_number else ''}"
            f'<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p></w:tc>'
            for text, is_number in zip(texts, numbers, strict=True)
        )
        yield f"<w:tr>{''.join(cells)}</w:tr>"


def _docx_shell(table: Table, language: Language) -> bytes:
    from docx.enum.section import WD_ORIENT
    from docx.oxml import OxmlElement

    from zhagen.platform.word_templates import new_paper

    paper = new_paper(table.title_in(language))
    if _is_wide(table.columns):
        section = paper.sections[0]
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = section.page_height, section.page_width
    for note in table.note_lines(language):
        paper.add_paragraph(note)
    grid = paper.add_table(rows=2, cols=len(table.columns), style="Table Grid")
    for cell, column in zip(grid.rows[0].cells, table.columns, strict=True):
        cell.text = column.heading(language)
        cell.paragraphs[0].runs[0].bold = True
    repeat = OxmlElement("w:tblHeader")
    grid.rows[0]._tr.get_or_add_trPr().append(repeat)
    grid.rows[1].cells[0].text = _MARK
    out = io.BytesIO()
    paper.save(out)
    return out.getvalue()


def _is_wide(columns: Iterable[Column]) -> bool:
    return sum(column.characters for column in columns) > LANDSCAPE_FROM


def write_pdf(table: Table, language: Language, path: Path) -> None:
    """Write one PDF of all rows; a caller with more than a volume's rows asks for volumes."""
    path.write_bytes(_volume(table, language, list(text_rows(table)), number=0, start=1))


def write_pdf_volumes(table: Table, language: Language, path: Path) -> None:
    """Write a zip of PDF volumes, each of up to 5,000 rows and numbered."""
    rows = text_rows(table)
    number, start = 1, 1
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        while (batch := list(islice(rows, VOLUME_ROWS))) or number == 1:
            made.writestr(f"{number:03d}.pdf", _volume(table, language, batch, number=number, start=start))
            number, start = number + 1, start + len(batch)


def _volume(table: Table, language: Language, rows: list[list[str]], *, number: int, start: int) -> bytes:
    from zhagen.platform.pdf import pdf_from_typst

    notes = table.note_lines(language)
    if number:
        last = start + len(rows) - 1
        volume = (
            f"第 {number} 册，第 {start}–{last} 行"
            if language == "zh"
            else f"Volume {number}, rows {start}–{last}"
        )
        notes = [*notes, volume]
    data: dict[str, Any] = {
        "title": table.title_in(language),
        "notes": notes,
        "is_wide": _is_wide(table.columns),
        "language": language,
        "columns": [
            {"heading": column.heading(language), "is_number": column.is_number, "width": column.characters}
            for column in table.columns
        ],
        "rows": rows,
    }
    return pdf_from_typst("platform/table", data)
