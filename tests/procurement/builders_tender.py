"""Plans, rounds and awards by the product's own actions, for whoever needs one to stand on.

`people` is what `tests.cast.cast()` returns. Every step has its own moment, so that the clocks fit.
"""

import datetime as dt
import io
import zipfile
from dataclasses import dataclass, field
from functools import cache

from tests.cast import COMMUNITY, STREET, Person, make_organisation, make_person
from zhagen.core.buying.plan import Decision
from zhagen.core.contract_terms import default_terms
from zhagen.core.scoring.acceptance import Promise
from zhagen.core.types import Role
from zhagen.parties.models import Place
from zhagen.parties.rules import rules_for
from zhagen.procurement.actions import award, bid, budget, panel, plan, score, seal, tender
from zhagen.procurement.models import Award, Bid, BudgetLine, Plan, Tender

DRAFTED_AT = dt.datetime(2026, 3, 2, 2, 0, tzinfo=dt.UTC)
PUBLISHED_AT = dt.datetime(2026, 3, 9, 2, 0, tzinfo=dt.UTC)
CLOSES_AT = dt.datetime(2026, 3, 19, 9, 0, tzinfo=dt.UTC)
OPENED_AT = dt.datetime(2026, 3, 20, 1, 0, tzinfo=dt.UTC)
AWARDED_AT = dt.datetime(2026, 3, 24, 1, 0, tzinfo=dt.UTC)
YUAN = 100
DECISION = Decision("主任办公会", "青禾办纪〔2026〕7号", dt.date(2026, 3, 6), 5)
AWARD_DECISION = Decision("主任办公会", "青禾办纪〔2026〕9号", dt.date(2026, 3, 23), 5)
PROMISES = (
    Promise("visits", "count", 240),
    Promise("group_sessions", "count", 24),
    Promise("hours", "hours", 1800, takes_off_plan=True),
)
TABLE = (
    tender.CriterionDraft("price", "报价", 2000),
    tender.CriterionDraft("hours", "承诺服务时数", 2000),
    tender.CriterionDraft(
        "quality", "对需求的理解", 3000, "写明每条需求怎么办的 80–100 分；只有套话的 0–40 分"
    ),
    tender.CriterionDraft("quality", "人员稳定与督导", 3000, "固定社工、接替安排、督导计划各占三分之一"),
)


@cache  # a zip archive holds the time of its making, and two of the same file must be equal
def a_docx(text: str = "策划书") -> bytes:
    """Return the smallest Word file that passes the checks."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        )
        archive.writestr(
            "word/document.xml",
            '<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="http://schemas.openxmlformats.org/'
            f'wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>',
        )
    return whole.getvalue()


def a_budget_line(
    people: dict[str, Person], amount_yuan: int = 2_000_000, code: str = "2080299"
) -> BudgetLine:
    """Return a line of the street's budget of 2026."""
    found = BudgetLine.objects.filter(place_id=STREET, year=2026, code=code).first()
    if found:
        return found
    place = Place.objects.get(pk=STREET)
    draft = budget.LineDraft(place, 2026, code, "社区服务购买", amount_yuan * YUAN, dt.date(2026, 2, 20))
    return budget.add_budget_line(draft, by=people["finance"].actor, now=DRAFTED_AT)


def a_plan_draft(people: dict[str, Person], **changes) -> plan.PlanDraft:
    """Return a complete draft of a project of 180,000 yuan by selection; `changes` replace fields."""
    line = changes.pop("budget_line", None) or a_budget_line(people)
    terms = default_terms(rules_for(STREET, DRAFTED_AT.date()), PROMISES)
    values = {
        "title": "东园社区独居老人支持服务",
        "kind": "project",
        "category": "elderly",
        "method": "selection",
        "content": "为东园社区独居老人提供定期探访、个案和互助小组，一年后多数老人的需求由本人确认已解决。",
        "budget_line": line,
        "budget_fen": 180_000 * YUAN,
        "year_fen": 135_000 * YUAN,
        "term_months": 12,
        "communities": [Place.objects.get(pk=COMMUNITY)],
        "no_needs_reason": "入户走访汇总的共性需求，清单见附件",
        "not_reserved_reason": "承接主体为社会服务机构，不属于中小企业",
        "terms": terms,
    }
    return plan.PlanDraft(**{**values, **changes})


def a_plan(people: dict[str, Person], state: str = "approved", **changes) -> Plan:
    """Return a plan in a state: draft, submitted, checked or approved."""
    made = plan.draft_plan(a_plan_draft(people, **changes), by=people["handler"].actor, now=DRAFTED_AT)
    if state == "draft":
        return made
    made = plan.submit_plan(made, by=people["handler"].actor, now=DRAFTED_AT)
    if state == "submitted":
        return made
    made = plan.check_submitted_plan(made, by=people["chief"].actor, now=DRAFTED_AT)
    if state == "checked":
        return made
    approved_at = DRAFTED_AT + dt.timedelta(days=5)
    return plan.approve_plan(made, DECISION, by=people["leader"].actor, now=approved_at)


@dataclass
class Round:
    """A round with what only people outside the server know."""

    tender: Tender
    words: dict[str, str] = field(default_factory=dict)
    receipts: dict[str, bid.Receipt] = field(default_factory=dict)
    heads: dict[str, Person] = field(default_factory=dict)

    def fresh(self) -> Tender:
        self.tender.refresh_from_db()
        return self.tender


