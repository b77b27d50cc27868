"""Pages of queries and challenges (询问、质疑)."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhagen.audit.receipts import handed_in
from zhagen.core.types import Role
from zhagen.parties.models import Organisation
from zhagen.platform.fields import ChipField, DayField, LongTextField
from zhagen.platform.lists import Listing, answer_list
from zhagen.platform.pages import page
from zhagen.platform.parts import Move
from zhagen.platform.scope import visible
from zhagen.platform.tables import Column
from zhagen.procurement.actions.query import Answer, Letter, answer_query, raise_query, record_query
from zhagen.procurement.models import Query, Tender
from zhagen.procurement.views.buying import step_form

COLUMNS = (
    Column("number", "项目", "Purchase"),
    Column("kind", "类型", "Kind"),
    Column("agency", "机构", "Agency"),
    Column("due_on", "答复期限", "Answer due", "date"),
    Column("answered_on", "已答复", "Answered", "date"),
)


@page("query.list")
def query_list(request: HttpRequest) -> HttpResponse:
    """List queries and challenges with their clocks."""
    return answer_list(
        request,
        Listing(
            title=("询问与质疑", "Queries and challenges"),
            columns=COLUMNS,
            rows=visible(request.actor, "query.list", Query).select_related("tender", "agency"),
            row_of=lambda query: {
                "number": query.tender.number,
                "kind": query.get_kind_display(),
                "agency": query.agency.name,
                "due_on": query.answer_due_on,
                "answered_on": query.answered_at and query.answered_at.date(),
            },
            url_of=lambda query: reverse("query_view", args=[query.pk]),
            empty=_("没有询问或质疑。"),
        ),
    )


@page("query.view", Query)
def query_view(request: HttpRequest, obj: Query) -> HttpResponse:
    """Show a query with its clock and answer."""
    may_answer = obj.answered_at is None and {Role.HANDLER, Role.CHIEF} & request.actor.roles
    url = reverse("query_answer", args=[obj.pk])
    moves = [Move(_("答复"), url, "primary")] if may_answer else []
    context = {
        "query": obj,
        "tender": obj.tender,
        "moves": moves,
        "logged": handed_in(obj, "query.raised"),
    }
    return render(request, "procurement/query/view.html", context)


class QueryForm(forms.Form):
    """What an agency asks or challenges."""

    kind = ChipField(label=_("类型"), choices=Query.Kind.choices, initial=Query.Kind.INQUIRY)
    text = LongTextField(label=_("内容与依据"), rows=6, max_length=4000)


@page("query.raise", Tender, methods=("GET", "POST"))
def query_raise(request: HttpRequest, obj: Tender) -> HttpResponse:
    """Raise a query or a challenge."""

    def act(data: dict[str, Any]) -> HttpResponse:
        query = raise_query(obj, data["kind"], data["text"], by=request.actor, now=request.received_at)
        return redirect("query_view", pk=query.pk)

    about = {
        "heading": gettext("提出询问或质疑"),
        "lead": f"{obj.number} {obj.title}",
        "cancel_url": reverse("bid_offers"),
    }
    return step_form(request, QueryForm, act, about=about)


class LetterForm(QueryForm):
    """A query or challenge that came on paper."""

    agency = forms.ModelChoiceField(label=_("提出的供应商"), queryset=Organisation.objects.all())
    received_on = DayField(label=_("收到日期"))
    field_order = ("agency", "kind", "received_on", "text")


@page("query.record", Tender, methods=("GET", "POST"))
def query_record(request: HttpRequest, obj: Tender) -> HttpResponse:
    """Put a query or challenge received on paper on record."""

    def act(data: dict[str, Any]) -> HttpResponse:
        query = record_query(obj, Letter(**data), by=request.actor, now=request.received_at)
        return redirect("query_view", pk=query.pk)

    about = {
        "heading": gettext("登记书面询问或质疑"),
        "lead": f"{obj.number} {obj.title}",
        "cancel_url": reverse("tender_view", args=[obj.pk]),
    }
    return step_form(request, LetterForm, act, about=about)


class InquiryAnswerForm(forms.Form):
    """The office's answer to an inquiry, which nothing can be upheld in."""

    text = LongTextField(label=_("答复"), rows=6, max_length=4000)


class AnswerForm(InquiryAnswerForm):
    """The office's answer to a challenge."""

    is_upheld = ChipField(
        label=_("质疑是否成立"), choices=[("no", _("不成立")), ("yes", _("成立"))], initial="no"
    )
    may_affect = ChipField(
        label=_("是否可能影响结果"),
        choices=[("no", _("不影响")), ("yes", _("可能影响，暂停签约"))],
        initial="no",
    )


@page("query.answer", Query, methods=("GET", "POST"))
def query_answer(request: HttpRequest, obj: Query) -> HttpResponse:
    """Answer a query."""

    def act(data: dict[str, Any]) -> HttpResponse:
        answer = Answer(data["text"], data.get("is_upheld") == "yes", data.get("may_affect") == "yes")
        answer_query(obj, answer, by=request.actor, now=request.received_at)
        return redirect("query_view", pk=obj.pk)

    back = reverse("query_view", args=[obj.pk])
    about = {"heading": gettext("答复询问或质疑"), "lead": obj.text[:120], "cancel_url": back}
    form = AnswerForm if obj.kind == Query.Kind.CHALLENGE else InquiryAnswerForm
    return step_form(request, form, act, about=about)
