"""Before the opening a bid's words lie in no file of the server; after it they do, so the search can find."""

import pytest

from tests.procurement.test_buying_races import run


def check(found: dict, bids: int) -> None:
    assert found["sealed"] == bids
    assert found["before"] == []
    assert found["after"] >= 1


def test_a_canary_in_four_bids_is_in_no_database_log_backup_or_file_before_the_opening(tmp_path):
    check(run(tmp_path, "canary", "4"), 4)


@pytest.mark.campaign
def test_a_canary_in_fifty_bids_is_in_no_database_log_backup_or_file_before_the_opening(tmp_path):
    check(run(tmp_path, "canary", "50"), 50)
