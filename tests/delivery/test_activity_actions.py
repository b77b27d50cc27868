"""Activities: logged once, withdrawn with a reason, attended by one tap that counts once."""

import datetime as dt

import pytest

from tests.cast import cast
from tests.delivery.builders import AT, DAY, a_case, a_staffing, an_activity
from tests.procurement.builders_contract import a_contract
from zhagen.core.errors import RuleError
from zhagen.delivery.actions.activity import (
    KeptPhoto,
    add_photo,
    check_in,
    open_check_in,
    withdraw_activity,
)
from zhagen.delivery.models import Activity


@pytest.fixture
def people():
    return cast()


def refused(code):
    return pytest.raises(RuleError, match=code.replace(".", r"\."))


def test_doors_become_attendance_on_paper_and_the_headcount_is_at_least_theirs(people):
    activity = an_activity(people, headcount=1, doors=("3-201", "3-202"))

    assert activity.headcount == 2
    assert {each.way for each in activity.attendance.all()} == {"paper"}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"held_on": DAY + dt.timedelta(days=1)}, "activity.in_future"),
        ({"held_on": dt.date(2026, 2, 27)}, "activity.outside_time"),
        ({"minutes": 0}, "activity.minutes_wrong"),
        ({"minutes": 1441}, "activity.minutes_wrong"),
    ],
)
def test_what_cannot_have_been_is_refused(people, changes, code):
    with refused(code):
        an_activity(people, **changes)
    assert not Activity.objects.exists()


def test_only_on_a_contract_in_service_and_its_own_case(people):
    signed = a_staffing(a_contract(people, "signed"), people["social_worker"])
    with refused("activity.not_in_service"):
        an_activity(people, worker=signed)

    other = a_case(people)
    with refused("activity.case_of_other"):
        an_activity(people, kind="case", case=other)


def test_a_worker_logs_his_own_work_and_the_lead_that_of_the_station(people):
    worker = a_staffing(a_contract(people), people["station_lead"])

    with refused("permission.denied"):
        an_activity(people, worker=worker, by="social_worker")
    assert an_activity(people, worker=worker, by="station_lead").minutes == 90


def test_a_withdrawn_entry_stays_with_its_reason_and_is_withdrawn_once(people):
    activity, by = an_activity(people), people["social_worker"].actor

    with refused("activity.reason_missing"):
        withdraw_activity(activity, " ", by=by, now=AT)
    assert withdraw_activity(activity, "重复登记", by=by, now=AT).is_withdrawn
    with refused("activity.already_withdrawn"):
        withdraw_activity(activity, "重复登记", by=by, now=AT)
    with refused("activity.check_in_closed"):
        check_in(activity, way="qr", nonce="n", now=AT)


def test_the_spoken_code_is_of_the_day_and_two_sessions_never_share_one(people):
    worker = a_staffing(a_contract(people), people["social_worker"])
    by = people["social_worker"].actor
    first, second = (open_check_in(an_activity(people, worker=worker), by=by, now=AT) for _ in range(2))

    assert len(first.spoken_code) == 4
    assert first.spoken_code != second.spoken_code
    assert open_check_in(first, by=by, now=AT).spoken_code == first.spoken_code
    with refused("activity.check_in_closed"):
        open_check_in(first, by=by, now=AT + dt.timedelta(days=1))


def test_one_nonce_counts_once(people):
    activity = an_activity(people)

    check_in(activity, way="qr", nonce="n1", now=AT)
    with refused("activity.already_checked_in"):
        check_in(activity, way="spoken", nonce="n1", now=AT)
    with refused("activity.check_in_closed"):
        check_in(activity, way="qr", nonce="n2", now=AT + dt.timedelta(days=1))

    assert activity.attendance.count() == 1


def test_the_same_photo_elsewhere_is_noted_and_kept(people):
    worker, by = a_staffing(a_contract(people), people["social_worker"]), people["social_worker"].actor
    one, two = an_activity(people, worker=worker), an_activity(people, worker=worker)
    photo = KeptPhoto("a" * 64, "b" * 64, "00ff00ff00ff00ff")
    near = KeptPhoto("c" * 64, "d" * 64, "00ff00ff00ff00fe")
    other = KeptPhoto("e" * 64, "f" * 64, "ff00ff00ff00ff00")

    first = add_photo(one, photo, by=by, now=AT)

    assert first.same_as is None
    assert add_photo(one, photo, by=by, now=AT).same_as is None
    assert add_photo(two, photo, by=by, now=AT).same_as == first
    assert add_photo(two, near, by=by, now=AT).same_as == first
    assert add_photo(two, other, by=by, now=AT).same_as is None


def test_needs_hang_on_the_entry(people):
    from tests.delivery.test_facts import a_need

    need = a_need(people, "N9")

    assert list(an_activity(people, needs=(need,)).needs.all()) == [need]
