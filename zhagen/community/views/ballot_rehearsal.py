"""The budget's slider: the real ballots of a counted vote counted again with another sum; the result stays as it is."""

from typing import Any

from django import forms
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from zhagen.community.actions.ballot import terms_of
from zhagen.community.actions.ballot_count import may_publish_ballots, result_of, winners_with
from zhagen.community.models import Ballot
from zhagen.core.errors import RuleError
from zhagen.core.fund.rehearsal import BudgetScale, moved, scale_of
from zhagen.core.fund.vote import VoteTerms
from zhagen.core.lifecycle.ballot import BallotState
from zhagen.core.money import format_yuan
from zhagen.platform.fields import MoneyField
from zhagen.platform.limits import caller_of, limit
from zhagen.platform.pages import page
from zhagen.platform.parts import Figure
from zhagen.platform.texts import explain, listed

COUNTED_AT_MOST, HOUR = 150, 3600
"""Sums that one device may have counted anew within an hour; what was counted before is free."""

KEPT_SECONDS = 30 * 24 * HOUR
STOPS_BP = (5_000, 7_500, 9_000, 11_000, 12_500, 15_000)
PART = "community/ballot/_rehearsal.html"


class BudgetForm(forms.Form):
    """The sum that is tried."""

    budget = MoneyField(label=_("假如本轮资金是"))


def may_rehearse(ballot: Ballot) -> bool:
    """Return whether a result can be tried with other sums: it elected, and its ballots are enough to be published."""
    return ballot.state == BallotState.COUNTED and may_publish_ballots(ballot)


def scale_of_vote(terms: VoteTerms) -> BudgetScale:
    """Return the sums that may be tried for a vote."""
    return scale_of(terms.budget_fen, sum(each.asked_fen for each in terms.projects))


def would_win(ballot: Ballot, budget_fen: int, caller: str) -> tuple[int, ...]:
    """Return who would win with another sum: counted once and kept, since the ballots never change.

    Raises:
        RuleError: "request.too_many".
    """
    key = f"rehearsal:{ballot.votes_digest}:{budget_fen}"
    found = cache.get(key)
    if found is None:
        limit("ballot.rehearsal", caller, most=COUNTED_AT_MOST, seconds=HOUR)
        found = list(winners_with(ballot, budget_fen))
        cache.set(key, found, timeout=KEPT_SECONDS)
    return tuple(found)


def rehearsal_context(ballot: Ballot, budget_fen: int | None = None, caller: str = "") -> dict[str, Any]:
    """Return what the slider and the part below it show; without a sum, the real one and what really won."""
    terms, result = terms_of(ballot), result_of(ballot)
    scale = scale_of_vote(terms)
    tried = terms.budget_fen if budget_fen is None else scale.nearest(budget_fen)
    winners = result.winners if tried == terms.budget_fen else would_win(ballot, tried, caller)
    asked = {each.number: each.asked_fen for each in terms.projects}
    in_order = _ordered(terms, result.winners)
    found = moved(result.winners, winners, asked, tried)
    return {
        "ballot": ballot,
        "tried_fen": tried,
        "real_fen": terms.budget_fen,
        "real_count": len(result.winners),
        "is_real": tried == terms.budget_fen,
        "was_moved": budget_fen not in (None, tried),
        "figures_tried": _figures(tried, found.spent_fen, found.spent_bp, len(winners)),
        "fates": [(each, _fate(each.number, result.winners, winners)) for each in in_order],
        "enters": listed([each.title for each in in_order if each.number in found.enters]),
        "leaves": listed([each.title for each in in_order if each.number in found.leaves]),
        "scale": {name: _plain(getattr(scale, f"{name}_fen")) for name in ("lowest", "highest", "step")},
        "value": _plain(tried),
        "real_value": _plain(terms.budget_fen),
        "stops": [(_plain(each), each, each > terms.budget_fen) for each in scale.stops(STOPS_BP)],
    }


def _plain(amount_fen: int) -> str:
    """Return yuan as an input of the browser takes them."""
    return format_yuan(amount_fen).replace(",", "").removesuffix(".00")


def _figures(tried: int, spent: int, spent_bp: int, count: int) -> list[Figure]:
    left = now_("剩 %(yuan)s 元") % {"yuan": format_yuan(tried - spent)}
    return [
        Figure(_("假如资金是"), format_yuan(tried), _("元")),
        Figure(_("会入选"), count, _("项")),
        Figure(_("会用去"), format_yuan(spent), _("元"), note=f"{spent_bp / 100:.1f}% · {left}"),
    ]


def _ordered(terms: VoteTerms, winners: tuple[int, ...]) -> list[Any]:
    places = {number: place for place, number in enumerate(winners)}
    return sorted(terms.projects, key=lambda each: (places.get(each.number, len(places)), each.number))


def _fate(number: int, real: tuple[int, ...], tried: tuple[int, ...]) -> str:
    """Return in one word what the other sum does to a project."""
    if number in real:
        return "stays" if number in tried else "leaves"
    return "enters" if number in tried else "out"


@page("ballot.public", Ballot)
def ballot_rehearsal(request: HttpRequest, obj: Ballot) -> HttpResponse:
    """Count the real ballots again with another sum; the whole page, or the part alone for the slider."""
    if not may_rehearse(obj):
        raise Http404
    form = BudgetForm(request.GET or None)
    error = ""
    try:
        tried = form.cleaned_data["budget"] if form.is_valid() else None
        context = rehearsal_context(obj, tried, caller_of(request))
    except RuleError as refused:
        error, context = explain(refused), rehearsal_context(obj)
    if form.errors:
        error = form.errors["budget"][0]
    context |= {"error": error, "typed": request.GET.get("budget", "")[:30]}
    if request.headers.get("HX-Request"):
        return render(request, PART, context)
    context["crumbs"] = [
        (now_("投票"), reverse("ballot_start")),
        (obj.cycle.title, reverse("ballot_public", args=[obj.pk])),
        (now_("换一笔资金试试"), ""),
    ]
    return render(request, "community/ballot/rehearsal.html", context, status=422 if error else 200)
