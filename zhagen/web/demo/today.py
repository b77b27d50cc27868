"""What lies on each desk on the last day of the story: smaller purchases under way, claims, needs, tasks."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from zhagen.core.contract_terms import default_terms
from zhagen.core.scoring.acceptance import Promise
from zhagen.core.types import PUBLIC, Role
from zhagen.delivery.actions.off_plan import TaskDraft, record_task
from zhagen.delivery.actions.supervision import log_supervision
from zhagen.delivery.models import Staffing
from zhagen.parties.actions.access_reset import ask_access_reset
from zhagen.parties.actions.invitation import Invited, invite_person
from zhagen.parties.rules import rules_for
from zhagen.procurement.actions import plan, query, seal, tender
from zhagen.procurement.actions.award import decide_award
from zhagen.procurement.actions.claim import approve_claim, check_claim, return_claim
from zhagen.procurement.actions.contract import ContractDraft, InstalmentDraft, draft_contract
from zhagen.procurement.actions.need import NeedDraft, raise_need
from zhagen.procurement.actions.need_triage import Triage, triage_need
from zhagen.procurement.models import Need, Plan
from zhagen.web.demo import buying, money
from zhagen.web.demo.people import MAIN_AGENCY, MAIN_COMMUNITY, MAIN_STREET
from zhagen.web.demo.rehearsal import rehearse
from zhagen.web.demo.world import World, at

BUDGET_FEN = 12_000_000
FRESH_NEEDS = (
    ("单元门口的路灯从上周起不亮，晚上接孩子看不见台阶", "safety", False),
    ("暑假没人看孩子，想在活动室开托管，家长可以轮流值班", "children", False),
    ("父亲出院后没人会换药，白天家里只有他一个人", "health", True),
    ("想请人教大家用手机交水电费，年轻人都上班去了", "elderly", False),
)
"""Raised in the last two days and not yet sorted."""


def tell(world: World) -> None:
    """Do what belongs to this day of the last weeks; on all other days nothing."""
    steps = SCRIPT.get((world.district.ends_on - world.day).days)
    if steps and len(world.district.streets) > 1:  # a small world of a proof has no last weeks
        for step in steps:
            step(world)


def _plan(world: World, title: str, state: str) -> Plan:
    """Bring a small plan to a state: submitted, checked, approved."""
    needs = list(
        Need.objects.filter(place_id=MAIN_COMMUNITY, state="to_buy").order_by("raised_at", "text")[:2]
    )
    draft = plan.PlanDraft(
        title=title,
        kind="project",
        category="children" if "托管" in title else "elderly",
        method="selection",
        content="按居民提出的需求开展服务；以需求是否由提出人确认已解决为准。",
        budget_line=buying.line_of(world, MAIN_STREET, 0),
        budget_fen=BUDGET_FEN,
        year_fen=BUDGET_FEN // 2,
        term_months=6,
        needs=needs,
        communities=[world.places[MAIN_COMMUNITY]],
        no_needs_reason="" if needs else "入户走访汇总的共性需求",
        not_reserved_reason="承接主体为社会服务机构，不属于中小企业",
        terms=_terms(world),
    )
    handler = f"handler:{MAIN_STREET}"
    made = world.act(plan.draft_plan, draft, by=handler)
    made = world.act(plan.submit_plan, made, by=handler)
    if state == "submitted":
        return made
    made = world.act(plan.check_submitted_plan, made, by=f"chief:{MAIN_STREET}")
    if state == "checked":
        return made
    approved: Plan = world.act(
        plan.approve_plan, made, buying.decision_of(world, "办公会纪要"), by=f"leader:{MAIN_STREET}"
    )
    return approved


def _terms(world: World) -> Any:
    promises = (Promise("group_sessions", "count", 12), Promise("hours", "hours", 300, takes_off_plan=True))
    return default_terms(rules_for(MAIN_STREET, world.day), promises)


def _publish(world: World, key: str, title: str, days: int, experts: int) -> None:
    approved = _plan(world, title, "approved")
    closes_at = at(world.day + dt.timedelta(days=days), buying.CLOSING_HOUR)
    buying.publish(world, key, approved, closes_at, title=f"{title}比选", experts=experts)


def begin_rounds(world: World) -> None:
    """Publish two small rounds: one will wait for marks, one for the stamp on its contract."""
    _publish(world, "tender:now-1", "社区助浴服务", 9, 3)
    _publish(world, "tender:now-2", "楼门长能力培育", 9, 1)


def bid_in_rounds(world: World) -> None:
    """Hand in three bids for each of the two rounds."""
    for key in ("tender:now-1", "tender:now-2"):
        for place, agency in enumerate((MAIN_AGENCY, "org:a1", "org:a4")):
            buying.hand_in(world, key, agency, BUDGET_FEN * (96 + place) // 100, 320 - 10 * place)


def open_rounds(world: World) -> None:
    """Open both; the first waits for its marks, the second is marked and scored."""
    for key in ("tender:now-1", "tender:now-2"):
        buying.open_round(world, key)
    buying.mark_evenly(world, "tender:now-2")


def draft_small_contract(world: World) -> None:
    """Award the second round and draft its contract, which waits for the stamp."""
    made = world.tenders["tender:now-2"]
    made.refresh_from_db()
    won = world.act(
        decide_award, made, buying.decision_of(world, "成交纪要"), by=f"leader:{MAIN_STREET}"
    )  # fmt: skip
    begins_on = world.day + dt.timedelta(days=20)
    half = won.amount_fen // 2
    draft = ContractDraft(
        place=world.places[MAIN_STREET],
        agency=won.agency,
        title="楼门长能力培育",
        number="QH2026-21",
        kind="project",
        amount_fen=won.amount_fen,
        starts_on=begins_on,
        ends_on=begins_on + dt.timedelta(days=180),
        terms=_terms(world),
        instalments=(
            InstalmentDraft(half, begins_on.year, begins_on, "合同签订后", is_on_signing=True),
            InstalmentDraft(
                won.amount_fen - half,
                begins_on.year + 1,
                begins_on + dt.timedelta(days=190),
                "期满验收合格后",
            ),
        ),
        communities=(world.places[MAIN_COMMUNITY],),
        plan=made.plan,
        award=won,
    )
    rules = rules_for(MAIN_STREET, world.day)
    world.act(draft_contract, draft, by=f"handler:{MAIN_STREET}", rules=rules)


def publish_open_round(world: World) -> None:
    """Publish a round that closes after the story's last day."""
    _publish(world, "tender:now-3", "为老助餐与陪诊服务", 12, 1)


