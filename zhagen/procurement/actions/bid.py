"""Every change of a sealed bid by its agency; in plain it exists in memory only."""

import datetime as dt
import secrets
from dataclasses import dataclass, field, replace

from zhagen.audit.record import record
from zhagen.core.buying.deadline import check_in_time
from zhagen.core.buying.envelope import Figures, content_digest, pack
from zhagen.core.errors import RuleError
from zhagen.core.lifecycle.tender import TenderState
from zhagen.core.types import Actor, Role
from zhagen.parties.actor import user_of
from zhagen.parties.models import Organisation
from zhagen.platform.codes import new_code
from zhagen.platform.files import store
from zhagen.platform.scope import permit
from zhagen.platform.seals import seal
from zhagen.platform.tx import write_tx
from zhagen.platform.uploads import sniff
from zhagen.procurement.actions.paper import evidence_root
from zhagen.procurement.actions.seal import BID_KINDS, OpenedBid, write_opened
from zhagen.procurement.models import Bid, Tender

SEALED = Actor(key="sealed", name="密封", grants=())
"""Stands for the bidder in the log until the opening, which names him."""


@dataclass(frozen=True)
class BidDraft:
    """What an agency head sends; it never leaves memory unsealed."""

    price_fen: int = field(repr=False)
    hours: int | None = field(repr=False)
    summary: str = field(repr=False)
    file: bytes = field(repr=False)


@dataclass(frozen=True)
class Receipt:
    """What the bidder takes away; the code is shown once and stored inside the seal only."""

    bid: Bid
    code: str = field(repr=False)


def agency_of(by: Actor) -> Organisation:
    """Return the agency whose head acts; who else may not, the permission table has refused."""
    held = next(grant.organisation for grant in by.grants if grant.role is Role.AGENCY_HEAD)
    return Organisation.objects.get(pk=held)


def submit_bid(tender: Tender, draft: BidDraft, *, by: Actor, received_at: dt.datetime) -> Receipt:
    """Seal a bid and hand it in; an earlier one of the same agency is replaced.

    Sealing and storing the sealed bytes happen before the transaction, so that no lock waits for them.

    Raises:
        RuleError: "bid.too_late", "bid.file_kind", "bid.hours_missing", "bid.no_price",
            "seal.too_large".
    """
    permit(by, "bid.submit", tender)
    figures = Figures(draft.price_fen, draft.hours, draft.summary, secrets.token_hex(16))
    _check_draft(tender, draft)
    content = pack(figures, draft.file)
    sealed = store(evidence_root(), seal(content, tender.seal_recipient))
    bid = _hand_in(tender, sealed, content_digest(content), by=by, received_at=received_at)
    return Receipt(bid, figures.code)


def _check_draft(tender: Tender, draft: BidDraft) -> None:
    if draft.price_fen <= 0:
        raise RuleError("bid.no_price")
    if draft.hours is None and tender.criteria.filter(kind="hours").exists():
        raise RuleError("bid.hours_missing")
    _check_kind(draft.file)


def _check_kind(file: bytes) -> None:
    """Refuse what is not a bid's file by its first bytes; the full check waits for the opening."""
    try:
        kind = sniff(file)
    except RuleError as error:
        raise RuleError("bid.file_kind", allowed=", ".join(BID_KINDS)) from error
    if kind not in BID_KINDS:
        raise RuleError("bid.file_kind", allowed=", ".join(BID_KINDS))


@write_tx
def _hand_in(tender: Tender, sealed_file: str, digest: str, *, by: Actor, received_at: dt.datetime) -> Bid:
    tender = Tender.objects.select_for_update().get(pk=tender.pk)
    _check_open(tender, received_at)
    agency = agency_of(by)
    tender.bids.filter(agency=agency, withdrawn_at__isnull=True).update(withdrawn_at=received_at)
    bid = Bid.objects.create(
        tender=tender,
        agency=agency,
        submitted_by=user_of(by),
        sealed_file=sealed_file,
        content_digest=digest,
        receipt=new_code(10),
        received_at=received_at,
    )
    record("bid.sealed", bid, by=SEALED, at=received_at, payload={"content": digest})
    return bid


def _check_open(tender: Tender, received_at: dt.datetime) -> None:
    """Refuse after the deadline, whatever the state column still says."""
    if tender.state == TenderState.OPEN:
        check_in_time(received_at, tender.closes_at)
        return
    raise RuleError("bid.not_open", state=tender.state)


@write_tx
def withdraw_bid(bid: Bid, *, by: Actor, now: dt.datetime) -> Bid:
    """Take a bid back before the deadline."""
    bid = Bid.objects.select_for_update().get(pk=bid.pk)
    permit(by, "bid.withdraw", bid)
    tender = Tender.objects.select_for_update().get(pk=bid.tender_id)
    _check_open(tender, now)
    if bid.withdrawn_at is None:
        bid.withdrawn_at = now
        bid.save(update_fields=["withdrawn_at"])
        record("bid.withdrawn", bid, by=SEALED, at=now)
    return bid


def resupply_bid(bid: Bid, draft: BidDraft, code: str, *, by: Actor, now: dt.datetime) -> Bid:
    """Accept a bid again from its bidder where two holders have lost their words: the hash must match.

    Raises:
        RuleError: "bid.resupply_not_now" or "bid.resupply_differs".
    """
    permit(by, "bid.resupply", bid)
    figures = Figures(draft.price_fen, draft.hours, draft.summary, code.strip().lower())
    content = pack(figures, draft.file)
    if content_digest(content) != bid.content_digest:
        raise RuleError("bid.resupply_differs", digest=bid.content_digest[:12])
    return _take_again(bid, OpenedBid(figures, draft.file), by=by, now=now)


@write_tx
def _take_again(bid: Bid, opened: OpenedBid, *, by: Actor, now: dt.datetime) -> Bid:
    tender = Tender.objects.select_for_update().get(pk=bid.tender_id)
    bid = Bid.objects.select_for_update().get(pk=bid.pk)
    if tender.state != TenderState.CLOSED or not tender.shares_lost_at or bid.withdrawn_at:
        raise RuleError("bid.resupply_not_now")
    bid.is_resupplied = True
    write_opened(bid, replace(opened))
    record("bid.resupplied", bid, by=SEALED, at=now, payload={"content": bid.content_digest})
    return bid


@write_tx
def void_bid(bid: Bid, reason: str, *, by: Actor, now: dt.datetime) -> Bid:
    """Find an opened bid not responsive, with its reason, before any scoring ends.

    Raises:
        RuleError: "lifecycle.not_now".
    """
    bid = Bid.objects.select_for_update().get(pk=bid.pk)
    permit(by, "bid.void", bid)
    if bid.tender.state != TenderState.OPENED:
        raise RuleError("lifecycle.not_now", concept="tender", move="void", state=bid.tender.state)
    bid.void_reason = reason
    bid.save(update_fields=["void_reason"])
    record("bid.voided", bid, by=by, at=now, payload={"reason": reason})
    return bid
