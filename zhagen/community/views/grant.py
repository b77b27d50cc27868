"""Pages of grants for those who carry them out and the office: list, one grant with its money, every step of it."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from zhagen.community.actions import fund_entry
from zhagen.community.actions import grant as actions
from zhagen.community.models import FundReceipt, Grant
from zhagen.community.views.fund_common import STEP, allowed, form_step, moves_of, step_context
from zhagen.core.fund.receipts import LineUse, line_uses
from zhagen.core.lifecycle.fund_receipt import COUNTED, FundReceiptState
from zhagen.core.lifecycle.grant import GrantState
from zhagen.core.money import format_yuan
from zhagen.parties.story import named_story
from zhagen.platform.fields import LongTextField, MoneyField
from zhagen.platform.forms import answer_form
from zhagen.platform.lists import Listing, answer_list
from zhagen.platform.pages import page, step_page
from zhagen.platform.parts import Figure
from zhagen.platform.scope import visible
from zhagen.platform.tables import Column

COLUMNS = (
    Column("title", "立项", "Grant", width=24),
    Column("number", "编号", "Number", width=18),
    Column("grantee", "实施单位", "Carried out by", width=18),
    Column("leader", "牵头人", "Led by", width=12),
    Column("amount_fen", "资助（元）", "Granted (yuan)", "money"),
    Column("left_fen", "还剩（元）", "Left (yuan)", "money"),
    Column("due_on", "完成期限", "Due", "date"),
    Column("state", "状态", "State"),
)


def grant_row(grant: Grant) -> dict[str, object]:
    """Return a grant as a row of a list."""
    return {
        "title": grant.proposal.title,
        "number": grant.number,
        "grantee": grant.grantee.name,
        "leader": grant.leader_shown,
        "amount_fen": grant.amount_fen,
        "left_fen": grant.left_fen,
        "due_on": grant.due_on,
        "state": grant.state,
    }


@page("grant.list")
def grant_list(request: HttpRequest) -> HttpResponse:
    """List the grants that the reader may see."""
    listing = Listing(
        title=("自治金立项", "Grants of the community fund"),
        columns=COLUMNS,
        rows=visible(request.actor, "grant.list", Grant).select_related("proposal", "grantee"),  # type: ignore[attr-defined]
        row_of=grant_row,
        url_of=lambda grant: reverse("grant_view", args=[grant.pk]),
        states={"state": "grant"},
        empty=_("还没有立项。拟立项清单经街道批准后，在提案页面办理立项。"),
    )
    return answer_list(request, listing)


MADE, UNDER_WAY = GrantState.MADE, GrantState.UNDER_WAY
REPORTED, ACCEPTED, STOPPED = GrantState.REPORTED, GrantState.ACCEPTED, GrantState.STOPPED
SPENDS = (UNDER_WAY, REPORTED, ACCEPTED, STOPPED)
STEPS = (
    ((MADE,), "grant.start", _("开始实施"), "grant_start", "primary", True),
    (SPENDS, "fund_receipt.add", _("交票据"), "fund_receipt_add", "primary", False),
    (SPENDS, "grant_claim.submit", _("报账"), "grant_claim_submit", "primary", False),
    ((UNDER_WAY, REPORTED), "grant.show_own", _("登记到位的自筹"), "grant_show_own", "secondary", False),
    ((UNDER_WAY,), "grant.report", _("报告完成"), "grant_report", "secondary", False),
    ((REPORTED,), "grant.accept", _("验收通过"), "grant_accept", "primary", False),
    ((REPORTED,), "grant.return", _("退回整改"), "grant_return", "secondary", False),
    ((ACCEPTED, STOPPED), "grant.clear", _("结清"), "grant_clear", "primary", False),
    ((MADE, UNDER_WAY), "grant.stop", _("停止"), "grant_stop", "danger", False),
)
"""States in which it may be done, action, label, page, look, whether it posts at once."""


@page("grant.view", Grant)
def grant_view(request: HttpRequest, obj: Grant) -> HttpResponse:
    """Show a grant: its money, receipts, claims, report, and what may be done now."""
    wanted = [each[1:] for each in STEPS if obj.state in each[0] and _is_needed(obj, each[1])]
    context = {
        **grant_shown(obj),
        "moves": moves_of(request, obj, wanted),  # type: ignore[arg-type]
        "claims": obj.claims.all(),
        "receipts": obj.receipts.select_related("cost_line", "added_by"),
        "steps": named_story(obj),
        "may_read_book": allowed(request.actor, "fund_book.view", obj.cycle),  # type: ignore[attr-defined]
        "crumbs": [(now_("自治金立项"), reverse("grant_list")), (obj.proposal.title, "")],
    }
    return render(request, "community/grant/view.html", context)


def _is_needed(grant: Grant, action: str) -> bool:
    """Return whether a step has something to work on: own money promised, receipts ready to be claimed."""
    if action == "grant.show_own":
        return grant.own_fen > 0
    if action == "grant_claim.submit":
        return grant.receipts.filter(state=FundReceiptState.CHECKED).exists()
    return True


def grant_shown(grant: Grant) -> dict[str, Any]:
    """Return what staff and public alike read of a grant."""
    return {
        "grant": grant,
        "proposal": grant.proposal,
        "figures": grant_figures(grant),
        "facts": grant_facts(grant),
        "uses": uses_of(grant),
        "photos": grant.photos.all() if is_report_public(grant) else (),
        "is_reported": is_report_public(grant),
    }


def is_report_public(grant: Grant) -> bool:
    """Return whether a report stands, which one that was sent back does not."""
    return grant.reported_at is not None and grant.state != UNDER_WAY


def grant_figures(grant: Grant) -> list[Figure]:
    """Return the key figures of a grant."""
    account = actions.accounts_of(grant)
    paid = account["spent"] + account["own_spent"]
    rows = [
        Figure(_("资助"), format_yuan(grant.amount_fen), _("元"), note=_matched_note(grant)),
        Figure(_("已支付"), format_yuan(paid), _("元")),
        Figure(_("待报账和报账中"), format_yuan(account["due"]), _("元")),
        Figure(_("还能用"), format_yuan(grant.left_fen + grant.own_left_fen), _("元")),
    ]
    if grant.own_fen:
        own = now_("承诺 %s 元") % format_yuan(grant.own_fen)
        rows.append(Figure(_("自筹到位"), format_yuan(grant.own_shown_fen), _("元"), note=own))
    return rows


def _matched_note(grant: Grant) -> str:
    if not grant.matched_fen:
        return ""
    return now_("含配套 %s 元，随自筹到位放款") % format_yuan(grant.matched_fen)


def grant_facts(grant: Grant) -> list[tuple[object, object]]:
    """Return who carries a grant out, by when, and how it ended."""
    led = grant.led_by or grant.leader_shown
    payable = f"{format_yuan(grant.payable_fen)} · {grant.payable_note}" if grant.payable_fen else ""
    return [
        (_("编号"), grant.number),
        (_("实施单位"), grant.grantee.name),
        (_("合同编号"), grant.contract_no),
        (_("牵头人"), led),
        (_("提案人不牵头的理由"), grant.not_led_reason),
        (_("完成期限"), grant.due_on),
        (_("结算清理"), grant.clearing_on),
        (_("受益人数"), grant.people_reached if is_report_public(grant) else None),
        (_("验收意见"), grant.accepted_note),
        (_("清理时仍应付的合同款"), payable),
        (_("停止的理由"), grant.stopped_reason),
    ]


def uses_of(grant: Grant) -> tuple[LineUse, ...]:
    """Return the proposal's cost lines beside what receipts say."""
    spent: dict[str, int] = {}
    for line, fen in grant.receipts.filter(state__in=COUNTED).values_list("cost_line_id", "amount_fen"):
        spent[str(line or "")] = spent.get(str(line or ""), 0) + fen
    planned = [(str(line.pk), line.what, line.amount_fen) for line in grant.proposal.cost_lines.all()]
    return line_uses(planned, spent)


