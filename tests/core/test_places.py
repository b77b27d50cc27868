"""Codes of places."""

import pytest

from zhagen.core.errors import RuleError
from zhagen.core.places import check_community_of, check_street_code, level_of, parent_of


@pytest.mark.parametrize(
    ("code", "level", "parent"),
    [
        ("110000000000", 1, ""),
        ("110100000000", 2, "110000000000"),
        ("110101000000", 3, "110100000000"),
        ("110101001000", 4, "110101000000"),
        ("110101001001", 5, "110101001000"),
    ],
)
def test_a_code_carries_its_level_and_parent(code, level, parent):
    assert (level_of(code), parent_of(code)) == (level, parent)


@pytest.mark.parametrize(
    "code", ["", "1101", "11010100100a", "1101010010010", "000000000000", "１１０１０１００１００１"]
)
def test_what_is_no_code_is_refused(code):
    with pytest.raises(RuleError) as refused:
        level_of(code)
    assert refused.value.code == "place.bad_code"


def test_a_district_is_no_street_and_a_foreign_community_is_refused():
    with pytest.raises(RuleError, match=r"place\.not_a_street"):
        check_street_code("110101000000")
    with pytest.raises(RuleError, match=r"place\.not_in_street"):
        check_community_of("110101002001", "110101001000")
    check_community_of("110101001001", "110101001000")
