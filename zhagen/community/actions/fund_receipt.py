"""Receipts of a grant: added on a phone with the invoice's photo, checked by another, taken back, struck."""

import datetime as dt
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import F
from django.urls import reverse

from zhagen.audit.record import record
from zhagen.community.actions.fund_cycle import day_of
from zhagen.community.actions.fund_entry import ask_entry, decide_entry, locked_grant, post
from zhagen.community.actions.fund_tie import check_untied
from zhagen.community.models import CostLine, FundEntry, FundReceipt, Grant
from zhagen.core.errors import RuleError
from zhagen.core.fund.book import Posting, Way
from zhagen.core.fund.receipts import invoice_key
from zhagen.core.lifecycle.fund_receipt import FUND_RECEIPT, FundReceiptState
from zhagen.core.lifecycle.grant import GrantState
from zhagen.core.types import Actor
from zhagen.parties.actions.notice import Note, notify
from zhagen.parties.actor import user_of
from zhagen.parties.models import Organisation
from zhagen.platform.files import store
from zhagen.platform.home import data_home
from zhagen.platform.scope import permit
from zhagen.platform.tx import write_tx
from zhagen.platform.uploads import CONTENT_TYPES, Kind, take_upload

OWN = FundReceipt.Money.OWN
SCANS: tuple[Kind, ...] = ("jpg", "png", "webp", "pdf")


@dataclass(frozen=True)
class Scan:
    """An invoice's photo or PDF as the store keeps it."""

    file_digest: str
    content_type: str
    original_digest: str


@dataclass(frozen=True)
class ReceiptDraft:
    """What an invoice says; `money` says whose money paid it."""

    amount_fen: int
    what: str
    supplier_name: str
    invoice_no: str
    invoiced_on: dt.date
    money: str = FundReceipt.Money.FUND
    cost_line: CostLine | None = None


def keep_scan(content: bytes) -> Scan:
    """Check a photo or PDF and put it into the evidence store; outside any transaction.

    Raises:
        RuleError: codes that begin with "upload.".
    """
    kept = take_upload(content, allowed=SCANS)
    digest = store(data_home() / "evidence", kept.content)
    return Scan(digest, CONTENT_TYPES[kept.kind], kept.original_sha256)


@write_tx
def add_receipt(grant: Grant, draft: ReceiptDraft, scan: Scan, *, by: Actor, now: dt.datetime) -> FundReceipt:
    """Add an invoice to a grant; it binds the money at once and waits for another person's check.

    The grant's own row guards the sum: two receipts at once cannot take more than is left.

    Raises:
        RuleError: "permission.denied", "grant.not_open", "fund_receipt.over_grant",
            "fund_receipt.over_own", "fund_receipt.invoice_twice" and what `check_draft` refuses.
    """
    grant = locked_grant(grant)
    permit(by, "fund_receipt.add", grant)
    key = invoice_key(draft.invoice_no)
    check_draft(grant, draft, now)
    hold_money(grant, draft)
    is_own = draft.money == OWN
    posting = Posting(Way.BOUGHT_OWN if is_own else Way.BOUGHT, draft.amount_fen, str(grant.pk))
    reference = draft.invoice_no.strip()
    entry = ask_entry(grant.cycle, grant, posting, what=draft.what, reference=reference, by=by, now=now)
    receipt = _create(grant, entry, draft, scan, key=key, by=by, now=now)
    payload = {"amount_fen": draft.amount_fen, "invoice": key, "file": scan.original_digest}
    record("fund_receipt.added", receipt, by=by, at=now, payload=payload)
    return receipt


