"""The money that a community runs itself, from idea to receipts, in a real Chromium against a running server.

Residents say, co-sign and vote on a phone of 390 pixels without an account; each other person finds his way by
the links of his own pages. Every page met is read by axe. At the end plain python3 counts the published ballots
again and agrees with the page.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys import scenario_fund as story
from tests.journeys.house import House
from tests.journeys.scenario import PDF
from tests.journeys.test_chain_browser import Cast
from tests.journeys.visitor import Visitor
from tests.web.browser import a_browser, chromium_path

pytestmark = [pytest.mark.browser]


@pytest.fixture
def house(tmp_path) -> Iterator[House]:
    chromium_path()
    running = House(tmp_path, story.DRAFTED_AT, "tests.journeys.seeds_fund")
    yield running
    running.stop()


def begin(who: Cast) -> None:
    """The street drafts the cycle, another person opens it."""
    handler, chief = who("handler"), who("chief")
    handler.go("/desk/")
    handler.follow("/fund-cycles/")
    handler.follow("/fund-cycles/draft/")
    assert "10,000" in handler.send(**story.CYCLE)
    chief.go("/desk/")
    chief.follow("/fund-cycles/*/")
    assert "征集点子" in chief.follow("/fund-cycles/*/open/")


def say_ideas(who: Cast) -> str:
    """One resident says his idea on a phone, another on the telephone; return the first one's receipt."""
    outsider, community = who("outsider"), who("community")
    outsider.go("/")
    outsider.follow("/fund/")
    outsider.follow("/fund/*/")
    outsider.follow("/fund/*/idea/")
    receipt = re.search(r"\w{4}-\w{4}-\w{4}", outsider.send(**story.IDEA)).group()
    community.go("/desk/")
    community.follow("/fund-cycles/")
    community.follow("/fund-cycles/*/")
    community.follow("/fund-cycles/*/idea/")
    community.send(**story.BY_PHONE)
    return receipt


def show_and_sign(who: Cast) -> None:
    """The agency's worker shows both ideas without names; neighbours co-sign by their phones."""
    worker, outsider = who("social_worker"), who("outsider")
    for said, shown in story.SHOWN.items():
        worker.go("/desk/")
        worker.follow("/ideas/")
        worker.open_row(said)
        worker.follow("/ideas/*/show/")
        worker.send(text=shown)
        worker.follow("/ideas/*/take-up/")
    for at, shown in enumerate(story.SHOWN.values()):
        outsider.go("/fund/")
        outsider.follow("/fund/*/")
        outsider.press(shown)
        for number in range(story.SIGNERS):
            assert f"{number + 1} 人联署" in outsider.send(phone=f"139000{at}{number:04d}")


def write_and_check(who: Cast) -> None:
    """The worker writes proposals with the residents; finance checks costs, the handler the negative list."""
    worker, finance, handler = who("social_worker"), who("finance"), who("handler")
    for said, proposal in story.PROPOSALS.items():
        worker.go("/fund-cycles/")
        worker.follow("/fund-cycles/*/")
        worker.follow("/ideas/")
        worker.open_row(said)
        worker.follow("/ideas/*/proposal/")
        worker.send(**proposal)
        worker.follow("/proposals/*/submit/")
    for _each in story.PROPOSALS:
        finance.go("/desk/")
        finance.follow("/proposals/")
        finance.follow("/proposals/*/")
        finance.follow("/proposals/*/check-cost/")
        finance.send(**story.COST_NOTE)
    for _each in story.PROPOSALS:
        handler.go("/desk/")
        handler.follow("/proposals/")
        handler.follow("/proposals/*/")
        handler.follow("/proposals/*/check-list/")
        handler.send(**story.LIST_ANSWERS)


def publish_list(who: Cast, receipt: str) -> None:
    """The clock ends the ideas, the community publishes the list; the resident finds his proposal on it."""
    community, outsider = who("community"), who("outsider")
    community.go("/desk/")
    community.follow("/fund-cycles/*/")
    assert "清单公示" in community.follow("/fund-cycles/*/publish-list/")
    outsider.go("/fund/")
    outsider.follow("/fund/*/")
    outsider.follow("/fund/proposals/")
    outsider.follow("/fund/proposals/*/")
    outsider.go("/fund/i/")
    assert story.TABLE in outsider.send(receipt=receipt)


