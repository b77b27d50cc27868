"""Pages of a grant's claims: put together, printed with its papers, signed desk by desk, returned, paid."""

import datetime as dt
from collections.abc import Callable
from urllib.parse import quote

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from zhagen.audit.receipts import handed_in
from zhagen.community.actions import grant_claim as actions
from zhagen.community.actions.fund_receipt import claimable
from zhagen.community.models import Grant, GrantClaim
from zhagen.community.views.fund_common import form_step, moves_of
from zhagen.community.views.grant_claim_paper import claim_pdf, papers_of
from zhagen.core.claims import DeskStay, stay_at
from zhagen.core.fund.claim_way import claim_desks
from zhagen.core.lifecycle.grant_claim import GRANT_CLAIM, GrantClaimState
from zhagen.parties.rules import calendar, rules_for
from zhagen.parties.story import named_story
from zhagen.platform.clock import SHANGHAI, today
from zhagen.platform.fields import DayField, LongTextField
from zhagen.platform.lists import Listing, answer_list
from zhagen.platform.pages import page, step_page
from zhagen.platform.scope import visible
from zhagen.platform.tables import Column
from zhagen.platform.texts import say

COLUMNS = (
    Column("number", "编号", "Number", width=20),
    Column("title", "立项", "Grant", width=24),
    Column("amount_fen", "金额（元）", "Amount (yuan)", "money"),
    Column("state", "状态", "State"),
    Column("desk", "在谁那里", "On whose desk", width=14),
    Column("days", "在此环节（工作日）", "Working days on this desk", "int"),
    Column("missing", "缺少的材料", "Missing papers"),
    Column("voucher", "凭证号", "Voucher", width=14),
)


def stay_reader() -> Callable[[GrantClaim], DeskStay]:
    """Return how long a claim has lain on its desk; the calendar is read once, the rules once a place."""
    days, day, most = calendar(), today(), {}

    def stay(claim: GrantClaim) -> DeskStay:
        place = claim.grant.cycle.place_id
        if place not in most:
            most[place] = rules_for(place, day).int("claim.desk_stay_warning")
        since = claim.desk_since.astimezone(SHANGHAI).date()
        return stay_at(claim.role, since, day, most=most[place], calendar=days)

    return stay


def _row(claim: GrantClaim, stay: Callable[[GrantClaim], DeskStay]) -> dict[str, object]:
    return {
        "number": claim.number,
        "title": claim.grant.proposal.title,
        "amount_fen": claim.amount_fen,
        "state": claim.state,
        "desk": say(f"role.{claim.role}") if claim.role else "",
        "days": stay(claim).working_days,
        "missing": claim.missing_papers,
        "voucher": claim.voucher_no,
    }


@page("grant_claim.list")
def grant_claim_list(request: HttpRequest) -> HttpResponse:
    """List the claims that the reader may see, with desk and days."""
    stay = stay_reader()
    listing = Listing(
        title=("自治金报账", "Claims of the community fund"),
        columns=COLUMNS,
        rows=visible(request.actor, "grant_claim.list", GrantClaim).select_related(  # type: ignore[attr-defined]
            "grant__proposal", "grant__cycle"
        ),
        row_of=lambda claim: _row(claim, stay),
        url_of=lambda claim: reverse("grant_claim_view", args=[claim.pk]),
        states={"state": "grant_claim"},
        empty=_("还没有报账单。票据核对以后，在立项页面办理报账。"),
    )
    return answer_list(request, listing)


@page("grant_claim.submit", Grant, methods=("GET", "POST"))
def grant_claim_submit(request: HttpRequest, obj: Grant) -> HttpResponse:
    """Show what a claim would hold and which papers are there; hand it in."""
    if request.method == "POST":
        claim = actions.submit_grant_claim(obj, by=request.actor, now=request.received_at)  # type: ignore[attr-defined]
        return redirect("grant_claim_view", pk=claim.pk)
    receipts = claimable(obj)
    context = {
        "grant": obj,
        "receipts": receipts,
        "total_fen": sum(each.amount_fen for each in receipts),
        "papers": papers_of(obj, receipts, today()),
        "desks": [say(f"role.{role}") for role in claim_desks(rules_for(obj.cycle.place_id, today()))],
        "crumbs": [(obj.proposal.title, reverse("grant_view", args=[obj.pk])), (now_("报账"), "")],
    }
    return render(request, "community/grant_claim/submit.html", context)


