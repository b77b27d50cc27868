"""Pages of a contract's end: open cases with receivers, records, word to the residents, then the end itself."""

import datetime as dt
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from zhagen.delivery.actions import closing as actions
from zhagen.delivery.models import CaseFile, Closing
from zhagen.delivery.views.common import STEP, contract_crumbs, may_on, step_context
from zhagen.platform.clock import today
from zhagen.platform.documents import fill_document, in_chinese
from zhagen.platform.fields import DayField, LongTextField
from zhagen.platform.forms import answer_form
from zhagen.platform.pages import page
from zhagen.platform.parts import Move
from zhagen.platform.scope import visible
from zhagen.platform.uploads import CONTENT_TYPES
from zhagen.procurement.actions.paper import add_paper, keep_content, take_file
from zhagen.procurement.models import Contract


@page("closing.view", Contract)
def closing_view(request: HttpRequest, obj: Contract) -> HttpResponse:
    """Show what is handed over; the cases by code for the agency, by number for the others."""
    found = actions.handover_result(obj)
    mine = set(visible(request.actor, "case.list", CaseFile).values_list("pk", flat=True))
    cases = [
        (case, handover, may_on(request.actor, "case.hand_over", case))
        for case, handover in actions.open_cases(obj)
        if case.pk in mine
    ]
    return render(
        request,
        "delivery/closing/view.html",
        {
            "contract": obj,
            "found": found,
            "is_open": obj.state in actions.HANDING_OVER,
            "open_count": CaseFile.objects.filter(contract=obj, closed_on__isnull=True).count(),
            "cases": cases,
            "closing": Closing.objects.filter(contract=obj).first(),
            "moves": _moves(request, obj),
            "crumbs": contract_crumbs(obj, (_t("交接与结束"), "")),
        },
    )


_STEPS = (
    ("closing.write", "closing_write", _("填写交接清单"), "primary"),
    ("contract.end", "closing_end", _("期满结束合同"), "primary"),
    ("contract.terminate", "closing_terminate", _("解除合同"), "danger"),
)


def _moves(request: HttpRequest, contract: Contract) -> list[Move]:
    moves = [
        Move(label, reverse(name, args=[contract.pk]), look)
        for action, name, label, look in _STEPS
        if contract.state in actions.HANDING_OVER
        and may_on(request.actor, action, contract)
        and (name != "closing_end" or today() >= contract.ends_on)
    ]
    return [*moves, Move(_("下载交接清单（Word）"), reverse("closing_paper", args=[contract.pk]))]


class ReceiverForm(forms.Form):
    """Who takes a case over."""

    name = forms.CharField(label=_("接收的单位和人"), max_length=100)
    note = LongTextField(label=_("交接情况"), max_length=500, rows=3)
    resident_told_on = DayField(label=_("告知居民的日期"), required=False)


@page("case.hand_over", CaseFile, methods=("GET", "POST"))
def case_hand_over(request: HttpRequest, obj: CaseFile) -> HttpResponse:
    """Name who takes over a case when the contract ends."""
    back = reverse("closing_view", args=[obj.contract_id])

    def act(data: dict[str, Any]) -> HttpResponse:
        actions.name_receiver(obj, actions.CaseReceiver(**data), by=request.actor, now=request.received_at)
        return redirect(back)

    return answer_form(
        request, ReceiverForm, act, STEP, step_context(_("落实个案接收人"), back, lead=obj.code)
    )


class ClosingForm(forms.Form):
    """What is handed over beside the cases."""

    receiver = forms.CharField(
        label=_("接收方"), max_length=100, help_text=_("接手的机构；没有的写街道或社区")
    )
    records = LongTextField(
        label=_("移交的资料和物品"), required=False, max_length=3000, rows=4,
        help_text=_("每行一项：名称，数量，存放位置"),
    )  # fmt: skip
    records_on = DayField(label=_("资料移交日期"), required=False)
    told_how = forms.CharField(
        label=_("怎样告知居民"),
        max_length=300,
        required=False,
        help_text=_("如：张贴公告并逐户告知新的联系人"),
    )
    told_on = DayField(label=_("告知居民日期"), required=False)
    matters = forms.CharField(label=_("未了事项"), max_length=500, required=False)


