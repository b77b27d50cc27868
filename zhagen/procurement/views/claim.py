"""Pages of payment claims: where is my money, whose desk, which paper, how many days."""

import datetime as dt
from collections.abc import Callable
from functools import cache, partial
from typing import Any
from urllib.parse import quote

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhagen.audit.receipts import handed_in
from zhagen.core.claims import Cause, DeskStay, desk_stay
from zhagen.core.lifecycle.claim import CLAIM, ClaimState
from zhagen.core.permissions import may
from zhagen.parties.rules import calendar, rules_for
from zhagen.parties.story import named_story
from zhagen.platform.clock import SHANGHAI, today
from zhagen.platform.fields import ChipField, DayField, LongTextField, MoneyField
from zhagen.platform.forms import answer_form
from zhagen.platform.links import links_for
from zhagen.platform.lists import Listing, answer_list
from zhagen.platform.pages import page, step_page
from zhagen.platform.parts import Move
from zhagen.platform.scope import visible
from zhagen.platform.tables import Column
from zhagen.platform.texts import say
from zhagen.procurement.actions import claim as actions
from zhagen.procurement.actions.contract_papers import WORD, payment_approval
from zhagen.procurement.models import Claim, Instalment

COLUMNS = (
    Column("number", "编号", "Number"),
    Column("contract", "合同", "Contract"),
    Column("agency", "机构", "Agency"),
    Column("amount_fen", "金额（元）", "Amount (yuan)", "money"),
    Column("state", "状态", "State"),
    Column("days", "在此环节（工作日）", "Working days on this desk", "int"),
    Column("cause", "滞留原因", "Cause of delay"),
    Column("missing", "缺少的材料", "Missing papers"),
)


def stay_of(claim: Claim) -> DeskStay:
    """Return on whose desk a claim lies and for how long."""
    return stay_reader()(claim)


def stay_reader() -> Callable[[Claim], DeskStay]:
    """Return `stay_of` for a list: the calendar is read once, the rules once a place."""
    days, day = calendar(), today()

    @cache
    def most(place: str) -> int:
        return rules_for(place, day).int("claim.desk_stay_warning")

    def stay(claim: Claim) -> DeskStay:
        since = claim.desk_since.astimezone(SHANGHAI).date()
        return desk_stay(claim.state, since, day, most=most(claim.contract.place_id), calendar=days)

    return stay


class ClaimFilter(forms.Form):
    """What a reader looks for among claims."""

    state = forms.ChoiceField(label=_("状态"), required=False)
    contract = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [(state.value, say(f"state.claim.{state}")) for state in ClaimState]
        self.fields["state"].choices = [("", _("全部")), *names]

    def apply(self, rows: QuerySet[Claim]) -> QuerySet[Claim]:
        """Return the rows that fit."""
        wanted = self.cleaned_data if self.is_valid() else {}
        if wanted.get("state"):
            rows = rows.filter(state=wanted["state"])
        return rows.filter(contract=wanted["contract"]) if wanted.get("contract") else rows


def _row(claim: Claim, stay: Callable[[Claim], DeskStay]) -> dict[str, object]:
    return {
        "number": claim.number,
        "contract": claim.contract.number,
        "agency": claim.contract.agency.name,
        "amount_fen": claim.amount_fen,
        "state": claim.state,
        "days": stay(claim).working_days,
        "cause": say(f"cause.{claim.delay_cause}") if claim.delay_cause else "",
        "missing": claim.missing_papers,
    }


@page("claim.list")
def claim_list(request: HttpRequest) -> HttpResponse:
    """List the claims the reader may see, with desk, days and cause of delay."""
    filters = ClaimFilter(request.GET or None)
    rows = visible(request.actor, "claim.list", Claim).select_related("contract__agency")
    return answer_list(
        request,
        Listing(
            title=("付款申请", "Payment claims"),
            columns=COLUMNS,
            rows=filters.apply(rows),
            row_of=partial(_row, stay=stay_reader()),
            url_of=lambda claim: reverse("claim_view", args=[claim.pk]),
            filters=filters,
            states={"state": "claim"},
            empty=_("还没有付款申请。验收合格后，机构在合同页面的分期表里提出申请。"),
        ),
    )


@page("claim.view", Claim)
def claim_view(request: HttpRequest, obj: Claim) -> HttpResponse:
    """Show one claim: where it lies, what is missing, its story."""
    stay = stay_of(obj)
    return render(
        request,
        "procurement/claim/view.html",
        {
            "claim": obj,
            "stay": stay,
            "pay_by": _pay_by(obj),
            "desk_name": say(f"role.{stay.role}") if stay.role else "",
            "cause": say(f"cause.{obj.delay_cause}") if obj.delay_cause else "",
            "moves": [*_moves(request, obj), *links_for("claim", request.actor, obj)],
            "steps": named_story(obj),
            "logged": handed_in(obj, "claim.submitted", "claim.resubmitted"),
            "crumbs": [(gettext("付款申请"), reverse("claim_list")), (obj.number, "")],
        },
    )


def _pay_by(claim: Claim) -> dt.date | None:
    """Return the day by which a claim under way is to be paid; None before and after."""
    if claim.submitted_at is None or claim.paid_on is not None:
        return None
    begins = claim.submitted_at.astimezone(SHANGHAI).date()
    period = rules_for(claim.contract.place_id, begins).value("claim.payment_max")
    return calendar().due_on(begins, int(str(period.value)), period.unit)


