"""A notice that waits for something is settled by the action that does it; one that only tells stays until read."""

import datetime as dt

import pytest

from tests.cast import cast
from tests.procurement.builders_contract import NOW, a_claim, a_contract
from tests.unsettled import left_behind
from zhagen.parties.actions.notice import open_for
from zhagen.parties.models import Notice
from zhagen.procurement.actions.amendment import AmendmentDraft, agree_amendment, propose_amendment
from zhagen.procurement.actions.claim import (
    approve_claim,
    check_claim,
    record_payment,
    resubmit_claim,
    return_claim,
    withdraw_claim,
)


@pytest.fixture
def people():
    return cast()


def open_codes(person):
    return sorted(open_for(person.actor.key).values_list("code", flat=True))


def test_a_claims_notice_leaves_each_desk_with_the_claim(people):
    claim = a_claim(people)
    assert open_codes(people["handler"]) == ["claim.submitted"]

    check_claim(claim, by=people["handler"].actor, now=NOW)
    assert (open_codes(people["handler"]), open_codes(people["leader"])) == ([], ["claim.checked"])

    approve_claim(claim, by=people["leader"].actor, now=NOW)
    assert (open_codes(people["leader"]), open_codes(people["finance"])) == ([], ["claim.approved"])

    record_payment(claim, voucher_no="1", paid_on=dt.date(2026, 3, 2), by=people["finance"].actor, now=NOW)
    assert open_codes(people["finance"]) == []
    assert open_codes(people["agency_head"]) == ["claim.paid"]
    assert left_behind() == []


def test_settled_is_not_read(people):
    claim = a_claim(people)

    check_claim(claim, by=people["handler"].actor, now=NOW)

    notice = Notice.objects.get(code="claim.submitted")
    assert (notice.read_at, notice.settled_at) == (None, NOW)


def test_a_returned_claim_waits_for_the_agency_until_it_is_sent_again_or_taken_back(people):
    claim = a_claim(people)
    return_claim(claim, missing="发票", cause="papers", by=people["handler"].actor, now=NOW)
    assert open_codes(people["agency_head"]) == ["claim.returned"]

    resubmit_claim(claim, invoice_no="2", by=people["agency_head"].actor, now=NOW)
    assert open_codes(people["agency_head"]) == []

    withdraw_claim(claim, by=people["agency_head"].actor, now=NOW)
    assert open_codes(people["handler"]) == []


def test_another_claims_notice_stays(people):
    contract = a_contract(people)
    first = a_claim(people, 1_000_000, contract)
    a_claim(people, 1_000_000, contract)

    check_claim(first, by=people["handler"].actor, now=NOW)

    assert open_codes(people["handler"]) == ["claim.submitted"]


def test_an_amendment_waits_for_each_side_until_that_side_agrees(people):
    contract = a_contract(people)
    draft = AmendmentDraft("增加服务", "党工委〔2026〕9号", ends_on=contract.ends_on - dt.timedelta(days=30))
    amendment = propose_amendment(contract, draft, by=people["handler"].actor, now=NOW)
    assert open_codes(people["agency_head"]) == open_codes(people["chief"]) == ["amendment.proposed"]

    agree_amendment(amendment, by=people["agency_head"].actor, now=NOW)
    assert (open_codes(people["agency_head"]), open_codes(people["chief"])) == ([], ["amendment.proposed"])

    agree_amendment(amendment, by=people["chief"].actor, now=NOW)
    assert open_codes(people["chief"]) == []
    assert left_behind() == []


def test_the_page_tells_what_is_open_from_what_is_read_and_what_is_over(people):
    claim = a_claim(people)
    client = people["handler"].client
    client.post("/notices/read/", {"_key": "n1"})

    seen = client.get("/notices/").content.decode()
    check_claim(claim, by=people["handler"].actor, now=NOW)
    over = client.get("/notices/").content.decode()

    assert "看过、还没办完" in seen
    assert "看过、还没办完" not in over
    assert "已读或已办结" in over


def test_a_desk_names_the_contract_and_the_sum_of_a_claim_and_tells_the_agency_of_it_once(people):
    claim = a_claim(people, 1_000_000)
    assert "东园社区为老服务 · 10,000.00 元" in people["handler"].client.get("/desk/").content.decode()

    return_claim(claim, missing="发票", cause="papers", by=people["handler"].actor, now=NOW)

    desk = people["station_lead"].client.get("/desk/").content.decode()
    assert desk.count(f'href="/claims/{claim.pk}/"') == 1
