"""Pages of the fund's book: what came in, what is granted, paid and left, every entry; for anyone, and for the office."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from zhagen.community.actions import fund_clearing, fund_entry
from zhagen.community.models import FundCycle, FundEntry, Grant
from zhagen.community.views.fund_common import STEP, allowed, form_step, moves_of, step_context
from zhagen.core.fund.book import Account, Posting, Sums, Way, balances, closing, sums, totals
from zhagen.core.lifecycle.fund_cycle import FUND_CYCLE, FundCycleState
from zhagen.core.money import format_yuan
from zhagen.platform.fields import LongTextField, MoneyField
from zhagen.platform.forms import answer_form
from zhagen.platform.lists import Listing, answer_list
from zhagen.platform.pages import page, step_page
from zhagen.platform.parts import Figure, Move
from zhagen.platform.tables import Column
from zhagen.platform.texts import say

COLUMNS = (
    Column("at", "入账时间", "Posted at", "datetime"),
    Column("way", "事由", "What for", width=18),
    Column("amount_fen", "金额（元）", "Amount (yuan)", "money"),
    Column("grant", "立项", "Grant", width=24),
    Column("what", "摘要", "In words", width=24),
    Column("route", "从哪里到哪里", "From and to", width=20),
    Column("reference", "凭证号", "Voucher", width=16),
    Column("entered_by", "经办", "Entered by", width=10),
    Column("approved_by", "复核", "Approved by", width=10),
)
WITH_INVOICE = (Way.BOUGHT, Way.BOUGHT_OWN, Way.STRUCK, Way.STRUCK_OWN)
"""Entries whose reference is an invoice's number, which is for the office only."""
SHOWN = (
    Account.POOL, Account.COACHING, Account.MATCHING, Account.MATCH, Account.GRANT, Account.OWN, Account.DUE,
    Account.TO_CLEAR, Account.SPENT, Account.OWN_SPENT, Account.COACHED, Account.RETURNED,
)  # fmt: skip
"""Accounts in the order in which money passes them; the two outside stand in what came in."""


@dataclass(frozen=True, slots=True)
class GrantLine:
    """A grant's money as the book's page shows it, in fen."""

    grant: Grant
    paid_fen: int
    due_fen: int
    left_fen: int


def book_figures(found: Sums) -> list[Figure]:
    """Return the sums of a book as key figures."""
    parts = (
        (_("拨入和自筹"), found.came_in, ""),
        (_("已立项"), found.granted, ""),
        (_("已支付"), found.spent, now_("另有待报账 %s 元") % format_yuan(found.due) if found.due else ""),
        (_("还剩"), found.left, now_("含立项里还没用的") if found.left else ""),
        (_("已退回街道"), found.returned, ""),
    )
    return [Figure(label, format_yuan(fen), _("元"), note=note) for label, fen, note in parts]


def account_figures(postings: Iterable[Posting]) -> list[Figure]:
    """Return what stands on each kind of account, those with nothing left out."""
    found = totals(balances(postings))
    return [
        Figure(say(f"account.fund.{account}"), format_yuan(found[account]), _("元"))
        for account in SHOWN
        if found.get(account)
    ]


def grant_lines(cycle: FundCycle, postings: Iterable[Posting]) -> list[GrantLine]:
    """Return each grant with what was paid, is claimed and is left of it, own money included."""
    held = balances(postings)

    def on(grant: Grant, *accounts: Account) -> int:
        return sum(held.get((account, str(grant.pk)), 0) for account in accounts)

    return [
        GrantLine(
            grant,
            on(grant, Account.SPENT, Account.OWN_SPENT),
            on(grant, Account.DUE),
            on(grant, Account.GRANT, Account.MATCH, Account.OWN),
        )
        for grant in cycle.grants.select_related("proposal", "grantee").order_by("proposal__number")
    ]


