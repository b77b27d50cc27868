"""What buying puts on the desks: whose turn it is in a plan, a round, a panel, a query."""

from collections.abc import Iterable

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhagen.core.lifecycle.plan import PlanState
from zhagen.core.lifecycle.tender import TenderState
from zhagen.core.types import Role
from zhagen.platform.clock import now
from zhagen.platform.desk import DeskItem, Reader, desk_item
from zhagen.platform.scope import visible
from zhagen.procurement.actions.award import decide_by
from zhagen.procurement.actions.tender import WITHOUT_ROUND, rules_in
from zhagen.procurement.models import Award, Plan, Query, Seat, Tender

SHOWN = 8
TURN = {
    Role.HANDLER: (PlanState.RETURNED, PlanState.APPROVED),
    Role.CHIEF: (PlanState.SUBMITTED,),
    Role.LEADER: (PlanState.CHECKED,),
}


@desk_item(Role.HANDLER, Role.CHIEF, Role.LEADER)
def plans_in_turn(reader: Reader) -> Iterable[DeskItem]:
    """Plans that wait for this role."""
    states = [state for role, found in TURN.items() if role in reader.actor.roles for state in found]
    for plan in visible(reader.actor, "plan.view", Plan).filter(state__in=states)[:SHOWN]:
        url = reverse("plan_view", args=[plan.pk])
        yield DeskItem(_("办理采购计划"), url, detail=f"{plan.number} {plan.title}")


@desk_item(Role.HANDLER, Role.FINANCE, Role.DISCIPLINE)
def seals_to_hold(reader: Reader) -> Iterable[DeskItem]:
    """Rounds that wait for this holder's words."""
    mine = [
        role.value for role in (Role.HANDLER, Role.FINANCE, Role.DISCIPLINE) if role in reader.actor.roles
    ]
    waiting = visible(reader.actor, "tender.hold", Tender).filter(state=TenderState.DRAFT)
    light = waiting.filter(method__in=("selection", "three_quotes")).exclude(holders__kind__in=mine)
    for tender in light[:SHOWN]:
        yield DeskItem(_("领取密封口令"), reverse("tender_view", args=[tender.pk]), detail=str(tender))


@desk_item(Role.HANDLER)
def rounds_to_move(reader: Reader) -> Iterable[DeskItem]:
    """Rounds whose next step is the handler's."""
    late = Q(state=TenderState.OPEN, closes_at__lte=now())
    busy = Q(state__in=(TenderState.CLOSED, TenderState.OPENED))
    for tender in visible(reader.actor, "tender.view", Tender).filter(late | busy)[:SHOWN]:
        yield DeskItem(_("推进采购项目"), reverse("tender_view", args=[tender.pk]), detail=str(tender))


@desk_item(Role.LEADER, Role.CHIEF)
def awards_to_decide(reader: Reader) -> Iterable[DeskItem]:
    """Ranked rounds that wait for the decision, with the day by which it is due; direct purchases."""
    mine = visible(reader.actor, "award.decide", Tender)
    for tender in mine.filter(state=TenderState.SCORED).select_related("plan")[:SHOWN]:
        url = reverse("award_decide", args=[tender.pk])
        due_on = decide_by(tender, rules_in(tender, now()))
        yield DeskItem(_("登记成交决定"), url, due_on, detail=str(tender))
    for tender in mine.filter(state=TenderState.DRAFT, method__in=WITHOUT_ROUND)[:SHOWN]:
        yield DeskItem(_("登记直接采购"), reverse("award_direct", args=[tender.pk]), detail=str(tender))


@desk_item(Role.HANDLER)
def steps_to_tick(reader: Reader) -> Iterable[DeskItem]:
    """Purchases on the finance department's platform: the next step of each, with its day."""
    drafts = visible(reader.actor, "tender.step", Tender).filter(state=TenderState.DRAFT)
    for tender in drafts.exclude(method__in=("selection", "three_quotes", *WITHOUT_ROUND))[:SHOWN]:
        step = tender.steps.filter(done_on__isnull=True).first()
        url = reverse("tender_steps", args=[tender.pk])
        yield DeskItem(_("按步骤清单办理采购"), url, step.due_on if step else None, detail=str(tender))


@desk_item(Role.HANDLER)
def awards_without_contract(reader: Reader) -> Iterable[DeskItem]:
    """Awards whose contract nobody has drafted yet."""
    waiting = visible(reader.actor, "contract.draft", Award).filter(annulled_at=None, contract=None)
    for award in waiting.select_related("tender")[:SHOWN]:
        yield DeskItem(_("起草合同"), reverse("award_view", args=[award.pk]), detail=str(award.tender))


@desk_item(Role.EXPERT, Role.RESIDENT, Role.CHIEF, Role.HANDLER, Role.LEADER)
def seats_to_fill(reader: Reader) -> Iterable[DeskItem]:
    """Rounds that wait for this member's marks."""
    mine = visible(reader.actor, "seat.score", Seat).filter(
        tender__state=TenderState.OPENED, finished_at__isnull=True, recused_at__isnull=True
    )
    for seat in mine.select_related("tender")[:SHOWN]:
        yield DeskItem(_("评审打分"), reverse("seat_view", args=[seat.pk]), detail=str(seat.tender))


@desk_item(Role.HANDLER, Role.CHIEF)
def queries_open(reader: Reader) -> Iterable[DeskItem]:
    """Queries with a running clock."""
    open_ones = visible(reader.actor, "query.answer", Query).filter(answered_at__isnull=True)
    for query in open_ones.order_by("answer_due_on").select_related("tender")[:SHOWN]:
        url = reverse("query_view", args=[query.pk])
        yield DeskItem(_("答复询问或质疑"), url, query.answer_due_on, detail=query.tender.number)


@desk_item(Role.AGENCY_HEAD)
def rounds_to_bid(reader: Reader) -> Iterable[DeskItem]:
    """Rounds that this agency may bid in."""
    rounds = visible(reader.actor, "bid.submit", Tender).filter(state=TenderState.OPEN, closes_at__gt=now())
    for tender in rounds.order_by("closes_at")[:SHOWN]:
        url = reverse("bid_submit", args=[tender.pk])
        yield DeskItem(_("递交响应文件"), url, tender.closes_at.date(), detail=str(tender))
