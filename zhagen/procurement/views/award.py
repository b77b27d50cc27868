"""Pages of awards: the decision, the record of an outside award, the reasons to each bidder."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhagen.core.errors import RuleError
from zhagen.core.money import format_yuan
from zhagen.core.permissions import may
from zhagen.core.types import Actor
from zhagen.parties.models import Organisation
from zhagen.platform.fields import MoneyField
from zhagen.platform.pages import page
from zhagen.platform.parts import Move
from zhagen.platform.texts import explain
from zhagen.procurement.actions import award as actions
from zhagen.procurement.actions.query import challenge_period, pausing_queries
from zhagen.procurement.actions.tender import rules_in
from zhagen.procurement.models import Award, Bid, Tender
from zhagen.procurement.views.buying import DecisionForm, ReasonForm, method_name, step_form
from zhagen.procurement.views.tender import about_tender


@page("award.view", Award)
def award_view(request: HttpRequest, obj: Award) -> HttpResponse:
    """Show an award to the street: decision, ranking, what pauses the signing."""
    names = {str(bid.pk): bid.agency.name for bid in obj.tender.bids.select_related("agency")}
    context = {
        "award": obj,
        "tender": obj.tender,
        "method": method_name(obj.tender.method),
        "ranking": [{**line, "agency": names[line["bid"]]} for line in obj.result.get("ranking", [])],
        "pausing": pausing_queries(obj.tender),
        "moves": _moves(request.actor, obj),
        "crumbs": [
            (gettext("采购项目"), reverse("tender_list")),
            (obj.tender.number, reverse("tender_view", args=[obj.tender_id])),
            (gettext("成交"), ""),
        ],
    }
    return render(request, "procurement/award/view.html", context)


def _moves(actor: Actor, award: Award) -> list[Move]:
    if award.annulled_at:
        return []
    moves = []
    if may(actor, "contract.draft") and not hasattr(award, "contract"):
        moves.append(Move(_("起草合同"), reverse("contract_draft", args=[award.pk]), "primary"))
    if may(actor, "award.annul"):
        moves.append(Move(_("撤销成交"), reverse("award_annul", args=[award.pk]), "danger"))
    return moves


@page("award.decide", Tender, methods=("GET", "POST"))
def award_decide(request: HttpRequest, obj: Tender) -> HttpResponse:
    """Record the decision on a ranked round."""
    if not obj.result.get("ranking"):
        raise Http404
    first = obj.result["ranking"][0]

    def act(data: dict[str, Any]) -> HttpResponse:
        made = actions.decide_award(
            obj, DecisionForm.decision(data), by=request.actor, now=request.received_at
        )
        return redirect("award_view", pk=made.pk)

    agency = Bid.objects.get(pk=first["bid"]).agency.name
    line = gettext("排序第一：%(agency)s，%(amount)s 元。按排序确定，不得另选。")
    about = about_tender(obj, gettext("登记成交决定"))
    about["lines"] = [line % {"agency": agency, "amount": format_yuan(first["amount_fen"])}]
    return _decision_page(request, DecisionForm, act, obj, about)


def _decision_page(
    request: HttpRequest, form: Any, act: Any, obj: Tender, about: dict[str, Any]
) -> HttpResponse:
    rules = rules_in(obj, request.received_at)
    return step_form(request, form, act, about=about, rules=rules, amount_fen=obj.plan.budget_fen)


class GivenForm(DecisionForm):
    """Who gets the contract for how much, and the decision on it."""

    agency = forms.ModelChoiceField(label=_("成交供应商"), queryset=Organisation.objects.all())
    amount_fen = MoneyField(label=_("成交金额"))
    field_order = ("agency", "amount_fen", "body", "number", "decided_on", "attendees")


def _given_page(request: HttpRequest, obj: Tender, about: dict[str, Any], action: Any) -> HttpResponse:
    def act(data: dict[str, Any]) -> HttpResponse:
        decision = DecisionForm.decision(data)
        made = action(
            obj, data["agency"], data["amount_fen"], decision, by=request.actor, now=request.received_at
        )
        return redirect("award_view", pk=made.pk)

    return _decision_page(request, GivenForm, act, obj, about)


@page("award.decide", Tender, methods=("GET", "POST"))
def award_direct(request: HttpRequest, obj: Tender) -> HttpResponse:
    """Record a direct small purchase."""
    return _given_page(request, obj, about_tender(obj, gettext("登记直接采购")), actions.award_directly)


@page("award.record", Tender, methods=("GET", "POST"))
def award_record(request: HttpRequest, obj: Tender) -> HttpResponse:
    """Record an award made on the finance department's platform."""
    about = about_tender(obj, gettext("登记平台外成交"))
    if not obj.papers.filter(kind=actions.OUTSIDE_PAPER).exists():
        about["lines"] = [gettext("登记前先把中标（成交）通知书存入归档材料。")]
        url = f"{reverse('paper_add', args=[obj.plan_id])}?kind={actions.OUTSIDE_PAPER}"
        about["links"] = [(gettext("上传中标（成交）通知书"), url)]
    return _given_page(request, obj, about, actions.record_outside_award)


@page("award.annul", Award, methods=("GET", "POST"))
def award_annul(request: HttpRequest, obj: Award) -> HttpResponse:
    """Annul an award."""

    def act(data: dict[str, Any]) -> HttpResponse:
        actions.annul_award(obj, data["reason"], by=request.actor, now=request.received_at)
        return redirect("award_view", pk=obj.pk)

    about = {
        "heading": gettext("撤销成交"),
        "lead": f"{obj.tender.number} {obj.tender.title}",
        "cancel_url": reverse("award_view", args=[obj.pk]),
        "submit_look": "danger",
    }
    return step_form(request, ReasonForm, act, about=about)


@page("award.reasons", Bid)
def award_reasons(request: HttpRequest, obj: Bid) -> HttpResponse:
    """Tell a bidder its own marks beside the winner's, its place, and what would have won."""
    award = Award.objects.filter(tender=obj.tender).select_related("agency").first()
    result = obj.tender.result
    if not result or (award is None and obj.tender.state != "failed"):
        raise Http404
    reasons = result.get("losers", {}).get(str(obj.pk))
    until, source = challenge_period(obj.tender, rules_in(obj.tender, request.received_at))
    context = {
        "bid": obj,
        "tender": obj.tender,
        "until": until,
        "source": source,
        "award": award,
        "is_winner": award is not None and award.bid_id == obj.pk,
        "reasons": reasons,
        "rejected_for": [_said(each) for each in (reasons or {}).get("rejected_for", [])],
        "would_have_won": [_said(each) for each in (reasons or {}).get("would_have_won", [])],
    }
    return render(request, "procurement/award/reasons.html", context)


def _said(reason: dict[str, Any]) -> str:
    return explain(RuleError(reason["code"], source=reason["source"], **reason["figures"]))
