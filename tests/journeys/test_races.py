"""Money and words are taken once: claims on one instalment, answers to one off-plan task, with real threads.

The races of award, marks, budget line and bid are in `tests/procurement/test_buying_races.py`, by the same harness.
"""

import json
import os
import subprocess
import sys

import pytest

SLICE, CAMPAIGN = 10, 200
RACES = ("claim", "off_plan")


def run(tmp_path, *words: str) -> dict:
    environment = {**os.environ, "ZHAGEN_HOME": str(tmp_path), "PYTHONPATH": "."}
    command = [sys.executable, "-m", "tests.journeys.race_child", *words]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.strip().splitlines()[-1])


@pytest.mark.parametrize("what", RACES)
def test_a_race_ends_right_in_every_round(tmp_path, what):
    assert run(tmp_path, what, str(SLICE)) == {"rounds": SLICE, "wrong": []}


@pytest.mark.parametrize("what", RACES)
def test_the_same_check_notices_that_the_guard_is_gone(tmp_path, what):
    assert run(tmp_path, what, str(SLICE), "without-guard")["wrong"]


@pytest.mark.campaign
@pytest.mark.parametrize("what", RACES)
def test_a_race_ends_right_in_two_hundred_rounds(tmp_path, what):
    assert run(tmp_path, what, str(CAMPAIGN)) == {"rounds": CAMPAIGN, "wrong": []}
