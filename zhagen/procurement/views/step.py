"""The checklist of a statutory purchase, and the upload of papers to the archive folder."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhagen.core.rulebook.values import show_value
from zhagen.platform.fields import DayField
from zhagen.platform.pages import page
from zhagen.platform.texts import language, say
from zhagen.procurement.actions import step as actions
from zhagen.procurement.actions.folder import PaperDraft, file_paper, paper_kinds
from zhagen.procurement.actions.paper import take_file
from zhagen.procurement.actions.plan_paper import plan_document
from zhagen.procurement.actions.tender_paper import tender_document
from zhagen.procurement.models import Paper, Plan, Tender, TenderStep
from zhagen.procurement.views.buying import method_name, paper_lines, step_form


@page("tender.step", Tender, methods=("GET", "POST"))
def tender_steps(request: HttpRequest, obj: Tender) -> HttpResponse:
    """Show the steps with due dates; the button lays them out."""
    if request.method == "POST":
        actions.list_steps(obj, by=request.actor, now=request.received_at)
        return redirect("tender_steps", pk=obj.pk)
    steps = [(each, actions.step_kinds()[each.code]) for each in obj.steps.select_related("paper")]
    context = {
        "tender": obj,
        "plan": obj.plan,
        "method": method_name(obj.method),
        "steps_list": [
            (each, kind, kind.zh if language() == "zh" else kind.en, actions.is_late(each))
            for each, kind in steps
        ],
        "clocks": _clocks(obj, request),
        "folder": paper_lines(obj.plan, obj),
        "may_add_paper": True,
    }
    return render(request, "procurement/tender/steps.html", context)


CLOCKS = (
    "challenge.window",
    "challenge.answer_max",
    "challenge.complaint_window",
    "challenge.complaint_decision_max",
    "challenge.pause_max",
)
"""Periods of query and complaint that a statutory purchase may run into."""


def _clocks(tender: Tender, request: HttpRequest) -> list[tuple[str, str, str]]:
    """Return further periods of the law for this method: name, length, source."""
    rules = actions.rules_in(tender, request.received_at)
    names = (rules.keyed("tender", tender.method, "clarification_min"), *CLOCKS)
    values = [rules.value(name) for name in names]
    return [
        (each.label(language()), f"{show_value(each.value)} {say(f'unit.{each.unit}')}", each.source)
        for each in values
    ]


class TickForm(forms.Form):
    """When a step was done and which paper shows it."""

    done_on = DayField(label=_("完成日期"))
    paper = forms.ModelChoiceField(label=_("证明材料"), queryset=Paper.objects.none())

    def __init__(self, *args: Any, plan: Plan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["paper"].queryset = Paper.objects.filter(plan=plan)
        self.fields["paper"].label_from_instance = lambda paper: paper.title


@page("tender.step", TenderStep, methods=("GET", "POST"))
def tender_step_tick(request: HttpRequest, obj: TenderStep) -> HttpResponse:
    """Tick a step off."""

    def act(data: dict[str, Any]) -> HttpResponse:
        actions.tick_step(obj, data["done_on"], data["paper"], by=request.actor, now=request.received_at)
        return redirect("tender_steps", pk=obj.tender_id)

    kind = actions.step_kinds()[obj.code]
    about = {
        "heading": kind.zh if language() == "zh" else kind.en,
        "lead": f"{obj.tender.number} · {kind.source}",
        "cancel_url": reverse("tender_steps", args=[obj.tender_id]),
    }
    plan, proof = obj.tender.plan, paper_kinds()[kind.paper]
    wanted = proof.zh if language() == "zh" else proof.en
    about["lines"] = [gettext("这一步应存的材料：%(paper)s。") % {"paper": wanted}]
    about["links"] = [(gettext("先上传材料"), f"{reverse('paper_add', args=[plan.pk])}?kind={kind.paper}")]
    last = Paper.objects.filter(plan=plan, kind=kind.paper).order_by("-added_at").first()
    initial = {"done_on": obj.done_on, "paper": obj.paper or last}
    return step_form(request, TickForm, act, about=about, plan=plan, initial=initial)


class PaperForm(forms.Form):
    """A paper for the archive folder."""

    kind = forms.ChoiceField(label=_("材料种类"))
    title = forms.CharField(label=_("材料名称"), max_length=120)
    file = forms.FileField(label=_("文件（PDF、Word、Excel 或照片）"))
    is_public = forms.BooleanField(label=_("在公开页面提供"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        is_zh = language() == "zh"
        self.fields["kind"].choices = [(k.code, k.zh if is_zh else k.en) for k in paper_kinds().values()]


@page("paper.add", Plan, methods=("GET", "POST"))
def paper_add(request: HttpRequest, obj: Plan) -> HttpResponse:
    """Put a paper or a stamped scan on file."""

    def act(data: dict[str, Any]) -> HttpResponse:
        content, content_type = take_file(data["file"])
        draft = PaperDraft(data["kind"], data["title"], content, content_type, data["is_public"])
        file_paper(obj, draft, by=request.actor, now=request.received_at)
        return redirect("plan_view", pk=obj.pk)

    kind = paper_kinds().get(request.GET.get("kind", ""))
    initial = {"kind": kind.code, "title": kind.zh} if kind else {}
    back = reverse("plan_view", args=[obj.pk])
    about = {"heading": gettext("上传材料"), "lead": f"{obj.number} {obj.title}", "cancel_url": back}
    return step_form(request, PaperForm, act, about=about, initial=initial)


@page("paper.add", Plan, methods=("POST",))
def plan_document_make(request: HttpRequest, obj: Plan, kind: str) -> HttpResponse:
    """Fill one Word paper of a plan and put it on file."""
    plan_document(obj, kind, by=request.actor, now=request.received_at)
    return redirect("plan_view", pk=obj.pk)


@page("paper.add", Tender, methods=("POST",))
def tender_document_make(request: HttpRequest, obj: Tender, kind: str) -> HttpResponse:
    """Fill a Word paper of a round and put it on file."""
    tender_document(obj, kind, by=request.actor, now=request.received_at)
    return redirect(f"{reverse('tender_view', args=[obj.pk])}#folder")
