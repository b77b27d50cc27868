"""The two workbooks around an import: the empty template, and the sent sheet with its bad cells marked."""

import io
from collections.abc import Sequence
from typing import Any

from zhagen.core.errors import Catalogue, render
from zhagen.platform.sheet_cells import EXPECTED
from zhagen.platform.sheets import SheetColumn, SheetForm, SheetRead
from zhagen.platform.tables import Language, said

Told = tuple[dict[tuple[int, int], list[str]], dict[int, list[str]]]
"""What to say by cell and by row."""
_SHEET_NAME_MOST = 31
_TYPED_FORMATS = {"money": "#,##0.00", "int": "0", "date": "yyyy-mm-dd", "datetime": "yyyy-mm-dd hh:mm"}


def template_xlsx(form: SheetForm, language: Language = "zh") -> bytes:
    """Return an empty workbook with the form's headings, a note on each, and a sheet that explains them."""
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet(said(form.title, language)[:_SHEET_NAME_MOST])
        must = book.add_format({"bold": True, "bg_color": "#FFE8B3", "border": 1, "text_wrap": True})
        may = book.add_format({"bold": True, "bg_color": "#E8EEF7", "border": 1, "text_wrap": True})
        for place, column in enumerate(form.columns):
            cells = book.add_format({"num_format": _TYPED_FORMATS.get(column.kind, "@")})
            sheet.set_column(place, place, 20, cells)
            sheet.write_string(0, place, _heading(column, language), must if column.is_required else may)
            sheet.write_comment(0, place, _explanation(column, language), {"x_scale": 2})
            if column.choices:
                words = [said(each, language) for each in column.choices.values()]
                sheet.data_validation(1, place, form.most_rows, place, {"validate": "list", "source": words})
        sheet.freeze_panes(1, 0)
        _add_explanations(book, form, language)
    return out.getvalue()


def _heading(column: SheetColumn, language: Language) -> str:
    return (column.zh if language == "zh" else column.en) + ("*" if column.is_required else "")


def _explanation(column: SheetColumn, language: Language) -> str:
    parts = [said(EXPECTED[column.kind], language)]
    if column.choices:
        parts = [" / ".join(said(each, language) for each in column.choices.values())]
    if said(column.note, language):
        parts.append(said(column.note, language))
    if column.example:
        parts.append(("例：" if language == "zh" else "e.g. ") + column.example)
    return "\n".join(parts)


def _add_explanations(book: Any, form: SheetForm, language: Language) -> None:
    sheet = book.add_worksheet("填写说明" if language == "zh" else "How to fill in")
    bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    titles = ("列", "是否必填", "填什么") if language == "zh" else ("Column", "Required", "What goes there")
    required = ("必填", "选填") if language == "zh" else ("required", "optional")
    sheet.set_column(0, 1, 18)
    sheet.set_column(2, 2, 70)
    # The words here must not look like the form's own heading row to the reader of the sheet.
    for place, title in enumerate(titles):
        sheet.write_string(0, place, title, bold)
    for line, column in enumerate(form.columns, start=1):
        sheet.write_string(line, 0, _heading(column, language), wrap)
        sheet.write_string(line, 1, required[0] if column.is_required else required[1], wrap)
        sheet.write_string(line, 2, _explanation(column, language), wrap)


def errors_xlsx(read: SheetRead, catalogue: Catalogue, language: Language = "zh") -> bytes:
    """Return the sent cells as text, bad ones marked and commented; a last column says what to do."""
    return errors_book([read], catalogue, language)


def errors_book(reads: Sequence[SheetRead], catalogue: Catalogue, language: Language = "zh") -> bytes:
    """Return several sent sheets as one workbook, marked as in `errors_xlsx`."""
    import xlsxwriter

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        for read in reads:
            _mark(book, read, _told_errors(read, catalogue, language), language)
    return out.getvalue()


def _mark(book: Any, read: SheetRead, told: Told, language: Language) -> None:
    """Write one sheet with its bad cells marked and, behind the last column, what to do."""
    sheet = book.add_worksheet(_safe_sheet_name(read.sheet))
    bold, bad = book.add_format({"bold": True}), book.add_format({"bg_color": "#FFC7CE", "bold": True})
    text = book.add_format({"num_format": "@"})
    by_place, by_row = told
    width = max((len(row) for row in read.cells), default=0)
    sheet.set_column(0, max(width - 1, 0), 18, text)
    sheet.set_column(width, width, 60)
    for line, row in enumerate(read.cells):
        number = read.heading_row + line
        for place, cell in enumerate(row):
            wrong = by_place.get((number, place))
            sheet.write_string(line, place, cell[:32_000], bold if not line else bad if wrong else text)
            if wrong:
                sheet.write_comment(line, place, "\n".join(wrong), {"x_scale": 3, "y_scale": 1.5})
        heading = "需要改正" if language == "zh" else "To correct"
        last = heading if not line else "\n".join(by_row.get(number, []))
        sheet.write_string(line, width, last, bold if not line else None)
    sheet.freeze_panes(1, 0)


def _told_errors(read: SheetRead, catalogue: Catalogue, language: Language) -> Told:
    by_place: dict[tuple[int, int], list[str]] = {}
    by_row: dict[int, list[str]] = {}
    for error in read.errors:
        told = render(error.error, catalogue, language)
        by_place.setdefault((error.row, error.column), []).append(told)
        by_row.setdefault(error.row, []).append(told)
    return by_place, by_row


def _safe_sheet_name(name: str) -> str:
    kept = "".join(letter for letter in name if letter not in "[]:*?/\\'")
    return kept[:_SHEET_NAME_MOST] or "Sheet1"
