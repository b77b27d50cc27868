"""A grant's claim: checked receipts handed in, one signature a person and desk, returned, paid by a voucher."""

import datetime as dt

import pytest

from tests.cast import cast, foreign_cast
from tests.community.builders_grant import (
    AT,
    LATER,
    a_checked_receipt,
    a_claim,
    a_grant,
    a_receipt,
    a_signed_claim,
    again,
    pay,
    second,
)
from zhagen.audit.models import Event
from zhagen.community.actions.fund_entry import posted
from zhagen.community.actions.grant import accounts_of
from zhagen.community.actions.grant_claim import (
    late_after,
    may_act_at_desk,
    record_grant_payment,
    resubmit_grant_claim,
    return_grant_claim,
    sign_grant_claim,
    submit_grant_claim,
    withdraw_grant_claim,
)
from zhagen.community.models import GrantClaim
from zhagen.core.errors import RuleError
from zhagen.core.fund.book import balances, sums
from zhagen.core.types import Role
from zhagen.parties.actions.tie import declare_tie
from zhagen.parties.models import Notice


@pytest.fixture
def people():
    return cast()


def refused(code):
    return pytest.raises(RuleError, match="^" + code.replace(".", r"\."))


def test_a_claim_holds_the_checked_receipts_and_no_others(people):
    grant = a_grant(people)
    a_receipt(people, grant, invoice_no="9", amount_fen=5)

    claim = a_claim(people, grant)

    assert (claim.amount_fen, claim.state, claim.role) == (300_000, "submitted", Role.COMMUNITY)
    assert claim.desks == ["community", "handler", "leader", "finance"]
    assert [each.state for each in claim.receipts.all()] == ["claimed"]
    with refused("grant_claim.no_receipts"):
        submit_grant_claim(grant, by=people["agency_head"].actor, now=LATER)
    assert Notice.objects.filter(code="grant_claim.submitted", recipient=people["community"].user).exists()


def test_a_claim_goes_from_desk_to_desk_and_the_voucher_pays_it_in_the_book(people):
    grant = a_grant(people)
    claim = a_claim(people, grant)

    with refused("grant_claim.not_your_desk"):
        sign_grant_claim(claim, by=people["handler"].actor, now=LATER)
    for who, role in (("community", Role.HANDLER), ("handler", Role.LEADER), ("leader", Role.FINANCE)):
        claim = sign_grant_claim(claim, by=people[who].actor, now=LATER)
        assert claim.role is role
    assert claim.state == "approved"
    claim = pay(people, claim)

    assert (claim.state, claim.role, claim.paid_by) == ("paid", None, people["finance"].user)
    assert [each.state for each in claim.receipts.all()] == ["paid"]
    assert (accounts_of(grant)["due"], accounts_of(grant)["spent"]) == (0, 300_000)
    assert sums(posted(grant.cycle)).spent == 300_000
    assert sum(balances(posted(grant.cycle)).values()) == 0
    entry = grant.entries.get(way="paid")
    assert (entry.submitted_by, entry.approved_by) == (people["agency_head"].user, people["finance"].user)
    kinds = list(Event.objects.filter(stream__contains="grantclaim").values_list("kind", flat=True))
    assert kinds == ["grant_claim.submitted", *["grant_claim.signed"] * 3, "grant_claim.paid"]


def test_who_handed_a_claim_in_or_signed_it_never_signs_again(people):
    grant = a_grant(people)
    a_checked_receipt(people, grant)
    claim = submit_grant_claim(grant, by=people["community"].actor, now=LATER)

    with refused("grant_claim.same_person"):
        sign_grant_claim(claim, by=people["community"].actor, now=LATER)
    assert not may_act_at_desk(claim, people["community"].actor)
    other = second(people, Role.COMMUNITY)
    assert may_act_at_desk(claim, other.actor)
    assert sign_grant_claim(claim, by=other.actor, now=LATER).role is Role.HANDLER


