"""Who holds the seal of a round, and the opening (启封) by two of the three."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from zhagen.audit.record import record
from zhagen.core.buying.envelope import Figures, content_digest, unpack
from zhagen.core.errors import RuleError
from zhagen.core.lifecycle.tender import TENDER, TenderState
from zhagen.core.types import Actor, Role
from zhagen.parties.actions.notice import settle
from zhagen.parties.actor import user_of
from zhagen.platform.files import read_stored, store
from zhagen.platform.holders import HolderWords, make_holder_words, open_share
from zhagen.platform.scope import permit
from zhagen.platform.seals import HOLDERS, Share, open_seals
from zhagen.platform.tx import write_tx
from zhagen.platform.uploads import CONTENT_TYPES, take_upload
from zhagen.procurement.actions.buying_notes import ask_again
from zhagen.procurement.actions.panel import settle_panel
from zhagen.procurement.actions.paper import evidence_root
from zhagen.procurement.actions.tender import check_frozen
from zhagen.procurement.models import Bid, Holder, Tender

BID_KINDS = ("pdf", "docx")
"""What a bid's file may be."""


@write_tx
def hold_seal(tender: Tender, *, by: Actor, now: dt.datetime) -> HolderWords:
    """Give one holder his words, shown once; asking again before the notice replaces them.

    Raises:
        RuleError: "seal.no_longer", "permission.denied".
    """
    tender = Tender.objects.select_for_update().get(pk=tender.pk)
    permit(by, "tender.hold", tender)
    if tender.state != TenderState.DRAFT:
        raise RuleError("seal.no_longer")
    user = user_of(by)
    held = tender.holders.filter(user=user).first()
    kind = held.kind if held else _kind_of(by)
    words = make_holder_words()
    values = {"user": user, "recipient": words.recipient, "ready_at": now}
    Holder.objects.update_or_create(tender=tender, kind=kind, defaults=values)
    record("tender.seal_held", tender, by=by, at=now, payload={"holder": kind})
    settle(tender, of=[user], at=now)
    return words


def _kind_of(by: Actor) -> str:
    return next(kind for kind in HOLDERS if Role(kind) in by.roles)


@dataclass(frozen=True)
class HolderTyped:
    """What one holder typed at the opening."""

    kind: str
    words: str = field(repr=False)


@dataclass(frozen=True)
class OpenedBid:
    """One bid in plain, in memory."""

    figures: Figures
    file: bytes = field(repr=False)
    fault: str = ""


def open_round(
    tender: Tender, typed: tuple[HolderTyped, HolderTyped], *, by: Actor, now: dt.datetime
) -> Tender:
    """Open all bids of a closed round by the words of two holders; all of them or none.

    The shares are checked and the bids decrypted before the transaction; nothing in plain is stored before
    it. An unreadable or dangerous file makes its own bid void and does not stop the others.

    Raises:
        RuleError: "seal.…" of the words; "tender.frozen_differs"; "lifecycle.not_now".
    """
    permit(by, "tender.open_bids", tender)
    TENDER.after("open_bids", Tender.objects.get(pk=tender.pk).state)
    shares = _shares_of(tender, typed)
    bids = list(tender.bids.filter(withdrawn_at__isnull=True).order_by("received_at", "pk"))
    opened = [_read(bid, plain) for bid, plain in zip(bids, _decrypt(tender, bids, shares), strict=True)]
    return _record_opening(tender, bids, opened, typed, by=by, now=now)


@write_tx
def lose_shares(tender: Tender, reason: str, *, by: Actor, now: dt.datetime) -> Tender:
    """Put on record that two holders have lost their words: the bidders hand their bids in again.

    Raises:
        RuleError: "lifecycle.not_now".
    """
    tender = Tender.objects.select_for_update().get(pk=tender.pk)
    permit(by, "tender.lose_shares", tender)
    TENDER.after("open_bids", tender.state)
    tender.shares_lost_at, tender.shares_lost_reason = now, reason
    tender.save(update_fields=["shares_lost_at", "shares_lost_reason"])
    ask_again(tender, now)
    record("tender.shares_lost", tender, by=by, at=now, payload={"reason": reason})
    return tender


