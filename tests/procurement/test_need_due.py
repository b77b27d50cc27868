"""What the clock does with needs: the overdue rise to a named person, the served are asked, the old forgotten."""

import datetime as dt
import itertools

import pytest

from tests.cast import cast
from tests.procurement.builders import a_need
from zhagen.core.needs import Word
from zhagen.core.types import Role
from zhagen.parties.models import Appointment, Notice
from zhagen.platform.due import run_due
from zhagen.platform.vault import masked_person
from zhagen.procurement.actions import need_due
from zhagen.procurement.actions.need_contact import erase_expired
from zhagen.procurement.actions.need_word import say_word
from zhagen.procurement.models import Need

MONDAY = dt.datetime(2026, 6, 8, 2, 0, tzinfo=dt.UTC)


@pytest.fixture
def people():
    return cast()


def on(day: int, month: int = 6) -> dt.datetime:
    return dt.datetime(2026, month, day, 2, 0, tzinfo=dt.UTC)


def test_an_overdue_need_rises_from_owner_to_chief_to_leader_once_each(people):
    need = a_need(people, now=MONDAY)  # first answer due on the 9th
    told = []
    for day in (9, 10, 10, 16, 17, 24, 25, 26):
        rose = need_due.escalate_overdue(on(day))
        need.refresh_from_db()
        told.append((day, rose, need.escalation, need.escalated_to.name if need.escalated_to else ""))

    assert told == [
        (9, 0, 0, ""),
        (10, 1, 1, "陈立文"),
        (10, 0, 1, "陈立文"),
        (16, 0, 1, "陈立文"),
        (17, 1, 2, "周敏"),
        (24, 0, 2, "周敏"),
        (25, 1, 3, "高建国"),
        (26, 0, 3, "高建国"),
    ]
    assert Notice.objects.count() == 3


def test_a_need_that_ended_after_the_clock_looked_is_neither_pressed_nor_counted(people):
    ended, waiting = a_need(people, "met", now=MONDAY), a_need(people, "asked", now=MONDAY, is_private=True)
    say_word(waiting, Word.MET, remark="", now=MONDAY)

    assert not need_due.escalate_need(ended, now=on(30))
    assert not need_due.count_silence(waiting, now=on(30))
    waiting.refresh_from_db()
    assert (waiting.state, waiting.ask_tries) == ("met", 0)


def test_where_the_chiefs_post_is_vacant_the_leader_is_told(people):
    Appointment.objects.filter(role=Role.CHIEF).update(until_on=dt.date(2021, 1, 1))
    need = a_need(people, now=MONDAY)

    need_due.escalate_overdue(on(17))

    need.refresh_from_db()
    assert (need.escalation, need.escalated_to.name) == (2, "高建国")


def test_a_step_at_the_desk_ends_the_escalation(people):
    from zhagen.procurement.actions.need_triage import Triage, triage_need

    need = a_need(people, now=MONDAY)
    need_due.escalate_overdue(on(17))

    need = triage_need(need, Triage("buy"), by=people["handler"].actor, now=on(17))

    assert (need.escalation, need.escalated_to) == (0, None)
    assert need_due.escalate_overdue(on(18)) == 0


def test_raisers_are_asked_when_the_service_is_over_or_the_answer_was_given(people):
    from zhagen.procurement.actions.need import serve_need

    served = serve_need(
        a_need(people, "to_buy", now=MONDAY),
        by=people["handler"].actor,
        now=MONDAY,
        service_until=dt.date(2026, 6, 30),
    )
    told = a_need(people, "explained", now=MONDAY)  # to be asked by the 15th

    assert need_due.ask_raisers(on(12)) == 0
    assert need_due.ask_raisers(on(15)) == 1
    assert need_due.ask_raisers(on(30)) == 0
    assert need_due.ask_raisers(on(1, 7)) == 1

    for need in (served, told):
        need.refresh_from_db()
        assert need.state == "asked"


def test_contacts_are_erased_a_year_after_the_end_and_not_before(people):
    need = a_need(people, "met", now=MONDAY)
    unfinished = a_need(people, "explained", now=MONDAY)
    year = dt.timedelta(days=365)

    assert erase_expired(MONDAY + year) == 0
    assert erase_expired(MONDAY + year + dt.timedelta(days=2)) == 1

    need.refresh_from_db()
    assert need.raiser_ref == ""
    assert masked_person(unfinished.raiser_ref) is not None


def test_after_a_tick_no_need_is_without_state_owner_and_date(people):
    for state in (
        "raised",
        "to_buy",
        "transferred",
        "explained",
        "planned",
        "in_service",
        "asked",
        "met",
        "unmet",
        "merged",
    ):
        a_need(people, state, now=MONDAY)

    outcomes = {outcome.name: outcome for outcome in run_due(on(30, 9))}

    assert not outcomes["need.escalate"].error
    assert not outcomes["need.ask"].error
    ended = ["met", "outside_remit", "unreachable", "merged"]
    assert not Need.objects.exclude(state__in=ended).filter(next_on=None).exists()
    assert not Need.objects.filter(owner=None).exists()


def test_a_private_need_whose_raiser_stays_silent_ends_unreachable_after_the_tries_and_is_never_escalated(
    people,
):
    need = a_need(people, "asked", now=MONDAY, is_private=True)  # to be answered by the 15th
    seen = []
    for day in range(9, 31):
        run_due(on(day))
        need.refresh_from_db()
        seen.append((day, need.state, need.ask_tries))

    changes = [each for before, each in itertools.pairwise(seen) if before[1:] != each[1:]]
    assert [(state, tries) for _, state, tries in changes] == [("asked", 1), ("asked", 2)]
    assert need.escalation == 0
    for day in (10, 20, 30):
        run_due(on(day, 7))
    need.refresh_from_db()
    assert (need.state, need.ask_tries, need.next_on) == ("unreachable", 3, None)
    assert not Notice.objects.filter(code="need.escalated").exists()


def test_calls_count_among_the_tries_and_a_shared_need_still_rises(people):
    private = a_need(people, "asked", now=MONDAY, is_private=True)
    shared = a_need(people, "asked", now=MONDAY)
    Need.objects.filter(pk=private.pk).update(ask_tries=2)

    run_due(on(30))

    private.refresh_from_db()
    shared.refresh_from_db()
    assert private.state == "unreachable"
    assert (shared.state, shared.ask_tries) == ("asked", 0)
    assert shared.escalation > 0


def test_who_was_counted_unreachable_may_still_say_what_came_of_it(people):
    need = a_need(people, "asked", now=MONDAY, is_private=True)
    Need.objects.filter(pk=need.pk).update(ask_tries=2)
    run_due(on(30))

    say_word(Need.objects.get(pk=need.pk), Word.MET, remark="", now=on(30))

    need.refresh_from_db()
    assert need.state == "met"