def bidders(people: dict[str, Person], count: int = 3) -> dict[str, Person]:
    """Return heads of agencies by the agency's name; the cast's own agency comes first."""
    names = ["扎根社工服务中心", "同心社会工作服务社", "和邻公益发展中心", "春晖社区服务中心"][:count]
    heads = {names[0]: people["agency_head"]}
    for place, name in enumerate(names[1:], start=2):
        key = f"agency_head_{place}"
        if key not in people:
            agency = make_organisation(name)
            people[key] = make_person(key, f"{name[:2]}负责人", Role.AGENCY_HEAD, organisation=agency)
        heads[name] = people[key]
    return heads


def a_tender_draft(people: dict[str, Person], **changes) -> tender.TenderDraft:
    """Return a complete draft of a selection; `changes` replace fields."""
    values = {
        "title": "东园社区独居老人支持服务比选",
        "notice": "青禾街道办事处现就东园社区独居老人支持服务公开比选，欢迎符合条件的社会服务机构响应。",
        "requirements": "依法登记的社会服务机构或企业，最近一次年检合格。",
        "closes_at": CLOSES_AT,
        "buyer": people["chief"].user,
        "criteria": TABLE,
    }
    return tender.TenderDraft(**{**values, **changes})


PRICES = {"扎根社工服务中心": 172_000, "同心社会工作服务社": 165_000, "和邻公益发展中心": 178_000}


def a_round(people: dict[str, Person], state: str = "open", *, of: Plan | None = None, **changes) -> Round:
    """Return a selection in a state: draft, open, bids, closed, drawn, opened, marked, scored."""
    handler = people["handler"].actor
    made = tender.draft_tender(
        of or a_plan(people), a_tender_draft(people, **changes), by=handler, now=PUBLISHED_AT
    )
    round_ = Round(made)
    for role in ("handler", "finance", "discipline"):
        round_.words[role] = seal.hold_seal(made, by=people[role].actor, now=PUBLISHED_AT).words
    if state == "draft":
        return round_
    round_.tender = tender.publish_tender(made, by=handler, now=PUBLISHED_AT)
    steps = {
        "bids": _bid,
        "closed": _close,
        "drawn": _draw,
        "opened": _open,
        "marked": _mark,
        "scored": _score,
    }
    order = list(steps)
    for name in order[: order.index(state) + 1] if state in steps else []:
        steps[name](people, round_)
    round_.fresh()
    return round_


def _bid(people: dict[str, Person], round_: Round) -> None:
    round_.heads = bidders(people)
    for place, (name, head) in enumerate(round_.heads.items(), start=1):
        draft = bid.BidDraft(PRICES[name] * YUAN, 1700 + 100 * place, f"{name}的策划书摘要", a_docx(name))
        received = CLOSES_AT - dt.timedelta(hours=place)
        round_.receipts[name] = bid.submit_bid(round_.tender, draft, by=head.actor, received_at=received)


def _close(people: dict[str, Person], round_: Round) -> None:
    tender.close_tender(round_.tender, by=people["handler"].actor, now=CLOSES_AT)


def _draw(people: dict[str, Person], round_: Round) -> None:
    panel.draw_panel(round_.tender, by=people["handler"].actor, now=CLOSES_AT + dt.timedelta(minutes=5))


def _open(people: dict[str, Person], round_: Round) -> None:
    typed = tuple(seal.HolderTyped(kind, round_.words[kind]) for kind in ("handler", "finance"))
    seal.open_round(round_.tender, typed, by=people["handler"].actor, now=OPENED_AT)


def member(people: dict[str, Person], seat) -> Person:
    """Return the person of the cast who sits on a seat."""
    return next(each for each in people.values() if each.user and each.user.pk == seat.user_id)


def _mark(people: dict[str, Person], round_: Round) -> None:
    for place, seat in enumerate(panel.active(round_.fresh())):
        actor = member(people, seat).actor
        panel.declare_free(seat, by=actor, now=OPENED_AT)
        score.hand_in_sheet(seat, a_sheet(round_.tender, place), by=actor, now=OPENED_AT)


def a_sheet(of: Tender, place: int = 0) -> score.Sheet:
    """Return marks that make the cast's own agency win, a little different for each member."""
    best = "扎根社工服务中心"
    marks = {
        (str(each.pk), str(line.pk)): (88 if each.agency.name == best else 72) + place
        for each in score.standing_bids(of)
        for line in score.marked_criteria(of)
    }
    return score.Sheet(marks)


def mark_alike(people: dict[str, Person], round_: Round, points: int = 80) -> None:
    """Let every seat give every bid the same points, and finish the marking."""
    marks = {
        (str(each.pk), str(line.pk)): points
        for each in score.standing_bids(round_.tender)
        for line in score.marked_criteria(round_.tender)
    }
    for seat in panel.active(round_.tender):
        actor = member(people, seat).actor
        panel.declare_free(seat, by=actor, now=OPENED_AT)
        score.hand_in_sheet(seat, score.Sheet(marks), by=actor, now=OPENED_AT)
    _score(people, round_)


def _score(people: dict[str, Person], round_: Round) -> None:
    score.finish_scoring(round_.tender, by=people["handler"].actor, now=OPENED_AT + dt.timedelta(hours=3))


def a_tender(people: dict[str, Person], state: str = "open", **changes) -> Tender:
    """Return a selection in a state; use `a_round` where the holders' words are needed."""
    return a_round(people, state, **changes).tender


def an_award(people: dict[str, Person], **changes) -> Award:
    """Return the award of a selection that the cast's own agency won."""
    made = a_tender(people, "scored", **changes)
    return award.decide_award(made, AWARD_DECISION, by=people["leader"].actor, now=AWARDED_AT)


def bid_of(of: Tender, name: str) -> Bid:
    """Return an agency's bid in force."""
    return Bid.objects.get(tender=of, agency__name=name, withdrawn_at=None)
