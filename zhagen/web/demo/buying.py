"""Buying in the demo: running contracts of the first year, then plans, sealed rounds, awards, contracts."""

import datetime as dt
import io
import zipfile
from collections.abc import Mapping
from typing import Any

from zhagen.core.buying.plan import Decision
from zhagen.core.contract_terms import ContractTerms, default_terms
from zhagen.core.scoring.acceptance import Promise
from zhagen.lab.district import PURCHASE_DAYS, ContractPlan
from zhagen.lab.district_work import Payment, work_of
from zhagen.lab.world_events import EventKind, WorldEvent, bids_of
from zhagen.parties.actions.tie import declare_tie, end_tie
from zhagen.parties.rules import rules_for
from zhagen.procurement.actions import award, bid, budget, panel, plan, score, seal, tender
from zhagen.procurement.actions.contract import (
    ContractDraft,
    HandoverResult,
    InstalmentDraft,
    draft_contract,
    end_contract,
    sign_contract,
    start_contract,
)
from zhagen.procurement.actions.paper import add_paper, keep_content
from zhagen.procurement.models import BudgetLine, Need
from zhagen.web.demo.needs import begin_hand_over, serve
from zhagen.web.demo.world import Handler, World, at

YEAR_FEN = 200_000_000
SEALED = ("2025-02", "2025-03", "2025-05")
"""Rounds held in the product; the others were awarded on the finance department's platform and recorded."""

OUTSIDE_METHOD = "consultation"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
BODY, ATTENDEES = "主任办公会", 5
CLOSING_HOUR = 8
CATEGORIES = ("social_work", "elderly", "children", "mediation", "culture")
LINE_TITLES = ("社区社会工作服务", "为老服务", "困境家庭服务", "邻里共治", "岗位社工服务")
TABLE = (
    tender.CriterionDraft("price", "报价", 2000),
    tender.CriterionDraft("hours", "承诺服务时数", 2000),
    tender.CriterionDraft(
        "quality", "对需求的理解", 3000, "写明每条需求怎么办的 80–100 分；只有套话的 0–40 分"
    ),
    tender.CriterionDraft("quality", "人员稳定与督导", 3000, "固定社工、接替安排、督导计划各占三分之一"),
)
"""Two hard lines and two that the panel marks, in the order of the district's criteria."""

MARKED = ("need_understanding", "team_stability")


def a_file(text: str) -> bytes:
    """Return a small Word file with one paragraph."""
    whole = io.BytesIO()
    kinds = "http://schemas.openxmlformats.org/package/2006/content-types"
    words = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", f'<?xml version="1.0"?><Types xmlns="{kinds}"/>')
        archive.writestr(
            "word/document.xml",
            f'<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="{words}"><w:body><w:p><w:r>'
            f"<w:t>{text}</w:t></w:r></w:p></w:body></w:document>",
        )
    return whole.getvalue()


def tie_declared(world: World, event: WorldEvent) -> None:
    """Declare a tie by its own person, and its end where it has one."""
    said = event.figures
    organisation = world.organisations[str(said["organisation"])]
    tie = world.act(declare_tie, organisation, said["kind"], said["since"], by=event.actor)
    if said["until"]:
        world.act(end_tie, tie, said["until"], by=event.actor)


def line_of(world: World, street: str, lot: int) -> BudgetLine:
    """Return this year's budget line of a lot; finance enters it when it is first drawn on."""
    code = f"20802{lot % len(LINE_TITLES) + 1:02d}"
    found = BudgetLine.objects.filter(place_id=street, year=world.day.year, code=code).first()
    if found is not None:
        return found
    arrived_on = dt.date(world.day.year, 3, 1)
    draft = budget.LineDraft(
        world.places[street], world.day.year, code, LINE_TITLES[lot % len(LINE_TITLES)],
        YEAR_FEN // 2, min(arrived_on, world.day),
    )  # fmt: skip
    line: BudgetLine = world.act(budget.add_budget_line, draft, by=f"finance:{street}")
    return line


def lot_of(contract: ContractPlan) -> int:
    """Return the number of a contract's lot, from 0."""
    return int(contract.key.rpartition("-")[2]) - 1


def promises_of(contract: ContractPlan) -> tuple[Promise, ...]:
    """Return what a contract promises: a fifth of the planned sessions of each kind, and hours."""
    each = contract.promised_sessions // 6
    return (
        Promise("visits", "count", each),
        Promise("group_sessions", "count", each),
        Promise("community_activities", "count", each),
        Promise("hours", "hours", contract.promised_sessions, takes_off_plan=True),
    )