class PhotosInput(forms.FileInput):
    """An input that takes several files."""

    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Any number of photos, also none."""

    widget = PhotosInput(attrs={"accept": "image/*"})

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Return the files that were chosen."""
        files = data if isinstance(data, list | tuple) else [data]
        return [super(PhotosField, self).clean(each, initial) for each in files if each]


class ReportForm(forms.Form):
    """What was done."""

    text = LongTextField(label=_("做了什么、做到什么程度"), max_length=2000, rows=5)
    people_reached = forms.IntegerField(
        label=_("多少人受益（大约）"), required=False, min_value=0, max_value=1_000_000
    )
    led_by = forms.CharField(
        label=_("实际由谁牵头（公开的称呼）"),
        max_length=40,
        required=False,
        help_text=_("与立项时相同的不填。"),
    )
    photos = PhotosField(
        label=_("照片"),
        required=False,
        help_text=_(
            "不强制，会公开。保存的副本会去掉拍摄地点和设备信息；请不要拍到认得出的人脸，尤其是孩子。"
        ),
    )


MOST_PHOTOS = 6


@page("grant.report", Grant, methods=("GET", "POST"))
def grant_report(request: HttpRequest, obj: Grant) -> HttpResponse:
    """Report what was done, for how many, led by whom; photos are optional."""
    back = reverse("grant_view", args=[obj.pk])

    def act(data: dict[str, Any]) -> HttpResponse:
        photos = [actions.keep_photo(each.read()) for each in data["photos"][:MOST_PHOTOS]]
        report = actions.GrantReport(**{**data, "photos": photos})
        actions.report_grant(obj, report, by=request.actor, now=request.received_at)  # type: ignore[attr-defined]
        return redirect(back)

    context = step_context(_("报告完成"), obj.proposal.title, back)
    initial = {"text": obj.report, "people_reached": obj.people_reached}
    return answer_form(request, ReportForm, act, STEP, context, initial=initial)


