"""Pages of drafts of rules: from a rehearsal to the decision, in force, and the way back."""

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from zhagen.core.buying.plan import Decision
from zhagen.core.errors import RuleError
from zhagen.core.lifecycle.rule_draft import RULE_DRAFT, RuleDraftState
from zhagen.core.permissions import may
from zhagen.core.rulebook.rules import Rules
from zhagen.core.types import Actor
from zhagen.parties.rules import rules_for
from zhagen.parties.story import named_story
from zhagen.platform.clock import now, today
from zhagen.platform.fields import DayField, LongTextField
from zhagen.platform.forms import answer_form
from zhagen.platform.lists import Listing, answer_list
from zhagen.platform.pages import page
from zhagen.platform.parts import Move
from zhagen.platform.scope import visible
from zhagen.platform.tables import Column
from zhagen.platform.texts import explain
from zhagen.policy.actions import rule_draft as actions
from zhagen.policy.models import LabRun, RuleDraft
from zhagen.policy.views.lab_changes import ChangedLine, changed_line
from zhagen.policy.views.lab_run import NOT_AN_APPRAISAL

BODIES = "procurement.decision_bodies"
STEP = "policy/rule_draft/step.html"
COLUMNS = (
    Column("number", "编号", "Number"),
    Column("state", "状态", "State"),
    Column("run", "依据的预演", "Rests on rehearsal"),
    Column("from_on", "施行日期", "In force from", "date"),
    Column("decision", "集体决定", "Decision"),
    Column("drafted_by", "拟稿人", "Drafted by"),
)


