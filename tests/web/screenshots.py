"""Pictures of the running demo for the README: `make screenshots` with `make demo` running beside it.

python -m tests.web.screenshots http://127.0.0.1:8000 docs/images
"""

import sys
from pathlib import Path

from tests.web.browser import PHONE, WIDE, a_browser

SHOTS = (
    ("front", "/", WIDE, "zh-CN"),
    ("front-phone", "/", PHONE, "zh-CN"),
    ("need-phone", "/needs/new/", PHONE, "zh-CN"),
    ("contracts", "/public/contracts/", WIDE, "zh-CN"),
    ("contracts-en", "/public/contracts/", WIDE, "en-US"),
    ("log", "/log/", WIDE, "zh-CN"),
)
"""Name, path, size, language of each picture; all are public pages, so that no account is needed."""

COLOURS = 128


def main(address: str, folder: str) -> None:
    """Take every picture, small enough to live in the repository."""
    from PIL import Image

    with a_browser() as browser:
        for name, path, size, language in SHOTS:
            context = browser.new_context(viewport=size, locale=language)
            page = context.new_page()
            page.goto(address + path)
            target = Path(folder) / f"{name}.png"
            page.screenshot(path=str(target))
            Image.open(target).convert("RGB").quantize(COLOURS).save(target, optimize=True)
            context.close()


if __name__ == "__main__":
    main(*sys.argv[1:3])
