"""Receipts of a grant: one invoice once, never beyond what is left, never checked by whoever handed it in."""

import datetime as dt
from dataclasses import replace

import pytest

from tests.cast import cast, foreign_cast, make_organisation
from tests.community.builders_grant import (
    AT,
    LATER,
    SCAN,
    a_checked_receipt,
    a_grant,
    a_made_grant,
    a_matched_grant,
    a_receipt,
    a_receipt_draft,
    accepted,
    again,
    own_money,
)
from tests.platform.samples import picture
from zhagen.community.actions.fund_entry import posted
from zhagen.community.actions.fund_receipt import (
    add_receipt,
    check_receipt,
    keep_scan,
    refuse_receipt,
    strike_receipt,
    withdraw_receipt,
)
from zhagen.community.actions.grant import accounts_of, clear_grant
from zhagen.community.models import FundReceipt
from zhagen.core.errors import RuleError
from zhagen.core.fund.book import balances
from zhagen.parties.actions.tie import declare_tie
from zhagen.parties.models import Notice


@pytest.fixture
def people():
    return cast()


def refused(code):
    return pytest.raises(RuleError, match="^" + code.replace(".", r"\."))


def test_a_receipt_binds_the_money_at_once_and_enters_the_book_when_another_checks_it(people):
    grant = a_grant(people)

    receipt = a_receipt(people, grant)

    assert (receipt.state, again(grant).left_fen) == ("added", 700_000)
    assert accounts_of(grant)["due"] == 0
    checked = check_receipt(receipt, by=people["handler"].actor, now=LATER)
    assert (checked.state, checked.checked_by) == ("checked", people["handler"].user)
    assert accounts_of(grant)["due"] == 300_000
    assert sum(balances(posted(grant.cycle)).values()) == 0


def test_who_handed_a_receipt_in_never_checks_or_refuses_it(people):
    grant = a_grant(people)
    receipt = a_receipt(people, grant, who="community")

    with refused("fund_book.same_person"):
        check_receipt(receipt, by=people["community"].actor, now=LATER)
    with refused("fund_book.same_person"):
        refuse_receipt(receipt, reason="不清楚", by=people["community"].actor, now=LATER)
    with refused("permission.denied"):
        check_receipt(receipt, by=people["agency_head"].actor, now=LATER)
    assert check_receipt(receipt, by=people["handler"].actor, now=LATER).state == "checked"


@pytest.mark.parametrize("of", ["supplier", "grantee"])
def test_who_is_tied_to_supplier_or_agency_does_not_check(people, of):
    grant = a_grant(people)
    shop = make_organisation("青禾石材店", "other")
    receipt = a_receipt(people, grant)
    organisation = shop if of == "supplier" else grant.grantee
    declare_tie(organisation, "kin", dt.date(2025, 1, 1), by=people["handler"].actor, now=AT)

    with refused("proposal.tied_to_organisation"):
        check_receipt(receipt, by=people["handler"].actor, now=LATER)

    assert receipt.supplier == shop
    assert check_receipt(receipt, by=people["chief"].actor, now=LATER).state == "checked"


def test_a_receipt_beyond_what_is_left_is_refused(people):
    grant = a_grant(people)
    a_receipt(people, grant, amount_fen=900_000)

    with refused("fund_receipt.over_grant"):
        a_receipt(people, grant, amount_fen=100_001, invoice_no="2")

    assert again(grant).left_fen == 100_000
    assert FundReceipt.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"amount_fen": 0}, "fund_receipt.amount_not_positive"),
        ({"what": " "}, "fund_receipt.words_missing"),
        ({"supplier_name": ""}, "fund_receipt.words_missing"),
        ({"invoice_no": "--"}, "fund_receipt.invoice_missing"),
        ({"invoiced_on": dt.date(2027, 1, 1)}, "fund_receipt.in_future"),
        ({"invoiced_on": dt.date(2026, 1, 1)}, "fund_receipt.before_grant"),
        ({"money": "own"}, "fund_receipt.over_own"),
    ],
)
def test_a_receipt_that_says_too_little_or_lies_outside_the_time_is_refused(people, changes, code):
    grant = a_grant(people)

    with refused(code):
        a_receipt(people, grant, **changes)

    assert not FundReceipt.objects.exists()
    assert again(grant).held_fen == 0


def test_a_receipt_may_name_a_line_of_its_own_proposal_only(people):
    grant = a_grant(people)
    line = grant.proposal.cost_lines.first()
    other = grant.cycle.proposals.exclude(pk=grant.proposal_id).first().cost_lines.first()

    assert a_receipt(people, grant, cost_line=line).cost_line == line
    with refused("fund_receipt.line_of_another"):
        a_receipt(people, grant, cost_line=other, invoice_no="2")