def ask_about_round(world: World) -> None:
    """Let an agency ask about the open round."""
    text = "公告中的“服务时数”是否包含入户路途时间？"
    world.act(query.raise_query, world.tenders["tender:now-3"], "inquiry", text, by=f"head:{MAIN_AGENCY}")


def draft_round_without_holders(world: World) -> None:
    """Draft a round whose seal waits for two of its holders."""
    approved = _plan(world, "残障居民社区融入服务", "approved")
    draft = tender.TenderDraft(
        title="残障居民社区融入服务比选",
        notice="青禾街道办事处拟公开比选。",
        requirements="依法登记的社会服务机构。",
        closes_at=at(world.district.ends_on + dt.timedelta(days=14), 9),
        buyer=world.people[f"handler:{MAIN_STREET}"],
        criteria=buying.TABLE,
    )
    made = world.act(tender.draft_tender, approved, draft, by=f"handler:{MAIN_STREET}")
    world.act(seal.hold_seal, made, by=f"handler:{MAIN_STREET}")


def plans_waiting(world: World) -> None:
    """Leave one plan to the chief and one to the leader."""
    _plan(world, "暑期托管服务", "submitted")
    _plan(world, "独居老人夜间关爱服务", "checked")


def acceptances_asked(world: World) -> None:
    """Ask for the acceptance of the middle instalments that lie on desks today."""
    for short, state in money.LAST_STEPS.items():
        key = f"contract:{short}"
        money.ask_acceptance(world, key, 2)
        if state != "requested":
            money.answer_acceptance(world, key, 2)


