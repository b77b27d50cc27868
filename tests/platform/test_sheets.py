"""An uploaded sheet becomes typed rows and errors that name the cell; nothing in it is believed or run."""

import datetime as dt
import io
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.platform import samples
from zhagen.core.errors import RuleError, render
from zhagen.core.money import LARGEST_FEN, format_yuan
from zhagen.platform.sheet_cells import parse_day, parse_money
from zhagen.platform.sheet_child import column_letters, column_number
from zhagen.platform.sheet_files import errors_xlsx, template_xlsx
from zhagen.platform.sheets import SheetColumn, SheetForm, read_sheet
from zhagen.platform.texts import catalogue

FORM = SheetForm(
    ("在执行合同", "Running contracts"),
    (
        SheetColumn("title", "合同名称", "Contract", is_required=True, accepted=("项目名称",)),
        SheetColumn("amount_fen", "合同金额（元）", "Amount (yuan)", kind="money", is_required=True),
        SheetColumn("signed_on", "签订日期", "Signed on", kind="date"),
        SheetColumn("households", "户数", "Households", kind="int", most=100_000),
        SheetColumn(
            "kind", "合同类型", "Kind", kind="choice",
            choices={"project": ("项目制", "project"), "post": ("岗位社工服务", "post-based service")},
        ),
        SheetColumn("is_small", "预留中小企业", "Reserved", kind="yes_no"),
        SheetColumn("phone", "联系电话", "Phone", kind="phone"),
        SheetColumn("opened_at", "启封时间", "Opened at", kind="datetime"),
        SheetColumn("share_bp", "首付比例", "First share", kind="percent_bp"),
    ),
)  # fmt: skip
HEADINGS = [column.zh for column in FORM.columns]
GOOD = ["为老服务", 120000.5, dt.date(2026, 3, 5), 42, "项目制", "是", 13800000000, "2026-3-5 14:30", 0.3]


def sheet_of(*rows, headings=HEADINGS):
    """Return an xlsx with these rows; dates become date cells, text that begins with = a formula."""
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet, day = book.add_worksheet("合同"), book.add_format({"num_format": "yyyy-mm-dd"})
        for line, row in enumerate((headings, *rows)):
            for place, value in enumerate(row):
                if isinstance(value, dt.date):
                    sheet.write_datetime(line, place, value, day)
                else:
                    sheet.write(line, place, value)
    return out.getvalue()


def good_but(key, value):
    place = [column.key for column in FORM.columns].index(key)
    return [*GOOD[:place], value, *GOOD[place + 1 :]]


def only_error(uploaded):
    read = read_sheet(uploaded, FORM)
    assert len(read.errors) == 1
    return read.errors[0]


def test_a_good_row_is_read_into_typed_values():
    read = read_sheet(sheet_of(GOOD), FORM)

    assert not read.errors
    assert read.rows[0].number == 2
    assert read.rows[0].values == {
        "title": "为老服务", "amount_fen": 12000050, "signed_on": dt.date(2026, 3, 5), "households": 42,
        "kind": "project", "is_small": True, "phone": "13800000000", "share_bp": 3000,
        "opened_at": dt.datetime.fromisoformat("2026-03-05T14:30+08:00"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("title", "", "sheet.required"),
        ("title", "长" * 501, "sheet.text_too_long"),
        ("title", 1234567890123456789, "sheet.digits_lost"),
        ("amount_fen", "十二万", "sheet.not_money"),
        ("amount_fen", 12.345, "sheet.not_money"),
        ("amount_fen", -5, "sheet.amount_out_of_range"),
        ("amount_fen", 1e15, "sheet.amount_out_of_range"),
        ("amount_fen", "=1+1", "sheet.formula"),
        ("signed_on", dt.date(1899, 12, 31) + dt.timedelta(1), "sheet.day_out_of_range"),
        ("signed_on", "2026-02-30", "sheet.no_such_day"),
        ("signed_on", "9999-01-01", "sheet.day_out_of_range"),
        ("signed_on", "明年", "sheet.not_a_day"),
        ("households", 1.5, "sheet.not_whole"),
        ("households", 1e11, "sheet.number_out_of_range"),
        ("kind", "劳务派遣", "sheet.not_a_choice"),
        ("is_small", "也许", "sheet.not_yes_or_no"),
        ("phone", "12", "sheet.not_a_phone"),
        ("opened_at", "2026-3-5 25:00", "sheet.no_such_day"),
        ("share_bp", "130%", "sheet.not_percent"),
    ],
)
def test_a_bad_cell_is_named_with_what_was_found_in_both_languages(key, value, code):
    error = only_error(sheet_of(GOOD, good_but(key, value)))

    place = [column.key for column in FORM.columns].index(key)
    assert (error.error.code, error.cell) == (code, f"{'ABCDEFGHI'[place]}3")
    for language in ("zh", "en"):
        text = render(error.error, catalogue(), language)
        assert error.cell in text
        assert "{" not in text


def test_all_bad_cells_are_told_at_once_and_good_rows_are_kept():
    read = read_sheet(sheet_of(good_but("title", ""), GOOD, ["甲", "x", "y"]), FORM)

    assert [error.cell for error in read.errors] == ["A2", "B4", "C4"]
    assert [row.number for row in read.rows] == [3]