def check_draft(grant: Grant, draft: ReceiptDraft, now: dt.datetime) -> None:
    """Refuse a receipt that says too little, is dated wrongly, or names a line of another proposal.

    Raises:
        RuleError: "grant.not_open", "fund_receipt.amount_not_positive", "fund_receipt.words_missing",
            "fund_receipt.in_future", "fund_receipt.before_grant", "fund_receipt.line_of_another".
    """
    if grant.state in {GrantState.MADE, GrantState.CLEARED}:
        raise RuleError("grant.not_open", state=grant.state)
    if draft.amount_fen <= 0:
        raise RuleError("fund_receipt.amount_not_positive")
    if not draft.what.strip() or not draft.supplier_name.strip():
        raise RuleError("fund_receipt.words_missing")
    if draft.invoiced_on > day_of(now):
        raise RuleError("fund_receipt.in_future", day=draft.invoiced_on.isoformat())
    if draft.invoiced_on < day_of(grant.made_at):
        raise RuleError("fund_receipt.before_grant", day=day_of(grant.made_at).isoformat())
    if draft.cost_line is not None and draft.cost_line.proposal_id != grant.proposal_id:
        raise RuleError("fund_receipt.line_of_another")


def hold_money(grant: Grant, draft: ReceiptDraft) -> None:
    """Bind a receipt's money on the grant's row, if so much is left.

    Raises:
        RuleError: "fund_receipt.over_grant" or "fund_receipt.over_own".
    """
    fen, rows = draft.amount_fen, Grant.objects.filter(pk=grant.pk)
    if draft.money == OWN:
        held = rows.filter(own_held_fen__lte=F("own_shown_fen") - fen).update(
            own_held_fen=F("own_held_fen") + fen
        )
        if not held:
            raise RuleError("fund_receipt.over_own", asked_fen=fen, left_fen=grant.own_left_fen)
        return
    held = rows.filter(held_fen__lte=F("open_fen") - fen).update(held_fen=F("held_fen") + fen)
    if not held:
        raise RuleError("fund_receipt.over_grant", asked_fen=fen, left_fen=grant.left_fen)


def _create(
    grant: Grant,
    entry: FundEntry,
    draft: ReceiptDraft,
    scan: Scan,
    *,
    key: str,
    by: Actor,
    now: dt.datetime,
) -> FundReceipt:
    name = draft.supplier_name.strip()
    try:
        with transaction.atomic():
            return FundReceipt.objects.create(
                grant=grant,
                entry=entry,
                cost_line=draft.cost_line,
                money=draft.money,
                amount_fen=draft.amount_fen,
                what=draft.what.strip(),
                supplier_name=name,
                supplier=Organisation.objects.filter(name=name).first(),
                invoice_no=draft.invoice_no.strip(),
                invoice_key=key,
                invoiced_on=draft.invoiced_on,
                file_digest=scan.file_digest,
                content_type=scan.content_type,
                original_digest=scan.original_digest,
                added_by=user_of(by),
                added_at=now,
            )
    except IntegrityError:  # the invoice is here already, or comes in this moment, of whichever grant
        raise RuleError("fund_receipt.invoice_twice", invoice=draft.invoice_no.strip()) from None


@write_tx
def check_receipt(receipt: FundReceipt, *, by: Actor, now: dt.datetime) -> FundReceipt:
    """Check a receipt: it enters the book; neither who added it nor who is tied may.

    Raises:
        RuleError: "permission.denied", "lifecycle.not_now", "fund_book.same_person", codes of ties.
    """
    receipt = locked_receipt(receipt)
    permit(by, "fund_receipt.check", receipt)
    move = "check_own" if receipt.money == OWN else "check"
    receipt.state = FUND_RECEIPT.after(move, receipt.state)
    check_untied(receipt.grant.proposal, by=by, now=now)
    decide_entry(receipt.entry, yes=True, by=by, now=now)
    receipt.checked_by = user_of(by)
    receipt.save(update_fields=["state", "checked_by"])
    record("fund_receipt.checked", receipt, by=by, at=now)
    return receipt


@write_tx
def refuse_receipt(receipt: FundReceipt, *, reason: str, by: Actor, now: dt.datetime) -> FundReceipt:
    """Refuse a receipt with a reason; its money and its invoice number are free again.

    Raises:
        RuleError: "permission.denied", "lifecycle.not_now", "fund_book.same_person", "fund_book.reason_missing".
    """
    receipt = locked_receipt(receipt)
    permit(by, "fund_receipt.refuse", receipt)
    receipt.state = FUND_RECEIPT.after("refuse", receipt.state)
    decide_entry(receipt.entry, yes=False, reason=reason, by=by, now=now)
    receipt = _freed(receipt, "fund_receipt.refused", reason, by=by, now=now)
    _tell_adder(receipt, now)
    return receipt


