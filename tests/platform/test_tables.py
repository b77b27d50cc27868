"""One declaration of a table gives every file, whole and exact."""

import csv
import datetime as dt
import io
import subprocess
import sys
import zipfile
from pathlib import Path
from shutil import which

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhagen.core.errors import RuleError
from zhagen.core.money import LARGEST_FEN
from zhagen.platform.table_files import download
from zhagen.platform.tables import UNVERIFIED, Column, Table, cell_text

COLUMNS = (
    Column("need", "居民需求", "Need"),
    Column("households", "户数", "Households", "int"),
    Column("amount_fen", "金额（元）", "Amount (yuan)", "money"),
    Column("held_on", "日期", "Day", "date"),
    Column("filed_at", "登记时间", "Filed at", "datetime"),
    Column("share_bp", "占比", "Share", "percent_bp"),
)
ROW = {
    "need": "独居老人助餐",
    "households": 42,
    "amount_fen": 1234567,
    "held_on": dt.date(2026, 3, 5),
    "filed_at": dt.datetime(2026, 3, 5, 17, 30, tzinfo=dt.UTC),
    "share_bp": 1250,
}
FORMULAS = [
    "=1+1",
    "+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠x",
    '"=1',
    "“＝1",
    " =1",
    "'=1",
]


def a_table(rows):
    return Table(("需求清单", "Needs"), COLUMNS, rows, dt.date(2026, 11, 23), (UNVERIFIED,))


def made(table, extension, language="zh"):
    file = download(table, extension=extension, language=language)
    return b"".join(file.chunks)


def xlsx_rows(data):
    from python_calamine import CalamineWorkbook

    return (
        CalamineWorkbook.from_filelike(io.BytesIO(data))
        .get_sheet_by_index(0)
        .to_python(skip_empty_area=False)
    )


def pdf_text(data, tmp_path):
    if which("pdftotext") is None:
        pytest.skip("pdftotext (poppler-utils) is not installed: the PDF is not read back")
    path = tmp_path / "made.pdf"
    path.write_bytes(data)
    return subprocess.run(
        ["pdftotext", "-layout", path, "-"], check=True, capture_output=True, text=True
    ).stdout


def test_a_workbook_holds_title_day_note_headings_and_typed_values():
    rows = xlsx_rows(made(a_table([ROW]), "xlsx"))

    assert [row[0] for row in rows[:3]] == ["需求清单", "数据截至：2026-11-23", "含待核实规则值"]
    assert rows[3] == ["居民需求", "户数", "金额（元）", "日期", "登记时间", "占比"]
    assert rows[4] == [
        *("独居老人助餐", 42.0, 12345.67),
        *(dt.date(2026, 3, 5), dt.datetime.fromisoformat("2026-03-06T01:30"), 0.125),
    ]


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(-LARGEST_FEN, LARGEST_FEN), min_size=1, max_size=40))
def test_money_in_a_workbook_is_exact_to_the_fen(amounts):
    table = Table(("账", "Ledger"), (COLUMNS[2],), [{"amount_fen": amount} for amount in amounts])

    sheet = zipfile.ZipFile(io.BytesIO(made(table, "xlsx"))).read("xl/worksheets/sheet1.xml").decode()

    found = [part.split("</v>")[0] for part in sheet.split("<v>")[1:]]
    assert [round(float(text) * 100) for text in found] == amounts
    assert all(len(text.lstrip("-").replace(".", "").strip("0")) <= 15 for text in found)


@pytest.mark.parametrize("text", FORMULAS)
def test_what_a_person_typed_never_becomes_a_formula(text):
    table = Table(("表", "T"), (COLUMNS[0],), [{"need": text}])

    sheet = zipfile.ZipFile(io.BytesIO(made(table, "xlsx"))).read("xl/worksheets/sheet1.xml").decode()
    first_cell = list(csv.reader(io.StringIO(made(table, "csv").decode("utf-8-sig"))))[1][0]

    assert "<f>" not in sheet
    assert 't="inlineStr"' in sheet
    assert first_cell == "'" + text


def test_a_negative_amount_in_a_csv_stays_a_number():
    lines = made(a_table([ROW | {"amount_fen": -150}]), "csv").decode("utf-8")

    assert lines.startswith("\ufeff")
    assert lines.splitlines()[1] == "独居老人助餐,42,-1.50,2026-03-05,2026-03-06 01:30,12.50%"


@pytest.mark.parametrize("extension", ["xlsx", "csv", "docx", "pdf"])
def test_control_characters_and_empty_values_break_no_file(extension):
    row = {"need": "坏\x00字\x1b\ud800 <b>&amp;", "households": None}

    data = made(a_table([row]), extension)

    assert len(data) > 80


def test_a_word_document_holds_every_row():
    from docx import Document

    paper = Document(io.BytesIO(made(a_table([ROW | {"need": f"第{i}件 <&>"} for i in range(300)]), "docx")))

    assert [p.text for p in paper.paragraphs[:3]] == ["需求清单", "数据截至：2026-11-23", "含待核实规则值"]
    assert len(paper.tables[0].rows) == 301
    assert paper.tables[0].rows[300].cells[0].text == "第299件 <&>"
    assert paper.tables[0].rows[1].cells[2].text == "12,345.67"


def test_a_pdf_can_be_read_back_in_both_languages(tmp_path):
    text = pdf_text(made(a_table([ROW] * 60), "pdf", "en"), tmp_path)

    assert text.count("独居老人助餐") == 60
    assert "As of 2026-11-23" in text
    assert text.count("12,345.67") == 60


def test_a_long_pdf_comes_as_volumes_that_hold_every_row(tmp_path):
    table = Table(("表", "T"), COLUMNS[1:2], [{"households": 70_000 + i} for i in range(5_003)])

    file = download(table, extension="pdf")
    volumes = zipfile.ZipFile(io.BytesIO(b"".join(file.chunks)))

    assert file.filename == "表.pdf.zip"
    assert volumes.namelist() == ["001.pdf", "002.pdf"]
    assert "75002" in pdf_text(volumes.read("002.pdf"), tmp_path)


def test_a_long_text_is_cut_only_where_the_cell_ends_and_says_so():
    table = Table(("表", "T"), COLUMNS[:1], [{"need": "长" * 40_000}])

    cell = xlsx_rows(made(table, "xlsx"))[2][0]

    assert "40000" in cell
    assert "长" * 40_000 in made(table, "csv").decode()


@pytest.mark.parametrize(("points", "text"), [(-5, "-0.05%"), (0, "0.00%"), (10_000, "100.00%")])
def test_basis_points_are_shown_as_percent(points, text):
    assert cell_text(points, "percent_bp") == text


def test_an_unknown_format_is_refused_by_name():
    with pytest.raises(RuleError, match=r"table\.no_such_format"):
        download(a_table([]), extension="odt")


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="peak memory is read from /proc")
def test_a_long_workbook_and_document_are_written_in_bounded_memory():
    script = (
        "from zhagen.platform.table_files import download\n"
        "from zhagen.platform.tables import Column, Table\n"
        "for kind in ('csv', 'xlsx', 'docx'):\n"
        "    rows = ({'a': f'第{i}行', 'b': i} for i in range(30_000))\n"
        "    table = Table(('表', 'T'), (Column('a', '甲', 'A'), Column('b', '乙', 'B', 'money')), rows)\n"
        "    size = sum(map(len, download(table, extension=kind).chunks))\n"
        "for line in open('/proc/self/status'):\n"
        "    if line.startswith('VmHWM'): print(int(line.split()[1]) // 1024)\n"
    )

    peak = int(
        subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout
    )

    assert peak < 80
