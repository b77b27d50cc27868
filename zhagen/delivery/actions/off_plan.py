"""Off-plan tasks (计划外任务单): written down in one tap, confirmed by whoever asked."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Sum

from zhagen.audit.record import record
from zhagen.core.errors import RuleError
from zhagen.core.exact import BP
from zhagen.core.lifecycle.off_plan import OFF_PLAN, OffPlanState
from zhagen.core.reach import STREET
from zhagen.core.types import PUBLIC, Actor, Role
from zhagen.delivery.models import Activity, OffPlanTask, Staffing
from zhagen.parties.actions.notice import Note, notify, people_at
from zhagen.parties.actor import user_of
from zhagen.parties.models import User
from zhagen.parties.rules import calendar, rules_for
from zhagen.platform.clock import SHANGHAI
from zhagen.platform.codes import clean_code, new_code
from zhagen.platform.scope import permit
from zhagen.platform.tx import write_tx
from zhagen.procurement.actions.contract import sealed_terms

LONGEST_MINUTES = 24 * 60


@dataclass(frozen=True)
class TaskDraft:
    """What was asked beside the plan: by whom, what, how long."""

    worker: Staffing
    asker: str
    what: str
    done_on: dt.date
    minutes: int
    asker_user: User | None = None


@write_tx
def record_task(draft: TaskDraft, *, by: Actor, now: dt.datetime) -> OffPlanTask:
    """Write down an off-plan task; it counts once its asker has confirmed it.

    Raises:
        RuleError: "off_plan.in_future", "off_plan.minutes_wrong", "off_plan.outside_term".
    """
    permit(by, "off_plan.record", draft.worker)
    if draft.done_on > now.astimezone(SHANGHAI).date():
        raise RuleError("off_plan.in_future", day=str(draft.done_on))
    task = _written(draft, OffPlanState.RECORDED, now)
    record("off_plan.recorded", task, by=by, at=now, payload={"asker": task.asker, "minutes": task.minutes})
    return task


@write_tx
def ask_task(draft: TaskDraft, *, by: Actor, now: dt.datetime) -> OffPlanTask:
    """Ask a worker for an off-plan task; the order is the entry, the worker only says when it is done.

    Raises:
        RuleError: "off_plan.minutes_wrong", "off_plan.outside_term", "permission.denied".
    """
    permit(by, "off_plan.ask", draft.worker)
    asker = OffPlanTask.Asker.STREET if by.roles & set(STREET) else OffPlanTask.Asker.COMMUNITY
    own = replace(draft, asker=asker, asker_user=user_of(by))
    task = _written(own, OffPlanState.ASKED, now)
    record("off_plan.asked", task, by=by, at=now, payload={"asker": asker, "minutes": task.minutes})
    return task


def _written(draft: TaskDraft, state: OffPlanState, now: dt.datetime) -> OffPlanTask:
    contract = draft.worker.contract
    if not contract.starts_on <= draft.done_on <= contract.ends_on:
        raise RuleError("off_plan.outside_term", starts=str(contract.starts_on), ends=str(contract.ends_on))
    if not 0 < draft.minutes <= LONGEST_MINUTES:
        raise RuleError("off_plan.minutes_wrong", minutes=draft.minutes)
    return OffPlanTask.objects.create(
        contract=contract,
        place_id=draft.worker.place_id,
        worker=draft.worker,
        asker=OffPlanTask.Asker(draft.asker),
        asker_user=draft.asker_user,
        is_raised_by_asker=state is OffPlanState.ASKED,
        state=state,
        what=draft.what,
        done_on=draft.done_on,
        minutes=draft.minutes,
        confirm_code=new_code(),
        confirm_by_on=_confirm_by(draft.worker.place_id, now) if state is OffPlanState.RECORDED else None,
        recorded_at=now,
    )


def _confirm_by(place_code: str, now: dt.datetime) -> dt.date:
    """Return the day by which the asker should have answered, by the rulebook of the place."""
    today = now.astimezone(SHANGHAI).date()
    rules = rules_for(place_code, today)
    unit = rules.value("off_plan.confirm_max").unit
    return calendar().due_on(today, rules.int("off_plan.confirm_max"), unit)


@write_tx
def finish_task(task: OffPlanTask, minutes: int, *, by: Actor, now: dt.datetime) -> OffPlanTask:
    """Say that an asked task is done: within the minutes asked for it is confirmed, else the asker confirms.

    Raises:
        RuleError: "off_plan.minutes_wrong", "lifecycle.not_now".
    """
    permit(by, "off_plan.finish", task)
    if not 0 < minutes <= LONGEST_MINUTES:
        raise RuleError("off_plan.minutes_wrong", minutes=minutes)
    move = "finish" if minutes <= task.minutes else "exceed"
    today = now.astimezone(SHANGHAI).date()
    more = {"minutes": minutes, "done_on": min(today, task.contract.ends_on)}
    if move == "exceed":
        more["confirm_by_on"] = _confirm_by(task.place_id, now)
    return _change(task, move, by, now, **more)


@write_tx
def confirm_task(task: OffPlanTask, *, by: Actor, now: dt.datetime) -> OffPlanTask:
    """Confirm a task by the side that asked for it.

    Raises:
        RuleError: "off_plan.not_the_asker", "lifecycle.not_now".
    """
    return _settle(task, "confirm", by, now)


@write_tx
def dispute_task(task: OffPlanTask, remark: str, *, by: Actor, now: dt.datetime) -> OffPlanTask:
    """Say that this was not asked for, or not so long.

    Raises:
        RuleError: "off_plan.remark_missing", "off_plan.not_the_asker".
    """
    if not remark.strip():
        raise RuleError("off_plan.remark_missing")
    return _settle(task, "dispute", by, now, remark)


@write_tx
def confirm_by_code(code: str, *, now: dt.datetime) -> OffPlanTask:
    """Confirm by the code on the resident's slip; no account is needed.

    Raises:
        RuleError: "off_plan.code_unknown", "lifecycle.not_now".
    """
    return _change(task_of_code(code), "confirm", PUBLIC, now)


@write_tx
def dispute_by_code(code: str, remark: str, *, now: dt.datetime) -> OffPlanTask:
    """Dispute by the code on the resident's slip.

    Raises:
        RuleError: "off_plan.code_unknown", "off_plan.remark_missing", "lifecycle.not_now".
    """
    if not remark.strip():
        raise RuleError("off_plan.remark_missing")
    return _change(task_of_code(code), "dispute", PUBLIC, now, remark=remark)


def task_of_code(code: str) -> OffPlanTask:
    """Return the task of a resident's slip; other tasks have no code that opens them.

    Raises:
        RuleError: "off_plan.code_unknown".
    """
    wanted = clean_code(code)
    task = OffPlanTask.objects.filter(confirm_code=wanted, asker=OffPlanTask.Asker.RESIDENT).first()
    if task is None:
        raise RuleError("off_plan.code_unknown")
    return task


_SIDES = {OffPlanTask.Asker.STREET: set(STREET), OffPlanTask.Asker.COMMUNITY: {Role.COMMUNITY}}


def is_of_asker(task: OffPlanTask, actor: Actor) -> bool:
    """Return whether the actor is on the side that asked: the very person where one is named."""
    if task.asker_user_id is not None:
        return str(task.asker_user_id) == actor.key
    return bool(_SIDES.get(OffPlanTask.Asker(task.asker), set()) & actor.roles)


def _settle(task: OffPlanTask, move: str, by: Actor, now: dt.datetime, remark: str = "") -> OffPlanTask:
    permit(by, "off_plan.settle", task)
    if not is_of_asker(task, by):
        raise RuleError("off_plan.not_the_asker")
    return _change(task, move, by, now, remark=remark)


_EVENTS = {
    "finish": "off_plan.confirmed",
    "exceed": "off_plan.done_longer",
    "confirm": "off_plan.confirmed",
    "dispute": "off_plan.disputed",
    "decline": "off_plan.declined",
    "withdraw": "off_plan.withdrawn",
}


def _change(task: OffPlanTask, move: str, by: Actor, now: dt.datetime, **more: Any) -> OffPlanTask:
    """Take a move once: the row changes only from a state from which the move may start."""
    task.refresh_from_db()
    target = OFF_PLAN.after(move, task.state)
    sources, _ = OFF_PLAN.moves[move]
    changed = OffPlanTask.objects.filter(pk=task.pk, state__in=sources).update(
        state=target, settled_at=now, **more
    )
    if not changed:
        task.refresh_from_db()
        raise RuleError("lifecycle.not_now", concept="off_plan", move=move, state=task.state)
    task.refresh_from_db()
    payload = {"remark": more.get("remark", ""), "minutes": task.minutes}
    record(_EVENTS[move], task, by=by, at=now, payload=payload)
    return task


OPEN_OR_DONE = (
    OffPlanState.ASKED,
    OffPlanState.RECORDED,
    OffPlanState.CONFIRMED,
    OffPlanState.DISPUTED,
)


def month_share_bp(worker: Staffing, day: dt.date) -> int:
    """Return the share of a worker's month that went to off-plan tasks, open ones included, in bp."""
    in_month = {"year": day.year, "month": day.month}
    tasks = OffPlanTask.objects.filter(
        worker=worker,
        done_on__year=in_month["year"],
        done_on__month=in_month["month"],
        state__in=OPEN_OR_DONE,
    )
    logged = Activity.objects.filter(
        worker=worker, held_on__year=in_month["year"], held_on__month=in_month["month"], is_withdrawn=False
    )
    off_plan = tasks.aggregate(minutes=Sum("minutes"))["minutes"] or 0
    planned = logged.aggregate(minutes=Sum("minutes"))["minutes"] or 0
    return off_plan * BP // (off_plan + planned) if off_plan + planned else 0


