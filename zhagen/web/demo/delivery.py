"""Delivery in the demo: staff come and go, sessions are logged, favours asked, meetings held."""

import datetime as dt

from zhagen.community.actions.meeting import MeetingDraft, Part, record_meeting, record_part
from zhagen.delivery.actions.activity import ActivityDraft, log_activity
from zhagen.delivery.actions.case import close_case, open_case
from zhagen.delivery.actions.off_plan import (
    TaskDraft,
    confirm_by_code,
    confirm_task,
    dispute_by_code,
    dispute_task,
    record_task,
)
from zhagen.delivery.actions.staffing import CaseHandover, Placement, end_staffing, place_worker, write_card
from zhagen.delivery.actions.supervision import confirm_supervision, log_supervision
from zhagen.delivery.models import OffPlanTask, Staffing
from zhagen.lab.district_work import work_of
from zhagen.lab.world_events import EventKind, WorldEvent
from zhagen.procurement.actions.amendment import AmendmentDraft, agree_amendment, propose_amendment
from zhagen.web.demo.buying import lot_of
from zhagen.web.demo.people import TURNS_ON, ghost_of
from zhagen.web.demo.world import Handler, World

CASES = 2
"""Cases opened by each worker who comes."""

WAITS = dt.timedelta(days=12)
"""After so many days a task that nobody confirmed is disputed."""

DISPUTED = "没有要求做这么久，请按实际时长重新登记"

LEAVE_REASONS = ("合同到期，个人发展", "收入低，回原籍", "转岗至其他机构", "备考公务员")


def agency_key(world: World, contract: str) -> str:
    """Return the key of the agency of a contract."""
    return world.plan_of(contract).agency


def worker_key(world: World, key: str) -> str:
    """Return who works under a key of the district: the one turned supervisor is replaced in the field."""
    if key != ghost_of(world.district) or world.day < dt.date(*TURNS_ON):
        return key
    agency = next(each.organisation for each in world.district.people if each.key == key)
    pool = [
        each.key for each in world.district.people
        if each.organisation == agency and each.role == "social_worker" and each.key != key
    ]  # fmt: skip
    return pool[0]


def worker_started(world: World, event: WorldEvent) -> None:
    """Place a worker; his first cases are opened with him."""
    said = event.figures
    contract, community = world.contracts[str(said["contract"])], str(said["community"])
    user = world.people[worker_key(world, event.actor)]
    lead = f"lead:{agency_key(world, str(said['contract']))}"
    placement = Placement(world.places[community], user.name, "worker", event.on, "助理社会工作师", user)
    staffing = world.act(place_worker, contract, placement, by=lead)
    world.act(write_card, staffing, "周一至周五 9:00–17:30", "", by=lead)
    world.staffing[event.subject] = staffing
    world.staff[str(said["contract"])].append(staffing)
    for _ in range(CASES):
        world.act(open_case, staffing, opened_on=event.on, by=lead)


def worker_left(world: World, event: WorldEvent) -> None:
    """Let a worker go: cases go to a colleague of the contract, or are closed where there is none."""
    leaver = world.staffing[event.subject]
    contract = next(key for key, each in world.contracts.items() if each.pk == leaver.contract_id)
    lead = f"lead:{agency_key(world, contract)}"
    there = [each for each in world.staff[contract] if each.until_on is None and each.pk != leaver.pk]
    handovers = {}
    for case in leaver.cases.filter(closed_on__isnull=True):
        if not there:
            world.act(close_case, case, "服务对象同意结案", closed_on=event.on, by=lead)
        else:
            handovers[str(case.pk)] = CaseHandover(there[0], "已当面交接，服务计划随档案移交", event.on)
    left = world.act(
        end_staffing, leaver, until_on=event.on, handovers=handovers, by=lead,
        reason=LEAVE_REASONS[len(world.done) % len(LEAVE_REASONS)],
    )  # fmt: skip
    leaver.until_on = left.until_on


def staffing_on(world: World, contract: str, community: str, worker: str, day: dt.date) -> Staffing | None:
    """Return whose time covers a day: the worker's own there, else anybody's of the contract."""
    there = [
        each for each in world.staff[contract]
        if each.from_on <= day and (each.until_on is None or each.until_on >= day)
    ]  # fmt: skip
    if not there:
        return None
    user = world.people[worker_key(world, worker)].pk
    found = min(there, key=lambda each: (each.place_id != community, each.user_id != user))
    found.contract = world.contracts[contract]
    return found


def session_held(world: World, event: WorldEvent) -> None:
    """Log a session; the next needs that wait in the community are what it is for."""
    said = event.figures
    contract, community = str(said["contract"]), str(said["community"])
    worker = staffing_on(world, contract, community, event.actor, event.on)
    if worker is None:
        return
    waiting = world.unserved.pop(f"{contract}/{worker.place_id}", [])
    photos = int(str(said["photos"]))
    doors = said["participants"]
    draft = ActivityDraft(
        worker=worker,
        kind=str(said["kind"]),
        title=str(said["title"]),
        held_on=event.on,
        minutes=int(str(said["minutes"])),
        headcount=len(doors),  # type: ignore[arg-type]
        note=f"签到表1份，照片{photos}张" if photos > 1 else "",
        needs=tuple(waiting),
        doors=tuple(doors),  # type: ignore[arg-type]
    )
    world.act(log_activity, draft, by=_worker_actor(world, worker))


