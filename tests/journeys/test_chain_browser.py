"""The whole chain in a real Chromium against a running server: each step pressed and typed by whose step it is.

Residents, social workers and the community hold a phone of 390 pixels, the offices sit at a screen. Nothing is
made beforehand but the people; each finds his way by the links that his own pages offer. Every page met is read
by axe with its parts unfolded, must not be wider than its screen and must leave the console silent.
"""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.journeys import scenario as story
from tests.journeys.house import House
from tests.journeys.visitor import Visitor, word_file
from tests.procurement.builders_tender import PRICES
from tests.web.browser import a_browser, chromium_path

pytestmark = [pytest.mark.browser]

PANEL = ("expert", "expert_two", "expert_three", "resident", "chief", "handler", "leader")
BIDDERS = {"agency_head": story.WINNER, "agency_head_2": story.LOSER, "agency_head_3": "和邻公益发展中心"}
ANSWERS = 6
"""Fewer than five are never shown."""


class Cast:
    """Everyone who has come to a browser so far, each in his own context."""

    def __init__(self, browser: Browser, house: House) -> None:
        self.browser, self.house, self.visitors = browser, house, {}

    def __call__(self, who: str) -> Visitor:
        if who not in self.visitors:
            self.visitors[who] = Visitor(self.browser, self.house, who)
        return self.visitors[who]

    def faults(self) -> tuple[list[str], int]:
        """Return what was found on all pages, and how many were read."""
        everyone = self.visitors.values()
        return [fault for each in everyone for fault in each.faults], sum(each.count for each in everyone)


@pytest.fixture
def house(tmp_path) -> Iterator[House]:
    chromium_path()
    running = House(tmp_path, story.RAISED_AT)
    yield running
    running.stop()


def raise_and_sort(who: Cast) -> str:
    """Say a need on a phone without an account; sort it to be bought and clear its words."""
    outsider, handler = who("outsider"), who("handler")
    outsider.go("/")
    outsider.follow("/needs/new/")
    receipt = re.search(r"\w{4}-\w{4}-\w{4}", outsider.send(**story.NEED)).group()
    handler.go("/desk/")
    handler.follow("/needs/*/")
    handler.follow("/needs/*/buy/")
    assert "拟购买服务" in handler.send()
    handler.follow("/needs/*/clear/")
    assert story.CLEARED in handler.send(public_text=story.CLEARED)
    return receipt


def plan_with_money(who: Cast) -> None:
    """Enter the budget line, draft the plan from the need, submit, check, record the decision."""
    finance, handler = who("finance"), who("handler")
    finance.go("/desk/")
    finance.follow("/budget/new/")
    assert "2,000,000.00" in finance.send(**story.BUDGET_LINE)
    handler.follow("/plans/")
    handler.follow("/plans/new/")
    handler.send(**story.PLAN, needs=[story.WORDS], budget_line="社区服务购买")
    assert "待科室审核" in handler.follow("/plans/*/submit/")
    for role, step in (("chief", "check"), ("leader", "approve")):
        who.house.at(story.DECIDED_AT)
        who(role).go("/desk/")
        who(role).follow("/plans/*/")
        who(role).follow(f"/plans/*/{step}/")
    assert "已批准" in who("leader").send(**story.PLAN_DECISION)


def publish(who: Cast) -> dict[str, str]:
    """Draft the round, give three holders their words, publish; return the words only they have seen."""
    handler, words = who("handler"), {}
    handler.go("/plans/")
    handler.follow("/plans/*/")
    handler.follow("/plans/*/tender/")
    handler.send(closes_at=story.CLOSES_AT, buyer="周敏")
    for role in story.HOLDERS:
        holder = who(role)
        holder.go("/desk/")
        holder.follow("/tenders/*/")
        holder.follow("/tenders/*/hold/")
        words[role] = " ".join(holder.page.locator("ol.card code").all_inner_texts())
        holder.follow("/tenders/*/")
    handler.page.reload()
    handler.follow("/tenders/*/publish/")
    outsider = who("outsider")
    outsider.go("/tenders/notices/")
    assert "已冻结" in outsider.follow("/tenders/notices/*/")
    return words


def bid(who: Cast) -> None:
    """Three agencies send sealed bids and get a receipt; the street reads none of them."""
    for role, name in BIDDERS.items():
        head = who(role)
        head.go("/desk/")
        head.follow("/tenders/*/bid/")
        told = head.send(price_fen=PRICES[name], summary=f"{name}的做法", file=word_file(name))
        assert "核验码" in told
        head.follow("/bids/*/")
    handler = who("handler")
    handler.go("/tenders/")
    seen = handler.follow("/tenders/*/")
    assert not any(name in seen for name in BIDDERS.values())


