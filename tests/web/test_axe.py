"""Every page in a real browser: no serious fault of access, no breach of the content policy, no need of script.

Each GET page is opened at phone width by the first role that may; menus and details are opened, forms are sent
empty so that their errors show, and axe reads the page again.
"""

import os

import pytest
from django.urls import reverse
from playwright.sync_api import Error as PlaywrightError

from tests.cast import COMMUNITY
from tests.objects import ARGUMENTS, BUILDERS, worlds
from tests.web.browser import WIDE, a_browser, a_page, faults_of, read, read_menu
from tests.web.matrix import ROLES, actors, pages, person_of
from zhagen.core.permissions import may
from zhagen.core.types import Role
from zhagen.platform.scope import visible
from zhagen.procurement.models import Need

pytestmark = [pytest.mark.browser]
NOT_A_PAGE = (
    "_pdf",
    "_slip",
    "_print",
    "_root",
    "_export",
    "_download",
    "_document",
    "_notice",
    "_file",
    "_scan",
    "_form",
)


@pytest.fixture(autouse=True)
def playwright_beside_django(monkeypatch):
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "1")


@pytest.fixture
def own(live_server):
    return worlds()["own"]


def reader_of(world, pattern):
    """Return the first role that may open the page, and its address; nobody may: None."""
    view = pattern.callback
    further = ARGUMENTS.get(pattern.name, lambda w: {})(world)
    for role in ("public", *(role.value for role in ROLES)):
        actor = actors(world)[role]
        if not may(actor, view.action):
            continue
        if view.model is None:
            return role, reverse(pattern.name, kwargs=further)
        obj = world.of(view.model, None if role == "public" else person_of(world, Role(role)))
        if visible(actor, view.action, view.model).filter(pk=obj.pk).exists():
            return role, reverse(pattern.name, kwargs={**further, "pk": obj.pk})
    return None


class Readers:
    """One page a role, opened when it is first needed: a context of its own costs as much as a window."""

    def __init__(self, browser, address, world):
        self.browser, self.address, self.world, self.open = browser, address, world, {}

    def page_of(self, role):
        if role not in self.open:
            client = None if role == "public" else person_of(self.world, Role(role)).client
            self.open[role] = a_page(self.browser, self.address, client)
        return self.open[role]


def walk(page, address, path):
    """Read one page unfolded, and again after its form was sent as it is."""
    found, is_read = [], False
    try:
        answer = page.goto(address + path)
        is_read = answer.status == 200 and "text/html" in answer.headers.get("content-type", "")
        if is_read:
            found += read(page, path)
            found += read_menu(page, path) if path == reverse("desk") else []
            found += send_empty(page, path)
    except PlaywrightError as error:
        if "Download is starting" not in str(error):
            found.append(f"{path}: {str(error)[:300]}")
    found += [f"{path}: {said[:160]}" for said in page.said]
    page.said.clear()
    return is_read, found


def send_empty(page, path):
    """Send the page's form as it is and read the answer, mostly the form again with its errors."""
    button = page.locator("form.form button").first
    if not button.count() or not button.is_visible():
        return []
    button.click()
    page.wait_for_load_state()
    return faults_of(page, path + " (sent empty)")


def test_no_page_has_a_serious_fault_of_access_or_breaks_the_content_policy(own, live_server):
    found, opened = [], 0
    chosen = [
        each
        for each in pages()
        if "GET" in each.callback.methods
        and not str(each.name).endswith(NOT_A_PAGE)
        and each.callback.model in {None, *BUILDERS}
    ]
    with a_browser() as browser:
        readers = Readers(browser, live_server.url, own)
        for pattern in chosen:
            reader = reader_of(own, pattern)
            if reader is not None:
                role, path = reader
                is_read, faults = walk(readers.page_of(role), live_server.url, path)
                opened += is_read
                found += faults
    print(f"\naxe: {opened} pages read at phone width, {len(found)} faults")

    assert not found, "\n".join(found[:40])
    assert opened > 30


def test_a_need_is_said_with_script_switched_off(own, live_server):
    with a_browser() as browser:
        page = a_page(browser, live_server.url, java_script_enabled=False)
        page.goto(live_server.url + reverse("need_raise"))
        fill_need(page)
        page.locator("form.form button").first.click()
        page.wait_for_load_state()

    assert Need.objects.filter(text="想有个地方下棋").exists()


def fill_need(page):
    if page.locator("select[name=place]").count():
        page.select_option("select[name=place]", COMMUNITY)
    page.fill("textarea[name=text]", "想有个地方下棋")


def test_large_type_and_high_contrast_have_no_serious_fault_either(own, live_server):
    with a_browser() as browser:
        page = a_page(browser, live_server.url, own.people["chief"].client, viewport=WIDE)
        cookies = [("zhagen_size", "large"), ("zhagen_contrast", "high")]
        page.context.add_cookies([{"name": n, "value": v, "url": live_server.url} for n, v in cookies])
        found = []
        for name in ("front", "desk", "contract_public_list", "privacy"):
            page.goto(live_server.url + reverse(name))
            found += faults_of(page, name)

    assert not found