@write_tx
def open_resupplied(tender: Tender, *, by: Actor, now: dt.datetime) -> Tender:
    """Open a round whose words were lost with the bids handed in again; the others are void.

    Raises:
        RuleError: "seal.shares_not_lost".
    """
    tender = Tender.objects.select_for_update().get(pk=tender.pk)
    permit(by, "tender.open_bids", tender)
    tender.state = TENDER.after("open_bids", tender.state)
    check_frozen(tender)
    if tender.shares_lost_at is None:
        raise RuleError("seal.shares_not_lost")
    tender.opened_at, tender.opened_by_holders = now, ""
    tender.save(update_fields=["state", "opened_at", "opened_by_holders"])
    missing = tender.bids.filter(withdrawn_at__isnull=True, is_resupplied=False)
    missing.update(void_reason="bid.not_resupplied")
    settle_panel(tender, by=by, now=now)
    record("tender.opened", tender, by=by, at=now, payload={"resupplied": True, "missing": missing.count()})
    return tender


def _shares_of(tender: Tender, typed: tuple[HolderTyped, HolderTyped]) -> tuple[Share, Share]:
    if typed[0].kind == typed[1].kind:
        raise RuleError("seal.share_same_holder", holder=typed[0].kind)
    holders = {holder.kind: holder for holder in tender.holders.select_related("user")}
    first, second = (
        open_share(each.words, bytes(holders[each.kind].sealed_share), holder=holders[each.kind].user.name)
        for each in typed
    )
    return first, second


def _decrypt(tender: Tender, bids: Sequence[Bid], shares: tuple[Share, Share]) -> list[bytes]:
    sealed = (read_stored(evidence_root(), bid.sealed_file) for bid in bids)
    return list(open_seals(sealed, shares, round_id=tender.number, recipient=tender.seal_recipient))


def _read(bid: Bid, plain: bytes) -> OpenedBid:
    if content_digest(plain) != bid.content_digest:
        raise RuleError("bid.content_damaged")
    figures, file = unpack(plain)
    try:
        take_upload(file, allowed=BID_KINDS)
    except RuleError as error:
        return OpenedBid(figures, file, error.code)
    return OpenedBid(figures, file)


@write_tx
def _record_opening(
    tender: Tender,
    bids: Sequence[Bid],
    opened: Sequence[OpenedBid],
    typed: tuple[HolderTyped, HolderTyped],
    *,
    by: Actor,
    now: dt.datetime,
) -> Tender:
    tender = Tender.objects.select_for_update().get(pk=tender.pk)
    tender.state = TENDER.after("open_bids", tender.state)
    check_frozen(tender)
    tender.opened_at = now
    tender.opened_by_holders = "、".join(each.kind for each in typed)
    tender.save(update_fields=["state", "opened_at", "opened_by_holders"])
    for bid, each in zip(bids, opened, strict=True):
        write_opened(bid, each)
    settle_panel(tender, by=by, now=now)
    figures = [
        {
            "bid": str(bid.pk),
            "agency": str(bid.agency_id),
            "content": bid.content_digest,
            "price_fen": bid.price_fen,
        }
        for bid in bids
    ]
    payload = {"holders": [each.kind for each in typed], "bids": figures}
    record("tender.opened", tender, by=by, at=now, payload=payload)
    return tender


def write_opened(bid: Bid, opened: OpenedBid) -> None:
    """Keep what the envelope held; a file that may not be kept makes the bid void."""
    bid.price_fen, bid.hours = opened.figures.price_fen, opened.figures.hours
    bid.summary = opened.figures.summary
    if opened.fault:
        bid.void_reason = opened.fault
    else:
        bid.opened_file = store(evidence_root(), opened.file)
        bid.opened_type = CONTENT_TYPES["pdf" if opened.file.startswith(b"%PDF-") else "docx"]
    bid.save(
        update_fields=[
            "price_fen",
            "hours",
            "summary",
            "void_reason",
            "opened_file",
            "opened_type",
            "is_resupplied",
        ]
    )
