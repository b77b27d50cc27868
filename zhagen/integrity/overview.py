"""The year at a glance for those who lead: money and pace by budget line, contracts ending, claims ageing."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from django.db.models import Case, Count, F, QuerySet, Sum, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhagen.core.claims import desk_stay
from zhagen.core.lifecycle.claim import ClaimState
from zhagen.core.lifecycle.contract import ContractState
from zhagen.core.need_money import Pace, pace_of
from zhagen.core.rulebook.rules import Rules
from zhagen.core.types import Actor
from zhagen.parties.rules import calendar
from zhagen.platform.clock import SHANGHAI
from zhagen.platform.lists import Listing
from zhagen.platform.scope import visible
from zhagen.platform.tables import Column
from zhagen.platform.texts import say
from zhagen.procurement.actions.instalment_budget import waiting_instalments
from zhagen.procurement.models import BudgetLine, Claim, Contract, Instalment

RUNNING = (ContractState.IN_SERVICE, ContractState.SUSPENDED, ContractState.ENDING)
UNDER_WAY = (ClaimState.SUBMITTED, ClaimState.CHECKED, ClaimState.APPROVED, ClaimState.RETURNED)

BUDGET_COLUMNS = (
    Column("title", "预算项目", "Budget line"),
    Column("code", "编码", "Code", width=12),
    Column("amount_fen", "预算（元）", "Budget (yuan)", "money"),
    Column("committed_fen", "已占用（元）", "Committed (yuan)", "money"),
    Column("left_fen", "余额（元）", "Left (yuan)", "money"),
    Column("paid_fen", "已付（元）", "Paid (yuan)", "money"),
    Column("spent_bp", "支出进度", "Spent", "percent_bp"),
    Column("band", "与时间相比", "Against the year", width=14),
)
ENDING_COLUMNS = (
    Column("number", "合同编号", "Contract", width=16),
    Column("title", "名称", "Title"),
    Column("agency", "机构", "Agency"),
    Column("ends_on", "到期", "Ends", "date"),
    Column("days", "剩余天数", "Days left", "int"),
    Column("amount_fen", "金额（元）", "Amount (yuan)", "money"),
)
CLAIM_COLUMNS = (
    Column("number", "付款申请", "Claim", width=16),
    Column("agency", "机构", "Agency"),
    Column("amount_fen", "金额（元）", "Amount (yuan)", "money"),
    Column("desk", "在谁的桌上", "On whose desk", width=14),
    Column("days", "在此环节（工作日）", "Working days there", "int"),
    Column("is_late", "超过规定", "Past the limit", width=10),
    Column("cause", "滞留原因", "Cause of delay", width=16),
    Column("missing", "缺少的材料", "Missing papers"),
)


@dataclass(frozen=True)
class BudgetState:
    """One budget line of the year with its pace."""

    line: BudgetLine
    paid_fen: int
    pace: Pace


@dataclass(frozen=True)
class Year:
    """A budget year of the office.

    Args:
        year: The year.
        lines: Its budget lines.
        whole: Pace of all of them together.
        paid_fen: Paid of them.
        outside_fen: Paid in the year for instalments that stand on no budget line here.
        waiting_fen: Instalments of the year that are still to be put on a budget line.
    """

    year: int
    lines: tuple[BudgetState, ...]
    whole: Pace
    paid_fen: int
    outside_fen: int
    waiting_fen: int = 0

    @property
    def amount_fen(self) -> int:
        """Money of the year."""
        return sum(each.line.amount_fen for each in self.lines)

    @property
    def left_fen(self) -> int:
        """Money that nothing has taken yet."""
        return sum(each.line.left_fen for each in self.lines)


def year_of(actor: Actor, year: int, *, on: dt.date, rules: Rules) -> Year:
    """Return a budget year: what each line has left and how its payments stand against the year; three queries.

    A payment belongs to the line that holds its instalment: the plan's in its own year, else the one it was put on.
    """
    lines = list(visible(actor, "overview.view", BudgetLine).filter(year=year))
    paid = _paid_by_line(actor, year)
    bands = rules.table("budget.pace_bands")

    def pace(paid_fen: int, amount_fen: int) -> Pace:
        return pace_of(paid_fen, amount_fen, year=year, on=on, bands=bands)

    states = tuple(BudgetState(each, paid[each.pk], pace(paid[each.pk], each.amount_fen)) for each in lines)
    inside = sum(each.paid_fen for each in states)
    outside = sum(paid.values()) - inside
    whole = pace(inside, sum(each.amount_fen for each in lines))
    return Year(year, states, whole, inside, outside, _waiting_fen(actor, year, on))


def _paid_by_line(actor: Actor, year: int) -> Counter[object]:
    """Return what was paid of each line by its key; under None what stands on no line."""
    rows = visible(actor, "claim.list", Claim).filter(state=ClaimState.PAID, instalment__budget_year=year)
    of_plan = Case(
        When(
            contract__previous=None,
            contract__plan__budget_line__year=year,
            then=F("contract__plan__budget_line"),
        )
    )
    sums = rows.order_by().values_list(Coalesce("instalment__budget_line", of_plan))
    return Counter(dict(sums.annotate(all=Sum("amount_fen"))))


def _waiting_fen(actor: Actor, year: int, on: dt.date) -> int:
    mine = visible(actor, "instalment.to_budget", Instalment).filter(budget_year=year)
    found = waiting_instalments(mine, on.year).order_by().aggregate(all=Sum("amount_fen"))
    return found["all"] or 0


def years_with_money(actor: Actor) -> list[int]:
    """Return the years that have budget lines, the newest first."""
    rows = visible(actor, "overview.view", BudgetLine).order_by("-year")
    return list(rows.values_list("year", flat=True).distinct())


def warning_of_unspent(year: Year, *, on: dt.date, rules: Rules) -> bool:
    """Return whether to warn that money of this year has not been taken, from the rulebook's month on."""
    is_time = on.year == year.year and on.month >= rules.int("budget.unspent_warning_month")
    return is_time and year.left_fen > 0


