"""Before the opening a bid's words lie in no file of the server; after it they do, so the search can find."""

import json

import pytest

from tests import databases, proofs

SLICE, FULL = 4, 50


@pytest.mark.campaign
def test_a_canary_in_the_bids_is_nowhere_on_the_server_before_the_opening(tmp_path):
    bids = proofs.size(SLICE, FULL)

    found = json.loads(databases.run_child(tmp_path, "tests.procurement.canary_child", str(bids)))

    assert found["sealed"] == bids
    assert (found["plain"], found["before"], found["written"]) == (0, [], [])
    assert found["asked"] > 200
    after = " ".join(found["after"])
    assert "backup-after/" in after
    assert "evidence/" in after
    proofs.found("bids with a canary", size=bids, full=FULL, pages_and_exports=found["asked"], leaks=0)
