"""Tasks, good and bad, that the tests of the child process run."""

import os
import time

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
