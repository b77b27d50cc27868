"""What delivery puts on the desks and into the menu."""

import datetime as dt
from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhagen.core.lifecycle.acceptance import AcceptanceState
from zhagen.core.lifecycle.contract import ContractState
from zhagen.core.lifecycle.off_plan import OffPlanState
from zhagen.core.types import Role
from zhagen.delivery import desk_judging  # noqa: F401 - registers judging's own
from zhagen.delivery.actions.off_plan import is_of_asker
from zhagen.delivery.models import (
    Acceptance,
    LoadRating,
    OffPlanTask,
    PaperworkAnswer,
    Staffing,
    Supervision,
    WageMonth,
)
from zhagen.delivery.quarters import quarter_of
from zhagen.parties.models import Place
from zhagen.platform.desk import DeskItem, Reader, desk_button, desk_item, first_step, menu_place
from zhagen.platform.scope import visible
from zhagen.procurement.models import Contract

WORKERS = (Role.SOCIAL_WORKER, Role.STATION_LEAD)
ASKERS = (Role.HANDLER, Role.CHIEF, Role.COMMUNITY)
SHOWN = 8

menu_place(_("个案"), "case_list", "case.list")
menu_place(_("计划外任务单"), "off_plan_list", "off_plan.list")
menu_place(_("履约验收"), "acceptance_list", "acceptance.list")
first_step(_("导入运行中的合同"), "running_import", "contract.import_running", Role.HANDLER)
desk_button(_("记一次服务"), "activity_log", "activity.log", *WORKERS)
desk_button(_("记一件计划外任务"), "off_plan_record", "off_plan.record", *WORKERS)
desk_button(_("交办一件计划外任务"), "off_plan_ask", "off_plan.ask", *ASKERS)
first_step(_("记下今天的第一次服务"), "activity_log", "activity.log", *WORKERS)


@desk_item(Role.HANDLER)
def acceptances_waiting(reader: Reader) -> Iterable[DeskItem]:
    """Acceptances to be answered before they count as accepted."""
    waiting = visible(reader.actor, "acceptance.decide", Acceptance).filter(
        state__in=(AcceptanceState.REQUESTED, AcceptanceState.USERS_ASKED)
    )
    for acceptance in waiting.order_by("deemed_on")[:8]:
        url = reverse("acceptance_view", args=[acceptance.pk])
        yield DeskItem(_("答复验收"), url, acceptance.deemed_on, detail=acceptance.number)


@desk_item(Role.COMMUNITY)
def users_to_hear(reader: Reader) -> Iterable[DeskItem]:
    """Acceptances before which nobody has been heard yet."""
    waiting = visible(reader.actor, "acceptance.hear", Acceptance).filter(state=AcceptanceState.REQUESTED)
    for acceptance in waiting.order_by("deemed_on")[:SHOWN]:
        url = reverse("acceptance_view", args=[acceptance.pk])
        yield DeskItem(_("听取服务对象意见"), url, acceptance.deemed_on, detail=acceptance.number)


@desk_item(Role.STATION_LEAD, Role.AGENCY_HEAD)
def acceptances_to_correct(reader: Reader) -> Iterable[DeskItem]:
    """Acceptances sent back for correction."""
    back = visible(reader.actor, "acceptance.resubmit", Acceptance).filter(state=AcceptanceState.TO_CORRECT)
    for acceptance in back[:8]:
        yield DeskItem(
            _("整改后再次申请验收"),
            reverse("acceptance_view", args=[acceptance.pk]),
            detail=acceptance.number,
        )


@desk_item(*ASKERS, Role.LEADER)
def tasks_to_confirm(reader: Reader) -> Iterable[DeskItem]:
    """Off-plan tasks that wait for the word of this very side."""
    waiting = visible(reader.actor, "off_plan.settle", OffPlanTask).filter(state=OffPlanState.RECORDED)
    own = [task for task in waiting.order_by("confirm_by_on")[:50] if is_of_asker(task, reader.actor)]
    for task in own[:SHOWN]:
        url = reverse("off_plan_view", args=[task.pk])
        yield DeskItem(_("确认计划外任务"), url, task.confirm_by_on, detail=task.what)


