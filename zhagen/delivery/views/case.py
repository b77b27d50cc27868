"""Pages of cases: for the worker, the station lead and the agency's supervisor only."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from zhagen.audit.story import story
from zhagen.delivery.actions import case as actions
from zhagen.delivery.models import CaseFile, Staffing
from zhagen.delivery.views.common import STEP, may_on, own_first, post_label, posts_for, step_context
from zhagen.platform.clock import today
from zhagen.platform.fields import DayField, LongTextField
from zhagen.platform.forms import answer_form
from zhagen.platform.lists import Listing, answer_list
from zhagen.platform.pages import page
from zhagen.platform.parts import Move
from zhagen.platform.scope import visible
from zhagen.platform.tables import Column
from zhagen.platform.vault import PersonalData, masked_person, read_person

COLUMNS = (
    Column("code", "编号", "Code"),
    Column("worker", "社工", "Worker"),
    Column("place", "社区", "Community"),
    Column("opened_on", "开案", "Opened", "date"),
    Column("closed_on", "结案", "Closed", "date"),
)


def _row(case: CaseFile) -> dict[str, object]:
    return {
        "code": case.code,
        "worker": case.worker.name,
        "place": case.place.name,
        "opened_on": case.opened_on,
        "closed_on": case.closed_on,
    }


@page("case.list")
def case_list(request: HttpRequest) -> HttpResponse:
    """List the cases that the reader may open, the open ones first; no names."""
    rows = visible(request.actor, "case.list", CaseFile).select_related("worker", "place")
    moves = []
    if posts_for(request.actor, "case.open").exists():
        moves.append(Move(_("开案"), reverse("case_open"), "primary"))
    return answer_list(
        request,
        Listing(
            title=("个案", "Cases"),
            columns=COLUMNS,
            rows=rows.order_by("closed_on", "-opened_on"),
            row_of=_row,
            url_of=lambda case: reverse("case_view", args=[case.pk]),
            empty=_("还没有个案。需要长期跟进的居民，点“开案”。"),
            may_export=False,
        ),
        context={"moves": moves},
    )


class OpenForm(forms.Form):
    """A new case; who the client is goes into the vault."""

    worker = forms.ChoiceField(label=_("谁跟进"), widget=forms.RadioSelect)
    opened_on = DayField(label=_("开案日期"))
    name = forms.CharField(
        label=_("怎么称呼"), max_length=40, required=False, help_text=_("加密保存在保管库，个案里只有编号。")
    )
    phone = forms.CharField(
        label=_("电话"), max_length=30, required=False, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    note = LongTextField(label=_("现在的情况"), max_length=4000, rows=4, required=False)

    def __init__(self, *args: Any, posts: list[Staffing], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.posts = {str(post.pk): post for post in posts}
        self.fields["worker"].choices = [(key, post_label(post)) for key, post in self.posts.items()]  # type: ignore[attr-defined]


@page("case.open", methods=("GET", "POST"))
def case_open(request: HttpRequest) -> HttpResponse:
    """Open a case with its first note."""
    posts = own_first(list(posts_for(request.actor, "case.open")), request.actor)
    if not posts:
        return render(request, "delivery/activity/no_post.html")
    form = OpenForm

    def act(data: dict[str, Any]) -> HttpResponse:
        who = {"by": request.actor, "now": request.received_at}
        post = next(each for each in posts if str(each.pk) == data["worker"])
        client = PersonalData(name=data["name"], phone=data["phone"])
        case = actions.open_case(post, opened_on=data["opened_on"], client=client, **who)
        if data["note"].strip():
            actions.write_note(case, data["note"], **who)
        return redirect("case_view", pk=case.pk)

    hint = _("个案内容只有经手社工、站长和本机构督导能看；街道、社区、评估方只看到数量。")
    context = step_context(_("开案"), reverse("case_list"), hint=hint)
    initial = {"worker": str(posts[0].pk), "opened_on": today()}
    return answer_form(request, form, act, STEP, context, posts=posts, initial=initial)


class NoteForm(forms.Form):
    """One note."""

    text = LongTextField(label=_("记一条"), max_length=4000, rows=4)


@page("case.view", CaseFile)
def case_view(request: HttpRequest, obj: CaseFile) -> HttpResponse:
    """Show a case with its notes, the contacts logged, and who the client is with most of it hidden."""
    may_write = may_on(request.actor, "case.write", obj)
    return render(
        request,
        "delivery/case/view.html",
        {
            "case": obj,
            "client": masked_person(obj.client_ref) if obj.client_ref else None,
            "may_contact": bool(obj.client_ref) and may_on(request.actor, "case.contact", obj),
            "notes": obj.notes.select_related("written_by"),
            "contacts": obj.contacts.filter(is_withdrawn=False).select_related("worker"),
            "handovers": obj.handovers.select_related("receiver", "leaver"),
            "form": NoteForm() if may_write else None,
            "moves": _moves(request, obj),
            "steps": story(obj),
            "crumbs": [(_t("个案"), reverse("case_list")), (obj.code, "")],
        },
    )


def _moves(request: HttpRequest, case: CaseFile) -> list[Move]:
    if case.closed_on is not None or not may_on(request.actor, "case.close", case):
        return []
    return [Move(_("结案"), reverse("case_close", args=[case.pk]))]


@page("case.write", CaseFile, methods=("GET", "POST"))
def case_write(request: HttpRequest, obj: CaseFile) -> HttpResponse:
    """Write a note."""
    back = reverse("case_view", args=[obj.pk])

    def act(data: dict[str, Any]) -> HttpResponse:
        actions.write_note(obj, data["text"], by=request.actor, now=request.received_at)
        return redirect(back)

    return answer_form(request, NoteForm, act, STEP, step_context(_("记一条"), back, lead=obj.code))


class CloseForm(forms.Form):
    """How a case ended."""

    closed_on = DayField(label=_("结案日期"))
    outcome = forms.CharField(label=_("结果"), max_length=200)


@page("case.close", CaseFile, methods=("GET", "POST"))
def case_close(request: HttpRequest, obj: CaseFile) -> HttpResponse:
    """Close a case with its outcome."""
    back = reverse("case_view", args=[obj.pk])

    def act(data: dict[str, Any]) -> HttpResponse:
        actions.close_case(
            obj, data["outcome"], closed_on=data["closed_on"], by=request.actor, now=request.received_at
        )
        return redirect(back)

    context = step_context(_("结案"), back, lead=obj.code)
    return answer_form(request, CloseForm, act, STEP, context, initial={"closed_on": today()})


class ContactForm(forms.Form):
    """Why the client's data are opened."""

    reason = forms.CharField(label=_("为什么要看"), max_length=100, help_text=_("每次查看都有记录。"))


@page("case.contact", CaseFile, methods=("GET", "POST"))
def case_contact(request: HttpRequest, obj: CaseFile) -> HttpResponse:
    """Open who the client is, with a reason; the reading is recorded."""
    back = reverse("case_view", args=[obj.pk])

    def act(data: dict[str, Any]) -> HttpResponse:
        client = read_person(obj.client_ref, by=request.actor, reason=data["reason"])
        answer = render(request, "delivery/case/contact.html", {"case": obj, "client": client})
        answer["Cache-Control"] = "no-store"
        return answer

    context = step_context(_("查看称呼和电话"), back, lead=obj.code)
    return answer_form(request, ContactForm, act, STEP, context)