STEPS = (
    ("sign", "grant_claim.sign", _("签字同意"), "grant_claim_sign", "primary", True),
    ("record_payment", "grant_claim.record_payment", _("登记支付凭证"), "grant_claim_record_payment", "primary", False),
    ("resubmit", "grant_claim.resubmit", _("补正后再次提交"), "grant_claim_resubmit", "primary", True),
    ("return", "grant_claim.return", _("退回补正"), "grant_claim_return", "secondary", False),
    ("withdraw", "grant_claim.withdraw", _("撤回报账"), "grant_claim_withdraw", "danger", True),
)  # fmt: skip
AT_DESK = ("sign", "record_payment", "return")


@page("grant_claim.view", GrantClaim)
def grant_claim_view(request: HttpRequest, obj: GrantClaim) -> HttpResponse:
    """Show a claim: on whose desk, since when, what is missing, its receipts and papers."""
    possible = GRANT_CLAIM.moves_from(obj.state)
    here = actions.may_act_at_desk(obj, request.actor)  # type: ignore[attr-defined]
    wanted = [each[1:] for each in STEPS if each[0] in possible and (here or each[0] not in AT_DESK)]
    receipts = list(obj.receipts.select_related("cost_line", "supplier"))
    context = {
        "claim": obj,
        "stay": stay_reader()(obj),
        "desk_name": say(f"role.{obj.role}") if obj.role else "",
        "desks": _way(obj),
        "is_same_person": not here and actions.has_desk_role(obj, request.actor),  # type: ignore[attr-defined]
        "receipts": receipts,
        "papers": papers_of(obj.grant, receipts, _handed_in_on(obj)),
        "moves": moves_of(request, obj, wanted),  # type: ignore[arg-type]
        "steps": named_story(obj),
        "logged": handed_in(obj, "grant_claim.submitted", "grant_claim.resubmitted"),
        "crumbs": [(now_("自治金报账"), reverse("grant_claim_list")), (obj.number, "")],
    }
    return render(request, "community/grant_claim/view.html", context)


def _handed_in_on(claim: GrantClaim) -> dt.date:
    return claim.submitted_at.astimezone(SHANGHAI).date()


def _way(claim: GrantClaim) -> list[tuple[str, object, bool]]:
    """Return each desk of a claim, who signed there in this round, and whether the claim lies there now."""
    signed = {
        each.desk: each for each in claim.signatures.filter(round=claim.round).select_related("signed_by")
    }
    is_under_way = claim.state in {GrantClaimState.SUBMITTED, GrantClaimState.APPROVED}
    return [
        (say(f"role.{role}"), signed.get(desk), is_under_way and desk == claim.desk)
        for desk, role in enumerate(claim.desks)
    ]


class ReturnForm(forms.Form):
    """What is missing."""

    missing = LongTextField(label=_("缺少的材料"), max_length=300, rows=3)


class PaymentForm(forms.Form):
    """The treasury's voucher."""

    voucher_no = forms.CharField(label=_("支付凭证号"), max_length=60)
    paid_on = DayField(label=_("付款日期"))


grant_claim_sign = step_page(
    "grant_claim.sign", GrantClaim, actions.sign_grant_claim, then="grant_claim_view"
)
grant_claim_resubmit = step_page(
    "grant_claim.resubmit", GrantClaim, actions.resubmit_grant_claim, then="grant_claim_view"
)
grant_claim_withdraw = step_page(
    "grant_claim.withdraw", GrantClaim, actions.withdraw_grant_claim, then="grant_claim_view"
)
grant_claim_return = form_step(
    "grant_claim.return", GrantClaim, ReturnForm, actions.return_grant_claim,
    title=_("退回补正"), then="grant_claim_view",
)  # fmt: skip
grant_claim_record_payment = form_step(
    "grant_claim.record_payment", GrantClaim, PaymentForm, actions.record_grant_payment,
    title=_("登记支付凭证"), then="grant_claim_view",
)  # fmt: skip


@page("grant_claim.print", GrantClaim)
def grant_claim_print(request: HttpRequest, obj: GrantClaim) -> HttpResponse:
    """Give a claim with its papers in the street's order, ready to be signed and stamped."""
    content = claim_pdf(obj, _handed_in_on(obj))
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(obj.number)}.pdf"
    return answer
