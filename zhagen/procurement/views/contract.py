"""Pages of contracts: the list, one contract with its story, signing, suspending, amending, handing over."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django import forms
from django.db.models import Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhagen.core.lifecycle.contract import CONTRACT, ContractState
from zhagen.core.money import format_yuan
from zhagen.core.permissions import may
from zhagen.core.types import Actor
from zhagen.parties.story import named_story
from zhagen.platform.clock import today
from zhagen.platform.fields import DayField, LongTextField
from zhagen.platform.forms import answer_form
from zhagen.platform.links import links_for
from zhagen.platform.lists import Listing, answer_list
from zhagen.platform.pages import page, step_page
from zhagen.platform.parts import Figure, Move
from zhagen.platform.scope import visible
from zhagen.platform.tables import Column
from zhagen.platform.texts import language, say
from zhagen.procurement.actions import contract as actions
from zhagen.procurement.actions.contract_due import notice_days
from zhagen.procurement.actions.contract_papers import contract_text, keep_contract_text
from zhagen.procurement.actions.folder import paper_kinds
from zhagen.procurement.actions.paper import add_paper, keep_content, take_file
from zhagen.procurement.models import Contract, Paper
from zhagen.procurement.terms_words import terms_in_words
from zhagen.procurement.views.instalment_budget import budget_words

COLUMNS = (
    Column("number", "合同编号", "Number"),
    Column("title", "名称", "Title"),
    Column("agency", "机构", "Agency"),
    Column("state", "状态", "State"),
    Column("amount_fen", "金额（元）", "Amount (yuan)", "money"),
    Column("starts_on", "开始", "From", "date"),
    Column("ends_on", "结束", "Until", "date"),
)


class ContractFilter(forms.Form):
    """What a reader looks for among contracts."""

    state = forms.ChoiceField(label=_("状态"), required=False)
    words = forms.CharField(label=_("编号、名称或机构"), required=False, max_length=60)
    ending = forms.BooleanField(label=_("即将到期"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [(state.value, say(f"state.contract.{state}")) for state in ContractState]
        self.fields["state"].choices = [("", _("全部")), *names]

    def apply(self, rows: QuerySet[Contract]) -> QuerySet[Contract]:
        """Return the rows that fit."""
        wanted = self.cleaned_data if self.is_valid() else {}
        if wanted.get("state"):
            rows = rows.filter(state=wanted["state"])
        if words := wanted.get("words", "").strip():
            rows = rows.filter(
                Q(number__icontains=words) | Q(title__icontains=words) | Q(agency__name__icontains=words)
            )
        if wanted.get("ending"):
            rows = rows.filter(_ending_soon(rows), state=ContractState.IN_SERVICE)
        return rows


def _ending_soon(rows: QuerySet[Contract]) -> Q:
    """Return the contracts that end within the days that their own street's rules name."""
    on, found = today(), Q(pk__in=())
    for place in rows.order_by().values_list("place_id", flat=True).distinct():
        until = on + dt.timedelta(days=notice_days(place, on))
        found |= Q(place_id=place, ends_on__range=(on, until))
    return found


def _row(contract: Contract) -> dict[str, object]:
    return {column.key: getattr(contract, column.key) for column in COLUMNS} | {
        "agency": contract.agency.name
    }


@page("contract.list")
def contract_list(request: HttpRequest) -> HttpResponse:
    """List the contracts the reader may see."""
    filters = ContractFilter(request.GET or None)
    rows = filters.apply(visible(request.actor, "contract.list", Contract).select_related("agency"))
    return answer_list(
        request,
        Listing(
            title=("合同", "Contracts"),
            columns=COLUMNS,
            rows=rows,
            row_of=_row,
            url_of=lambda contract: reverse("contract_view", args=[contract.pk]),
            filters=filters,
            states={"state": "contract"},
            empty=_("还没有合同。成交后在采购项目页面起草合同，或先导入正在运行的合同。"),
        ),
    )


@page("contract.view", Contract)
def contract_view(request: HttpRequest, obj: Contract) -> HttpResponse:
    """Show one contract: money, terms, instalments, changes, papers, story."""
    terms = actions.sealed_terms(obj) if obj.terms else None
    return render(
        request,
        "procurement/contract/view.html",
        {
            "contract": obj,
            "terms": terms,
            "words": terms_in_words(terms) if terms else {},
            "figures": _figures(obj),
            "moves": [*_moves(request.actor, obj), *links_for("contract", request.actor, obj)],
            "instalments": _instalments(request.actor, obj),
            "amendments": obj.amendments.all(),
            "papers": _papers(obj) if may(request.actor, "paper.download") else [],
            "steps": named_story(obj),
            "crumbs": [(gettext("合同"), reverse("contract_list")), (obj.number, "")],
        },
    )


def _figures(contract: Contract) -> list[Figure]:
    sums = contract.instalments.aggregate(payable=Sum("payable_fen"), claimed=Sum("claimed_fen"))
    paid = contract.claims.filter(state="paid").aggregate(paid=Sum("amount_fen"))["paid"] or 0
    left, soon = (contract.ends_on - today()).days, notice_days(contract.place_id, today())
    return [
        Figure(_("合同金额"), format_yuan(contract.amount_fen), _("元")),
        Figure(_("已具备付款条件"), format_yuan(sums["payable"] or 0), _("元")),
        Figure(_("已申请"), format_yuan(sums["claimed"] or 0), _("元")),
        Figure(
            _("已付款"), format_yuan(paid), _("元"), url=f"{reverse('claim_list')}?contract={contract.pk}"
        ),
        Figure(_("距服务期满"), max(left, 0), _("天"), tone="wait" if 0 <= left <= soon else ""),
    ]