@page("closing.write", Contract, methods=("GET", "POST"))
def closing_write(request: HttpRequest, obj: Contract) -> HttpResponse:
    """Write the list; what is not done yet may be added later."""
    back = reverse("closing_view", args=[obj.pk])

    def act(data: dict[str, Any]) -> HttpResponse:
        actions.write_closing(obj, actions.ClosingDraft(**data), by=request.actor, now=request.received_at)
        return redirect(back)

    before = Closing.objects.filter(contract=obj).first()
    initial = {name: getattr(before, name) for name in ClosingForm.base_fields} if before else {}
    context = step_context(_("填写交接清单"), back, lead=obj.title)
    return answer_form(request, ClosingForm, act, STEP, context, initial=initial)


class EndForm(forms.Form):
    """The day on which the contract ended."""

    ended_on = DayField(label=_("结束日期"))


@page("contract.end", Contract, methods=("GET", "POST"))
def closing_end(request: HttpRequest, obj: Contract) -> HttpResponse:
    """End the contract once everything is handed over."""
    back = reverse("closing_view", args=[obj.pk])

    def act(data: dict[str, Any]) -> HttpResponse:
        actions.close_contract(obj, ended_on=data["ended_on"], by=request.actor, now=request.received_at)
        return redirect("contract_view", pk=obj.pk)

    context = step_context(_("期满结束合同"), back, lead=obj.title)
    return answer_form(request, EndForm, act, STEP, context, initial={"ended_on": max(today(), obj.ends_on)})


class TerminateForm(forms.Form):
    """Why the contract is broken off, with the signed paper."""

    reason = LongTextField(label=_("解除理由"), max_length=300, rows=3)
    scan = forms.FileField(label=_("双方盖章的解除文件"), help_text=_("PDF 或照片"))


@page("contract.terminate", Contract, methods=("GET", "POST"))
def closing_terminate(request: HttpRequest, obj: Contract) -> HttpResponse:
    """Terminate before the term is over, on paper."""
    back = reverse("closing_view", args=[obj.pk])

    def act(data: dict[str, Any]) -> HttpResponse:
        content, content_type = take_file(data["scan"])
        who = {"by": request.actor, "now": request.received_at}
        actions.break_off_contract(obj, reason=data["reason"], scan_digest=keep_content(content), **who)
        add_paper(
            obj, "termination_scan", _t("解除合同文件"), content=content, content_type=content_type, **who
        )
        return redirect("contract_view", pk=obj.pk)

    context = step_context(_("解除合同"), back, lead=obj.title, submit_look="danger")
    return answer_form(request, TerminateForm, act, STEP, context)


@page("closing.view", Contract)
def closing_paper(request: HttpRequest, obj: Contract) -> HttpResponse:
    """Fill the Word list; case codes only for those who may list the cases."""
    mine = set(visible(request.actor, "case.list", CaseFile).values_list("pk", flat=True))
    filled = fill_document("delivery/handover_list", _fields(obj, mine), office=obj.place_id)
    answer = HttpResponse(filled.content, content_type=CONTENT_TYPES["docx"])
    answer["Content-Disposition"] = 'attachment; filename="handover_list.docx"'
    return answer


@in_chinese
def _fields(contract: Contract, mine: set[Any]) -> dict[str, Any]:
    closing = Closing.objects.filter(contract=contract).first()
    found = actions.handover_result(contract)
    return {
        "handover_number": closing.number if closing else "",
        "project_title": contract.title,
        "contract_number": contract.number,
        "giver": contract.agency.name,
        "receiver": closing.receiver if closing else "",
        "office": contract.place.name,
        "reason": contract.end_reason or "合同期满",
        "handed_on": closing.records_on if closing else None,
        "resident_notice": _told(closing),
        "open_matters": (closing.matters if closing else "") or "无。",
        "open_case_count": found.cases_without_receiver,
        "written_on": today(),
        "cases": [
            {
                "number": case.code,
                "kind": "个案",
                "state": "介入中",
                "receiver": handover.receiver_name if handover else "",
                "consent": "已告知" if handover and handover.resident_told_on else "",
            }
            for case, handover in actions.open_cases(contract)
            if case.pk in mine
        ],
        "things": [
            _thing(line) for line in (closing.records if closing else "").splitlines() if line.strip()
        ],
    }


def _told(closing: Closing | None) -> str:
    if closing is None or closing.told_on is None:
        return ""
    return f"{_cn_day(closing.told_on)}，{closing.told_how}"


def _cn_day(day: dt.date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _thing(line: str) -> dict[str, str]:
    name, quantity, place = ([part.strip() for part in line.replace(",", "，").split("，")] + ["", ""])[:3]
    return {"name": name, "quantity": quantity, "place": place}
