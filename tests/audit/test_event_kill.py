"""kill -9 in the middle of writes: nothing that was acknowledged is lost, and the log still verifies."""

import json

import pytest

from tests import databases, proofs

SLICE, FULL = 30, 300


@pytest.mark.campaign
def test_nothing_acknowledged_is_lost_and_the_log_verifies(tmp_path) -> None:
    rounds = proofs.size(SLICE, FULL)

    result = json.loads(databases.run_child(tmp_path, "tests.audit.kill_harness", str(rounds)))

    assert (result["lost"], result["unsealed"], result["findings"]) == (0, 0, [])
    assert result["rounds"] == rounds
    assert result["refuses_change"]
    assert result["acknowledged"] >= rounds
    proofs.found("kill -9", size=rounds, full=FULL, acknowledged=result["acknowledged"], lost=0)
