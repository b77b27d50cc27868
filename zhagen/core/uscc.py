"""统一社会信用代码: the check digits of GB 32100-2015 and of the organisation code inside (GB 11714).

A failed check is a doubt, not a refusal: some codes issued early fail it and are valid all the same.
"""

from zhagen.core.errors import RuleError

SOURCE = "GB 32100-2015"
SYMBOLS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
LENGTH = 18
WEIGHTS = tuple(pow(3, place, 31) for place in range(LENGTH - 1))
INNER_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_INNER = slice(8, 17)
_ELEVEN, _TEN = 11, 10


def normal(text: str) -> str:
    """Return a code as it is written: capitals, no blanks, full-width characters made plain.

    >>> normal(" 91110000 600037341l")
    '91110000600037341L'
    """
    plain = "".join(chr(ord(each) - 0xFEE0) if "！" <= each <= "～" else each for each in text)
    return "".join(plain.split()).upper()


def check_symbol(first: str) -> str:
    """Return the last symbol that belongs to the first 17.

    >>> check_symbol("91110000600037341")
    'L'
    """
    total = sum(SYMBOLS.index(each) * weight for each, weight in zip(first, WEIGHTS, strict=True))
    return SYMBOLS[-total % len(SYMBOLS)]


def inner_check(first: str) -> str:
    """Return the check character of the organisation code that belongs to its first 8 (GB 11714)."""
    values = [int(each, 36) for each in first]
    rest = _ELEVEN - sum(v * w for v, w in zip(values, INNER_WEIGHTS, strict=True)) % _ELEVEN
    return "X" if rest == _TEN else "0" if rest == _ELEVEN else str(rest)


def doubt_about(code: str) -> RuleError | None:
    """Return what speaks against a code, as a warning; None if nothing does.

    Args:
        code: As `normal` writes it; empty is no doubt.

    Returns:
        "uscc.length", "uscc.symbol", "uscc.check" or "uscc.inner_check", none of which stops anybody.
    """
    if not code:
        return None
    if len(code) != LENGTH:
        return RuleError("uscc.length", source=SOURCE, code=code, length=len(code))
    strange = "".join(sorted(set(code) - set(SYMBOLS)))
    if strange:
        return RuleError("uscc.symbol", source=SOURCE, code=code, symbols=strange)
    if check_symbol(code[:-1]) != code[-1]:
        return RuleError("uscc.check", source=SOURCE, code=code, expected=check_symbol(code[:-1]))
    inner = code[_INNER]
    if inner_check(inner[:-1]) != inner[-1]:
        return RuleError(
            "uscc.inner_check", source="GB 11714-1997", code=code, expected=inner_check(inner[:-1])
        )
    return None
