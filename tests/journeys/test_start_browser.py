"""An office starts for real in Chromium, in English: set-up page, account, second factor, first colleague on a phone.

Nothing is prepared: an empty data home, `zhagen serve`, and what is shown on the screen.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

from tests.journeys.visitor import Visitor
from tests.web.browser import PHONE, a_browser, chromium_path
from tests.web.running import ROOT, environment, free_port, wait_until_it_answers

pytestmark = [pytest.mark.browser]

STREET, COMMUNITY = "990101001000", "990101001001"
PASSWORD = "kite-orchard-71-lamp"


@dataclass
class Server:
    """`zhagen serve` on an empty data home."""

    address: str
    process: subprocess.Popen[bytes]
    log: Path
    sessions: dict[str, str] = field(default_factory=dict)

    def setup_code(self) -> str:
        """Return the code that the window of the server shows to whoever sets up the office."""
        return re.search(r"code (\S{8})", self.log.read_text("utf-8"))[1]


@pytest.fixture
def server(tmp_path) -> Iterator[Server]:
    chromium_path()
    port, log = free_port(), tmp_path / "serve.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "zhagen.web.manage", "serve", "--port", str(port)],
            cwd=ROOT,
            env=environment(tmp_path),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_until_it_answers(f"{address}/", process, 120)
        yield Server(address, process, log)
    finally:
        process.terminate()
        process.wait(20)


def code_of(secret: str, ahead: int = 0) -> str:
    """Return what a phone's authenticator shows now, or some half-minutes later."""
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time())) + ahead))


def join(person: Visitor, username: str) -> str:
    """Make the account behind an invitation, sign in, scan the key; return the key."""
    person.send(username=username, password=PASSWORD, again=PASSWORD)
    person.send(login=username, password=PASSWORD)
    secret = person.page.locator("code.said").inner_text()
    person.send(code=code_of(secret))
    return secret


def sign_out_and_in(person: Visitor, username: str, secret: str) -> str:
    """Leave and come back: the password alone is not enough."""
    person.follow("/accounts/logout/")
    person.go("/accounts/login/")
    person.send(login=username, password=PASSWORD)
    assert "/desk/" not in person.path
    return person.send(code=code_of(secret, ahead=1))


def set_up(operator: Visitor, code: str) -> None:
    """Say which street it is and make the first community known."""
    operator.go("/setup/")
    operator.send(setup_code=code, code=STREET, name="青禾街道", operator="罗小维")
    secret = join(operator, "luo.xiaowei")
    assert operator.page.locator("code").count() == 10, "recovery codes are shown once"
    operator.follow("/desk/")
    sign_out_and_in(operator, "luo.xiaowei", secret)
    operator.go("/office/")
    operator.follow("/office/communities/")
    operator.follow("/office/communities/new/")
    operator.send(code=COMMUNITY, name="榆树里社区")
    operator.send(codes=[COMMUNITY])


def test_an_office_starts_on_its_screens_and_its_first_handler_on_a_phone(server):
    with a_browser() as browser:
        operator = Visitor(browser, server, "operator", locale="en-US")
        set_up(operator, server.setup_code())
        operator.go("/people/")
        operator.follow("/people/invite/")
        operator.send(name="陈立文", role="handler", place=STREET)
        link = operator.page.locator("p.said").inner_text()

        handler = Visitor(browser, server, "handler", locale="en-US", viewport=PHONE)
        handler.go(link.removeprefix(server.address))
        secret = join(handler, "chen.liwen")
        handler.follow("/desk/")
        desk = sign_out_and_in(handler, "chen.liwen", secret)
        second_use = Visitor(browser, server, "outsider", locale="en-US").page.goto(link)

    assert "Sort" in desk or "need" in desk.lower()
    assert second_use.status == 404, "an invitation opens once"
    assert not operator.faults + handler.faults, "\n".join(operator.faults + handler.faults)
