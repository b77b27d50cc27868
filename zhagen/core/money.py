"""Money as whole fen (1 yuan = 100 fen). No float ever holds an amount."""

import re
from collections.abc import Sequence

from zhagen.core.amounts import FEN_PER_YUAN, yuan_text
from zhagen.core.errors import RuleError

LARGEST_FEN = 10**14
"""A trillion yuan: anything above is a slip of the keyboard."""

_AMOUNT = re.compile(r"^(?P<yuan>\d{1,13})(?:\.(?P<fen>\d{1,2}))?$")
_WIDE = str.maketrans("０１２３４５６７８９．，￥", "0123456789.,¥")


def parse_yuan(text: str) -> int:
    """Return the fen of an amount in yuan as people type it: "12,345.6", "１２０００", "¥300元".

    Raises:
        RuleError: "money.not_an_amount" or "money.too_large".
    """
    plain = text.translate(_WIDE).strip().removeprefix("¥").removesuffix("元").strip()
    plain = plain.replace(",", "").replace(" ", "")
    found = _AMOUNT.match(plain)
    if found is None or not plain.isascii():
        raise RuleError("money.not_an_amount", text=text)
    fen = int(found["yuan"]) * FEN_PER_YUAN + int((found["fen"] or "").ljust(2, "0"))
    if fen > LARGEST_FEN:
        raise RuleError("money.too_large", text=text)
    return fen


def format_yuan(amount_fen: int) -> str:
    """Return an amount for people: "12,345.60".

    >>> format_yuan(1234560)
    '12,345.60'
    """
    return yuan_text(amount_fen)


def split_by_weights(amount_fen: int, weights: Sequence[int]) -> list[int]:
    """Split an amount by whole weights so that the parts sum to it exactly (largest remainder).

    >>> split_by_weights(100, [1, 1, 1])
    [34, 33, 33]
    """
    total = sum(weights)
    if total <= 0 or min(weights) < 0:
        raise RuleError("money.bad_weights", weights=str(list(weights)))
    parts = [amount_fen * weight // total for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(amount_fen * weights[i] % total), i))
    for i in by_remainder[: amount_fen - sum(parts)]:
        parts[i] += 1
    return parts


_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_SMALL_UNITS = ("", "拾", "佰", "仟")
_BIG_UNITS = ("", "万", "亿", "万亿")


def capital_yuan(amount_fen: int) -> str:
    """Return the amount in the capital characters that contracts and claims carry (大写).

    >>> capital_yuan(12300050)
    '壹拾贰万叁仟元伍角'
    """
    yuan, rest = divmod(amount_fen, FEN_PER_YUAN)
    jiao, fen = divmod(rest, 10)
    text = _capital_whole(yuan) + "元" if yuan else ""
    if not rest:
        return (text or "零元") + "整"
    if yuan and (not jiao):
        text += "零"
    text += f"{_DIGITS[jiao]}角" if jiao else ""
    return text + (f"{_DIGITS[fen]}分" if fen else "")


def _capital_whole(number: int) -> str:
    groups: list[int] = []
    while number:
        number, group = divmod(number, 10_000)
        groups.append(group)
    text = ""
    for place in range(len(groups) - 1, -1, -1):
        group = groups[place]
        if not group:
            continue
        if text and (group < 1000 or not groups[place + 1]):  # noqa: PLR2004 - a group has four digits
            text += "零"
        text += _capital_group(group) + _BIG_UNITS[place]
    return text


def _capital_group(group: int) -> str:
    text, pending_zero = "", False
    for place in range(3, -1, -1):
        digit = group // 10**place % 10
        if not digit:
            pending_zero = bool(text)
            continue
        text += ("零" if pending_zero else "") + _DIGITS[digit] + _SMALL_UNITS[place]
        pending_zero = False
    return text
