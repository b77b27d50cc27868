"""Pages of the portrait, the budget self-evaluation and the list of doors."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from zhagen.core.money import format_yuan
from zhagen.core.scoring.portrait import Part, Portrait
from zhagen.core.scoring.self_evaluation import FormLine
from zhagen.delivery import self_form
from zhagen.delivery.actions import self_evaluation as actions
from zhagen.delivery.models import SelfEvaluation
from zhagen.delivery.portrait import portrait_of, portrait_period, public_portrait_of
from zhagen.delivery.views.judging_words import (
    contract_crumbs,
    indicator_label,
    range_svg,
    shown,
    span,
)
from zhagen.delivery.views.trace_rows import trace_line
from zhagen.parties.actor import user_of
from zhagen.parties.rules import rules_for
from zhagen.platform.clock import today
from zhagen.platform.documents import fill_document, in_chinese
from zhagen.platform.fields import LongTextField
from zhagen.platform.forms import answer_form
from zhagen.platform.lists import Listing, answer_list, file_answer
from zhagen.platform.pages import page
from zhagen.platform.scope import visible
from zhagen.platform.tables import Column, Table
from zhagen.platform.texts import listed, say
from zhagen.procurement.models import Contract
from zhagen.procurement.terms_words import promise_name

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
STEP = "delivery/judging/step.html"


def _parts(portrait: Portrait) -> list[dict[str, Any]]:
    return [_part(each) for each in portrait.parts]


def _part(part: Part) -> dict[str, Any]:
    name, between = say(f"part.{part.name.value}"), span(part.low_bp, part.high_bp, "bp")
    value = shown(part.value_bp, "bp")
    return {
        "name": name,
        "value": value if part.value_bp is not None else _t("数据不足，看不出"),
        "interval": between,
        "svg": range_svg((part.low_bp, part.value_bp, part.high_bp), f"{name} {value} ({between})"),
        "held_back": listed(indicator_label(each) for each in part.held_back),
    }


@page("portrait.view", Contract)
def portrait_view(request: HttpRequest, obj: Contract) -> HttpResponse:
    """Show the four parts with their intervals and what each rests on."""
    portrait = portrait_of(obj, today(), rules_for(obj.place_id, today()))
    context = {
        "contract": obj,
        "period": portrait_period(obj, today()),
        "parts": _parts(portrait),
        "lines": [trace_line(part.trace, request.actor) for part in portrait.parts],
        "crumbs": contract_crumbs(obj, (_t("社区扎根度"), "")),
    }
    return render(request, "delivery/portrait/view.html", context)


@page("portrait.public", Contract)
def portrait_public(request: HttpRequest, obj: Contract) -> HttpResponse:
    """Show everybody the four parts, without what too few people said."""
    portrait = public_portrait_of(obj, today(), rules_for(obj.place_id, today()))
    context = {
        "contract": obj,
        "period": portrait_period(obj, today()),
        "parts": _parts(portrait),
        "lines": [],
        "crumbs": [(obj.title, reverse("contract_public_view", args=[obj.pk])), (_t("社区扎根度"), "")],
    }
    return render(request, "delivery/portrait/view.html", context)


COLUMNS = (
    Column("contract", "合同", "Contract"),
    Column("year", "预算年度", "Budget year", "int"),
    Column("score_bp", "自评得分", "Score", "percent_bp"),
    Column("made_on", "填表日期", "Made on", "date"),
)


def _row(form: SelfEvaluation) -> dict[str, object]:
    return {
        "contract": form.contract.title,
        "year": form.budget_year,
        "score_bp": form.score_bp,
        "made_on": form.made_at.date(),
    }


@page("self_evaluation.list")
def self_evaluation_list(request: HttpRequest) -> HttpResponse:
    """List the budget unit's own forms."""
    rows = visible(request.actor, "self_evaluation.list", SelfEvaluation).select_related("contract")
    return answer_list(
        request,
        Listing(
            title=("项目支出绩效自评", "Budget self-evaluations"),
            columns=COLUMNS,
            rows=rows,
            row_of=_row,
            url_of=lambda form: reverse("self_evaluation_view", args=[form.pk]),
            empty=_("还没有自评表。在合同页面点“填绩效自评表”，数字自动带出。"),
        ),
    )


def line_name(key: str) -> str:
    """Return the name of a line of the form."""
    subhead, _dot, rest = key.partition(".")
    if subhead == "quantity":
        return f"{say('subhead.quantity')} · {promise_name(rest)}"
    return say(f"subhead.{rest or subhead}")


