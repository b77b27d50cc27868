"""Codes of places: 12 digits of the statistical bureau, which carry the tree."""

from zhagen.core.errors import RuleError

SOURCE = "统计用区划代码和城乡划分代码编制规则"
CODE_DIGITS = 12
_PREFIX_OF_LEVEL = {1: 2, 2: 4, 3: 6, 4: 9, 5: 12}
"""Level → how many digits carry it: province, city, county, street, community."""


def level_of(code: str) -> int:
    """Return the level of a code, 1 for a province to 5 for a community.

    Raises:
        RuleError: "place.bad_code".

    >>> level_of("110000000000"), level_of("110101001000"), level_of("110101001001")
    (1, 4, 5)
    """
    if len(code) != CODE_DIGITS or not (code.isascii() and code.isdigit()) or code.startswith("00"):
        raise RuleError("place.bad_code", code=code, source=SOURCE)
    return next(level for level, digits in _PREFIX_OF_LEVEL.items() if not code[digits:].strip("0"))


def parent_of(code: str) -> str:
    """Return the code one level up; empty above a province.

    >>> parent_of("110101001001"), parent_of("110000000000")
    ('110101001000', '')
    """
    level = level_of(code)
    if level == 1:
        return ""
    digits = _PREFIX_OF_LEVEL[level - 1]
    return code[:digits].ljust(CODE_DIGITS, "0")


def check_street_code(code: str) -> None:
    """Refuse a code that is not of a street or town.

    Raises:
        RuleError: "place.bad_code", "place.not_a_street".
    """
    street = 4
    if level_of(code) != street:
        raise RuleError("place.not_a_street", code=code, source=SOURCE)


def check_community_of(code: str, street: str) -> None:
    """Refuse a code that is not of a community in the street.

    Raises:
        RuleError: "place.bad_code", "place.not_in_street".
    """
    community = 5
    if level_of(code) != community or parent_of(code) != street:
        raise RuleError("place.not_in_street", code=code, street=street, source=SOURCE)
