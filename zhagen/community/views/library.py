"""Pages of the library: what waits for another cycle, and how it is raised again."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from zhagen.community.actions import library as actions
from zhagen.community.models import FundCycle, Idea, Proposal
from zhagen.community.views.fund_common import STEP, step_context
from zhagen.community.views.proposal import proposal_row
from zhagen.community.views.proposal_public import COLUMNS
from zhagen.core.lifecycle.idea import IdeaState
from zhagen.core.lifecycle.proposal import ProposalState
from zhagen.platform.forms import answer_form
from zhagen.platform.lists import Listing, answer_list
from zhagen.platform.pages import page
from zhagen.platform.scope import visible


@page("library.list")
def library_list(request: HttpRequest) -> HttpResponse:
    """List what waits in the library of the reader's communities."""
    actor = request.actor  # type: ignore[attr-defined]
    proposals = visible(actor, "library.list", Proposal).filter(state=ProposalState.LIBRARY)
    ideas = visible(actor, "library.list", Idea).filter(state=IdeaState.LIBRARY)
    context = {
        "proposals": proposals.select_related("cycle").order_by("cycle", "number"),
        "ideas": ideas.select_related("cycle").order_by("-raised_at"),
        "crumbs": [(now_("社区自治金"), reverse("fund_cycle_list")), (now_("点子库"), "")],
    }
    return render(request, "community/fund_cycle/library.html", context)


@page("library.public")
def library_public(request: HttpRequest) -> HttpResponse:
    """List the proposals of the library that had been public."""
    rows = visible(request.actor, "library.public", Proposal).filter(state=ProposalState.LIBRARY)  # type: ignore[attr-defined]
    listing = Listing(
        title=("点子库", "Library of ideas"),
        columns=COLUMNS,
        rows=rows.select_related("cycle"),
        row_of=lambda proposal: {**proposal_row(proposal), "proposer": proposal.proposer_shown},
        url_of=lambda proposal: reverse("proposal_public", args=[proposal.pk]),
        states={"state": "proposal"},
        empty=_("点子库还是空的。没有入选的提案会留在这里，下一轮可以重新提出。"),
    )
    return answer_list(request, listing, context={"lead": _("没有入选的提案都在这里，下一轮可以重新提出。")})


class ReopenForm(forms.Form):
    """In which cycle."""

    target = forms.ModelChoiceField(
        label=_("放到哪一轮"), queryset=FundCycle.objects.none(), empty_label=None
    )

    def __init__(self, *args: Any, cycle: FundCycle, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        near = [each.pk for each in actions.open_cycles_for(cycle)]
        self.fields["target"].queryset = FundCycle.objects.filter(pk__in=near)  # type: ignore[attr-defined]


@page("library.reopen_proposal", Proposal, methods=("GET", "POST"))
def library_reopen_proposal(request: HttpRequest, obj: Proposal) -> HttpResponse:
    """Raise a proposal again in an open cycle."""

    def act(data: dict[str, Any]) -> HttpResponse:
        again = actions.reopen_proposal(obj, data["target"], by=request.actor, now=request.received_at)  # type: ignore[attr-defined]
        return redirect("proposal_view", pk=again.pk)

    context = step_context(_("重新提出"), obj.title, reverse("library_list"))
    return answer_form(request, ReopenForm, act, STEP, context, cycle=obj.cycle)


@page("library.reopen_idea", Idea, methods=("GET", "POST"))
def library_reopen_idea(request: HttpRequest, obj: Idea) -> HttpResponse:
    """Raise an idea again in an open cycle."""

    def act(data: dict[str, Any]) -> HttpResponse:
        actions.reopen_idea(obj, data["target"], by=request.actor, now=request.received_at)  # type: ignore[attr-defined]
        return redirect("idea_view", pk=obj.pk)

    context = step_context(_("重新提出"), obj.code, reverse("library_list"), said=obj.shown_text or obj.text)
    return answer_form(request, ReopenForm, act, STEP, context, cycle=obj.cycle)
