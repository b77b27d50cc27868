"""Pages of receipts: handed in on a phone with the invoice's photo, checked by another, taken back, struck."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from zhagen.community.actions import fund_receipt as actions
from zhagen.community.actions.fund_tie import check_untied
from zhagen.community.models import CostLine, FundReceipt, Grant
from zhagen.community.views.fund_common import STEP, allowed, form_step, moves_of, step_context
from zhagen.core.errors import RuleError
from zhagen.core.lifecycle.fund_receipt import FUND_RECEIPT
from zhagen.core.money import format_yuan
from zhagen.parties.story import named_story
from zhagen.platform.clock import today
from zhagen.platform.fields import ChipField, DayField, LongTextField, MoneyField
from zhagen.platform.files import read_stored
from zhagen.platform.forms import answer_form
from zhagen.platform.home import data_home
from zhagen.platform.pages import page, step_page
from zhagen.platform.texts import explain


class ReceiptForm(forms.Form):
    """What an invoice says, with its photo or PDF."""

    scan = forms.FileField(
        label=_("发票照片或 PDF"),
        widget=forms.FileInput(attrs={"accept": "image/*,application/pdf"}),
        help_text=_("拍清楚金额、日期和号码。只有办理和监督的人看得到，不公开。"),
    )
    amount_fen = MoneyField(label=_("票面金额"))
    what = forms.CharField(label=_("买了什么（会公开）"), max_length=100)
    supplier_name = forms.CharField(label=_("供应商（票面全称，会公开）"), max_length=100)
    invoice_no = forms.CharField(label=_("发票或收据号码"), max_length=60)
    invoiced_on = DayField(label=_("开票日期"))
    cost_line = forms.ModelChoiceField(
        label=_("用在预算的哪一项"),
        queryset=CostLine.objects.none(),
        required=False,
        empty_label=_("不在预算里"),
    )
    money = ChipField(label=_("用谁的钱付的"), choices=FundReceipt.Money.choices)

    def __init__(self, *args: Any, grant: Grant, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        line: Any = self.fields["cost_line"]
        line.queryset = grant.proposal.cost_lines.all()
        line.label_from_instance = lambda each: f"{each.what} · {format_yuan(each.amount_fen)}"
        if not grant.own_fen:
            self.fields["money"].widget = forms.HiddenInput()


@page("fund_receipt.add", Grant, methods=("GET", "POST"))
def fund_receipt_add(request: HttpRequest, obj: Grant) -> HttpResponse:
    """Hand in an invoice of a grant; somebody else checks it."""
    back = reverse("grant_view", args=[obj.pk])

    def act(data: dict[str, Any]) -> HttpResponse:
        scan = actions.keep_scan(data.pop("scan").read())
        actions.add_receipt(
            obj, actions.ReceiptDraft(**data), scan, by=request.actor, now=request.received_at  # type: ignore[attr-defined]
        )  # fmt: skip
        return redirect(back)

    left = now_("自治金还能用 %(fund)s 元，自筹还能用 %(own)s 元。交上以后由另一位同事核对。")
    lead = left % {"fund": format_yuan(obj.left_fen), "own": format_yuan(obj.own_left_fen)}
    context = step_context(_("交票据"), obj.proposal.title, back) | {"lead": lead}
    initial = {"invoiced_on": today(), "money": FundReceipt.Money.FUND}
    return answer_form(request, ReceiptForm, act, STEP, context, grant=obj, initial=initial)


STEPS = (
    (("check", "check_own"), "fund_receipt.check", _("核对无误"), "fund_receipt_check", "primary", True),
    (("refuse",), "fund_receipt.refuse", _("退回票据"), "fund_receipt_refuse", "secondary", False),
    (("withdraw",), "fund_receipt.withdraw", _("撤回票据"), "fund_receipt_withdraw", "secondary", True),
    (("strike",), "fund_receipt.strike", _("冲销票据"), "fund_receipt_strike", "danger", False),
)
"""Moves that make it possible, action, label, page, look, whether it posts at once."""


@page("fund_receipt.view", FundReceipt)
def fund_receipt_view(request: HttpRequest, obj: FundReceipt) -> HttpResponse:
    """Show a receipt beside its scan; whoever added it, or is tied, is told that another must check it."""
    actor = request.actor  # type: ignore[attr-defined]
    possible = set(FUND_RECEIPT.moves_from(obj.state))
    if obj.money == FundReceipt.Money.OWN:
        possible = {"strike" if each == "strike_own" else each for each in possible}
    else:
        possible -= {"strike_own"}
    is_mine = str(obj.added_by_id) == actor.key
    others = {"fund_receipt.check", "fund_receipt.refuse"} if is_mine else {"fund_receipt.withdraw"}
    barred = _barred(request, obj) if "check" in possible and not is_mine else ""
    if barred:
        others = others | {"fund_receipt.check"}
    wanted = [each[1:] for each in STEPS if possible & set(each[0]) and each[1] not in others]
    context = {
        "receipt": obj,
        "moves": moves_of(request, obj, wanted),  # type: ignore[arg-type]
        "is_mine": is_mine and obj.state == FUND_RECEIPT.initial,
        "barred": barred,
        "is_pdf": obj.content_type == "application/pdf",
        "steps": named_story(obj),
        "crumbs": [(obj.grant.proposal.title, reverse("grant_view", args=[obj.grant_id])), (obj.what, "")],
    }
    return render(request, "community/fund_receipt/view.html", context)


def _barred(request: HttpRequest, receipt: FundReceipt) -> str:
    """Return why the reader, who could check otherwise, is barred by a tie; "" if he is not."""
    actor = request.actor  # type: ignore[attr-defined]
    if not allowed(actor, "fund_receipt.check", receipt):
        return ""
    try:
        check_untied(receipt.grant.proposal, by=actor, now=request.received_at)  # type: ignore[attr-defined]
    except RuleError as error:
        return explain(error)
    return ""


@page("fund_receipt.view", FundReceipt)
def fund_receipt_scan(request: HttpRequest, obj: FundReceipt) -> HttpResponse:
    """Serve the kept photo of an invoice to be shown, its PDF to be downloaded."""
    content = read_stored(data_home() / "evidence", obj.file_digest)
    way = "inline" if obj.content_type.startswith("image/") else 'attachment; filename="invoice.pdf"'
    headers = {"Cache-Control": "private, max-age=600", "Content-Disposition": way}
    return HttpResponse(content, content_type=obj.content_type, headers=headers)


class ReasonForm(forms.Form):
    """Why."""

    reason = LongTextField(label=_("理由（交票据的人看得到）"), max_length=300, rows=3)


fund_receipt_check = step_page(
    "fund_receipt.check", FundReceipt, actions.check_receipt, then="fund_receipt_view"
)
fund_receipt_withdraw = step_page(
    "fund_receipt.withdraw", FundReceipt, actions.withdraw_receipt, then="fund_receipt_view"
)
fund_receipt_refuse = form_step(
    "fund_receipt.refuse", FundReceipt, ReasonForm, actions.refuse_receipt,
    title=_("退回票据"), then="fund_receipt_view",
)  # fmt: skip
fund_receipt_strike = form_step(
    "fund_receipt.strike", FundReceipt, ReasonForm, actions.strike_receipt,
    title=_("冲销票据"), then="fund_receipt_view", submit_look="danger",
)  # fmt: skip
