"""100,000 rows to each file, time and peak memory, beside plain XlsxWriter with the same cells.

    python bench/tables.py [ROWS]

Each run is a fresh process, so that the peak is its own. The last line reads an uploaded sheet of 5,000 rows
into typed values, child included (target: 2 s).
"""

import datetime as dt
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

COLUMNS = (
    ("need", "居民需求", "text"),
    ("number", "序号", "int"),
    ("amount_fen", "金额", "money"),
    ("held_on", "日期", "date"),
    ("share_bp", "占比", "percent_bp"),
    ("place", "社区", "text"),
)
RUNS = ("plain", "xlsx", "csv", "docx")
SHEET_ROWS = 5_000


def made_rows(count):
    day = dt.date(2026, 1, 1)
    for i in range(count):
        yield {
            "need": f"居民需求第{i}件",
            "number": i,
            "amount_fen": i * 101 + 1,
            "held_on": day,
            "share_bp": i % 10_000,
            "place": "和顺社区",
        }


def write_plain(count, path):
    import xlsxwriter

    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        money, day, share = (
            book.add_format({"num_format": form}) for form in ("0.00", "yyyy-mm-dd", "0.00%")
        )
        for line, row in enumerate(made_rows(count)):
            sheet.write_string(line, 0, row["need"])
            sheet.write_number(line, 1, row["number"])
            sheet.write_number(line, 2, row["amount_fen"] / 100, money)
            sheet.write_datetime(line, 3, row["held_on"], day)
            sheet.write_number(line, 4, row["share_bp"] / 10_000, share)
            sheet.write_string(line, 5, row["place"])


def write_ours(kind, count, path):
    from zhagen.platform.table_files import download
    from zhagen.platform.tables import Column, Table

    columns = tuple(Column(key, heading, key, form) for key, heading, form in COLUMNS)
    table = Table(("需求清单", "Needs"), columns, made_rows(count))
    with path.open("wb") as out:
        for chunk in download(table, extension=kind).chunks:
            out.write(chunk)


def read_uploaded():
    import io

    import xlsxwriter

    from zhagen.platform.sheets import SheetColumn, SheetForm, read_sheet

    columns = tuple(SheetColumn(key, heading, key, kind=form) for key, heading, form in COLUMNS[:4])
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, [heading for _, heading, _ in COLUMNS[:4]])
        for line in range(SHEET_ROWS):
            sheet.write_row(line + 1, 0, [f"居民需求第{line}件", line, line + 0.25, "2026-03-05"])
    began = time.perf_counter()
    read = read_sheet(out.getvalue(), SheetForm(("需求", "Needs"), columns))
    spent = time.perf_counter() - began
    print(f"read {len(read.rows)} rows, {len(read.errors)} errors: {spent:.2f} s by the clock")


def run_one(kind, count):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "made"
        began = time.process_time()
        write_plain(count, path) if kind == "plain" else write_ours(kind, count, path)
        spent = time.process_time() - began
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{spent:.2f} {peak:.0f} {path.stat().st_size / 1e6:.1f}")


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    print(f"{count} rows: kind, cpu s, ratio to plain, peak MB, file MB")
    plain = None
    for kind in RUNS:
        done = subprocess.run(
            [sys.executable, __file__, kind, str(count)], check=True, capture_output=True, text=True
        )
        spent, peak, size = map(float, done.stdout.split())
        plain = plain or spent
        print(f"{kind:6} {spent:6.2f} {spent / plain:5.2f} {peak:6.0f} {size:6.1f}")
    read_uploaded()


if __name__ == "__main__":
    if len(sys.argv) > 2:
        run_one(sys.argv[1], int(sys.argv[2]))
    else:
        main()