@page("rule_draft.list")
def rule_draft_list(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """List the drafts of the reader's street."""
    rows: QuerySet[RuleDraft] = visible(request.actor, "rule_draft.list", RuleDraft)  # type: ignore[attr-defined]
    listing = Listing(
        title=("规则草案", "Drafts of rules"),
        columns=COLUMNS,
        rows=rows.select_related("run", "restores", "drafted_by"),
        row_of=_row,
        url_of=lambda draft: reverse("rule_draft_view", args=[draft.pk]),
        states={"state": "rule_draft"},
        empty=_("还没有草案。先预演，再在结果页点“采纳为草案”，经集体决定后到日施行。"),
        notes=(NOT_AN_APPRAISAL,),
    )
    moves = [Move(_("政策预演"), reverse("lab_run_list"))]
    return answer_list(request, listing, context={"moves": moves})


def _row(draft: RuleDraft) -> dict[str, object]:
    way_back = f"{now_('恢复原值')} {draft.restores.number}" if draft.restores else ""
    return {
        "number": draft.number,
        "state": draft.state,
        "run": draft.run.number if draft.run else way_back,
        "from_on": draft.from_on,
        "decision": f"{draft.decision_body} {draft.decision_no}".strip(),
        "drafted_by": draft.drafted_by.name,
    }


@page("rule_draft.view", RuleDraft)
def rule_draft_view(request: HttpRequest, obj: RuleDraft) -> HttpResponse:
    """Show one draft: what it changes, on what it rests, what was decided."""
    context = {
        "draft": obj,
        "moves": _moves(request.actor, obj),  # type: ignore[attr-defined]
        "changes": _changes(obj),
        "misfit": _misfit(obj),
        "ways_back": obj.ways_back.exclude(state=RuleDraftState.DROPPED),
        "forecasts": obj.forecasts.all() if may(request.actor, "forecast.view") else (),  # type: ignore[attr-defined]
        "may_ask": may(request.actor, "lab_run.ask"),  # type: ignore[attr-defined]
        "steps": named_story(obj),
        "crumbs": [(now_("规则草案"), reverse("rule_draft_list")), (obj.number, "")],
    }
    return render(request, "policy/rule_draft/view.html", context)


def _changes(draft: RuleDraft) -> list[ChangedLine]:
    rules = rules_for(draft.place_id, today())
    return [
        line for each in draft.lines.all() for line in changed_line(rules, each.name, each.former, each.value)
    ]


def _misfit(draft: RuleDraft) -> str:
    """Return why an open draft can no longer be adopted; empty where it can."""
    if draft.state != RuleDraftState.DRAFT:
        return ""
    try:
        actions.check_still_fits(draft, draft.from_on, now())
    except RuleError as error:
        return explain(error)
    return ""


PAGES = {
    "adopt": ("rule_draft_adopt", _("记录集体决定"), "primary"),
    "withdraw": ("rule_draft_withdraw", _("施行前撤回"), "danger"),
    "restore": ("rule_draft_restore", _("拟定恢复原值"), "secondary"),
    "drop": ("rule_draft_drop", _("放弃草案"), "secondary"),
}
"""Move of the lifecycle → its page, its name and its look."""


def _moves(actor: Actor, draft: RuleDraft) -> list[Move]:
    open_moves = [move for move in RULE_DRAFT.moves_from(draft.state) if move in PAGES]
    allowed = [move for move in open_moves if may(actor, f"rule_draft.{move}")]
    if str(draft.drafted_by_id) == actor.key:
        allowed = [move for move in allowed if move != "adopt"]
    if draft.run is None:
        allowed = [move for move in allowed if move != "restore"]
    return [
        Move(label, reverse(name, args=[draft.pk]), look) for name, label, look in map(PAGES.get, allowed)
    ]  # type: ignore[misc, arg-type]


class DraftForm(forms.Form):
    """Why, and from when."""

    reason = LongTextField(label=_("理由"), rows=3, max_length=300)
    from_on = DayField(label=_("拟自哪天起施行"), help_text=_("须在今天之后；集体决定时可以再定。"))


def _drawn_up(request: HttpRequest, draw_up: Callable[..., RuleDraft], data: dict[str, Any]) -> HttpResponse:
    words = actions.DraftWords(data["reason"], data["from_on"])
    draft = draw_up(words, by=request.actor, now=request.received_at)  # type: ignore[attr-defined]
    return redirect("rule_draft_view", pk=draft.pk)


@page("rule_draft.draw_up", LabRun, methods=("GET", "POST"))
def rule_draft_draw_up(request: HttpRequest, obj: LabRun) -> HttpResponse:
    """Draw up what a run rehearsed as a draft of local rules."""

    lead = _("草案的值和预演的一模一样，改不了；要改，请重新预演。没有集体决定，草案不会施行。")
    context = _about(_("采纳为草案"), lead, reverse("lab_run_view", args=[obj.pk]))
    drawn = partial(_drawn_up, request, partial(actions.draw_up_draft, obj))
    return answer_form(request, DraftForm, drawn, STEP, context, initial={"from_on": obj.rules_on})


@page("rule_draft.restore", RuleDraft, methods=("GET", "POST"))
def rule_draft_restore(request: HttpRequest, obj: RuleDraft) -> HttpResponse:
    """Draw up the return to the values before a draft came into force."""

    lead = _("另作一个决定，从以后的日期起恢复原值；已经施行的那段时间不改。")
    context = _about(_("拟定恢复原值"), lead, reverse("rule_draft_view", args=[obj.pk]))
    drawn = partial(_drawn_up, request, partial(actions.draw_up_way_back, obj))
    return answer_form(request, DraftForm, drawn, STEP, context)


class AdoptForm(forms.Form):
    """The collective decision on record."""

    body = forms.ChoiceField(label=_("议事机构"))
    number = forms.CharField(label=_("会议纪要号"), max_length=60)
    decided_on = DayField(label=_("决定日期"))
    attendees = forms.IntegerField(label=_("到会人数"), min_value=1, max_value=200)
    from_on = DayField(label=_("自哪天起施行"), help_text=_("须在今天之后。"))

    def __init__(self, *args: Any, rules: Rules, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].choices = [(body, body) for body in rules.texts(BODIES)]  # type: ignore[attr-defined]


@page("rule_draft.adopt", RuleDraft, methods=("GET", "POST"))
def rule_draft_adopt(request: HttpRequest, obj: RuleDraft) -> HttpResponse:
    """Record the collective decision; the values go live on their day."""

    def act(data: dict[str, Any]) -> HttpResponse:
        decision = Decision(data["body"], data["number"], data["decided_on"], data["attendees"])
        actions.adopt_draft(obj, decision, data["from_on"], by=request.actor, now=request.received_at)  # type: ignore[attr-defined]
        return redirect("rule_draft_view", pk=obj.pk)

    lead = _("由拟稿人以外的人记录。到施行日期自动生效；之前可以撤回。已经开始的采购和已签的合同不受影响。")
    context = _about(_("记录集体决定"), lead, reverse("rule_draft_view", args=[obj.pk]))
    context |= {"changes": _changes(obj), "misfit": _misfit(obj)}
    later = max(obj.from_on, today() + dt.timedelta(days=1))
    return answer_form(
        request, AdoptForm, act, STEP, context,
        rules=rules_for(obj.place_id, today()), initial={"from_on": later, "decided_on": today()},
    )  # fmt: skip


class EndForm(forms.Form):
    """Why it is given up or withdrawn."""

    reason = LongTextField(label=_("理由"), rows=3, max_length=300)


@page("rule_draft.drop", RuleDraft, methods=("GET", "POST"))
def rule_draft_drop(request: HttpRequest, obj: RuleDraft) -> HttpResponse:
    """Give up a draft on which nothing was decided."""

    def act(data: dict[str, Any]) -> HttpResponse:
        actions.drop_draft(obj, data["reason"], by=request.actor, now=request.received_at)  # type: ignore[attr-defined]
        return redirect("rule_draft_view", pk=obj.pk)

    return _ending(request, obj, act, _("放弃草案"), _("还没有决定，放弃后什么都不会改变；预演的结果仍在。"))


@page("rule_draft.withdraw", RuleDraft, methods=("GET", "POST"))
def rule_draft_withdraw(request: HttpRequest, obj: RuleDraft) -> HttpResponse:
    """Withdraw an adopted draft before its day."""

    def act(data: dict[str, Any]) -> HttpResponse:
        actions.withdraw_draft(obj, data["reason"], by=request.actor, now=request.received_at)  # type: ignore[attr-defined]
        return redirect("rule_draft_view", pk=obj.pk)

    return _ending(request, obj, act, _("施行前撤回"), _("撤回后，这些值不会施行；决定和撤回都留在记录里。"))


def _ending(request: HttpRequest, draft: RuleDraft, act: Any, heading: object, lead: object) -> HttpResponse:
    context = _about(heading, lead, reverse("rule_draft_view", args=[draft.pk])) | {"submit_look": "danger"}
    return answer_form(request, EndForm, act, STEP, context)


def _about(heading: object, lead: object, back: str) -> dict[str, Any]:
    return {"heading": heading, "lead": lead, "cancel_url": back}
