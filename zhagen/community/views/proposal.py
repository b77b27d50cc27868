"""Pages of proposals for those who write them with residents, check them, or mark them."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from zhagen.community.actions import proposal as actions
from zhagen.community.models import Idea, Proposal, ProposerTie
from zhagen.community.views.fund_common import STEP, allowed, form_step, moves_of, rules_of, step_context
from zhagen.community.views.proposal_form import ProposalForm, initial_of
from zhagen.core.fund.negative import Answer, items_of, list_tests
from zhagen.core.lifecycle.proposal import PROPOSAL, ProposalState
from zhagen.parties.models import Organisation, User
from zhagen.parties.story import named_story
from zhagen.platform.fields import LongTextField
from zhagen.platform.forms import answer_form
from zhagen.platform.lists import Listing, answer_list
from zhagen.platform.pages import page, step_page
from zhagen.platform.scope import visible
from zhagen.platform.tables import Column
from zhagen.platform.texts import say

COLUMNS = (
    Column("title", "提案", "Proposal", width=30),
    Column("number", "序号", "Number", "int"),
    Column("cycle", "哪一轮", "Cycle"),
    Column("theme", "主题", "Theme"),
    Column("building", "楼栋", "Building"),
    Column("asked_fen", "申请（元）", "Asked (yuan)", "money"),
    Column("state", "状态", "State"),
)


class ProposalFilter(forms.Form):
    """One cycle, one state, or all."""

    state = forms.ChoiceField(label=_("状态"), required=False)
    cycle = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [(state.value, say(f"state.proposal.{state}")) for state in ProposalState]
        self.fields["state"].choices = [("", _("全部")), *names]  # type: ignore[attr-defined]

    def apply(self, rows: QuerySet[Proposal]) -> QuerySet[Proposal]:
        """Return the rows that fit."""
        wanted = self.cleaned_data if self.is_valid() else {}
        return rows.filter(**{name: wanted[name] for name in ("state", "cycle") if wanted.get(name)})


def proposal_row(proposal: Proposal) -> dict[str, object]:
    """Return a proposal as a row of a list."""
    return {
        "title": proposal.title,
        "number": proposal.number,
        "cycle": proposal.cycle.title,
        "theme": say(f"theme.fund.{proposal.theme}"),
        "building": proposal.building,
        "asked_fen": proposal.asked_fen,
        "state": proposal.state,
    }


@page("proposal.list")
def proposal_list(request: HttpRequest) -> HttpResponse:
    """List the proposals that the reader may see."""
    filters = ProposalFilter(request.GET or None)
    rows = visible(request.actor, "proposal.list", Proposal).select_related("cycle")  # type: ignore[attr-defined]
    listing = Listing(
        title=("提案", "Proposals"),
        columns=COLUMNS,
        rows=filters.apply(rows),
        row_of=proposal_row,
        url_of=lambda proposal: reverse("proposal_view", args=[proposal.pk]),
        filters=filters,
        states={"state": "proposal"},
        empty=_("还没有提案。点子够人联署后，在点子页面写成提案。"),
    )
    return answer_list(request, listing)


STEPS = (
    ("submit", "proposal.submit", _("提交核对"), "proposal_submit", "primary", True),
    ("submit", "proposal.change", _("修改"), "proposal_change", "secondary", False),
    ("check_cost", "proposal.check_cost", _("核对造价"), "proposal_check_cost", "primary", False),
    ("check_list", "proposal.check_list", _("对照负面清单"), "proposal_check_list", "primary", False),
    ("return", "proposal.return", _("退回修改"), "proposal_return", "secondary", False),
    ("win", "proposal.score", _("专家评分"), "proposal_score", "primary", False),
    ("shelve", "proposal.declare_tie", _("登记提案人的关联"), "proposal_declare_tie", "secondary", False),
    ("withdraw", "proposal.withdraw", _("撤回提案"), "proposal_withdraw", "danger", False),
)


@page("proposal.view", Proposal)
def proposal_view(request: HttpRequest, obj: Proposal) -> HttpResponse:
    """Show a proposal: cost, ties, checks, marks, and what may be done now."""
    possible = PROPOSAL.moves_from(obj.state)
    wanted = [each[1:] for each in STEPS if each[0] in possible]
    context = {
        **shown(obj),
        "moves": moves_of(request, obj, wanted),  # type: ignore[arg-type]
        "scores": obj.scores.select_related("expert"),
        "steps": named_story(obj),
        "crumbs": [(now_("提案"), reverse("proposal_list")), (obj.title, "")],
        "is_public": obj.listed_at is not None,
        "may_see_cycle": allowed(request.actor, "fund_cycle.view", obj.cycle),  # type: ignore[attr-defined]
        "may_see_idea": obj.idea is not None and allowed(request.actor, "idea.view", obj.idea),  # type: ignore[attr-defined]
    }
    return render(request, "community/proposal/view.html", context)


def shown(proposal: Proposal) -> dict[str, Any]:
    """Return what staff and public alike read of a proposal."""
    checks = [
        {
            "test": say(f"test.fund.{check.test}"),
            "passes": check.passes,
            "item": say(f"item.fund.{check.item}") if check.item else "",
            "reason": check.reason,
        }
        for check in proposal.list_checks.all()
    ]
    return {
        "proposal": proposal,
        "theme": say(f"theme.fund.{proposal.theme}"),
        "lines": proposal.cost_lines.select_related("supplier"),
        "ties": proposal.proposer_ties.select_related("member", "organisation"),
        "checks": checks,
    }


@page("proposal.write", Idea, methods=("GET", "POST"))
def proposal_write(request: HttpRequest, obj: Idea) -> HttpResponse:
    """Write a proposal with the resident, from his idea."""

    def act(data: dict[str, Any]) -> HttpResponse:
        proposal = actions.write_proposal(obj, data["draft"], by=request.actor, now=request.received_at)  # type: ignore[attr-defined]
        return redirect("proposal_view", pk=proposal.pk)

    back = reverse("idea_view", args=[obj.pk])
    context = step_context(_("写成提案"), obj.code, back, said=obj.text)
    initial = {"theme": obj.theme, "building": obj.building, "need": obj.text}
    return answer_form(request, ProposalForm, act, STEP, context, cycle=obj.cycle, initial=initial)


@page("proposal.change", Proposal, methods=("GET", "POST"))
def proposal_change(request: HttpRequest, obj: Proposal) -> HttpResponse:
    """Change a proposal before the checks."""

    def act(data: dict[str, Any]) -> HttpResponse:
        actions.change_proposal(obj, data["draft"], by=request.actor, now=request.received_at)  # type: ignore[attr-defined]
        return redirect("proposal_view", pk=obj.pk)

    back = reverse("proposal_view", args=[obj.pk])
    context = step_context(_("修改"), obj.title, back)
    return answer_form(request, ProposalForm, act, STEP, context, cycle=obj.cycle, initial=initial_of(obj))


class TieForm(forms.Form):
    """A tie as the proposer declared it; no relative's name."""

    kind = forms.ChoiceField(label=_("什么关联"), choices=ProposerTie.Kind.choices, widget=forms.RadioSelect)
    member = forms.ModelChoiceField(
        label=_("与街道、社区、监督委员会的哪一位"), queryset=User.objects.none(), required=False
    )
    organisation = forms.ModelChoiceField(
        label=_("或者与哪个机构、供应商"), queryset=Organisation.objects.all(), required=False
    )

    def __init__(self, *args: Any, proposal: Proposal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        street = proposal.cycle.place_id[:9]
        people = User.objects.filter(appointments__place__code__startswith=street).distinct()
        self.fields["member"].queryset = people.order_by("name")  # type: ignore[attr-defined]


@page("proposal.declare_tie", Proposal, methods=("GET", "POST"))
def proposal_declare_tie(request: HttpRequest, obj: Proposal) -> HttpResponse:
    """Note a tie that the proposer declared."""
    back = reverse("proposal_view", args=[obj.pk])

    def act(data: dict[str, Any]) -> HttpResponse:
        kind = data.pop("kind")
        actions.declare_proposer_tie(obj, kind, **data, by=request.actor, now=request.received_at)  # type: ignore[attr-defined]
        return redirect(back)

    title = _("登记提案人的关联")
    context = step_context(title, obj.title, back)
    return answer_form(request, TieForm, act, STEP, context, proposal=obj)


class NoteForm(forms.Form):
    """What the check of the cost rests on."""

    note = LongTextField(label=_("怎么核对的（问过哪几家、和什么比）"), max_length=300, rows=3)


class ReasonForm(forms.Form):
    """Why."""

    reason = LongTextField(label=_("理由"), max_length=300, rows=3)


class ListForm(forms.Form):
    """An answer with its reason to each test of the negative list."""

    def __init__(self, *args: Any, proposal: Proposal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rules = rules_of(proposal.cycle)
        self.tests = list_tests(rules)
        for test in self.tests:
            name, items = say(f"test.fund.{test}"), items_of(test, rules)
            self.fields[f"passes_{test}"] = forms.ChoiceField(
                label=name, choices=[("yes", _("通过")), ("no", _("不通过"))], widget=forms.RadioSelect
            )
            self.fields[f"item_{test}"] = forms.ChoiceField(
                label=_("触及哪一条（不通过时选）"),
                choices=[("", "—"), *((item, say(f"item.fund.{item}")) for item in items)],
                required=False,
            )
            self.fields[f"reason_{test}"] = forms.CharField(label=_("理由"), max_length=300)

    def answers(self) -> dict[str, Answer]:
        """Return the answers by test."""
        data = self.cleaned_data
        return {
            test: Answer(data[f"passes_{test}"] == "yes", data[f"reason_{test}"], data[f"item_{test}"])
            for test in self.tests
        }

    def clean(self) -> dict[str, Any]:
        """Add the answers once all fields are sound."""
        data = super().clean() or {}
        if not self.errors:
            data["answers"] = self.answers()
        return data


@page("proposal.check_list", Proposal, methods=("GET", "POST"))
def proposal_check_list(request: HttpRequest, obj: Proposal) -> HttpResponse:
    """Hold a proposal against the three tests of the negative list."""
    back = reverse("proposal_view", args=[obj.pk])

    def act(data: dict[str, Any]) -> HttpResponse:
        actions.check_proposal_list(obj, data["answers"], by=request.actor, now=request.received_at)  # type: ignore[attr-defined]
        return redirect(back)

    title = _("对照负面清单")
    context = step_context(title, obj.title, back, said=obj.need)
    return answer_form(request, ListForm, act, STEP, context, proposal=obj)


class ScoreForm(forms.Form):
    """An expert's mark."""

    points = forms.IntegerField(label=_("得分（满分 100）"), min_value=0, max_value=100)
    reason = LongTextField(label=_("理由（公开）"), max_length=300, rows=3)


@page("proposal.score", Proposal, methods=("GET", "POST"))
def proposal_score(request: HttpRequest, obj: Proposal) -> HttpResponse:
    """Mark a listed proposal as an expert."""
    back = reverse("proposal_view", args=[obj.pk])

    def act(data: dict[str, Any]) -> HttpResponse:
        actions.score_proposal(
            obj, points_bp=data["points"] * 100, reason=data["reason"], by=request.actor, now=request.received_at  # type: ignore[attr-defined]
        )  # fmt: skip
        return redirect(back)

    title = _("专家评分")
    context = step_context(title, obj.title, back, said=obj.need)
    return answer_form(request, ScoreForm, act, STEP, context)


proposal_submit = step_page("proposal.submit", Proposal, actions.submit_proposal, then="proposal_view")
proposal_check_cost = form_step(
    "proposal.check_cost", Proposal, NoteForm, actions.check_proposal_cost, title=_("核对造价"),
    then="proposal_view",
)  # fmt: skip
proposal_return = form_step(
    "proposal.return",
    Proposal,
    ReasonForm,
    actions.return_proposal,
    title=_("退回修改"),
    then="proposal_view",
)
proposal_withdraw = form_step(
    "proposal.withdraw", Proposal, ReasonForm, actions.withdraw_proposal, title=_("撤回提案"),
    then="proposal_view", submit_look="danger",
)  # fmt: skip
