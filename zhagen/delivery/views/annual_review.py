"""Pages of annual reviews: the advice term by term, the decision on record, what follows from it."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from zhagen.core.indicators.registry import INDICATORS
from zhagen.core.lifecycle.annual_review import Advice, AnnualReviewState
from zhagen.core.trace import trace_from_dict
from zhagen.core.types import Actor
from zhagen.delivery.actions import annual_review as actions
from zhagen.delivery.actions import renewal
from zhagen.delivery.models import AnnualReview
from zhagen.delivery.views.judging_words import contract_crumbs, indicator_label, shown, span, to_measure
from zhagen.delivery.views.trace_rows import trace_line
from zhagen.parties.story import named_story
from zhagen.platform.fields import ChipField, DayField, LongTextField
from zhagen.platform.forms import answer_form
from zhagen.platform.lists import Listing, answer_list
from zhagen.platform.pages import page, step_page
from zhagen.platform.parts import Move
from zhagen.platform.scope import visible
from zhagen.platform.tables import Column
from zhagen.platform.texts import say
from zhagen.procurement.models import BudgetLine, Contract
from zhagen.procurement.views.buying import method_name

COLUMNS = (
    Column("contract", "合同", "Contract"),
    Column("agency", "机构", "Agency"),
    Column("year", "服务年度", "Year", "int"),
    Column("state", "状态", "State"),
    Column("advice", "建议", "Advice"),
    Column("decision", "决定", "Decision"),
    Column("due_on", "应于", "Due", "date"),
)
STEP = "delivery/judging/step.html"


def advice_name(code: str) -> str:
    """Return the name of an advice or a decision."""
    return say(f"advice.{code or 'none'}")


def _row(review: AnnualReview) -> dict[str, object]:
    return {
        "contract": review.contract.title,
        "agency": review.contract.agency.name,
        "year": review.year,
        "state": review.state,
        "advice": advice_name(review.advice),
        "decision": advice_name(review.decision) if review.decision else "",
        "due_on": review.due_on,
    }


@page("annual_review.list")
def annual_review_list(request: HttpRequest) -> HttpResponse:
    """List the annual reviews the reader may see."""
    rows = visible(request.actor, "annual_review.list", AnnualReview).select_related("contract__agency")
    return answer_list(
        request,
        Listing(
            title=("年度考核续签", "Annual reviews"),
            columns=COLUMNS,
            rows=rows,
            row_of=_row,
            url_of=lambda review: reverse("annual_review_view", args=[review.pk]),
            states={"state": "annual_review"},
            empty=_("还没有年度考核。合同年度期满前系统自动开启，提前完成指标不提前考核。"),
        ),
    )


@page("annual_review.open", Contract, methods=("POST",))
def annual_review_open(request: HttpRequest, obj: Contract) -> HttpResponse:
    """Open the review that is due."""
    review = actions.open_review(obj, by=request.actor, now=request.received_at)
    return redirect("annual_review_view", pk=review.pk)


@page("annual_review.view", AnnualReview)
def annual_review_view(request: HttpRequest, obj: AnnualReview) -> HttpResponse:
    """Show the advice term by term with its trace, the decision and what follows."""
    trace = obj.trace.get("trace")
    return render(
        request,
        "delivery/annual_review/view.html",
        {
            **_shown(obj),
            "moves": _moves(request.actor, obj),
            "line": trace_line(trace_from_dict(trace), request.actor) if trace else None,
            "steps": named_story(obj),
            "crumbs": [(_t("年度考核续签"), reverse("annual_review_list")), (obj.contract.title, "")],
        },
    )


@page("annual_review.public", AnnualReview)
def annual_review_public(request: HttpRequest, obj: AnnualReview) -> HttpResponse:
    """Show everybody the decision, its grounds, and the reason where it differs from the advice."""
    return render(request, "delivery/annual_review/public.html", _shown(obj))


def _shown(review: AnnualReview) -> dict[str, Any]:
    return {
        "review": review,
        "contract": review.contract,
        "advice": advice_name(review.advice),
        "decision": advice_name(review.decision) if review.decision else "",
        "terms": [_term(each) for each in review.trace.get("terms", ())],
        "unknown": _unknown(review),
        "differs": bool(review.decision) and review.decision != review.advice,
        "corrections": review.corrections.splitlines(),
    }


def _unknown(review: AnnualReview) -> dict[str, Any] | None:
    """Return why nothing can be advised yet, and what to measure; None where there is an advice."""
    code = "renewal.not_yet_known"
    found = [each["figures"] for each in review.trace.get("reasons", ()) if each["code"] == code]
    if not found:
        return None
    return {"why": say(code, **found[0]), "missing": to_measure(review.trace["missing"])}


def _term(each: dict[str, Any]) -> dict[str, Any]:
    unit = INDICATORS[each["indicator"]].unit
    sign = "≥" if each["at_least"] else "≤"
    return {
        "label": indicator_label(each["indicator"]),
        "value": shown(each["value"], unit),
        "interval": span(each["low"], each["high"], unit),
        "threshold": f"{sign} {shown(each['threshold'], unit)}",
        "verdict": say(f"verdict.{each['verdict']}"),
        "advice": advice_name(each["advice"]),
    }


FOLLOWS = {
    Advice.RENEW: ("renewal", _("起草续签合同"), False),
    Advice.REPROCURE: ("plan", _("开始新的采购计划"), False),
    Advice.NOT_RENEW: ("let_end", _("进入交接"), True),
}


def _moves(actor: Actor, review: AnnualReview) -> list[Move]:
    def may_do(step: str) -> bool:
        return visible(actor, f"annual_review.{step}", AnnualReview).filter(pk=review.pk).exists()

    def at(name: str) -> str:
        return reverse(f"annual_review_{name}", args=[review.pk])

    if review.state != AnnualReviewState.DECIDED:
        moves = []
        if may_do("decide"):
            moves.append(Move(say("move.annual_review.decide"), at("decide"), "primary"))
        if may_do("advise"):
            moves.append(Move(say("move.annual_review.advise"), at("advise"), is_post=True))
        return moves
    moves = [Move(_("公开页面"), at("public"))]
    is_done = review.renewal_id or review.plan_id or review.contract.state == "ending"
    if review.decision == Advice.CORRECT and review.corrected_on is None and may_do("check_correction"):
        moves.insert(0, Move(_("核实整改"), at("correction"), "primary"))
    follow = FOLLOWS.get(Advice(review.decision))
    if follow and not is_done and may_do("carry_out"):
        moves.insert(0, Move(follow[1], at(follow[0]), "primary", is_post=follow[2]))
    return moves


annual_review_advise = step_page(
    "annual_review.advise", AnnualReview, actions.advise, then="annual_review_view"
)


@page("annual_review.carry_out", AnnualReview, methods=("POST",))
def annual_review_let_end(request: HttpRequest, obj: AnnualReview) -> HttpResponse:
    """Open the hand-over of a contract that is not renewed."""
    contract = renewal.let_end(obj, by=request.actor, now=request.received_at)
    return redirect("contract_view", pk=contract.pk)


class RulingForm(forms.Form):
    """What the minutes say."""

    decision = ChipField(label=_("决定"))
    body = forms.CharField(label=_("会议"), max_length=60, help_text=_("如：党工委会、办公会"))
    number = forms.CharField(label=_("纪要编号"), max_length=60)
    decided_on = DayField(label=_("会议日期"))
    attendees = forms.CharField(label=_("参会人员"), max_length=300)
    differs_reason = LongTextField(
        label=_("与建议不同的理由"),
        required=False,
        max_length=1000,
        help_text=_("与建议不同时必填，会公开。"),
    )
    corrections = LongTextField(
        label=_("限期整改事项"), required=False, max_length=1000, help_text=_("每行一项。")
    )
    correct_by_on = DayField(label=_("整改期限"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["decision"].choices = [(each.value, advice_name(each.value)) for each in Advice]


@page("annual_review.decide", AnnualReview, methods=("GET", "POST"))
def annual_review_decide(request: HttpRequest, obj: AnnualReview) -> HttpResponse:
    """Record what the office decided together."""

    def act(data: dict[str, Any]) -> HttpResponse:
        ruling = actions.Ruling(**{**data, "decision": Advice(data["decision"])})
        actions.decide_review(obj, ruling, by=request.actor, now=request.received_at)
        return redirect("annual_review_view", pk=obj.pk)

    lead = _t("系统建议：%(advice)s") % {"advice": advice_name(obj.advice)}
    if unknown := _unknown(obj):
        lead = f"{lead} · {unknown['why']}"
    return answer_form(request, RulingForm, act, STEP, _step(obj, _("登记集体决定"), lead))


def _step(review: AnnualReview, heading: object, lead: str = "") -> dict[str, Any]:
    back = reverse("annual_review_view", args=[review.pk])
    crumbs = contract_crumbs(review.contract, (_t("年度考核续签"), back), (heading, ""))
    return {"heading": heading, "lead": lead or review.contract.title, "cancel_url": back, "crumbs": crumbs}


class RenewalForm(forms.Form):
    """Number of the renewal."""

    number = forms.CharField(label=_("新合同编号"), max_length=60)


@page("annual_review.carry_out", AnnualReview, methods=("GET", "POST"))
def annual_review_renewal(request: HttpRequest, obj: AnnualReview) -> HttpResponse:
    """Draft the renewal from the former contract."""

    def act(data: dict[str, Any]) -> HttpResponse:
        made = renewal.draft_renewal(obj, data["number"], by=request.actor, now=request.received_at)
        return redirect("contract_view", pk=made.pk)

    months = renewal.renewal_months(obj.contract, request.received_at)
    note = _t("沿用原合同条款，续签 %(months)s 个月。") % {"months": months}
    context = {**_step(obj, _("起草续签合同")), "note": note}
    return answer_form(request, RenewalForm, act, STEP, context)


class PlanForm(forms.Form):
    """Where the money of the new plan stands."""

    budget_line = forms.ModelChoiceField(label=_("预算项目"), queryset=BudgetLine.objects.none())
    method = forms.ChoiceField(label=_("采购方式"))

    def __init__(self, *args: Any, review: AnnualReview, methods: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lines = BudgetLine.objects.filter(place_id=review.contract.place_id)
        self.fields["budget_line"].queryset = lines
        self.fields["method"].choices = [(each, method_name(each)) for each in methods]


@page("annual_review.carry_out", AnnualReview, methods=("GET", "POST"))
def annual_review_plan(request: HttpRequest, obj: AnnualReview) -> HttpResponse:
    """Begin the plan of a new purchase."""

    def act(data: dict[str, Any]) -> HttpResponse:
        made = renewal.start_replan(obj, **data, by=request.actor, now=request.received_at)
        return redirect("plan_view", pk=made.pk)

    rules = actions.rules_of(obj.contract, request.received_at)
    methods = list(rules.texts("tender.light_methods"))
    context = _step(obj, _("开始新的采购计划"))
    return answer_form(request, PlanForm, act, STEP, context, review=obj, methods=methods)


class CorrectionForm(forms.Form):
    """What was found of the corrections."""

    found = LongTextField(label=_("核实情况"), max_length=1000)
    corrected_on = DayField(label=_("核实日期"))


@page("annual_review.check_correction", AnnualReview, methods=("GET", "POST"))
def annual_review_correction(request: HttpRequest, obj: AnnualReview) -> HttpResponse:
    """Note what was found of the corrections."""

    def act(data: dict[str, Any]) -> HttpResponse:
        actions.note_correction(obj, **data, by=request.actor, now=request.received_at)
        return redirect("annual_review_view", pk=obj.pk)

    context = {**_step(obj, _("核实整改")), "note": obj.corrections}
    return answer_form(request, CorrectionForm, act, STEP, context)
