"""Everyone's own page of declared ties: that one exists and of which kind, no relative's name."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhagen.parties.actions.tie import declare_tie, end_tie
from zhagen.parties.models import Organisation, Tie
from zhagen.platform.fields import ChipField, DayField
from zhagen.platform.forms import answer_form
from zhagen.platform.pages import page
from zhagen.platform.scope import visible


@page("tie.list")
def tie_list(request: HttpRequest) -> HttpResponse:
    """List the reader's own ties."""
    ties = visible(request.actor, "tie.list", Tie).select_related("organisation")
    return render(request, "parties/tie/list.html", {"ties": ties})


class TieForm(forms.Form):
    """An own tie to an organisation."""

    organisation = forms.ModelChoiceField(label=_("机构"), queryset=Organisation.objects.all())
    kind = ChipField(label=_("关系种类"), choices=Tie.Kind.choices)
    since_on = DayField(label=_("从哪一天起"))


@page("tie.declare", methods=("GET", "POST"))
def tie_declare(request: HttpRequest) -> HttpResponse:
    """Declare an own tie."""

    def act(data: dict[str, Any]) -> HttpResponse:
        declare_tie(
            data["organisation"], data["kind"], data["since_on"], by=request.actor, now=request.received_at
        )
        return redirect("tie_list")

    return answer_form(
        request, TieForm, act, "parties/tie/declare.html", {"heading": gettext("声明关联关系")}
    )


class EndForm(forms.Form):
    """The last day of a tie."""

    until_on = DayField(label=_("最后一天"))


@page("tie.end", Tie, methods=("GET", "POST"))
def tie_end(request: HttpRequest, obj: Tie) -> HttpResponse:
    """Note that an own tie has ended."""

    def act(data: dict[str, Any]) -> HttpResponse:
        end_tie(obj, data["until_on"], by=request.actor, now=request.received_at)
        return redirect("tie_list")

    context = {"heading": gettext("关系已结束"), "tie": obj}
    return answer_form(request, EndForm, act, "parties/tie/declare.html", context)