@desk_item(*WORKERS)
def tasks_asked(reader: Reader) -> Iterable[DeskItem]:
    """Off-plan tasks that somebody ordered of the reader."""
    mine = OffPlanTask.objects.filter(worker__user_id=reader.actor.key, state=OffPlanState.ASKED)
    for task in mine.order_by("done_on")[:SHOWN]:
        yield DeskItem(
            _("办理交办的计划外任务"),
            reverse("off_plan_view", args=[task.pk]),
            task.done_on,
            detail=task.what,
        )


@desk_item(*WORKERS)
def supervision_to_state(reader: Reader) -> Iterable[DeskItem]:
    """Sessions of supervision whose minutes the worker has not stated."""
    mine = visible(reader.actor, "supervision.confirm", Supervision).filter(worker_minutes__isnull=True)
    for session in mine.order_by("held_on")[:SHOWN]:
        url = reverse("supervision_confirm", args=[session.pk])
        yield DeskItem(_("确认督导时长"), url, detail=session.topic)


@desk_item(Role.SUPERVISOR)
def contracts_to_supervise(reader: Reader) -> Iterable[DeskItem]:
    """The contracts of the agency in service, to log supervision on."""
    running = visible(reader.actor, "supervision.log", Contract).filter(state=ContractState.IN_SERVICE)
    for contract in running[:SHOWN]:
        yield DeskItem(
            _("督导本季度"), reverse("supervision_list", args=[contract.pk]), detail=contract.title
        )


@desk_item(*WORKERS)
def paperwork_questions(reader: Reader) -> Iterable[DeskItem]:
    """The quarter's two questions, once a post and quarter."""
    quarter = quarter_of(reader.today)
    answered = PaperworkAnswer.objects.filter(quarter=quarter).values("staffing_id")
    posts = visible(reader.actor, "staffing.answer_paperwork", Staffing).filter(
        until_on__isnull=True, contract__state=ContractState.IN_SERVICE
    )
    for post in posts.exclude(pk__in=answered)[:1]:
        yield DeskItem(_("回答文书负担两问（一分钟）"), reverse("paperwork_answer", args=[post.pk]))


@desk_item(Role.AGENCY_HEAD)
def wages_to_state(reader: Reader) -> Iterable[DeskItem]:
    """Running contracts whose last month's pay day is not stated yet."""
    month = (reader.today.replace(day=1) - dt.timedelta(days=1)).replace(day=1)
    stated = WageMonth.objects.filter(month=month).values("contract_id")
    running = visible(reader.actor, "staffing.state_wages", Contract).filter(
        state__in=(ContractState.IN_SERVICE, ContractState.ENDING), starts_on__lt=reader.today.replace(day=1)
    )
    for contract in running.exclude(pk__in=stated)[:SHOWN]:
        yield DeskItem(
            _("登记上月发薪日期"), reverse("staffing_wages", args=[contract.pk]), detail=contract.title
        )


@desk_item(Role.AGENCY_HEAD, Role.STATION_LEAD, Role.HANDLER)
def contracts_to_hand_over(reader: Reader) -> Iterable[DeskItem]:
    """Contracts that are being handed over."""
    ending = visible(reader.actor, "closing.view", Contract).filter(state=ContractState.ENDING)
    for contract in ending[:SHOWN]:
        url = reverse("closing_view", args=[contract.pk])
        yield DeskItem(_("办理交接"), url, contract.ends_on, detail=contract.title)


RATING_MONTH = 11
"""From November a community is asked for its rating of the year."""


@desk_item(Role.COMMUNITY)
def load_to_rate(reader: Reader) -> Iterable[DeskItem]:
    """The yearly rating of the load, late in the year; before, it may be given at any time."""
    if reader.today.month < RATING_MONTH:
        return
    for place in visible(reader.actor, "load.view", Place):
        rated = LoadRating.objects.filter(place=place, year=reader.today.year).values("contract_id")
        open_ones = Contract.objects.filter(communities=place, state=ContractState.IN_SERVICE)
        count = open_ones.exclude(pk__in=rated).count()
        if count:
            yield DeskItem(_("评价各项目添的负担"), reverse("load_view", args=[place.pk]), count=count)
