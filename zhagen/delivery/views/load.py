"""The community office's own load: this month's tasks against the cap, and the yearly rating."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from zhagen.core.types import Role
from zhagen.delivery.actions import load as actions
from zhagen.delivery.models import LoadRating
from zhagen.delivery.views.common import SERVING, STEP, may_on, step_context
from zhagen.parties.models import Place
from zhagen.parties.rules import rules_for
from zhagen.platform.clock import today
from zhagen.platform.fields import ChipField
from zhagen.platform.forms import answer_form
from zhagen.platform.pages import page
from zhagen.platform.parts import Figure, ToConfirm
from zhagen.platform.scope import visible
from zhagen.procurement.models import Contract

WORDS = [
    (5, _("5 没有添负担")),
    (4, _("4 添了一点")),
    (3, _("3 一般")),
    (2, _("2 比较多")),
    (1, _("1 添了很多")),
]


@page("load.view", Place)
def load_view(request: HttpRequest, obj: Place) -> HttpResponse:
    """Show what is asked of a community office this month, and how it rates each contract."""
    on = today()
    load = actions.month_load(obj, on)
    rule = rules_for(obj.code, on).value("community.tasks_max")
    ratings = {each.contract_id: each for each in LoadRating.objects.filter(place=obj, year=on.year)}
    contracts = Contract.objects.filter(communities=obj, state__in=SERVING).select_related("agency")
    return render(
        request,
        "delivery/load/view.html",
        {
            "place": obj,
            "load": load,
            "figures": [
                Figure(
                    _("本月请社区办的事"), load.total, _("件"), tone="wait" if load.is_full else "",
                    note=_t("上限 %(most)s 件") % {"most": load.most}, is_to_confirm=rule.confirm,
                ),
                Figure(_("确认计划外任务"), load.confirmations, _("件")),
                Figure(_("听取服务对象意见"), load.opinions, _("件")),
                Figure(_("有期限的通知"), load.notices, _("件")),
            ],
            "to_confirm": [ToConfirm(rule.zh, rule.value, rule.source)] if rule.confirm else [],
            "rated": [
                (each, ratings.get(each.pk), each.pk not in ratings and may_on(request.actor, "load.rate", each))
                for each in contracts
            ],
            "year": on.year,
            "crumbs": [(_t("社区负担"), ""), (obj.name, "")],
        },
    )  # fmt: skip


class RateForm(forms.Form):
    """How much load an agency brought this year."""

    rating = ChipField(label=_("今年它给社区添了多少负担"), choices=WORDS)
    place = forms.ModelChoiceField(label=_("社区"), queryset=Place.objects.none())
    remark = forms.CharField(label=_("想说的"), max_length=300, required=False)

    def __init__(self, *args: Any, places: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].queryset = places  # type: ignore[attr-defined]
        if len(places) == 1:
            self.fields["place"].widget = forms.HiddenInput()


@page("load.rate", Contract, methods=("GET", "POST"))
def load_rate(request: HttpRequest, obj: Contract) -> HttpResponse:
    """Rate once a year."""
    held = [each.place for each in request.actor.grants if each.role is Role.COMMUNITY]
    places = visible(request.actor, "load.view", Place).filter(served_by=obj, pk__in=held)

    def act(data: dict[str, Any]) -> HttpResponse:
        actions.rate_load(
            obj, data["place"], int(data["rating"]), remark=data["remark"],
            by=request.actor, now=request.received_at,
        )  # fmt: skip
        return redirect("load_view", pk=data["place"].pk)

    first = places.first()
    back = reverse("load_view", args=[first.pk]) if first else reverse("desk")
    hint = _("一年一次，只评负担，不评好坏；机构只看到各社区合在一起的结果。")
    context = step_context(_("评价工作负担"), back, lead=f"{obj.title} · {obj.agency.name}", hint=hint)
    return answer_form(request, RateForm, act, STEP, context, places=places, initial={"place": first})