def open_and_score(who: Cast, words: dict[str, str]) -> None:
    """The hour has closed the round: draw the panel, open with the words of two holders, mark, rank."""
    handler = who("handler")
    handler.go("/desk/")
    handler.follow("/tenders/*/")
    handler.follow("/tenders/*/draw/")
    handler.follow("/tenders/*/open/")
    handler.send(
        first="handler", first_words=words["handler"], second="discipline", second_words=words["discipline"]
    )
    members = [role for role in PANEL if mark_if_drawn(who(role))]
    assert len(members) >= 3
    handler.go("/tenders/")
    handler.follow("/tenders/*/")
    assert story.WINNER in handler.follow("/tenders/*/rank/")


def mark_if_drawn(member: Visitor) -> bool:
    """Let a member of the panel declare himself free and mark every bid, the winner's highest."""
    if "打分" not in member.go("/desk/"):
        return False
    member.follow("/seats/*/")
    member.follow("/seats/*/declare/")
    member.follow("/seats/*/score/")
    for field in member.page.locator('form.form input[type="number"]').all():
        is_best = story.WINNER in (field.get_attribute("aria-label") or field.evaluate(LABEL))
        field.fill("88" if is_best else "72")
    member.send()
    return True


LABEL = "each => each.labels[0].innerText"


def award_and_sign(who: Cast) -> None:
    """Record the decision; a loser reads why; draft the contract, write its text, sign."""
    handler, leader = who("handler"), who("leader")
    leader.go("/tenders/")
    leader.follow("/tenders/*/")
    leader.follow("/tenders/*/award/")
    leader.send(**story.AWARD_DECISION)
    loser = who("agency_head_2")
    loser.go("/bids/")
    loser.follow("/bids/*/")
    assert "贵机构第" in loser.follow("/bids/*/reasons/")
    who.house.at(story.SIGNED_AT)
    handler.go("/tenders/")
    handler.follow("/tenders/*/")
    handler.follow("/awards/*/")
    handler.follow("/awards/*/contract/")
    handler.send(**story.CONTRACT)
    assert handler.fetch("/contracts/*/text/").endswith(".docx")
    handler.follow("/contracts/*/sign/")
    scan = {"name": "合同.pdf", "mimeType": "application/pdf", "buffer": story.PDF}
    handler.send(signed_on="2026-03-31", scan=scan)
    who.house.at(story.STARTED_AT)
    handler.go("/contracts/")
    assert "服务中" in handler.follow("/contracts/*/"), "its first day starts it"


def serve(who: Cast) -> None:
    """Place a worker; she logs a visit in a few taps and a task beside the plan; the asker confirms it."""
    head, worker, community = who("agency_head"), who("social_worker"), who("community")
    head.go("/contracts/")
    head.follow("/contracts/*/")
    head.follow("/contracts/*/staffing/")
    head.follow("/contracts/*/staffing/place/")
    head.send(user="苏晴", **story.STAFFING)
    who.house.at(story.SERVED_AT)
    for title in story.VISITS:
        worker.go("/desk/")
        worker.follow("/activities/log/")
        worker.send(title=title, needs=[story.CLEARED], **story.VISIT)
    worker.go("/off-plan/")
    worker.follow("/off-plan/record/")
    worker.send(**story.OFF_PLAN)
    community.go("/desk/")
    community.follow("/off-plan/*/")
    assert "已确认" in community.follow("/off-plan/*/confirm/")


def accept_and_pay(who: Cast) -> None:
    """Ask for acceptance, hear a user, accept; claim, check, approve, voucher: four people."""
    head, community, handler = who("agency_head"), who("community"), who("handler")
    head.go("/contracts/")
    head.follow("/contracts/*/")
    head.follow("/instalments/*/acceptance/")
    head.send()
    community.go("/desk/")
    community.follow("/acceptances/*/")
    community.follow("/acceptances/*/hear/")
    community.send(**story.OPINION)
    handler.go("/desk/")
    handler.follow("/acceptances/*/")
    handler.follow("/acceptances/*/accept/")
    assert "51,600.00" in handler.send(**story.PAYABLE)
    who.house.at(story.PAID_AT)
    head.go("/contracts/")
    head.follow("/contracts/*/")
    head.follow("/instalments/*/claim/", which=-1)
    head.send(**story.CLAIM)
    for role, step in (("handler", "check"), ("leader", "approve"), ("finance", "record-payment")):
        who(role).go("/desk/")
        who(role).follow("/claims/*/")
        who(role).follow(f"/claims/*/{step}/")
    assert story.VOUCHER in who("finance").send(**story.PAYMENT)


