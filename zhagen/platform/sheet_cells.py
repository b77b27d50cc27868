"""Turn a cell of an uploaded sheet into a typed value, or say what was found and what is expected.

Each parser takes the plain cell (text, number, {"date": …}, {"datetime": …}) and its column; a refusal is a
RuleError whose code begins with "sheet." and whose figures the caller completes with the cell's address.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from zhagen.core.errors import RuleError
from zhagen.core.money import LARGEST_FEN, format_yuan, parse_yuan
from zhagen.platform.tables import printable

if TYPE_CHECKING:
    from zhagen.platform.sheets import SheetColumn

EARLIEST_DAY, LATEST_DAY = dt.date(1990, 1, 1), dt.date(2099, 12, 31)
"""A day outside is a slip of the keyboard; a column may narrow it."""

LARGEST_WHOLE = 10**12
DIGITS_KEPT = 10**15
"""A spreadsheet keeps 15 digits of a number: a longer code typed as a number has lost its end."""

_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:\s+00:00(?::00)?)?|(\d{4})(\d\d)(\d\d)")
_MOMENT = re.compile(r"(.{8,11}?)[\sT]+(\d{1,2})[:：](\d\d)(?:[:：](\d\d))?")
_PERCENT = re.compile(r"(\d{1,3}(?:\.\d{1,2})?)\s*[%％]?")
_YES, _NO = {"是", "有", "yes", "y", "true", "1", "√"}, {"否", "无", "没有", "no", "n", "false", "0", "×"}


def shown(cell: Any) -> str:
    """Return a cell as a person sees it."""
    if isinstance(cell, dict):
        return str(next(iter(cell.values()))).replace("T", " ")
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < DIGITS_KEPT:
        return str(int(cell))
    return "" if cell is None else str(cell)


def is_empty(cell: Any) -> bool:
    """Whether a cell holds nothing but blanks."""
    return cell is None or (isinstance(cell, str) and not cell.strip(" \u3000\t\r\n\xa0"))


def _as_typed(cell: Any) -> str:
    return unicodedata.normalize("NFKC", shown(cell)).strip()


def parse_text(cell: Any, column: "SheetColumn") -> str:
    """Return a text without control characters and outer blanks; a number as its digits."""
    if isinstance(cell, int | float) and not isinstance(cell, bool) and abs(cell) >= DIGITS_KEPT:
        raise RuleError("sheet.digits_lost")
    text = printable(shown(cell)).strip(" \u3000\t\r\n\xa0")
    if len(text) > column.most_characters:
        raise RuleError("sheet.text_too_long", count=len(text), most=column.most_characters)
    return text


def parse_whole(cell: Any, column: "SheetColumn") -> int:
    """Return a whole number between the column's bounds."""
    text = _as_typed(cell).replace(",", "")
    if not re.fullmatch(r"-?\d{1,15}", text):
        raise RuleError("sheet.not_whole")
    number = int(text)
    least, most = column.least or 0, column.most or LARGEST_WHOLE
    if not least <= number <= most:
        raise RuleError("sheet.number_out_of_range", least=least, most=most)
    return number


def parse_money(cell: Any, column: "SheetColumn") -> int:
    """Return fen of an amount in yuan, typed as a number or as a text."""
    try:
        fen = _fen_of_number(cell) if isinstance(cell, int | float) else parse_yuan(shown(cell))
    except (RuleError, InvalidOperation):
        raise RuleError("sheet.not_money") from None
    least, most = column.least or 0, column.most or LARGEST_FEN
    if not least <= fen <= most:
        raise RuleError("sheet.amount_out_of_range", least=format_yuan(least), most=format_yuan(most))
    return fen


def _fen_of_number(cell: float) -> int:
    fen = Decimal(repr(cell)) * 100
    whole = round(fen)
    if isinstance(cell, bool) or abs(fen - whole) > Decimal("0.000001"):  # 0.1 + 0.2 in a sheet is no error
        raise InvalidOperation
    return int(whole)


def parse_day(cell: Any, column: "SheetColumn") -> dt.date:
    """Return a day, from a date cell or from a text such as 2026-3-5, 2026年3月5日, 20260305."""
    text = next(iter(cell.values()))[:10] if isinstance(cell, dict) else _as_typed(cell)
    return _within(_day_of(text), column)


