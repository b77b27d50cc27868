"""The page of the year for chief and leader: money left, pace, contracts ending, claims ageing."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhagen.core.money import format_yuan
from zhagen.integrity.overview import (
    Year,
    ageing_table,
    budget_table,
    causes,
    ending_table,
    warning_of_unspent,
    year_of,
    years_with_money,
)
from zhagen.integrity.views.chain import YearForm, year_asked
from zhagen.parties.rules import rules_for
from zhagen.platform.clock import today
from zhagen.platform.lists import FORMATS, file_answer
from zhagen.platform.pages import page
from zhagen.platform.parts import Figure
from zhagen.platform.tables import Table, html_rows
from zhagen.platform.texts import language

TONES = {"late": "bad", "slow": "wait"}


@page("overview.view")
def overview_view(request: HttpRequest) -> HttpResponse:
    """Show the year, or give one of its tables as a file."""
    place = next((grant.place for grant in request.actor.grants if grant.place), "")
    on, rules = today(), rules_for(place, today())
    years = years_with_money(request.actor)
    form = YearForm(request.GET or None, years=years)
    year = year_of(request.actor, year_asked(form, years), on=on, rules=rules)
    tables = {
        "budget": budget_table(year, on),
        "ending": ending_table(request.actor, on, rules),
        "claims": ageing_table(request.actor, on, rules),
    }
    if (wanted := request.GET.get("format", "")) in FORMATS:
        if request.GET.get("table") not in tables:
            raise Http404
        return file_answer(tables[request.GET["table"]], wanted)
    is_unspent = warning_of_unspent(year, on=on, rules=rules)
    return render(
        request,
        "integrity/overview/view.html",
        {
            "year": year,
            "filters": form if len(years) > 1 else None,
            "figures": _figures(year),
            "unspent": format_yuan(year.left_fen) if is_unspent else "",
            "outside": format_yuan(year.outside_fen) if year.outside_fen else "",
            "tables": [_shown(name, table) for name, table in tables.items()],
            "causes": causes(tables["claims"]),
            "formats": FORMATS,
        },
    )


def _figures(year: Year) -> list[Figure]:
    pace = year.whole
    note = _("一年已过 %(share)s%%") % {"share": pace.year_bp // 100}
    return [
        Figure(_("今年预算还剩"), format_yuan(year.left_fen), _("元"), reverse("budget_line_list")),
        Figure(_("已付款"), format_yuan(year.paid_fen), _("元"), reverse("claim_list")),
        Figure(_("支出进度"), f"{pace.spent_bp // 100}%", note=note, tone=TONES.get(pace.band, "")),
        Figure(_("钱花在哪些需求上"), _("看"), url=f"{reverse('chain_view')}?year={year.year}"),
    ]


EMPTY = {
    "budget": _("还没有今年的预算项目。请财务先录入。"),
    "ending": _("近期没有合同到期。"),
    "claims": _("没有在途的付款申请。"),
}


def _shown(name: str, table: Table) -> dict[str, Any]:
    rows = list(html_rows(table))
    headings = [column.heading(language()) for column in table.columns]
    return {
        "name": name,
        "title": table.title_in(language()),
        "headings": [(column.heading(language()), column.is_number) for column in table.columns],
        "rows": [list(zip(headings, row, strict=True)) for row in rows],
        "empty": EMPTY[name],
    }