def terms_of(world: World, contract: ContractPlan) -> ContractTerms:
    """Return the office's usual terms with the promises of a contract."""
    return default_terms(rules_for(contract.street, world.day), promises_of(contract))


def title_of(world: World, contract: ContractPlan) -> str:
    """Return the title with the communities it serves, so that no two read alike."""
    names = [world.places[code].name.removesuffix("社区") for code in contract.communities]
    return f"{'、'.join(names)}{contract.title}"


def decision_of(world: World, kind: str) -> Decision:
    """Return a collective decision of today."""
    number = f"{kind}〔{world.day.year}〕{world.day.timetuple().tm_yday}号"
    return Decision(BODY, number, world.day, ATTENDEES)


def is_imported(world: World, key: str) -> bool:
    """Whether a contract was already agreed when the office began with the product."""
    planned_on = world.plan_of(key).starts_on - dt.timedelta(days=PURCHASE_DAYS)
    return (planned_on - world.district.begins_on).days < PURCHASE_DAYS


def is_sealed(key: str) -> bool:
    """Whether a round is held in the product itself."""
    return key.rpartition(":")[2] in SEALED


def plan_made(world: World, event: WorldEvent) -> None:
    """Draft the plan with the needs that wait for it, hand it in, let the chief check it."""
    if is_imported(world, event.subject):
        return
    contract = world.plan_of(event.subject)
    needs = [Need.objects.get(pk=each.pk) for each in world.waiting[contract.key]]
    budget_fen = int(str(event.figures["budget_fen"]))
    draft = plan.PlanDraft(
        title=title_of(world, contract),
        kind=contract.kind,
        category=CATEGORIES[lot_of(contract) % len(CATEGORIES)],
        method="selection" if is_sealed(event.subject) else OUTSIDE_METHOD,
        content="按本片区居民提出并归类的需求，提供走访、小组和社区服务；以需求是否由提出人确认已解决为准。",
        budget_line=line_of(world, contract.street, lot_of(contract)),
        budget_fen=budget_fen,
        year_fen=budget_fen * 2 // 5,
        term_months=12,
        needs=[each for each in needs if each.state == "to_buy"],
        communities=[world.places[code] for code in contract.communities],
        no_needs_reason="" if needs else "入户走访汇总的共性需求",
        not_reserved_reason="承接主体为社会服务机构，不属于中小企业",
        terms=terms_of(world, contract),
    )
    street = contract.street
    made = world.act(plan.draft_plan, draft, by=f"handler:{street}")
    made = world.act(plan.submit_plan, made, by=f"handler:{street}")
    world.plans[event.subject] = world.act(plan.check_submitted_plan, made, by=f"chief:{street}")


def decided(world: World, event: WorldEvent) -> None:
    """Approve a plan by the minutes of the meeting."""
    if not is_imported(world, event.subject):
        made = world.plans[event.subject]
        decision = decision_of(world, "办公会纪要")
        world.plans[event.subject] = world.act(plan.approve_plan, made, decision, by=event.actor)


def tender_published(world: World, event: WorldEvent) -> None:
    """Draft the round, hand out the holders' words, publish the notice."""
    if is_imported(world, event.subject):
        return
    contract, closes_on = world.plan_of(event.subject), event.figures["closes_on"]
    assert isinstance(closes_on, dt.date)
    made, title = world.plans[str(event.figures["plan"])], title_of(world, contract)
    if is_sealed(event.subject):
        publish(world, event.subject, made, at(closes_on, CLOSING_HOUR), title=f"{title}比选")
        return
    draft = tender.TenderDraft(title=f"{title}竞争性磋商", notice="公告见财政部门采购平台")
    by = f"handler:{contract.street}"
    world.tenders[event.subject] = world.act(tender.draft_tender, made, draft, by=by)


def publish(world: World, key: str, of: Any, closes_at: dt.datetime, *, title: str, experts: int = 1) -> None:
    """Publish a selection of a plan under a key."""
    street = of.place_id
    draft = tender.TenderDraft(
        title=title,
        notice=f"{of.place.name}办事处现就{title.removesuffix('比选')}公开比选，欢迎符合条件的社会服务机构响应。",
        requirements="依法登记的社会服务机构，最近一次年检合格。",
        closes_at=closes_at,
        expert_seats=experts,
        buyer=world.people[f"handler:{street}"],
        criteria=TABLE,
    )
    made = world.act(tender.draft_tender, of, draft, by=f"handler:{street}")
    for role in ("handler", "finance", "discipline"):
        held = world.act(seal.hold_seal, made, by=f"{role}:{street}")
        world.words[key][role] = held.words
    world.tenders[key] = world.act(tender.publish_tender, made, by=f"handler:{street}")


