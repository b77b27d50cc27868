"""The entries of a fund's book: what follows by rule is posted at once, the rest waits for another person's word."""

import datetime as dt

from django.db.models import QuerySet, Sum

from zhagen.audit.record import record
from zhagen.community.actions.fund_cycle import locked_cycle
from zhagen.community.actions.fund_tie import check_untied
from zhagen.community.models import FundCycle, FundEntry, Grant
from zhagen.core.errors import RuleError
from zhagen.core.fund.book import (
    OUTSIDE,
    ROUTES,
    Posting,
    Way,
    balances,
    check_posting,
    committing,
    matching_released,
    opening,
)
from zhagen.core.lifecycle.grant import GrantState
from zhagen.core.types import Actor
from zhagen.parties.actor import user_of
from zhagen.parties.models import User
from zhagen.platform.scope import permit
from zhagen.platform.tx import write_tx

WAITING, POSTED, REFUSED = FundEntry.State.WAITING, FundEntry.State.POSTED, FundEntry.State.REFUSED
SIGNED_AT_BOTH_ENDS = (Way.RAISED, Way.COACHED)
"""What waits as a bare entry; a receipt's entry is decided with its receipt."""


def postings(entries: QuerySet[FundEntry]) -> list[Posting]:
    """Return entries summed by way and grant, as the core's book reads them; one query."""
    rows = entries.order_by().values_list("way", "grant_id").annotate(fen=Sum("amount_fen"))
    return [Posting(Way(way), fen, str(grant or "")) for way, grant, fen in rows]


def posted(cycle: FundCycle) -> list[Posting]:
    """Return what stands in a cycle's book."""
    return postings(FundEntry.objects.filter(cycle=cycle, state=POSTED))


def open_book(cycle: FundCycle, *, by: Actor, now: dt.datetime) -> None:
    """Enter what the street gave an opened cycle, once; call it inside an action that has locked the cycle."""
    if cycle.opened_at is None or cycle.entries.exists():
        return
    for each in opening(cycle.votable_fen, cycle.coaching_fen, cycle.matching_pot_fen):
        _create(
            cycle, None, each, state=POSTED, by=by, now=now, submitted_by=cycle.drafted_by,
            approved_by=cycle.opened_by, decided_at=now,
        )  # fmt: skip


def book_grant(grant: Grant, *, by: Actor, now: dt.datetime) -> None:
    """Enter what a grant binds, once; call it inside the action that makes the grant, the cycle locked.

    Raises:
        RuleError: "fund_book.too_little".
    """
    if grant.entries.exists():
        return
    open_book(grant.cycle, by=by, now=now)
    for each in committing(str(grant.pk), grant.amount_fen, grant.matched_fen):
        post(grant.cycle, grant, each, by=by, now=now)
    grant.open_fen = grant.amount_fen - grant.matched_fen
    grant.save(update_fields=["open_fen"])
    _free_matching(grant, by=by, now=now)


def post(
    cycle: FundCycle,
    grant: Grant | None,
    posting: Posting,
    *,
    by: Actor,
    now: dt.datetime,
    asked_by: User | None = None,
    reference: str = "",
) -> FundEntry:
    """Enter a posting that the actor stands for; call it inside an action that has locked cycle or grant.

    Raises:
        RuleError: codes of `core.fund.book.check_posting`, "fund_book.same_person".
    """
    check_posting(balances(posted(cycle)), posting)
    if asked_by is not None and str(asked_by.pk) == by.key:
        raise RuleError("fund_book.same_person")
    return _create(
        cycle, grant, posting, state=POSTED, by=by, now=now, submitted_by=asked_by, approved_by=user_of(by),
        decided_at=now, reference=reference,
    )  # fmt: skip


def _create(
    cycle: FundCycle,
    grant: Grant | None,
    posting: Posting,
    *,
    state: str,
    by: Actor,
    now: dt.datetime,
    **more: object,
) -> FundEntry:
    source, target = ROUTES[posting.way]
    entry = FundEntry.objects.create(
        cycle=cycle, grant=grant, way=posting.way, source=source, target=target, amount_fen=posting.amount_fen,
        state=state, submitted_at=now, **more,
    )  # fmt: skip
    word = "fund_entry.posted" if state == POSTED else "fund_entry.asked"
    record(word, entry, by=by, at=now, payload=_figures(entry))
    return entry


def ask_entry(
    cycle: FundCycle,
    grant: Grant | None,
    posting: Posting,
    *,
    by: Actor,
    now: dt.datetime,
    what: str = "",
    reference: str = "",
) -> FundEntry:
    """Enter a posting that waits for another person's word; what waits already counts as given out.

    Raises:
        RuleError: codes of `core.fund.book.check_posting`.
    """
    waiting = postings(FundEntry.objects.filter(cycle=cycle, state=WAITING))
    held = balances(posted(cycle))
    for each in waiting:
        held[each.source] = held.get(each.source, 0) - each.amount_fen
    if ROUTES[posting.way][0] not in OUTSIDE or posting.amount_fen <= 0:
        check_posting(held, posting)
    return _create(
        cycle, grant, posting, state=WAITING, by=by, now=now, submitted_by=user_of(by), what=what.strip(),
        reference=reference.strip(),
    )  # fmt: skip


def _figures(entry: FundEntry) -> dict[str, object]:
    return {
        "way": entry.way,
        "amount_fen": entry.amount_fen,
        "cycle": str(entry.cycle_id),
        "grant": str(entry.grant_id or ""),
        "reference": entry.reference,
    }


