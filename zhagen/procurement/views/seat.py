"""Pages of a panel member: his seats, his word that he has no tie, his marks."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhagen.core.lifecycle.tender import TenderState
from zhagen.platform.fields import LongTextField
from zhagen.platform.forms import answer_form
from zhagen.platform.pages import page, step_page
from zhagen.platform.scope import visible
from zhagen.procurement.actions import panel, score
from zhagen.procurement.models import Seat
from zhagen.procurement.views.buying import ReasonForm, step_form


@page("seat.list")
def seat_list(request: HttpRequest) -> HttpResponse:
    """List the rounds that the member judges or has judged."""
    seats = visible(request.actor, "seat.list", Seat).select_related("tender").order_by("-tender__created_at")
    return render(request, "procurement/seat/list.html", {"seats": seats})


@page("seat.declare", Seat)
def seat_view(request: HttpRequest, obj: Seat) -> HttpResponse:
    """Show the bidders' names for the declaration, then the files."""
    tender = obj.tender
    is_open = tender.state == TenderState.OPENED
    context = {
        "seat": obj,
        "tender": tender,
        "bids": score.standing_bids(tender) if tender.opened_at else [],
        "may_declare": is_open and obj.declared_at is None and not obj.is_recused,
        "may_score": is_open and obj.declared_at is not None and not obj.is_recused,
    }
    return render(request, "procurement/seat/view.html", context)


seat_declare = step_page("seat.declare", Seat, panel.declare_free, then="seat_view")


@page("seat.declare", Seat, methods=("GET", "POST"))
def seat_step_aside(request: HttpRequest, obj: Seat) -> HttpResponse:
    """Step aside."""

    def act(data: dict[str, Any]) -> HttpResponse:
        panel.step_aside(obj, data["reason"], by=request.actor, now=request.received_at)
        return redirect("seat_list")

    about = {
        "heading": gettext("我要回避"),
        "lead": f"{obj.tender.number} {obj.tender.title}",
        "lines": [gettext("只写关系的种类，不写亲属姓名。")],
        "cancel_url": reverse("seat_view", args=[obj.pk]),
    }
    return step_form(request, ReasonForm, act, about=about)


class SheetForm(forms.Form):
    """A mark for each bid on each line that the panel marks."""

    def __init__(self, *args: Any, seat: Seat, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        given = {(row.bid_id, row.criterion_id): row.mark for row in seat.scores.order_by("revision")}
        self.lines = [
            (bid, line)
            for bid in score.standing_bids(seat.tender)
            for line in score.marked_criteria(seat.tender)
        ]
        for bid, line in self.lines:
            self.fields[f"{bid.pk}:{line.pk}"] = forms.IntegerField(
                label=f"{bid.agency.name} · {line.title}（0–{line.top_mark}）", help_text=line.standard,
                min_value=0, max_value=line.top_mark, initial=given.get((bid.pk, line.pk)),
            )  # fmt: skip
        self.fields["dissent"] = LongTextField(
            label=_("不同意见（没有可不填）"), rows=2, max_length=1000, required=False
        )
        if seat.finished_at:
            self.fields["reason"] = forms.CharField(label=_("修改理由"), max_length=300)

    def sheet(self, data: dict[str, Any]) -> score.Sheet:
        """Return the whole sheet."""
        marks = {(str(bid.pk), str(line.pk)): data[f"{bid.pk}:{line.pk}"] for bid, line in self.lines}
        return score.Sheet(marks, data["dissent"], data.get("reason", ""))


@page("seat.score", Seat, methods=("GET", "POST"))
def seat_score(request: HttpRequest, obj: Seat) -> HttpResponse:
    """Mark all bids on one page."""
    if obj.declared_at is None or obj.is_recused:
        return redirect("seat_view", pk=obj.pk)

    def act(data: dict[str, Any]) -> HttpResponse:
        sheet = SheetForm(seat=obj).sheet(data)
        score.hand_in_sheet(obj, sheet, by=request.actor, now=request.received_at)
        return redirect("seat_view", pk=obj.pk)

    about = {"seat": obj, "tender": obj.tender, "cancel_url": reverse("seat_view", args=[obj.pk])}
    return answer_form(request, SheetForm, act, "procurement/seat/score.html", about, seat=obj)
