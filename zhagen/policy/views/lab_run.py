"""Pages of rehearsals: the list, how far one is, what came out, the table to take along."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from zhagen.core.lifecycle.lab_run import WAITING, LabRunState
from zhagen.core.lifecycle.rule_draft import RuleDraftState
from zhagen.core.permissions import may
from zhagen.core.types import Actor
from zhagen.parties.rules import thawed
from zhagen.parties.story import named_story
from zhagen.platform.lists import FORMATS, Listing, answer_list, file_answer
from zhagen.platform.pages import page, step_page
from zhagen.platform.parts import Move
from zhagen.platform.scope import visible
from zhagen.platform.tables import Column, Table
from zhagen.platform.texts import language, say
from zhagen.policy.actions.lab_run import cancel_run, queue_place, resume_run
from zhagen.policy.models import LabRun
from zhagen.policy.views import lab_words
from zhagen.policy.views.lab_changes import changed_lines

OPEN_DRAFTS = (RuleDraftState.DRAFT, RuleDraftState.ADOPTED)
STOP_POLLING = 286
"""The answer at which htmx asks no more."""

COLUMNS = (
    Column("number", "编号", "Number"),
    Column("title", "想回答的问题", "Question", width=40),
    Column("state", "状态", "State"),
    Column("badge", "校准", "Calibration"),
    Column("asked_at", "提出时间", "Asked at", "datetime"),
    Column("asked_by", "提出人", "Asked by"),
)
OUTCOME_COLUMNS = (
    Column("outcome", "结果", "Outcome"),
    Column("direction", "方向", "Direction"),
    Column("agreeing", "同意的假设组数", "Draws that agree", "int"),
    Column("draws", "假设组数", "Draws", "int"),
    Column("sentence", "一句话", "In a sentence", width=60),
)

MARK = Column("mark", "水印", "Watermark", width=60)
"""A file of comma-separated values has no place for notes, so that each of its rows carries the mark."""


class RunFilter(forms.Form):
    """Which rehearsals to show."""

    state = forms.ChoiceField(label=_("状态"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        states = [(each.value, say(f"state.lab_run.{each}")) for each in LabRunState]
        self.fields["state"].choices = [("", _("全部")), *states]  # type: ignore[attr-defined]


@page("lab_run.list")
def lab_run_list(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """List the rehearsals of the reader's street."""
    rows = visible(request.actor, "lab_run.list", LabRun)  # type: ignore[attr-defined]
    filters = RunFilter(request.GET or None)
    if filters.is_bound and filters.is_valid() and filters.cleaned_data["state"]:
        rows = rows.filter(state=filters.cleaned_data["state"])
    actor = request.actor  # type: ignore[attr-defined]
    offered = (
        ("lab_run.ask", "lab_run_ask", _("提出预演"), "primary"),
        ("rule_draft.list", "rule_draft_list", _("规则草案"), "secondary"),
        ("forecast.list", "forecast_list", _("回看预判"), "secondary"),
        ("snapshot.make", "snapshot_make", _("区情快照"), "secondary"),
        ("past_case.take", "past_case_take", _("往轮案例"), "secondary"),
    )
    moves = [Move(label, reverse(name), look) for action, name, label, look in offered if may(actor, action)]  # type: ignore[arg-type]
    listing = Listing(
        title=("政策预演", "Policy rehearsals"),
        columns=COLUMNS,
        rows=rows.select_related("asked_by").defer("result", "findings", "reform"),
        row_of=_row,
        url_of=lambda run: reverse("lab_run_view", args=[run.pk]),
        filters=filters,
        states={"state": "lab_run"},
        empty=_("还没有预演。先想好一个问题，点“提出预演”，拨动几项规则，看方向再上会。"),
        notes=(NOT_AN_APPRAISAL,),
    )
    return answer_list(request, listing, template="policy/lab_run/list.html", context={"moves": moves})


NOT_AN_APPRAISAL = (
    "预演不是事前绩效评估，不得作为其依据引用；结果不进入任何评分",
    "A rehearsal is no ex-ante performance evaluation and must not be cited as one; it enters no score",
)


def _row(run: LabRun) -> dict[str, object]:
    return {
        "number": run.number,
        "title": run.title,
        "state": run.state,
        "badge": say(f"experiment.badge.{lab_words.badge_of(run)}"),
        "asked_at": run.asked_at,
        "asked_by": run.asked_by.name if run.asked_by else "",
    }


@page("lab_run.view", LabRun)
def lab_run_view(request: HttpRequest, obj: LabRun) -> HttpResponse:
    """Show one rehearsal: what was asked, how far it is, what came out."""
    rules = thawed(obj.rules_id)
    context: dict[str, Any] = {
        "run": obj,
        "moves": _moves(request.actor, obj),  # type: ignore[attr-defined]
        "badge": say(f"experiment.badge.{lab_words.badge_of(obj)}"),
        "changes": changed_lines(rules, obj.reform),
        "findings": lab_words.told_findings(obj.findings),
        "blocks": lab_words.blocks(obj.findings),
        "honesty": lab_words.honesty(obj),
        "steps": named_story(obj),
        "drafts": obj.drafts.exclude(state=RuleDraftState.DROPPED),
        "has_practice": bool(obj.reform["practice"]),
        "crumbs": [(now_("政策预演"), reverse("lab_run_list")), (obj.number, "")],
        **_progress(obj),
    }
    if obj.state == LabRunState.DONE:
        context |= _outcome(obj)
    return render(request, "policy/lab_run/view.html", context)


