"""What the office's own people see first: money, pace, contracts ending; and where an agency's money is."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Count, Min, Q, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from zhagen.core.claims import DESK
from zhagen.core.lifecycle.claim import ClaimState
from zhagen.core.lifecycle.contract import ContractState
from zhagen.core.money import format_yuan
from zhagen.core.types import Role
from zhagen.parties.models import Notice
from zhagen.parties.rules import rules_for
from zhagen.platform.clock import SHANGHAI
from zhagen.platform.desk import DeskItem, Reader, desk_figure, desk_item
from zhagen.platform.parts import Figure
from zhagen.platform.scope import visible
from zhagen.platform.texts import say
from zhagen.procurement.actions.contract_due import notice_days
from zhagen.procurement.models import BudgetLine, Claim, Contract

RUNNING = (ContractState.IN_SERVICE, ContractState.SUSPENDED, ContractState.ENDING)
UNDER_WAY = (ClaimState.SUBMITTED, ClaimState.CHECKED, ClaimState.APPROVED, ClaimState.RETURNED)
SHOWN = 8
WHOLE_BP = 10_000


@desk_figure(Role.CHIEF, Role.LEADER, Role.FINANCE)
def money_of_the_year(reader: Reader) -> Iterable[Figure]:
    """Budget left, and the pace of spending beside the pace of the year."""
    lines = visible(reader.actor, "budget_line.list", BudgetLine).filter(year=reader.today.year)
    sums = lines.aggregate(whole=Sum("amount_fen"), taken=Sum("committed_fen"))
    whole, taken = sums["whole"] or 0, sums["taken"] or 0
    if not whole:
        return
    url = reverse("budget_line_list")
    share = taken * 100 // whole
    yield Figure(
        _("今年预算还剩"),
        format_yuan(whole - taken),
        _("元"),
        url,
        note=_("共 %(whole)s 元，已占用 %(share)s%%") % {"whole": format_yuan(whole), "share": share},
    )
    yield _pace(reader, whole)


def _pace(reader: Reader, whole_fen: int) -> Figure:
    paid = visible(reader.actor, "claim.list", Claim).filter(
        state=ClaimState.PAID, paid_on__year=reader.today.year
    )
    paid_fen = paid.aggregate(all=Sum("amount_fen"))["all"] or 0
    spent_bp = paid_fen * WHOLE_BP // whole_fen
    year_bp = _share_of_year(reader.today)
    bands = rules_for(_place(reader), reader.today).table("budget.pace_bands")
    behind = year_bp - spent_bp
    tone = "bad" if behind >= bands["late"] else "wait" if behind >= bands["slow"] else ""
    note = _("一年已过 %(share)s%%") % {"share": year_bp // 100}
    return Figure(_("支出进度"), f"{spent_bp // 100}%", "", reverse("claim_list"), note=note, tone=tone)


def _share_of_year(on: dt.date) -> int:
    first, last = dt.date(on.year, 1, 1), dt.date(on.year, 12, 31)
    return ((on - first).days + 1) * WHOLE_BP // ((last - first).days + 1)


def _place(reader: Reader) -> str:
    return next((grant.place for grant in reader.actor.grants if grant.place), "")


@desk_figure(Role.CHIEF, Role.LEADER, Role.HANDLER)
def contracts_of_the_office(reader: Reader) -> Iterable[Figure]:
    """Contracts in service and those that end soon."""
    days = notice_days(_place(reader), reader.today)
    running = visible(reader.actor, "contract.list", Contract).filter(state__in=RUNNING)
    until = reader.today + dt.timedelta(days=days)
    counted = running.aggregate(all=Count("pk"), ending=Count("pk", filter=Q(ends_on__lte=until)))
    if counted["all"]:
        yield Figure(
            _("正在服务的合同"),
            counted["all"],
            _("份"),
            reverse("contract_list"),
            note=_("其中 %(number)s 份 %(days)s 天内到期") % {"number": counted["ending"], "days": days},
            tone="wait" if counted["ending"] else "",
        )


@desk_figure(Role.CHIEF, Role.LEADER, Role.HANDLER, Role.FINANCE)
def claims_ageing(reader: Reader) -> Iterable[Figure]:
    """Payment claims under way and how long the oldest has lain on its desk."""
    open_ones = visible(reader.actor, "claim.list", Claim).filter(state__in=UNDER_WAY)
    found = open_ones.aggregate(count=Count("pk"), oldest=Min("desk_since"))
    if found["count"]:
        days = (reader.today - found["oldest"].astimezone(SHANGHAI).date()).days
        most = rules_for(_place(reader), reader.today).int("claim.desk_stay_warning")
        yield Figure(
            _("在途付款申请"),
            found["count"],
            _("笔"),
            reverse("claim_list"),
            note=_("最久的已停 %(days)s 天") % {"days": days},
            tone="bad" if days > most else "",
        )


@desk_item(Role.CHIEF, Role.HANDLER)
def contracts_ending(reader: Reader) -> Iterable[DeskItem]:
    """Contracts that end soon: renew, buy anew or hand over in time."""
    days = notice_days(_place(reader), reader.today)
    until = reader.today + dt.timedelta(days=days)
    ending = visible(reader.actor, "contract.list", Contract).filter(state__in=RUNNING, ends_on__lte=until)
    for contract in ending.order_by("ends_on")[:SHOWN]:
        url = reverse("contract_view", args=[contract.pk])
        yield DeskItem(_("合同将到期：续签、重新采购或交接"), url, contract.ends_on, detail=contract.title)


@desk_item(Role.CHIEF, Role.FINANCE)
def unspent_money(reader: Reader) -> Iterable[DeskItem]:
    """From the month the rulebook names: money of the year that nothing has taken yet."""
    place = _place(reader)
    if not place or reader.today.month < rules_for(place, reader.today).int("budget.unspent_warning_month"):
        return
    lines = visible(reader.actor, "budget_line.list", BudgetLine).filter(year=reader.today.year)
    sums = lines.aggregate(whole=Sum("amount_fen"), taken=Sum("committed_fen"))
    left = (sums["whole"] or 0) - (sums["taken"] or 0)
    if left > 0:
        end = dt.date(reader.today.year, 12, 31)
        detail = _("还有 %(left)s 元未占用") % {"left": format_yuan(left)}
        yield DeskItem(_("核对年底结余"), reverse("budget_line_list"), end, detail=detail)


@desk_figure(Role.AGENCY_HEAD, Role.STATION_LEAD)
def money_of_the_agency(reader: Reader) -> Iterable[Figure]:
    """What the agency has asked for and not yet been paid, and what it was paid this year."""
    claims = visible(reader.actor, "claim.list", Claim)
    waiting = claims.filter(state__in=UNDER_WAY).aggregate(all=Sum("amount_fen"))["all"] or 0
    paid = claims.filter(state=ClaimState.PAID, paid_on__year=reader.today.year).aggregate(
        all=Sum("amount_fen")
    )
    url = reverse("claim_list")
    yield Figure(_("在途款项"), format_yuan(waiting), _("元"), url)
    yield Figure(_("今年已到账"), format_yuan(paid["all"] or 0), _("元"), url)


@desk_item(Role.AGENCY_HEAD, Role.STATION_LEAD)
def where_is_my_money(reader: Reader) -> Iterable[DeskItem]:
    """Each claim under way: on whose desk, for how long, which paper is missing."""
    claims = visible(reader.actor, "claim.list", Claim).filter(state__in=UNDER_WAY).order_by("desk_since")
    for claim in claims[:SHOWN]:
        role = DESK[ClaimState(claim.state)]
        days = (reader.today - claim.desk_since.astimezone(SHANGHAI).date()).days
        words = {"number": claim.number, "desk": say(f"role.{role}"), "days": days}
        detail = _("%(number)s 在%(desk)s处，已 %(days)s 天") % words
        if claim.missing_papers:
            detail += _("；缺：%(papers)s") % {"papers": claim.missing_papers}
        is_ours = claim.state == ClaimState.RETURNED
        title = _("补正付款申请") if is_ours else _("我的款项到哪了")
        yield DeskItem(
            title, reverse("claim_view", args=[claim.pk]), reader.today if is_ours else None, detail=detail
        )


@desk_figure(Role.COMMUNITY)
def load_of_the_month(reader: Reader) -> Iterable[Figure]:
    """What the product asked of the community office this month, beside the cap of the rulebook."""
    place = _place(reader)
    if not place:
        return
    start = dt.datetime.combine(reader.today.replace(day=1), dt.time(), SHANGHAI)
    asked = Notice.objects.filter(
        recipient_id=reader.actor.key, due_on__isnull=False, sent_at__gte=start
    ).count()
    cap = rules_for(place, reader.today).value("community.tasks_max")
    yield Figure(
        _("本月交给社区的事"),
        asked,
        _("件"),
        reverse("notice_list"),
        note=_("上限 %(cap)s 件，超过可以不接") % {"cap": cap.value},
        is_to_confirm=cap.confirm,
        tone="bad" if asked > int(str(cap.value)) else "",
    )
