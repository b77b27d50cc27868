"""Read one rulebook file: every problem of it at once, each with its line."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime

from zhagen.core.errors import RuleError
from zhagen.core.rulebook.layer import NATIONAL, UNITS, Dated, Entry, Layer, Value, place_prefix
from zhagen.core.rulebook.values import checked_value
from zhagen.core.toml_lines import Path, Problems, read_toml

HEAD_KEYS = ("name", "place", "title_zh", "title_en", "parent")
ENTRY_KEYS = (
    "zh", "en", "unit", "source", "values", "until", "local", "tighter", "confirm", "choices",
    "note_zh", "note_en",
)  # fmt: skip
ITEM_KEYS = ("from", "value", "source", "confirm")
NAME_DEPTHS = (2, 3)
TIGHTER = ("lower", "higher")

_WORD = re.compile(r"^[a-z][a-z0-9_]*$")
_Table = Mapping[str, object]


def parse_layer(text: str, *, file: str) -> Layer:
    """Return the layer that a rulebook file describes.

    Args:
        text: TOML text; its form is described in docs/guides/rule-author.md.
        file: Name of the file, for messages.

    Raises:
        RuleError: the one problem of the file; figures file, line, key, expected.
        SeveralRulesError: all of them, in the order of the lines.
    """
    data, problems = read_toml(text, file=file, concept="rulebook")
    head = _head(data.pop("layer", None), problems)
    is_national = head["name"] == NATIONAL
    entries = {}
    for path, table in _tables(data, (), problems):
        entry = _entry(path, table, problems, is_national=is_national)
        if entry is not None:
            entries[entry.name] = entry
    problems.stop()
    return Layer(**head, entries=dict(sorted(entries.items())), file=file)


def _head(raw: object, problems: Problems) -> dict[str, str]:
    head = dict.fromkeys(HEAD_KEYS, "")
    if not isinstance(raw, dict):
        problems.add("missing_head", ("layer",), expected="[layer] " + ", ".join(HEAD_KEYS))
        return head
    _unknown_keys(raw, HEAD_KEYS, ("layer",), problems)
    for key in HEAD_KEYS:
        if not isinstance(raw.get(key), str) or (key not in {"place", "parent"} and not raw[key]):
            problems.add("missing_key", ("layer", key), expected="文字 / text")
        else:
            head[key] = raw[key]
    try:
        head["place"] = place_prefix(head["place"])
    except RuleError:
        problems.add("bad_place", ("layer", "place"), place=head["place"])
    return head


def _unknown_keys(table: _Table, known: tuple[str, ...], path: Path, problems: Problems) -> None:
    for key in table:
        if key not in known:
            problems.add("unknown_key", (*path, key), expected=", ".join(known))


def _tables(data: _Table, path: Path, problems: Problems) -> Iterator[tuple[Path, _Table]]:
    """Yield each table that holds values; one that holds only tables is a group."""
    for key, raw in data.items():
        here = (*path, key)
        if not _WORD.match(key):
            problems.add("bad_name", here, expected="a-z 0-9 _")
        elif not isinstance(raw, dict):
            problems.add("value_outside_table", here, expected="[concept.value_name]")
        elif raw and all(isinstance(item, dict) for item in raw.values()):
            yield from _tables(raw, here, problems)
        elif len(here) not in NAME_DEPTHS:
            problems.add("bad_name", here, expected="[concept.value_name] / [concept.method.value_name]")
        else:
            yield here, raw


def _entry(path: Path, table: _Table, problems: Problems, *, is_national: bool) -> Entry | None:
    before = len(problems.errors)
    _unknown_keys(table, ENTRY_KEYS, path, problems)
    unit = str(table.get("unit", ""))
    if unit not in UNITS:
        problems.add("bad_unit", (*path, "unit"), expected=", ".join(UNITS), unit=unit)
        return None
    texts = {key: _optional_text(table, key, path, problems) for key in ("zh", "en", "note_zh", "note_en")}
    if is_national:
        _require_labels(texts, path, problems)
    entry = Entry(
        name=".".join(path),
        unit=unit,
        values=tuple(_values(path, table, problems, unit)),
        until=_until(table, path, problems),
        local=_optional_flag(table, "local", path, problems),
        tighter=_tighter(table, path, problems),
        choices=_choices(table),
        line=problems.line(path),
        **texts,
    )
    _check_entry(entry, path, problems, is_national=is_national)
    return entry if len(problems.errors) == before else None


def _require_labels(texts: Mapping[str, str], path: Path, problems: Problems) -> None:
    for key in ("zh", "en"):
        if not texts[key]:
            problems.add("missing_label", (*path, key), expected=f'{key} = "…"')
    if bool(texts["note_zh"]) != bool(texts["note_en"]):
        problems.add("missing_label", (*path, "note_zh"), expected="note_zh + note_en")


def _optional_text(table: _Table, key: str, path: Path, problems: Problems) -> str:
    raw = table.get(key, "")
    if not isinstance(raw, str):
        problems.add("value_type", (*path, key), expected="文字 / text", value=raw, unit="text")
        return ""
    return raw


def _optional_flag(table: _Table, key: str, path: Path, problems: Problems) -> bool:
    raw = table.get(key, False)
    if not isinstance(raw, bool):
        problems.add("value_type", (*path, key), expected="true / false", value=raw, unit="yes_no")
    return raw is True


def _choices(table: _Table) -> tuple[str, ...]:
    raw = table.get("choices", [])
    return tuple(str(word) for word in raw) if isinstance(raw, list) else (str(raw),)


def _tighter(table: _Table, path: Path, problems: Problems) -> str:
    raw = table.get("tighter", "")
    if raw not in {"", *TIGHTER}:
        problems.add("bad_tighter", (*path, "tighter"), expected=" | ".join(TIGHTER))
    return str(raw)


def _until(table: _Table, path: Path, problems: Problems) -> date | None:
    raw = table.get("until")
    return None if raw is None else _day(raw, (*path, "until"), problems)


def _day(raw: object, path: Path, problems: Problems) -> date | None:
    if isinstance(raw, date) and not isinstance(raw, datetime):
        return raw
    problems.add("bad_date", path, expected="2026-01-01", value=raw)
    return None


def _values(path: Path, table: _Table, problems: Problems, unit: str) -> Iterator[Dated]:
    raw = table.get("values")
    if not isinstance(raw, list) or not all(isinstance(item, dict) for item in raw):
        problems.add(
            "missing_values", (*path, "values"), expected="values = [{ from = 2026-01-01, value = … }]"
        )
        return
    for number, item in enumerate(raw):
        here = (*path, "values", str(number))
        _unknown_keys(item, ITEM_KEYS, here, problems)
        dated = _dated(item, table, here, problems, unit)
        if dated is not None:
            yield dated


def _dated(item: _Table, table: _Table, here: Path, problems: Problems, unit: str) -> Dated | None:
    since = _day(item.get("from"), here, problems)
    source = item.get("source", table.get("source", ""))
    if not isinstance(source, str) or not source.strip():
        problems.add("missing_source", here, expected='source = "政府采购法 第三十五条"')
    value: Value = 0
    try:
        value = checked_value(item.get("value"), unit, _choices(table))
    except RuleError as error:
        problems.add(
            error.code.partition(".")[2], here, **{key: str(is_) for key, is_ in error.figures.items()}
        )
    if since is None:
        return None
    return Dated(since, value, str(source), _is_confirm(item, table, here, problems), problems.line(here))


def _is_confirm(item: _Table, table: _Table, here: Path, problems: Problems) -> bool:
    if "confirm" in item:
        return _optional_flag(item, "confirm", here, problems)
    return _optional_flag(table, "confirm", here[:-2], problems)


def _check_entry(entry: Entry, path: Path, problems: Problems, *, is_national: bool) -> None:
    days = [dated.since for dated in entry.values]
    for number in range(1, len(days)):
        if days[number] <= days[number - 1]:
            expected = f"> {days[number - 1].isoformat()}"
            problems.add("dates_out_of_order", (*path, "values", str(number)), expected=expected)
    if entry.until is not None and days and entry.until < days[-1]:
        problems.add("dates_out_of_order", (*path, "until"), expected=f"≥ {days[-1].isoformat()}")
    if not entry.values and not (is_national and entry.local):
        problems.add(
            "missing_values", (*path, "values"), expected="values = [{ from = 2026-01-01, value = … }]"
        )
    if not is_national and (entry.local or entry.tighter or entry.choices):
        problems.add("only_national", path, expected="national.toml: local, tighter, choices")
    if entry.local and entry.tighter:
        problems.add("local_and_tighter", path, expected="local | tighter")
    if entry.tighter and not all(_is_plain_number(dated.value) for dated in entry.values):
        problems.add("bad_tighter", (*path, "tighter"), expected="整数 / whole number")


def _is_plain_number(value: Value) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
