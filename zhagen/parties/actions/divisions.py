"""Import of the real division files: all or nothing, as often as one likes."""

import csv
import datetime as dt
import gzip
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from django.db import connection

from zhagen.audit.record import record
from zhagen.core.divisions import Division, Reading, read_communities, read_upper
from zhagen.core.errors import RuleError
from zhagen.core.types import SYSTEM
from zhagen.parties.models import Place
from zhagen.platform.tx import write_tx

CHUNK = 5_000
_UPSERT = """
INSERT INTO parties_place (code, name, level, parent, edition, is_active, civil_code) VALUES {places}
ON CONFLICT (code) DO UPDATE SET
    name = excluded.name, level = excluded.level, parent = excluded.parent, edition = excluded.edition
"""


@dataclass(frozen=True)
class DivisionCounts:
    """What an import did: lines written by level, and placeholder lines skipped."""

    upper: int
    communities: int
    skipped: int


@write_tx
def import_divisions(
    upper: Path, communities: Path | None, edition: dt.date, *, now: dt.datetime
) -> DivisionCounts:
    """Write the divisions of both files; which communities an office serves stays as it is.

    Args:
        upper: Provinces to streets: code,level,name,parent; csv or csv.gz.
        communities: Communities and villages: code,name; None to leave them.
        edition: Day for which the files hold; kept with every place.
        now: Moment of the import.

    Raises:
        RuleError: "divisions.unreadable".
        SeveralRulesError: up to 20 of "divisions.bad_header", "divisions.bad_line"; nothing was written.
    """
    reading = Reading(known=set(Place.objects.filter(level__lt=5).values_list("code", flat=True)))
    counts = [_write(read_upper(_rows(upper), upper.name, reading), edition, reading)]
    if communities is not None:
        found = read_communities(_rows(communities), communities.name, reading)
        counts.append(_write(found, edition, reading))
    reading.stop()
    done = DivisionCounts(counts[0], sum(counts[1:]), reading.skipped)
    some = Place.objects.order_by("code").first()
    if some is None:
        raise RuleError("divisions.empty", file=upper.name)
    record(
        "office.divisions_imported",
        some,
        by=SYSTEM,
        at=now,
        payload={"edition": edition, "upper": done.upper, "communities": done.communities},
    )
    return done


def _rows(path: Path) -> Iterator[list[str]]:
    try:
        opened = gzip.open if path.suffix == ".gz" else open
        with opened(path, "rt", encoding="utf-8", newline="") as file:
            yield from csv.reader(file)
    except (OSError, EOFError, UnicodeDecodeError, csv.Error) as error:
        raise RuleError("divisions.unreadable", file=path.name, reason=str(error)) from None


def _write(found: Iterable[Division], edition: dt.date, reading: Reading) -> int:
    """Write in chunks; after an error only read on, for the transaction will be undone."""
    written = 0
    found = iter(found)
    while chunk := list(islice(found, CHUNK)):
        if not reading.errors:
            _upsert(chunk, edition.isoformat())
        written += len(chunk)
    return written


def _upsert(chunk: list[Division], edition: str) -> None:
    places = ",".join(["(%s,%s,%s,%s,%s,%s,'')"] * len(chunk))
    values = [
        value for each in chunk for value in (each.code, each.name, each.level, each.parent, edition, False)
    ]
    statement = _UPSERT.replace("{places}", places)
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


@write_tx
def import_civil_codes(path: Path, *, now: dt.datetime) -> int:
    """Note the civil affairs ministry's codes beside the statistical ones; return how many.

    Args:
        path: Lines of statistical code and civil-affairs code under the heading code,civil_code.
        now: Moment of the import.

    Raises:
        RuleError: "divisions.unreadable", "divisions.bad_header", "divisions.bad_line".
    """
    rows = enumerate(_rows(path), start=1)
    _, heading = next(rows, (1, []))
    header = ["code", "civil_code"]
    if [cell.strip().lstrip("\ufeff") for cell in heading] != header:
        raise RuleError(
            "divisions.bad_header", file=path.name, found=",".join(heading)[:60], expected=",".join(header)
        )
    reading, count = Reading(), 0
    for line, row in rows:
        code, civil_code = (*(cell.strip() for cell in row), "", "")[:2]
        is_civil = civil_code.isascii() and civil_code.isdigit() and len(civil_code) in {6, 9, 12}
        if not is_civil:
            reading.refuse(path.name, line, "civil_code", civil_code, "6, 9 or 12 digits")
        elif not Place.objects.filter(pk=code).update(civil_code=civil_code):
            reading.refuse(path.name, line, "code", code, "a statistical code imported before")
        count += 1
    reading.stop()
    return count
