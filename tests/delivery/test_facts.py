"""Rows of the database become the frozen rows that the core judges by; each figure by hand."""

import datetime as dt

import pytest

from tests.cast import COMMUNITY, cast
from tests.delivery.builders import a_staffing
from tests.procurement.builders_contract import NOW, STARTS, a_contract
from zhagen.community.models import AgencyPart, Meeting
from zhagen.core.indicators import activity, community, staffing, supervision
from zhagen.delivery.facts_community import days_present, load_ratings, meeting_parts, meetings_held
from zhagen.delivery.facts_people import (
    cases_open,
    contacts,
    paper_answers,
    spells,
    supervision_rows,
    worker_months,
)
from zhagen.delivery.facts_work import Period, instalment_rows, need_rows, off_plan_rows, session_rows
from zhagen.delivery.models import (
    Activity,
    Attendance,
    CaseFile,
    Handover,
    LoadRating,
    OffPlanTask,
    PaperworkAnswer,
    Supervision,
)
from zhagen.procurement.models import Claim, Need, NeedWord

MARCH = Period(STARTS, dt.date(2026, 3, 31))
DAY = dt.date(2026, 3, 10)


@pytest.fixture
def people():
    return cast()


@pytest.fixture
def contract(people):
    return a_contract(people)


def an_activity(worker, held_on=DAY, **more):
    values = {"kind": "group", "title": "手工小组", "minutes": 60, "logged_at": NOW, **more}
    return Activity.objects.create(
        contract=worker.contract, place_id=COMMUNITY, worker=worker, held_on=held_on, **values
    )


def a_task(worker, code, state="confirmed", minutes=30, done_on=DAY):
    return OffPlanTask.objects.create(
        contract=worker.contract, place_id=COMMUNITY, worker=worker, asker="community", what="帮忙录台账",
        done_on=done_on, minutes=minutes, state=state, confirm_code=code, recorded_at=NOW,
    )  # fmt: skip


def test_sessions_tell_who_was_on_paper_from_who_confirmed_himself(people, contract):
    worker = a_staffing(contract, people["social_worker"])
    held = an_activity(worker)
    an_activity(worker, is_withdrawn=True)
    an_activity(worker, held_on=dt.date(2026, 4, 1))
    Attendance.objects.create(activity=held, way="paper", door="3-201", at=NOW)
    own = Attendance.objects.create(activity=held, way="qr", nonce="n1", at=NOW)

    (row,) = session_rows(contract, MARCH)

    assert row.minutes == 60
    assert set(row.participants) == {f"door:{COMMUNITY}:3-201", f"attendance:{own.pk}"}
    assert row.confirmed == (f"attendance:{own.pk}",)


def test_off_plan_counts_what_was_done_and_only_the_askers_word_confirms(people, contract):
    worker = a_staffing(contract, people["social_worker"])
    an_activity(worker)
    for code, state in (("a", "confirmed"), ("b", "recorded"), ("c", "declined"), ("d", "withdrawn")):
        a_task(worker, code, state)

    rows = off_plan_rows(contract, MARCH)

    assert sorted(row.is_confirmed for row in rows) == [False, True]
    assert activity.off_plan_share(session_rows(contract, MARCH), rows).value is None  # too few rows to tell


