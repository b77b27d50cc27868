"""The commands that need the database: their list, their refusals, and the server for real."""

import re
import signal
import socket
import subprocess
import sys

import pytest

from tests.web.running import (
    ROOT,
    environment,
    free_port,
    resident_bytes,
    run_zhagen,
    wait_until_it_answers,
)
from zhagen.core.errors import RuleError
from zhagen.web import manage
from zhagen.web.commands.serve import answers, require_free

MEBIBYTE = 1024 * 1024


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_overview_names_every_command_in_the_terminals_language(monkeypatch, language):
    monkeypatch.setenv("ZHAGEN_LANGUAGE", language)

    lines = manage.overview().splitlines()

    described = {line.split()[1]: line.split(maxsplit=2)[2] for line in lines if line.startswith("  zhagen")}
    assert set(described) == set(manage.COMMANDS)
    assert all(bool(re.search("[一-鿿]", text)) == (language == "zh") for text in described.values())


def test_an_unknown_command_is_refused_with_the_list(capsys):
    code = manage.main(["frobnicate"])

    shown = capsys.readouterr()
    assert code == 2
    assert "frobnicate" in shown.err
    assert "zhagen serve" in shown.out


def test_a_taken_port_is_named_with_the_way_out():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        with pytest.raises(RuleError) as refused:
            require_free("127.0.0.1", port)

    assert refused.value.code == "command.port_taken"
    assert refused.value.figures["port"] == port


def test_a_port_that_cannot_be_is_refused():
    with pytest.raises(RuleError) as refused:
        require_free("127.0.0.1", 99_999)

    assert refused.value.code == "command.port_refused"


def test_preparing_twice_changes_nothing_the_second_time(prepared_home):
    before = (prepared_home / "prepared").read_text()

    again = run_zhagen(prepared_home, "prepare")

    assert again.returncode == 0
    assert "Making" not in again.stdout
    assert (prepared_home / "prepared").read_text() == before


def test_serve_answers_within_memory_and_stops_when_told(prepared_home):
    port = free_port()
    log = prepared_home / "serve.log"
    with log.open("w") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", "zhagen.web.manage", "serve", "--port", str(port)],
            cwd=ROOT,
            env=environment(prepared_home),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_until_it_answers(f"http://127.0.0.1:{port}/", server)
        resident = resident_bytes(server.pid)
        taken = run_zhagen(prepared_home, "serve", "--port", str(port))
        server.send_signal(signal.SIGTERM)
        code = server.wait(20)
    finally:
        server.kill()

    assert code == 0, log.read_text()
    assert resident < 300 * MEBIBYTE
    assert taken.returncode == 2
    assert f"Port {port}" in taken.stderr
    assert "Traceback" not in log.read_text()
    assert not answers(f"http://127.0.0.1:{port}/")


def test_init_makes_an_office_once_and_prints_a_link(prepared_home):
    flags = ("--street-code", "110101001000", "--street-name", "示范街道", "--operator", "罗小维")

    first = run_zhagen(prepared_home, "init", *flags)
    second = run_zhagen(prepared_home, "init", *flags)

    assert first.returncode == 0, first.stderr
    assert re.search(r"http://127\.0\.0\.1:8000/join/[\w-]{32}/", first.stdout)
    key = prepared_home / "keys" / "log-signing"
    assert str(key) in first.stdout
    assert key.stat().st_mode & 0o077 == 0
    assert second.returncode == 2
    assert "exists" in second.stderr


def test_init_without_a_terminal_asks_for_its_flags(prepared_home):
    unasked = run_zhagen(prepared_home, "init", "--street-code", "110101001000")

    assert unasked.returncode == 2
    assert "--operator" in unasked.stderr


def test_a_year_of_holidays_goes_from_the_form_into_the_live_calendar(prepared_home, tmp_path):
    form = run_zhagen(prepared_home, "calendar", "template", "2031")
    file = tmp_path / "2031.toml"
    file.write_text(form.stdout, "utf-8")
    open_ = run_zhagen(prepared_home, "calendar", "add", str(file))
    days = iter(f"2031-{month:02}-01" for month in range(1, 8) for _ in range(2))
    filled = re.sub(r"(from|to) = $", lambda found: f"{found[1]} = {next(days)}", form.stdout, flags=re.M)
    file.write_text(filled, "utf-8")

    added = run_zhagen(prepared_home, "calendar", "add", str(file))

    assert (form.returncode, open_.returncode, added.returncode) == (0, 2, 0), added.stderr
    assert "2031" in added.stdout
