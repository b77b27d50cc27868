"""Pages of supervision: logged by the supervisor, stated by the worker; sessions due by the contract."""

import datetime as dt
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from zhagen.core.indicators.supervision import minutes_per_worker_month
from zhagen.delivery.actions import supervision as actions
from zhagen.delivery.facts_people import front_line, supervision_rows, worker_months
from zhagen.delivery.facts_work import Period
from zhagen.delivery.models import Staffing, Supervision
from zhagen.delivery.quarters import quarter_of
from zhagen.delivery.views.common import STEP, contract_crumbs, may_on, step_context
from zhagen.platform.clock import today
from zhagen.platform.fields import DayField, MinutesField
from zhagen.platform.forms import answer_form
from zhagen.platform.pages import page
from zhagen.platform.parts import Figure, Move
from zhagen.platform.scope import visible
from zhagen.procurement.actions.contract import sealed_terms
from zhagen.procurement.models import Contract


@page("supervision.list", Contract)
def supervision_list(request: HttpRequest, obj: Contract) -> HttpResponse:
    """Show the quarter's sessions against the contract's, and each session with both sides' minutes."""
    on = min(today(), obj.ends_on)
    rows = visible(request.actor, "supervision.list", Supervision).filter(contract=obj)
    moves = []
    if may_on(request.actor, "supervision.log", obj):
        moves.append(Move(_("登记一次督导"), reverse("supervision_log", args=[obj.pk]), "primary"))
    may_confirm = set(
        visible(request.actor, "supervision.confirm", Supervision)
        .filter(contract=obj, worker_minutes__isnull=True)
        .values_list("pk", flat=True)
    )
    sessions = [(row, row.pk in may_confirm) for row in rows.select_related("worker", "supervisor")[:100]]
    return render(
        request,
        "delivery/supervision/list.html",
        {
            "contract": obj,
            "figures": _figures(obj, on),
            "workers": _due(obj, on),
            "sessions": sessions,
            "moves": moves,
            "crumbs": contract_crumbs(obj, (_t("督导"), "")),
        },
    )


def _figures(contract: Contract, on: dt.date) -> list[Figure]:
    period = Period(quarter_of(on), on)
    rows = supervision_rows(contract, period)
    measure = minutes_per_worker_month(rows, worker_months(contract, period))
    return [
        Figure(
            _("每名社工每月督导（双方都记的）"),
            measure.value if measure.is_usable else "—",
            _("分钟"),
            note=_("人月太少时不显示数值") if not measure.is_usable else "",
        ),
        Figure(_("合同约定每季度"), sealed_terms(contract).supervision_sessions, _("次")),
    ]


def _due(contract: Contract, on: dt.date) -> list[tuple[Staffing, int, int]]:
    """Return each worker in post with the sessions agreed by both sides this quarter and those still due."""
    least = sealed_terms(contract).supervision_sessions
    held: dict[str, int] = {}
    for row in supervision_rows(contract, Period(quarter_of(on), on)):
        if row.agreed_minutes:
            held[row.worker] = held.get(row.worker, 0) + 1
    present = front_line(contract).filter(until_on__isnull=True)
    return [
        (worker, held.get(str(worker.pk), 0), max(least - held.get(str(worker.pk), 0), 0))
        for worker in present
    ]


class LogForm(forms.Form):
    """One session by the supervisor's side."""

    worker = forms.ModelChoiceField(label=_("社工"), queryset=Staffing.objects.none())
    held_on = DayField(label=_("日期"))
    minutes = MinutesField(label=_("时长"))
    topic = forms.CharField(
        label=_("主题"), max_length=200, help_text=_("不写居民姓名和病情，如：个案介入方法")
    )

    def __init__(self, *args: Any, contract: Contract, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["worker"].queryset = front_line(contract)  # type: ignore[attr-defined]
        self.fields["worker"].label_from_instance = lambda worker: worker.name  # type: ignore[attr-defined]


@page("supervision.log", Contract, methods=("GET", "POST"))
def supervision_log(request: HttpRequest, obj: Contract) -> HttpResponse:
    """Log a session; it counts with the minutes that the worker states too."""
    back = reverse("supervision_list", args=[obj.pk])

    def act(data: dict[str, Any]) -> HttpResponse:
        worker = data.pop("worker")
        actions.log_supervision(worker, **data, by=request.actor, now=request.received_at)
        return redirect(back)

    context = step_context(_("登记一次督导"), back, lead=obj.title)
    initial = {"held_on": today(), "minutes": 60}
    return answer_form(request, LogForm, act, STEP, context, contract=obj, initial=initial)


class MinutesForm(forms.Form):
    """How long it was by the worker's word."""

    minutes = MinutesField(label=_("实际时长"), min_value=0, help_text=_("没有这回事请填 0。"))


@page("supervision.confirm", Supervision, methods=("GET", "POST"))
def supervision_confirm(request: HttpRequest, obj: Supervision) -> HttpResponse:
    """State the minutes by the worker's side."""
    back = reverse("supervision_list", args=[obj.contract_id])

    def act(data: dict[str, Any]) -> HttpResponse:
        actions.confirm_supervision(obj, data["minutes"], by=request.actor, now=request.received_at)
        return redirect(back)

    context = step_context(_("确认督导时长"), back, lead=f"{obj.held_on} {obj.topic}")
    return answer_form(request, MinutesForm, act, STEP, context)