def budget_listing(year: Year, on: dt.date) -> Listing:
    """Return the budget lines of a year, each with what it has left and how it is spent."""
    return Listing(
        title=(f"{year.year} 年预算与支出进度", f"Budget and spending {year.year}"),
        columns=BUDGET_COLUMNS,
        rows=list(year.lines),
        row_of=lambda each: {
            "title": each.line.title,
            "code": each.line.code,
            "amount_fen": each.line.amount_fen,
            "committed_fen": each.line.committed_fen,
            "left_fen": each.line.left_fen,
            "paid_fen": each.paid_fen,
            "spent_bp": each.pace.spent_bp,
            "band": say(f"pace.budget.{each.pace.band}"),
        },
        empty=_("还没有今年的预算项目。请财务先录入。"),
    )


def ending_listing(actor: Actor, on: dt.date, rules: Rules) -> Listing:
    """Return the contracts that end within the days the rulebook names, the next first."""
    notice = rules.int("contract.ending_notice")
    until = on + dt.timedelta(days=notice)
    ending = visible(actor, "contract.list", Contract).filter(state__in=RUNNING, ends_on__lte=until)
    return Listing(
        title=(f"{notice} 天内到期的合同", f"Contracts ending within {notice} days"),
        columns=ENDING_COLUMNS,
        rows=ending.select_related("agency").order_by("ends_on", "number"),
        row_of=lambda each: {
            "number": each.number,
            "title": each.title,
            "agency": each.agency.name,
            "ends_on": each.ends_on,
            "days": (each.ends_on - on).days,
            "amount_fen": each.amount_fen,
        },
        url_of=lambda each: reverse("contract_view", args=[each.pk]),
        empty=_("近期没有合同到期。"),
    )


def ageing_listing(actor: Actor, on: dt.date, rules: Rules) -> Listing:
    """Return the payment claims under way, the longest on its desk first, with desk and cause of delay."""
    most, days = rules.int("claim.desk_stay_warning"), calendar()

    def row_of(each: Claim) -> dict[str, object]:
        since = each.desk_since.astimezone(SHANGHAI).date()
        stay = desk_stay(each.state, since, on, most=most, calendar=days)
        return {
            "number": each.number,
            "agency": each.contract.agency.name,
            "amount_fen": each.amount_fen,
            "desk": say(f"role.{stay.role}") if stay.role else "",
            "days": stay.working_days,
            "is_late": say("answer.yes") if stay.is_late else "",
            "cause": say(f"cause.{each.delay_cause}") if each.delay_cause else "",
            "missing": each.missing_papers,
        }

    return Listing(
        title=("在途付款申请", "Payment claims under way"),
        columns=CLAIM_COLUMNS,
        rows=_under_way(actor).select_related("contract__agency").order_by("desk_since"),
        row_of=row_of,
        url_of=lambda each: reverse("claim_view", args=[each.pk]),
        empty=_("没有在途的付款申请。"),
    )


def causes(actor: Actor) -> list[tuple[str, int]]:
    """Return how many claims under way name which cause of delay, the commonest first."""
    named = _under_way(actor).exclude(delay_cause="").order_by().values_list("delay_cause")
    found = named.annotate(count=Count("pk")).order_by("-count", "delay_cause")
    return [(say(f"cause.{cause}"), count) for cause, count in found]


def _under_way(actor: Actor) -> QuerySet[Claim]:
    return visible(actor, "claim.list", Claim).filter(state__in=UNDER_WAY)