@write_tx
def decline_task(task: OffPlanTask, remark: str, *, by: Actor, now: dt.datetime) -> OffPlanTask:
    """Say no to a task once the month's share of the contract is used up.

    Raises:
        RuleError: "off_plan.share_not_used".
    """
    permit(by, "off_plan.decline", task)
    most = sealed_terms(task.contract).off_plan_refusal_bp
    share = month_share_bp(task.worker, task.done_on)
    if share <= most:
        raise RuleError("off_plan.share_not_used", share_bp=share, most_bp=most)
    return _change(task, "decline", by, now, remark=remark)


@write_tx
def withdraw_task(task: OffPlanTask, remark: str, *, by: Actor, now: dt.datetime) -> OffPlanTask:
    """Take back a task written down by mistake."""
    permit(by, "off_plan.withdraw", task)
    return _change(task, "withdraw", by, now, remark=remark)


@write_tx
def remind_asker(task: OffPlanTask, *, by: Actor, now: dt.datetime) -> OffPlanTask:
    """Remind the asker once of a task that waits for his word; a resident has no address to be reminded at."""
    permit(by, "off_plan.remind", task)
    changed = OffPlanTask.objects.filter(pk=task.pk, reminded_at__isnull=True).update(reminded_at=now)
    if changed:
        to = [task.asker_user] if task.asker_user else people_at(task.place_id, *_ASKED_FOR[task.asker])
        note = Note(
            "off_plan.waits",
            f"/off-plan/{task.pk}/",
            about=task,
            due_on=task.confirm_by_on,
            figures={"what": task.what},
        )
        notify(note, to=to, now=now)
        record("off_plan.reminded", task, by=by, at=now, payload={"readers": len(to)})
    task.refresh_from_db()
    return task


_ASKED_FOR = {"street": (Role.HANDLER,), "community": (Role.COMMUNITY,), "resident": ()}
