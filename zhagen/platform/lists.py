"""A list page: filters by GET, pages, and the same rows as xlsx, csv, Word and PDF.

return answer_list(request, Listing(title=…, columns=…, rows=queryset, row_of=…, url_of=…, empty=…))
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render

from zhagen.platform.clock import today
from zhagen.platform.table_files import download
from zhagen.platform.tables import Column, Table, Words, cell_text
from zhagen.platform.texts import language, say

PAGE_ROWS = 50
FORMATS = ("xlsx", "csv", "docx", "pdf")


@dataclass(frozen=True)
class Listing:
    """What a list shows.

    Args:
        title: Heading in Chinese and English, also of the files.
        columns: The columns; the first one links to the row's page.
        rows: In their model's order unless ordered otherwise; related rows fetched in advance, so that
            queries do not grow with rows.
        row_of: Values of a row by column key.
        url_of: Page of a row, if it has one.
        filters: A bound form (GET) whose cleaned data the caller has already applied to `rows`.
        states: Column key → concept, for columns whose values are states.
        empty: What to do next when there is no row at all.
        notes: Lines for the page and the files, such as `tables.UNVERIFIED`.
        may_export: Whether the files are offered; a page that lists personal data offers none.
    """

    title: Words
    columns: tuple[Column, ...]
    rows: QuerySet[Any] | list[Any]
    row_of: Callable[[Any], Mapping[str, Any]]
    url_of: Callable[[Any], str] | None = None
    filters: Form | None = None
    states: Mapping[str, str] = field(default_factory=dict)
    empty: object = ""
    notes: tuple[Words, ...] = ()
    may_export: bool = True


@dataclass(frozen=True, slots=True)
class ListCell:
    """A cell as `_table.html` draws it; `state` and `concept` only where it is a state."""

    heading: str
    text: str
    is_number: bool
    is_long: bool = False
    state: str = ""
    concept: str = ""


@dataclass(frozen=True, slots=True)
class ListRow:
    """A row as `_table.html` draws it."""

    url: str
    cells: tuple[ListCell, ...]


def answer_list(
    request: HttpRequest,
    listing: Listing,
    *,
    template: str = "web/list.html",
    context: Mapping[str, Any] | None = None,
) -> HttpResponse | StreamingHttpResponse:
    """Return the page of a list, or with `?format=xlsx|csv|docx|pdf` the file of all its rows."""
    wanted = request.GET.get("format", "")
    if wanted in FORMATS and listing.may_export:
        return file_answer(as_table(listing), wanted)
    part = shown_part(listing, request.GET.get("page"))
    shown = {
        **part,
        "formats": FORMATS if listing.may_export and part["part"].paginator.count else (),
        "query": query_without(request, "page", "format"),
        "notes": as_table(listing).note_lines(language()) if listing.notes else (),
    }
    return render(request, template, {**shown, **(context or {})})


def shown_part(listing: Listing, number: str | None = None) -> dict[str, Any]:
    """Return one page of a list, the first unless named, as `_table.html` draws it."""
    part = Paginator(in_order(listing.rows), PAGE_ROWS).get_page(number)
    return {
        "heading": listing.title[0] if language() == "zh" else listing.title[1],
        "listing": listing,
        "headings": [(column.heading(language()), column.is_number) for column in listing.columns],
        "list_rows": [shown_row(listing, row) for row in part],
        "part": part,
    }


def in_order(rows: QuerySet[Any] | list[Any]) -> QuerySet[Any] | list[Any]:
    """Return rows in an order without ties, so that no page shows a row twice; counting rows loses a model's own."""
    if isinstance(rows, list) or rows.query.is_sliced:
        return rows
    return rows.order_by(*(rows.query.order_by or rows.model._meta.ordering or ()), "pk")


def file_answer(table: Table, extension: str) -> StreamingHttpResponse:
    """Return a table as a download in the reader's language."""
    made = download(table, extension=extension, language=language())  # type: ignore[arg-type]
    answer = StreamingHttpResponse(made.chunks, content_type=made.content_type)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(made.filename)}"
    return answer


def as_table(listing: Listing) -> Table:
    """Return a list as the declaration its files are made from; states by their names."""

    def named() -> Any:
        rows = in_order(listing.rows)
        rows = rows.iterator(chunk_size=500) if isinstance(rows, QuerySet) else rows
        for row in rows:
            values = dict(listing.row_of(row))
            for key, concept in listing.states.items():
                values[key] = say(f"state.{concept}.{values[key]}")
            yield values

    return Table(listing.title, listing.columns, named(), as_of=today(), notes=listing.notes)


def shown_row(listing: Listing, row: Any) -> ListRow:
    """Return one row for the page."""
    values = listing.row_of(row)
    cells = []
    for column in listing.columns:
        value, concept = values.get(column.key), listing.states.get(column.key, "")
        text = "" if concept else cell_text(value, column.kind)
        state = str(value) if concept else ""
        cells.append(
            ListCell(column.heading(language()), text, column.is_number, column.is_long, state, concept)
        )
    return ListRow(listing.url_of(row) if listing.url_of else "", tuple(cells))


def query_without(request: HttpRequest, *names: str) -> str:
    """Return the query of the request without some names, ready to be put before `page=2`."""
    query = request.GET.copy()
    for name in names:
        query.pop(name, None)
    return query.urlencode() + "&" if query else ""