def evaluate(who: Cast) -> None:
    """The community lists its doors, the evaluator draws some; one answers by code, the others by telephone."""
    community, handler, evaluator = who("community"), who("handler"), who("evaluator")
    who.house.at(story.NOTICED_AT)
    community.go("/desk/")
    community.follow("/doors/add/")
    community.follow("/doors/import/")
    rows = "\n".join(",".join(pair) for pair in (("楼栋", "门牌号"), *story.DOORS))
    sheet = {"name": "门牌.csv", "mimeType": "text/csv", "buffer": rows.encode()}
    assert f"共 {len(story.DOORS)} 户" in community.send(sheet=sheet)
    handler.go("/contracts/")
    handler.follow("/contracts/*/")
    handler.follow("/contracts/*/evaluation/")
    handler.send(**story.EVALUATION)
    who.house.at(story.ASKED_AT)
    evaluator.go("/desk/")
    evaluator.follow("/evaluations/*/")
    evaluator.follow("/evaluations/*/draw/")
    evaluator.follow("/evaluations/*/start-asking/")
    evaluator.follow("/evaluations/*/letters/")
    code = evaluator.page.locator("article strong").first.inner_text()
    neighbour = who("outsider")
    neighbour.go(f"/e/{code}/")
    neighbour.send(**story.ANSWER)
    evaluator.page.go_back()
    evaluator.follow("/evaluations/*/doors/")
    for _each in range(ANSWERS - 1):
        evaluator.follow("/sampled/*/")
        evaluator.send(**story.ANSWER)
    who.house.at(story.SUMMED_AT)
    evaluator.go("/desk/")
    evaluator.follow("/evaluations/*/")
    evaluator.follow("/evaluations/*/draft-result/")
    traced = evaluator.follow("/evaluations/*/trace/")
    assert not re.search("[a-z]{2,} [a-z]{2,}", traced), (
        "how a figure was made is said in the reader's language"
    )
    head = who("agency_head")
    head.go("/desk/")
    head.follow("/evaluations/*/")
    who.house.at(story.FINAL_AT)
    evaluator.go("/evaluations/")
    assert "已定稿" in evaluator.follow("/evaluations/*/"), "nobody asked for a review in time"


def resident_speaks(who: Cast, receipt: str) -> None:
    """The one who said it says by his receipt what came of it."""
    outsider = who("outsider")
    outsider.go("/")
    outsider.follow("/n/status/")
    outsider.send(receipt=receipt)
    outsider.fill(remark=story.OWN_WORD["remark"])
    assert "已解决" in outsider.choose("word", story.OWN_WORD["word"])


def review(who: Cast) -> None:
    """Advise on the terms of the contract, decide together, and let everyone read it."""
    handler = who("handler")
    handler.go("/contracts/")
    handler.follow("/contracts/*/")
    handler.follow("/contracts/*/annual-review/")
    handler.follow("/annual-reviews/*/advise/")
    handler.follow("/annual-reviews/*/decide/")
    handler.send(**story.REVIEW_DECISION)
    handler.follow("/public/annual-reviews/*/")


def look_back(who: Cast) -> None:
    """The auditor goes from the yuan to the need; the public reads the contract; the log holds."""
    auditor, outsider = who("auditor"), who("outsider")
    auditor.go("/claims/")
    auditor.follow("/claims/*/")
    behind = auditor.follow("/chain/claim/*/")
    assert story.WORDS in behind
    assert "51,600.00" in behind
    outsider.go("/public/contracts/")
    outsider.follow("/public/contracts/*/")
    outsider.go("/log/")


def test_the_chain_is_walked_in_a_browser_as_every_role_it_touches(house):
    with a_browser() as browser:
        who = Cast(browser, house)
        receipt = raise_and_sort(who)
        house.at(story.PLANNED_AT)
        plan_with_money(who)
        house.at(story.PUBLISHED_AT)
        words = publish(who)
        house.at(story.BID_AT)
        bid(who)
        house.at(story.OPENED_AT)
        open_and_score(who, words)
        house.at(story.AWARDED_AT)
        award_and_sign(who)
        serve(who)
        house.at(story.ACCEPTED_AT)
        accept_and_pay(who)
        house.at(story.HEARD_AT)
        resident_speaks(who, receipt)
        evaluate(who)
        house.at(story.REVIEWED_AT)
        review(who)
        look_back(who)
        faults, count = who.faults()
        print(f"\n{count} pages read as {len(who.visitors)} people, {len(faults)} faults")

    assert not faults, "\n".join(faults)
