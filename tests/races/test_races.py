"""No double award, mark, bid or confirmation, no overspent line, instalment or grant, with real threads.

Everything runs in one child on a database of its own, SQLite or PostgreSQL as the suite does: starting a child
costs more than the rounds of the slice.
"""

import json

import pytest

from tests import databases, proofs

SLICE, FULL, BARE = 5, 200, 3
KINDS = (
    "award", "score", "line", "later_year", "bid", "claim", "off_plan",
    "grant_claim", "fund_entry", "fund_receipt", "grant_payment",
)  # fmt: skip


@pytest.fixture(scope="module")
def ended(tmp_path_factory) -> dict:
    rounds = proofs.size(SLICE, FULL)
    home = tmp_path_factory.mktemp("races")
    return json.loads(databases.run_child(home, "tests.races.child", str(rounds), str(BARE), *KINDS))


@pytest.mark.campaign
@pytest.mark.parametrize("kind", KINDS)
def test_a_race_ends_right_in_every_round(ended, kind):
    rounds = proofs.size(SLICE, FULL)

    assert ended["guarded"][kind] == {"rounds": rounds, "wrong": []}
    proofs.found(f"races: {kind}", size=rounds, full=FULL, wrong=0)


@pytest.mark.campaign
@pytest.mark.parametrize("kind", KINDS)
def test_the_same_check_notices_that_the_guard_is_gone(ended, kind):
    wrong = ended["unguarded"][kind]["wrong"]

    assert wrong
    assert not any("TransactionManagementError" in end for ends in wrong for end in ends)