def _tell_adder(receipt: FundReceipt, now: dt.datetime) -> None:
    grant = receipt.grant
    figures = {
        "title": grant.proposal.title,
        "what": receipt.what,
        "amount_fen": receipt.amount_fen,
        "reason": receipt.reason,
    }
    note = Note("fund_receipt.refused", reverse("grant_view", args=[grant.pk]), figures=figures)
    notify(note, to=[receipt.added_by], now=now)


@write_tx
def withdraw_receipt(receipt: FundReceipt, *, by: Actor, now: dt.datetime) -> FundReceipt:
    """Take back a receipt that nobody has checked yet; only who added it may.

    Raises:
        RuleError: "permission.denied", "lifecycle.not_now", "fund_receipt.not_yours".
    """
    receipt = locked_receipt(receipt)
    permit(by, "fund_receipt.withdraw", receipt)
    receipt.state = FUND_RECEIPT.after("withdraw", receipt.state)
    if str(receipt.added_by_id) != by.key:
        raise RuleError("fund_receipt.not_yours")
    FundEntry.objects.filter(pk=receipt.entry_id).update(state=FundEntry.State.REFUSED, decided_at=now)
    return _freed(receipt, "fund_receipt.withdrawn", "", by=by, now=now)


@write_tx
def strike_receipt(receipt: FundReceipt, *, reason: str, by: Actor, now: dt.datetime) -> FundReceipt:
    """Strike a checked receipt that was found wrong, before it is claimed; the book shows both entries.

    One of own money is never claimed: it may be struck until its grant is cleared.

    Raises:
        RuleError: "permission.denied", "lifecycle.not_now", "grant.not_open", "fund_book.same_person",
            "fund_book.reason_missing".
    """
    receipt = locked_receipt(receipt)
    permit(by, "fund_receipt.strike", receipt)
    is_own, grant = receipt.money == OWN, receipt.grant
    receipt.state = FUND_RECEIPT.after("strike_own" if is_own else "strike", receipt.state)
    if grant.state == GrantState.CLEARED:
        raise RuleError("grant.not_open", state=grant.state)
    if not reason.strip():
        raise RuleError("fund_book.reason_missing")
    way = Way.STRUCK_OWN if is_own else Way.STRUCK
    posting = Posting(way, receipt.amount_fen, str(grant.pk))
    post(grant.cycle, grant, posting, asked_by=receipt.added_by, reference=receipt.invoice_no, by=by, now=now)
    receipt = _freed(receipt, "fund_receipt.struck", reason, by=by, now=now)
    _tell_adder(receipt, now)
    return receipt


def _freed(receipt: FundReceipt, kind: str, reason: str, *, by: Actor, now: dt.datetime) -> FundReceipt:
    counter = "own_held_fen" if receipt.money == OWN else "held_fen"
    Grant.objects.filter(pk=receipt.grant_id).update(**{counter: F(counter) - receipt.amount_fen})
    receipt.reason = reason.strip()
    receipt.save(update_fields=["state", "reason"])
    record(kind, receipt, by=by, at=now, payload={"reason": receipt.reason})
    return receipt


def locked_receipt(receipt: FundReceipt) -> FundReceipt:
    """Return the receipt again, its grant's row and its own locked."""
    grant = locked_grant(receipt.grant)
    rows = FundReceipt.objects.select_for_update(of=("self",)).select_related("entry", "added_by")
    receipt = rows.get(pk=receipt.pk)
    receipt.grant = grant
    return receipt


def claimable(grant: Grant) -> list[FundReceipt]:
    """Return the checked receipts of a grant that no claim holds yet, in the order they came."""
    return list(grant.receipts.filter(state=FundReceiptState.CHECKED).select_related("cost_line"))
