"""Pages of the money of later years: which instalments wait for a budget line, and the step that gives them one."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhagen.core.money import format_yuan
from zhagen.core.permissions import may
from zhagen.core.types import Actor
from zhagen.platform.clock import today
from zhagen.platform.lists import Listing, answer_list
from zhagen.platform.pages import page
from zhagen.platform.parts import Move
from zhagen.platform.scope import visible
from zhagen.platform.tables import Column
from zhagen.procurement.actions import instalment_budget as actions
from zhagen.procurement.models import BudgetLine, Instalment
from zhagen.procurement.views.buying import step_form

COLUMNS = (
    Column("budget_year", "预算年度", "Budget year"),
    Column("contract", "合同", "Contract"),
    Column("agency", "机构", "Agency"),
    Column("order", "期次", "Instalment", "int"),
    Column("due_on", "应付日期", "Due", "date"),
    Column("amount_fen", "金额（元）", "Amount (yuan)", "money"),
    Column("code", "立项时的预算编码", "Code of the plan's line"),
)


def _row(instalment: Instalment) -> dict[str, object]:
    contract = instalment.contract
    return {
        "budget_year": instalment.budget_year,
        "contract": f"{contract.number} {contract.title}",
        "agency": contract.agency.name,
        "order": instalment.order,
        "due_on": instalment.due_on,
        "amount_fen": instalment.amount_fen,
        "code": contract.plan.budget_line.code if contract.plan else "",
    }


@page("instalment.to_budget")
def instalment_to_budget(request: HttpRequest) -> HttpResponse:
    """List the instalments of this year and later that no budget line stands behind."""
    mine = visible(request.actor, "instalment.to_budget", Instalment)
    rows = actions.waiting_instalments(mine, today().year)
    is_clerk = may(request.actor, "instalment.budget")
    goes_to = "instalment_budget" if is_clerk else "contract_view"
    return answer_list(
        request,
        Listing(
            title=("待落实预算的分期", "Instalments to be budgeted"),
            columns=COLUMNS,
            rows=rows.select_related("contract__agency", "contract__plan__budget_line"),
            row_of=_row,
            url_of=lambda each: reverse(goes_to, args=[each.pk if is_clerk else each.contract_id]),
            empty=_("后续年度的分期都有预算了。"),
        ),
        context={"moves": [Move(_("预算项目"), reverse("budget_line_list"))]},
    )


class LineChoiceForm(forms.Form):
    """On which line of its year an instalment stands."""

    line = forms.ModelChoiceField(
        label=_("预算项目"),
        queryset=BudgetLine.objects.none(),
        help_text=_("只列本街道该年度的预算项目；落实后这笔钱即被占用，不能再派别的用场。"),
    )

    def __init__(self, *args: Any, instalment: Instalment, **kwargs: Any) -> None:
        lines = BudgetLine.objects.filter(place=instalment.contract.place_id, year=instalment.budget_year)
        plan = instalment.contract.plan
        same = lines.filter(code=plan.budget_line.code).first() if plan else None
        kwargs["initial"] = {"line": same, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        field = self.fields["line"]
        field.queryset = lines
        field.label_from_instance = lambda line: gettext("%(line)s，余额 %(left)s 元") % {
            "line": str(line), "left": format_yuan(line.left_fen)
        }  # fmt: skip


@page("instalment.budget", Instalment, methods=("GET", "POST"))
def instalment_budget(request: HttpRequest, obj: Instalment) -> HttpResponse:
    """Put an instalment on a line of its year."""
    contract = obj.contract
    back = reverse("contract_view", args=[contract.pk])

    def act(data: dict[str, Any]) -> HttpResponse:
        actions.tie_instalment(obj, data["line"], by=request.actor, now=request.received_at)
        return redirect(back)

    figures = {"order": obj.order, "year": obj.budget_year, "amount": format_yuan(obj.amount_fen)}
    about = {
        "heading": gettext("落实分期预算"),
        "lead": f"{contract.number} {contract.title}",
        "lines": [gettext("第 %(order)s 期，%(year)s 年预算，%(amount)s 元。") % figures],
        "cancel_url": back,
    }
    if not BudgetLine.objects.filter(place=contract.place_id, year=obj.budget_year).exists():
        about["lines"].append(
            gettext("%(year)s 年的预算项目还没有录入，请先录入。") % {"year": obj.budget_year}
        )
        about["links"] = [(gettext("录入预算项目"), reverse("budget_line_add"))]
    return step_form(request, LineChoiceForm, act, about=about, instalment=obj)


@page("instalment.budget", Instalment, methods=("POST",))
def instalment_unbudget(request: HttpRequest, obj: Instalment) -> HttpResponse:
    """Take an instalment off its line again."""
    actions.untie_instalment(obj, by=request.actor, now=request.received_at)
    return redirect("contract_view", pk=obj.contract_id)


def budget_words(actor: Actor, instalment: Instalment) -> dict[str, object]:
    """Return what a contract's page says of the money behind an instalment, and the step that finance may take."""
    part = actions.part_of(instalment)
    is_owed = instalment.contract.state in actions.OWED
    may_tie = is_owed and may(actor, "instalment.budget")
    line = instalment.budget_line
    if line is not None:
        undo = may_tie and not instalment.claimed_fen
        url = reverse("instalment_unbudget", args=[instalment.pk]) if undo else ""
        return {"line": line, "undo_url": url}
    if not part.is_waiting:
        return {"line": instalment.contract.plan.budget_line}
    url = reverse("instalment_budget", args=[instalment.pk]) if may_tie else ""
    is_old = instalment.budget_year < today().year
    return {"waits": is_owed and not is_old, "tie_url": url}