class OwnForm(forms.Form):
    """Own money that residents raised."""

    amount_fen = MoneyField(label=_("到位多少"))
    what = forms.CharField(label=_("从哪里来（会公开，不写姓名）"), max_length=200)
    reference = forms.CharField(label=_("收款凭证号"), max_length=60)


class AcceptForm(forms.Form):
    """A word on what was accepted."""

    note = LongTextField(label=_("验收意见（会公开）"), max_length=300, rows=3, required=False)


class NoteForm(forms.Form):
    """What is missing."""

    note = LongTextField(label=_("还缺什么"), max_length=300, rows=3)


class StopForm(forms.Form):
    """Why."""

    reason = LongTextField(label=_("理由（公开）"), max_length=300, rows=3)


class ClearForm(forms.Form):
    """What a contract still owes; nothing else may stay."""

    payable_fen = MoneyField(
        label=_("合同还应付多少"),
        required=False,
        help_text=_("没有的不填；其余没用完的钱退回街道，自筹退还居民。"),
    )
    payable_note = forms.CharField(label=_("哪份合同、为什么还没付"), max_length=200, required=False)

    def clean_payable_fen(self) -> int:
        """Return nothing as 0."""
        return self.cleaned_data["payable_fen"] or 0


def _left_words(grant: Grant) -> str:
    account = actions.accounts_of(grant)
    words = now_("%(title)s：没有票据的自治金 %(fund)s 元，没用的配套 %(match)s 元，没用的自筹 %(own)s 元")
    parts = {"fund": account["grant"], "match": account["match"], "own": account["own"]}
    return words % {"title": grant.proposal.title, **{key: format_yuan(fen) for key, fen in parts.items()}}


grant_start = step_page("grant.start", Grant, actions.start_grant, then="grant_view")
grant_show_own = form_step(
    "grant.show_own", Grant, OwnForm, fund_entry.show_own, title=_("登记到位的自筹"), then="grant_view"
)
grant_accept = form_step(
    "grant.accept", Grant, AcceptForm, actions.accept_grant, title=_("验收通过"), then="grant_view"
)
grant_return = form_step(
    "grant.return", Grant, NoteForm, actions.return_grant, title=_("退回整改"), then="grant_view"
)
grant_clear = form_step(
    "grant.clear", Grant, ClearForm, actions.clear_grant, title=_("结清"), then="grant_view", lead=_left_words
)
grant_stop = form_step(
    "grant.stop",
    Grant,
    StopForm,
    actions.stop_grant,
    title=_("停止"),
    then="grant_view",
    submit_look="danger",
)


def receipt_public_row(receipt: FundReceipt) -> dict[str, object]:
    """Return a receipt as anyone may read it: without its scan and the invoice's number."""
    return {
        "what": receipt.what,
        "supplier": receipt.supplier_name,
        "amount_fen": receipt.amount_fen,
        "day": receipt.invoiced_on,
        "money": receipt.get_money_display(),
        "state": receipt.state,
    }
