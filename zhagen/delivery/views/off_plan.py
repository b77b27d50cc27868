"""Pages of off-plan tasks: one tap to write down, one to order, one to confirm."""

import datetime as dt
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from zhagen.core.lifecycle.off_plan import OFF_PLAN, OffPlanState
from zhagen.delivery.actions import off_plan as actions
from zhagen.delivery.models import OffPlanTask, Staffing
from zhagen.delivery.views.common import (
    STEP,
    contract_crumbs,
    may_on,
    own_first,
    post_label,
    posts_for,
    step_context,
)
from zhagen.parties.models import User
from zhagen.parties.story import named_story
from zhagen.platform.clock import today
from zhagen.platform.fields import ChipField, DayField, LongTextField, MinutesField
from zhagen.platform.forms import answer_form
from zhagen.platform.limits import caller_of, limit
from zhagen.platform.lists import Listing, answer_list
from zhagen.platform.pages import page, step_page
from zhagen.platform.parts import Figure, Move
from zhagen.platform.scope import visible
from zhagen.platform.tables import Column, cell_text
from zhagen.platform.texts import say
from zhagen.procurement.actions.contract import sealed_terms
from zhagen.procurement.models import Contract

TRIES, HOUR = 20, 3600
COLUMNS = (
    Column("what", "任务", "Task"),
    Column("state", "状态", "State"),
    Column("asker", "谁交办", "Asked by"),
    Column("worker", "社工", "Worker"),
    Column("done_on", "日期", "Day", "date"),
    Column("minutes", "时长（分钟）", "Minutes", "int"),
    Column("confirm_by_on", "请在此前确认", "Confirm by", "date"),
)


def _row(task: OffPlanTask) -> dict[str, object]:
    return {
        "what": task.what,
        "state": task.state,
        "asker": task.get_asker_display(),
        "worker": task.worker.name,
        "done_on": task.done_on,
        "minutes": task.minutes,
        "confirm_by_on": task.confirm_by_on if task.state == OffPlanState.RECORDED else None,
    }


@page("off_plan.list")
def off_plan_list(request: HttpRequest) -> HttpResponse:
    """List the off-plan tasks that the reader may see; `?contract=` narrows them to one."""
    rows = visible(request.actor, "off_plan.list", OffPlanTask)
    narrowed = OffPlanTask._meta.pk.to_python
    try:
        wanted = narrowed(request.GET["contract"]) if request.GET.get("contract") else None
    except forms.ValidationError:
        wanted = None
    if wanted:
        rows = rows.filter(contract=wanted)
    pages = (
        ("off_plan.record", "off_plan_record", _("记一件计划外任务")),
        ("off_plan.ask", "off_plan_ask", _("交办一件计划外任务")),
    )
    moves = [
        Move(label, reverse(name), "primary")
        for action, name, label in pages
        if posts_for(request.actor, action).exists()
    ]
    return answer_list(
        request,
        Listing(
            title=("计划外任务单", "Off-plan tasks"),
            columns=COLUMNS,
            rows=rows.select_related("worker"),
            row_of=_row,
            url_of=lambda task: reverse("off_plan_view", args=[task.pk]),
            states={"state": "off_plan"},
            empty=_("还没有计划外任务。谁临时交办合同以外的事，都在这里记一笔，由交办人确认。"),
        ),
        context={"moves": moves},
    )


