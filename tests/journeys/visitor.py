"""A person at a browser: goes where links lead, types into real forms; every page he meets is read by axe."""

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Locator, Page

from tests.journeys.house import House
from tests.procurement.builders_tender import a_docx
from tests.web.browser import PHONE, WIDE, open_details, open_page, read, read_menu

ON_PHONE = {"resident", "social_worker", "community", "outsider", "station_lead"}
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|[A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4}|(?<=/)[A-Z0-9]{12}(?=/)")
WAYS = "all => all.map(e => e.getAttribute('href') || e.closest('form').getAttribute('action'))"


class Visitor:
    """One person of the cast in a context of his own: a phone for who has no desk."""

    def __init__(self, browser: Browser, house: House, who: str, **options: Any) -> None:
        size = PHONE if who in ON_PHONE else WIDE
        options = {"viewport": size, **options}
        self.who, self.house, self.faults, self.seen, self.count = who, house, [], [], 0
        self.has_script = options.get("java_script_enabled", True)
        self.page: Page = open_page(browser, house.address, house.sessions.get(who, ""), **options)

    def go(self, path: str) -> str:
        """Type an address; return the page's text."""
        answer = self.page.goto(self.house.address + path)
        assert answer.status == 200, (self.who, path, answer.status)
        return self.look()

    def desk(self) -> str:
        return self.go("/desk/")

    def look(self) -> str:
        """Let axe read the page unless he has seen it in this state before; return its text."""
        where = f"{self.who} {self.path}"
        seen = ID.sub("*", where), self.page.locator("h1").all_inner_texts()
        if self.has_script and seen not in self.seen:
            self.faults += read(self.page, where)
            self.faults += [] if self.seen else read_menu(self.page, where)
            self.count += 1
        self.seen.append(seen)
        self.faults += [f"{where}: {said[:200]}" for said in self.page.said]
        self.page.said.clear()
        return self.text

    @property
    def path(self) -> str:
        return self.page.url.removeprefix(self.house.address)

    @property
    def text(self) -> str:
        return self.page.locator("main").inner_text()

    def follow(self, pattern: str, which: int = 0) -> str:
        """Press a link or button that leads to an address, the first unless told; `*` stands for an id."""
        return self._leave_by(self._way_to(pattern, which))

    def fetch(self, pattern: str) -> str:
        """Press what hands out a file; return the file's name."""
        with self.page.expect_download() as coming:
            self._way_to(pattern).click()
        return coming.value.suggested_filename

    def keep(self, pattern: str, folder: Path) -> Path:
        """Press what hands out a file and keep it in a folder."""
        with self.page.expect_download() as coming:
            self._way_to(pattern).click()
        coming.value.save_as(folder / coming.value.suggested_filename)
        return folder / coming.value.suggested_filename

    def print_out(self, pattern: str, **typed: object) -> bytes:
        """Send a form whose answer goes to the printer, the page's own one for ""; return the paper."""
        self.fill(**typed) if typed else None
        button = self._way_to(pattern) if pattern else self.page.locator("form.form .form-end button").first
        form = button.locator("xpath=ancestor::form")
        values = form.evaluate("each => Object.fromEntries(new FormData(each))")
        address = form.evaluate("each => each.action")
        answer = self.page.context.request.post(address, form=values, headers={"referer": self.page.url})
        assert answer.status == 200, (self.who, address, answer.status)
        return answer.body()

    def open_row(self, words: str) -> str:
        """Open the row of a list that says something."""
        return self._leave_by(self.page.locator("main tr", has_text=words).locator("a").first)

    def press(self, words: str) -> str:
        """Press the link that says something."""
        return self._leave_by(self.page.locator("main a", has_text=words).first)

    def leave_by(self, selector: str) -> str:
        """Press what a selector finds."""
        return self._leave_by(self.page.locator(selector).first)

    def _way_to(self, pattern: str, which: int = 0) -> Locator:
        wanted = re.compile(re.escape(pattern).replace(r"\*", r"[^/?]*\d[^/?]*") + r"(\?.*)?$")
        hidden = ".wide-only" if self.page.viewport_size == PHONE else ".phone-only"
        for place in ("main", "header"):
            found = self.page.locator(f"{place} :is(a[href]:not({hidden}), form[action] button)")
            ways = found.evaluate_all(WAYS)
            fitting = [i for i, way in enumerate(ways) if wanted.match(way)]
            if fitting:
                return found.nth(fitting[which])
        raise AssertionError((self.who, self.path, f"nothing leads to {pattern}"))

    def _leave_by(self, found: Locator) -> str:
        if not found.is_visible():
            self.page.locator("header details.menu > summary").click()
        before = self.page.url
        with self.page.expect_navigation():
            found.click()
        told = self.page.locator("form.form .alert-danger")
        assert not told.count(), (self.who, before, told.inner_text())
        return self.look()

    def fill(self, **typed: object) -> None:
        """Type into the fields of the page's form, each in its own way, after unfolding what is folded."""
        open_details(self.page)
        for name, value in typed.items():
            fill(self.page.locator("form.form"), name, value)

    def send(self, **typed: object) -> str:
        """Fill the page's form and send it; a refused form fails with what its page says."""
        self.fill(**typed)
        return self._leave_by(self.page.locator("form.form .form-end button").first)

    def choose(self, name: str, value: str) -> str:
        """Press the one of several buttons that says it."""
        return self._leave_by(self.page.locator(f'form.form button[name="{name}"][value="{value}"]'))

    def close(self) -> None:
        self.page.context.close()


def word_file(text: str) -> dict[str, object]:
    """Return a small Word file as a browser takes it from its disk."""
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    return {"name": "响应文件.docx", "mimeType": kind, "buffer": a_docx(text)}


def fill(form: Locator, name: str, value: object) -> None:
    """Fill one field as a hand would: choose, tick, attach or type; choices by value or by what they say."""
    field = form.locator(f'[name="{name}"]')
    kind = field.first.evaluate("each => each.tagName === 'SELECT' ? 'select' : each.type")
    if kind == "select":
        words = field.locator("option", has_text=str(value))
        has_value = field.locator(f'option[value="{value}"]').count()
        field.select_option(value if has_value else words.first.get_attribute("value"))
    elif kind == "file":
        field.set_input_files(value)
    elif kind in ("radio", "checkbox"):
        chosen = value if isinstance(value, list) else [value]
        for each in field.all():
            is_chosen = any(_is_choice(each, one) for one in chosen)
            if is_chosen or kind == "checkbox":
                each.set_checked(is_chosen)
    else:
        field.fill(str(value))


def _is_choice(box: Locator, value: str) -> bool:
    own, words = box.get_attribute("value") or "on", box.locator("xpath=ancestor::label").inner_text()
    return own == value or value in words
