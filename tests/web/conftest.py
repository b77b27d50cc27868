"""A data home that was prepared once and is copied for each test that runs commands."""

import shutil
from pathlib import Path

import pytest

from tests.web.running import run_zhagen


@pytest.fixture(scope="session")
def prepared_once(tmp_path_factory) -> Path:
    home = tmp_path_factory.mktemp("prepared")
    done = run_zhagen(home, "prepare")
    assert done.returncode == 0, done.stderr
    return home


@pytest.fixture
def prepared_home(prepared_once, tmp_path) -> Path:
    return Path(shutil.copytree(prepared_once, tmp_path / "home"))
