"""What a resident sees of a vote: the code, the ballot in three taps, the receipt, the result. No account."""

from pathlib import Path
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters

from zhagen.audit.receipts import handed_in
from zhagen.cli import recount_votes
from zhagen.community.actions.ballot import roll_lines, terms_of
from zhagen.community.actions.ballot_count import may_publish_ballots
from zhagen.community.actions.cast import barred_numbers, cast_ballot, check_open, entry_of
from zhagen.community.models import Ballot, RollEntry
from zhagen.community.views.ballot_form import NUMBERED, ChoiceForm, how_to
from zhagen.community.views.ballot_result import progress_figures, result_context
from zhagen.core.allocation.pabulib import VoteType
from zhagen.core.errors import RuleError
from zhagen.core.exact import share_bp
from zhagen.core.fund.vote import VoteTerms, line_of
from zhagen.core.lifecycle.ballot import BallotState
from zhagen.platform.codes import clean_code
from zhagen.platform.forms import answer_form
from zhagen.platform.limits import caller_of, hit, is_over
from zhagen.platform.pages import page
from zhagen.platform.scope import visible
from zhagen.platform.texts import explain

WRONG_CODES, HOUR = 30, 3600
"""Wrong codes that one device may type in an hour; right ones are not counted, a hall shares one device."""
RESULT_STATES = (BallotState.COUNTED, BallotState.NO_QUORUM)


class CodeForm(forms.Form):
    """The code on the slip."""

    code = forms.CharField(
        label=_("投票码"),
        max_length=40,
        help_text=_("纸条上的十二位字母和数字，大小写、空格都不要紧。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )


@page("ballot.vote", methods=("GET", "POST"))
def ballot_start(request: HttpRequest) -> HttpResponse:
    """Ask for the code on the slip; list the votes that run and their results."""

    def act(data: dict[str, Any]) -> HttpResponse:
        _entry(request, data["code"])
        return redirect("ballot_vote", code=clean_code(data["code"]))

    rows = visible(request.actor, "ballot.public", Ballot).select_related("cycle__place")  # type: ignore[attr-defined]
    context = {"votes": rows.order_by("-opened_at", "pk")[:20]}
    return answer_form(request, CodeForm, act, "community/ballot/start.html", context)


def _entry(request: HttpRequest, code: str) -> RollEntry:
    """Return the entry of a code; wrong ones are counted."""
    caller = caller_of(request)
    if is_over("ballot.code", caller, most=WRONG_CODES):
        raise RuleError("request.too_many", minutes=HOUR // 60)
    try:
        return entry_of(code)
    except RuleError:
        hit("ballot.code", caller, seconds=HOUR)
        raise


@sensitive_post_parameters()
@page("ballot.vote", methods=("GET", "POST"))
def ballot_vote(request: HttpRequest, code: str) -> HttpResponse:
    """Show the ballot of a code, what was chosen, and after casting the receipt that the roll holds it."""
    try:
        entry = _entry(request, code)
        if entry.has_voted:
            return _receipt(request, entry)
        check_open(entry.ballot, request.received_at)  # type: ignore[attr-defined]
    except RuleError as error:
        return render(request, "community/ballot/closed.html", {"message": explain(error)}, status=404)
    terms, barred = terms_of(entry.ballot), barred_numbers(entry)
    context = _ballot_context(entry, terms, barred)
    form = ChoiceForm(request.POST, terms=terms, barred=barred)
    step = request.POST.get("step", "")
    if request.method != "POST" or step == "change":
        form = ChoiceForm(initial=_typed(request, terms), terms=terms, barred=barred)
        return render(request, "community/ballot/vote.html", {**context, "form": form})
    return _look_or_cast(request, entry, form, context)


def _typed(request: HttpRequest, terms: VoteTerms) -> dict[str, Any]:
    """Return what was chosen before, for whoever goes back to change it."""
    single = {name: request.POST[name] for name in request.POST if name.startswith("p")}
    chosen = request.POST.getlist("choice")
    return {**single, "choice": chosen[-1:] and chosen[-1] if terms.vote_type == "choose-1" else chosen}


def _ballot_context(entry: RollEntry, terms: VoteTerms, barred: list[int]) -> dict[str, Any]:
    tied = [project for project in terms.projects if project.number in barred]
    cumulative = terms.points if terms.vote_type == VoteType.CUMULATIVE else 0
    return {
        "entry": entry,
        "ballot": entry.ballot,
        "terms": terms,
        "how_to": how_to(terms),
        "tied": tied,
        "points": cumulative,
        "is_typed": terms.vote_type in NUMBERED,
    }


def _look_or_cast(
    request: HttpRequest, entry: RollEntry, form: ChoiceForm, context: dict[str, Any]
) -> HttpResponse:
    """First show what was chosen with its money; cast it only when that was confirmed."""
    template = "community/ballot/vote.html"
    context = {**context, "form": form}
    if not form.is_valid():
        return render(request, template, context, status=422)
    try:
        line_of(form.choice(), form.terms, barred_numbers(entry))
        if request.POST.get("step") == "cast":
            cast_ballot(request.resolver_match.kwargs["code"], form.choice(), now=request.received_at)  # type: ignore[attr-defined, union-attr]
            return redirect(request.path)
    except RuleError as error:
        form.add_error(None, explain(error))
        return render(request, template, context, status=422)
    named = form.choice()
    chosen = [(project, named[project.number]) for project in form.terms.projects if project.number in named]
    asked = form.chosen_fen()
    share = share_bp(asked, form.terms.budget_fen)
    more = {"chosen": chosen, "chosen_fen": asked, "chosen_bp": share, "hidden": form.hidden()}
    return render(request, "community/ballot/look.html", {**context, **more})


def _receipt(request: HttpRequest, entry: RollEntry) -> HttpResponse:
    context = {"entry": entry, "ballot": entry.ballot, "logged": handed_in(entry, "ballot.voted")}
    return render(request, "community/ballot/receipt.html", context)


@page("ballot.public", Ballot)
def ballot_public(request: HttpRequest, obj: Ballot) -> HttpResponse:
    """Show anyone how far a vote is, never what was voted; after the count its result with all reasons."""
    context: dict[str, Any] = {
        "ballot": obj,
        "figures": progress_figures(obj),
        "crumbs": [(now_("投票"), reverse("ballot_start")), (obj.cycle.title, "")],
    }
    if obj.state in RESULT_STATES:
        context.update(result_context(obj))
    return render(request, "community/ballot/public.html", context)


@page("ballot.public", Ballot)
def ballot_votes_file(request: HttpRequest, obj: Ballot) -> HttpResponse:
    """Give the ballots of a counted vote, sorted, in Pabulib form."""
    if obj.state not in RESULT_STATES or not may_publish_ballots(obj):
        raise Http404
    return _file(obj.votes_file, "text/plain; charset=utf-8", "votes.pb")


@page("ballot.public", Ballot)
def ballot_roll_file(request: HttpRequest, obj: Ballot) -> HttpResponse:
    """Give the frozen roll, whose hash was logged at the opening; it does not say who voted."""
    if not obj.roll_digest:
        raise Http404
    return _file(roll_lines(obj), "text/plain; charset=utf-8", "roll.txt")


@page("ballot.vote")
def ballot_recount(request: HttpRequest) -> HttpResponse:
    """Give the one-file script that counts a published vote again."""
    text = Path(recount_votes.__file__).read_text("utf-8")
    return _file(text, "text/x-python; charset=utf-8", "recount_votes.py")


def _file(text: str, content_type: str, name: str) -> HttpResponse:
    answer = HttpResponse(text, content_type=content_type)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
