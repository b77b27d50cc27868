"""Give each process of the suite a data home of its own, before Django reads its settings.

Loaded by `-p tests.own_home` in pyproject.toml. Two workers that shared `var/` would turn each other's keys, and
would write into the home of whoever runs the demo in the same checkout. ZHAGEN_HOME, if set, is used instead.
"""

import atexit
import os
import shutil
import tempfile

GIVEN = "ZHAGEN_TESTS_HOME"


def _start() -> None:
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    if GIVEN not in os.environ:  # workers inherit it
        os.environ[GIVEN] = tempfile.mkdtemp(prefix="zhagen-tests-")
        atexit.register(shutil.rmtree, os.environ[GIVEN], ignore_errors=True)
    os.environ["ZHAGEN_HOME"] = os.path.join(os.environ[GIVEN], worker)


if "ZHAGEN_HOME" not in os.environ or GIVEN in os.environ:
    _start()
