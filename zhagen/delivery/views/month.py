"""The month's report in each demander's form, as a page and as files; nothing of it is typed."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from zhagen.delivery.facts_work import Period
from zhagen.delivery.month import FORMS, Line, Month, month_report
from zhagen.delivery.views.common import contract_crumbs, month_of
from zhagen.platform.clock import today
from zhagen.platform.documents import fill_document, in_chinese
from zhagen.platform.lists import file_answer
from zhagen.platform.pages import page
from zhagen.platform.tables import Column, Table, said
from zhagen.platform.texts import language, listed
from zhagen.platform.uploads import CONTENT_TYPES
from zhagen.procurement.models import Contract

NAMES = {
    "street": (_("街道月报"), ("街道购买服务月报", "Monthly report to the street")),
    "station": (_("社工站月报"), ("社工站月报", "Monthly report of the station")),
    "community": (_("社区告示"), ("社区服务告示", "Notice to the community")),
    "agency": (_("机构自用"), ("机构项目月报", "The agency's own monthly report")),
}
COLUMNS = (
    Column("section", "栏目", "Section", width=18),
    Column("name", "内容", "Item", width=28),
    Column("value", "本月", "This month", "int"),
    Column("unit", "单位", "Unit", width=8),
    Column("agreed", "合同约定", "Agreed", "int"),
)


class MonthForm(forms.Form):
    """Which month, in whose form."""

    month = forms.CharField(label=_("月份"), widget=forms.TextInput(attrs={"type": "month"}), required=False)
    form = forms.ChoiceField(
        label=_("给谁"), choices=[(code, NAMES[code][0]) for code in FORMS], required=False
    )


@page("month.view", Contract)
def month_view(request: HttpRequest, obj: Contract) -> HttpResponse:
    """Show the report; `?form=` names the demander, `?format=xlsx|docx|pdf` gives the file."""
    form = request.GET.get("form", "street")
    form = form if form in FORMS else "street"
    wanted = request.GET.get("format", "")
    if wanted == "docx":
        return _word(obj, month_of(request), form)
    report = month_report(obj, month_of(request))
    if wanted in ("xlsx", "csv", "pdf"):
        return file_answer(_table(report, form), wanted)
    first = report.period.from_on.replace(day=1)
    title = NAMES[form][1][0] if language() == "zh" else NAMES[form][1][1]
    return render(
        request,
        "delivery/month/view.html",
        {
            "contract": obj,
            "report": report,
            "heading": title,
            "filters": MonthForm(initial={"month": first.strftime("%Y-%m"), "form": form}),
            "query": f"form={form}&month={first:%Y-%m}&",
            "formats": ("xlsx", "docx", "pdf"),
            "sections": [
                (said(heading, language()), [_shown(line) for line in lines])
                for heading, lines in report.sections(form)
            ],
            "done": report.done if form != "street" else (),
            "crumbs": contract_crumbs(obj, (_t("月报"), "")),
        },
    )


def _shown(line: Line) -> tuple[str, int, str, int | None]:
    return said(line.name, language()), line.value, said(line.unit, language()), line.agreed


def _table(report: Month, form: str) -> Table:
    words = language()
    rows = [
        {
            "section": said(heading, words),
            "name": said(line.name, words),
            "value": line.value,
            "unit": said(line.unit, words),
            "agreed": line.agreed,
        }
        for heading, lines in report.sections(form)
        for line in lines
    ]
    span = f"{report.contract.title}（{report.period.from_on} — {report.period.until_on}）"
    derived = ("数字由服务记录自动汇总，无人填报。", "Derived from the records; nobody typed it.")
    return Table(
        title=NAMES[form][1], columns=COLUMNS, rows=rows, as_of=today(), notes=((span, span), derived)
    )


@in_chinese
def _word(contract: Contract, period: Period, form: str) -> HttpResponse:
    report = month_report(contract, period)
    filled = fill_document(f"delivery/month_{form}", _fields(report, form), office=contract.place_id)
    answer = HttpResponse(filled.content, content_type=CONTENT_TYPES["docx"])
    name = f"month_{form}_{report.period.from_on:%Y-%m}.docx"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _fields(report: Month, form: str) -> dict[str, Any]:
    contract = report.contract
    return {
        "project_title": contract.title,
        "contract_number": contract.number,
        "supplier": contract.agency.name,
        "communities": listed(contract.communities.values_list("name", flat=True)),
        "period_from": report.period.from_on,
        "period_until": report.period.until_on,
        "workers": listed(dict.fromkeys(report.workers)) or "—",
        "figures": [
            {
                "section": heading[0],
                "name": line.name[0],
                "value": f"{line.value}{line.unit[0]}",
                "agreed": "" if line.agreed is None else str(line.agreed),
            }
            for heading, lines in report.sections(form)
            for line in lines
        ],
        "activities": [
            {
                "held_on": each.held_on.isoformat(),
                "kind": each.kind,
                "title": each.title,
                "headcount": str(each.headcount),
            }
            for each in report.done
        ],
        "written_on": today(),
    }
