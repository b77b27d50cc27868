"""Pages of requirement plans: the list, one plan with its folder, drafting, checking, deciding."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhagen.core.buying.plan import methods_for
from zhagen.core.contract_terms import terms_from_plain
from zhagen.core.lifecycle.plan import PLAN, PlanState
from zhagen.core.money import format_yuan
from zhagen.core.permissions import may
from zhagen.core.types import Actor, Role
from zhagen.parties.rules import rules_for
from zhagen.parties.story import named_story
from zhagen.platform.clock import today
from zhagen.platform.links import links_for
from zhagen.platform.lists import Listing, answer_list
from zhagen.platform.pages import page, step_page
from zhagen.platform.parts import Figure, Move
from zhagen.platform.scope import visible
from zhagen.platform.tables import Column
from zhagen.platform.texts import explain, say
from zhagen.procurement.actions import plan as actions
from zhagen.procurement.models import Need, Plan
from zhagen.procurement.terms_words import terms_in_words
from zhagen.procurement.views.budget import office_place
from zhagen.procurement.views.buying import (
    DecisionForm,
    ReasonForm,
    method_name,
    paper_lines,
    step_form,
    to_confirm,
)
from zhagen.procurement.views.plan_form import PlanForm

COLUMNS = (
    Column("number", "编号", "Number"),
    Column("title", "名称", "Title"),
    Column("state", "状态", "State"),
    Column("method", "采购方式", "Method"),
    Column("budget_fen", "预算（元）", "Budget (yuan)", "money"),
    Column("line", "预算项目", "Budget line"),
)
USED_VALUES = (
    "procurement.threshold_services",
    "procurement.open_tender_threshold",
    "procurement.collective_decision_from",
    "procurement.decision_attendees_min",
    "tender.direct.amount_max",
    "tender.three_quotes.amount_max",
)


@page("plan.list")
def plan_list(request: HttpRequest) -> HttpResponse:
    """List the plans the reader may see."""
    can = may(request.actor, "plan.draft")
    return answer_list(
        request,
        Listing(
            title=("采购计划", "Purchase plans"),
            columns=COLUMNS,
            rows=visible(request.actor, "plan.list", Plan).select_related("budget_line"),
            row_of=_row,
            url_of=lambda plan: reverse("plan_view", args=[plan.pk]),
            states={"state": "plan"},
            empty=_("还没有采购计划。经办人可以从需求清单起草第一份。"),
        ),
        context={
            "empty_url": reverse("plan_draft") if can else "",
            "empty_label": gettext("起草采购计划"),
            "moves": [Move(_("起草采购计划"), reverse("plan_draft"), "primary")] if can else [],
        },
    )


def _row(plan: Plan) -> dict[str, object]:
    return {
        "number": plan.number,
        "title": plan.title,
        "state": plan.state,
        "method": method_name(plan.method),
        "budget_fen": plan.budget_fen,
        "line": str(plan.budget_line),
    }


@page("plan.view", Plan)
def plan_view(request: HttpRequest, obj: Plan) -> HttpResponse:
    """Show one plan: money, needs, terms, decision, folder, story."""
    rules = rules_for(obj.place_id, today())
    return render(
        request,
        "procurement/plan/view.html",
        {
            "plan": obj,
            "method": method_name(obj.method),
            "figures": _figures(obj),
            "words": terms_in_words(terms_from_plain(obj.terms)),
            "terms": terms_from_plain(obj.terms),
            "split": obj.split_figures,
            "grounds": [(say(f"ground.{code}"), text) for code, text in obj.long_term_grounds.items()],
            "moves": [*moves_of(request.actor, obj), *links_for("plan", request.actor, obj)],
            "folder": paper_lines(obj) if may(request.actor, "paper.download") else [],
            "may_add_paper": may(request.actor, "paper.add"),
            "to_confirm": to_confirm(rules, *USED_VALUES),
            "steps": named_story(obj),
            "crumbs": [(gettext("采购计划"), reverse("plan_list")), (obj.number, "")],
        },
    )


def _figures(plan: Plan) -> list[Figure]:
    line = plan.budget_line
    return [
        Figure(_("预算"), format_yuan(plan.budget_fen), _("元")),
        Figure(_("其中本预算年度"), format_yuan(plan.year_fen), _("元")),
        Figure(_("已占用"), format_yuan(plan.held_fen), _("元")),
        Figure(
            _("预算项目余额"), format_yuan(line.left_fen), _("元"),
            url=reverse("budget_line_view", args=[line.pk]), note=str(line),
        ),
    ]  # fmt: skip


STEPS = {
    "submit": ("plan.submit", "plan_submit", True, "primary"),
    "check": ("plan.check", "plan_check", True, "primary"),
    "approve": ("plan.approve", "plan_approve", False, "primary"),
    "return": ("plan.return", "plan_return", False, "secondary"),
    "drop": ("plan.drop", "plan_drop", False, "danger"),
}


def moves_of(actor: Actor, plan: Plan) -> list[Move]:
    """Return the buttons of the steps that lifecycle and permissions allow."""
    moves = []
    if plan.state in actions.EDITABLE and may(actor, "plan.draft"):
        moves.append(Move(_("修改"), reverse("plan_edit", args=[plan.pk])))
    for name in PLAN.moves_from(plan.state):
        action, url, is_post, look = STEPS.get(name, ("", "", False, "secondary"))
        if action and visible(actor, action, Plan).filter(pk=plan.pk).exists():
            moves.append(Move(say(f"move.plan.{name}"), reverse(url, args=[plan.pk]), look, is_post))
    if plan.state == PlanState.APPROVED and may(actor, "tender.draft"):
        moves.append(Move(_("开始采购"), reverse("tender_draft", args=[plan.pk]), "primary"))
    return moves


@page("plan.draft", methods=("GET", "POST"))
def plan_draft(request: HttpRequest) -> HttpResponse:
    """Draft a plan."""
    street = office_place(request.actor, Role.HANDLER)
    kwargs = {"street": street, "rules": rules_for(street.pk, today())}
    if "need" in request.GET:
        kwargs["initial"] = _from_need(request)
    return _plan_form(request, None, kwargs)


def _from_need(request: HttpRequest) -> dict[str, Any]:
    """Return what a plan takes over from the need on whose page it was begun."""
    try:
        need = visible(request.actor, "need.view", Need).get(pk=request.GET["need"])
    except (Need.DoesNotExist, ValidationError):
        return {}
    return {"needs": [need], "communities": [need.place_id]}


@page("plan.draft", Plan, methods=("GET", "POST"))
def plan_edit(request: HttpRequest, obj: Plan) -> HttpResponse:
    """Rewrite a draft or a returned plan."""
    rules = rules_for(obj.place_id, today())
    return _plan_form(request, obj, {"street": obj.place, "rules": rules, "plan": obj})


def _plan_form(request: HttpRequest, plan: Plan | None, kwargs: dict[str, Any]) -> HttpResponse:
    form: list[PlanForm] = []

    class Kept(PlanForm):
        """Hands itself to the step below, which wants its draft."""

        def clean(self) -> dict[str, Any]:
            """Remember this form."""
            form.append(self)
            return super().clean() or self.cleaned_data

    def act(data: dict[str, Any]) -> HttpResponse:
        draft, by, now = form[-1].draft(), request.actor, request.received_at
        kept = (
            actions.edit_plan(plan, draft, by=by, now=now)
            if plan
            else actions.draft_plan(draft, by=by, now=now)
        )
        return redirect("plan_view", pk=kept.pk)

    back = reverse("plan_view", args=[plan.pk]) if plan else reverse("plan_list")
    methods = [
        (method_name(each.method), each.refusal and explain(each.refusal)) for each in _methods(plan, kwargs)
    ]
    about = {"heading": gettext("采购需求与实施计划"), "cancel_url": back, "methods": methods}
    about["to_confirm"] = to_confirm(kwargs["rules"], *USED_VALUES)
    return step_form(request, Kept, act, about=about, **kwargs)


def _methods(plan: Plan | None, kwargs: dict[str, Any]) -> tuple[Any, ...]:
    return methods_for(plan.budget_fen, kwargs["rules"]) if plan else ()


plan_submit = step_page("plan.submit", Plan, actions.submit_plan, then="plan_view")
plan_check = step_page("plan.check", Plan, actions.check_submitted_plan, then="plan_view")


@page("plan.approve", Plan, methods=("GET", "POST"))
def plan_approve(request: HttpRequest, obj: Plan) -> HttpResponse:
    """Record the decision on a plan."""

    def act(data: dict[str, Any]) -> HttpResponse:
        actions.approve_plan(obj, DecisionForm.decision(data), by=request.actor, now=request.received_at)
        return redirect("plan_view", pk=obj.pk)

    rules = rules_for(obj.place_id, today())
    about = _about(obj, gettext("登记集体决策")) | {
        "to_confirm": to_confirm(
            rules, "procurement.collective_decision_from", "procurement.decision_attendees_min"
        )
    }
    return step_form(request, DecisionForm, act, about=about, rules=rules, amount_fen=obj.budget_fen)


def _about(plan: Plan, heading: str) -> dict[str, Any]:
    lead = f"{plan.number} {plan.title} · {format_yuan(plan.budget_fen)} {gettext('元')}"
    return {"heading": heading, "lead": lead, "cancel_url": reverse("plan_view", args=[plan.pk])}


@page("plan.return", Plan, methods=("GET", "POST"))
def plan_return(request: HttpRequest, obj: Plan) -> HttpResponse:
    """Send a plan back."""

    def act(data: dict[str, Any]) -> HttpResponse:
        actions.return_plan(obj, data["reason"], by=request.actor, now=request.received_at)
        return redirect("plan_view", pk=obj.pk)

    return step_form(request, ReasonForm, act, about=_about(obj, gettext("退回修改")))


@page("plan.drop", Plan, methods=("GET", "POST"))
def plan_drop(request: HttpRequest, obj: Plan) -> HttpResponse:
    """Give a plan up."""

    def act(data: dict[str, Any]) -> HttpResponse:
        actions.drop_plan(obj, data["reason"], by=request.actor, now=request.received_at)
        return redirect("plan_view", pk=obj.pk)

    return step_form(
        request, ReasonForm, act, about=_about(obj, gettext("放弃采购计划")) | {"submit_look": "danger"}
    )
