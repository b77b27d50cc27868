"""Run the product's commands as an operator does: in a process and a data home of their own."""

import contextlib
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
    """Return what a process and its children hold in memory."""
    size = {each: int(_figures(each).get("VmRSS", "0").split()[0]) * 1024 for each in _family(pid)}
    return sum(size.values())


def cpu_seconds(pid: int) -> float:
    """Return the processor time that a process and its living children have used; others do not lengthen it."""
    used = 0
    for each in _family(pid):
        with contextlib.suppress(OSError):
            after_name = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
            used += int(after_name[11]) + int(after_name[12])
    return used / os.sysconf("SC_CLK_TCK")


def _family(pid: int) -> set[int]:
    if not Path("/proc").is_dir():
        pytest.skip("no /proc here: memory and processor time are not measured")
    pids = [int(each.name) for each in Path("/proc").glob("[0-9]*")]
    parents = {each: int(_figures(each).get("PPid", "0")) for each in pids}
    family, size = {pid}, 0
    while size != len(family):
        size = len(family)
        family |= {child for child, parent in parents.items() if parent in family}
    return family


def _figures(pid: int) -> dict[str, str]:
    """Return what the kernel says of a process; nothing if it has just ended."""
    try:
        text = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return {}
    return dict(line.split(":", 1) for line in text.splitlines() if ":" in line)
