"""A vote in Chromium: the slider moves winners with script and without, the ballot counts its money and points."""

import os

import pytest
import time_machine
from django.urls import reverse

from tests.cast import cast
from tests.community import builders_ballot as votes
from tests.community.test_ballot_pages import BIG, DIRECT
from tests.web.browser import a_browser, a_page, chromium_path
from zhagen.community.models import Ballot

pytestmark = [pytest.mark.browser]


@pytest.fixture(autouse=True)
def playwright_beside_django(monkeypatch):
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "1")


@pytest.fixture
def people(live_server):
    chromium_path()
    return cast()


def test_the_slider_moves_winners_in_the_page_and_leaves_the_result_alone(people, live_server):
    ballot = votes.a_counted_ballot(people, BIG, **DIRECT)
    before = Ballot.objects.get(pk=ballot.pk).result
    with a_browser() as browser:
        page = a_page(browser, live_server.url, None)
        page.goto(live_server.url + reverse("ballot_public", args=[ballot.pk]))
        part, slider = page.locator("#rehearsed"), page.locator("[data-slider-range]")
        assert slider.is_visible()
        assert "真实的结果" in part.inner_text()
        slider.focus()
        page.keyboard.press("End")
        page.wait_for_selector(".fate-enters")
        more = part.inner_text()
        page.keyboard.press("Home")
        page.wait_for_selector(".fate-leaves")
        less = part.inner_text()
        here = page.url
        said = list(page.said)

    assert "会进来：儿童角" in more.replace(" ", "")
    assert "这是演练，不是结果" in more
    assert "会出去：" in less
    assert here.endswith(reverse("ballot_public", args=[ballot.pk])), "nothing but the part was loaded"
    assert not said
    assert Ballot.objects.get(pk=ballot.pk).result == before


def test_without_script_a_typed_sum_and_a_step_open_the_rehearsal(people, live_server):
    ballot = votes.a_counted_ballot(people, BIG, **DIRECT)
    with a_browser() as browser:
        page = a_page(browser, live_server.url, None, java_script_enabled=False)
        page.goto(live_server.url + reverse("ballot_public", args=[ballot.pk]))
        assert not page.locator("[data-slider-range]").is_visible()
        page.fill("[name=budget]", "22000")
        page.click("form.slider button")
        typed = page.locator("main").inner_text()
        page.locator(".stops a").first.click()
        stepped = page.locator("main").inner_text()

    assert "会进来：" in typed
    assert "会出去：" in stepped


def test_the_ballot_tells_money_and_points_while_they_are_given(people, live_server):
    _, approval = votes.an_open_ballot(people, title="勾选", **DIRECT)
    _, points = votes.an_open_ballot(people, title="分分", vote_type="cumulative", utility="points", **DIRECT)
    with time_machine.travel(votes.VOTED_AT, tick=True), a_browser() as browser:
        page = a_page(browser, live_server.url, None)
        page.goto(live_server.url + reverse("ballot_vote", args=[approval[0]]))
        told = page.locator("[data-ballot-sum]")
        nothing = told.inner_text()
        page.locator(".choices label").nth(0).click()
        page.locator(".choices label").nth(2).click()
        ticked = told.inner_text()
        page.goto(live_server.url + reverse("ballot_vote", args=[points[0]]))
        page.fill("[name=p1]", "4")
        some = page.locator("[data-ballot-sum]").inner_text()
        page.fill("[name=p3]", "9")
        many = page.locator("[data-ballot-sum]").inner_text()

    assert nothing == "还没有选。"
    assert ticked == "您选的合计 13,000 元，占本轮资金的 81%。"
    assert "还有 6 分没有分" in some
    assert "多分了 3 分" in many
