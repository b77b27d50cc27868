"""The end of a cycle's money: clearing begins on its day, reminders before it, closing gives the rest back."""

import datetime as dt

from django.urls import reverse

from zhagen.audit.record import record
from zhagen.community.actions.fund_cycle import cycle_rules, day_of, moved_cycle
from zhagen.community.actions.fund_entry import WAITING, open_book, post, posted
from zhagen.community.actions.grant import carriers
from zhagen.community.models import FundCycle, Grant
from zhagen.core.errors import RuleError
from zhagen.core.fund.book import Way, balances, closing
from zhagen.core.lifecycle.fund_cycle import FundCycleState
from zhagen.core.lifecycle.grant import GrantState
from zhagen.core.types import SYSTEM, Actor, Role
from zhagen.parties.actions.notice import Note, notify, people_at
from zhagen.platform.tx import write_tx

SETTLED = (GrantState.CLEARED,)
ENDED = (GrantState.ACCEPTED, GrantState.STOPPED, GrantState.CLEARED)


@write_tx
def begin_clearing(cycle: FundCycle, *, by: Actor, now: dt.datetime) -> FundCycle:
    """Begin the clearing: on its day by the clock, before it by hand once no grant is under way.

    Raises:
        RuleError: "permission.denied", "lifecycle.not_now", "fund_cycle.grants_under_way".
    """
    cycle = moved_cycle(cycle, "clear", by=by)
    open_book(cycle, by=by, now=now)
    under_way = cycle.grants.exclude(state__in=ENDED).count()
    if day_of(now) < cycle.clearing_on and under_way:
        raise RuleError("fund_cycle.grants_under_way", count=under_way, day=cycle.clearing_on.isoformat())
    cycle.save(update_fields=["state"])
    record("fund_cycle.clearing_begun", cycle, by=by, at=now)
    url, figures = reverse("fund_book_view", args=[cycle.pk]), {"title": cycle.title}
    note = Note("fund_cycle.clearing", url, figures=figures, about=cycle)
    notify(note, to=people_at(cycle.place_id, Role.HANDLER, Role.FINANCE, Role.COMMUNITY), now=now)
    return cycle


@write_tx
def close_cycle(cycle: FundCycle, *, voucher_no: str = "", by: Actor, now: dt.datetime) -> FundCycle:
    """Close a cycle all of whose grants are cleared, or a stopped one; what is left goes back by its voucher.

    Raises:
        RuleError: "permission.denied", "lifecycle.not_now", "fund_cycle.grants_not_cleared",
            "fund_cycle.entries_waiting", "fund_cycle.return_voucher_missing".
    """
    cycle = moved_cycle(cycle, "close", by=by)
    open_ones = cycle.grants.exclude(state__in=SETTLED).count()
    if open_ones:
        raise RuleError("fund_cycle.grants_not_cleared", count=open_ones)
    if cycle.entries.filter(state=WAITING).exists():
        raise RuleError("fund_cycle.entries_waiting")
    back = closing(balances(posted(cycle)))
    if back and not voucher_no.strip():
        raise RuleError("fund_cycle.return_voucher_missing", back_fen=back[-1].amount_fen)
    for each in back:
        reference = voucher_no.strip() if each.way == Way.RETURNED else ""
        post(cycle, None, each, reference=reference, by=by, now=now)
    cycle.save(update_fields=["state"])
    payload = {"returned_fen": back[-1].amount_fen if back else 0, "voucher": voucher_no.strip()}
    record("fund_cycle.closed", cycle, by=by, at=now, payload=payload)
    return cycle


def begin_due_clearings(now: dt.datetime) -> int:
    """Begin the clearing of every cycle whose clearing day has come; return how many."""
    ripe = FundCycle.objects.filter(state=FundCycleState.GRANTED, clearing_on__lte=day_of(now))
    for cycle in ripe:
        begin_clearing(cycle, by=SYSTEM, now=now)
    return len(ripe)


def remind_of_clearing(now: dt.datetime) -> int:
    """Tell once whoever carries out a grant whose clearing day is near; return how many grants."""
    near = Grant.objects.filter(reminded_at=None, clearing_on__gte=day_of(now)).exclude(state__in=SETTLED)
    told = 0
    for grant in near.select_related("cycle", "proposal", "grantee"):
        days = cycle_rules(grant.cycle, now).int("fund.clearing_reminder")
        if grant.clearing_on - dt.timedelta(days) > day_of(now):
            continue
        _remind(grant, now=now)
        told += 1
    return told


@write_tx
def _remind(grant: Grant, *, now: dt.datetime) -> None:
    figures = {"title": grant.proposal.title, "left_fen": grant.left_fen}
    url = reverse("grant_view", args=[grant.pk])
    open_in = tuple(state.value for state in GrantState if state not in SETTLED)
    note = Note(
        "grant.clearing_near", url, due_on=grant.clearing_on, figures=figures, about=grant, while_in=open_in
    )
    notify(note, to=carriers(grant), now=now)
    Grant.objects.filter(pk=grant.pk, reminded_at=None).update(reminded_at=now)
    record("grant.clearing_reminded", grant, by=SYSTEM, at=now)
