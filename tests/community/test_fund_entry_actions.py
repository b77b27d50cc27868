"""The fund's book: what the street gave, grants, own money and coaching; entered by one, approved by another."""

import datetime as dt

import pytest
from django.db import Error, connection, transaction

from tests.cast import cast, foreign_cast
from tests.community.builders import AT as OPENED_AT
from tests.community.builders import a_cycle, a_list, an_open_cycle, decide
from tests.community.builders_grant import (
    AT,
    LATER,
    a_grant,
    a_made_grant,
    a_matched_grant,
    a_receipt,
    again,
    make_it,
    own_money,
)
from zhagen.audit.models import Event
from zhagen.community import triggers
from zhagen.community.actions.fund_entry import approve_entry, pay_coaching, posted, refuse_entry, show_own
from zhagen.community.actions.grant import start_grant
from zhagen.community.models import FundEntry
from zhagen.core.errors import RuleError
from zhagen.core.fund.book import Account, balances, sums
from zhagen.parties.actions.tie import declare_tie


@pytest.fixture
def people():
    return cast()


def refused(code):
    return pytest.raises(RuleError, match="^" + code.replace(".", r"\."))


def book(cycle):
    return [(each.way, each.amount_fen) for each in cycle.entries.filter(state="posted").order_by("pk")]


def test_when_the_street_approves_the_list_its_money_stands_in_the_book(people):
    made = a_list(people)
    assert not made.cycle.entries.exists()

    cycle = decide(people, made, "party", "assembly", "street")

    assert sorted(book(cycle)) == [("for_coaching", 2_000_000), ("for_vote", cycle.quota_fen - 2_000_000)]
    assert sums(posted(cycle)).came_in == cycle.quota_fen
    entry = cycle.entries.get(way="for_vote")
    assert (entry.submitted_by, entry.approved_by) == (people["handler"].user, people["chief"].user)


def test_a_grant_is_committed_money_in_the_book(people):
    grant = a_made_grant(people)

    held = balances(posted(grant.cycle))
    assert held[Account.GRANT, str(grant.pk)] == grant.amount_fen == 1_000_000
    assert sums(posted(grant.cycle)).granted == 1_000_000
    assert sum(held.values()) == 0
    assert grant.left_fen == 1_000_000
    assert grant.entries.get().approved_by == people["handler"].user
    assert Event.objects.filter(kind="fund_entry.posted").count() == 3


def test_a_grant_beyond_what_is_left_is_refused_and_leaves_nothing_behind(people):
    made = a_list(people)
    cycle = decide(people, made, "party", "assembly", "street")
    FundEntry.objects.create(
        cycle=cycle, way="vote_left", source="pool", target="to_clear", amount_fen=cycle.votable_fen - 5,
        state="posted", submitted_at=AT, decided_at=AT,
    )  # fmt: skip

    with refused("fund_book.too_little"):
        make_it(people, made)

    assert not cycle.grants.exists()


def test_own_money_counts_once_another_confirms_it_and_frees_its_part_of_the_matching(people):
    grant = a_matched_grant(people)
    assert (grant.own_fen, grant.matched_fen, grant.left_fen) == (200_000, 200_000, 600_000)
    by = people["community"].actor
    entry = show_own(grant, 100_000, what="楼里凑的", reference="收据 3", by=by, now=LATER)
    assert again(grant).own_shown_fen == 0

    with refused("fund_book.same_person"):
        approve_entry(entry, by=by, now=LATER)
    approve_entry(entry, by=people["finance"].actor, now=LATER)

    assert (again(grant).own_left_fen, again(grant).left_fen) == (100_000, 700_000)
    own_money(people, grant, 100_000)
    assert again(grant).left_fen == 800_000
    with refused("fund_book.decided"):
        approve_entry(entry, by=people["chief"].actor, now=LATER)
    assert sum(balances(posted(grant.cycle)).values()) == 0


