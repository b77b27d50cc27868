"""The compiled model and the one written with Mesa simulate the same thing; `bench/lab.py` tests it at full size."""

import importlib.util
import os
import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).resolve().parents[2] / "bench" / "lab.py"


def python_with_mesa():
    """Return the interpreter that ZHAGEN_MESA names, or this one where it has Mesa."""
    here = sys.executable if importlib.util.find_spec("mesa") else ""
    return os.environ.get("ZHAGEN_MESA") or here


def load_bench():
    spec = importlib.util.spec_from_file_location("bench_lab", BENCH)
    bench = importlib.util.module_from_spec(spec)
    sys.modules["bench_lab"] = bench
    spec.loader.exec_module(bench)
    return bench


@pytest.fixture
def compared():
    python = python_with_mesa()
    if not python:
        pytest.skip(
            "没有 Mesa，不比对（ZHAGEN_MESA=有 Mesa 3 的 python） / no Mesa: not compared (ZHAGEN_MESA=PYTHON)"
        )
    bench = load_bench()
    size = bench.Size(communities=60, agencies=20, streets=6, months=60, burn_in=24)

    def compare(levers, told):
        with bench.Peer(python) as peer:
            there = [peer.ask(told, seed, size) for seed in range(12)]
        return bench.compared("", bench.ours(levers, 0, 60, size=size), there)

    return bench, compare


@pytest.mark.parametrize("rulebook", ["base", "R1+R2"])
def test_every_outcome_spreads_as_among_objects_one_by_one(compared, rulebook):
    bench, compare = compared
    levers = bench.rules_of(rulebook)

    found = compare(levers, levers)

    assert [each for each in found if not each.is_equal(bench.chance_each(found))] == []


def test_a_rule_that_differs_by_a_little_is_seen(compared):
    bench, compare = compared

    found = compare(bench.rules_of("base"), bench.lever_vector(granularity=1, wage=0.9))

    assert [each for each in found if not each.is_equal(bench.chance_each(found))] != []
