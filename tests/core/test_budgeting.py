"""An instalment stands on a line of its own year and office; the plan's own year is held by the plan."""

import pytest

from zhagen.core.budgeting import Part, check_tie
from zhagen.core.errors import RuleError

PART = Part("990101001000", 2027, plan_year=2026)


def refusal(part: Part, place: str = PART.place, year: int = 2027) -> str:
    with pytest.raises(RuleError) as caught:
        check_tie(part, line_place=place, line_year=year)
    return caught.value.code


def test_an_instalment_of_a_later_year_stands_on_a_line_of_that_year() -> None:
    check_tie(PART, line_place=PART.place, line_year=2027)

    assert PART.is_waiting
    assert refusal(PART, year=2026) == "budget.other_year"
    assert refusal(PART, place="990101002000") == "budget.other_office"


def test_nothing_stands_on_two_lines() -> None:
    own_year, tied = Part(PART.place, 2026, plan_year=2026), Part(PART.place, 2027, is_tied=True)

    assert refusal(own_year, year=2026) == "budget.held_by_plan"
    assert refusal(tied) == "budget.tied_already"
    assert not own_year.is_waiting
    assert not tied.is_waiting


def test_an_imported_contract_has_no_plan_that_holds_its_money() -> None:
    assert Part(PART.place, 2026).is_waiting
