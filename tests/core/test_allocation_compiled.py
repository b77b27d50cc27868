"""Compiled loops and the same text run as Python say the same; both are run here, whichever is installed."""

import json
import subprocess
import sys

import pytest

from tests.core.elections import outcomes
from zhagen.core.allocation.compiled import COMPILED, told

CODE = (
    "import json; from tests.core.elections import outcomes; from zhagen.core.allocation.compiled import COMPILED;"
    "print(json.dumps([COMPILED, outcomes()]))"
)


def test_loops_run_as_python_say_what_compiled_ones_say() -> None:
    plain = subprocess.run(
        [sys.executable, "-c", CODE],
        env={"PYTHONPATH": ":".join(sys.path), "NUMBA_DISABLE_JIT": "1"},
        capture_output=True, check=True, text=True,
    )  # fmt: skip
    compiled, said = json.loads(plain.stdout)

    assert not compiled
    assert said == outcomes()


def test_the_compiled_loops_are_the_ones_tested_where_numba_is_installed() -> None:
    pytest.importorskip("numba")

    assert COMPILED


def test_who_waits_for_the_compiler_is_told_once() -> None:
    numba = pytest.importorskip("numba")
    said: list[int] = []
    with told(lambda: said.append(1)):
        assert numba.njit(lambda x: x + 1)(1) == 2
        assert numba.njit(lambda x: x + 2)(1) == 3
    numba.njit(lambda x: x + 3)(1)

    assert said == [1]