def test_one_invoice_is_taken_once_however_it_is_typed_until_it_was_refused(people):
    grant = a_grant(people)
    receipt = a_receipt(people, grant, invoice_no="2611-0001")
    with refused("fund_receipt.invoice_twice"):
        a_receipt(people, grant, invoice_no="2611 0001", amount_fen=1)

    refuse_receipt(receipt, reason="日期看不清", by=people["handler"].actor, now=LATER)

    assert again(grant).held_fen == 0
    assert receipt.entry.__class__.objects.get(pk=receipt.entry_id).state == "refused"
    notice = Notice.objects.get(code="fund_receipt.refused")
    assert (notice.recipient, notice.figures["reason"]) == (people["social_worker"].user, "日期看不清")
    assert a_receipt(people, grant, invoice_no="26110001").state == "added"


def test_before_the_work_begins_and_from_strangers_no_receipt_is_taken(people):
    grant = a_made_grant(people)

    with refused("grant.not_open"):
        a_receipt(people, grant)
    for who in (people["handler"], people["overseer"], foreign_cast()["agency_head"]):
        with refused("permission.denied"):
            add_receipt(grant, a_receipt_draft(), SCAN, by=who.actor, now=LATER)


def test_a_receipt_is_taken_back_by_whoever_handed_it_in_before_the_check(people):
    grant = a_grant(people)
    receipt = a_receipt(people, grant)

    with refused("fund_receipt.not_yours"):
        withdraw_receipt(receipt, by=people["agency_head"].actor, now=LATER)
    assert withdraw_receipt(receipt, by=people["social_worker"].actor, now=LATER).state == "withdrawn"
    assert again(grant).held_fen == 0
    with refused("lifecycle.not_now"):
        check_receipt(receipt, by=people["handler"].actor, now=LATER)


def test_a_checked_receipt_found_wrong_is_struck_and_the_book_shows_both_entries(people):
    grant = a_grant(people)
    receipt = a_checked_receipt(people, grant)

    with refused("fund_book.reason_missing"):
        strike_receipt(receipt, reason=" ", by=people["finance"].actor, now=LATER)
    strike_receipt(receipt, reason="店家开错", by=people["finance"].actor, now=LATER)

    ways = list(grant.entries.order_by("submitted_at", "pk").values_list("way", flat=True))
    assert sorted(ways) == ["bought", "granted", "struck"]
    assert accounts_of(grant)["due"] == 0
    assert again(grant).left_fen == 1_000_000


def test_a_receipt_of_own_money_is_paid_by_its_check_and_may_be_struck_until_the_clearing(people):
    grant = a_matched_grant(people)
    own_money(people, grant, 200_000)
    first = a_checked_receipt(people, grant, money="own", amount_fen=150_000)
    assert (first.state, accounts_of(grant)["own_spent"]) == ("paid", 150_000)

    strike_receipt(first, reason="开错", by=people["finance"].actor, now=LATER)

    assert (accounts_of(grant)["own_spent"], again(grant).own_left_fen) == (0, 200_000)
    second = a_checked_receipt(people, grant, money="own", amount_fen=200_000, invoice_no="2")
    clear_grant(accepted(people, grant), by=people["finance"].actor, now=LATER)
    assert again(grant).state == "cleared"
    with refused("grant.not_open"):
        strike_receipt(second, reason="晚了", by=people["finance"].actor, now=LATER)


def test_a_receipt_paid_by_the_fund_is_never_struck(people):
    grant = a_grant(people)
    receipt = a_checked_receipt(people, grant)
    FundReceipt.objects.filter(pk=receipt.pk).update(state="paid")

    with refused("lifecycle.not_now"):
        strike_receipt(receipt, reason="晚了", by=people["finance"].actor, now=LATER)


def test_the_photo_of_an_invoice_is_kept_by_its_hash_without_metadata_and_other_files_are_refused():
    scan = keep_scan(picture())

    assert scan.content_type == "image/jpeg"
    assert scan.file_digest != scan.original_digest
    with refused("upload."):
        keep_scan(b"<svg xmlns='http://www.w3.org/2000/svg'/>")


def test_who_handed_a_receipt_in_does_not_strike_it_in_another_role(people):
    receipt = a_checked_receipt(people, a_grant(people))
    worker, handler = people["social_worker"].actor, people["handler"].actor
    both = replace(worker, grants=(*worker.grants, *handler.grants))

    with refused("fund_book.same_person"):
        strike_receipt(receipt, reason="开错", by=both, now=LATER)
