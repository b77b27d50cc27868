"""A calibration that was stopped goes on where it stood and ends with the same bits."""

import numpy as np
import pytest

from tests.lab.test_calibrate_exact import asked, linear, planted
from zhagen.core.errors import RuleError
from zhagen.lab.calibrate.effort import Effort
from zhagen.lab.calibrate.infer import infer
from zhagen.lab.calibrate.journal import BLOCK, Journal

EFFORT = Effort(table=600, waves=1, per_wave=300, generations=2, per_generation=200, draws=50)


class StoppedError(Exception):
    pass


def test_a_stopped_calibration_goes_on_where_it_stood_with_the_same_bits(tmp_path):
    _, record = planted(3)
    whole = infer(asked(record), EFFORT, seed=1)
    calls = []

    def breaks_off(values, numbers):
        calls.append(len(values))
        if sum(calls) > 800:
            raise StoppedError
        return linear(values, numbers)

    with pytest.raises(StoppedError):
        infer(asked(record, simulate=Journal(breaks_off, "linear", tmp_path / "t.npz")), EFFORT, seed=1)
    journal = Journal(linear, "linear", tmp_path / "t.npz")
    resumed = infer(asked(record, simulate=journal), EFFORT, seed=1)

    assert np.array_equal(resumed.draws, whole.draws)
    assert 600 <= resumed.runs - journal.made <= 800


def test_a_second_calibration_makes_no_run_again_and_has_the_same_digest(tmp_path):
    _, record = planted(3)
    first = Journal(linear, "linear", tmp_path / "t.npz")
    infer(asked(record, simulate=first), EFFORT, seed=1)

    second = Journal(linear, "linear", tmp_path / "t.npz")
    infer(asked(record, simulate=second), EFFORT, seed=1)

    assert second.made == 0
    assert second.digest == first.digest
    assert len(second.digest) == 64


def test_a_table_of_another_world_is_refused(tmp_path):
    values = np.zeros((5, 3))
    Journal(linear, "one world", tmp_path / "t.npz")(values, np.arange(5))

    with pytest.raises(RuleError) as other_world:
        Journal(linear, "another world", tmp_path / "t.npz")
    (tmp_path / "t.npz").write_bytes(b"no table")
    with pytest.raises(RuleError) as broken:
        Journal(linear, "one world", tmp_path / "t.npz")

    assert other_world.value.code == "calibration.other_table"
    assert broken.value.code == "calibration.no_table"


def test_progress_is_told_block_by_block():
    told = []
    journal = Journal(linear, "linear", told=told.append)

    journal(np.zeros((2 * BLOCK + 1, 3)), np.arange(2 * BLOCK + 1))

    assert told == [BLOCK, 2 * BLOCK, 2 * BLOCK + 1]


def test_a_run_is_known_by_its_number_and_its_parameters(tmp_path):
    values, numbers = np.zeros((5, 3)), np.arange(5)
    journal = Journal(linear, "linear", tmp_path / "t.npz")
    journal(values, numbers)

    assert np.array_equal(journal(values + 1, numbers), linear(values + 1, numbers))
    assert np.array_equal(journal(values[:2], numbers[:2]), linear(values[:2], numbers[:2]))
    assert journal.made == 10
    assert Journal(linear, "linear", tmp_path / "t.npz").digest == journal.digest


def test_a_table_that_cannot_be_written_is_said_so(tmp_path):
    with pytest.raises(RuleError) as told:
        Journal(linear, "linear", tmp_path / "missing" / "t.npz")(np.zeros((1, 3)), np.arange(1))

    assert told.value.code == "cli.cannot_write"
