"""A claim from the agency's desk to the voucher; two people, never more than is payable."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cast import cast
from tests.procurement.builders_contract import NOW, a_claim, a_contract
from zhagen.core.claims import check_claim_amount, desk_stay
from zhagen.core.errors import RuleError
from zhagen.core.types import Role
from zhagen.parties.rules import calendar
from zhagen.procurement.actions.claim import (
    approve_claim,
    check_claim,
    note_delay,
    record_payment,
    resubmit_claim,
    return_claim,
    submit_claim,
    withdraw_claim,
)


@pytest.fixture
def people():
    return cast()


def refused(code):
    return pytest.raises(RuleError, match=code.replace(".", r"\."))


def test_a_claim_passes_three_desks_to_its_voucher(people):
    claim = a_claim(people)

    check_claim(claim, by=people["handler"].actor, now=NOW)
    approve_claim(claim, by=people["leader"].actor, now=NOW)
    paid = record_payment(
        claim, voucher_no="记-2026-88", paid_on=dt.date(2026, 3, 2), by=people["finance"].actor, now=NOW
    )

    assert (paid.state, paid.voucher_no) == ("paid", "记-2026-88")
    assert paid.number.endswith("付款〔2026〕0001号")


def test_more_than_is_payable_cannot_be_claimed_not_even_in_two_steps(people):
    contract = a_contract(people)
    first, second = contract.instalments.all()
    a_claim(people, 8_000_000, contract)

    for instalment, amount in ((first, 4_000_001), (second, 1), (first, 0)):
        with pytest.raises(RuleError):
            submit_claim(instalment, amount, invoice_no="1", by=people["agency_head"].actor, now=NOW)
    first.refresh_from_db()
    assert first.claimed_fen == 8_000_000


def test_an_invoice_is_asked_for(people):
    first = a_contract(people).instalments.get(order=1)

    with refused("claim.invoice_missing"):
        submit_claim(first, 100, invoice_no=" ", by=people["agency_head"].actor, now=NOW)


def test_a_returned_claim_says_which_paper_is_missing_and_comes_back(people):
    claim = a_claim(people)

    with refused("claim.missing_unsaid"):
        return_claim(claim, missing=" ", cause="papers", by=people["handler"].actor, now=NOW)
    returned = return_claim(
        claim, missing="验收单盖章页", cause="papers", by=people["handler"].actor, now=NOW
    )
    assert (returned.state, returned.missing_papers) == ("returned", "验收单盖章页")

    with refused("claim.invoice_missing"):
        resubmit_claim(claim, invoice_no="", by=people["agency_head"].actor, now=NOW)
    again = resubmit_claim(claim, invoice_no="00112233", by=people["agency_head"].actor, now=NOW)
    assert (again.state, again.missing_papers) == ("submitted", "")


def test_withdrawing_frees_the_amount(people):
    claim = a_claim(people)

    withdraw_claim(claim, by=people["agency_head"].actor, now=NOW)

    claim.instalment.refresh_from_db()
    assert claim.instalment.claimed_fen == 0


def test_a_voucher_is_recorded_once_and_not_ahead_of_time(people):
    finance, contract = people["finance"].actor, a_contract(people)
    claims = [a_claim(people, 6_000_000, contract) for _ in range(2)]
    for claim in claims:
        check_claim(claim, by=people["handler"].actor, now=NOW)
        approve_claim(claim, by=people["leader"].actor, now=NOW)

    with refused("claim.voucher_missing"):
        record_payment(claims[0], voucher_no=" ", paid_on=NOW.date(), by=finance, now=NOW)
    with refused("claim.paid_in_future"):
        record_payment(claims[0], voucher_no="记-1", paid_on=dt.date(2026, 5, 1), by=finance, now=NOW)
    record_payment(claims[0], voucher_no="记-1", paid_on=NOW.date(), by=finance, now=NOW)
    with refused("claim.voucher_taken"):
        record_payment(claims[1], voucher_no="记-1", paid_on=NOW.date(), by=finance, now=NOW)


def test_nobody_approves_what_he_checked(people):
    from zhagen.parties.actor import actor_of
    from zhagen.parties.models import Appointment

    handler = people["handler"]
    leader_too = Appointment.objects.get(user=people["leader"].user)
    Appointment.objects.create(
        user=handler.user, role=Role.LEADER, place_id=leader_too.place_id, from_on=leader_too.from_on
    )
    both, claim = actor_of(handler.user), a_claim(people)

    check_claim(claim, by=both, now=NOW)
    with refused("claim.same_person"):
        approve_claim(claim, by=both, now=NOW)


def test_the_page_can_say_whose_desk_and_for_how_long(people):
    claim = note_delay(a_claim(people), cause="budget", by=people["handler"].actor, now=NOW)

    stay = desk_stay(claim.state, dt.date(2026, 3, 2), dt.date(2026, 3, 9), most=3, calendar=calendar())

    assert (stay.role, stay.working_days, stay.is_late, claim.delay_cause) == (
        Role.HANDLER,
        5,
        True,
        "budget",
    )
    assert (
        desk_stay("paid", dt.date(2026, 3, 2), dt.date(2026, 3, 9), most=3, calendar=calendar()).role is None
    )


@given(st.integers(0, 10**9), st.integers(0, 10**9), st.integers(-5, 10**9))
def test_a_claim_fits_exactly_into_what_is_left(payable, claimed, amount):
    fits = 0 < amount <= payable - claimed
    try:
        check_claim_amount(amount, payable_fen=payable, claimed_fen=claimed)
    except RuleError:
        assert not fits
    else:
        assert fits
