"""The worked cases that rule authors write: tests/cases/*.toml."""

import tomllib
from datetime import date
from pathlib import Path

import pytest

from tests.core.case_checks import CHECKS, world
from zhagen.core.errors import RuleError, SeveralRulesError

FOLDER = Path(__file__).parents[1] / "cases"
NEEDED = {"title", "source", "place", "on", "check", "given"}
CASES = [
    pytest.param(case, id=f"{file.stem}-{number}")
    for file in sorted(FOLDER.glob("*.toml"))
    for number, case in enumerate(tomllib.loads(file.read_text(encoding="utf-8"))["case"], start=1)
]


def outcome(case: dict) -> tuple[str, object]:
    """("expect", value) or ("refused", code of the first refusal)."""
    try:
        return "expect", CHECKS[case["check"]](world(case["place"], case["on"]), **case["given"])
    except RuleError as error:
        first = error.errors[0] if isinstance(error, SeveralRulesError) else error
        return "refused", first.code


@pytest.mark.parametrize("case", CASES)
def test_a_worked_case_comes_out_as_its_author_says(case):
    wanted = [(key, case[key]) for key in ("expect", "refused") if key in case]

    assert set(case) - {"expect", "refused"} == NEEDED
    assert len(wanted) == 1, "a case has either expect or refused"
    assert case["title"].strip()
    assert case["source"].strip()
    assert isinstance(case["on"], date)
    assert outcome(case) == wanted[0], case["title"]


def test_there_are_at_least_twenty_cases_and_no_two_of_one_title():
    titles = [each.values[0]["title"] for each in CASES]

    assert len(titles) >= 20
    assert len(set(titles)) == len(titles)
