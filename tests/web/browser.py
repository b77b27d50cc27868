"""A real Chromium for the pages that need one; skipped aloud where there is none."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

FLAGS = ["--no-sandbox", "--disable-background-networking", "--disable-dev-shm-usage"]
PHONE, WIDE = {"width": 390, "height": 844}, {"width": 1280, "height": 800}


def chromium_path() -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        pytest.skip("no chromium on this machine: apt-get install chromium fonts-noto-cjk")
    return found


@contextmanager
def a_browser() -> Iterator[Any]:
    """Start Debian's Chromium, and end it."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


def a_page(browser: Any, address: str, client: Any = None, **options: Any) -> Any:
    """Open a context as the person of a Django test client, with violations of the content policy noted."""
    context = browser.new_context(**{"viewport": PHONE, "locale": "zh-CN", **options})
    if client is not None and "sessionid" in client.cookies:
        context.add_cookies(
            [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": address}]
        )
    page = context.new_page()
    page.violations = []
    page.on(
        "console",
        lambda said: page.violations.append(said.text) if "Content Security Policy" in said.text else None,
    )
    return page
