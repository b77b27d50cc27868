"""Delivery for tests: staff, logged activities, an acceptance."""

import datetime as dt

from tests.cast import COMMUNITY
from tests.procurement.builders_contract import ENDS, NOW, a_contract
from zhagen.delivery.actions.acceptance import request_acceptance
from zhagen.delivery.actions.activity import ActivityDraft, log_activity
from zhagen.delivery.actions.case import open_case
from zhagen.delivery.actions.off_plan import TaskDraft, record_task
from zhagen.delivery.models import Acceptance, Activity, CaseFile, OffPlanTask, Staffing

AFTER = dt.datetime(2027, 3, 2, 2, 0, tzinfo=dt.UTC)


def a_staffing(contract, person, post="worker") -> Staffing:
    return Staffing.objects.create(
        contract=contract, place_id=COMMUNITY, user=person.user, name=person.user.name, post=post,
        from_on=contract.starts_on,
    )  # fmt: skip


def deliver(contract, staffing, *, groups=24, cases=12, hours=1200) -> None:
    """Log what the builder's contract promises, or less."""
    minutes = hours * 60 // max(groups, 1)
    Activity.objects.bulk_create(
        Activity(
            contract=contract, place_id=COMMUNITY, worker=staffing, kind="group", title="手工小组",
            held_on=contract.starts_on + dt.timedelta(days=i), minutes=minutes, logged_at=NOW,
        )
        for i in range(groups)
    )  # fmt: skip
    CaseFile.objects.bulk_create(
        CaseFile(
            contract=contract, place_id=COMMUNITY, code=f"{contract.number}-{i}", worker=staffing,
            opened_on=contract.starts_on,
        )
        for i in range(cases)
    )  # fmt: skip


def an_acceptance(people, *, groups=24, cases=12, hours=1200, now=AFTER) -> Acceptance:
    contract = a_contract(people)
    deliver(contract, a_staffing(contract, people["social_worker"]), groups=groups, cases=cases, hours=hours)
    return request_acceptance(contract.instalments.get(order=2), by=people["agency_head"].actor, now=now)


DAY = dt.date(2026, 3, 10)
AT = dt.datetime(2026, 3, 10, 8, 0, tzinfo=dt.UTC)


def an_activity(people, *, worker=None, by="social_worker", now=AT, **changes) -> Activity:
    worker = worker or a_staffing(a_contract(people), people["social_worker"])
    values = {"kind": "group", "title": "手工小组", "held_on": DAY, "minutes": 90, **changes}
    return log_activity(ActivityDraft(worker=worker, **values), by=people[by].actor, now=now)


def a_task(people, *, worker=None, asker="community", now=AT, **changes) -> OffPlanTask:
    worker = worker or a_staffing(a_contract(people), people["social_worker"])
    values = {"what": "帮社区录台账", "done_on": DAY, "minutes": 60, **changes}
    draft = TaskDraft(worker=worker, asker=asker, **values)
    return record_task(draft, by=people["social_worker"].actor, now=now)


def a_case(people, *, worker=None, now=AT, **changes) -> CaseFile:
    worker = worker or a_staffing(a_contract(people), people["social_worker"])
    return open_case(worker, opened_on=DAY, by=people["social_worker"].actor, now=now, **changes)


__all__ = ["AFTER", "ENDS", "a_case", "a_staffing", "a_task", "an_acceptance", "an_activity", "deliver"]
