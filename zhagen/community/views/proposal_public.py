"""Pages of the public list: every proposal that passed the checks, by theme and building."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from zhagen.community.models import FundCycle, Proposal
from zhagen.community.views.proposal import proposal_row, shown
from zhagen.core.lifecycle.fund_cycle import FundCycleState
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


class PublicFilter(forms.Form):
    """Cycle, theme, building."""

    cycle = forms.ModelChoiceField(label=_("哪一轮"), required=False, queryset=FundCycle.objects.none())
    theme = forms.ChoiceField(label=_("主题"), required=False)
    building = forms.ChoiceField(label=_("楼栋"), required=False)

    def __init__(self, data: Any, rows: QuerySet[Proposal]) -> None:
        super().__init__(data or None)
        cycles = FundCycle.objects.exclude(state=FundCycleState.DRAFT.value)
        themes = sorted(set(rows.order_by().values_list("theme", flat=True)))
        buildings = sorted(set(rows.order_by().exclude(building="").values_list("building", flat=True)))
        fields: Any = self.fields
        fields["cycle"].queryset = cycles
        fields["theme"].choices = [("", _("全部")), *((code, say(f"theme.fund.{code}")) for code in themes)]
        fields["building"].choices = [("", _("全部")), *((name, name) for name in buildings)]

    def apply(self, rows: QuerySet[Proposal]) -> QuerySet[Proposal]:
        """Return the rows that fit."""
        wanted = self.cleaned_data if self.is_valid() else {}
        return rows.filter(**{name: value for name, value in wanted.items() if value})


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
