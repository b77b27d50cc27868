"""Running contracts from a workbook: checked by row, written whole, never twice."""

import datetime as dt
import io
import re
import zipfile

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.cast import STREET, cast
from zhagen.delivery.models import Staffing
from zhagen.delivery.views.running import SHEETS
from zhagen.procurement.models import Claim, Contract

CONTRACT = {
    "number": "青禾购〔2025〕12号",
    "title": "青禾里社区服务站",
    "agency": "扎根社工服务中心",
    "kind": "项目制",
    "amount_fen": 300_000,
    "starts_on": dt.date(2025, 7, 1),
    "ends_on": dt.date(2030, 6, 30),
    "communities": "东园社区",
}
FIRST = {
    "number": CONTRACT["number"],
    "order": 1,
    "budget_year": 2025,
    "amount_fen": 120_000,
    "due_on": dt.date(2025, 8, 1),
    "paid_fen": 120_000,
    "paid_on": dt.date(2025, 8, 20),
    "voucher_no": "记-0812",
}
SECOND = {**FIRST, "order": 2, "amount_fen": 180_000, "paid_fen": None, "paid_on": None, "voucher_no": None}
WORKER = {
    "number": CONTRACT["number"],
    "community": "东园社区",
    "name": "苏晴",
    "post": "社工",
    "from_on": dt.date(2025, 7, 1),
}


def workbook(contracts=(CONTRACT,), instalments=(FIRST, SECOND), staff=(WORKER,)) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for form, rows in zip(SHEETS, (contracts, instalments, staff), strict=True):
            sheet = book.add_worksheet(form.title[0])
            for at, column in enumerate(form.columns):
                sheet.write_string(0, at, column.zh)
                for line, row in enumerate(rows, start=1):
                    value = row.get(column.key)
                    if isinstance(value, dt.date):
                        sheet.write_datetime(line, at, dt.datetime.combine(value, dt.time()), day)
                    elif value is not None:
                        sheet.write(line, at, value)
    return out.getvalue()


@pytest.fixture
def people():
    return cast()


@pytest.fixture
def handler(people):
    return people["handler"].client


def send(client, content: bytes, **ticks):
    file = SimpleUploadedFile("running.xlsx", content)
    return client.post(reverse("running_import"), {"workbook": file, "_key": str(len(content)), **ticks})


def test_a_check_writes_nothing_and_an_import_brings_contract_payments_and_staff(handler):
    checked = send(handler, workbook())
    nothing = Contract.objects.count()
    done = send(handler, workbook(), is_confirmed="on")

    assert (checked.status_code, nothing, done.status_code) == (200, 0, 200), checked.content.decode()
    contract = Contract.objects.get()
    assert (contract.origin, contract.state, contract.place_id) == ("imported", "in_service", STREET)
    assert contract.amount_fen == 300_000 * 100
    assert [each.claimed_fen for each in contract.instalments.all()] == [12_000_000, 0]
    paid = Claim.objects.get()
    assert (paid.state, paid.voucher_no, paid.amount_fen) == ("paid", "记-0812", 12_000_000)
    assert Staffing.objects.get().name == "苏晴"
    assert [each.name for each in contract.communities.all()] == ["东园社区"]


def test_each_worker_comes_under_his_own_contract(handler):
    other = "青禾购〔2025〕13号"
    sent = workbook(
        [CONTRACT, {**CONTRACT, "number": other, "title": "为老服务"}],
        [FIRST, SECOND, {**FIRST, "number": other}, {**SECOND, "number": other}],
        [WORKER, {**WORKER, "number": other, "name": "何雨"}],
    )

    send(handler, sent, is_confirmed="on")

    assert set(Staffing.objects.values_list("contract__number", "name")) == {
        (CONTRACT["number"], "苏晴"),
        (other, "何雨"),
    }


def test_a_second_upload_is_safe_and_says_what_was_known(handler):
    send(handler, workbook(), is_confirmed="on")

    again = send(handler, workbook(), is_confirmed="on")

    assert Contract.objects.count() == Staffing.objects.count() == Claim.objects.count() == 1
    assert "不会重复写入" in again.content.decode()


