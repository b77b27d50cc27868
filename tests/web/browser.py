"""A real Chromium for the pages that need one; skipped aloud where there is none."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

FLAGS = ["--no-sandbox", "--disable-background-networking", "--disable-dev-shm-usage", "--disable-gpu"]
PHONE, WIDE = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
SERIOUS = {"serious", "critical"}
PATIENCE_MS = 30_000
REFUSED = ("status of 404", "status of 422")
"""What a browser logs of an answer that a test asked for on purpose."""


def chromium_path() -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        pytest.skip("no chromium on this machine: apt-get install chromium fonts-noto-cjk")
    return found


@contextmanager
def a_browser() -> Iterator[Any]:
    """Start Debian's Chromium, and end it; as root, as in CI, it runs only without its sandbox."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


def a_page(browser: Any, address: str, client: Any = None, **options: Any) -> Any:
    """Open a context as the person of a Django test client; see `open_page`."""
    has_session = client is not None and "sessionid" in client.cookies
    session = client.cookies["sessionid"].value if has_session else ""
    return open_page(browser, address, session, **options)


def open_page(browser: Any, address: str, session: str = "", **options: Any) -> Any:
    """Open a context of its own; `page.said` gathers what the console holds for an error."""
    context = browser.new_context(**{"viewport": PHONE, "locale": "zh-CN", **options})
    context.set_default_timeout(PATIENCE_MS)
    if session:
        context.add_cookies([{"name": "sessionid", "value": session, "url": address}])
    page = context.new_page()
    page.said = []
    page.on("pageerror", lambda error: page.said.append(str(error)))
    page.on("console", lambda line: _note(page.said, line))
    return page


def _note(said: list[str], line: Any) -> None:
    is_wrong = line.type == "error" or "Content Security Policy" in line.text
    if is_wrong and not any(each in line.text for each in REFUSED):
        said.append(line.text)


def faults_of(page: Any, where: str) -> list[str]:
    """Return what axe holds for serious on the page as it stands, and whether it is wider than its screen."""
    from axe_playwright_python.sync_playwright import Axe

    found = [
        f"{where}: {each['id']} {each['nodes'][0]['html'][:160]}"
        for each in Axe().run(page).response["violations"]
        if each["impact"] in SERIOUS
    ]
    width = page.evaluate("document.documentElement.scrollWidth")
    if width > page.viewport_size["width"] + 1:
        found.append(f"{where}: {width} px wide on a screen of {page.viewport_size['width']}")
    return found


def open_details(page: Any) -> None:
    """Open what is folded away in the page itself."""
    for summary in page.locator("main details:not([open]) > summary").all():
        if summary.is_visible():
            summary.click()


def read(page: Any, where: str) -> list[str]:
    """Return the faults of a page with all of its parts unfolded."""
    open_details(page)
    return faults_of(page, where)


def read_menu(page: Any, where: str) -> list[str]:
    """Return the faults of a page with the menu of its head open over it, and close the menu."""
    menu = page.locator("header details.menu > summary")
    if not menu.count():
        return []
    menu.click()
    found = faults_of(page, f"{where} (menu)")
    menu.click()
    return found