def test_who_is_tied_does_not_sign_and_a_stranger_may_not(people):
    claim = a_claim(people, a_grant(people))
    since = dt.date(2025, 1, 1)
    declare_tie(claim.grant.grantee, "employment", since, by=people["community"].actor, now=AT)

    with refused("proposal.tied_to_organisation"):
        sign_grant_claim(claim, by=people["community"].actor, now=LATER)
    with refused("permission.denied"):
        sign_grant_claim(claim, by=foreign_cast()["community"].actor, now=LATER)


def test_a_returned_claim_says_what_is_missing_and_begins_its_way_anew(people):
    claim = a_claim(people, a_grant(people))
    claim = sign_grant_claim(claim, by=people["community"].actor, now=LATER)

    with refused("grant_claim.missing_unsaid"):
        return_grant_claim(claim, missing=" ", by=people["handler"].actor, now=LATER)
    claim = return_grant_claim(claim, missing="会议纪要", by=people["handler"].actor, now=LATER)
    assert (claim.state, claim.role, claim.missing_papers) == ("returned", None, "会议纪要")
    assert not may_act_at_desk(claim, people["handler"].actor)
    with refused("grant_claim.other_reporter"):
        resubmit_grant_claim(claim, by=people["station_lead"].actor, now=LATER)
    claim = resubmit_grant_claim(claim, by=people["agency_head"].actor, now=LATER)

    assert (claim.state, claim.role, claim.round) == ("submitted", Role.COMMUNITY, 2)
    assert sign_grant_claim(claim, by=people["community"].actor, now=LATER).role is Role.HANDLER


def test_finance_returns_a_signed_claim_too(people):
    claim = a_signed_claim(people, a_grant(people))

    assert (
        return_grant_claim(claim, missing="发票章", by=people["finance"].actor, now=LATER).state == "returned"
    )


def test_a_claim_taken_back_frees_its_receipts(people):
    grant = a_grant(people)
    claim = withdraw_grant_claim(a_claim(people, grant), by=people["station_lead"].actor, now=LATER)

    assert claim.state == "withdrawn"
    assert grant.receipts.get().state == "checked"
    assert submit_grant_claim(grant, by=people["agency_head"].actor, now=LATER).amount_fen == 300_000


def test_a_payment_without_voucher_twice_or_on_a_wrong_day_is_refused(people):
    grant = a_grant(people)
    pay(people, a_signed_claim(people, grant), voucher="记-1")
    claim = a_signed_claim(people, grant, invoice_no="2")
    day = LATER.date()

    for voucher, paid_on, code in (
        (" ", day, "grant_claim.voucher_missing"),
        ("记-1", day, "grant_claim.voucher_taken"),
        ("记-2", day + dt.timedelta(1), "grant_claim.paid_in_future"),
        ("记-2", day - dt.timedelta(1), "grant_claim.paid_before"),
    ):
        with refused(code):
            record_grant_payment(
                claim, voucher_no=voucher, paid_on=paid_on, by=people["finance"].actor, now=LATER
            )
    with refused("permission.denied"):
        record_grant_payment(claim, voucher_no="记-2", paid_on=day, by=people["handler"].actor, now=LATER)
    assert again(grant).held_fen == 600_000
    assert late_after(claim, LATER) > 0


def test_a_claim_that_was_paid_stays_paid(people):
    claim = pay(people, a_signed_claim(people, a_grant(people)))

    for step in (sign_grant_claim, withdraw_grant_claim, resubmit_grant_claim):
        with refused("lifecycle.not_now"):
            step(
                claim,
                by=people["agency_head" if step is not sign_grant_claim else "handler"].actor,
                now=LATER,
            )
    assert GrantClaim.objects.get().state == "paid"


def test_a_notice_of_a_claim_is_settled_when_the_claim_leaves_the_desk(people):
    claim = a_claim(people, a_grant(people))
    mine = Notice.objects.filter(recipient=people["community"].user, code="grant_claim.submitted")
    assert mine.get().settled_at is None

    sign_grant_claim(claim, by=people["community"].actor, now=LATER)

    assert mine.get().settled_at == LATER
    assert (
        Notice.objects.get(recipient=people["handler"].user, code="grant_claim.submitted").settled_at is None
    )