def decide_entry(entry: FundEntry, *, yes: bool, by: Actor, now: dt.datetime, reason: str = "") -> FundEntry:
    """Post or refuse a waiting entry, once; call it inside an action that has asked for the permission.

    Raises:
        RuleError: "fund_book.same_person", "fund_book.decided", "fund_book.reason_missing".
    """
    if str(entry.submitted_by_id) == by.key:
        raise RuleError("fund_book.same_person")
    if not yes and not reason.strip():
        raise RuleError("fund_book.reason_missing")
    state = POSTED if yes else REFUSED
    if not _take_decision(entry, state=state, approved_by=user_of(by), decided_at=now, reason=reason.strip()):
        raise RuleError("fund_book.decided")
    entry.refresh_from_db()
    record(
        "fund_entry.posted" if yes else "fund_entry.refused", entry, by=by, at=now, payload=_figures(entry)
    )
    return entry


def _take_decision(entry: FundEntry, **values: object) -> bool:
    """Write a decision if none was written before; the guard against two at once."""
    return bool(FundEntry.objects.filter(pk=entry.pk, state=WAITING).update(**values))


def locked_grant(grant: Grant) -> Grant:
    """Return the grant again with its cycle's and its own row locked, as the first step of every change of its money.

    The cycle comes first, always: its row stands for the whole book, and two orders would end in a deadlock.
    """
    cycle = locked_cycle(grant.cycle)
    rows = Grant.objects.select_for_update(of=("self",))
    grant = rows.select_related("proposal__cycle", "grantee").get(pk=grant.pk)
    grant.cycle = cycle
    return grant


@write_tx
def show_own(
    grant: Grant, amount_fen: int, *, what: str, reference: str, by: Actor, now: dt.datetime
) -> FundEntry:
    """Show money that residents raised themselves; another person confirms that it is there.

    Raises:
        RuleError: "permission.denied", "grant.not_open", "grant.own_unsaid" and codes of "fund_book.".
    """
    grant = locked_grant(grant)
    permit(by, "grant.show_own", grant)
    check_under_way(grant)
    if not what.strip() or not reference.strip():
        raise RuleError("grant.own_unsaid")
    posting = Posting(Way.RAISED, amount_fen, str(grant.pk))
    return ask_entry(grant.cycle, grant, posting, what=what, reference=reference, by=by, now=now)


def check_under_way(grant: Grant) -> None:
    """Refuse money for a grant whose work has not begun or has ended.

    Raises:
        RuleError: "grant.not_open".
    """
    if grant.state not in {GrantState.UNDER_WAY, GrantState.REPORTED}:
        raise RuleError("grant.not_open", state=grant.state)


@write_tx
def pay_coaching(
    cycle: FundCycle, amount_fen: int, *, what: str, reference: str, by: Actor, now: dt.datetime
) -> FundEntry:
    """Ask to enter what was paid for the agency's coaching; another person confirms it by the voucher.

    Raises:
        RuleError: "permission.denied", "fund_book.not_open_yet", "fund_book.reference_missing" and codes of
            "fund_book.".
    """
    cycle = locked_cycle(cycle)
    permit(by, "fund_cycle.pay_coaching", cycle)
    if cycle.opened_at is None:
        raise RuleError("fund_book.not_open_yet")
    if not what.strip() or not reference.strip():
        raise RuleError("fund_book.reference_missing")
    open_book(cycle, by=by, now=now)
    posting = Posting(Way.COACHED, amount_fen)
    return ask_entry(cycle, None, posting, what=what, reference=reference, by=by, now=now)


@write_tx
def approve_entry(entry: FundEntry, *, by: Actor, now: dt.datetime) -> FundEntry:
    """Post an entry that another asked for; who is tied may not.

    Raises:
        RuleError: "permission.denied", "fund_book.with_its_receipt" and codes of `decide_entry`.
    """
    entry, grant = _locked_entry(entry)
    permit(by, "fund_entry.approve", entry)
    _check_waiting(entry, by=by, now=now)
    decide_entry(entry, yes=True, by=by, now=now)
    if grant is not None:
        grant.own_shown_fen += entry.amount_fen
        grant.save(update_fields=["own_shown_fen"])
        _free_matching(grant, by=by, now=now)
    return entry


@write_tx
def refuse_entry(entry: FundEntry, *, reason: str, by: Actor, now: dt.datetime) -> FundEntry:
    """Refuse an entry that another asked for, with a reason.

    Raises:
        RuleError: "permission.denied" and codes of `decide_entry`.
    """
    entry, _ = _locked_entry(entry)
    permit(by, "fund_entry.refuse", entry)
    _check_waiting(entry, by=by, now=now)
    return decide_entry(entry, yes=False, reason=reason, by=by, now=now)


def _locked_entry(entry: FundEntry) -> tuple[FundEntry, Grant | None]:
    """Return the entry again and its grant, the cycle's row, the grant's and its own locked in this order."""
    grant = locked_grant(entry.grant) if entry.grant is not None else None
    if grant is None:
        locked_cycle(entry.cycle)
    return FundEntry.objects.select_for_update(of=("self",)).get(pk=entry.pk), grant


def _check_waiting(entry: FundEntry, *, by: Actor, now: dt.datetime) -> None:
    if entry.way not in SIGNED_AT_BOTH_ENDS:
        raise RuleError("fund_book.with_its_receipt")
    if entry.grant is not None:
        check_untied(entry.grant.proposal, by=by, now=now)


def _free_matching(grant: Grant, *, by: Actor, now: dt.datetime) -> None:
    """Move so much of the matching to the grant as its own money shown sets free."""
    before = grant.open_fen - (grant.amount_fen - grant.matched_fen)
    free = matching_released(grant.matched_fen, grant.own_fen, grant.own_shown_fen) - before
    if free <= 0:
        return
    post(grant.cycle, grant, Posting(Way.MATCHED, free, str(grant.pk)), by=by, now=now)
    grant.open_fen += free
    grant.save(update_fields=["open_fen"])
