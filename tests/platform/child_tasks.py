"""Tasks, good and bad, that the tests of the child process run."""

import os
import subprocess
import sys
import time
from pathlib import Path

from zhagen.core.errors import RuleError


def echo(source, target, arguments):
    target.write_bytes(source.read_bytes().upper())
    return {"seen": arguments["word"]}


def refuse(source, target, arguments):
    raise RuleError("upload.empty", source="x", figure=7)


def loop(source, target, arguments):
    while True:
        pass


def sleep(source, target, arguments):
    time.sleep(60)


def hoard(source, target, arguments):
    return {"n": len(bytearray(900 * 1024 * 1024))}


def crash(source, target, arguments):
    os.abort()


def fill_disk(source, target, arguments):
    with target.open("wb") as out:
        for _ in range(100):
            out.write(b"x" * 1024 * 1024)
    return {}


def tell_environment(source, target, arguments):
    return dict(os.environ)


def start_another(source, target, arguments):
    """Start a process of its own, as a pool would, tell its number, and never end."""
    other = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    Path(arguments["told"]).write_text(str(other.pid))
    time.sleep(60)
