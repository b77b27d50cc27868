"""A server as an office runs it, in processes and a data home of its own, with the cast and their sessions.

    python -m tests.journeys.house PORT [seeds]

It prepares the data home, makes the people, starts granian with the product's pages and prints who is signed in
by which session; with a module of seeds, its `settle(people)` is called first. Each moment it then reads is the new hour; it answers when queue, seals and tick are done there.
"""

import datetime as dt
import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import redirect_stdout
from importlib import import_module
from pathlib import Path

from tests.web.running import ROOT, environment

ENDLESS = dt.datetime(2035, 1, 1, tzinfo=dt.UTC)
THREADS = 4


class House:
    """The journey's side: start, set the hour, stop."""

    def __init__(self, home: Path, start: dt.datetime, seeds: str = "") -> None:
        port = _free_port()
        self.address = f"http://127.0.0.1:{port}"
        (home / "moment").write_text(start.isoformat())
        self.child = subprocess.Popen(
            [sys.executable, "-m", "tests.journeys.house", str(port), *seeds.split()],
            cwd=ROOT,
            env=environment(home),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.sessions: dict[str, str] = json.loads(self._answer())

    def at(self, moment: dt.datetime) -> None:
        """Let it be another hour for everyone."""
        self.child.stdin.write(moment.isoformat() + "\n")
        self.child.stdin.flush()
        assert self._answer() == "there"

    def _answer(self) -> str:
        line = self.child.stdout.readline().strip()
        assert line, f"the server ended with {self.child.wait()}"
        return line

    def stop(self) -> None:
        """End the server and its pages."""
        self.child.stdin.close()
        self.child.wait(30)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def main(port: int, seeds: str = "") -> None:
    """Prepare, settle the people, serve until standard input ends."""
    from tests.journeys.travelled import go_there, moment_file
    from zhagen.web.commands import prepare

    with redirect_stdout(sys.stderr):
        prepare.prepare()
    go_there()
    sessions = settle(seeds)
    pages = _start_pages(port)
    try:
        tell(json.dumps(sessions))
        for line in sys.stdin:
            moment_file().write_text(line.strip())
            go_there()
            beat()
            tell("there")
    finally:
        pages.terminate()
        pages.wait(15)


def tell(answer: str) -> None:
    print(answer, flush=True)


def settle(seeds: str) -> dict[str, str]:
    """Make the cast, the agencies that bid and what a module seeds; return each one's session."""
    from tests.cast import cast
    from tests.procurement.builders_tender import bidders

    people = cast()
    bidders(people)
    if seeds:
        import_module(seeds).settle(people)
    return {key: _session(person.client) for key, person in people.items() if person.user is not None}


def _session(client: object) -> str:
    session = client.session
    session.set_expiry(ENDLESS)
    session.save()
    return session.session_key


def beat() -> None:
    """Do what `zhagen serve` does beside its pages."""
    from zhagen.audit.sealer import seal_pending
    from zhagen.platform.clock import now
    from zhagen.platform.due import run_due
    from zhagen.web.runner import work_queue

    run_due(now())
    work_queue()
    seal_pending()


def _start_pages(port: int) -> subprocess.Popen[bytes]:
    pages = subprocess.Popen([sys.executable, "-c", f"from tests.journeys.house import serve; serve({port})"])
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return pages
        time.sleep(0.1)
    pages.kill()
    raise SystemExit("the pages did not start")


def serve(port: int) -> None:
    """Run granian as `zhagen.web.server` does, on the journey's clock."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhagen.web.settings")
    Granian(
        "tests.journeys.travelled:application",
        address="127.0.0.1",
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=THREADS,
        websockets=False,
        log_level=LogLevels.error,
    ).serve()


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhagen.web.settings")
    main(int(sys.argv[1]), *sys.argv[2:])
