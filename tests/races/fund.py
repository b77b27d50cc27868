"""Races of the fund's money: one claim a receipt, one word on an entry, no receipts beyond the grant, one payment."""

from typing import Any

from django.db.models import F

from tests.community.builders_grant import (
    AT,
    LATER,
    SCAN,
    a_checked_receipt,
    a_grant,
    a_receipt_draft,
    a_signed_claim,
)
from tests.races.harness import THREADS, Kind, People, Race
from zhagen.community.actions import fund_entry, fund_receipt, grant_claim
from zhagen.community.models import FundCycle, FundEntry, FundReceipt, Grant, GrantClaim
from zhagen.core.fund.book import Account, balances

PLENTY = 10**12
_made: list[Grant] = []


def the_grant(people: People) -> Grant:
    """Return a grant under way with money for hundreds of rounds; made once."""
    if not _made:
        grant = a_grant(people)
        FundEntry.objects.create(
            cycle=grant.cycle, grant=grant, way="granted", source="pool", target="grant", amount_fen=PLENTY,
            state="posted", submitted_at=AT, decided_at=AT,
        )  # fmt: skip
        _made.append(grant)
    Grant.objects.filter(pk=_made[0].pk).update(amount_fen=PLENTY, open_fen=PLENTY)
    return Grant.objects.get(pk=_made[0].pk)


def is_even(grant: Grant) -> bool:
    """Return whether the book sums to 0 and the grant's account stands as its row says."""
    found = balances(fund_entry.posted(grant.cycle))
    waiting = balances(fund_entry.postings(grant.entries.filter(state="waiting")))
    key = (Account.GRANT, str(grant.pk))
    row = Grant.objects.get(pk=grant.pk)
    is_held = row.held_fen == sum(
        FundReceipt.objects.filter(grant=grant, money="fund", state__in=["added", "checked", "claimed", "paid"]).values_list(
            "amount_fen", flat=True
        )
    )  # fmt: skip
    return sum(found.values()) == 0 and is_held and found[key] + waiting.get(key, 0) >= 0


def one_claim(people: People, number: int) -> Race:
    grant, by = the_grant(people), people["agency_head"].actor
    receipt = a_checked_receipt(people, grant, invoice_no=f"C{number}", amount_fen=100)

    def step() -> object:
        return grant_claim.submit_grant_claim(grant, by=by, now=LATER)

    def is_kept() -> bool:
        receipt.refresh_from_db()
        claims = GrantClaim.objects.filter(grant=grant, amount_fen=100, number__gt=last)
        return claims.count() == 1 and receipt.claim == claims.get() and is_even(grant)

    last = max(GrantClaim.objects.values_list("number", flat=True), default="")
    return Race([step] * THREADS, {"done": 1, "grant_claim.no_receipts": THREADS - 1}, is_kept)


def one_word(people: People, number: int) -> Race:
    grant, before = the_grant(people), the_grant(people).own_shown_fen
    entry = fund_entry.show_own(
        grant, 100, what="楼里凑的", reference=str(number), by=people["agency_head"].actor, now=LATER
    )
    by = people["finance"].actor

    def step() -> object:
        return fund_entry.approve_entry(entry, by=by, now=LATER)

    def is_kept() -> bool:
        return the_grant(people).own_shown_fen == before + 100 and is_even(grant)

    return Race([step] * THREADS, {"done": 1, "fund_book.decided": THREADS - 1}, is_kept)


def no_receipts_beyond(people: People, number: int) -> Race:
    grant, by = the_grant(people), people["social_worker"].actor
    Grant.objects.filter(pk=grant.pk).update(open_fen=F("held_fen") + 1_000)

    def hand_in(place: int) -> object:
        draft = a_receipt_draft(amount_fen=300, invoice_no=f"R{number}-{place}")
        return fund_receipt.add_receipt(grant, draft, SCAN, by=by, now=LATER)

    def is_kept() -> bool:
        return Grant.objects.get(pk=grant.pk).left_fen == 100 and is_even(grant)

    return Race(
        [lambda n=n: hand_in(n) for n in range(THREADS)],
        {"done": 3, "fund_receipt.over_grant": THREADS - 3},
        is_kept,
    )


def one_payment(people: People, number: int) -> Race:
    grant = the_grant(people)
    claim = a_signed_claim(people, grant, invoice_no=f"P{number}", amount_fen=100)
    by = people["finance"].actor

    def pay(place: int) -> object:
        return grant_claim.record_grant_payment(
            claim, voucher_no=f"记-{number}-{place}", paid_on=LATER.date(), by=by, now=LATER
        )

    def is_kept() -> bool:
        return grant.entries.filter(
            way="paid", reference__startswith=f"记-{number}-"
        ).count() == 1 and is_even(grant)

    return Race(
        [lambda n=n: pay(n) for n in range(THREADS)], {"done": 1, "lifecycle.not_now": THREADS - 1}, is_kept
    )


def _hold_unasked(grant: Grant, draft: Any) -> None:
    Grant.objects.filter(pk=grant.pk).update(held_fen=F("held_fen") + draft.amount_fen)


def _decide_unasked(entry: FundEntry, **values: object) -> bool:
    return bool(FundEntry.objects.filter(pk=entry.pk).update(**values))


ROWS = (FundCycle, Grant, FundEntry, GrantClaim)

KINDS = {
    "grant_claim": Kind(
        one_claim, [(grant_claim, "claimable")], action=(grant_claim, "submit_grant_claim"), locked=ROWS
    ),
    "fund_entry": Kind(
        one_word,
        [(fund_entry, "_check_waiting")],
        action=(fund_entry, "approve_entry"),
        locked=ROWS,
        loosened=[(fund_entry, "_take_decision", _decide_unasked)],
    ),
    "fund_receipt": Kind(
        no_receipts_beyond,
        [(fund_receipt, "check_draft")],
        action=(fund_receipt, "add_receipt"),
        locked=ROWS,
        loosened=[(fund_receipt, "hold_money", _hold_unasked)],
    ),
    "grant_payment": Kind(
        one_payment,
        [(grant_claim, "_check_signer")],
        action=(grant_claim, "record_grant_payment"),
        locked=ROWS,
    ),
}
