"""Run the product's commands as an operator does: in a process and a data home of their own."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from zhagen.web.commands.serve import answers

ROOT = Path(__file__).resolve().parents[2]


def run_zhagen(home: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "zhagen", *words],
        cwd=ROOT,
        env=environment(home, **more),
        capture_output=True,
        text=True,
        timeout=300,
        stdin=subprocess.DEVNULL,
        check=False,
    )


def environment(home: Path, **more: str) -> dict[str, str]:
    kept = {name: text for name, text in os.environ.items() if name != "ZHAGEN_DATABASE_URL"}
    return {**kept, "ZHAGEN_HOME": str(home), "PYTHONPATH": str(ROOT), "ZHAGEN_LANGUAGE": "en", **more}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_it_answers(address: str, server: subprocess.Popen, seconds: int = 60) -> None:
    until = time.monotonic() + seconds
    while not answers(address):
        assert server.poll() is None, "the server ended before it answered"
        assert time.monotonic() < until, f"no answer within {seconds} s"
        time.sleep(0.1)
    time.sleep(2)  # the runner beside the pages has loaded by then


def resident_bytes(pid: int) -> int:
    if not Path("/proc").is_dir():
        pytest.skip("no /proc here: memory is not measured")
    of_parent = {}
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            text = status.read_text()
        except OSError:
            continue
        figures = dict(line.split(":", 1) for line in text.splitlines() if ":" in line)
        of_parent[int(figures["Pid"])] = (
            int(figures["PPid"]),
            int(figures.get("VmRSS", "0").split()[0]) * 1024,
        )
    family, size = {pid}, 0
    while size != len(family):
        size = len(family)
        family |= {child for child, (parent, _) in of_parent.items() if parent in family}
    return sum(of_parent[each][1] for each in family)