def _day_of(text: str) -> dt.date:
    found = _DAY.fullmatch(text)
    if found is None:
        raise RuleError("sheet.not_a_day")
    year, month, day = (int(part) for part in found.groups() if part is not None)
    try:
        return dt.date(year, month, day)
    except ValueError:
        raise RuleError("sheet.no_such_day") from None


def _within(day: dt.date, column: "SheetColumn") -> dt.date:
    earliest, latest = column.earliest or EARLIEST_DAY, column.latest or LATEST_DAY
    if not earliest <= day <= latest:
        raise RuleError("sheet.day_out_of_range", earliest=earliest.isoformat(), latest=latest.isoformat())
    return day


def parse_moment(cell: Any, column: "SheetColumn") -> dt.datetime:
    """Return an aware moment in China's time, from a date cell or a text such as 2026-3-5 14:30."""
    from zhagen.platform.tables import SHOWN_ZONE

    text = next(iter(cell.values())) if isinstance(cell, dict) else _as_typed(cell)
    found = _MOMENT.fullmatch(text)
    day = _within(_day_of(found[1] if found else text), column)
    try:
        hour = dt.time(*(int(part or 0) for part in found.groups()[1:])) if found else dt.time()
    except ValueError:
        raise RuleError("sheet.no_such_day") from None
    return dt.datetime.combine(day, hour, tzinfo=SHOWN_ZONE)


def parse_percent(cell: Any, column: "SheetColumn") -> int:
    """Return basis points: a number up to 1 is a share (as a percent cell holds it), a text is percent."""
    if isinstance(cell, int | float) and not isinstance(cell, bool) and 0 <= cell <= 1:
        return round(Decimal(repr(cell)) * 10_000)
    found = _PERCENT.fullmatch(_as_typed(cell))
    if found is None or Decimal(found[1]) > 100:
        raise RuleError("sheet.not_percent")
    return int(Decimal(found[1]) * 100)


def parse_yes_no(cell: Any, column: "SheetColumn") -> bool:
    """Return whether the cell says yes."""
    text = _as_typed(cell).casefold()
    if text not in _YES | _NO:
        raise RuleError("sheet.not_yes_or_no")
    return text in _YES


def parse_choice(cell: Any, column: "SheetColumn") -> str:
    """Return the key of one of the column's choices, found by its words in either language."""
    text = _as_typed(cell).casefold()
    for key, words in column.choices.items():
        if text in (key.casefold(), words[0].casefold(), words[1].casefold()):
            return key
    raise RuleError("sheet.not_a_choice", choices="、".join(words[0] for words in column.choices.values()))


def parse_phone(cell: Any, column: "SheetColumn") -> str:
    """Return the digits of a mobile or landline number."""
    digits = re.sub(r"[\s\-()]", "", _as_typed(cell)).removeprefix("+86")
    if not re.fullmatch(r"1[3-9]\d{9}|0\d{9,11}|\d{7,8}|\d{3,5}", digits):
        raise RuleError("sheet.not_a_phone")
    return digits


PARSERS: dict[str, Callable[[Any, "SheetColumn"], Any]] = {
    "text": parse_text,
    "int": parse_whole,
    "money": parse_money,
    "date": parse_day,
    "datetime": parse_moment,
    "percent_bp": parse_percent,
    "yes_no": parse_yes_no,
    "choice": parse_choice,
    "phone": parse_phone,
}

EXPECTED: dict[str, tuple[str, str]] = {
    "text": ("文字", "text"),
    "int": ("整数", "a whole number"),
    "money": ("金额，单位元，最多两位小数", "an amount in yuan, at most two decimals"),
    "date": ("日期，如 2026-03-05", "a day such as 2026-03-05"),
    "datetime": ("日期和时间，如 2026-03-05 14:30", "day and time such as 2026-03-05 14:30"),
    "percent_bp": ("百分比，如 12.5%", "a percentage such as 12.5%"),
    "yes_no": ("是 或 否", "yes or no"),
    "choice": ("从所列选项中选一个", "one of the listed choices"),
    "phone": ("电话号码", "a phone number"),
}