def test_a_stay_goes_on_under_the_renewed_contract_and_leavers_cases_are_counted(people, contract):
    worker = a_staffing(contract, people["social_worker"])
    lead = a_staffing(contract, people["station_lead"], "lead")
    a_staffing(contract, people["supervisor"], "supervisor")
    case = CaseFile.objects.create(
        contract=contract, place_id=COMMUNITY, code="c1", worker=worker, opened_on=DAY
    )
    Handover.objects.create(case=case, leaver=worker, receiver=lead, note="已见面", done_at=NOW)
    CaseFile.objects.update(worker=lead)
    worker.until_on = contract.ends_on
    worker.save()
    renewed = a_contract(
        people,
        "signed",
        previous=contract,
        number="HT-R",
        starts_on=contract.ends_on + dt.timedelta(days=1),
        ends_on=dt.date(2027, 12, 31),
    )
    a_staffing(renewed, people["social_worker"])

    found = spells(renewed)

    assert len(found) == 2
    mine = next(spell for spell in found if str(people["social_worker"].user.pk) in spell.worker)
    assert (mine.began_on, mine.ended_on) == (STARTS, None)
    left = next(spell for spell in spells(contract) if str(people["social_worker"].user.pk) in spell.worker)
    assert (left.open_cases, left.received_cases) == (1, 1)
    after = contract.ends_on + dt.timedelta(days=5)
    assert staffing.hand_over_share(spells(contract), after).value == 10_000


def test_contacts_are_clients_of_cases_and_doors(people, contract):
    worker = a_staffing(contract, people["social_worker"])
    case = CaseFile.objects.create(
        contract=contract, place_id=COMMUNITY, code="c1", worker=worker, opened_on=DAY
    )
    an_activity(worker, kind="case", case=case)
    group = an_activity(worker, held_on=dt.date(2026, 3, 12))
    Attendance.objects.create(activity=group, way="paper", door="1-101", at=NOW)
    Attendance.objects.create(activity=group, way="qr", nonce="x", at=NOW)

    assert [each.resident for each in contacts(contract, MARCH.until_on)] == [
        f"case:{case.pk}",
        f"door:{COMMUNITY}:1-101",
    ]
    assert cases_open(contract, DAY) == 1
    assert cases_open(contract, DAY - dt.timedelta(days=1)) == 0


def test_supervision_and_paperwork_by_both_sides(people, contract):
    worker = a_staffing(contract, people["social_worker"])
    for mine in (60, None, 30):
        Supervision.objects.create(
            contract=contract, worker=worker, supervisor=people["supervisor"].user, held_on=DAY, topic="个案",
            supervisor_minutes=60, worker_minutes=mine, logged_at=NOW,
        )  # fmt: skip
    PaperworkAnswer.objects.create(
        staffing=worker, quarter=STARTS, paper_minutes=300, service_minutes=1500, answered_at=NOW
    )

    rows = supervision_rows(contract, MARCH)

    assert sum(row.agreed_minutes for row in rows) == 90
    assert worker_months(contract, MARCH) == 1
    assert supervision.disagreed_share(rows).value == 5000
    assert [each.paper_minutes for each in paper_answers(contract, MARCH)] == [300]


def a_meeting(people, recorder="community", **more):
    return Meeting.objects.create(
        place_id=COMMUNITY, kind="deliberation", title="停车怎么办", held_on=DAY, recorded_at=NOW,
        recorded_by=people[recorder].user, **more,
    )  # fmt: skip


def test_only_other_meetings_that_the_community_recorded_count(people, contract):
    agency = contract.agency
    other = a_meeting(people)
    own = a_meeting(people, about_contract=contract.pk)
    election = a_meeting(people, is_election=True)
    by_handler = a_meeting(people, recorder="handler")
    for meeting in (other, own, election, by_handler):
        AgencyPart.objects.create(
            meeting=meeting, agency=agency, was_invited=True, was_present=True, spoke=True
        )

    parts = meeting_parts(contract, MARCH)

    assert community.other_meetings(parts, meetings_held(contract, MARCH)).value == 1
    assert len(parts) == 4
    assert meetings_held(contract, MARCH) == 2
    assert DAY in days_present(contract, MARCH)


@pytest.mark.parametrize(
    ("values", "part"),
    [
        ({"was_invited": True}, "invited"),
        ({"was_present": True}, "present"),
        ({"was_present": True, "took_task": "联系物业"}, "took_task"),
    ],
)
def test_the_part_is_the_most_that_was_done(people, contract, values, part):
    AgencyPart.objects.create(meeting=a_meeting(people), agency=contract.agency, **values)

    assert [each.part for each in meeting_parts(contract, MARCH)] == [part]