def prepare_vote(who: Cast) -> list[str]:
    """The community makes the roll from a sheet of doors and prints slips; return the codes on them."""
    community = who("community")
    community.go("/desk/")
    community.follow("/fund-cycles/*/")
    community.follow("/fund-cycles/*/ballot/")
    community.send()
    community.follow("/ballots/*/roll/import/")
    sheet = {"name": "名册.csv", "mimeType": "text/csv", "buffer": story.ROLL.encode()}
    community.send(sheet=sheet)
    codes = story.codes_on(community.print_out("/ballots/*/slips/"))
    assert len(codes) == len(story.DOORS)
    return codes


def vote_online(voter: Visitor, code: str, titles: tuple[str, ...]) -> None:
    """Vote by the code on a slip: tick, look, cast."""
    voter.go("/vote/")
    voter.send(code=code.lower())
    for title in titles:
        voter.page.locator("form.ballot label", has_text=title).click()
    voter.leave_by("form.ballot .ballot-bar button")
    assert "投出以后不能再改" in voter.text
    assert "已投票，谢谢您" in voter.choose("step", "cast")


def vote(who: Cast, codes: list[str]) -> None:
    """Open the vote; five vote on a phone, one with help, one on paper that two people key in."""
    handler, community, overseer, outsider = (
        who("handler"),
        who("community"),
        who("overseer"),
        who("outsider"),
    )
    handler.go("/desk/")
    handler.follow("/ballots/*/")
    handler.follow("/ballots/*/open/")
    for code, titles in zip(codes, story.ONLINE, strict=False):
        vote_online(outsider, code, titles)
    outsider.go("/vote/")
    assert "已投票" in outsider.send(code=codes[0]), "one slip votes once"
    community.go("/desk/")
    community.follow("/ballots/*/")
    community.follow("/ballots/*/assist/")
    community.send(code=codes[5], choice=list(story.HELPED))
    key_paper(community, overseer, codes[6])


def key_paper(community: Visitor, overseer: Visitor, code: str) -> None:
    """Print papers, mark the roll, key one paper by two people; the second finds it on his desk."""
    community.go("/desk/")
    community.follow("/ballots/*/")
    community.follow("/ballots/*/papers/print/")
    community.print_out("", count="2")
    community.go("/desk/")
    community.follow("/ballots/*/")
    community.follow("/ballots/*/papers/mark/")
    community.send(code=code)
    community.go("/desk/")
    community.follow("/ballots/*/")
    community.follow("/ballots/*/papers/")
    serial = community.page.locator("main tbody tr").first.locator("th, td").first.inner_text()
    for reader in (community, overseer):
        reader.go("/desk/")
        reader.follow("/ballots/*/papers/key/")
        reader.send(serial=serial, choice=list(story.ON_PAPER))
    assert "已放进票箱" in overseer.page.locator("body").inner_text()


