"""Pictures of the running demo for both READMEs: `make screenshots` with `make demo` running beside it.

python -m tests.web.screenshots http://127.0.0.1:8000 docs/images
"""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.web.browser import PHONE, WIDE, a_browser
from zhagen.web.demo.accounts import PASSWORD


@dataclass(frozen=True)
class Shot:
    """A picture: of which page, as whom, how large.

    Args:
        name: File name without language and ending.
        path: Address of the page.
        account: Who has signed in; "" for a visitor.
        size: Of the window.
        row: Text of a row on that page whose link is followed first.
        then: What is put behind the address that it leads to.
        press: Beginning of the address of a link that is followed at last.
    """

    name: str
    path: str
    account: str = ""
    size: dict[str, int] | None = None
    row: str = ""
    then: str = ""
    press: str = ""


SHOTS = (
    Shot("need-phone", "/needs/new/", size=PHONE),
    Shot("desk", "/desk/", "handler"),
    Shot("desk-phone", "/desk/", "social_worker", PHONE),
    Shot("portrait", "/public/contracts/?q=QS2024-08", row="QS2024-08", then="portrait/"),
    Shot("evaluation", "/evaluations/", "handler", row="和煦苑、东仓邻里共治项目"),
    Shot("chain", "/chain/", "auditor"),
    Shot("fund-result", "/fund/", row="和煦苑社区2025年自治金", press="/votes/"),
    Shot("fund-book", "/fund/", row="和煦苑社区2025年自治金", then="book/"),
)
LANGUAGES = {"zh": "zh-CN", "en": "en-US"}
COLOURS = 96


def main(address: str, folder: str) -> None:
    """Take every picture in both languages, small enough to live in the repository."""
    Path(folder).mkdir(parents=True, exist_ok=True)
    with a_browser() as browser:
        for language, locale in LANGUAGES.items():
            for shot in SHOTS:
                context = browser.new_context(viewport=shot.size or WIDE, locale=locale)
                page = context.new_page()
                _open(page, address.rstrip("/"), shot)
                _keep(page, Path(folder) / f"{shot.name}-{language}.png")
                context.close()


def _open(page: Any, address: str, shot: Shot) -> None:
    if shot.account:
        page.goto(f"{address}/accounts/login/")
        page.fill("[name=login]", shot.account)
        page.fill("[name=password]", PASSWORD)
        page.click("main button")
    page.goto(address + shot.path)
    if shot.row:
        page.locator("main tr", has_text=shot.row).locator("a").first.click()
        page.wait_for_load_state()
        page.goto(page.url + shot.then)
    if shot.press:
        page.locator(f"main a[href^='{shot.press}']").first.click()
        page.wait_for_load_state()


def _keep(page: Any, target: Path) -> None:
    from PIL import Image

    page.screenshot(path=str(target))
    Image.open(target).convert("RGB").quantize(COLOURS).save(target, optimize=True)


if __name__ == "__main__":
    main(*sys.argv[1:3])