def test_a_visit_and_a_contact_with_a_case_make_a_day_present_and_say_no_more(people, contract):
    worker = a_staffing(contract, people["social_worker"])
    for day, kind, gone in (
        (10, "visit", False),
        (11, "case", False),
        (12, "visit", True),
        (13, "group", False),
    ):
        an_activity(worker, kind=kind, held_on=dt.date(2026, 3, day), is_withdrawn=gone)
    an_activity(worker, kind="case", held_on=dt.date(2026, 3, 11))
    an_activity(worker, kind="visit", held_on=dt.date(2026, 4, 1))

    found = activity.presence_share(
        days_present(contract, MARCH), [dt.date(2026, 3, day) for day in range(2, 27)]
    )

    assert (found.value, found.trace.rows) == (800, ("day:2026-03-10", "day:2026-03-11"))


def test_a_session_counts_as_present_by_others_word_alone(people, contract):
    worker = a_staffing(contract, people["social_worker"])
    seen, paper = an_activity(worker), an_activity(worker, held_on=dt.date(2026, 3, 11))
    Attendance.objects.create(activity=seen, way="qr", nonce="n", at=NOW)
    Attendance.objects.create(activity=paper, way="paper", door="1", at=NOW)
    a_task(worker, "ok", done_on=dt.date(2026, 3, 12))
    a_task(worker, "no", "recorded", done_on=dt.date(2026, 3, 13))

    assert days_present(contract, MARCH) == {DAY, dt.date(2026, 3, 12)}


def test_ratings_of_the_year(people, contract):
    LoadRating.objects.create(
        contract=contract, place_id=COMMUNITY, year=2026, rating=4,
        rated_by=people["community"].user, rated_at=NOW,
    )  # fmt: skip

    assert [row.rating for row in load_ratings(contract, 2026)] == [4]
    assert load_ratings(contract, 2025) == []


def a_need(people, code, **more):
    values = {
        "place_id": COMMUNITY, "theme": "other", "text": "楼道灯坏了", "channel": "page", "state": "in_service",
        "owner": people["handler"].user, "next_on": DAY, "answer_due_on": DAY, "raised_at": NOW, **more,
    }  # fmt: skip
    return Need.objects.create(code=code, **values)


def test_a_need_is_judged_by_the_last_word_of_its_raiser(people, contract):
    worker = a_staffing(contract, people["social_worker"])
    need, closed = a_need(people, "N1"), a_need(people, "N2", is_private=True, state="met", next_on=None)
    Need.objects.filter(pk=closed.pk).update(ended_at=NOW, first_answered_at=NOW)
    an_activity(worker).needs.set([need, closed])
    for minutes, word in enumerate(("unmet", "met", "unreachable")):
        said_at = NOW + dt.timedelta(minutes=minutes)
        NeedWord.objects.create(need=need, speaker="raiser", word=word, channel="page", said_at=said_at)

    rows = {row.key: row for row in need_rows(contract, MARCH)}

    assert rows[str(need.pk)].own_word == "met"
    assert rows[str(closed.pk)].own_word is None
    assert not rows[str(closed.pk)].is_shared
    april = Period(dt.date(2026, 4, 1), dt.date(2026, 4, 30))
    assert {row.key for row in need_rows(contract, april)} == {str(need.pk)}


def test_an_instalment_is_paid_when_all_of_it_is(people, contract):
    first = contract.instalments.get(order=1)
    for number, paid_on in (("1", dt.date(2026, 3, 20)), ("2", dt.date(2026, 3, 25))):
        Claim.objects.create(
            contract=contract, instalment=first, number=number, amount_fen=6_000_000, state="paid",
            paid_on=paid_on, created_at=NOW,
        )  # fmt: skip
        paid = instalment_rows(contract)[0].paid_on
        assert paid == (dt.date(2026, 3, 25) if number == "2" else None)
