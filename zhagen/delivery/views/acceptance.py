"""Pages of acceptances: what was promised beside what was delivered, what users say, the decision."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhagen.core.lifecycle.acceptance import ACCEPTANCE
from zhagen.delivery.actions import acceptance as actions
from zhagen.delivery.models import Acceptance, Opinion
from zhagen.delivery.views.acceptance_paper import papers_of
from zhagen.parties.story import named_story
from zhagen.platform.clock import today
from zhagen.platform.fields import ChipField, LongTextField, MoneyField
from zhagen.platform.forms import answer_form
from zhagen.platform.lists import Listing, answer_list
from zhagen.platform.pages import page
from zhagen.platform.parts import Move
from zhagen.platform.scope import visible
from zhagen.platform.tables import Column
from zhagen.platform.texts import say
from zhagen.procurement.models import Instalment
from zhagen.procurement.terms_words import promise_name

COLUMNS = (
    Column("number", "编号", "Number"),
    Column("contract", "合同", "Contract"),
    Column("agency", "机构", "Agency"),
    Column("state", "状态", "State"),
    Column("delivered_bp", "交付比例", "Delivered", "percent_bp"),
    Column("deemed_on", "逾期视为通过", "Deemed accepted on", "date"),
)


def _row(acceptance: Acceptance) -> dict[str, object]:
    return {
        "number": acceptance.number,
        "contract": acceptance.contract.title,
        "agency": acceptance.contract.agency.name,
        "state": acceptance.state,
        "delivered_bp": acceptance.figures.get("delivered_bp"),
        "deemed_on": acceptance.deemed_on,
    }


@page("acceptance.list")
def acceptance_list(request: HttpRequest) -> HttpResponse:
    """List the acceptances the reader may see."""
    rows = visible(request.actor, "acceptance.list", Acceptance).select_related("contract__agency")
    return answer_list(
        request,
        Listing(
            title=("履约验收", "Acceptances"),
            columns=COLUMNS,
            rows=rows,
            row_of=_row,
            url_of=lambda acceptance: reverse("acceptance_view", args=[acceptance.pk]),
            states={"state": "acceptance"},
            empty=_("还没有验收。一期服务到期后，机构在合同页面申请验收。"),
        ),
    )


@page("acceptance.request", Instalment, methods=("GET", "POST"))
def acceptance_request(request: HttpRequest, obj: Instalment) -> HttpResponse:
    """Show the agency what the figures say, then ask for the acceptance."""

    def act(data: dict[str, Any]) -> HttpResponse:
        acceptance = actions.request_acceptance(obj, by=request.actor, now=request.received_at)
        return redirect("acceptance_view", pk=acceptance.pk)

    finding = actions.find(obj, opinions=0, today=today())
    context = {
        "instalment": obj,
        "finding": finding,
        "lines": [
            (promise_name(each.promise.name), each.promise.promised, each.counted, each.is_short)
            for each in finding.promises
        ],
        "cancel_url": reverse("contract_view", args=[obj.contract_id]),
    }
    return answer_form(request, forms.Form, act, "delivery/acceptance/request.html", context)


@page("acceptance.view", Acceptance)
def acceptance_view(request: HttpRequest, obj: Acceptance) -> HttpResponse:
    """Show promised beside delivered, the users' opinions and the steps that may follow."""
    figures = obj.figures
    return render(
        request,
        "delivery/acceptance/view.html",
        {
            "acceptance": obj,
            "lines": [
                (promise_name(each["name"]), each["promised"], each["counted"], each["is_short"])
                for each in figures.get("promises", [])
            ],
            "reasons": [say(each["code"], **each["figures"]) for each in figures.get("reasons", [])],
            "opinions": obj.opinions.all(),
            "papers": papers_of(request.actor, obj),
            "moves": _moves(request, obj),
            "steps": named_story(obj),
            "crumbs": [(gettext("履约验收"), reverse("acceptance_list")), (obj.number, "")],
        },
    )


PAGES = {
    "hear": ("ask_users", _("记录服务对象意见"), "secondary"),
    "accept": ("accept", _("验收合格"), "primary"),
    "correct": ("correct", _("限期整改"), "secondary"),
    "refuse": ("refuse", _("验收不合格"), "danger"),
    "resubmit": ("resubmit", _("整改后再次申请"), "primary"),
}
STEP = {"accept": "decide", "correct": "decide", "refuse": "decide"}


def _moves(request: HttpRequest, acceptance: Acceptance) -> list[Move]:
    open_moves = ACCEPTANCE.moves_from(acceptance.state)
    return [
        Move(title, reverse(f"acceptance_{name}", args=[acceptance.pk]), look)
        for name, (move, title, look) in PAGES.items()
        if (move in open_moves or (name == "hear" and acceptance.state == "users_asked"))
        and visible(request.actor, f"acceptance.{STEP.get(name, name)}", Acceptance)
        .filter(pk=acceptance.pk)
        .exists()
    ]


class OpinionForm(forms.Form):
    """What a service user says."""

    speaker = forms.CharField(
        label=_("谁说的"), max_length=60, help_text=_("写身份，不写姓名，如：参加小组的居民")
    )
    word = ChipField(label=_("服务说到做到了吗"), choices=Opinion.Word.choices)
    remark = LongTextField(label=_("原话"), required=False, max_length=500, rows=3)


class AcceptForm(forms.Form):
    """How much becomes payable."""

    payable_fen = MoneyField(label=_("核定可付金额"))
    remark = LongTextField(
        label=_("理由"), required=False, max_length=500, rows=3, help_text=_("与对照结果不同，或少付时必填。")
    )


class RemarkForm(forms.Form):
    """Grounds of a step."""

    remark = LongTextField(label=_("说明"), max_length=500)


def _step(name: str, form: type[forms.Form]) -> Any:
    @page(f"acceptance.{STEP.get(name, name)}", Acceptance, methods=("GET", "POST"))
    def view(request: HttpRequest, obj: Acceptance) -> HttpResponse:
        def act(data: dict[str, Any]) -> HttpResponse:
            _act(name, obj, data, request)
            return redirect("acceptance_view", pk=obj.pk)

        back = reverse("acceptance_view", args=[obj.pk])
        title = PAGES[name][1]
        context = {
            "acceptance": obj,
            "heading": title,
            "submit_label": title,
            "submit_look": PAGES[name][2] if PAGES[name][2] == "danger" else "primary",
            "cancel_url": back,
            "crumbs": [(gettext("履约验收"), reverse("acceptance_list")), (obj.number, back), (title, "")],
        }
        initial = {"payable_fen": obj.instalment.amount_fen} if name == "accept" else None
        return answer_form(request, form, act, "delivery/acceptance/step.html", context, initial=initial)

    return view


def _act(name: str, obj: Acceptance, data: dict[str, Any], request: HttpRequest) -> None:
    who = {"by": request.actor, "now": request.received_at}
    if name == "hear":
        actions.hear_opinion(obj, **data, **who)
    elif name == "accept":
        actions.accept(obj, actions.Decision(**data), **who)
    else:
        step = {
            "correct": actions.ask_correction,
            "refuse": actions.refuse,
            "resubmit": actions.resubmit_acceptance,
        }[name]
        step(obj, data["remark"], **who)


acceptance_hear = _step("hear", OpinionForm)
acceptance_accept = _step("accept", AcceptForm)
acceptance_correct = _step("correct", RemarkForm)
acceptance_refuse = _step("refuse", RemarkForm)
acceptance_resubmit = _step("resubmit", RemarkForm)