def bid_submitted(world: World, event: WorldEvent) -> None:
    """Seal an agency's bid and hand it in."""
    key, agency = str(event.figures["tender"]), event.actor
    if is_sealed(key):
        hand_in(world, key, agency, int(str(event.figures["amount_fen"])), int(str(event.figures["hours"])))


def hand_in(world: World, key: str, agency: str, amount_fen: int, hours: int) -> None:
    """Hand in a bid of an agency for a round."""
    name = world.organisations[agency].name
    draft = bid.BidDraft(amount_fen, hours, f"{name}的策划书摘要", a_file(f"{name}策划书"))
    world.done["submit_bid"] += 1
    bid.submit_bid(
        world.tenders[key], draft, by=world.actors[f"head:{agency}"], received_at=world.now()
    )  # fmt: skip


def bids_opened(world: World, event: WorldEvent) -> None:
    """Close the round, draw the panel, open the bids with two holders' words."""
    if is_sealed(event.subject):
        open_round(world, event.subject)


def open_round(world: World, key: str) -> None:
    """Bring a round from its deadline to the opened bids."""
    made = world.tenders[key]
    street = made.plan.place_id
    made = world.act(tender.close_tender, made, by="system")
    world.act(panel.draw_panel, made, by=f"discipline:{street}")
    typed = tuple(seal.HolderTyped(kind, world.words[key][kind]) for kind in ("handler", "finance"))
    world.tenders[key] = world.act(seal.open_round, made, typed, by=f"handler:{street}")


def bid_marked(world: World, event: WorldEvent) -> None:
    """Collect the marks of a bid; with the last one the panel hands in its sheets."""
    key = str(event.figures["tender"])
    if not is_sealed(key):
        return
    world.marks[key].append(event)
    if len(world.marks[key]) == world.tenders[key].bids.count():
        _mark_all(world, key)


def _mark_all(world: World, key: str) -> None:
    made = world.tenders[key]
    made.refresh_from_db()
    agency_of = _agencies_of(world, key)
    given = {agency_of[each.subject]: each.figures for each in world.marks[key]}
    for number, seat in enumerate(panel.active(made).order_by("kind", "pk")):
        who = world.key_of(seat.user_id)
        world.act(panel.declare_free, seat, by=who)
        world.act(score.hand_in_sheet, seat, _sheet(made, given, number), by=who)
    made = world.act(score.finish_scoring, made, by=f"handler:{made.plan.place_id}")
    world.tenders[key] = made