def _outcome(run: LabRun) -> dict[str, Any]:
    shown = lab_words.shown_outcomes(run)
    return {
        "outcomes": [each for each in shown if each.matters],
        "further": [each for each in shown if not each.matters],
        "losers": lab_words.losers(run),
        "reasons": lab_words.reasons(run),
        "tipping": lab_words.tipping(run),
        "stamp": run.result["stamp"],
        "formats": FORMATS,
    }


def _progress(run: LabRun) -> dict[str, Any]:
    is_waiting = run.state in WAITING
    return {
        "run": run,
        "is_waiting": is_waiting,
        "ahead": queue_place(run) if run.state == LabRunState.QUEUED else 0,
        "done_share": run.rows_done * 100 // run.rows if run.rows else 0,
    }


def _moves(actor: Actor, run: LabRun) -> list[Move]:
    moves = []
    if run.state in WAITING and may(actor, "lab_run.cancel"):
        moves.append(Move(_("取消"), reverse("lab_run_cancel", args=[run.pk]), is_post=True))
    if run.state in (LabRunState.FAILED, LabRunState.CANCELLED) and may(actor, "lab_run.resume"):
        moves.append(Move(_("接着算"), reverse("lab_run_resume", args=[run.pk]), "primary", is_post=True))
    if _is_adoptable(run) and may(actor, "rule_draft.draw_up"):
        moves.append(Move(_("采纳为草案"), reverse("rule_draft_draw_up", args=[run.pk]), "primary"))
    if run.state == LabRunState.DONE and may(actor, "lab_run.ask"):
        moves.append(Move(_("再提一次"), f"{reverse('lab_run_ask')}?from={run.pk}"))
    return moves


def _is_adoptable(run: LabRun) -> bool:
    """Whether a draft can be drawn up: as the action asks, and none is open yet."""
    is_whole = run.state == LabRunState.DONE and run.is_lawful and not run.reform["practice"]
    return is_whole and not run.drafts.filter(state__in=OPEN_DRAFTS).exists()


@page("lab_run.view", LabRun)
def lab_run_progress(request: HttpRequest, obj: LabRun) -> HttpResponse:
    """Show how far a rehearsal is: the part that a page asks for every two seconds, or a page without script."""
    if not request.headers.get("HX-Request"):
        return lab_run_view(request, pk=obj.pk)
    context = _progress(obj)
    answer = render(request, "policy/lab_run/_progress.html", context)
    if not context["is_waiting"]:
        answer.status_code = STOP_POLLING
        answer["HX-Refresh"] = "true"
    return answer


@page("lab_run.view", LabRun)
def lab_run_table(request: HttpRequest, obj: LabRun) -> HttpResponse | StreamingHttpResponse:
    """Hand out the directions as a file with the watermark and the rules of honesty."""
    wanted = request.GET.get("format", "")
    if obj.state != LabRunState.DONE or wanted not in FORMATS:
        return lab_run_view(request, pk=obj.pk)
    stamp = obj.result["stamp"]
    figures = {name: stamp[name] for name in ("draws", "replications", "months", "burn_in", "seed")}
    badge = lab_words.badge_of(obj)
    hashes = (
        f"{obj.baseline_digest[:12]} → {obj.reform_digest[:12]} · {stamp['digest'][:12]} · {stamp['code']}"
    )
    notes = (
        lab_words.watermark(obj),
        *lab_words.in_both("experiment.head", badge=badge, **figures),
        (hashes, hashes),
        *[pair for code in lab_words.honesty_of(obj) for pair in lab_words.in_both(code)],
    )
    title = (f"政策预演 {obj.number}：{obj.title}", f"Policy rehearsal {obj.number}: {obj.title}")
    rows = (
        {
            "outcome": each.name,
            "direction": say(f"lab_run.direction.{each.direction}"),
            "agreeing": each.agreeing,
            "draws": each.draws,
            "sentence": each.sentence,
            "mark": lab_words.watermark(obj)[0 if language() == "zh" else 1],
        }
        for each in lab_words.shown_outcomes(obj)
    )
    columns = (*OUTCOME_COLUMNS, MARK) if wanted == "csv" else OUTCOME_COLUMNS
    return file_answer(Table(title, columns, rows, notes=notes), wanted)


lab_run_cancel = step_page("lab_run.cancel", LabRun, cancel_run, then="lab_run_view")
lab_run_resume = step_page("lab_run.resume", LabRun, resume_run, then="lab_run_view")
