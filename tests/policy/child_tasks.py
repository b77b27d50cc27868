"""Children that stand for the lab's: quick, endless, broken, and one that tells which blocks it found."""

import json
import time
from pathlib import Path

from tests.policy.result import RESULT


def quick(source, target, arguments):
    target.write_text(json.dumps(RESULT))
    return {}


def endless(source, target, arguments):
    (Path(arguments["folder"]) / "progress.json").write_text('{"done": 7, "of": 40}')
    time.sleep(60)


def broken(source, target, arguments):
    raise ValueError


def counting(source, target, arguments):
    found = sorted(each.name for each in Path(arguments["folder"]).glob("*.block"))
    target.write_text(json.dumps({**RESULT, "found": found}))
    return {}