def count(who: Cast, tray: Path) -> None:
    """The supervisory committee counts; plain python3 counts the published ballots again and agrees."""
    overseer, outsider = who("overseer"), who("outsider")
    overseer.go("/desk/")
    overseer.follow("/ballots/*/")
    overseer.follow("/ballots/*/count/")
    outsider.go("/vote/")
    page = outsider.follow("/votes/*/")
    won, _, lost = page.partition("没有入选的项目")
    assert story.TABLE in won.partition("入选的项目")[2]
    assert story.FLOWERS in lost
    votes, script = outsider.keep("/votes/*/votes.pb", tray), outsider.keep("/vote/recount_votes.py", tray)
    done = subprocess.run(
        [sys.executable, "-I", script, votes], capture_output=True, text=True, check=False, cwd=tray
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert story.TABLE in done.stdout
    digest = re.search(r"[0-9a-f]{64}", page.partition("选票清单的哈希")[2]).group()
    assert digest in done.stdout


def decide_and_grant(who: Cast) -> None:
    """The list, its three decisions with minutes, and the grant; each finds his step on his desk."""
    community = who("community")
    community.go("/desk/")
    community.follow("/fund-cycles/*/")
    assert story.TABLE in community.follow("/fund-cycles/*/propose/")
    for role, step, at, minutes in story.DECISIONS:
        who.house.at(at)
        who(role).go("/desk/")
        who(role).follow("/fund-cycles/*/")
        who(role).follow(f"/fund-lists/*/{step}/")
        assert minutes["minutes_no"] in who(role).send(**minutes)
    who.house.at(story.GRANTED_AT)
    handler = who("handler")
    handler.go("/fund-cycles/")
    handler.follow("/fund-cycles/*/")
    handler.follow("/proposals/*/grant/")
    handler.send(**story.GRANT)
    outsider = who("outsider")
    outsider.go("/fund/")
    outsider.follow("/fund/*/")
    assert story.DECISIONS[1][3]["minutes_no"] in outsider.follow("/fund/lists/*/")


def spend(who: Cast) -> None:
    """The worker adds the invoice by its photo, the community checks it; the claim passes four desks to its voucher."""
    worker, community, lead, finance = (
        who("social_worker"),
        who("community"),
        who("station_lead"),
        who("finance"),
    )
    worker.go("/desk/")
    worker.follow("/grants/*/")
    worker.follow("/grants/*/start/")
    worker.follow("/grants/*/receipt/")
    scan = {"name": "发票.pdf", "mimeType": "application/pdf", "buffer": PDF}
    worker.send(**story.RECEIPT, scan=scan)
    community.go("/desk/")
    community.follow("/fund-receipts/*/")
    community.follow("/fund-receipts/*/check/")
    lead.go("/desk/")
    lead.follow("/grants/*/")
    lead.follow("/grants/*/claim/")
    lead.send()
    for role in story.SIGNERS_OF_CLAIM:
        who(role).go("/desk/")
        who(role).follow("/grant-claims/*/")
        who(role).follow("/grant-claims/*/sign/")
    finance.go("/desk/")
    finance.follow("/grant-claims/*/")
    finance.follow("/grant-claims/*/payment/")
    assert story.PAYMENT["voucher_no"] in finance.send(**story.PAYMENT)


def settle(who: Cast) -> None:
    """The work is reported and accepted, the coaching paid by two people's word, what is left goes back."""
    worker, handler, finance = who("social_worker"), who("handler"), who("finance")
    worker.go("/grants/")
    worker.follow("/grants/*/")
    worker.follow("/grants/*/report/")
    worker.send(**story.REPORT)
    handler.go("/desk/")
    handler.follow("/grants/*/")
    handler.follow("/grants/*/accept/")
    assert "已结清" in handler.send(**story.ACCEPTED)
    handler.go("/fund-cycles/")
    handler.follow("/fund-cycles/*/")
    handler.follow("/fund-cycles/*/book/")
    handler.follow("/fund-cycles/*/coaching/")
    handler.send(**story.COACHING)
    finance.go("/desk/")
    finance.follow("/fund-cycles/*/book/")
    finance.follow("/fund-entries/*/approve/")
    who.house.at(story.CLOSED_AT)
    finance.go("/fund-cycles/")
    finance.follow("/fund-cycles/*/")
    finance.follow("/fund-cycles/*/book/")
    finance.follow("/fund-cycles/*/clear/")
    finance.follow("/fund-cycles/*/close/")
    assert "已结束" in finance.send(**story.GIVEN_BACK)


def see_every_yuan(who: Cast) -> None:
    """Anyone reads on a phone what was spent on what and what went back."""
    outsider = who("outsider")
    outsider.go("/")
    outsider.follow("/fund/")
    outsider.follow("/fund/*/")
    book = outsider.follow("/fund/*/book/")
    assert story.SPENT in book
    assert story.BACK in book
    shown = outsider.follow("/fund/grants/*/")
    assert story.RECEIPT["what"] in shown
    assert story.REPORT["text"] in shown


def test_a_community_runs_its_money_in_a_browser_from_idea_to_receipts(house, tmp_path):
    with a_browser() as browser:
        who = Cast(browser, house)
        begin(who)
        house.at(story.SAID_AT)
        receipt = say_ideas(who)
        show_and_sign(who)
        house.at(story.COACHED_AT)
        write_and_check(who)
        house.at(story.LISTED_AT)
        publish_list(who, receipt)
        house.at(story.PREPARED_AT)
        codes = prepare_vote(who)
        house.at(story.VOTED_AT)
        vote(who, codes)
        house.at(story.COUNTED_AT)
        count(who, tmp_path)
        decide_and_grant(who)
        house.at(story.BOUGHT_AT)
        spend(who)
        house.at(story.DONE_AT)
        settle(who)
        see_every_yuan(who)
        faults, number = who.faults()
        print(f"\n{number} pages read as {len(who.visitors)} people, {len(faults)} faults")

    assert not faults, "\n".join(faults)
