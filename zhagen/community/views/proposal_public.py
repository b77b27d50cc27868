"""Pages of the public list: every proposal that passed the checks, by theme and building."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from zhagen.community.models import FundCycle, Proposal
from zhagen.community.views.proposal import proposal_row, shown
from zhagen.platform.lists import Listing, answer_list
from zhagen.platform.pages import page
from zhagen.platform.scope import visible
from zhagen.platform.tables import Column
from zhagen.platform.texts import say

COLUMNS = (
    Column("title", "提案", "Proposal", width=30),
    Column("asked_fen", "申请（元）", "Asked (yuan)", "money"),
    Column("theme", "主题", "Theme"),
    Column("building", "楼栋", "Building"),
    Column("proposer", "提案人", "Proposer"),
    Column("state", "办到哪一步", "Where it stands"),
    Column("cycle", "哪一轮", "Cycle"),
)


NO_CHOICE = 2
"""All, and one kind: a filter that would only fill a phone's screen."""


class PublicFilter(forms.Form):
    """Words, cycle, theme, building, stage, where it stands."""

    text = forms.CharField(label=_("找什么"), required=False, max_length=40)

    cycle = forms.ModelChoiceField(
        label=_("哪一轮"), required=False, queryset=FundCycle.objects.none(), empty_label=_("全部")
    )
    theme = forms.ChoiceField(label=_("主题"), required=False)
    building = forms.ChoiceField(label=_("楼栋"), required=False)
    stage = forms.ChoiceField(label=_("层级"), required=False)
    state = forms.ChoiceField(label=_("办到哪一步"), required=False)

    def __init__(self, data: Any, rows: QuerySet[Proposal]) -> None:
        super().__init__(data or None)
        fields: Any = self.fields
        fields["cycle"].queryset = FundCycle.objects.filter(pk__in=rows.order_by().values("cycle"))
        fields["theme"].choices = _choices(rows, "theme", lambda code: say(f"theme.fund.{code}"))
        fields["building"].choices = _choices(rows, "building", str)
        fields["stage"].choices = _choices(rows, "cycle__stage", lambda code: say(f"stage.fund.{code}"))
        fields["state"].choices = _choices(rows, "state", lambda code: say(f"state.proposal.{code}"))
        for name in ("theme", "building", "stage", "state"):
            if len(fields[name].choices) <= NO_CHOICE:
                del fields[name]

    def apply(self, rows: QuerySet[Proposal]) -> QuerySet[Proposal]:
        """Return the rows that fit."""
        wanted = self.cleaned_data if self.is_valid() else {}
        names = {"stage": "cycle__stage"}
        given = {names.get(name, name): value for name, value in wanted.items() if value and name != "text"}
        for word in wanted.get("text", "").split():
            rows = rows.filter(Q(title__icontains=word) | Q(need__icontains=word) | Q(steps__icontains=word))
        return rows.filter(**given)


def _choices(rows: QuerySet[Proposal], field: str, name: Callable[[str], str]) -> list[tuple[str, object]]:
    """Return what a field of the rows holds, each with its name, and "all" before it."""
    found = sorted(set(rows.order_by().values_list(field, flat=True)) - {""})
    return [("", _("全部")), *((code, name(code)) for code in found)]


@page("proposal.public_list")
def proposal_public_list(request: HttpRequest) -> HttpResponse:
    """List the proposals on public lists, with filters; the same rows as files."""
    rows = visible(request.actor, "proposal.public_list", Proposal)  # type: ignore[attr-defined]
    filters = PublicFilter(request.GET, rows)
    listing = Listing(
        title=("提案清单", "List of proposals"),
        columns=COLUMNS,
        rows=filters.apply(rows).select_related("cycle"),
        row_of=lambda proposal: {**proposal_row(proposal), "proposer": proposal.proposer_shown},
        url_of=lambda proposal: reverse("proposal_public", args=[proposal.pk]),
        filters=filters,
        states={"state": "proposal"},
        empty=_("还没有公示的提案。点子写成提案、核对过造价和负面清单后，会出现在这里。"),
    )
    lead = _("每个提案花多少钱、谁提的、有没有关联、为什么过得了负面清单，都在里面。")
    return answer_list(request, listing, context={"lead": lead})


@page("proposal.public", Proposal)
def proposal_public(request: HttpRequest, obj: Proposal) -> HttpResponse:
    """Show a listed proposal to anyone: need, steps, cost line by line, ties, checks."""
    crumbs = [
        (obj.cycle.title, reverse("fund_cycle_public", args=[obj.cycle_id])),
        (now_("提案清单"), reverse("proposal_public_list") + f"?cycle={obj.cycle_id}"),
        (obj.title, ""),
    ]
    return render(request, "community/proposal/public.html", {**shown(obj), "crumbs": crumbs})
