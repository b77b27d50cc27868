"""A grant after it was made: begun, reported, accepted by another, stopped, cleared; the end of a cycle's money."""

import datetime as dt

import pytest

from tests.cast import cast, foreign_cast
from tests.community.builders import AT as OPENED_AT
from tests.community.builders import a_list, after_days, an_open_cycle, decide
from tests.community.builders_grant import (
    AT,
    LATER,
    a_checked_receipt,
    a_grant,
    a_made_grant,
    a_matched_grant,
    a_receipt,
    a_signed_claim,
    accepted,
    again,
    own_money,
    pay,
    reported,
)
from tests.platform.samples import picture
from tests.unsettled import left_behind
from zhagen.audit.models import Event
from zhagen.community.actions.fund_clearing import (
    begin_clearing,
    begin_due_clearings,
    close_cycle,
    remind_of_clearing,
)
from zhagen.community.actions.fund_cycle import stop_cycle
from zhagen.community.actions.fund_entry import approve_entry, pay_coaching, posted
from zhagen.community.actions.grant import (
    GrantReport,
    KeptPhoto,
    accept_grant,
    accounts_of,
    clear_grant,
    keep_photo,
    report_grant,
    return_grant,
    start_grant,
    stop_grant,
)
from zhagen.community.actions.grant_claim import sign_grant_claim, submit_grant_claim
from zhagen.community.models import FundCycle
from zhagen.core.errors import RuleError
from zhagen.core.fund.book import balances, sums
from zhagen.parties.actions.tie import declare_tie
from zhagen.parties.models import Notice


@pytest.fixture
def people():
    return cast()


def refused(code):
    return pytest.raises(RuleError, match="^" + code.replace(".", r"\."))


CLEARING_DAY = dt.datetime(2027, 5, 31, 2, 0, tzinfo=dt.UTC)


def test_the_agency_or_the_committee_begins_the_work(people):
    grant = a_made_grant(people)

    for who in (people["handler"], people["overseer"], foreign_cast()["agency_head"]):
        with refused("permission.denied"):
            start_grant(grant, by=who.actor, now=AT)
    assert start_grant(grant, by=people["community"].actor, now=AT).state == "under_way"
    with refused("lifecycle.not_now"):
        start_grant(grant, by=people["community"].actor, now=AT)


def test_a_report_says_what_was_done_for_how_many_and_led_by_whom_with_photos_once(people):
    grant = a_grant(people)
    photo = KeptPhoto("a" * 64, "b" * 64)

    with refused("grant.report_missing"):
        report_grant(grant, GrantReport(" "), by=people["agency_head"].actor, now=LATER)
    report = GrantReport("装好了", 120, photos=[photo, photo])
    grant = report_grant(grant, report, by=people["social_worker"].actor, now=LATER)

    assert (grant.state, grant.people_reached, grant.led_by) == ("reported", 120, "3号楼赵大爷")
    assert grant.photos.count() == 1
    assert Notice.objects.filter(code="grant.reported", recipient=people["handler"].user).exists()


def test_a_photo_of_a_report_is_kept_without_metadata_and_a_pdf_is_not_taken():
    assert len(keep_photo(picture()).file_digest) == 64
    with refused("upload."):
        keep_photo(b"%PDF-1.4")


def test_a_report_sent_back_is_written_again_and_accepted_by_another(people):
    grant = reported(people, a_grant(people))
    with refused("grant.note_missing"):
        return_grant(grant, note=" ", by=people["handler"].actor, now=LATER)
    grant = return_grant(grant, note="石凳还少两个", by=people["handler"].actor, now=LATER)
    assert grant.state == "under_way"
    assert Notice.objects.filter(code="grant.returned").exists()

    grant = accepted(people, grant)

    assert (grant.state, grant.accepted_by) == ("accepted", people["handler"].user)


def test_who_reported_or_is_tied_never_accepts(people):
    grant = reported(people, a_grant(people))
    declare_tie(grant.grantee, "employment", dt.date(2025, 1, 1), by=people["handler"].actor, now=AT)

    with refused("proposal.tied_to_organisation"):
        accept_grant(grant, note="", by=people["handler"].actor, now=LATER)
    with refused("permission.denied"):
        accept_grant(grant, note="", by=people["agency_head"].actor, now=LATER)
    type(grant).objects.filter(pk=grant.pk).update(reported_by=people["chief"].user)
    with refused("grant.same_person"):
        accept_grant(grant, note="", by=people["chief"].actor, now=LATER)


def test_a_grant_with_an_unchecked_receipt_is_not_accepted(people):
    grant = reported(people, a_grant(people))
    a_receipt(people, grant)

    with refused("grant.receipts_waiting"):
        accept_grant(grant, note="", by=people["handler"].actor, now=LATER)


