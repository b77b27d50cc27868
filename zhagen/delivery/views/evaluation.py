"""Pages of evaluations: the commission, the draw that anyone checks, the result with its trace, the review."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from zhagen.audit.story import story
from zhagen.core.draws import commit
from zhagen.core.errors import RuleError
from zhagen.core.lifecycle.evaluation import EVALUATION, EvaluationState
from zhagen.core.permissions import may
from zhagen.core.trace import trace_from_dict
from zhagen.core.types import Actor
from zhagen.delivery.actions import evaluation as actions
from zhagen.delivery.actions import evaluation_result as results
from zhagen.delivery.actions import evaluation_review as reviews
from zhagen.delivery.models import Evaluation
from zhagen.delivery.views.common import folded
from zhagen.delivery.views.judging_words import contract_crumbs, item_rows, shown, span, to_measure
from zhagen.delivery.views.trace_rows import trace_line
from zhagen.parties.models import Door, Organisation
from zhagen.parties.rules import rules_for
from zhagen.platform.clock import today
from zhagen.platform.fields import DayField, LongTextField
from zhagen.platform.forms import answer_form
from zhagen.platform.lists import Listing, answer_list
from zhagen.platform.pages import page, step_page
from zhagen.platform.parts import Figure, Move
from zhagen.platform.scope import visible
from zhagen.platform.tables import Column
from zhagen.platform.texts import say
from zhagen.procurement.models import Contract

COLUMNS = (
    Column("number", "编号", "Number"),
    Column("contract", "合同", "Contract"),
    Column("agency", "机构", "Agency"),
    Column("evaluator", "评估机构", "Evaluator"),
    Column("state", "状态", "State"),
    Column("period_until", "评估期止", "Period until", "date"),
)
WHOLE_BP = 10_000


def _row(evaluation: Evaluation) -> dict[str, object]:
    return {
        "number": evaluation.number,
        "contract": evaluation.contract.title,
        "agency": evaluation.contract.agency.name,
        "evaluator": evaluation.evaluator.name,
        "state": evaluation.state,
        "period_until": evaluation.period_until,
    }


@page("evaluation.list")
def evaluation_list(request: HttpRequest) -> HttpResponse:
    """List the evaluations the reader may see; no scores side by side, since there is no ranking."""
    rows = visible(request.actor, "evaluation.list", Evaluation)
    return answer_list(
        request,
        Listing(
            title=("服务评估", "Evaluations"),
            columns=COLUMNS,
            rows=rows.select_related("contract__agency", "evaluator"),
            row_of=_row,
            url_of=lambda evaluation: reverse("evaluation_view", args=[evaluation.pk]),
            states={"state": "evaluation"},
            empty=_("还没有评估。经办人在合同页面点“安排评估”。"),
        ),
    )


class PlanForm(forms.Form):
    """What a handler commissions."""

    evaluator = forms.ModelChoiceField(label=_("评估机构"), queryset=Organisation.objects.none())
    commission_no = forms.CharField(
        label=_("评估委托书或合同编号"), max_length=60, help_text=_("评估由评估机构按自己的合同承担。")
    )
    period_from = DayField(label=_("评估期起"))
    period_until = DayField(label=_("评估期止"), help_text=_("抽签承诺在这一天之前公布。"))
    notice_on = DayField(label=_("张贴告知日期"))
    ask_until = DayField(label=_("抽访截止"))
    phone = forms.CharField(label=_("街道座机"), max_length=30, help_text=_("印在告知上，居民可以打来核实。"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["evaluator"].queryset = Organisation.objects.filter(kind=Organisation.Kind.EVALUATOR)


@page("evaluation.plan", Contract, methods=("GET", "POST"))
def evaluation_plan(request: HttpRequest, obj: Contract) -> HttpResponse:
    """Commission an evaluator; who has ties is named, and how often each has judged this agency."""

    def act(data: dict[str, Any]) -> HttpResponse:
        plan = actions.EvaluationPlan(contract=obj, **data)
        evaluation = actions.plan_evaluation(plan, by=request.actor, now=request.received_at)
        return redirect("evaluation_view", pk=evaluation.pk)

    rules = rules_for(obj.place_id, today())
    doors = Door.objects.filter(place__in=obj.communities.all()).count()
    context = {
        "heading": _("安排评估"),
        "lead": obj.title,
        "crumbs": contract_crumbs(obj, (_t("安排评估"), "")),
        "cancel_url": reverse("contract_view", args=[obj.pk]),
        "size": actions.size_for(doors, rules) if doors else None,
        "doors": doors,
        "may_add_doors": may(request.actor, "door.add"),
        "candidates": [
            (
                each.name,
                actions.times_judged(each, obj.agency),
                bool(actions.ties_of(each, obj.agency, today(), rules)),
            )
            for each in Organisation.objects.filter(kind=Organisation.Kind.EVALUATOR)
        ],
    }
    initial = {"period_from": obj.starts_on, "period_until": obj.ends_on}
    return answer_form(
        request, PlanForm, act, "delivery/evaluation/plan.html", context, initial=initial
    )  # fmt: skip


@page("evaluation.view", Evaluation)
def evaluation_view(request: HttpRequest, obj: Evaluation) -> HttpResponse:
    """Show one evaluation: its commission, how far the asking is, the result and its review."""
    result = obj.result
    return render(
        request,
        "delivery/evaluation/view.html",
        {
            "evaluation": obj,
            "contract": obj.contract,
            "facts": _facts(obj),
            "figures": _figures(obj),
            "items": item_rows(result),
            "buildings": _buildings(result),
            "response": result.get("response", {}),
            "band": say(f"band.{result['band']}") if result.get("band") else "",
            "band_unsure": _band_unsure(result),
            "measured": _measured(result),
            "ungraded": _ungraded(result),
            "moves": _moves(request.actor, obj),
            "revisions": obj.revisions.all(),
            "steps": folded(story(obj))[-40:],
            "crumbs": [(_t("服务评估"), reverse("evaluation_list")), (obj.number, "")],
        },
    )


def _facts(evaluation: Evaluation) -> list[tuple[object, object]]:
    return [
        (_("评估机构"), evaluation.evaluator.name),
        (_("委托书或合同编号"), evaluation.commission_no),
        (_("评估期"), f"{evaluation.period_from} – {evaluation.period_until}"),
        (_("告知张贴"), evaluation.notice_on),
        (_("抽访截止"), evaluation.ask_until),
        (_("街道座机"), evaluation.phone),
        (_("申请复核截止"), evaluation.review_until),
    ]


def _figures(evaluation: Evaluation) -> list[Figure]:
    asked = evaluation.sampled.all()
    figures = []
    if evaluation.state != EvaluationState.PLANNED:
        heard = asked.filter(answered_at__isnull=False).count()
        figures.append(
            Figure(_("已答户数"), heard, _("户"), note=_t("抽中 %(drawn)s 户") % {"drawn": asked.count()})
        )
    result = evaluation.result
    if result.get("score_bp") is not None:
        url = reverse("evaluation_trace", args=[evaluation.pk])
        between = span(result["low_bp"], result["high_bp"], "bp")
        figures.append(
            Figure(_("评估得分"), shown(result["score_bp"], "bp"), url=url, note=_t("90% 区间 ") + between)
        )
    return figures


def _buildings(result: dict[str, Any]) -> list[tuple[str, int, object]]:
    return [
        (name.partition("/")[2], row["doors"], "—" if row["answers"] is None else row["answers"])
        for name, row in result.get("buildings", {}).items()
    ]


def _measured(result: dict[str, Any]) -> str:
    """Return the weight that the score rests on, where some of its items have no data."""
    is_partly = result.get("band") and result["measured_bp"] < WHOLE_BP
    return shown(result["measured_bp"], "bp") if is_partly else ""


def _ungraded(result: dict[str, Any]) -> dict[str, Any] | None:
    """Return why a result has no grade, and what to measure; None where it has one."""
    if not result or result["band"]:
        return None
    shares = {name: shown(result[name], "bp") for name in ("measured_bp", "measured_min_bp")}
    return {**shares, "missing": to_measure(result["missing"])}


def _band_unsure(result: dict[str, Any]) -> str:
    ends = {result.get("band_low", ""), result.get("band_high", "")} - {""}
    return "–".join(say(f"band.{band}") for band in sorted(ends)) if len(ends) > 1 else ""


POSTS = {"draw": "draw", "start_asking": "ask", "draft_result": "draft", "finalise": "finalise"}
FORMS = {step: step for step in ("request_review", "explain_review", "answer_review")}


def _moves(actor: Actor, evaluation: Evaluation) -> list[Move]:
    def may_do(step: str) -> bool:
        return visible(actor, f"evaluation.{step}", Evaluation).filter(pk=evaluation.pk).exists()

    moves = _asking_moves(evaluation) if may_do("ask") else []
    for move in EVALUATION.moves_from(evaluation.state):
        if _is_open(move, evaluation) and may_do(POSTS.get(move) or FORMS[move]):
            url = reverse(f"evaluation_{move}", args=[evaluation.pk])
            moves.append(Move(say(f"move.evaluation.{move}"), url, "primary", is_post=move in POSTS))
    if evaluation.drafted_at:
        moves.append(Move(_("逐项追溯"), reverse("evaluation_trace", args=[evaluation.pk])))
        moves.append(Move(_("核对抽签"), reverse("evaluation_check_draw", args=[evaluation.pk])))
    if evaluation.state == EvaluationState.FINAL:
        waits = evaluation.revisions.filter(signed_at=None).exists()
        if not waits and may_do("revise"):
            moves.append(Move(_("提出更正"), reverse("evaluation_revise", args=[evaluation.pk])))
        if waits and may_do("sign_revision"):
            url = reverse("evaluation_sign_revision", args=[evaluation.pk])
            moves.append(Move(_("签认更正"), url, "primary", is_post=True))
    return moves


def _is_open(move: str, evaluation: Evaluation) -> bool:
    """Whether a move of the review has its turn: the evaluator's account once, the street's answer after it."""
    if move == "request_review":
        return evaluation.review_asked_at is None
    if move == "explain_review":
        return evaluation.review_account_at is None
    return move != "answer_review" or reviews.may_be_answered(evaluation, today())


def _asking_moves(evaluation: Evaluation) -> list[Move]:
    moves = []
    if evaluation.state == EvaluationState.ASKING:
        moves.append(Move(_("门牌与答卷"), reverse("evaluation_doors", args=[evaluation.pk]), "primary"))
    if evaluation.state in (EvaluationState.DRAWN, EvaluationState.ASKING):
        moves.append(Move(_("打印告知信"), reverse("evaluation_letters", args=[evaluation.pk])))
    return moves


def _post(step: str, act: Any) -> Any:
    return step_page(f"evaluation.{step}", Evaluation, act, then="evaluation_view")


evaluation_draw = _post("draw", actions.draw_sample)
evaluation_start_asking = _post("ask", actions.start_asking)
evaluation_draft_result = _post("draft", results.draft_result)
evaluation_finalise = _post("finalise", results.finalise)
evaluation_sign_revision = _post("sign_revision", results.sign_revision)


class WordsForm(forms.Form):
    """Grounds of a step."""

    words = LongTextField(label=_("理由或答复"), max_length=1000, help_text=_("写清是哪一项、依据是什么。"))


class AccountForm(forms.Form):
    """The evaluator's account in a review."""

    words = LongTextField(
        label=_("情况说明"), max_length=2000,
        help_text=_("逐条写明怎样抽访、怎样核对。机构和街道都会看到，不写门牌、姓名和单户的回答。"),
    )  # fmt: skip


