"""64 voters at once, online, with help and on paper, kill -9 included: no double ballot, none acknowledged is lost."""

import json

import pytest

from tests import databases, proofs

SLICE, FULL = 5_000, 100_000
BARE = 400


def run(home, attempts, guards="kept"):
    return json.loads(databases.run_child(home, "tests.races.voting", str(attempts), guards))


@pytest.mark.campaign
def test_no_double_ballot_and_none_acknowledged_is_lost(tmp_path):
    attempts = proofs.size(SLICE, FULL)

    found = run(tmp_path, attempts)

    print(found)
    wrong = {
        name: found[name]
        for name in ("twice", "lost_marks", "lost_ballots", "box_and_roll_differ", "papers_beyond")
    }
    assert set(wrong.values()) == {0}, wrong
    assert found["broken"] == []
    assert found["attempts"] >= attempts
    assert found["refused"]["ballot.voted_already"] > 0
    proofs.found(
        "votes: 64 at once, killed with -9", size=found["attempts"], full=FULL, kills=found["kills"],
        acknowledged=found["acknowledged"], double=0, lost=0, attempts_per_second=round(found["attempts"] / found["seconds"]),
    )  # fmt: skip


@pytest.mark.campaign
def test_the_same_check_notices_that_the_guards_are_gone(tmp_path):
    found = run(tmp_path, BARE, "taken")

    assert found["twice"] > 0
    assert found["lost_ballots"] > 0