def test_own_money_without_words_or_before_the_work_is_refused(people):
    grant = a_made_grant(people)
    by = people["agency_head"].actor

    with refused("grant.not_open"):
        show_own(grant, 100, what="楼里凑的", reference="1", by=by, now=AT)
    grant = start_grant(grant, by=by, now=AT)
    with refused("grant.own_unsaid"):
        show_own(grant, 100, what="楼里凑的", reference=" ", by=by, now=AT)
    with refused("fund_book.amount_not_positive"):
        show_own(grant, 0, what="楼里凑的", reference="1", by=by, now=AT)
    with refused("permission.denied"):
        show_own(grant, 100, what="楼里凑的", reference="1", by=people["handler"].actor, now=AT)


def test_an_entry_refused_with_a_reason_moves_nothing(people):
    grant = a_grant(people)
    entry = show_own(grant, 100, what="楼里凑的", reference="1", by=people["agency_head"].actor, now=LATER)

    with refused("fund_book.reason_missing"):
        refuse_entry(entry, reason=" ", by=people["finance"].actor, now=LATER)
    refuse_entry(entry, reason="没有收据", by=people["finance"].actor, now=LATER)

    entry.refresh_from_db()
    assert (entry.state, entry.reason, again(grant).own_shown_fen) == ("refused", "没有收据", 0)


def test_who_is_tied_to_whoever_gains_does_not_approve_an_entry(people):
    grant = a_grant(people)
    entry = show_own(grant, 100, what="楼里凑的", reference="1", by=people["agency_head"].actor, now=LATER)
    since = dt.date(2025, 1, 1)
    declare_tie(grant.grantee, "employment", since, by=people["finance"].actor, now=AT)

    with refused("proposal.tied_to_organisation"):
        approve_entry(entry, by=people["finance"].actor, now=LATER)
    with refused("permission.denied"):
        approve_entry(entry, by=foreign_cast()["finance"].actor, now=LATER)


def test_coaching_is_paid_by_a_voucher_that_another_confirms_and_never_beyond_its_share(people):
    cycle = an_open_cycle(people)
    by = people["handler"].actor

    with refused("fund_book.not_open_yet"):
        pay_coaching(a_cycle(people, title="另一轮"), 1, what="辅导", reference="1", by=by, now=OPENED_AT)
    with refused("fund_book.reference_missing"):
        pay_coaching(cycle, 100, what="辅导", reference=" ", by=by, now=OPENED_AT)
    first = pay_coaching(cycle, 1_500_000, what="辅导", reference="记-7", by=by, now=OPENED_AT)
    with refused("fund_book.too_little"):
        pay_coaching(cycle, 500_001, what="辅导", reference="记-8", by=by, now=OPENED_AT)
    approve_entry(first, by=people["finance"].actor, now=OPENED_AT)

    assert sums(posted(cycle)).spent == 1_500_000
    assert cycle.entries.filter(way="for_vote").count() == 1


def test_what_stands_in_the_book_cannot_be_changed_or_deleted_by_anyone(people):
    grant = a_made_grant(people)
    entry = grant.cycle.entries.filter(state="posted").first()
    triggers.install(connection)  # a run without migrations has none
    waiting = show_own(
        start_grant(grant, by=people["agency_head"].actor, now=AT), 100, what="楼里凑的", reference="1",
        by=people["agency_head"].actor, now=AT,
    )  # fmt: skip

    for change in (
        lambda: FundEntry.objects.filter(pk=entry.pk).update(reason="改过"),
        lambda: FundEntry.objects.filter(pk=waiting.pk).update(amount_fen=1),
        lambda: FundEntry.objects.filter(pk=entry.pk).delete(),
    ):
        with pytest.raises(Error, match="append-only"), transaction.atomic():
            change()
    assert approve_entry(waiting, by=people["finance"].actor, now=AT).state == "posted"


def test_the_triggers_can_be_removed_and_installed_again():
    triggers.remove(connection)
    triggers.install(connection)
    triggers.install(connection)


def test_the_entry_of_a_receipt_is_decided_with_its_receipt_only(people):
    receipt = a_receipt(people, a_grant(people))

    with refused("fund_book.with_its_receipt"):
        approve_entry(receipt.entry, by=people["finance"].actor, now=LATER)
