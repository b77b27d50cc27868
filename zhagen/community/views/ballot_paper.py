"""Pages of ballots at the desk: help with a code, papers printed, marked on the roll and keyed in by two people."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters

from zhagen.community.actions.ballot import terms_of
from zhagen.community.actions.cast import assist_ballot, mark_paper
from zhagen.community.actions.paper import PRINTED_AT_ONCE, key_paper, print_papers
from zhagen.community.models import Ballot, PaperBallot
from zhagen.community.views.ballot_form import ChoiceForm, how_to, words_of
from zhagen.community.views.ballot_vote import CodeForm
from zhagen.community.views.fund_common import STEP, step_context
from zhagen.core.errors import RuleError
from zhagen.core.fund.vote import VoteTerms
from zhagen.core.lifecycle.ballot import PaperState
from zhagen.platform.forms import answer_form
from zhagen.platform.lists import Listing, answer_list
from zhagen.platform.pages import page
from zhagen.platform.pdf import pdf_from_typst
from zhagen.platform.tables import Column
from zhagen.platform.texts import say

COLUMNS = (
    Column("serial", "票面编号", "Paper", width=14),
    Column("state", "状态", "State", width=14),
)
TOLD = {
    PaperState.KEYED_ONCE: _("第一遍已录。请把票交给另一个人再录一遍。"),
    PaperState.DIFFERS: _("两遍不一致。请第三个人拿着原票再录一遍。"),
    PaperState.BOXED: _("两遍一致，已放进票箱；录入的内容已从这张票的记录里删除。"),
    PaperState.SPOILT: _("已记为废票。"),
}


def _terms(ballot: Ballot) -> VoteTerms:
    """Return the frozen terms; before the opening there is no ballot to fill in."""
    if not ballot.terms:
        raise RuleError("ballot.not_open")
    return terms_of(ballot)


class AssistForm(ChoiceForm):
    """A ballot with the code of whoever asked for help."""

    code = CodeForm.base_fields["code"]


class KeyForm(ChoiceForm):
    """What one person reads on a paper."""

    serial = forms.CharField(label=_("票面编号"), max_length=20)
    is_spoilt = forms.BooleanField(label=_("废票（看不出投给谁，或原票遗失）"), required=False)


@sensitive_post_parameters()
@page("ballot.assist", Ballot, methods=("GET", "POST"))
def ballot_assist(request: HttpRequest, obj: Ballot) -> HttpResponse:
    """Cast a ballot for somebody who asked for help; the helper is recorded, the choice is not."""
    terms, back = _terms(obj), reverse("ballot_view", args=[obj.pk])

    def act(data: dict[str, Any]) -> HttpResponse:
        entry = assist_ballot(obj, data["code"], data["named"], by=request.actor, now=request.received_at)  # type: ignore[attr-defined]
        messages.success(
            request, now_("名册第 %(number)d 号已投。投了什么没有记在您名下。") % {"number": entry.number}
        )
        return redirect("ballot_assist", pk=obj.pk)

    context = step_context(
        _("协助投票"), str(obj), back, note=how_to(terms), submit_label=_("投出，不能再改")
    )
    return answer_form(request, AssistForm, act, "community/ballot/desk.html", context, terms=terms)


@page("ballot.mark_paper", Ballot, methods=("GET", "POST"))
def ballot_mark_paper(request: HttpRequest, obj: Ballot) -> HttpResponse:
    """Mark on the roll that the holder of a code hands in a paper."""
    back = reverse("ballot_view", args=[obj.pk])

    def act(data: dict[str, Any]) -> HttpResponse:
        entry = mark_paper(obj, data["code"], by=request.actor, now=request.received_at)  # type: ignore[attr-defined]
        messages.success(
            request,
            now_("名册第 %(number)d 号已登记。请他把折好的票投进纸箱，不要写他的号。")
            % {"number": entry.number},
        )
        return redirect("ballot_mark_paper", pk=obj.pk)

    context = step_context(_("登记交回纸质票"), str(obj), back)
    return answer_form(request, CodeForm, act, STEP, context)


class PrintForm(forms.Form):
    """How many papers."""

    count = forms.IntegerField(label=_("印几张"), min_value=1, max_value=PRINTED_AT_ONCE, initial=20)


@page("ballot.print", Ballot, methods=("GET", "POST"))
def ballot_print_papers(request: HttpRequest, obj: Ballot) -> HttpResponse:
    """Print ballot papers with random numbers."""

    def act(data: dict[str, Any]) -> HttpResponse:
        serials = print_papers(obj, data["count"], by=request.actor, now=request.received_at)  # type: ignore[attr-defined]
        return papers_pdf(obj, serials)

    context = step_context(_("印纸质票"), str(obj), reverse("ballot_view", args=[obj.pk]))
    return answer_form(request, PrintForm, act, STEP, context)


def papers_pdf(ballot: Ballot, serials: list[str]) -> HttpResponse:
    """Return ballot papers in large print, one a page."""
    terms = terms_of(ballot)
    data = {
        "title": ballot.cycle.title,
        "place": ballot.cycle.place.name,
        "how_to": how_to(terms),
        "projects": [words_of(project) for project in terms.projects],
        "serials": serials,
    }
    made = HttpResponse(pdf_from_typst("community/ballot_papers", data), content_type="application/pdf")
    made["Content-Disposition"] = 'inline; filename="ballot-papers.pdf"'
    return made


@sensitive_post_parameters()
@page("ballot.key_paper", Ballot, methods=("GET", "POST"))
def ballot_key_paper(request: HttpRequest, obj: Ballot) -> HttpResponse:
    """Key in one paper."""
    terms, back = _terms(obj), reverse("ballot_view", args=[obj.pk])

    def act(data: dict[str, Any]) -> HttpResponse:
        keyed = key_paper(
            obj, data["serial"], data["named"], is_spoilt=data["is_spoilt"],
            by=request.actor, now=request.received_at,  # type: ignore[attr-defined]
        )  # fmt: skip
        messages.success(request, f"{keyed.serial}：{TOLD[PaperState(keyed.state)]}")
        return redirect("ballot_key_paper", pk=obj.pk)

    lead = now_("一张票由两个人各录一遍；不一致时第三个人再看。一项没选的票照样录入，是空白票。")
    context = step_context(_("录入纸质票"), str(obj), back, note=lead, submit_label=_("录入这张"))
    return answer_form(request, KeyForm, act, "community/ballot/desk.html", context, terms=terms)


def _row(paper: PaperBallot) -> dict[str, object]:
    return {"serial": paper.serial, "state": say(f"state.paper_ballot.{paper.state}")}


@page("ballot.key_paper", Ballot)
def ballot_papers(request: HttpRequest, obj: Ballot) -> HttpResponse:
    """List the papers and how far each is; what is on them is not shown."""
    listing = Listing(
        title=("纸质票", "Ballot papers"),
        columns=COLUMNS,
        rows=obj.papers.order_by("state", "serial"),
        row_of=_row,
        empty=_("还没有印纸质票。请回到投票页印制。"),
    )
    return answer_list(request, listing)
