"""The child's side, really computed: small, complete, the same bits after a break, and no amount uncalibrated."""

import json

import pytest

from tests.cast import cast
from tests.policy.builders import CREDIT, SMALL, asked
from zhagen.lab.outcomes import OUTCOMES
from zhagen.policy.compute import Ask, order_in, order_of, progress_in, result_of, work

WEIGHTS = {
    "met_share": 4000, "sampled_met_share": 2500, "trust_mean": 1000, "confirmed_share": 500,
    "tenure_days": 1000, "turnover": 500, "load_mean": 500,
}  # fmt: skip


@pytest.fixture(autouse=True)
def uncompiled(monkeypatch):
    """The arrays' own way gives the same bits and spares a minute of compiling."""
    monkeypatch.setattr("zhagen.lab.model.run.run_row", None)


@pytest.fixture
def run():
    return asked(cast(), {CREDIT: 3000, "evaluation.scheme": WEIGHTS}, Ask(20, 3, 1, 24, 1, True))


def test_a_small_rehearsal_is_computed_whole_and_again_from_its_blocks_to_the_same_result(run, tmp_path):
    (tmp_path / "source").write_bytes(order_of(run))
    arguments = {"folder": str(tmp_path / "blocks"), "district": str(tmp_path / "none")}
    (tmp_path / "blocks").mkdir()

    work(tmp_path / "source", tmp_path / "target", arguments)
    result = json.loads((tmp_path / "target").read_text("utf-8"))
    blocks = len(list((tmp_path / "blocks").glob("*.block")))
    again = result_of(order_in(run), tmp_path / "blocks")

    assert json.loads(json.dumps(again)) == result
    assert len(list((tmp_path / "blocks").glob("*.block"))) == blocks > 1
    done, of = progress_in(tmp_path / "blocks")
    assert done == of > SMALL.rows // 2
    assert {each["outcome"] for each in result["outcomes"]} <= {each.code for each in OUTCOMES}
    assert not any("amount" in each for each in result["outcomes"])
    assert not result["is_calibrated"]
    assert result["stamp"]["rulebooks"] == [run.baseline_digest, run.reform_digest]
    assert {each["kind"] for each in result["groups"]} >= {"stratum"}
    assert "community" not in {each["kind"] for each in result["groups"]}
    assert {"reasons", "tipping", "reason_draws"} <= set(result)


def test_progress_before_anything_is_none(tmp_path):
    assert progress_in(tmp_path) == (0, 0)
