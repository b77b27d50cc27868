"""Pages of the proposed list: why each won or lost, the three decisions with their minutes, the grants."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from zhagen.community.actions import proposed_list as actions
from zhagen.community.actions.fund_receipt import keep_scan
from zhagen.community.actions.grant_make import GrantDraft, make_grant
from zhagen.community.models import FundCycle, ListDecision, Meeting, Proposal, ProposedLine, ProposedList
from zhagen.community.views.decision_scan import scan_field
from zhagen.community.views.fund_common import (
    STEP,
    allowed,
    form_step,
    moves_of,
    rules_of,
    step_context,
)
from zhagen.core.fund.decision import bodies_of
from zhagen.core.lifecycle.fund_cycle import DECISION_MOVES, FUND_CYCLE, FundCycleState
from zhagen.core.lifecycle.proposal import ProposalState
from zhagen.core.money import format_yuan
from zhagen.core.permissions import may
from zhagen.parties.models import Organisation
from zhagen.parties.story import named_story
from zhagen.platform.clock import today
from zhagen.platform.fields import ChipField, DayField, LongTextField
from zhagen.platform.forms import answer_form
from zhagen.platform.pages import page
from zhagen.platform.parts import Figure, Move
from zhagen.platform.scope import visible
from zhagen.platform.texts import say
from zhagen.platform.uploads import MOST_BYTES


@page("fund_cycle.propose", FundCycle, methods=("POST",))
def fund_cycle_propose(request: HttpRequest, obj: FundCycle) -> HttpResponse:
    """Make the proposed list from the counted vote."""
    vote = actions.counted_vote(obj)
    made = actions.propose_list(obj, vote, by=request.actor, now=request.received_at)  # type: ignore[attr-defined]
    return redirect("proposed_list_view", pk=made.pk)


STEPS = (
    ("party", _("记录党组织审议"), "list_decision_party"),
    ("assembly", _("记录居民（代表）会议决定"), "list_decision_assembly"),
    ("street", _("记录街道批准"), "list_decision_street"),
)


@page("proposed_list.view", ProposedList)
def proposed_list_view(request: HttpRequest, obj: ProposedList) -> HttpResponse:
    """Show a proposed list to staff, with the step that comes next."""
    context = {
        **shown_list(obj),
        "moves": _moves(request, obj),
        "grants": _grant_rows(request, obj),
        "may_download": may(request.actor, "decision_scan.download"),  # type: ignore[attr-defined]
        "may_scan": _may_scan(request, obj),
        "steps": named_story(obj),
        "crumbs": [
            (obj.cycle.title, reverse("fund_cycle_view", args=[obj.cycle_id])),
            (now_("拟立项清单"), ""),
        ],
    }
    return render(request, "community/proposed_list/view.html", context)


def _may_scan(request: HttpRequest, made: ProposedList) -> bool:
    rows = visible(request.actor, "decision_scan.add", ListDecision)  # type: ignore[attr-defined]
    return rows.filter(proposed_list=made).exists()


@page("proposed_list.public", ProposedList)
def proposed_list_public(request: HttpRequest, obj: ProposedList) -> HttpResponse:
    """Show a proposed list to anyone: who won, why not the others, who decided."""
    crumbs = [
        (obj.cycle.title, reverse("fund_cycle_public", args=[obj.cycle_id])),
        (now_("拟立项清单"), ""),
    ]
    return render(request, "community/proposed_list/public.html", {**shown_list(obj), "crumbs": crumbs})


def shown_list(made: ProposedList) -> dict[str, Any]:
    """Return what staff and public alike read of a proposed list."""
    lines = list(made.lines.select_related("proposal").order_by("order", "-votes", "proposal__number"))
    decisions = [
        {"row": each, "body": say(f"body.fund.{each.body}")}
        for each in made.decisions.select_related("meeting").prefetch_related("scans")
    ]
    return {
        "made": made,
        "cycle": made.cycle,
        "figures": [
            Figure(_("可分配资金"), format_yuan(made.budget_fen), _("元")),
            Figure(_("拟立项合计"), format_yuan(made.spent_fen), _("元")),
            Figure(_("有效票"), made.voters, _("张")),
            Figure(_("评分的专家"), made.experts, _("位"), note=_weights(made)),
        ],
        "won": [(line, reason_of(line)) for line in lines if line.order],
        "lost": [(line, reason_of(line)) for line in lines if not line.order],
        "decisions": decisions,
        "is_returned": any(not each["row"].is_passed for each in decisions),  # type: ignore[attr-defined]
        "ties": ["、".join(tie) for tie in made.ties],
    }


def _weights(made: ProposedList) -> str:
    return f"{made.cycle.expert_weight_bp / 100:g}%" if made.cycle.expert_weight_bp else ""


def reason_of(line: ProposedLine) -> str:
    """Return in words why a proposal won, or what would have made it win."""
    reason = line.reason
    if line.proposal.state == ProposalState.STRUCK:
        return now_("已移出清单：%(reason)s") % {"reason": line.proposal.reason}
    if line.order:
        if reason.get("pays_fen") is None:
            return now_("按票数入选")
        return now_("支持它的居民每人分担至多 %(yuan)s 元") % {"yuan": format_yuan(reason["pays_fen"])}
    words = []
    if reason.get("ballots_more"):
        words.append(now_("再有 %(more)s 票就能入选") % {"more": reason["ballots_more"]})
    if reason.get("wins_at_fen"):
        words.append(now_("申请不超过 %(yuan)s 元就能入选") % {"yuan": format_yuan(reason["wins_at_fen"])})
    return "；".join(words) or now_("这次票数不够")


def _moves(request: HttpRequest, made: ProposedList) -> list[Move]:
    state = made.cycle.state
    possible = FUND_CYCLE.moves_from(state)
    newest = actions.latest_list(made.cycle)
    if newest is None or newest.pk != made.pk or actions.is_returned(made):
        return []
    wanted = [
        (f"list_decision.{step}", label, name, "primary", False)
        for step, label, name in STEPS
        if DECISION_MOVES[step] in possible
    ]
    return moves_of(request, made, wanted)  # type: ignore[arg-type]


def _grant_rows(request: HttpRequest, made: ProposedList) -> list[tuple[Proposal, bool, bool]]:
    """Return the chosen proposals with whether the reader may grant or strike them now."""
    is_granted = made.cycle.state == FundCycleState.GRANTED
    is_returned = actions.is_returned(made)
    actor = request.actor  # type: ignore[attr-defined]
    rows = []
    for proposal in Proposal.objects.filter(lines__proposed_list=made).order_by("number"):
        may_grant = is_granted and proposal.state == ProposalState.PROPOSED
        may_strike = is_returned and proposal.state in {ProposalState.PROPOSED, ProposalState.LOST}
        rows.append(
            (
                proposal,
                may_grant and allowed(actor, "grant.make", proposal),
                may_strike and allowed(actor, "proposal.strike", proposal),
            )
        )
    return [row for row in rows if row[1] or row[2]]


class DecisionForm(forms.Form):
    """A decision as its minutes say."""

    body = ChipField(label=_("哪个会议"))
    authorised_by = forms.CharField(label=_("授权文号（议事会才填）"), max_length=60, required=False)
    held_on = DayField(label=_("开会日期"))
    minutes_no = forms.CharField(label=_("会议纪要号"), max_length=60)
    minutes = LongTextField(label=_("会议纪要"), rows=5, max_length=5000)
    entitled = forms.IntegerField(label=_("应到人数"), min_value=1, max_value=1_000_000)
    present = forms.IntegerField(label=_("实到人数"), min_value=0, max_value=1_000_000)
    in_favour = forms.IntegerField(label=_("同意"), min_value=0, max_value=1_000_000)
    against = forms.IntegerField(label=_("反对"), min_value=0, max_value=1_000_000, initial=0)
    abstained = forms.IntegerField(label=_("弃权"), min_value=0, max_value=1_000_000, initial=0)
    recused = forms.IntegerField(label=_("有关联而回避"), min_value=0, max_value=1_000_000, initial=0)
    remark = LongTextField(label=_("意见（没有通过的必填，会公开）"), rows=2, max_length=300, required=False)
    scan = scan_field(required=False)
    meeting = forms.ModelChoiceField(label=_("已记录的会议"), queryset=Meeting.objects.none(), required=False)

    def __init__(self, *args: Any, made: ProposedList, step: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bodies = bodies_of(step, rules_of(made.cycle))
        fields: Any = self.fields
        fields["body"].choices = [(body, say(f"body.fund.{body}")) for body in bodies]
        fields["meeting"].queryset = Meeting.objects.filter(place=made.cycle.place)
        fields["meeting"].label_from_instance = lambda meeting: f"{meeting.held_on} {meeting.title}"


def _decision(step: str, title: object) -> Callable[..., HttpResponse]:
    @page(f"list_decision.{step}", ProposedList, methods=("GET", "POST"))
    def view(request: HttpRequest, obj: ProposedList) -> HttpResponse:
        back = reverse("proposed_list_view", args=[obj.pk])

        def act(data: dict[str, Any]) -> HttpResponse:
            file = data.pop("scan")
            draft = actions.DecisionDraft(
                step=step, **data, scan=keep_scan(file.read(MOST_BYTES + 1)) if file else None
            )
            actions.record_decision(obj, draft, by=request.actor, now=request.received_at)  # type: ignore[attr-defined]
            return redirect(back)

        context = step_context(title, obj.cycle.title, back)
        initial = {"held_on": today(), "body": bodies_of(step, rules_of(obj.cycle))[0]}
        return answer_form(request, DecisionForm, act, STEP, context, made=obj, step=step, initial=initial)

    return view


list_decision_party = _decision("party", STEPS[0][1])
list_decision_assembly = _decision("assembly", STEPS[1][1])
list_decision_street = _decision("street", STEPS[2][1])


class StrikeForm(forms.Form):
    """Why a proposal leaves the list."""

    reason = LongTextField(label=_("理由（公开）"), max_length=300, rows=3)


class GrantForm(forms.Form):
    """To whom a proposal's money goes."""

    grantee = forms.ModelChoiceField(
        label=_("实施单位（居民委员会或签了合同的机构）"), queryset=Organisation.objects.none()
    )
    contract_no = forms.CharField(label=_("合同编号（机构才填）"), max_length=60, required=False)
    due_on = DayField(label=_("完成期限"))
    leader_shown = forms.CharField(label=_("另一位牵头人（提案人不牵头才填）"), max_length=40, required=False)
    not_led_reason = forms.CharField(label=_("提案人不牵头的理由"), max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = (Organisation.Kind.COMMITTEE, Organisation.Kind.AGENCY)
        self.fields["grantee"].queryset = Organisation.objects.filter(kind__in=kinds)  # type: ignore[attr-defined]


@page("grant.make", Proposal, methods=("GET", "POST"))
def grant_make(request: HttpRequest, obj: Proposal) -> HttpResponse:
    """Grant a proposal of the approved list its money."""
    back = reverse("proposal_view", args=[obj.pk])

    def act(data: dict[str, Any]) -> HttpResponse:
        make_grant(obj, GrantDraft(**data), by=request.actor, now=request.received_at)  # type: ignore[attr-defined]
        return redirect(back)

    return answer_form(request, GrantForm, act, STEP, step_context(_("立项"), obj.title, back))


proposal_strike = form_step(
    "proposal.strike", Proposal, StrikeForm, actions.strike_proposal, title=_("移出清单"),
    then="proposal_view", submit_look="danger",
)  # fmt: skip