def test_a_grant_is_stopped_with_a_public_reason_and_its_money_goes_back(people):
    grant = a_made_grant(people)
    with refused("grant.reason_missing"):
        stop_grant(grant, reason=" ", by=people["chief"].actor, now=LATER)
    grant = stop_grant(grant, reason="场地要拆", by=people["chief"].actor, now=LATER)
    assert Notice.objects.filter(code="grant.stopped").exists()

    grant = clear_grant(grant, by=people["finance"].actor, now=LATER)

    assert (grant.state, accounts_of(grant)["grant"]) == ("cleared", 0)
    assert balances(posted(grant.cycle))["to_clear", ""] == 1_000_000


def test_what_is_unspent_goes_back_and_own_money_to_the_residents(people):
    grant = a_matched_grant(people)
    own_money(people, grant, 100_000)
    pay(people, a_signed_claim(people, grant, amount_fen=500_000))
    grant = accepted(people, grant)

    with refused("permission.denied"):
        clear_grant(grant, by=people["agency_head"].actor, now=LATER)
    grant = clear_grant(grant, by=people["finance"].actor, now=LATER)

    held = balances(posted(grant.cycle))
    assert grant.state == "cleared"
    assert (
        held["to_clear", ""] == 200_000 + 100_000
    )  # unspent with the freed half, and the matching that stayed
    assert held["residents", ""] == 0
    assert sum(held.values()) == 0
    assert again(grant).left_fen == 0


def test_what_a_contract_owes_stays_until_its_invoice_is_paid_then_the_grant_is_cleared_by_itself(people):
    grant = accepted(people, a_grant(people))
    by = people["finance"].actor

    with refused("grant.payable_unsaid"):
        clear_grant(grant, payable_fen=300_000, by=by, now=LATER)
    with refused("fund_book.payable_too_high"):
        clear_grant(grant, payable_fen=1_000_001, payable_note="石材合同尾款", by=by, now=LATER)
    grant = clear_grant(grant, payable_fen=300_000, payable_note="石材合同尾款", by=by, now=LATER)
    assert (grant.state, again(grant).left_fen) == ("accepted", 300_000)
    claim = a_signed_claim(people, grant, amount_fen=300_000)
    assert again(grant).state == "accepted"
    pay(people, claim)

    grant = again(grant)
    assert (grant.state, grant.payable_fen) == ("cleared", 0)
    kinds = set(Event.objects.filter(stream__contains="community.grant:").values_list("kind", flat=True))
    assert {"grant.cleared_in_part", "grant.cleared"} <= kinds


def test_a_grant_spent_to_the_last_fen_is_cleared_by_its_acceptance(people):
    grant = a_grant(people)
    pay(people, a_signed_claim(people, grant, amount_fen=1_000_000))

    assert accepted(people, grant).state == "cleared"


def test_a_receipt_that_waits_holds_the_clearing_up(people):
    grant = accepted(people, a_grant(people))
    a_receipt(people, grant)

    with refused("grant.receipts_waiting"):
        clear_grant(grant, by=people["finance"].actor, now=LATER)


def test_clearing_begins_by_hand_once_no_grant_is_under_way_and_by_the_clock_on_its_day(people):
    grant = a_grant(people)
    cycle = grant.cycle

    with refused("fund_cycle.grants_under_way"):
        begin_clearing(cycle, by=people["handler"].actor, now=LATER)
    assert begin_due_clearings(CLEARING_DAY - dt.timedelta(days=1)) == 0
    assert begin_due_clearings(CLEARING_DAY) == 1
    cycle.refresh_from_db()
    assert cycle.state == "clearing"
    assert Notice.objects.filter(code="fund_cycle.clearing", recipient=people["finance"].user).exists()
    assert begin_due_clearings(CLEARING_DAY) == 0


def test_a_cycle_is_closed_when_all_is_cleared_and_the_rest_goes_back_by_a_voucher(people):
    grant = a_grant(people)
    cycle, finance = grant.cycle, people["finance"].actor
    pay(people, a_signed_claim(people, grant))
    accepted(people, grant)
    begin_clearing(cycle, by=people["handler"].actor, now=LATER)

    with refused("fund_cycle.grants_not_cleared"):
        close_cycle(cycle, voucher_no="退-1", by=finance, now=LATER)
    clear_grant(grant, by=finance, now=LATER)
    entry = pay_coaching(cycle, 100, what="辅导", reference="记-1", by=people["handler"].actor, now=LATER)
    with refused("fund_cycle.entries_waiting"):
        close_cycle(cycle, voucher_no="退-1", by=finance, now=LATER)
    type(entry).objects.filter(pk=entry.pk).update(state="refused", decided_at=LATER)
    with refused("fund_cycle.return_voucher_missing"):
        close_cycle(cycle, by=finance, now=LATER)
    with refused("permission.denied"):
        close_cycle(cycle, voucher_no="退-1", by=people["handler"].actor, now=LATER)
    cycle = close_cycle(cycle, voucher_no="退-1", by=finance, now=LATER)

    found = sums(posted(cycle))
    assert (cycle.state, found.left, found.spent) == ("closed", 0, 300_000)
    assert found.returned == cycle.quota_fen - 300_000
    assert cycle.entries.get(way="returned").reference == "退-1"


