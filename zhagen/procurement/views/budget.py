"""Pages of budget lines."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhagen.core.money import format_yuan
from zhagen.core.permissions import may
from zhagen.core.types import Actor, Role
from zhagen.parties.models import Place
from zhagen.parties.story import named_story
from zhagen.platform.fields import DayField, MoneyField
from zhagen.platform.lists import Listing, answer_list
from zhagen.platform.pages import page, step_page
from zhagen.platform.parts import Figure, Move
from zhagen.platform.scope import office_of, visible
from zhagen.platform.tables import Column
from zhagen.procurement.actions.budget import LineDraft, add_budget_line, change_budget_line
from zhagen.procurement.actions.instalment_budget import tie_waiting, waiting_for
from zhagen.procurement.models import BudgetLine
from zhagen.procurement.views.buying import step_form

COLUMNS = (
    Column("title", "预算项目", "Budget line"),
    Column("code", "编码", "Code"),
    Column("year", "年度", "Year"),
    Column("amount_fen", "预算（元）", "Budget (yuan)", "money"),
    Column("committed_fen", "已占用（元）", "Committed (yuan)", "money"),
    Column("left_fen", "余额（元）", "Left (yuan)", "money"),
    Column("arrived_on", "资金到位", "Arrived", "date"),
)


class LineForm(forms.Form):
    """A line of the year's budget."""

    year = forms.IntegerField(label=_("预算年度"), min_value=2000, max_value=2199)
    code = forms.CharField(label=_("预算项目编码"), max_length=40)
    title = forms.CharField(label=_("预算项目名称"), max_length=100)
    amount_fen = MoneyField(label=_("预算金额"))
    arrived_on = DayField(label=_("资金到位日期"), required=False)


class LineChangeForm(forms.Form):
    """What may be corrected of a line."""

    amount_fen = MoneyField(label=_("预算金额"))
    arrived_on = DayField(label=_("资金到位日期"), required=False)


def office_place(actor: Actor, *roles: Role) -> Place:
    """Return the street where the actor holds one of the roles."""
    codes = [office_of(grant.place) for grant in actor.grants if grant.place and grant.role in roles]
    return Place.objects.get(pk=codes[0])


@page("budget_line.list")
def budget_line_list(request: HttpRequest) -> HttpResponse:
    """List the budget lines with what is left of each."""
    may_add = may(request.actor, "budget_line.write")
    return answer_list(
        request,
        Listing(
            title=("预算项目", "Budget lines"),
            columns=COLUMNS,
            rows=visible(request.actor, "budget_line.list", BudgetLine),
            row_of=lambda line: {column.key: getattr(line, column.key) for column in COLUMNS},
            url_of=lambda line: reverse("budget_line_view", args=[line.pk]),
            empty=_("还没有预算项目。请财务先录入本年度的预算项目。"),
        ),
        context={
            "empty_url": reverse("budget_line_add") if may_add else "",
            "empty_label": gettext("录入预算项目"),
            "moves": [Move(_("录入预算项目"), reverse("budget_line_add"), "primary")] if may_add else [],
        },
    )


@page("budget_line.view", BudgetLine)
def budget_line_view(request: HttpRequest, obj: BudgetLine) -> HttpResponse:
    """Show a line: what is left, and the plans that hold it."""
    return render(
        request,
        "procurement/budget/view.html",
        {
            "line": obj,
            "plans": obj.plans.filter(held_fen__gt=0),
            "figures": [
                Figure(_("预算"), format_yuan(obj.amount_fen), _("元")),
                Figure(_("已占用"), format_yuan(obj.committed_fen), _("元")),
                Figure(_("余额"), format_yuan(obj.left_fen), _("元")),
            ],
            "instalments": obj.instalments.select_related("contract"),
            "moves": _moves(request.actor, obj),
            "steps": named_story(obj),
            "crumbs": [(gettext("预算项目"), reverse("budget_line_list")), (obj.code, "")],
        },
    )


def _moves(actor: Actor, line: BudgetLine) -> list[Move]:
    if not may(actor, "budget_line.write"):
        return []
    moves = [Move(_("更正"), reverse("budget_line_change", args=[line.pk]))]
    if waiting := waiting_for(line).count():
        label = _("落实同编码合同的 %(year)s 年分期（%(count)s 期）") % {"year": line.year, "count": waiting}
        url = reverse("budget_line_tie_waiting", args=[line.pk])
        moves.insert(0, Move(label, url, "primary", is_post=True))
    return moves


budget_line_tie_waiting = step_page("budget_line.write", BudgetLine, tie_waiting, then="budget_line_view")


@page("budget_line.write", methods=("GET", "POST"))
def budget_line_add(request: HttpRequest) -> HttpResponse:
    """Enter a line."""

    def act(data: dict[str, Any]) -> HttpResponse:
        draft = LineDraft(place=office_place(request.actor, Role.FINANCE), **data)
        line = add_budget_line(draft, by=request.actor, now=request.received_at)
        return redirect("budget_line_view", pk=line.pk)

    about = {"heading": gettext("录入预算项目"), "cancel_url": reverse("budget_line_list")}
    return step_form(request, LineForm, act, about=about, initial={"year": request.received_at.year})


@page("budget_line.write", BudgetLine, methods=("GET", "POST"))
def budget_line_change(request: HttpRequest, obj: BudgetLine) -> HttpResponse:
    """Correct a line."""

    def act(data: dict[str, Any]) -> HttpResponse:
        change_budget_line(obj, **data, by=request.actor, now=request.received_at)
        return redirect("budget_line_view", pk=obj.pk)

    back = reverse("budget_line_view", args=[obj.pk])
    initial = {"amount_fen": obj.amount_fen, "arrived_on": obj.arrived_on}
    about = {"heading": gettext("更正预算项目"), "lead": str(obj), "cancel_url": back}
    return step_form(request, LineChangeForm, act, about=about, initial=initial)