def mark_evenly(world: World, key: str) -> None:
    """Mark a round's bids by hours alone, each member a little differently, and finish the scoring."""
    made = world.tenders[key]
    made.refresh_from_db()
    for number, seat in enumerate(panel.active(made).order_by("kind", "pk")):
        who = world.key_of(seat.user_id)
        marks = {
            (str(each.pk), str(line.pk)): min(95, (each.hours or 0) // 4 + number)
            for each in score.standing_bids(made)
            for line in score.marked_criteria(made)
        }
        world.act(panel.declare_free, seat, by=who)
        world.act(score.hand_in_sheet, seat, score.Sheet(marks), by=who)
    world.tenders[key] = world.act(score.finish_scoring, made, by=f"handler:{made.plan.place_id}")


def _agencies_of(world: World, key: str) -> dict[str, str]:
    bids = bids_of(world.district, world.plan_of(key))
    return {f"bid:{each.key}": str(world.organisations[each.agency].pk) for each in bids}


def _sheet(made: Any, given: Mapping[str, Mapping[str, Any]], number: int) -> score.Sheet:
    marks = {}
    for each in score.standing_bids(made):
        for criterion, line in zip(MARKED, score.marked_criteria(made), strict=True):
            row = given[str(each.agency_id)][criterion]
            marks[(str(each.pk), str(line.pk))] = row[number % len(row)]
    return score.Sheet(marks)


def award_made(world: World, event: WorldEvent) -> None:
    """Decide the award by the minutes of a meeting, or record the one made outside with its letter."""
    made = world.tenders.get(event.subject)
    if made is None:
        return
    decision = decision_of(world, "成交纪要")
    if is_sealed(event.subject):
        made.refresh_from_db()
        world.act(award.decide_award, made, decision, by=event.actor)
        return
    handler = f"handler:{made.plan.place_id}"
    letter = a_file(f"{made.title}成交通知书")
    world.act(
        add_paper, made, award.OUTSIDE_PAPER, "成交通知书", content=letter, content_type=DOCX, by=handler
    )  # fmt: skip
    agency = world.organisations[str(event.figures["agency"])]
    amount_fen = int(str(event.figures["amount_fen"]))
    world.act(award.record_outside_award, made, agency, amount_fen, decision, by=handler)


def contract_signed(world: World, event: WorldEvent) -> None:
    """Draft and sign the contract; one of the first year is entered as already running."""
    drafted = world.plan_of(event.subject)
    made = world.tenders.get(event.subject.replace("contract:", "tender:"))
    of = made.award if made is not None else None
    previous = world.contracts.get(drafted.previous)
    draft = ContractDraft(
        place=world.places[drafted.street],
        agency=of.agency if of else world.organisations[drafted.agency],
        title=title_of(world, drafted),
        number=drafted.number,
        kind=drafted.kind,
        amount_fen=of.amount_fen if of else drafted.amount_fen,
        starts_on=drafted.starts_on,
        ends_on=drafted.ends_on,
        terms=terms_of(world, drafted),
        instalments=_instalments(world, drafted, of.amount_fen if of else drafted.amount_fen),
        communities=tuple(world.places[code] for code in drafted.communities),
        plan=made.plan if made else None,
        award=of,
        previous=previous,
        origin="award" if of else "imported",
    )
    handler = f"handler:{drafted.street}"
    rules = rules_for(drafted.street, world.day)
    contract = world.act(draft_contract, draft, by=handler, rules=rules)
    scan = keep_content(a_file(f"{drafted.number} 盖章扫描件"))
    contract = world.act(sign_contract, contract, signed_on=world.day, scan_digest=scan, by=handler)
    world.contracts[event.subject] = contract
    world.later(drafted.starts_on, _start, event.subject)
    world.later(drafted.ends_on - dt.timedelta(days=30), begin_hand_over, event.subject)
    world.later(drafted.ends_on + dt.timedelta(days=6), _end, event.subject)


def _instalments(world: World, drafted: ContractPlan, amount_fen: int) -> tuple[InstalmentDraft, ...]:
    """Return the district's payments as instalments; the last takes the difference to the award."""
    payments: tuple[Payment, ...] = work_of(world.district, drafted).payments
    less = sum(each.amount_fen for each in payments) - amount_fen
    conditions = ("合同签订后", "中期履约验收合格后", "期满履约验收合格后")
    return tuple(
        InstalmentDraft(
            each.amount_fen - (less if each is payments[-1] else 0),
            each.due_on.year,
            each.due_on,
            condition,
            is_on_signing=each.order == 1,
        )
        for each, condition in zip(payments, conditions, strict=True)
    )


def _start(world: World, key: str) -> None:
    world.contracts[key] = world.act(start_contract, world.contracts[key], by="system")
    for need in world.unserved.pop(key, []):
        fresh = Need.objects.get(pk=need.pk)
        if fresh.state == "to_buy":
            serve(world, fresh, key)
    for need in world.waiting[key]:
        world.unserved[f"{key}/{need.place_id}"].append(need)


def _end(world: World, key: str) -> None:
    contract = world.contracts[key]
    done, by = (
        HandoverResult(0, 0, records_handed_in=True, residents_told=True),
        f"handler:{contract.place_id}",
    )
    world.contracts[key] = world.act(end_contract, contract, done, ended_on=contract.ends_on, by=by)


HANDLERS: dict[EventKind, Handler] = {
    EventKind.TIE_DECLARED: tie_declared,
    EventKind.PLAN_MADE: plan_made,
    EventKind.DECISION_RECORDED: decided,
    EventKind.TENDER_PUBLISHED: tender_published,
    EventKind.BID_SUBMITTED: bid_submitted,
    EventKind.BIDS_OPENED: bids_opened,
    EventKind.BID_MARKED: bid_marked,
    EventKind.AWARD_MADE: award_made,
    EventKind.CONTRACT_SIGNED: contract_signed,
}