def test_a_formula_in_a_text_column_is_kept_as_its_text():
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADINGS[:2])
        sheet.write_formula(1, 0, '=HYPERLINK("http://x")', None, "看起来无害")
        sheet.write_number(1, 1, 5)

    read = read_sheet(out.getvalue(), FORM)

    assert read.rows[0].values["title"] == '=HYPERLINK("http://x")'


def test_headings_are_found_below_a_title_and_by_other_names():
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.add_worksheet("封面").write(0, 0, "和平街道")
        sheet = book.add_worksheet("数据")
        sheet.merge_range("A1:C1", "在执行合同一览表")
        sheet.write_row(2, 0, ["序号", " 项目 名称* ", "合同金额"])
        sheet.write_row(4, 0, [1, "助餐", 300])

    read = read_sheet(out.getvalue(), FORM)

    assert (read.sheet, read.ignored, read.errors) == ("数据", ("序号",), ())
    assert (read.rows[0].number, read.rows[0].values) == (5, {"title": "助餐", "amount_fen": 30000})


@pytest.mark.parametrize(
    ("headings", "code"),
    [
        (["甲", "乙"], "sheet.no_headings"),
        (["合同名称"], "sheet.missing_columns"),
        (["合同名称", "合同金额", "项目名称"], "sheet.duplicate_heading"),
    ],
)
def test_a_sheet_with_wrong_headings_is_refused_whole(headings, code):
    with pytest.raises(RuleError, match=code.replace(".", r"\.")):
        read_sheet(sheet_of(["a", 1, "b"], headings=headings), FORM)


def test_merged_cells_below_the_headings_are_named():
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADINGS[:2])
        sheet.merge_range("A2:A3", "同名")
        sheet.write_column(1, 1, [1, 2, 3])
        sheet.write(3, 0, "另一个")

    read = read_sheet(out.getvalue(), FORM)

    assert {error.error.figures.get("area") for error in read.errors} >= {"A2:A3"}
    assert [row.number for row in read.rows] == [4]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "gb18030"])
@pytest.mark.parametrize("mark", [",", "\t", ";"])
def test_a_csv_is_read_alike(encoding, mark):
    text = (
        mark.join(["合同名称", "合同金额", "签订日期"])
        + "\n"
        + mark.join(["助餐", "1200.5", "2026年3月5日"])
        + "\n"
    )

    read = read_sheet(text.encode(encoding), FORM)

    assert read.rows[0].values == {"title": "助餐", "amount_fen": 120050, "signed_on": dt.date(2026, 3, 5)}


def test_five_thousand_rows_are_read_within_two_seconds_and_one_more_is_refused():
    rows = [[f"合同{i}", 100.25 + i, "2026-03-05", i] for i in range(5_000)]
    uploaded, longer = (sheet_of(*some, headings=HEADINGS[:4]) for some in (rows, [*rows, rows[0]]))

    began = time.monotonic()
    read = read_sheet(uploaded, FORM)
    spent = time.monotonic() - began

    assert (len(read.rows), len(read.errors)) == (5_000, 0)
    assert spent < 4  # 2 s on a quiet machine; bench/tables.py prints the figure
    with pytest.raises(RuleError, match=r"sheet\.too_many_rows"):
        read_sheet(longer, FORM)


def test_one_cell_at_the_far_corner_eats_no_memory():
    far = '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row>'
    base = sheet_of(GOOD)
    import zipfile

    sheet = zipfile.ZipFile(io.BytesIO(base)).read("xl/worksheets/sheet1.xml").decode()
    changed = samples.repacked(
        base, {"xl/worksheets/sheet1.xml": sheet.replace("</sheetData>", far + "</sheetData>").encode()}
    )

    with pytest.raises(RuleError, match=r"child\.|sheet\.too_many_rows"):
        read_sheet(changed, FORM)


def test_the_template_can_be_filled_and_read_back_and_explains_itself():
    from python_calamine import CalamineWorkbook

    for language in ("zh", "en"):
        made = template_xlsx(FORM, language)

        book = CalamineWorkbook.from_filelike(io.BytesIO(made))
        headings, explained = (book.get_sheet_by_index(i).to_python() for i in (0, 1))
        assert len(headings[0]) == len(FORM.columns)
        assert len(explained) == len(FORM.columns) + 1
        read = read_sheet(made, FORM)
        assert (read.rows, read.errors) == ((), ())


def test_the_marked_copy_names_each_bad_cell_beside_its_row():
    from python_calamine import CalamineWorkbook

    read = read_sheet(sheet_of(GOOD, good_but("title", "")), FORM)

    made = errors_xlsx(read, catalogue())

    rows = CalamineWorkbook.from_filelike(io.BytesIO(made)).get_sheet_by_index(0).to_python()
    assert rows[0][-1] == "需要改正"
    assert rows[1][-1] == ""
    assert "A3" in rows[2][-1]


@given(st.integers(0, LARGEST_FEN))
def test_every_amount_survives_the_way_through_a_number_cell_and_a_text(fen):
    column = FORM.columns[1]

    assert parse_money(fen / 100, column) == fen
    assert parse_money(format_yuan(fen), column) == fen


@given(
    st.dates(dt.date(1990, 1, 1), dt.date(2099, 12, 31)),
    st.sampled_from(["%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日", "%Y%m%d"]),
)
def test_every_day_is_read_in_every_usual_writing(day, form):
    assert parse_day(day.strftime(form), FORM.columns[2]) == day


@given(st.integers(0, 20_000))
def test_column_letters_and_numbers_are_each_other_s_inverse(number):
    assert column_number(column_letters(number)) == number
