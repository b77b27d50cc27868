"""However rows are cut, handed out, stopped and taken up again: the same bits."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.lab.labs import BASE, REFORM, SPAN, WORLD
from zhagen.core.errors import RuleError
from zhagen.lab.block_store import BlockStore
from zhagen.lab.cluster import on_dask
from zhagen.lab.fingerprint import code_version, fingerprint
from zhagen.lab.model.params import prior
from zhagen.lab.model.run import Cases, run_cases
from zhagen.lab.runner import Engine, run_all, run_block

GROUPS = ("by_stratum", "by_street", "by_kind")


def cases(rows=12):
    return Cases(
        np.array([BASE.levers, REFORM.levers] * (rows // 2)),
        np.repeat(prior(rows // 2, 3), 2, axis=0),
        np.arange(rows, dtype=np.int64) // 2 % 3,
    )


@pytest.fixture(scope="module")
def straight():
    return run_cases(cases(), WORLD, seed=SPAN.seed, months=SPAN.months, burn_in=SPAN.burn_in)


def test_blocks_of_any_size_give_the_bits_of_one_plain_call(straight):
    for block in (1, 5, 12):
        found = run_all(cases(), WORLD, SPAN, engine=Engine(workers=1, block=block), wanted=GROUPS)

        assert found.digest == replace(straight, by_community={}).digest


def test_any_executor_of_the_standard_kind_gives_the_same_bits(straight):
    with ThreadPoolExecutor(3) as threads:
        found = run_all(
            cases(), WORLD, SPAN, engine=Engine(executor=threads, workers=3, block=2), wanted=GROUPS
        )

    assert found.digest == replace(straight, by_community={}).digest


def test_processes_of_our_own_give_the_same_bits(straight):
    found = run_all(cases(), WORLD, SPAN, engine=Engine(workers=2, block=3), wanted=GROUPS)

    assert found.digest == replace(straight, by_community={}).digest


def test_a_real_local_cluster_of_dask_gives_the_same_bits(straight):
    pytest.importorskip(
        "distributed", reason="没有安装 dask：pip install 'zhagen[sweep]' / dask is not installed"
    )

    with on_dask(Engine(workers=2, block=3)) as engine:
        found = run_all(cases(), WORLD, SPAN, engine=engine, wanted=GROUPS)

    assert engine.executor is not None
    assert found.digest == replace(straight, by_community={}).digest


def test_a_scheduler_that_does_not_answer_is_said_in_words(monkeypatch):
    pytest.importorskip("distributed", reason="没有安装 dask / dask is not installed")
    monkeypatch.setattr("zhagen.lab.cluster.PATIENCE_SECONDS", 0.2)

    with pytest.raises(RuleError) as caught, on_dask(Engine(), "tcp://127.0.0.1:9"):
        pass

    assert caught.value.code == "experiment.no_scheduler"


def test_the_order_of_hashes_in_a_process_does_not_matter():
    code = (
        "from tests.lab.labs import *; from tests.lab.test_runner import cases; from zhagen.lab.runner import run_all;"
        "from zhagen.lab.fingerprint import fingerprint;"
        "print(run_all(cases(4), WORLD, SPAN, wanted=('by_stratum',)).digest, fingerprint({'a': 1, 'b': 2.5, 'c': WORLD}))"
    )
    other = "1" if os.environ.get("PYTHONHASHSEED") != "1" else "2"
    there = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONHASHSEED": other},
        capture_output=True,
        check=True,
    )

    here = run_all(cases(4), WORLD, SPAN, wanted=("by_stratum",)).digest

    assert there.stdout.decode().split() == [here, fingerprint({"a": 1, "b": 2.5, "c": WORLD})]


def test_progress_counts_rows_up_to_all():
    told = []

    run_all(
        cases(), WORLD, SPAN, engine=Engine(workers=1, block=5, tell=lambda done, of: told.append((done, of)))
    )

    assert told == [(0, 12), (5, 12), (10, 12), (12, 12)]


def test_a_stopped_run_goes_on_from_where_it_was(tmp_path, straight):
    told = []
    stopped = Engine(
        workers=1,
        block=4,
        store=tmp_path,
        tell=lambda done, of: told.append(done),
        stop=lambda: told[-1] >= 4,
    )
    with pytest.raises(RuleError) as caught:
        run_all(cases(), WORLD, SPAN, engine=stopped, wanted=GROUPS)
    assert (caught.value.code, told) == ("experiment.stopped", [0, 4])

    told.clear()
    found = run_all(cases(), WORLD, SPAN, engine=replace(stopped, stop=lambda: False), wanted=GROUPS)

    assert told == [4, 8, 12]
    assert found.digest == replace(straight, by_community={}).digest


def test_a_run_handed_out_stops_too_and_keeps_what_is_done(tmp_path):
    told = []
    with ThreadPoolExecutor(1) as threads:
        engine = Engine(
            executor=threads, workers=1, block=2, store=tmp_path,
            tell=lambda done, of: told.append(done), stop=lambda: told[-1] >= 4,
        )  # fmt: skip
        with pytest.raises(RuleError) as caught:
            run_all(cases(), WORLD, SPAN, engine=engine)

    assert caught.value.code == "experiment.stopped"
    assert len(list(tmp_path.glob("*.block"))) == told[-1] // 2 < 6


@pytest.mark.parametrize("harm", [lambda b: b[:-7], lambda b: b[:40] + b"\0" + b[41:], lambda b: b""])
def test_a_torn_or_changed_block_is_computed_again(tmp_path, straight, harm):
    engine = Engine(workers=1, block=4, store=tmp_path)
    run_all(cases(), WORLD, SPAN, engine=engine, wanted=GROUPS)
    victim = sorted(tmp_path.glob("*.block"))[0]
    whole = victim.read_bytes()
    victim.write_bytes(harm(whole))

    found = run_all(cases(), WORLD, SPAN, engine=engine, wanted=GROUPS)

    assert found.digest == replace(straight, by_community={}).digest
    assert victim.read_bytes() == whole


def test_blocks_are_found_by_what_they_were_computed_from(tmp_path):
    engine = Engine(workers=1, block=4, store=tmp_path)
    run_all(cases(4), WORLD, SPAN, engine=engine)

    for world, span, wanted in [
        (replace(WORLD, agencies=6), SPAN, ()),
        (WORLD, replace(SPAN, seed=8), ()),
        (WORLD, replace(SPAN, shock_month=20), ()),
        (WORLD, SPAN, ("by_street",)),
    ]:
        told = []
        run_all(
            cases(4),
            world,
            span,
            engine=replace(engine, tell=lambda done, of, told=told: told.append(done)),
            wanted=wanted,
        )
        assert told == [0, 4]


def test_several_writers_may_write_the_same_blocks_at_once(tmp_path):
    store = BlockStore(tmp_path)
    arrays = {"values/x": np.arange(50_000, dtype=np.float64)}

    with ThreadPoolExecutor(8) as threads:
        reads = [
            threads.submit(store.load, "key") for _ in range(20) if threads.submit(store.save, "key", arrays)
        ]

    for each in reads:
        found = each.result()
        assert found is None or np.array_equal(found["values/x"], arrays["values/x"])
    assert [each.name for each in tmp_path.iterdir()] == ["key.block"]


def test_a_folder_that_cannot_be_written_is_said_in_words(tmp_path):
    (tmp_path / "blocks").write_text("a file, not a folder")

    with pytest.raises(RuleError) as caught:
        run_all(cases(4), WORLD, SPAN, engine=Engine(workers=1, store=tmp_path / "blocks"))

    assert caught.value.code == "experiment.cannot_store"


def test_a_worker_with_other_code_refuses_instead_of_giving_other_bits():
    with pytest.raises(RuleError) as caught:
        run_block(cases(2), WORLD, SPAN, (), "0.0.0+other")

    assert caught.value.code == "experiment.other_version"
    assert caught.value.figures == {"here": code_version(), "there": "0.0.0+other"}


def _end_at_once(*_):
    os._exit(3)


def test_lost_workers_are_said_in_words(monkeypatch):
    monkeypatch.setattr("zhagen.lab.runner.run_block", _end_at_once)

    with pytest.raises(RuleError) as caught:
        run_all(cases(4), WORLD, SPAN, engine=Engine(workers=2, block=2))

    assert caught.value.code == "experiment.workers_lost"


def test_workers_end_with_a_parent_that_was_killed():
    code = (
        "import multiprocessing, os\n"
        "from tests.lab.labs import *\n"
        "from tests.lab.test_runner import cases\n"
        "from zhagen.lab.runner import Engine, run_all\n"
        "def tell(done, _):\n"
        "    if done:\n"
        "        print(*[each.pid for each in multiprocessing.active_children()], flush=True)\n"
        "        os._exit(9)\n"
        "if __name__ == '__main__':\n"
        "    run_all(cases(8), WORLD, SPAN, engine=Engine(workers=2, block=2, tell=tell))\n"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, text=True)
    workers = [int(each) for each in said.stdout.split()]

    patience = time.monotonic() + 20
    while any(map(_lives, workers)) and time.monotonic() < patience:
        time.sleep(0.05)

    assert (said.returncode, len(workers)) == (9, 2)
    assert not any(map(_lives, workers))


def _lives(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"  # dead, only not yet buried by whoever inherited it


def test_fingerprints_tell_kinds_shapes_and_order_apart():
    things = [
        1, 1.0, True, "1", None, (1,), (1, 1), ((1,), 1), np.array([1]), np.array([[1]]), np.array([1.0]), {1: 2}, {2: 1},
        "", (), replace(SPAN, seed=1),
    ]  # fmt: skip

    assert len({fingerprint(each) for each in things}) == len(things)
    with pytest.raises(TypeError):
        fingerprint(object())