@pytest.mark.parametrize(
    ("sheets", "said"),
    [
        ({"contracts": [{**CONTRACT, "agency": "没有的机构"}]}, "没有登记过机构"),
        ({"contracts": [{**CONTRACT, "ends_on": dt.date(2025, 6, 1)}]}, "不晚于开始日期"),
        ({"contracts": [{**CONTRACT, "amount_fen": "三十万"}]}, "三十万"),
        ({"contracts": [CONTRACT, CONTRACT]}, "出现两次"),
        ({"instalments": [FIRST]}, "不符"),
        ({"instalments": [FIRST, {**SECOND, "order": 1}]}, "出现两次"),
        ({"instalments": [{**FIRST, "voucher_no": None}, SECOND]}, "凭证号"),
        ({"instalments": [{**FIRST, "paid_fen": 130_000}, SECOND]}, "超过本期金额"),
        ({"staff": [{**WORKER, "number": "没有的编号"}]}, "没有编号"),
        ({"staff": [{**WORKER, "community": "邻街社区"}]}, "不是本街道启用的社区"),
    ],
)
def test_an_error_is_named_and_nothing_at_all_is_written(handler, sheets, said):
    answer = send(handler, workbook(**sheets), is_confirmed="on")

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Contract.objects.exists()
    assert not Staffing.objects.exists()


def test_a_row_that_cannot_be_read_spoils_its_contract_and_no_other(handler):
    """Rows of one number in different sheets have nothing to do with each other."""
    other = {**CONTRACT, "number": "青禾购〔2025〕13号"}
    parts = [FIRST, SECOND, *({**each, "number": other["number"]} for each in (FIRST, SECOND))]
    wrong = {**WORKER, "number": other["number"], "from_on": "去年夏天"}
    book = workbook(contracts=[CONTRACT, other], instalments=parts, staff=[wrong, WORKER])

    send(handler, book, is_confirmed="on")
    nothing = Contract.objects.count()
    send(handler, book, is_confirmed="on", keep_good="on")

    assert nothing == 0
    assert [each.number for each in Contract.objects.all()] == [CONTRACT["number"]]


def hidden(answer, action):
    """Return the fields of one of the page's own buttons, as a browser would send them."""
    form = re.search(
        rf'<form method="post" action="{action}".*?</form>', answer.content.decode(), re.S
    ).group()
    return dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))


def test_the_checked_file_need_not_be_chosen_again(handler):
    checked = send(handler, workbook())

    done = handler.post(reverse("running_import"), hidden(checked, reverse("running_import")))

    assert done.status_code == 200
    assert Contract.objects.get().number == CONTRACT["number"]


def test_the_marked_copy_names_each_wrong_cell_of_each_sheet(handler):
    bad = workbook(
        contracts=[{**CONTRACT, "agency": "没有的机构", "amount_fen": 299_999}],
        staff=[{**WORKER, "from_on": "去年夏天"}],
    )
    checked = send(handler, bad)

    marked = handler.post(reverse("running_marked"), hidden(checked, reverse("running_marked")))

    with zipfile.ZipFile(io.BytesIO(marked.content)) as book:
        notes = [book.read(f"xl/comments{number}.xml").decode() for number in (1, 2)]
    assert [re.findall(r'<comment ref="(\w+)"', each) for each in notes] == [["C2", "E2"], ["E2"]]
    assert "没有的机构" in notes[0]
    assert all(each in checked.content.decode() for each in ("合同 C2", "合同 E2", "在岗人员 E2"))


def test_what_is_no_file_in_the_carried_field_is_refused(handler):
    for kept in ("", "不是", "UEsDBA=="):
        assert handler.post(reverse("running_import"), {"workbook_kept": kept}).status_code == 422


def test_with_the_tick_the_good_contracts_are_written_and_the_bad_left_out(handler):
    other = {**CONTRACT, "number": "青禾购〔2025〕13号", "agency": "没有的机构"}

    answer = send(handler, workbook(contracts=[CONTRACT, other]), is_confirmed="on", keep_good="on")

    assert answer.status_code == 422
    assert [each.number for each in Contract.objects.all()] == [CONTRACT["number"]]


@pytest.mark.parametrize("content", [b"", b"no workbook", b"PK\x03\x04broken"])
def test_what_is_no_workbook_is_refused_in_words(handler, content):
    answer = send(handler, content, is_confirmed="on")

    assert answer.status_code == 422
    assert not Contract.objects.exists()


def test_the_template_has_the_three_sheets_and_only_a_handler_gets_it(people, handler):
    template = handler.get(reverse("running_template"))

    assert template.content[:2] == b"PK"
    assert people["chief"].client.get(reverse("running_template")).status_code == 404