def _worker_actor(world: World, worker: Staffing) -> str:
    return world.key_of(worker.user_id)


def favour_done(world: World, event: WorldEvent) -> None:
    """Write an off-plan task down."""
    said = event.figures
    contract, community = str(said["contract"]), str(said["community"])
    worker = staffing_on(world, contract, community, event.actor, event.on)
    if worker is None:
        return
    draft = TaskDraft(worker, str(said["asker"]), str(said["what"]), event.on, int(str(said["minutes"])))
    world.tasks[event.subject] = world.act(record_task, draft, by=_worker_actor(world, worker))
    world.later(event.on + WAITS, favour_disputed, event.subject)


def favour_confirmed(world: World, event: WorldEvent) -> None:
    """Let the asker confirm: community or street on the page, a resident by the code on his slip."""
    task = world.tasks.pop(event.subject, None)
    if task is None:
        return
    if task.asker == "resident":
        world.act(confirm_by_code, task.confirm_code)
    else:
        world.act(confirm_task, task, by=_asker(task))


def _asker(task: OffPlanTask) -> str:
    return f"handler:{task.contract.place_id}" if task.asker == "street" else f"community:{task.place_id}"


def favour_disputed(world: World, subject: str) -> None:
    """Let an asker who has not confirmed a task say that he did not ask for it, or not for so long."""
    task = world.tasks.pop(subject, None)
    if task is None:
        return
    if task.asker == "resident":
        world.act(dispute_by_code, task.confirm_code, DISPUTED)
    else:
        world.act(dispute_task, task, DISPUTED, by=_asker(task))


def supervised(world: World, event: WorldEvent) -> None:
    """Log a supervision by both sides; the minutes that only the supervisor saw stay visible."""
    said = event.figures
    contract = str(said["contract"])
    worker = staffing_on(world, contract, "", str(said["worker"]), event.on)
    if worker is None:
        return
    agency = agency_key(world, contract)
    ghost = ghost_of(world.district)
    turned = event.actor == ghost and event.on >= dt.date(*TURNS_ON)
    minutes = int(str(said["supervisor_minutes"]))
    seen = int(str(said["worker_minutes"])) if turned else minutes
    supervisor = ghost if turned else f"supervisor:{agency}"
    session = world.act(
        log_supervision, worker, held_on=event.on, topic="个案督导与情绪支持", minutes=minutes, by=supervisor
    )
    world.act(confirm_supervision, session, seen, by=_worker_actor(world, worker))


def meeting_held(world: World, event: WorldEvent) -> None:
    """Record a meeting and the agency's part by the community side."""
    said = event.figures
    office = f"community:{said['community']}"
    draft = MeetingDraft(world.places[str(said["community"])], "deliberation", str(said["title"]), event.on)
    meeting = world.act(record_meeting, draft, by=office)
    agency = world.organisations[agency_key(world, str(said["contract"]))]
    step = ("invited", "present", "spoke", "took_task").index(str(said["part"]))
    task = "会后牵头跟进一项议定事项" if step == 3 else ""
    part = Part(was_invited=True, was_present=step >= 1, spoke=step >= 2, took_task=task)
    world.act(record_part, meeting, agency, part, by=office)


def close_open_cases(world: World, key: str) -> None:
    """Close the cases of a contract before it ends."""
    for staffing in world.contracts[key].staffing.all():
        for case in staffing.cases.filter(closed_on__isnull=True):
            lead = f"lead:{agency_key(world, key)}"
            world.act(close_case, case, "目标基本达成，结案并告知本人", closed_on=world.day, by=lead)


def close_cases_at_end(world: World, event: WorldEvent) -> None:
    """Put the closing of cases off to the end of the contract that was signed."""
    work_of(world.district, world.plan_of(event.subject))
    ends_on = world.plan_of(event.subject).ends_on
    world.later(ends_on, close_open_cases, event.subject)


def closing_asked(world: World, event: WorldEvent) -> None:
    """Let an agency that has ticked its indicators ask to stop: drafted, agreed by its own side only.

    The street does not agree, so nothing comes into force and the term runs to its last day.
    """
    contract = world.contracts[event.subject]
    number = lot_of(world.plan_of(event.subject)) + 1
    draft = AmendmentDraft(
        reason=f"机构来函：{event.figures['reason']}。社区和居民希望服务到期满。",
        decision_no=f"收文〔{event.on.year}〕{number}号",
        ends_on=event.on + dt.timedelta(days=30),
    )
    asked = world.act(propose_amendment, contract, draft, by=f"handler:{contract.place_id}")
    world.act(agree_amendment, asked, by=f"head:{agency_key(world, event.subject)}")


HANDLERS: dict[EventKind, Handler] = {
    EventKind.WORKER_STARTED: worker_started,
    EventKind.WORKER_LEFT: worker_left,
    EventKind.SESSION_HELD: session_held,
    EventKind.OFF_PLAN_DONE: favour_done,
    EventKind.OFF_PLAN_CONFIRMED: favour_confirmed,
    EventKind.SUPERVISED: supervised,
    EventKind.MEETING_HELD: meeting_held,
    EventKind.CLOSING_ASKED: closing_asked,
}
