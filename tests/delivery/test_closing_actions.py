"""A contract ends only with every case received, records handed in, residents told; the load is rated once."""

import datetime as dt

import pytest

from tests.cast import COMMUNITY, OTHER_COMMUNITY, cast
from tests.delivery.builders import AT, DAY, a_case, a_staffing, a_task
from tests.procurement.builders_contract import ENDS, SCAN, a_contract
from zhagen.core.errors import RuleError
from zhagen.delivery.actions.closing import (
    CaseReceiver,
    ClosingDraft,
    break_off_contract,
    close_contract,
    handover_result,
    name_receiver,
    write_closing,
)
from zhagen.delivery.actions.load import month_load, rate_load
from zhagen.parties.models import Place
from zhagen.procurement.actions.contract import begin_ending

WHOLE = ClosingDraft("晨光社会服务社", "服务站钥匙，2把，社区服务站", DAY, DAY, "张贴公告并逐户告知")
NEXT = CaseReceiver("晨光社会服务社 吴静", "已一起上门", DAY)


@pytest.fixture
def people():
    return cast()


def refused(code):
    return pytest.raises(RuleError, match=code.replace(".", r"\."))


@pytest.fixture
def ending(people):
    contract = a_contract(people)
    worker = a_staffing(contract, people["social_worker"])
    case, closed = a_case(people, worker=worker), a_case(people, worker=worker)
    closed.closed_on = DAY
    closed.save()
    return begin_ending(contract, "服务期将满", by=people["handler"].actor, now=AT), case, closed


def test_the_contract_ends_once_everything_is_handed_over(people, ending):
    contract, case, _ = ending
    lead, handler = people["station_lead"].actor, people["handler"].actor
    with refused("contract.cases_orphaned"):
        close_contract(contract, ended_on=ENDS, by=handler, now=AT)

    name_receiver(case, CaseReceiver("晨光 李某", "先这样", None), by=lead, now=AT)
    name_receiver(case, NEXT, by=lead, now=AT)
    with refused("contract.handover_incomplete"):
        close_contract(contract, ended_on=ENDS, by=handler, now=AT)
    first = write_closing(contract, ClosingDraft("晨光社会服务社"), by=lead, now=AT)
    assert not handover_result(contract).records_handed_in
    assert write_closing(contract, WHOLE, by=lead, now=AT).number == first.number
    ended = close_contract(contract, ended_on=ENDS, by=handler, now=AT)

    assert ended.state == "ended"
    assert case.handovers.get().receiver_name == NEXT.name
    with refused("closing.not_ending"):
        write_closing(contract, WHOLE, by=lead, now=AT)
    with refused("closing.not_ending"):
        name_receiver(case, NEXT, by=lead, now=AT)


def test_receivers_are_named_for_open_cases_with_a_note(people, ending):
    _, case, closed = ending
    lead = people["station_lead"].actor

    with refused("closing.case_closed"):
        name_receiver(closed, NEXT, by=lead, now=AT)
    for wrong in (CaseReceiver(" ", "x"), CaseReceiver("x", " ")):
        with refused("closing.receiver_missing"):
            name_receiver(case, wrong, by=lead, now=AT)


@pytest.mark.parametrize(
    ("draft", "code"),
    [
        (ClosingDraft("晨光", "钥匙", DAY + dt.timedelta(days=1)), "closing.in_future"),
        (ClosingDraft("晨光", " ", DAY), "closing.records_missing"),
        (ClosingDraft("晨光", told_on=DAY), "closing.how_missing"),
    ],
)
def test_a_hand_over_says_what_when_and_how(people, ending, draft, code):
    with refused(code):
        write_closing(ending[0], draft, by=people["agency_head"].actor, now=AT)


def test_breaking_off_asks_for_the_same_hand_over(people, ending):
    contract, case, _ = ending
    chief, lead = people["chief"].actor, people["station_lead"].actor
    task = a_task(people, worker=case.worker)
    assert handover_result(contract).tasks_open == 1
    assert task.state == "recorded"
    with refused("contract.cases_orphaned"):
        break_off_contract(contract, reason="双方协商", scan_digest=SCAN, by=chief, now=AT)
    name_receiver(case, NEXT, by=lead, now=AT)
    write_closing(contract, WHOLE, by=lead, now=AT)

    done = break_off_contract(contract, reason="双方协商", scan_digest=SCAN, by=chief, now=AT)

    assert done.state == "terminated"


def test_the_load_of_a_month_is_counted_against_its_cap(people):
    place = Place.objects.get(pk=COMMUNITY)
    worker = a_staffing(a_contract(people), people["social_worker"])
    a_task(people, worker=worker)
    a_task(people, worker=worker, asker="street")

    load = month_load(place, DAY)

    assert (load.confirmations, load.total, load.is_full) == (1, 1, False)
    assert month_load(place, dt.date(2026, 2, 1)).total == 0


def test_a_community_rates_once_a_year_and_for_itself(people):
    contract, by = a_contract(people), people["community"].actor
    place = Place.objects.get(pk=COMMUNITY)

    with refused("load.rating_wrong"):
        rate_load(contract, place, 6, by=by, now=AT)
    for elsewhere in (OTHER_COMMUNITY, "990101001002"):
        with refused("permission.denied"):
            rate_load(contract, Place.objects.get(pk=elsewhere), 4, by=by, now=AT)
    assert rate_load(contract, place, 4, by=by, now=AT).year == 2026
    with refused("load.rated"):
        rate_load(contract, place, 5, by=by, now=AT)