class TaskForm(forms.Form):
    """What was asked beside the plan."""

    what = forms.CharField(label=_("什么事"), max_length=200, help_text=_("如：帮社区录入台账、迎检布置会场"))
    asker = ChipField(label=_("谁交办的"), choices=OffPlanTask.Asker.choices)
    asker_user = forms.ModelChoiceField(
        label=_("交办人"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("不指定，由该方任一经办人确认"),
    )
    minutes = MinutesField(label=_("用了多长时间"))
    done_on = DayField(label=_("哪天"))
    worker = forms.ChoiceField(label=_("谁做的"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, posts: list[Staffing], is_order: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.posts = {str(post.pk): post for post in posts}
        self.fields["worker"].choices = [(key, post_label(post)) for key, post in self.posts.items()]  # type: ignore[attr-defined]
        if len(posts) == 1:
            self.fields["worker"].widget = forms.HiddenInput()
        if is_order:
            del self.fields["asker"], self.fields["asker_user"]
            self.fields["worker"].label = _("请谁做")
            self.fields["minutes"].label = _("大约要多长时间")
        else:
            self.fields["asker_user"].queryset = _askers(posts)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Add the draft once every field is right."""
        data = super().clean() or {}
        if not self.errors:
            data["draft"] = actions.TaskDraft(
                worker=self.posts[data["worker"]],
                asker=data.get("asker", ""),
                asker_user=None if data.get("asker") == "resident" else data.get("asker_user"),
                what=data["what"],
                done_on=data["done_on"],
                minutes=data["minutes"],
            )
        return data


def _askers(posts: list[Staffing]) -> Any:
    """Return who of the streets and communities of the posts may ask."""
    streets = {post.place_id[:9] + "000" for post in posts}
    places = {post.place_id for post in posts}
    people = User.objects.filter(
        appointments__place_id__in=streets | places,
        appointments__role__in=("handler", "chief", "leader", "community"),
        is_active=True,
    )
    return people.distinct().order_by("name")


@page("off_plan.record", methods=("GET", "POST"))
def off_plan_record(request: HttpRequest) -> HttpResponse:
    """Write down a task in one page; it counts once its asker has confirmed it."""
    posts = own_first(list(posts_for(request.actor, "off_plan.record")), request.actor)
    if not posts:
        return render(request, "delivery/activity/no_post.html")

    def act(data: dict[str, Any]) -> HttpResponse:
        task = actions.record_task(data["draft"], by=request.actor, now=request.received_at)
        return redirect("off_plan_view", pk=task.pk)

    hint = _("记下来，交办人点一下确认就算数；确认后按合同抵作服务量，也是超出约定时说“不”的依据。")
    context = step_context(
        _("记一件计划外任务"), reverse("off_plan_list"), hint=hint, figures=_share(posts[0])
    )
    initial = {"worker": str(posts[0].pk), "done_on": today(), "asker": "community", "minutes": 60}
    return answer_form(
        request, TaskForm, act, "delivery/off_plan/record.html", context,
        posts=posts, is_order=False, initial=initial,
    )  # fmt: skip


@page("off_plan.ask", methods=("GET", "POST"))
def off_plan_ask(request: HttpRequest) -> HttpResponse:
    """Order a task: the asker's own entry, so that the worker needs none."""
    posts = list(posts_for(request.actor, "off_plan.ask").order_by("place", "name"))
    if not posts:
        text = _("您这里还没有在岗的社工。合同开始服务、机构登记到岗后才能交办。")
        return render(request, "delivery/empty.html", {"heading": _("交办一件计划外任务"), "text": text})

    def act(data: dict[str, Any]) -> HttpResponse:
        task = actions.ask_task(data["draft"], by=request.actor, now=request.received_at)
        return redirect("off_plan_view", pk=task.pk)

    hint = _("合同以外的事写在这里。在您写的时长内办完即算确认，不用再签；超出约定比例，社工可以谢绝。")
    context = step_context(_("交办一件计划外任务"), reverse("off_plan_list"), hint=hint)
    initial = {"worker": str(posts[0].pk), "done_on": today(), "minutes": 60}
    return answer_form(
        request, TaskForm, act, "delivery/off_plan/record.html", context,
        posts=posts, is_order=True, initial=initial,
    )  # fmt: skip


def _share(post: Staffing, on: dt.date | None = None) -> list[Figure]:
    """Return the month's share of off-plan work beside the contract's."""
    share = actions.month_share_bp(post, on or today())
    most = sealed_terms(post.contract).off_plan_refusal_bp
    return [
        Figure(
            _("本月计划外占工时"),
            cell_text(share, "percent_bp"),
            note=_t("超过 %(most)s 可以谢绝") % {"most": cell_text(most, "percent_bp")},
            tone="wait" if share > most else "",
        )
    ]


@page("off_plan.view", OffPlanTask)
def off_plan_view(request: HttpRequest, obj: OffPlanTask) -> HttpResponse:
    """Show one task, the month's share, and what may be done with it."""
    is_own = may_on(request.actor, "off_plan.withdraw", obj)
    is_slip = is_own and obj.asker == OffPlanTask.Asker.RESIDENT and obj.state == OffPlanState.RECORDED
    return render(
        request,
        "delivery/off_plan/view.html",
        {
            "task": obj,
            "figures": _share(obj.worker, obj.done_on),
            "code": obj.confirm_code if is_slip else "",
            "code_url": request.build_absolute_uri(reverse("off_plan_code")) if is_slip else "",
            "moves": _moves(request, obj),
            "steps": named_story(obj),
            "crumbs": contract_crumbs(
                obj.contract, (_t("计划外任务单"), reverse("off_plan_list")), (obj.what[:20], "")
            ),
        },
    )


_STEPS = (
    ("finish", "off_plan.finish", "off_plan_finish", "primary", False),
    ("confirm", "off_plan.settle", "off_plan_confirm", "primary", True),
    ("dispute", "off_plan.settle", "off_plan_dispute", "secondary", False),
    ("decline", "off_plan.decline", "off_plan_decline", "secondary", False),
    ("withdraw", "off_plan.withdraw", "off_plan_withdraw", "secondary", False),
)


def _moves(request: HttpRequest, task: OffPlanTask) -> list[Move]:
    allowed = OFF_PLAN.moves_from(task.state)
    return [
        Move(say(f"move.off_plan.{move}"), reverse(url, args=[task.pk]), look, is_post=is_post)
        for move, action, url, look, is_post in _STEPS
        if move in allowed
        and may_on(request.actor, action, task)
        and (action != "off_plan.settle" or actions.is_of_asker(task, request.actor))
    ]


off_plan_confirm = step_page("off_plan.settle", OffPlanTask, actions.confirm_task, then="off_plan_view")


class RemarkForm(forms.Form):
    """Why."""

    remark = LongTextField(label=_("说明"), max_length=300, rows=2)


class MinutesForm(forms.Form):
    """How long it took in the end."""

    minutes = MinutesField(label=_("实际用了多长时间"))


def _step(obj: OffPlanTask, move: str) -> dict[str, Any]:
    back = reverse("off_plan_view", args=[obj.pk])
    return step_context(say(f"move.off_plan.{move}"), back, lead=obj.what)


@page("off_plan.finish", OffPlanTask, methods=("GET", "POST"))
def off_plan_finish(request: HttpRequest, obj: OffPlanTask) -> HttpResponse:
    """Say that an ordered task is done."""

    def act(data: dict[str, Any]) -> HttpResponse:
        actions.finish_task(obj, data["minutes"], by=request.actor, now=request.received_at)
        return redirect("off_plan_view", pk=obj.pk)

    initial = {"minutes": obj.minutes}
    return answer_form(request, MinutesForm, act, STEP, _step(obj, "finish"), initial=initial)


@page("off_plan.settle", OffPlanTask, methods=("GET", "POST"))
def off_plan_dispute(request: HttpRequest, obj: OffPlanTask) -> HttpResponse:
    """Dispute with what is not right."""

    def act(data: dict[str, Any]) -> HttpResponse:
        actions.dispute_task(obj, data["remark"], by=request.actor, now=request.received_at)
        return redirect("off_plan_view", pk=obj.pk)

    return answer_form(request, RemarkForm, act, STEP, _step(obj, "dispute"))


@page("off_plan.decline", OffPlanTask, methods=("GET", "POST"))
def off_plan_decline(request: HttpRequest, obj: OffPlanTask) -> HttpResponse:
    """Decline above the contract's share."""

    def act(data: dict[str, Any]) -> HttpResponse:
        actions.decline_task(obj, data["remark"], by=request.actor, now=request.received_at)
        return redirect("off_plan_view", pk=obj.pk)

    context = _step(obj, "decline") | {"figures": _share(obj.worker, obj.done_on)}
    return answer_form(request, RemarkForm, act, "delivery/off_plan/record.html", context)


@page("off_plan.withdraw", OffPlanTask, methods=("GET", "POST"))
def off_plan_withdraw(request: HttpRequest, obj: OffPlanTask) -> HttpResponse:
    """Take back a task written down by mistake."""

    def act(data: dict[str, Any]) -> HttpResponse:
        actions.withdraw_task(obj, data["remark"], by=request.actor, now=request.received_at)
        return redirect("off_plan_view", pk=obj.pk)

    return answer_form(request, RemarkForm, act, STEP, _step(obj, "withdraw"))


class CodeForm(forms.Form):
    """What a resident says of the task on his slip."""

    code = forms.CharField(
        label=_("单子上的确认码"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocapitalize": "characters"}),
    )
    word = ChipField(label=_("这件事做了吗"), choices=[("yes", _("做了")), ("no", _("没有，或不是这样"))])
    remark = forms.CharField(label=_("哪里不对"), max_length=300, required=False)


@page("off_plan.settle_by_code", methods=("GET", "POST"))
def off_plan_code(request: HttpRequest) -> HttpResponse:
    """Let a resident confirm or dispute by the code of his slip; no account."""

    def act(data: dict[str, Any]) -> HttpResponse:
        limit("off_plan.code", caller_of(request), most=TRIES, seconds=HOUR)
        if data["word"] == "yes":
            task = actions.confirm_by_code(data["code"], now=request.received_at)
        else:
            task = actions.dispute_by_code(data["code"], data["remark"], now=request.received_at)
        return render(request, "delivery/off_plan/code_done.html", {"task": task})

    hint = _("社工帮您做了一件事，请说一声有没有这回事。不用注册。")
    context = {"heading": _("确认一件帮忙的事"), "submit_label": _("提交"), "hint": hint}
    return answer_form(request, CodeForm, act, STEP, context)


def contract_tasks(contract: Contract) -> str:
    """Return the address of a contract's tasks."""
    return f"{reverse('off_plan_list')}?contract={contract.pk}"
