"""Bring along running contracts from a workbook of three sheets: template, check, import."""

import io
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from zhagen.core.errors import RuleError
from zhagen.core.running import Running, RunningContract, RunningInstalment, RunningStaff
from zhagen.delivery.actions.running import check_running, import_running
from zhagen.delivery.models import Staffing
from zhagen.parties.office import street_of
from zhagen.platform.pages import page
from zhagen.platform.sheets import SheetColumn, SheetForm, SheetRead, read_sheet
from zhagen.platform.texts import explain, language

SHOWN_ERRORS = 200
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CONTRACTS = SheetForm(
    ("合同", "Contracts"),
    (
        SheetColumn("number", "合同编号", "Contract number", is_required=True, most_characters=60),
        SheetColumn("title", "合同名称", "Title", is_required=True, most_characters=100),
        SheetColumn("agency", "服务机构", "Agency", is_required=True, most_characters=100),
        SheetColumn(
            "kind",
            "合同种类",
            "Kind",
            kind="choice",
            is_required=True,
            choices={"project": ("项目制", "project"), "post": ("岗位社工服务", "post-based service")},
        ),
        SheetColumn("amount_fen", "合同总额（元）", "Amount (yuan)", kind="money", is_required=True, least=1),
        SheetColumn("starts_on", "合同开始", "Starts on", kind="date", is_required=True),
        SheetColumn("ends_on", "合同结束", "Ends on", kind="date", is_required=True),
        SheetColumn("communities", "服务社区", "Communities", note=("用顿号分隔", "separated by 、")),
    ),
    most_rows=500,
)
INSTALMENTS = SheetForm(
    ("分期和付款", "Instalments"),
    (
        SheetColumn("number", "分期的合同编号", "Instalment of contract", is_required=True),
        SheetColumn("order", "分期序号", "Instalment", kind="int", is_required=True, least=1, most=60),
        SheetColumn(
            "budget_year", "预算年份", "Budget year", kind="int", is_required=True, least=2000, most=2100
        ),
        SheetColumn(
            "amount_fen", "分期金额（元）", "Instalment amount", kind="money", is_required=True, least=1
        ),
        SheetColumn("due_on", "约定付款日", "Due on", kind="date", is_required=True),
        SheetColumn("paid_fen", "已付金额（元）", "Paid", kind="money"),
        SheetColumn("paid_on", "实际付款日", "Paid on", kind="date"),
        SheetColumn("voucher_no", "付款凭证号", "Voucher", most_characters=60),
    ),
)
STAFF = SheetForm(
    ("在岗人员", "Staff"),
    (
        SheetColumn("number", "人员的合同编号", "Staff of contract", is_required=True),
        SheetColumn("community", "在岗社区", "Posted to", is_required=True),
        SheetColumn("name", "人员姓名", "Worker", is_required=True, most_characters=60),
        SheetColumn(
            "post",
            "岗位",
            "Post",
            kind="choice",
            is_required=True,
            choices={post.value: (str(post.label), post.value) for post in Staffing.Post},
        ),
        SheetColumn("from_on", "到岗日期", "From", kind="date", is_required=True),
        SheetColumn("until_on", "离岗日期", "Until", kind="date"),
    ),
)
SHEETS = (CONTRACTS, INSTALMENTS, STAFF)


class RunningForm(forms.Form):
    """The workbook, and how far to go."""

    workbook = forms.FileField(label=_("填好的工作簿（xlsx）"))
    is_confirmed = forms.BooleanField(
        label=_("检查无误后直接导入"), required=False, help_text=_("不勾选则只检查，什么都不写入。")
    )
    keep_good = forms.BooleanField(label=_("有错时也导入没有错的合同"), required=False)


@page("contract.import_running")
def running_template(request: HttpRequest) -> HttpResponse:
    """Return the workbook of three sheets to fill in."""
    import xlsxwriter

    out = io.BytesIO()
    place = 0 if language() == "zh" else 1
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        must = book.add_format({"bold": True, "bg_color": "#FFE8B3", "border": 1})
        plain = book.add_format({"bold": True, "bg_color": "#E8EEF7", "border": 1})
        for form in SHEETS:
            sheet = book.add_worksheet(form.title[place])
            sheet.set_column(0, len(form.columns) - 1, 20)
            for at, column in enumerate(form.columns):
                words = (column.zh, column.en)[place] + ("*" if column.is_required else "")
                sheet.write_string(0, at, words, must if column.is_required else plain)
                if column.choices:
                    listed = {"validate": "list", "source": [each[place] for each in column.choices.values()]}
                    sheet.data_validation(1, at, form.most_rows, at, listed)
            sheet.freeze_panes(1, 0)
    answer = HttpResponse(out.getvalue(), content_type=XLSX)
    answer["Content-Disposition"] = 'attachment; filename="running-contracts.xlsx"'
    return answer


@page("contract.import_running", methods=("GET", "POST"))
def running_import(request: HttpRequest) -> HttpResponse:
    """Check a workbook of running contracts, and import it if asked."""
    street = street_of(request.actor, "contract.import_running")
    if street is None:
        raise Http404
    if request.method != "POST":
        return render(request, "delivery/running/import.html", {"form": RunningForm()})
    form = RunningForm(request.POST, request.FILES)
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        try:
            return _answer(request, form.cleaned_data, street, context)
        except RuleError as error:
            form.add_error("workbook", explain(error))
    return render(request, "delivery/running/import.html", context, status=422)


def _answer(request: HttpRequest, data: dict[str, Any], street: Any, context: dict[str, Any]) -> HttpResponse:
    content = data["workbook"].read()
    reads = [read_sheet(content, form) for form in SHEETS]
    running = _running(reads)
    cell_errors = [error.error for read in reads for error in read.errors]
    may_write = data["is_confirmed"] and (not cell_errors or data["keep_good"])
    if may_write:
        result = import_running(
            running,
            street=street,
            keep_good=data["keep_good"],
            by=request.actor,  # type: ignore[attr-defined]
            now=request.received_at,  # type: ignore[attr-defined]
        )
    else:
        result = check_running(running, street)
    errors = [*cell_errors, *result.errors]
    context |= {
        "result": result,
        "running": running,
        "errors": [explain(each) for each in errors[:SHOWN_ERRORS]],
    }
    return render(request, "delivery/running/import.html", context, status=422 if errors else 200)


def _running(reads: list[SheetRead]) -> Running:
    contracts, instalments, staff = reads
    return Running(
        [_contract(row.number, dict(row.values)) for row in contracts.rows],
        [RunningInstalment(row=row.number, **_given(row.values)) for row in instalments.rows],
        [RunningStaff(row=row.number, **_given(row.values)) for row in staff.rows],
    )


def _contract(row: int, values: dict[str, Any]) -> RunningContract:
    names = tuple(
        name for name in (values.pop("communities", None) or "").replace("，", "、").split("、") if name
    )
    return RunningContract(row=row, communities=names, **_given(values))


def _given(values: Any) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}