def test_a_cycle_without_any_money_left_needs_no_voucher(people):
    made = a_list(people)
    cycle = decide(people, made, "party", "assembly", "street")
    begin_clearing(cycle, by=people["finance"].actor, now=LATER)
    cycle.entries.model.objects.create(
        cycle=cycle, way="vote_left", source="pool", target="to_clear", amount_fen=cycle.votable_fen,
        state="posted", submitted_at=AT, decided_at=AT,
    )  # fmt: skip
    cycle.entries.model.objects.create(
        cycle=cycle, way="coaching_left", source="coaching", target="to_clear", amount_fen=cycle.coaching_fen,
        state="posted", submitted_at=AT, decided_at=AT,
    )  # fmt: skip
    cycle.entries.model.objects.create(
        cycle=cycle, way="returned", source="to_clear", target="returned", amount_fen=cycle.quota_fen,
        state="posted", submitted_at=AT, decided_at=AT,
    )  # fmt: skip

    assert close_cycle(cycle, by=people["finance"].actor, now=LATER).state == "closed"


def test_who_carries_a_grant_out_is_told_once_that_its_clearing_is_near(people):
    grant = a_grant(people)

    assert remind_of_clearing(CLEARING_DAY - dt.timedelta(days=31)) == 0
    assert remind_of_clearing(CLEARING_DAY - dt.timedelta(days=30)) == 1
    assert remind_of_clearing(CLEARING_DAY - dt.timedelta(days=29)) == 0
    told = Notice.objects.filter(code="grant.clearing_near")
    assert {each.recipient for each in told} == {
        people[who].user for who in ("community", "agency_head", "station_lead")
    }
    assert told.first().figures["left_fen"] == grant.left_fen


def test_a_cycle_that_is_not_granted_has_nothing_to_clear(people):
    cycle = an_open_cycle(people)

    with refused("lifecycle.not_now"):
        begin_clearing(cycle, by=people["handler"].actor, now=after_days(30, OPENED_AT))
    assert FundCycle.objects.get(pk=cycle.pk).state == "collecting"


def test_a_checked_receipt_stays_due_through_the_clearing_and_its_payment_clears_the_grant(people):
    grant = a_grant(people)
    a_checked_receipt(people, grant, invoice_no="7", amount_fen=200_000)
    grant = clear_grant(accepted(people, grant), by=people["finance"].actor, now=LATER)
    assert (grant.state, accounts_of(grant)["due"]) == ("accepted", 200_000)

    claim = submit_grant_claim(grant, by=people["agency_head"].actor, now=LATER)
    for who in ("community", "handler", "leader"):
        claim = sign_grant_claim(claim, by=people[who].actor, now=LATER)
    pay(people, claim)

    assert again(grant).state == "cleared"


def test_what_a_stopped_cycle_has_not_spent_goes_back_too(people):
    cycle = an_open_cycle(people)
    entry = pay_coaching(
        cycle, 500_000, what="辅导", reference="记-1", by=people["handler"].actor, now=OPENED_AT
    )
    approve_entry(entry, by=people["finance"].actor, now=OPENED_AT)
    stop_cycle(cycle, reason="拆迁", by=people["chief"].actor, now=OPENED_AT)

    cycle = close_cycle(cycle, voucher_no="退-2", by=people["finance"].actor, now=OPENED_AT)

    found = sums(posted(cycle))
    assert (cycle.state, found.left, found.spent) == ("closed", 0, 500_000)


def test_who_carries_a_grant_out_is_told_of_it_until_the_work_begins_and_the_street_is_asked_no_more(people):
    grant = a_made_grant(people)
    told = Notice.objects.filter(code="grant.made")
    assert {each.recipient for each in told} == {
        people[who].user for who in ("community", "agency_head", "station_lead")
    }
    asked = Notice.objects.filter(code="fund_cycle.granted", recipient=people["handler"].user)
    assert [each.settled_at for each in asked] == [AT]

    start_grant(grant, by=people["agency_head"].actor, now=LATER)

    assert {each.settled_at for each in told.all()} == {LATER}
    assert left_behind() == []
