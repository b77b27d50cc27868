"""Bring along running contracts from a workbook of three sheets: template, check, import."""

import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django import forms
from django.db.models import TextChoices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from zhagen.core import running
from zhagen.core.errors import RuleError
from zhagen.core.running import Running, RunningContract, RunningInstalment, RunningStaff
from zhagen.delivery.actions.running import check_running, good_contracts, import_running
from zhagen.delivery.models import Staffing
from zhagen.parties.models import Place
from zhagen.parties.office import street_of
from zhagen.platform.kept import KeptFileField, carried
from zhagen.platform.pages import page
from zhagen.platform.sheet_child import column_letters, plain_heading
from zhagen.platform.sheet_files import errors_book
from zhagen.platform.sheets import CellError, SheetColumn, SheetForm, SheetRead, read_sheet
from zhagen.platform.texts import catalogue, explain, language

SHOWN_ERRORS = 200
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _in_chinese(choice: TextChoices) -> str:
    with override("zh-hans"):
        return str(choice.label)


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
            choices={post.value: (_in_chinese(post), post.value) for post in Staffing.Post},
        ),
        SheetColumn("from_on", "到岗日期", "From", kind="date", is_required=True),
        SheetColumn("until_on", "离岗日期", "Until", kind="date"),
    ),
)
SHEETS = (CONTRACTS, INSTALMENTS, STAFF)


TABLES = (running.CONTRACTS, running.INSTALMENTS, running.STAFF)
IMPORT = "delivery/running/import.html"


class RunningForm(forms.Form):
    """The workbook."""

    workbook = KeptFileField(
        label=_("填好的工作簿（xlsx）"), help_text=_("先只检查，什么都不写入；结果出来后再决定导入。")
    )


class AskedForm(forms.Form):
    """How far to go: the buttons under the result of the check."""

    is_confirmed = forms.BooleanField(required=False)
    keep_good = forms.BooleanField(required=False)


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
    street = _street_or_404(request)
    if request.method != "POST":
        return render(request, IMPORT, {"form": RunningForm()})
    return _with_workbook(request, lambda content: _answer(request, content, street))


@page("contract.import_running", methods=("POST",))
def running_marked(request: HttpRequest) -> HttpResponse:
    """Give the workbook back with its wrong cells marked and commented."""
    street = _street_or_404(request)

    def marked(content: bytes) -> HttpResponse:
        reads = [read_sheet(content, form) for form in SHEETS]
        placed = _placed(reads, check_running(_running(reads), street).errors)
        made = HttpResponse(errors_book(placed, catalogue(), language()), content_type=XLSX)  # type: ignore[arg-type]
        made["Content-Disposition"] = 'attachment; filename="running-contracts-marked.xlsx"'
        return made

    return _with_workbook(request, marked)


def _street_or_404(request: HttpRequest) -> Place:
    street = street_of(request.actor, "contract.import_running")  # type: ignore[attr-defined]
    if street is None:
        raise Http404
    return street


def _with_workbook(request: HttpRequest, act: Callable[[bytes], HttpResponse]) -> HttpResponse:
    """Do something with the workbook that was sent, or say what is wrong with the file as a whole."""
    form = RunningForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            return act(form.cleaned_data["workbook"].read())
        except RuleError as error:
            form.add_error("workbook", explain(error))
    return render(request, IMPORT, {"form": form}, status=422)


def _answer(request: HttpRequest, content: bytes, street: Place) -> HttpResponse:
    reads = [read_sheet(content, form) for form in SHEETS]
    rows, spoilt = _running(reads), _unreadable(reads)
    asked = AskedForm(request.POST)
    is_confirmed, keep_good = (asked[name].value() for name in asked.fields)
    if is_confirmed:
        result = import_running(
            rows,
            street=street,
            keep_good=bool(keep_good),
            by=request.actor,  # type: ignore[attr-defined]
            now=request.received_at,  # type: ignore[attr-defined]
            spoilt=spoilt,
        )
    else:
        result = check_running(rows, street)
    errors = [each for read in _placed(reads, result.errors) for each in _told(read)]
    context = {
        "form": RunningForm(),
        "result": result,
        "running": rows,
        "errors": errors[:SHOWN_ERRORS],
        "more": max(0, len(errors) - SHOWN_ERRORS),
        "kept": carried(content),
        "whole": ("is_confirmed",),
        "keep_good": ("is_confirmed", "keep_good"),
        "good": len(good_contracts(rows, result, spoilt)),
    }
    return render(request, IMPORT, context, status=422 if errors else 200)


def _told(read: SheetRead) -> list[tuple[str, str]]:
    return [(f"{read.sheet} {each.cell}", explain(each.error)) for each in read.errors]


def _places(read: SheetRead, form: SheetForm) -> dict[str, int]:
    """Return in which column of the sheet each column of the form stands."""
    headings = [plain_heading(cell) for cell in read.cells[0]]
    found = {
        column.key: [at for at, each in enumerate(headings) if each in column.headings]
        for column in form.columns
    }
    return {key: at[0] for key, at in found.items() if at}


def _placed(reads: list[SheetRead], errors: list[RuleError]) -> list[SheetRead]:
    """Return the sheets with the errors of whole rows put to their cells, beside those of single cells."""
    placed = []
    for read, form, table in zip(reads, SHEETS, TABLES, strict=True):
        places = _places(read, form)
        found = list(read.errors)
        for each in errors:
            if each.figures["table"] == table:
                row, at = int(each.figures["row"]), places.get(str(each.figures["column"]), 0)
                found.append(CellError(f"{column_letters(at)}{row}", row, at, each))
        found.sort(key=lambda each: (each.row, each.column))
        placed.append(replace(read, errors=tuple(found)))
    return placed


def _unreadable(reads: list[SheetRead]) -> set[str]:
    """Return the numbers of the contracts of which some row has a cell that cannot be read."""
    spoilt = set()
    for read, form in zip(reads, SHEETS, strict=True):
        at = _places(read, form)["number"]
        for each in read.errors:
            cells = read.cells[each.row - read.heading_row]
            spoilt.add(cells[at].strip() if at < len(cells) else "")
    return spoilt


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
