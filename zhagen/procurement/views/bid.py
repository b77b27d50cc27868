"""Pages of bids: an agency finds, seals, hands in, replaces; the street reads after the opening."""

from typing import Any

from django import forms
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhagen.audit.receipts import handed_in
from zhagen.core.lifecycle.tender import TenderState
from zhagen.core.types import Actor
from zhagen.platform.clock import now as clock_now
from zhagen.platform.fields import ChipField, LongTextField, MoneyField
from zhagen.platform.files import stored_path
from zhagen.platform.pages import page
from zhagen.platform.scope import visible
from zhagen.procurement.actions import bid as actions
from zhagen.procurement.actions.paper import evidence_root
from zhagen.procurement.actions.score import judge_low_price
from zhagen.procurement.models import Bid, Tender
from zhagen.procurement.views.buying import ReasonForm, method_name, step_form

LARGEST_BYTES = 20 * 1024 * 1024


class BidForm(forms.Form):
    """What an agency hands in; it is sealed as it arrives."""

    price_fen = MoneyField(label=_("报价"))
    hours = forms.IntegerField(label=_("承诺服务时数"), min_value=1, max_value=1_000_000, required=False)
    summary = LongTextField(label=_("策划书摘要"), rows=5, max_length=2000)
    file = forms.FileField(label=_("响应文件（PDF 或 Word，一个文件，不超过 20 MB）"))

    def __init__(self, *args: Any, tender: Tender, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["hours"].required = tender.criteria.filter(kind="hours").exists()
        if tender.fixed_price_fen and "price_fen" not in self.initial:
            self.initial["price_fen"] = tender.fixed_price_fen

    def clean_file(self) -> bytes:
        """Return the bytes of the file, in memory."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST_BYTES:
            raise forms.ValidationError(gettext("文件超过 20 MB。请压缩图片后重新导出。"))
        return file.read()

    @staticmethod
    def draft(data: dict[str, Any]) -> actions.BidDraft:
        """Return what was typed as the action wants it."""
        return actions.BidDraft(data["price_fen"], data["hours"], data["summary"], data["file"])


def own_bid(actor: Actor, tender: Tender) -> Bid | None:
    """Return the bid in force of the actor's own agency."""
    return visible(actor, "bid.view", Bid).filter(tender=tender, withdrawn_at__isnull=True).first()


@page("bid.offers")
def bid_offers(request: HttpRequest) -> HttpResponse:
    """List the rounds an agency may bid in, its own bids, and how they ended."""
    rounds = visible(request.actor, "bid.offers", Tender).select_related("plan__place")
    bids = visible(request.actor, "bid.view", Bid).select_related("tender").filter(withdrawn_at__isnull=True)
    held = {bid.tender_id: bid for bid in bids.filter(tender__state=TenderState.OPEN)}
    context = {
        "rounds": [(each, held.get(each.pk)) for each in rounds.filter(state=TenderState.OPEN)],
        "bids": bids.order_by("-received_at"),
    }
    return render(request, "procurement/bid/offers.html", context)


@page("bid.submit", Tender, methods=("GET", "POST"))
def bid_submit(request: HttpRequest, obj: Tender) -> HttpResponse:
    """Seal a bid and show its receipt, once; the code on it is stored nowhere else."""

    def act(data: dict[str, Any]) -> HttpResponse:
        draft = BidForm.draft(data)
        receipt = actions.submit_bid(obj, draft, by=request.actor, received_at=clock_now())
        context = {"tender": obj, "bid": receipt.bid, "code": receipt.code, "draft": draft}
        context["logged"] = handed_in(receipt.bid, "bid.sealed")
        return render(request, "procurement/bid/receipt.html", context)

    held = own_bid(request.actor, obj)
    about = {
        "heading": gettext("递交响应文件"),
        "lead": f"{obj.number} {obj.title} · {method_name(obj.method)}",
        "lines": [gettext("内容在服务器内存中加密，截止前后任何一人都打不开；报价不保存明文。")]
        + (
            [gettext("您已递交过（回执 %(receipt)s），再次递交将替换。") % {"receipt": held.receipt}]
            if held
            else []
        ),
        "cancel_url": reverse("bid_offers"),
    }
    return step_form(request, BidForm, act, about=about, tender=obj)


@page("bid.view", Bid)
def bid_view(request: HttpRequest, obj: Bid) -> HttpResponse:
    """Show an agency its own bid: receipt, hash, state, and after the award the reasons."""
    tender = obj.tender
    award = getattr(tender, "award", None)
    context = {
        "bid": obj,
        "tender": tender,
        "award": award,
        "logged": handed_in(obj, "bid.sealed", "bid.resupplied", "bid.withdrawn"),
        "may_withdraw": tender.state == TenderState.OPEN and obj.withdrawn_at is None,
        "may_resupply": tender.state == TenderState.CLOSED
        and tender.shares_lost_at
        and not obj.is_resupplied,
    }
    return render(request, "procurement/bid/view.html", context)


@page("bid.withdraw", Bid, methods=("POST",))
def bid_withdraw(request: HttpRequest, obj: Bid) -> HttpResponse:
    """Take a bid back."""
    actions.withdraw_bid(obj, by=request.actor, now=request.received_at)
    return redirect("bid_offers")


class ResupplyForm(BidForm):
    """The same bid again, with the code of its receipt."""

    code = forms.CharField(label=_("回执上的核验码"), max_length=40)


@page("bid.resupply", Bid, methods=("GET", "POST"))
def bid_resupply(request: HttpRequest, obj: Bid) -> HttpResponse:
    """Hand in again what the receipt's hash names."""

    def act(data: dict[str, Any]) -> HttpResponse:
        draft = ResupplyForm.draft(data)
        actions.resupply_bid(obj, draft, data["code"], by=request.actor, now=clock_now())
        return redirect("bid_view", pk=obj.pk)

    about = {
        "heading": gettext("补交响应文件"),
        "lead": f"{obj.tender.number} {obj.tender.title}",
        "lines": [gettext("文件、报价、时数、摘要须与当时完全相同，系统按回执上的哈希核对。")],
        "cancel_url": reverse("bid_view", args=[obj.pk]),
    }
    return step_form(request, ResupplyForm, act, about=about, tender=obj.tender)


@page("bid.file", Bid)
def bid_file(request: HttpRequest, obj: Bid) -> HttpResponse:
    """Send the opened file as a download."""
    path = stored_path(evidence_root(), obj.opened_file or obj.sealed_file)
    ending = ".pdf" if obj.opened_type.endswith("pdf") else ".docx" if obj.opened_file else ".age"
    kind = obj.opened_type or "application/octet-stream"
    return FileResponse(
        path.open("rb"), as_attachment=True, filename=f"{obj.receipt}{ending}", content_type=kind
    )


def _about(bid: Bid, heading: str) -> dict[str, Any]:
    lead = f"{bid.tender.number} · {bid.agency.name}"
    return {"heading": heading, "lead": lead, "cancel_url": reverse("tender_view", args=[bid.tender_id])}


@page("bid.void", Bid, methods=("GET", "POST"))
def bid_void(request: HttpRequest, obj: Bid) -> HttpResponse:
    """Find a bid not responsive."""

    def act(data: dict[str, Any]) -> HttpResponse:
        actions.void_bid(obj, data["reason"], by=request.actor, now=request.received_at)
        return redirect("tender_view", pk=obj.tender_id)

    return step_form(
        request, ReasonForm, act, about=_about(obj, gettext("认定无效")) | {"submit_look": "danger"}
    )


class LowPriceForm(forms.Form):
    """The panel's word on a low price."""

    is_accepted = ChipField(
        label=_("评审小组认定"), choices=[("yes", _("说明成立")), ("no", _("说明不成立，作无效处理"))]
    )
    note = LongTextField(label=_("供应商说明与认定理由"), rows=3, max_length=300)


@page("bid.void", Bid, methods=("GET", "POST"))
def bid_price(request: HttpRequest, obj: Bid) -> HttpResponse:
    """Record the panel's word on a low price."""

    def act(data: dict[str, Any]) -> HttpResponse:
        is_accepted = data["is_accepted"] == "yes"
        judge_low_price(obj, is_accepted, data["note"], by=request.actor, now=request.received_at)
        return redirect("tender_view", pk=obj.tender_id)

    return step_form(request, LowPriceForm, act, about=_about(obj, gettext("低价说明")))