def _papers(contract: Contract) -> list[tuple[str, Paper]]:
    """Return each paper under the name of its kind, since several of them bear the contract's title."""
    kinds = paper_kinds()
    is_zh = language() == "zh"
    return [
        ((kinds[each.kind].zh if is_zh else kinds[each.kind].en) if each.kind in kinds else each.title, each)
        for each in contract.papers.all()
    ]


def _instalments(actor: Actor, contract: Contract) -> list[dict[str, Any]]:
    may_claim = may(actor, "claim.submit") and contract.state != ContractState.DRAFT
    return [
        {
            "row": each,
            "left_fen": each.payable_fen - each.claimed_fen,
            "may_claim": may_claim and each.payable_fen > each.claimed_fen,
            "links": links_for("instalment", actor, each),
            "budget": budget_words(actor, each),
        }
        for each in contract.instalments.select_related("contract__plan__budget_line", "budget_line")
    ]


PAGES = {
    "sign": "contract_sign",
    "start": "contract_start",
    "suspend": "contract_suspend",
    "resume": "contract_resume",
    "begin_ending": "contract_begin_ending",
    "cancel": "contract_cancel",
}
HARD = ("suspend", "cancel")
NEXT = ("sign", "start", "resume")
"""Steps that a contract waits for; handing over is offered all the time and wanted only at its end."""


def _moves(actor: Actor, contract: Contract) -> list[Move]:
    allowed = [
        move
        for move in CONTRACT.moves_from(contract.state)
        if move in PAGES and may(actor, f"contract.{move}")
    ]
    moves = [
        Move(
            say(f"move.contract.{move}"),
            reverse(PAGES[move], args=[contract.pk]),
            "danger" if move in HARD else "primary" if move in NEXT else "secondary",
            is_post=move == "start",
        )
        for move in allowed
    ]
    if may(actor, "contract.write_text"):
        moves.append(
            Move(_("生成合同文本（Word）"), reverse("contract_write_text", args=[contract.pk]), is_post=True)
        )
    if may(actor, "contract.amend") and contract.state in ("signed", "in_service", "suspended"):
        moves.append(Move(_("提出变更"), reverse("contract_amend", args=[contract.pk])))
    return moves


class SignForm(forms.Form):
    """What the stamped paper says."""

    signed_on = DayField(label=_("签订日期"))
    scan = forms.FileField(
        label=_("盖章扫描件"), help_text=_("双方盖章、加盖骑缝章的合同扫描件，PDF 或照片。")
    )


@page("contract.sign", Contract, methods=("GET", "POST"))
def contract_sign(request: HttpRequest, obj: Contract) -> HttpResponse:
    """Record that both sides signed, with the stamped scan."""

    def act(data: dict[str, Any]) -> HttpResponse:
        content, content_type = take_file(data["scan"])
        actions.sign_contract(
            obj,
            signed_on=data["signed_on"],
            scan_digest=keep_content(content),
            by=request.actor,
            now=request.received_at,
        )
        add_paper(
            obj, "contract_scan", obj.title, content=content, content_type=content_type,
            by=request.actor, now=request.received_at,
        )  # fmt: skip
        return redirect("contract_view", pk=obj.pk)

    return answer_form(request, SignForm, act, "procurement/contract/step.html", _step(obj, "sign"))


contract_start = step_page("contract.start", Contract, actions.start_contract, then="contract_view")


class ReasonForm(forms.Form):
    """Why a step is taken."""

    reason = LongTextField(label=_("理由和依据"), max_length=300, help_text=_("写明会议纪要号或文号。"))


def _with_reason(move: str, action: Callable[..., Contract]) -> Callable[..., HttpResponse]:
    @page(f"contract.{move}", Contract, methods=("GET", "POST"))
    def view(request: HttpRequest, obj: Contract) -> HttpResponse:
        def act(data: dict[str, Any]) -> HttpResponse:
            action(obj, data["reason"], by=request.actor, now=request.received_at)
            return redirect("contract_view", pk=obj.pk)

        return answer_form(request, ReasonForm, act, "procurement/contract/step.html", _step(obj, move))

    return view


contract_suspend = _with_reason("suspend", actions.suspend_contract)
contract_resume = _with_reason("resume", actions.resume_contract)
contract_begin_ending = _with_reason("begin_ending", actions.begin_ending)
contract_cancel = _with_reason("cancel", actions.cancel_contract)


def _step(contract: Contract, move: str) -> dict[str, Any]:
    name = say(f"move.contract.{move}")
    return {
        "contract": contract,
        "heading": name,
        "submit_label": name,
        "submit_look": "danger" if move in HARD else "primary",
        "cancel_url": reverse("contract_view", args=[contract.pk]),
        "crumbs": [
            (gettext("合同"), reverse("contract_list")),
            (contract.number, reverse("contract_view", args=[contract.pk])),
            (name, ""),
        ],
    }


@page("contract.write_text", Contract, methods=("POST",))
def contract_write_text(request: HttpRequest, obj: Contract) -> HttpResponse:
    """Fill the contract's Word text, put it on file with its hash and offer it for download."""
    text = contract_text(obj)
    paper = keep_contract_text(obj, text, by=request.actor, now=request.received_at)
    return redirect("paper_download", pk=paper.pk)