def _with_words(step: str, title: object, act: Any, form: type[forms.Form] = WordsForm) -> Any:
    @page(f"evaluation.{step}", Evaluation, methods=("GET", "POST"))
    def view(request: HttpRequest, obj: Evaluation) -> HttpResponse:
        back = reverse("evaluation_view", args=[obj.pk])

        def done(data: dict[str, Any]) -> HttpResponse:
            act(obj, data["words"], by=request.actor, now=request.received_at)
            return redirect(back)

        crumbs = [(_t("服务评估"), reverse("evaluation_list")), (obj.number, back), (title, "")]
        context = {
            "heading": title,
            "lead": obj.contract.title,
            "evaluation": obj if obj.review_asked_at else None,
            "crumbs": crumbs,
            "cancel_url": back,
        }
        return answer_form(request, form, done, "delivery/evaluation/words.html", context)

    return view


evaluation_request_review = _with_words("request_review", _("申请复核"), reviews.request_review)
evaluation_explain_review = _with_words("explain_review", _("说明情况"), reviews.explain_review, AccountForm)
evaluation_answer_review = _with_words("answer_review", _("答复复核"), reviews.answer_review)
evaluation_revise = _with_words("revise", _("提出更正"), results.revise_result)


@page("evaluation.trace", Evaluation)
def evaluation_trace(request: HttpRequest, obj: Evaluation) -> HttpResponse:
    """Show each figure of the result down to its source rows."""
    trace = obj.result.get("trace")
    back = reverse("evaluation_view", args=[obj.pk])
    return render(
        request,
        "delivery/judging/trace.html",
        {
            "heading": _("逐项追溯"),
            "lead": obj.contract.title,
            "line": trace_line(trace_from_dict(trace), request.actor) if trace else None,
            "digest": obj.result_digest,
            "crumbs": [
                (_t("服务评估"), reverse("evaluation_list")),
                (obj.number, back),
                (_t("逐项追溯"), ""),
            ],
        },
    )


@page("evaluation.check_draw", Evaluation)
def evaluation_check_draw(request: HttpRequest, obj: Evaluation) -> HttpResponse:
    """Let anyone run the draw of the doors again: commitment, seed, public text, list of doors."""
    doors = sorted(actions.frame_of(obj.contract))
    drawn = [
        f"{each.door.place_id}/{each.door.building}/{each.door.number}"
        for each in obj.sampled.select_related("door")
    ]
    return render(
        request,
        "delivery/evaluation/check_draw.html",
        {
            "evaluation": obj,
            "doors": doors,
            "drawn_count": len(drawn),
            "is_sound": _is_sound(obj, doors, drawn),
            "crumbs": [(obj.number, ""), (_t("核对抽签"), "")],
        },
    )


def _is_sound(evaluation: Evaluation, doors: list[str], drawn: list[str]) -> bool:
    try:
        is_committed = commit(bytes.fromhex(evaluation.draw_seed)) == evaluation.draw_commitment
        is_same_list = actions.frame_digest(doors) == evaluation.frame_digest
        return is_committed and is_same_list and actions.chosen_doors(evaluation, doors) == drawn
    except (RuleError, ValueError):
        return False
