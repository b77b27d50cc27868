"""The fund's book: balances together are 0 and no account inside gives what it has not, whatever is tried."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.test_fund import RULES, refused
from zhagen.core.fund.book import (
    OUTSIDE,
    ROUTES,
    Account,
    Posting,
    Sums,
    Way,
    balances,
    check_posting,
    clearing,
    closing,
    committing,
    is_settled,
    matching_released,
    needs_grant,
    opening,
    sums,
)
from zhagen.core.fund.claim_way import check_signer, claim_desks, desks_of, is_last_signature
from zhagen.core.fund.receipts import LineUse, invoice_key, line_uses, supplier_key
from zhagen.core.types import Role

OPENED = opening(15_000_000, 2_000_000, 1_000_000)
GRANTED = (*OPENED, *committing("a", 900_000, 100_000), *committing("b", 500_000, 0))


def posted(before, *wanted):
    """Return the postings with those added that the book takes."""
    taken = list(before)
    for each in wanted:
        check_posting(balances(taken), each)
        taken.append(each)
    return taken


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 2**32))
def test_after_10000_random_operations_balances_sum_to_zero_and_none_inside_is_negative(seed):
    rng, held, taken = random.Random(seed), {}, []
    for _ in range(10_000):
        way = rng.choice(list(Way))
        grant = rng.choice("abcde") if needs_grant(way) else ""
        each = Posting(way, rng.choice([1, rng.randint(1, 10**7), 10**9]), grant)
        if each.source[0] not in OUTSIDE and each.amount_fen > held.get(each.source, 0):
            with refused("fund_book.too_little"):
                check_posting(held, each)
            continue
        check_posting(held, each)
        taken.append(each)
        held[each.source] = held.get(each.source, 0) - each.amount_fen
        held[each.target] = held.get(each.target, 0) + each.amount_fen

    assert len(taken) > 1_000
    assert held == balances(taken)
    assert sum(held.values()) == 0
    assert all(fen >= 0 for (account, _), fen in held.items() if account not in OUTSIDE)
    found = sums(taken)
    inside = [fen for (account, _), fen in held.items() if account not in OUTSIDE]
    assert sum(inside) == found.came_in
    assert found.left == found.came_in - found.spent - found.returned >= 0


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 10**9), st.integers(0, 10**9), st.integers(0, 10**9), st.integers(0, 10**9))
def test_matching_is_free_in_step_with_own_money_and_never_more(matched, promised, first, second):
    low, high = sorted((first, second))
    released = [matching_released(matched, promised, shown) for shown in (low, high, promised)]

    assert released == sorted(released) if high <= promised else released[1] == released[2] == matched
    assert released[2] == matched


def test_a_whole_cycle_comes_out_even():
    book = posted(
        GRANTED,
        Posting(Way.RAISED, 100_000, "a"),
        Posting(Way.MATCHED, 100_000, "a"),
        Posting(Way.BOUGHT, 850_000, "a"),
        Posting(Way.PAID, 850_000, "a"),
        Posting(Way.BOUGHT_OWN, 60_000, "a"),
        Posting(Way.BOUGHT, 300_000, "b"),
        Posting(Way.COACHED, 1_500_000),
    )
    assert sums(book) == Sums(18_100_000, 1_400_000, 2_410_000, 300_000, 0, 15_690_000)
    assert not is_settled("b", balances(book))
    book = posted(book, Posting(Way.PAID, 300_000, "b"))
    for grant in "ab":
        book = posted(book, *clearing(grant, balances(book), 0))
        assert is_settled(grant, balances(book))
    book = posted(book, *closing(balances(book)))

    found = balances(book)
    assert sums(book) == Sums(18_060_000, 1_400_000, 2_710_000, 0, 15_350_000, 0)
    assert {account for (account, _), fen in found.items() if fen} == {
        Account.STREET, Account.RESIDENTS, Account.SPENT, Account.OWN_SPENT, Account.COACHED, Account.RETURNED,
    }  # fmt: skip
    assert not closing(found)


def test_a_payable_stays_at_the_clearing_and_nothing_beyond_what_is_left():
    found = balances(GRANTED)

    left = posted(GRANTED, *clearing("b", found, 120_000))
    assert balances(left)[Account.GRANT, "b"] == 120_000
    assert not is_settled("b", balances(left))
    for wrong in (500_001, -1):
        with refused("fund_book.payable_too_high"):
            clearing("b", found, wrong)


@pytest.mark.parametrize(
    ("posting", "code"),
    [
        (Posting(Way.BOUGHT, 0, "a"), "fund_book.amount_not_positive"),
        (Posting(Way.BOUGHT, -5, "a"), "fund_book.amount_not_positive"),
        (Posting(Way.BOUGHT, 5), "fund_book.grant_missing"),
        (Posting(Way.COACHED, 5, "a"), "fund_book.grant_missing"),
        (Posting(Way.BOUGHT, 800_001, "a"), "fund_book.too_little"),
        (Posting(Way.PAID, 1, "a"), "fund_book.too_little"),
        (Posting(Way.GRANTED, 20_000_000, "c"), "fund_book.too_little"),
    ],
)
def test_a_posting_that_cannot_be_is_refused(posting, code):
    with refused(code):
        check_posting(balances(GRANTED), posting)


def test_every_way_has_its_own_pair_of_accounts():
    assert set(ROUTES) == set(Way)
    assert len(set(ROUTES.values())) == len(Way)
    assert all(source != target for source, target in ROUTES.values())


def test_an_invoice_number_is_the_same_however_it_is_typed():
    assert invoice_key(" 2611-2000 0000ａb12 ") == invoice_key("261120000000AB12") == "261120000000AB12"
    with refused("fund_receipt.invoice_missing"):
        invoice_key(" -- ")


def test_receipts_stand_beside_the_cost_lines_and_those_of_no_line_last():
    rows = line_uses([("1", "石桌", 600), ("2", "石凳", 400)], {"1": 650, "": 20})

    assert rows == (LineUse("石桌", 600, 650), LineUse("石凳", 400, 0), LineUse("", 0, 20))
    assert [row.over_fen for row in rows] == [50, -400, 20]


def test_a_claim_goes_from_the_committee_over_section_and_leader_to_finance():
    desks = claim_desks(RULES)

    assert desks == (Role.COMMUNITY, Role.HANDLER, Role.LEADER, Role.FINANCE)
    assert [is_last_signature(desks, at) for at in range(3)] == [False, False, True]
    check_signer(frozenset({Role.HANDLER}), "h", "handler", ["c"])
    with refused("grant_claim.not_your_desk"):
        check_signer(frozenset({Role.HANDLER}), "h", "leader", [])
    with refused("grant_claim.same_person"):
        check_signer(frozenset({Role.COMMUNITY}), "c", "community", ["c"])


@pytest.mark.parametrize(
    "names",
    [
        [],
        ["finance"],
        ["community"],
        ["community", "mayor", "finance"],
        ["finance", "leader"],
        ["finance", "finance"],
    ],
)
def test_desks_that_name_no_role_or_do_not_end_with_finance_are_refused(names):
    with refused("grant_claim.desks_wrong"):
        desks_of(names)


def test_a_supplier_is_the_same_however_its_brackets_and_blanks_are_typed():
    assert (
        supplier_key("青禾石材店 （东园）") == supplier_key("青禾石材店(东园)") != supplier_key("青禾石材店")
    )
