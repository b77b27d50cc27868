"""Pages of needs."""

import datetime as dt

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from zhagen.core.lifecycle.need import NEED
from zhagen.parties.actor import user_of
from zhagen.parties.models import Place
from zhagen.platform.clock import today
from zhagen.platform.forms import answer_form
from zhagen.platform.pages import page
from zhagen.platform.scope import visible
from zhagen.procurement.actions.need import NeedDraft, raise_need, transfer_need
from zhagen.procurement.models import Need


class NeedForm(forms.Form):
    """What a resident says."""

    place = forms.ModelChoiceField(label=_("社区"), queryset=Place.objects.filter(is_active=True, level=5))
    text = forms.CharField(label=_("您需要什么"), widget=forms.Textarea(attrs={"rows": 4}), max_length=1000)


@page("need.raise", methods=("GET", "POST"))
def need_raise(request: HttpRequest) -> HttpResponse:
    """Let anyone say a need without an account."""

    def act(data: dict) -> HttpResponse:
        draft = NeedDraft(place=data["place"], text=data["text"], theme="other")
        due = today() + dt.timedelta(days=5)
        raise_need(draft, by=request.actor, now=request.received_at, answer_by=due)
        return redirect("front")

    return answer_form(request, NeedForm, act, "procurement/need/raise.html")


@page("need.list")
def need_list(request: HttpRequest) -> HttpResponse:
    """List the needs the reader may see."""
    needs = visible(request.actor, "need.list", Need).select_related("place", "owner")
    return render(request, "procurement/need/list.html", {"needs": needs[:200]})


@page("need.view", Need)
def need_view(request: HttpRequest, obj: Need) -> HttpResponse:
    """Show one need and the steps that may follow."""
    return render(request, "procurement/need/view.html", {"need": obj, "moves": NEED.moves_from(obj.state)})


class TransferForm(forms.Form):
    """To whom a need is passed on."""

    to = forms.CharField(label=_("转给哪个单位"), max_length=100)
    next_on = forms.DateField(label=_("下次跟进日期"), widget=forms.DateInput(attrs={"type": "date"}))


@page("need.triage", Need, methods=("GET", "POST"))
def need_transfer(request: HttpRequest, obj: Need) -> HttpResponse:
    """Pass a need on."""

    def act(data: dict) -> HttpResponse:
        owner = user_of(request.actor)
        transfer_need(
            obj, data["to"], owner=owner, next_on=data["next_on"], by=request.actor, now=request.received_at
        )
        return redirect("need_view", pk=obj.pk)

    return answer_form(request, TransferForm, act, "procurement/need/transfer.html", {"need": obj})