def entry_row(entry: FundEntry) -> dict[str, object]:
    """Return an entry as anyone may read it; what follows by rule has nobody who asked for it."""
    by_rule = now_("按规则") if entry.submitted_by is None else entry.submitted_by.name
    return {
        "at": entry.decided_at or entry.submitted_at,
        "way": say(f"way.fund.{entry.way}"),
        "amount_fen": entry.amount_fen,
        "grant": entry.grant.proposal.title if entry.grant else "",
        "what": entry.what,
        "route": f"{say(f'account.fund.{entry.source}')} → {say(f'account.fund.{entry.target}')}",
        "reference": "" if entry.way in WITH_INVOICE else entry.reference,
        "entered_by": by_rule,
        "approved_by": entry.approved_by.name if entry.approved_by else "",
    }


def entries_of(cycle: FundCycle) -> QuerySet[FundEntry]:
    """Return the posted entries of a cycle, the newest first."""
    rows = cycle.entries.filter(state=FundEntry.State.POSTED).order_by("-decided_at", "-submitted_at")
    return rows.select_related("grant__proposal", "submitted_by", "approved_by")


def _answer(
    request: HttpRequest, cycle: FundCycle, template: str, more: dict[str, Any]
) -> HttpResponse | StreamingHttpResponse:
    book = fund_entry.posted(cycle)
    listing = Listing(
        title=(f"账簿：{cycle.title}", f"Book: {cycle.title}"),
        columns=COLUMNS,
        rows=entries_of(cycle),
        row_of=entry_row,
        empty=_(
            "账上还没有一笔账。街道批准拟立项清单后，拨入的资金会记在这里；之后每一笔立项、票据和支付都会出现。"
        ),
    )
    context = {
        "cycle": cycle,
        "figures": book_figures(sums(book)) if book else [],
        "accounts": account_figures(book),
        "grants": grant_lines(cycle, book),
        **more,
    }
    return answer_list(request, listing, template=template, context=context)


@page("fund_book.public", FundCycle)
def fund_book_public(request: HttpRequest, obj: FundCycle) -> HttpResponse | StreamingHttpResponse:
    """Show the book of a cycle to anyone; the same entries as files."""
    crumbs = [(obj.title, reverse("fund_cycle_public", args=[obj.pk])), (now_("账簿"), "")]
    return _answer(request, obj, "community/fund_book/public.html", {"crumbs": crumbs})


STEPS = (
    ("fund_cycle.pay_coaching", _("登记辅导费支付"), "fund_cycle_pay_coaching", "secondary", False),
    ("fund_cycle.clear", _("开始结算清理"), "fund_cycle_clear", "secondary", True),
    ("fund_cycle.close", _("结束本轮，退回结余"), "fund_cycle_close", "primary", False),
)


ENDED = (FundCycleState.CLOSED, FundCycleState.STOPPED)


def _steps_now(cycle: FundCycle) -> Sequence[tuple[Any, ...]]:
    possible = FUND_CYCLE.moves_from(cycle.state)
    is_open = cycle.opened_at is not None and cycle.state not in ENDED
    is_now = {
        "fund_cycle.pay_coaching": is_open and cycle.coaching_fen > 0,
        "fund_cycle.clear": "clear" in possible,
        "fund_cycle.close": "close" in possible and cycle.entries.exists(),
    }
    return [each for each in STEPS if is_now[each[0]]]


@page("fund_book.view", FundCycle)
def fund_book_view(request: HttpRequest, obj: FundCycle) -> HttpResponse | StreamingHttpResponse:
    """Show the book of a cycle to its office: what waits for another person's word comes first."""
    more = {
        "waiting": waiting_rows(request, obj),
        "moves": moves_of(request, obj, _steps_now(obj)),
        "crumbs": [(obj.title, reverse("fund_cycle_view", args=[obj.pk])), (now_("账簿"), "")],
    }
    return _answer(request, obj, "community/fund_book/view.html", more)


