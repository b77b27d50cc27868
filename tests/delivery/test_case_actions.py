"""Cases stay inside the agency; supervision counts with both sides' minutes."""

import datetime as dt

import pytest

from tests.cast import cast
from tests.delivery.builders import AT, DAY, a_case, a_staffing
from tests.procurement.builders_contract import STARTS, a_contract
from zhagen.audit.models import Event
from zhagen.core.errors import RuleError
from zhagen.delivery.actions.case import close_case, open_case, write_note
from zhagen.delivery.actions.supervision import confirm_supervision, log_supervision
from zhagen.platform.vault import PersonalData, masked_person


@pytest.fixture
def people():
    return cast()


def refused(code):
    return pytest.raises(RuleError, match=code.replace(".", r"\."))


def test_who_the_client_is_stands_in_the_vault_and_in_no_event(people):
    case = a_case(people, client=PersonalData(name="赵桂兰", phone="13800138000"))

    assert masked_person(case.client_ref).name == "赵**"
    assert "赵桂兰" not in str(list(Event.objects.values_list("payload", flat=True)))
    assert a_case(people).client_ref == ""


def test_a_case_opens_within_the_workers_time_and_not_ahead(people):
    worker = a_staffing(a_contract(people), people["social_worker"])

    for day in (STARTS - dt.timedelta(days=1), DAY + dt.timedelta(days=1)):
        with refused("case.outside_time"):
            open_case(worker, opened_on=day, by=people["social_worker"].actor, now=AT)


def test_a_note_is_told_by_an_event_without_its_words(people):
    case, by = a_case(people), people["social_worker"].actor

    with refused("case.note_empty"):
        write_note(case, " ", by=by, now=AT)
    write_note(case, "儿子答应每周回来", by=by, now=AT)

    assert case.notes.get().text == "儿子答应每周回来"
    assert "儿子" not in str(list(Event.objects.values_list("payload", flat=True)))


@pytest.mark.parametrize(
    "who", ["handler", "chief", "community", "evaluator", "auditor", "supervisor", "agency_head"]
)
def test_nobody_else_writes_a_note(people, who):
    with refused("permission.denied"):
        write_note(a_case(people), "x", by=people[who].actor, now=AT)


def test_a_case_closes_once_with_an_outcome(people):
    case, by = a_case(people), people["station_lead"].actor

    with refused("case.outcome_missing"):
        close_case(case, " ", closed_on=DAY, by=by, now=AT)
    for day in (DAY - dt.timedelta(days=1), DAY + dt.timedelta(days=1)):
        with refused("case.closes_before_start"):
            close_case(case, "好转", closed_on=day, by=by, now=AT)
    assert close_case(case, "好转", closed_on=DAY, by=by, now=AT).outcome == "好转"
    with refused("case.closed"):
        close_case(case, "好转", closed_on=DAY, by=by, now=AT)


def test_supervision_is_logged_by_one_side_and_stated_by_the_other_once(people):
    worker = a_staffing(a_contract(people), people["social_worker"])
    theirs, mine = people["supervisor"].actor, people["social_worker"].actor

    def log(minutes=60, held_on=DAY):
        return log_supervision(worker, held_on=held_on, topic="个案", minutes=minutes, by=theirs, now=AT)

    for minutes in (0, 1441):
        with refused("supervision.minutes_wrong"):
            log(minutes)
    with refused("supervision.in_future"):
        log(held_on=DAY + dt.timedelta(days=1))
    session = log()
    with refused("supervision.minutes_wrong"):
        confirm_supervision(session, 1441, by=mine, now=AT)
    assert confirm_supervision(session, 0, by=mine, now=AT).worker_minutes == 0
    with refused("supervision.confirmed"):
        confirm_supervision(session, 60, by=mine, now=AT)
