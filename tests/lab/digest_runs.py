"""The lab's small run whose bits are kept, in this process or in one that is told to do without vector units.

A change of the model's figures is meant or it is not: where it is meant, renew the kept marks and read the diff,
which names each outcome that moved.

    python -m tests.lab.digest_runs --keep
"""

import argparse
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__

from tests.lab.test_kernel import run, some_cases
from zhagen.core.allocation.compiled import COMPILED

KEPT = Path(__file__).with_name("kernel_marks.json")
ROOT = Path(__file__).resolve().parents[2]
GROUPS = ("values", "by_community", "by_stratum", "by_street", "by_kind")
NO_UNITS = {
    "NPY_DISABLE_CPU_FEATURES": " ".join(name for name in __cpu_dispatch__ if __cpu_features__.get(name)),
    "NUMBA_CPU_NAME": "generic",
    "NUMBA_CPU_FEATURES": "",
}
"""The environment in which NumPy and Numba use what every processor of the kind has: no AVX2, no FMA, no AVX-512."""


def small_run(*, compiled):
    """Every lever, seven rulebooks, draws of the prior, an emergency: 14 rows of 40 months in 23 communities."""
    return run(some_cases(), compiled=compiled)


def marks(results):
    """Return by outcome the first 12 digits of the SHA-256 of its figures, bit by bit."""
    return {
        f"{group}/{name}": hashlib.sha256(np.ascontiguousarray(figures, "<f8").tobytes()).hexdigest()[:12]
        for group in GROUPS
        for name, figures in sorted(getattr(results, group).items())
    }


def canaries(*, compiled):
    """Return figures that do depend on the vector units, to see that switching them off does something."""
    seen = [hashlib.sha256(np.tanh(np.linspace(-20, 20, 4001)).tobytes()).hexdigest()[:12]]
    if compiled:
        import numba

        @numba.njit(fastmath=True)
        def fused(figures):
            total = 0.0
            for figure in figures:
                total = total * figure + 0.1
            return total

        seen.append(fused(np.random.default_rng(1).random(1001)).hex())
    return seen


def said(*, compiled):
    """Return what a process says of itself."""
    return {"marks": marks(small_run(compiled=compiled)), "canaries": canaries(compiled=compiled)}


def of_a_child(*, compiled, units, hash_seed):
    """Return the same as said by a new process, with or without vector units."""
    environment = {**os.environ, "PYTHONHASHSEED": str(hash_seed), "PYTHONPATH": str(ROOT)}
    words = [sys.executable, "-m", "tests.lab.digest_runs", "--compiled" if compiled else "--plain"]
    done = subprocess.run(
        words,
        cwd=ROOT,
        env=environment | ({} if units else NO_UNITS),
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def kept():
    return json.loads(KEPT.read_text("utf-8"))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    how = parser.add_mutually_exclusive_group(required=True)
    how.add_argument("--keep", action="store_true", help="keep the marks of this code's run")
    how.add_argument("--plain", action="store_true")
    how.add_argument("--compiled", action="store_true")
    asked = parser.parse_args()
    if asked.keep:
        KEPT.write_text(json.dumps(marks(small_run(compiled=COMPILED)), indent=1) + "\n", "utf-8")
    else:
        print(json.dumps(said(compiled=asked.compiled)))


if __name__ == "__main__":
    main()
