"""Before the opening a bid's words lie in no file of the server; after it they do, so the search can find."""

import json

import pytest

from tests import databases, proofs

SLICE, FULL = 4, 50


@pytest.mark.campaign
def test_a_canary_in_the_bids_is_in_no_database_log_backup_or_file_before_the_opening(tmp_path):
    bids = proofs.size(SLICE, FULL)

    found = json.loads(databases.run_child(tmp_path, "tests.procurement.canary_child", str(bids)))

    assert found["sealed"] == bids
    assert found["before"] == []
    assert found["after"] >= 1
    proofs.found("seals: bids with a canary", size=bids, full=FULL, leaks=0)
