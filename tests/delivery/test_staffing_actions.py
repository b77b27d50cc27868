"""Who serves: placed by name, leaving only when every open case has a receiver."""

import datetime as dt

import pytest

from tests.cast import COMMUNITY, cast
from tests.delivery.builders import AT, DAY, a_case, a_staffing
from tests.procurement.builders_contract import STARTS, a_contract
from zhagen.core.errors import RuleError
from zhagen.delivery.actions.staffing import (
    CaseHandover,
    Placement,
    answer_paperwork,
    end_staffing,
    place_worker,
    state_wages,
)
from zhagen.delivery.models import Handover
from zhagen.parties.models import Place

LAST = dt.date(2026, 3, 31)


@pytest.fixture
def people():
    return cast()


def refused(code):
    return pytest.raises(RuleError, match=code.replace(".", r"\."))


def place(people, contract, **changes):
    values = {"place": Place.objects.get(pk=COMMUNITY), "name": "苏晴", "post": "worker", "from_on": STARTS}
    placement = Placement(**{**values, "user": people["social_worker"].user, **changes})
    return place_worker(contract, placement, by=people["agency_head"].actor, now=AT)


def leave(people, staffing, handovers=None, **changes):
    values = {"until_on": LAST, "reason": "调岗", "handovers": handovers or {}, **changes}
    return end_staffing(staffing, by=people["station_lead"].actor, now=AT, **values)


def test_a_worker_is_placed_once_within_the_term_in_a_served_community(people):
    contract = a_contract(people)

    staffing = place(people, contract)

    assert staffing.user == people["social_worker"].user
    with refused("staffing.already_there"):
        place(people, contract)
    with refused("staffing.outside_term"):
        place(people, contract, from_on=dt.date(2026, 2, 1))
    with refused("staffing.other_community"):
        place(people, contract, place=Place.objects.get(pk="990101001002"))


def test_nobody_leaves_while_a_case_has_no_receiver(people):
    contract = a_contract(people)
    leaver, lead = (
        a_staffing(contract, people["social_worker"]),
        a_staffing(contract, people["station_lead"], "lead"),
    )
    case = a_case(people, worker=leaver)

    with refused("staffing.cases_open"):
        leave(people, leaver)
    for wrong in (CaseHandover(leaver, "x"), CaseHandover(lead, " ")):
        with refused("staffing.receiver_wrong"):
            leave(people, leaver, {str(case.pk): wrong})
    elsewhere = a_staffing(a_contract(people), people["station_lead"], "lead")
    with refused("staffing.receiver_wrong"):
        leave(people, leaver, {str(case.pk): CaseHandover(elsewhere, "已见面")})
    assert not Handover.objects.exists()

    left = leave(people, leaver, {str(case.pk): CaseHandover(lead, "已见面", DAY)})

    case.refresh_from_db()
    assert (left.until_on, case.worker) == (LAST, lead)
    assert Handover.objects.get().resident_told_on == DAY
    with refused("staffing.already_left"):
        leave(people, leaver)


def test_leaving_has_a_reason_and_a_day_after_the_first(people):
    staffing = a_staffing(a_contract(people), people["social_worker"])

    with refused("staffing.reason_missing"):
        leave(people, staffing, reason=" ")
    with refused("staffing.ends_before_start"):
        leave(people, staffing, until_on=STARTS - dt.timedelta(days=1))


def test_the_pay_day_of_a_month_is_stated_once_and_never_ahead(people):
    contract, head = a_contract(people), people["agency_head"].actor

    wages = state_wages(contract, dt.date(2026, 2, 17), DAY, by=head, now=AT)

    assert wages.month == dt.date(2026, 2, 1)
    with refused("staffing.wages_stated"):
        state_wages(contract, dt.date(2026, 2, 1), DAY, by=head, now=AT)
    with refused("staffing.wages_in_future"):
        state_wages(contract, dt.date(2026, 3, 1), DAY + dt.timedelta(days=1), by=head, now=AT)


def test_paperwork_is_two_numbers_once_a_quarter(people):
    staffing = a_staffing(a_contract(people), people["social_worker"])

    def answer(service=1200):
        return answer_paperwork(
            staffing, quarter=dt.date(2026, 1, 1), paper_minutes=300, service_minutes=service,
            by=people["social_worker"].actor, now=AT,
        )  # fmt: skip

    with refused("staffing.no_service_minutes"):
        answer(0)
    assert answer().paper_minutes == 300
    with refused("staffing.paperwork_answered"):
        answer()