class FormForm(forms.Form):
    """Words, ratings of what nothing counts, reasons for what lies off its target."""

    goal = LongTextField(label=_("年度总体目标"), max_length=1000, rows=3)
    goal_result = LongTextField(label=_("总体目标完成情况"), max_length=1000, rows=3)

    def __init__(self, *args: Any, prepared: self_form.PreparedForm, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for each in prepared.lines:
            name = line_name(each.key)
            if each.line is None:
                self.fields[f"rate-{each.key}"] = forms.IntegerField(
                    label=_t("%(name)s：得分率（%%）") % {"name": name},
                    min_value=0,
                    max_value=100,
                    help_text=_("达成 80–100，部分达成 60–80，未达成 0–60。"),
                )
            self.fields[f"why-{each.key}"] = forms.CharField(
                label=_t("%(name)s：偏差原因和改进") % {"name": name}, required=False, max_length=300
            )
        self.fields["remarks"] = LongTextField(label=_("说明"), required=False, max_length=1000, rows=3)


def words_of(data: dict[str, Any]) -> actions.FormWords:
    """Return what was written from what the form cleaned."""
    return actions.FormWords(
        goal=data["goal"],
        goal_result=data["goal_result"],
        ratings={key[5:]: value * 100 for key, value in data.items() if key.startswith("rate-")},
        reasons={key[4:]: value for key, value in data.items() if key.startswith("why-")},
        remarks=data["remarks"],
    )


@page("self_evaluation.make", Contract, methods=("GET", "POST"))
def self_evaluation_make(request: HttpRequest, obj: Contract, year: int) -> HttpResponse:
    """Make the form of a budget year, its figures already in it."""
    if not obj.starts_on.year <= year <= obj.ends_on.year:
        raise Http404
    rules = actions.rules_on(obj, request.received_at)
    prepared = self_form.prepare(obj, year, rules)

    def act(data: dict[str, Any]) -> HttpResponse:
        made = actions.make_self_evaluation(
            obj, year, words_of(data), by=request.actor, now=request.received_at
        )
        return redirect("self_evaluation_view", pk=made.pk)

    context = {
        "heading": _t("%(year)s 年度绩效自评") % {"year": year},
        "lead": obj.title,
        "budget": format_yuan(prepared.budget_fen),
        "spent": format_yuan(prepared.spent_fen),
        "lines": [
            (line_name(each.key), each.weight_bp, each.line.target, each.line.actual)
            for each in prepared.lines
            if isinstance(each.line, FormLine)
        ],
        "cancel_url": reverse("contract_view", args=[obj.pk]),
        "crumbs": contract_crumbs(obj, (_t("绩效自评"), "")),
    }
    return answer_form(
        request, FormForm, act, "delivery/self_evaluation/make.html", context, prepared=prepared
    )  # fmt: skip


@page("self_evaluation.view", SelfEvaluation)
def self_evaluation_view(request: HttpRequest, obj: SelfEvaluation) -> HttpResponse:
    """Show the form; `?format=docx` fills the office's own paper, `xlsx` gives its lines."""
    wanted = request.GET.get("format", "")
    if wanted == "docx":
        filled = fill_document("delivery/self_evaluation", _paper(obj, request), office=obj.contract.place_id)
        answer = HttpResponse(filled.content, content_type=WORD)
        answer["Content-Disposition"] = f'attachment; filename="self-evaluation-{obj.budget_year}.docx"'
        return answer
    if wanted == "xlsx":
        return file_answer(_table(obj), "xlsx")
    context = {
        "form": obj,
        "rows": _lines(obj),
        "result": obj.result,
        "band": say(f"band.{obj.result['band']}"),
        "crumbs": [(_t("绩效自评"), reverse("self_evaluation_list")), (obj.contract.title, "")],
    }
    return render(request, "delivery/self_evaluation/view.html", context)


def _lines(form: SelfEvaluation) -> list[dict[str, Any]]:
    return [
        {
            "head": say(f"head.{each['head']}"),
            "subhead": say(f"subhead.{each['subhead']}"),
            "name": line_name(each["key"]),
            "target": "" if each["target"] is None else str(each["target"]),
            "actual": _t("评定") if each["actual"] is None else str(each["actual"]),
            "points": f"{each['weight_bp'] / 100:g}",
            "score": f"{each['score_bp'] / 100:.2f}",
            "reason": each["reason"],
        }
        for each in form.result["lines"]
    ]


TABLE_COLUMNS = (
    Column("head", "一级指标", "Head"),
    Column("subhead", "二级指标", "Subhead"),
    Column("name", "指标", "Indicator"),
    Column("target", "目标值", "Target"),
    Column("actual", "实际值", "Actual"),
    Column("points", "分值", "Points"),
    Column("score", "得分", "Score"),
    Column("reason", "偏差原因和改进", "Reason"),
)


def _table(form: SelfEvaluation) -> Table:
    return Table(("项目支出绩效自评表", "Budget self-evaluation"), TABLE_COLUMNS, _lines(form), as_of=today())


@in_chinese
def _paper(form: SelfEvaluation, request: HttpRequest) -> dict[str, Any]:
    contract, result = form.contract, form.result
    budget, spent = result["budget_fen"], result["spent_fen"]
    writer = form.made_by or user_of(request.actor)
    return {
        "budget_year": form.budget_year,
        "project_title": contract.title,
        "authority": None,
        "office": contract.place.name,
        "budget_fen": budget,
        "spent_fen": spent,
        "spent_share_bp": spent * 10_000 // budget,
        "goal": form.goal,
        "goal_result": form.goal_result,
        "indicators": _lines(form),
        "points": 100,
        "score": f"{(form.score_bp or 0) / 100:.2f}",
        "remarks": form.remarks,
        "unverified_note": _t("指标权重和等次分界含待核实的规则值。"),
        "handler": writer.name if writer else None,
        "handler_phone": None,
        "written_on": form.made_at.date(),
    }
