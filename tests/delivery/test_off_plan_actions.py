"""Off-plan tasks: written by the worker or the asker, confirmed by the asker alone."""

import datetime as dt

import pytest

from tests.cast import cast
from tests.delivery.builders import AT, DAY, a_staffing, a_task, an_activity
from tests.procurement.builders_contract import a_contract
from zhagen.core.errors import RuleError
from zhagen.core.types import SYSTEM
from zhagen.delivery.actions import off_plan
from zhagen.delivery.actions.off_plan import (
    TaskDraft,
    ask_task,
    confirm_by_code,
    confirm_task,
    decline_task,
    dispute_by_code,
    dispute_task,
    finish_task,
    month_share_bp,
    remind_asker,
    withdraw_task,
)
from zhagen.delivery.due import remind_askers
from zhagen.delivery.models import OffPlanTask
from zhagen.parties.models import Notice


@pytest.fixture
def people():
    return cast()


def refused(code):
    return pytest.raises(RuleError, match=code.replace(".", r"\."))


def asked(people, by="community", minutes=60, worker=None):
    worker = worker or a_staffing(a_contract(people), people["social_worker"])
    draft = TaskDraft(worker=worker, asker="", what="帮忙布置会场", done_on=DAY, minutes=minutes)
    return ask_task(draft, by=people[by].actor, now=AT)


def test_only_the_side_that_asked_confirms(people):
    worker = a_staffing(a_contract(people), people["social_worker"])
    community, handler = people["community"].actor, people["handler"].actor
    of_community, of_street = a_task(people, worker=worker), a_task(people, worker=worker, asker="street")
    of_resident = a_task(people, worker=worker, asker="resident")

    for task, wrong in ((of_community, handler), (of_street, community), (of_resident, handler)):
        with refused("off_plan.not_the_asker"):
            confirm_task(task, by=wrong, now=AT)
    with refused("permission.denied"):
        confirm_task(of_community, by=people["social_worker"].actor, now=AT)

    assert confirm_task(of_community, by=community, now=AT).state == "confirmed"
    assert confirm_task(of_street, by=handler, now=AT).state == "confirmed"
    with refused("lifecycle.not_now"):
        confirm_task(of_street, by=handler, now=AT)


def test_where_a_person_is_named_only_that_person_confirms(people):
    task = a_task(people, asker="street", asker_user=people["chief"].user)

    with refused("off_plan.not_the_asker"):
        confirm_task(task, by=people["handler"].actor, now=AT)
    assert confirm_task(task, by=people["chief"].actor, now=AT).state == "confirmed"


def test_a_dispute_says_why_and_may_still_be_settled(people):
    task, community = a_task(people), people["community"].actor

    with refused("off_plan.remark_missing"):
        dispute_task(task, " ", by=community, now=AT)
    disputed = dispute_task(task, "只用了半小时", by=community, now=AT)
    assert (disputed.state, disputed.remark) == ("disputed", "只用了半小时")
    assert confirm_task(task, by=community, now=AT).state == "confirmed"


def test_a_resident_answers_by_the_code_of_the_slip_and_nothing_else_opens(people):
    worker = a_staffing(a_contract(people), people["social_worker"])
    own, other = (a_task(people, worker=worker, asker="resident") for _ in range(2))
    of_street = a_task(people, worker=worker, asker="street")

    assert confirm_by_code(own.confirm_code.lower(), now=AT).state == "confirmed"
    with refused("off_plan.remark_missing"):
        dispute_by_code(other.confirm_code, "", now=AT)
    assert dispute_by_code(other.confirm_code, "没有来过", now=AT).state == "disputed"
    for wrong in (of_street.confirm_code, "ZZZZ", ""):
        with refused("off_plan.code_unknown"):
            confirm_by_code(wrong, now=AT)


def test_an_order_by_the_asker_is_confirmed_when_done_within_its_minutes(people):
    worker = a_staffing(a_contract(people), people["social_worker"])
    within, beyond = asked(people, worker=worker), asked(people, "handler", worker=worker)
    mine = people["social_worker"].actor

    assert (within.asker, beyond.asker) == ("community", "street")
    assert finish_task(within, 60, by=mine, now=AT).state == "confirmed"
    longer = finish_task(beyond, 90, by=mine, now=AT)
    assert (longer.state, longer.minutes) == ("recorded", 90)
    assert longer.confirm_by_on > DAY
    with refused("off_plan.not_the_asker"):
        confirm_task(longer, by=people["chief"].actor, now=AT)
    assert confirm_task(longer, by=people["handler"].actor, now=AT).state == "confirmed"
    with refused("off_plan.minutes_wrong"):
        finish_task(asked(people, worker=worker), 0, by=mine, now=AT)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"done_on": DAY + dt.timedelta(days=1)}, "off_plan.in_future"),
        ({"done_on": dt.date(2026, 2, 1)}, "off_plan.outside_term"),
        ({"minutes": 0}, "off_plan.minutes_wrong"),
    ],
)
def test_what_cannot_have_been_is_refused(people, changes, code):
    with refused(code):
        a_task(people, **changes)
    assert not OffPlanTask.objects.exists()


def test_above_the_contracts_share_a_worker_may_say_no(people):
    worker = a_staffing(a_contract(people), people["social_worker"])
    mine = people["social_worker"].actor
    assert month_share_bp(worker, DAY) == 0
    an_activity(people, worker=worker, minutes=1380)
    task = a_task(people, worker=worker, minutes=30)

    with refused("off_plan.share_not_used"):
        decline_task(task, "", by=mine, now=AT)
    big = asked(people, worker=worker, minutes=600)
    assert month_share_bp(worker, DAY) == 630 * 10_000 // 2010
    assert decline_task(big, "本月已超出约定", by=mine, now=AT).state == "declined"
    assert withdraw_task(task, "记错了", by=mine, now=AT).state == "withdrawn"


def test_the_asker_is_reminded_once_after_the_rulebooks_days(people):
    task = a_task(people)
    late = dt.datetime.combine(task.confirm_by_on + dt.timedelta(days=1), dt.time(1), dt.UTC)

    assert remind_askers(late - dt.timedelta(days=1)) == 0
    assert [remind_askers(late), remind_askers(late)] == [1, 0]
    assert [each.recipient for each in Notice.objects.all()] == [people["community"].user]
    assert remind_asker(task, by=SYSTEM, now=late).reminded_at == late


def test_the_named_asker_is_the_one_reminded(people):
    task = a_task(people, asker="street", asker_user=people["chief"].user)

    remind_asker(task, by=SYSTEM, now=AT)

    assert Notice.objects.get().recipient == people["chief"].user


def test_a_community_over_its_monthly_cap_is_not_reminded_any_more(people):
    worker = a_staffing(a_contract(people), people["social_worker"])
    tasks = [a_task(people, worker=worker) for _ in range(30)]
    late = dt.datetime.combine(tasks[0].confirm_by_on + dt.timedelta(days=1), dt.time(1), dt.UTC)

    assert remind_askers(late) == 0
    assert not Notice.objects.exists()


def test_the_guard_is_the_conditional_update(people, monkeypatch):
    task, community = a_task(people), people["community"].actor
    real = OffPlanTask.refresh_from_db

    def someone_was_quicker(self, *args, **kwargs):
        real(self, *args, **kwargs)
        OffPlanTask.objects.filter(pk=self.pk, state="recorded").update(state="withdrawn")

    monkeypatch.setattr(OffPlanTask, "refresh_from_db", someone_was_quicker)
    with refused("lifecycle.not_now"):
        off_plan.confirm_task(task, by=community, now=AT)
