"""Off-plan tasks (计划外任务单): written down in one tap, confirmed by whoever asked."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Sum

from zhagen.audit.record import record
from zhagen.core.errors import RuleError
from zhagen.core.exact import BP
from zhagen.core.lifecycle.off_plan import OFF_PLAN, OffPlanState
from zhagen.core.types import PUBLIC, Actor
from zhagen.delivery.models import Activity, OffPlanTask, Staffing
from zhagen.parties.models import User
from zhagen.platform.clock import SHANGHAI
from zhagen.platform.codes import new_code
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
    contract = draft.worker.contract
    permit(by, "off_plan.record", contract)
    if draft.done_on > now.astimezone(SHANGHAI).date():
        raise RuleError("off_plan.in_future", day=str(draft.done_on))
    if not contract.starts_on <= draft.done_on <= contract.ends_on:
        raise RuleError("off_plan.outside_term", starts=str(contract.starts_on), ends=str(contract.ends_on))
    if not 0 < draft.minutes <= LONGEST_MINUTES:
        raise RuleError("off_plan.minutes_wrong", minutes=draft.minutes)
    task = OffPlanTask.objects.create(
        contract=contract,
        place_id=draft.worker.place_id,
        worker=draft.worker,
        asker=OffPlanTask.Asker(draft.asker),
        asker_user=draft.asker_user,
        what=draft.what,
        done_on=draft.done_on,
        minutes=draft.minutes,
        confirm_code=new_code(),
        recorded_at=now,
    )
    record("off_plan.recorded", task, by=by, at=now, payload={"asker": task.asker, "minutes": task.minutes})
    return task


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
        RuleError: "off_plan.code_unknown".
    """
    task = OffPlanTask.objects.filter(confirm_code=code, asker=OffPlanTask.Asker.RESIDENT).first()
    if task is None:
        raise RuleError("off_plan.code_unknown")
    return _change(task, "confirm", PUBLIC, now, "")


def _settle(task: OffPlanTask, move: str, by: Actor, now: dt.datetime, remark: str = "") -> OffPlanTask:
    permit(by, "off_plan.settle", task)
    if task.asker_user_id is not None and str(task.asker_user_id) != by.key:
        raise RuleError("off_plan.not_the_asker")
    return _change(task, move, by, now, remark)


_EVENTS = {
    "confirm": "off_plan.confirmed",
    "dispute": "off_plan.disputed",
    "decline": "off_plan.declined",
    "withdraw": "off_plan.withdrawn",
}


def _change(task: OffPlanTask, move: str, by: Actor, now: dt.datetime, remark: str) -> OffPlanTask:
    """Take a move once: the row changes only from a state from which the move may start."""
    task.refresh_from_db()
    target = OFF_PLAN.after(move, task.state)
    sources, _ = OFF_PLAN.moves[move]
    changed = OffPlanTask.objects.filter(pk=task.pk, state__in=sources).update(state=target, settled_at=now)
    if not changed:
        task.refresh_from_db()
        raise RuleError("lifecycle.not_now", concept="off_plan", move=move, state=task.state)
    task.refresh_from_db()
    record(_EVENTS[move], task, by=by, at=now, payload={"remark": remark, "minutes": task.minutes})
    return task


def month_share_bp(worker: Staffing, day: dt.date) -> int:
    """Return the share of a worker's month that went to off-plan tasks, open ones included, in bp."""
    in_month = {"year": day.year, "month": day.month}
    tasks = OffPlanTask.objects.filter(
        worker=worker,
        done_on__year=in_month["year"],
        done_on__month=in_month["month"],
        state__in=(OffPlanState.RECORDED, OffPlanState.CONFIRMED, OffPlanState.DISPUTED),
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
    return _change(task, "decline", by, now, remark)


@write_tx
def withdraw_task(task: OffPlanTask, remark: str, *, by: Actor, now: dt.datetime) -> OffPlanTask:
    """Take back a task written down by mistake."""
    permit(by, "off_plan.withdraw", task)
    return _change(task, "withdraw", by, now, remark)
