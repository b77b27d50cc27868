"""Run one function in a fresh, limited Python process (reliability D16).

What strangers upload and what heavy libraries draw is handled there: a crash, a bomb or a leak ends with the
child. The function gets a source file and a target file and answers with a small mapping:

    def work(source: Path, target: Path, arguments: Mapping[str, Any]) -> Mapping[str, Any]: ...
"""

import contextlib
import importlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zhagen.core.errors import RuleError

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What a child may use; 0 sets no limit.

    Args:
        wall_seconds: Time by the clock on the wall.
        memory_bytes: Address space.
        file_bytes: Size of any file that it writes.
    """

    wall_seconds: int = 20
    memory_bytes: int = 1024 * MEBIBYTE
    file_bytes: int = 128 * MEBIBYTE


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a child made: its answer and the bytes of its target file (empty where it wrote none)."""

    answer: Mapping[str, Any]
    target: bytes


_ONE_AT_A_TIME = threading.BoundedSemaphore(1)
_QUEUE_SECONDS = 30
LOOK_SECONDS = 1.0
"""How often a watched child is looked at."""

_KEPT_VARIABLES = (
    "PATH",
    "LANG",
    "LC_ALL",
    "HOME",
    "SYSTEMROOT",
    "TEMP",
    "TMP",
    "TMPDIR",
    "PYTHONDONTWRITEBYTECODE",
)


def run_limited(task: str, source: bytes | Path, arguments: Mapping[str, Any], limits: Limits) -> Outcome:
    """Run `task` ("package.module:function") on the source in a limited child and return what it made.

    One child runs at a time in a server process; others wait for up to half a minute.

    Raises:
        RuleError: What the task raised; "child.busy", "child.too_slow", "child.too_big" or "child.failed".
    """
    if not _ONE_AT_A_TIME.acquire(timeout=_QUEUE_SECONDS):
        raise RuleError("child.busy", seconds=_QUEUE_SECONDS)
    try:
        with tempfile.TemporaryDirectory(prefix="zhagen-child-") as folder:
            return _run_in_folder(task, source, arguments, limits, Path(folder))
    finally:
        _ONE_AT_A_TIME.release()


def run_watched(
    task: str, source: bytes, arguments: Mapping[str, Any], limits: Limits, *, look: Callable[[], bool]
) -> Outcome:
    """Run a long task in a limited child beside whatever else is run, asking `look` every second.

    Args:
        task: "package.module:function".
        source: What the task reads.
        arguments: What else it is told.
        limits: What it and the processes that it starts may use, each.
        look: Notes how far the task is; returns False to stop it with all that it started.

    Raises:
        RuleError: As `run_limited`, and "child.stopped".
    """
    with tempfile.TemporaryDirectory(prefix="zhagen-child-") as folder:
        return _run_in_folder(task, source, arguments, limits, Path(folder), look)


def _run_in_folder(
    task: str,
    source: bytes | Path,
    arguments: Mapping[str, Any],
    limits: Limits,
    folder: Path,
    look: Callable[[], bool] | None = None,
) -> Outcome:
    source_path = source if isinstance(source, Path) else folder / "source"
    if isinstance(source, bytes):
        source_path.write_bytes(source)
    order = {
        "task": task,
        "source": str(source_path),
        "target": str(folder / "target"),
        "answer": str(folder / "answer.json"),
        "arguments": dict(arguments),
        "memory_bytes": limits.memory_bytes,
        "file_bytes": limits.file_bytes,
        "cpu_seconds": limits.wall_seconds,
    }
    returncode = _wait_for_child(json.dumps(order), limits, folder, look)
    answer_path, target_path = folder / "answer.json", folder / "target"
    if returncode or not answer_path.exists():
        raise RuleError("child.failed", returncode=returncode)
    answer = json.loads(answer_path.read_text("utf-8"))
    if answer["status"] == "refused":
        raise RuleError(answer["code"], source=answer["source"], **answer["figures"])
    if answer["status"] == "too_big":
        raise RuleError("child.too_big", mebibytes=limits.memory_bytes // MEBIBYTE)
    if answer["status"] != "done":
        raise RuleError("child.failed", returncode=answer["status"])
    return Outcome(answer["answer"], target_path.read_bytes() if target_path.exists() else b"")


def _wait_for_child(order: str, limits: Limits, folder: Path, look: Callable[[], bool] | None) -> int:
    environment = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    environment |= {
        "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
        "PYTHONUTF8": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "zhagen.platform.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        env=environment,
        start_new_session=look is not None,
    )
    try:
        if look is None:
            process.communicate(order.encode(), timeout=limits.wall_seconds)
        else:
            _watch(process, order.encode(), limits, look)
    except subprocess.TimeoutExpired:
        raise RuleError("child.too_slow", seconds=limits.wall_seconds) from None
    finally:
        _end(process, with_its_own=look is not None)
    return process.returncode


def _watch(process: subprocess.Popen[bytes], order: bytes, limits: Limits, look: Callable[[], bool]) -> None:
    process.stdin.write(order)  # type: ignore[union-attr] - an order is far shorter than a pipe
    process.stdin.close()  # type: ignore[union-attr]
    until = time.monotonic() + limits.wall_seconds
    while True:
        try:
            process.wait(LOOK_SECONDS)
        except subprocess.TimeoutExpired:
            if not look():
                raise RuleError("child.stopped") from None
            if time.monotonic() > until:
                raise
        else:
            return


def _end(process: subprocess.Popen[bytes], *, with_its_own: bool) -> None:
    """End a child that still runs, and the processes that it started, which would outlive it."""
    if with_its_own and hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    if process.poll() is None:
        process.kill()
        process.wait()


def _limit_self(order: Mapping[str, Any]) -> None:
    try:
        import resource
    except ImportError:  # Windows has no rlimits: the clock on the wall still holds there
        return
    for name, amount in (
        (resource.RLIMIT_AS, order["memory_bytes"]),
        (resource.RLIMIT_FSIZE, order["file_bytes"]),
        (resource.RLIMIT_CPU, order["cpu_seconds"]),
        (resource.RLIMIT_CORE, 0),
    ):
        if amount or name == resource.RLIMIT_CORE:
            resource.setrlimit(name, (amount, amount))


def _answer_order(order: Mapping[str, Any]) -> dict[str, Any]:
    module_name, function_name = order["task"].split(":")
    try:
        function = getattr(importlib.import_module(module_name), function_name)
        answer = function(Path(order["source"]), Path(order["target"]), order["arguments"])
    except RuleError as error:
        figures = {
            name: figure if isinstance(figure, int | float | str) else str(figure)
            for name, figure in error.figures.items()
        }
        return {"status": "refused", "code": error.code, "source": error.source, "figures": figures}
    except MemoryError:
        return {"status": "too_big"}
    except Exception as error:  # the parent must hear of any failure of a parser, whatever its kind
        return {"status": f"{type(error).__name__}: {str(error)[:200]}"}
    return {"status": "done", "answer": answer}


def main() -> None:
    """Read one order from standard input, limit this process, do it, write the answer file."""
    order = json.load(sys.stdin)
    _limit_self(order)
    answer = _answer_order(order)
    Path(order["answer"]).write_text(json.dumps(answer, ensure_ascii=False), "utf-8")


if __name__ == "__main__":
    main()
