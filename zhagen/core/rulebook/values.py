"""Check a value against its unit, and read one that a person typed."""

from collections.abc import Mapping

from zhagen.core.errors import RuleError
from zhagen.core.rulebook.layer import FULL_BP, LARGEST, SMALLEST, UNITS, Kind, Value

EXPECTED: Mapping[Kind, str] = {
    Kind.NUMBER: "整数 / whole number",
    Kind.FLAG: "true / false",
    Kind.TEXT: "文字 / text",
    Kind.TEXTS: "文字列表 / list of texts",
    Kind.WEIGHTS: "权重表，合计 10000 / table of weights that sum to 10000",
}
"""What a value of each kind looks like, for messages in either language."""

_YES_NO = {"true": True, "是": True, "yes": True, "false": False, "否": False, "no": False}


def checked_value(raw: object, unit: str, choices: tuple[str, ...] = ()) -> Value:
    """Return a value of a file as the product keeps it: lists as tuples, tables sorted by key.

    Raises:
        RuleError: "rulebook.value_type", "rulebook.value_range" or "rulebook.value_choice"; its figure
            `expected` says what would be right.
    """
    kind = UNITS[unit]
    readers = {
        Kind.NUMBER: _number,
        Kind.FLAG: _flag,
        Kind.TEXT: _text,
        Kind.TEXTS: _texts,
        Kind.WEIGHTS: _weights,
    }
    value = readers[kind](raw, unit)
    words = (value,) if isinstance(value, str) else value if isinstance(value, tuple) else ()
    for word in words:
        if choices and word not in choices:
            raise RuleError("rulebook.value_choice", value=word, expected=" | ".join(choices))
    return value


def _wrong(raw: object, unit: str) -> RuleError:
    return RuleError("rulebook.value_type", value=raw, unit=unit, expected=EXPECTED[UNITS[unit]])


def _whole(raw: object, unit: str) -> int:
    if not isinstance(raw, int) or isinstance(raw, bool):
        raise _wrong(raw, unit)
    least, most = SMALLEST.get(unit, 0), LARGEST.get(unit)
    if raw < least or (most is not None and raw > most):
        expected = f"≥ {least}" if most is None else f"{least}–{most}"
        raise RuleError("rulebook.value_range", value=raw, unit=unit, expected=expected)
    return raw


def _number(raw: object, unit: str) -> Value:
    if isinstance(raw, Mapping) and raw:
        return {str(key): _whole(raw[key], unit) for key in sorted(raw)}
    return _whole(raw, unit)


def _flag(raw: object, unit: str) -> Value:
    if not isinstance(raw, bool):
        raise _wrong(raw, unit)
    return raw


def _text(raw: object, unit: str) -> Value:
    if not isinstance(raw, str) or not raw.strip():
        raise _wrong(raw, unit)
    return raw


def _texts(raw: object, unit: str) -> Value:
    if not isinstance(raw, list | tuple) or not raw:
        raise _wrong(raw, unit)
    return tuple(str(_text(item, unit)) for item in raw)


def _weights(raw: object, unit: str) -> Value:
    if not isinstance(raw, Mapping):
        raise _wrong(raw, unit)
    weights = {str(key): _whole(raw[key], "bp") for key in sorted(raw)}
    if sum(weights.values()) != FULL_BP:
        expected = EXPECTED[Kind.WEIGHTS]
        raise RuleError("rulebook.value_range", value=sum(weights.values()), unit=unit, expected=expected)
    return weights


def read_value(text: str, unit: str, choices: tuple[str, ...] = ()) -> Value:
    """Return the value that a person typed on a page: "20", "是", "居民=4000 专业=6000".

    Raises:
        RuleError: as `checked_value`.

    >>> read_value("２０", "days"), read_value("phone=1 paper=3", "working_days")
    (20, {'paper': 3, 'phone': 1})
    """
    plain = text.strip()
    kind = UNITS[unit]
    if kind is Kind.FLAG:
        return checked_value(_YES_NO.get(plain.lower(), plain), unit)
    if kind is Kind.TEXTS:
        return checked_value(plain.replace("、", " ").replace(",", " ").split(), unit, choices)
    if kind is Kind.TEXT:
        return checked_value(plain, unit, choices)
    if "=" in plain:
        pairs = [pair.partition("=") for pair in plain.replace(",", " ").replace("，", " ").split()]
        return checked_value({key: _typed_number(number) for key, _, number in pairs}, unit)
    return checked_value(_typed_number(plain), unit)


def _typed_number(text: str) -> object:
    plain = text.replace(",", "").replace("_", "")
    return int(plain) if plain.isdecimal() else text


def show_value(value: Value) -> str:
    """Return a value as `read_value` reads it.

    >>> show_value({"paper": 3, "phone": 1}), show_value(True), show_value(("a", "b"))
    ('paper=3 phone=1', 'true', 'a b')
    """
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return " ".join(f"{key}={number}" for key, number in value.items())
    return " ".join(value) if isinstance(value, tuple) else str(value)
