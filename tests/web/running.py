"""Run the product's commands as an operator does: in a process and a data home of their own."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def run_zhagen(home: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "zhagen", *words],
        cwd=ROOT,
        env=environment(home, **more),
        capture_output=True,
        text=True,
        timeout=300,
        stdin=subprocess.DEVNULL,
        check=False,
    )


def environment(home: Path, **more: str) -> dict[str, str]:
    kept = {name: text for name, text in os.environ.items() if name != "ZHAGEN_DATABASE_URL"}
    return {**kept, "ZHAGEN_HOME": str(home), "PYTHONPATH": str(ROOT), "ZHAGEN_LANGUAGE": "en", **more}
