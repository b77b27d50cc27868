"""What procurement puts on the desks and into the menu."""

from collections.abc import Iterable

from django.db.models import Count, Sum
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhagen.core.claims import DESK
from zhagen.core.lifecycle.need import OPEN
from zhagen.core.money import format_yuan
from zhagen.core.types import Role
from zhagen.platform.desk import DeskItem, Reader, desk_item, first_step, menu_place
from zhagen.platform.scope import visible
from zhagen.platform.texts import say
from zhagen.procurement import desk_buying  # noqa: F401 - registers its items
from zhagen.procurement.actions.amendment import AMENDABLE
from zhagen.procurement.actions.instalment_budget import waiting_instalments
from zhagen.procurement.models import Amendment, BudgetLine, Claim, Instalment, Need

menu_place(_("需求"), "need_list", "need.list")
menu_place(_("门牌名册"), "door_add", "door.add", is_daily=False)
menu_place(_("采购计划"), "plan_list", "plan.list")
menu_place(_("采购项目"), "tender_list", "tender.list")
menu_place(_("预算"), "budget_line_list", "budget_line.list")
menu_place(_("可以响应的项目"), "bid_offers", "bid.offers")
menu_place(_("我的评审"), "seat_list", "seat.list")
menu_place(_("询问与质疑"), "query_list", "query.list")
menu_place(_("合同"), "contract_list", "contract.list")
menu_place(_("待落实预算"), "instalment_to_budget", "instalment.budget", is_daily=False)
menu_place(_("付款申请"), "claim_list", "claim.list")
first_step(_("替居民记下第一条需求"), "need_raise", "need.raise", Role.HANDLER, Role.CHIEF, Role.COMMUNITY)

SHOWN_NEEDS = 8


@desk_item(Role.CHIEF, Role.AGENCY_HEAD)
def amendments_to_agree(reader: Reader) -> Iterable[DeskItem]:
    """Amendments that wait for the word of the reader's side."""
    waiting = visible(reader.actor, "amendment.agree", Amendment).filter(
        in_force_on=None, contract__state__in=AMENDABLE
    )
    mine = "agreed_by_agency" if Role.AGENCY_HEAD in reader.actor.roles else "agreed_by_street"
    for each in waiting.filter(**{mine: None}).select_related("contract")[:SHOWN_NEEDS]:
        url = reverse_lazy("contract_view", args=[each.contract_id])
        yield DeskItem(_("答复补充协议"), str(url), detail=each.contract.title)


@desk_item(Role.HANDLER, Role.CHIEF)
def needs_waiting(reader: Reader) -> Iterable[DeskItem]:
    """Needs whose next step is due, the nearest first."""
    waiting = visible(reader.actor, "need.triage", Need).filter(state__in=OPEN).order_by("next_on")
    for need in waiting.select_related("place")[:SHOWN_NEEDS]:
        url = reverse_lazy("need_view", args=[need.pk])
        theme = say(f"theme.need.{need.theme}")
        detail = f"{need.code} · {need.place.name} · {theme}"
        yield DeskItem(_("跟进需求"), str(url), need.next_on, detail=detail)


@desk_item(Role.HANDLER, Role.LEADER, Role.FINANCE)
def claims_on_desk(reader: Reader) -> Iterable[DeskItem]:
    """Claims that lie on this very desk of the street; the agency's own stand under "where is my money"."""
    states = [state for state, role in DESK.items() if role in reader.actor.roles]
    here = visible(reader.actor, "claim.view", Claim).filter(state__in=states).order_by("desk_since")
    for claim in here.select_related("contract")[:SHOWN_NEEDS]:
        url = reverse_lazy("claim_view", args=[claim.pk])
        words = {"title": claim.contract.title, "fen": format_yuan(claim.amount_fen)}
        yield DeskItem(_("办理付款申请"), str(url), detail=_("%(title)s · %(fen)s 元") % words)


@desk_item(Role.FINANCE)
def instalments_to_budget(reader: Reader) -> Iterable[DeskItem]:
    """Instalments that wait for a line of this year, or of a later one whose lines are entered; one row a year."""
    lines = visible(reader.actor, "budget_line.list", BudgetLine).filter(year__gt=reader.today.year)
    known = {reader.today.year, *lines.order_by().values_list("year", flat=True).distinct()}
    mine = visible(reader.actor, "instalment.budget", Instalment).filter(budget_year__in=known)
    rows = waiting_instalments(mine, reader.today.year).order_by("budget_year").values_list("budget_year")
    for year, count, fen in rows.annotate(count=Count("pk"), fen=Sum("amount_fen")):
        words = {"year": year, "count": count, "fen": format_yuan(fen)}
        detail = gettext("%(year)s 年 %(count)s 期，共 %(fen)s 元") % words
        yield DeskItem(_("落实分期预算"), reverse("instalment_to_budget"), detail=detail)
