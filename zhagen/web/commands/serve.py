"""Serve pages, queue, sealer and tick in one go."""

import argparse
import contextlib
import fcntl
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from zhagen.core.errors import RuleError
from zhagen.web.commands import prepare
from zhagen.web.commands.words import tell

PORT = 8000
START_SECONDS = 60
STOP_SECONDS = 15


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the address to listen on."""
    parser.add_argument("--host", default=os.environ.get("HOST", "127.0.0.1"), help="127.0.0.1")
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT") or PORT), help=str(PORT))


def run(options: argparse.Namespace) -> int:
    """Serve until Ctrl-C or SIGTERM."""
    return serve(options.host, options.port)


def serve(host: str, port: int) -> int:
    """Prepare, start the pages beside this process, and run queue, sealer and tick in this one.

    A data home that this version prepared before starts its pages at once and is checked meanwhile.

    Raises:
        RuleError: "command.port_taken", "command.port_refused", "command.home_busy".
    """
    require_free(host, port)
    with hold_home(prepare.data_home()):
        return _serve_home(host, port)


@contextlib.contextmanager
def hold_home(home: Path) -> Iterator[None]:
    """Keep a second server, or a restore, away from a data home for as long as this one uses it.

    Raises:
        RuleError: "command.home_busy".
    """
    with (home / "in-use.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise RuleError("command.home_busy", home=home) from None
        yield


def _serve_home(host: str, port: int) -> int:
    if not prepare.is_prepared():
        prepare.prepare()
    pages = start_pages(host, port)
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    threading.Thread(target=_announce, args=(host, port, pages), daemon=True).start()
    try:
        return _run_beside(pages, stop)
    finally:
        _stop(pages)


def require_free(host: str, port: int) -> None:
    """Refuse a port that something else listens on.

    Raises:
        RuleError: "command.port_taken", "command.port_refused".
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (PermissionError, OverflowError, socket.gaierror) as error:
            raise RuleError("command.port_refused", host=host, port=port, reason=str(error)) from None
        except OSError:
            raise RuleError("command.port_taken", host=host, port=port, other=port + 1) from None


def start_pages(host: str, port: int) -> subprocess.Popen[bytes]:
    """Start the process of the pages; it ends with this one."""
    return subprocess.Popen(
        [sys.executable, "-m", "zhagen.web.server", host, str(port)],
        preexec_fn=_die_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509 - no thread yet
    )


def _die_with_parent() -> None:
    import ctypes

    set_parent_death_signal = 1
    ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGTERM)


def _run_beside(pages: subprocess.Popen[bytes], stop: threading.Event) -> int:
    import django

    django.setup()
    from zhagen.web.runner import run_until

    ended: list[int] = []

    def watch() -> None:
        ended.append(pages.wait())
        stop.set()

    threading.Thread(target=watch, daemon=True).start()
    run_until(stop)
    return ended[0] if ended else 0


def _stop(pages: subprocess.Popen[bytes]) -> None:
    if pages.poll() is None:
        pages.terminate()
        try:
            pages.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            pages.kill()


def _announce(host: str, port: int, pages: subprocess.Popen[bytes]) -> None:
    shown = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104 - compared, not bound
    address = f"http://{f'[{shown}]' if ':' in shown else shown}:{port}/"
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and pages.poll() is None:
        if answers(address):
            tell("command.serving", address=address)
            _announce_set_up(address)
            return
        time.sleep(0.1)


def _announce_set_up(address: str) -> None:
    """Say how to make the first office, as long as there is none."""
    import django

    django.setup()
    from zhagen.parties.actions.office import has_office
    from zhagen.parties.views.office import setup_code

    if not has_office():
        tell("command.setup_page", address=address, setup_code=setup_code())


def answers(address: str) -> bool:
    """Whether a server answers at the address, be it with an error."""
    try:
        urllib.request.build_opener(urllib.request.ProxyHandler({})).open(address, timeout=30).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True
