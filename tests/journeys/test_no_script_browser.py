"""With script switched off in Chromium: say a need, hand in a sealed bid, log a service, answer for a door.

What script would spare is typing and waiting, never a step: the seal is made on the server, so that a bid is
sealed the same without it.
"""

import re
from collections.abc import Iterator

import pytest

from tests.journeys import scenario as story
from tests.journeys.house import House
from tests.journeys.visitor import Visitor, word_file
from tests.web.browser import a_browser, chromium_path

pytestmark = [pytest.mark.browser]

BIDDING_AT, ASKING_AT = story.day(2026, 3, 10), story.day(2026, 8, 26)


@pytest.fixture
def house(tmp_path) -> Iterator[House]:
    chromium_path()
    running = House(tmp_path, BIDDING_AT, "tests.journeys.seeds_no_script")
    yield running
    running.stop()


def say_need(outsider: Visitor) -> None:
    outsider.go("/")
    outsider.follow("/needs/new/")
    told = outsider.send(**story.NEED)
    assert re.search(r"\w{4}-\w{4}-\w{4}", told)


def hand_in_bid(head: Visitor) -> None:
    head.go("/desk/")
    head.follow("/tenders/*/bid/")
    told = head.send(price_fen="165000", hours="1800", summary="每周上门", file=word_file("策划书"))
    assert "核验码" in told
    assert "165,000.00" not in head.follow("/bids/*/"), "its price is sealed from now on"


def log_visit(worker: Visitor) -> None:
    worker.go("/desk/")
    worker.follow("/activities/log/")
    told = worker.send(**{**story.VISIT, "held_on": "2026-08-25", "title": "看望刘奶奶"})
    assert "看望刘奶奶" in told


def answer_for_a_door(evaluator: Visitor, neighbour: Visitor) -> None:
    evaluator.go("/desk/")
    evaluator.follow("/evaluations/*/")
    evaluator.follow("/evaluations/*/letters/")
    code = evaluator.page.locator("article strong").first.inner_text()
    neighbour.go(f"/e/{code}/")
    neighbour.send(**story.ANSWER)
    assert not neighbour.page.locator("form.form").count(), "a door answers once"


def test_nobody_is_kept_out_by_a_browser_without_script(house):
    with a_browser() as browser:

        def who(name: str) -> Visitor:
            return Visitor(browser, house, name, java_script_enabled=False)

        say_need(who("outsider"))
        hand_in_bid(who("agency_head_2"))
        house.at(ASKING_AT)
        log_visit(who("social_worker"))
        answer_for_a_door(who("evaluator"), who("outsider"))