def waiting_rows(request: HttpRequest, cycle: FundCycle) -> list[tuple[dict[str, object], list[Move]]]:
    """Return the entries that wait, each with the reader's buttons; a receipt's entry leads to its receipt."""
    rows = cycle.entries.filter(state=FundEntry.State.WAITING)
    rows = rows.select_related("grant__proposal", "submitted_by", "approved_by", "receipt")
    actor = request.actor  # type: ignore[attr-defined]
    is_mine = {entry.pk: str(entry.submitted_by_id) == actor.key for entry in rows}
    found = []
    for entry in rows:
        receipt = getattr(entry, "receipt", None)
        if receipt is not None:
            moves = [Move(_("看票据"), reverse("fund_receipt_view", args=[receipt.pk]))]
        elif is_mine[entry.pk] or not allowed(actor, "fund_entry.approve", entry):
            moves = []
        else:
            moves = [
                Move(_("复核入账"), reverse("fund_entry_approve", args=[entry.pk]), "primary", is_post=True),
                Move(_("退回"), reverse("fund_entry_refuse", args=[entry.pk])),
            ]
        found.append(({**entry_row(entry), "reference": entry.reference}, moves))
    return found


class CoachingForm(forms.Form):
    """What was paid to the agency for its coaching."""

    amount_fen = MoneyField(label=_("金额"))
    what = forms.CharField(label=_("付的是什么（会公开）"), max_length=200)
    reference = forms.CharField(label=_("支付凭证号"), max_length=60)


class ReasonForm(forms.Form):
    """Why an entry is refused."""

    reason = LongTextField(label=_("退回的理由"), max_length=300, rows=3)


class CloseForm(forms.Form):
    """By which voucher the rest went back."""

    voucher_no = forms.CharField(
        label=_("结余退回街道的凭证号"), max_length=60, required=False, help_text=_("没有结余的不填。")
    )


@page("fund_entry.approve", FundEntry, methods=("POST",))
def fund_entry_approve(request: HttpRequest, obj: FundEntry) -> HttpResponse:
    """Post an entry that another asked for."""
    fund_entry.approve_entry(obj, by=request.actor, now=request.received_at)  # type: ignore[attr-defined]
    return redirect("fund_book_view", pk=obj.cycle_id)


@page("fund_entry.refuse", FundEntry, methods=("GET", "POST"))
def fund_entry_refuse(request: HttpRequest, obj: FundEntry) -> HttpResponse:
    """Refuse an entry that another asked for, with a reason."""
    back = reverse("fund_book_view", args=[obj.cycle_id])

    def act(data: dict[str, Any]) -> HttpResponse:
        fund_entry.refuse_entry(obj, **data, by=request.actor, now=request.received_at)  # type: ignore[attr-defined]
        return redirect(back)

    lead = f"{say(f'way.fund.{obj.way}')} {format_yuan(obj.amount_fen)} · {obj.what}"
    context = {**step_context(_("退回账目"), obj.cycle.title, back), "lead": lead}
    return answer_form(request, ReasonForm, act, STEP, context)


def _back_words(cycle: FundCycle) -> str:
    back = closing(balances(fund_entry.posted(cycle)))
    figures = {"title": cycle.title, "yuan": format_yuan(back[-1].amount_fen if back else 0)}
    return now_("%(title)s：退回街道 %(yuan)s 元") % figures


fund_cycle_pay_coaching = form_step(
    "fund_cycle.pay_coaching", FundCycle, CoachingForm, fund_entry.pay_coaching,
    title=_("登记辅导费支付"), then="fund_book_view",
)  # fmt: skip
fund_cycle_clear = step_page(
    "fund_cycle.clear", FundCycle, fund_clearing.begin_clearing, then="fund_book_view"
)
fund_cycle_close = form_step(
    "fund_cycle.close", FundCycle, CloseForm, fund_clearing.close_cycle,
    title=_("结束本轮，退回结余"), then="fund_book_view", lead=_back_words,
)  # fmt: skip