PAGES = {
    "submit": "claim_resubmit",
    "check": "claim_check",
    "approve": "claim_approve",
    "record_payment": "claim_record_payment",
    "return": "claim_return",
    "withdraw": "claim_withdraw",
}
AT_ONCE = ("check", "approve", "withdraw")


def _moves(request: HttpRequest, claim: Claim) -> list[Move]:
    moves = [
        Move(
            say(f"move.claim.{move}"),
            reverse(PAGES[move], args=[claim.pk]),
            "danger" if move == "withdraw" else "secondary" if move == "return" else "primary",
            is_post=move in AT_ONCE,
        )
        for move in CLAIM.moves_from(claim.state)
        if visible(request.actor, f"claim.{move}", Claim).filter(pk=claim.pk).exists()
    ]
    if may(request.actor, "claim.print"):
        moves.append(Move(_("付款审批表（Word）"), reverse("claim_print", args=[claim.pk])))
    if stay_of(claim).role is not None and may(request.actor, "claim.note_delay"):
        moves.append(Move(_("说明滞留原因"), reverse("claim_note_delay", args=[claim.pk])))
    return moves


class ClaimForm(forms.Form):
    """What the agency asks for."""

    amount_fen = MoneyField(label=_("申请金额"))
    invoice_no = forms.CharField(label=_("发票号码"), max_length=60)


@page("claim.submit", Instalment, methods=("GET", "POST"))
def claim_submit(request: HttpRequest, obj: Instalment) -> HttpResponse:
    """Ask for an instalment that acceptance has released."""

    def act(data: dict[str, Any]) -> HttpResponse:
        claim = actions.submit_claim(
            obj, data["amount_fen"], invoice_no=data["invoice_no"], by=request.actor, now=request.received_at
        )
        return redirect("claim_view", pk=claim.pk)

    context = {
        "heading": gettext("申请付款"),
        "instalment": obj,
        "left_fen": obj.payable_fen - obj.claimed_fen,
        "cancel_url": reverse("contract_view", args=[obj.contract_id]),
    }
    initial = {"amount_fen": obj.payable_fen - obj.claimed_fen}
    return answer_form(request, ClaimForm, act, "procurement/claim/submit.html", context, initial=initial)


class InvoiceForm(forms.Form):
    """The papers of a returned claim."""

    invoice_no = forms.CharField(label=_("发票号码"), max_length=60)


class ReturnForm(forms.Form):
    """What is missing."""

    missing = LongTextField(label=_("缺少的材料"), max_length=300, rows=3)
    cause = ChipField(label=_("原因"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cause"].choices = [(cause.value, say(f"cause.{cause}")) for cause in Cause]


class DelayForm(forms.Form):
    """Why a claim lies."""

    cause = ChipField(label=_("滞留原因"), help_text=_("机构看得到这一原因。"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cause"].choices = [(cause.value, say(f"cause.{cause}")) for cause in Cause]


class PaymentForm(forms.Form):
    """The treasury's voucher."""

    voucher_no = forms.CharField(label=_("凭证号"), max_length=60)
    paid_on = DayField(label=_("付款日期"))


def _step(
    action_name: str, form: type[forms.Form], act_on: Callable[..., Claim], title: object
) -> Callable[..., Any]:
    @page(action_name, Claim, methods=("GET", "POST"))
    def view(request: HttpRequest, obj: Claim) -> HttpResponse:
        def act(data: dict[str, Any]) -> HttpResponse:
            act_on(obj, **data, by=request.actor, now=request.received_at)
            return redirect("claim_view", pk=obj.pk)

        back = reverse("claim_view", args=[obj.pk])
        crumbs = [(gettext("付款申请"), reverse("claim_list")), (obj.number, back), (title, "")]
        context = {"heading": title, "claim": obj, "cancel_url": back, "crumbs": crumbs}
        return answer_form(request, form, act, "procurement/claim/step.html", context)

    return view


def _at_once(action_name: str, act_on: Callable[..., Claim]) -> Callable[..., HttpResponse]:
    return step_page(action_name, Claim, act_on, then="claim_view")


claim_check = _at_once("claim.check", actions.check_claim)
claim_approve = _at_once("claim.approve", actions.approve_claim)
claim_withdraw = _at_once("claim.withdraw", actions.withdraw_claim)
claim_resubmit = _step("claim.submit", InvoiceForm, actions.resubmit_claim, _("补正后再次提交"))
claim_return = _step("claim.return", ReturnForm, actions.return_claim, _("退回补正"))
claim_note_delay = _step("claim.note_delay", DelayForm, actions.note_delay, _("说明滞留原因"))
claim_record_payment = _step("claim.record_payment", PaymentForm, actions.record_payment, _("登记付款凭证"))


@page("claim.print", Claim)
def claim_print(request: HttpRequest, obj: Claim) -> HttpResponse:
    """Give the payment approval as a Word paper with the papers that belong to it."""
    filled = payment_approval(obj, request.received_at)
    answer = HttpResponse(filled.content, content_type=WORD)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(obj.number)}.docx"
    return answer
