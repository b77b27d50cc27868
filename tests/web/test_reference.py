"""The generated pages of commands and settings do not lag behind the code."""

from pathlib import Path

import pytest

from zhagen.web.reference import PAGES, SETTINGS, settings_in_code

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "reference"


@pytest.mark.parametrize("name", sorted(PAGES))
def test_the_page_is_what_the_code_says(name, monkeypatch):
    monkeypatch.setenv("ZHAGEN_LANGUAGE", "en")
    monkeypatch.setenv("COLUMNS", "80")

    assert (FOLDER / name).read_text("utf-8") == PAGES[name](), "run `make docs`"


def test_every_variable_that_the_code_reads_is_explained():
    assert settings_in_code() - {"ZHAGEN_CAMPAIGN"} <= set(SETTINGS)