def claims_on_desks(world: World) -> None:
    """Leave a claim on each desk: handler, leader, finance, and one sent back to its agency."""
    for short, state in money.LAST_STEPS.items():
        if state == "requested":
            continue
        claim = money.submit(world, f"contract:{short}", 2)
        street = claim.contract.place_id
        if state == "returned":
            world.act(
                return_claim, claim, missing="发票抬头有误，请重开", cause="invoice",
                by=f"handler:{street}",
            )  # fmt: skip
        if state in {"checked", "approved"}:
            world.act(check_claim, claim, by=f"handler:{street}")
        if state == "approved":
            world.act(approve_claim, claim, by=f"leader:{street}")


def tasks_and_sessions(world: World) -> None:
    """Leave off-plan tasks to confirm and a supervision for its worker to state."""
    worker = Staffing.objects.filter(
        contract=world.contracts["contract:2025-02"], place_id=MAIN_COMMUNITY, until_on=None
    ).first()
    if worker is None:
        return
    who = world.key_of(worker.user_id)
    for asker, what in (("community", "协助统计养犬户数"), ("street", "协助布置街道文艺汇演会场")):
        world.act(record_task, TaskDraft(worker, asker, what, world.day, 90), by=who)
    world.act(
        log_supervision, worker, held_on=world.day, topic="个案督导", minutes=60,
        by=f"supervisor:{MAIN_AGENCY}",
    )  # fmt: skip


def fresh_needs(world: World) -> None:
    """Take in what came in the last days and is not yet sorted."""
    for text, theme, is_private in FRESH_NEEDS:
        draft = NeedDraft(
            place=world.places[MAIN_COMMUNITY], text=text, theme=theme, building="3号楼",
            is_private=is_private,
        )  # fmt: skip
        world.done["raise_need"] += 1
        raise_need(draft, by=PUBLIC, now=world.now())


def needs_to_buy(world: World) -> None:
    """Take in needs that the small purchases of these weeks stand on."""
    texts = ("想有人上门给卧床老人洗澡", "楼门长没人培训，遇到纠纷不会劝", "中午没地方吃饭，想有老年餐",
             "轮椅出门没人推，想参加活动", "暑假孩子没人管", "夜里一个人害怕，想有人打个电话")  # fmt: skip
    for text in texts:
        draft = NeedDraft(place=world.places[MAIN_COMMUNITY], text=text, theme="elderly")
        world.done["raise_need"] += 1
        need = raise_need(draft, by=PUBLIC, now=world.now())
        triage = Triage("buy", answer="列入近期采购计划")
        world.act(triage_need, need, triage, by=f"handler:{MAIN_STREET}")


def people_of_the_office(world: World) -> None:
    """Invite a colleague, and ask for the reset of a lost second factor: it waits for a second person."""
    operator, street = f"operator:{MAIN_STREET}", world.places[MAIN_STREET]
    invited = Invited("江一帆", Role.HANDLER, place=street, invited_from=street)
    world.act(invite_person, invited, by=operator)
    reason = "手机摔坏，验证器无法打开，已当面核对身份"
    finance = world.people[f"finance:{MAIN_STREET}"]
    world.act(ask_access_reset, finance, "second_factor", reason, place=street, by=operator)


Step = Callable[[World], None]
SCRIPT: dict[int, tuple[Step, ...]] = {
    30: (needs_to_buy,),
    26: (begin_rounds,),
    20: (bid_in_rounds,),
    17: (open_rounds,),
    14: (acceptances_asked,),
    12: (draft_small_contract,),
    7: (publish_open_round, draft_round_without_holders),
    5: (claims_on_desks, plans_waiting),
    3: (people_of_the_office,),
    2: (rehearse,),
    1: (tasks_and_sessions, ask_about_round),
    0: (fresh_needs,),
}
"""Days before the last → what is done then."""
