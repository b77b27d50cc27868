"""Write a layer as a rulebook file, and make one from the values that an office keeps in its database."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from zhagen.core.errors import RuleError
from zhagen.core.rulebook.layer import Dated, Entry, Layer, Value, place_prefix
from zhagen.core.rulebook.layers import definition
from zhagen.core.rulebook.values import checked_value


@dataclass(frozen=True, slots=True)
class LayerRow:
    """A local value as a database keeps it.

    Args:
        name: Name of the value, known to the national layer.
        since: First day in force.
        value: In the unit of the national layer.
        source: The decision that sets it, such as minutes with their number.
        confirm: Whether it still has to be checked.
    """

    name: str
    since: date
    value: object
    source: str
    confirm: bool = False


@dataclass(frozen=True, slots=True)
class LayerHead:
    """What a layer is called, where it holds and what stands above it; fields as in `Layer`."""

    name: str
    place: str
    title_zh: str
    title_en: str
    parent: str


def layer_from_rows(head: LayerHead, rows: Iterable[LayerRow], *, upper: Sequence[Layer]) -> Layer:
    """Return a layer made of rows; `check_layers((*upper, layer))` then says whether it may stand.

    Args:
        head: Name, place, titles and parent.
        rows: The values, in any order; of two of one name and day the later given wins.
        upper: The layers above, for the units.

    Raises:
        RuleError: "rulebook.unknown_name", "rulebook.missing_source" or as `checked_value`.
    """
    dated: dict[str, dict[date, Dated]] = {}
    for row in rows:
        rule = definition(upper, row.name)
        if not row.source.strip():
            raise RuleError("rulebook.missing_source", key=row.name, expected="source")
        value = checked_value(row.value, rule.unit, rule.choices)
        dated.setdefault(row.name, {})[row.since] = Dated(row.since, value, row.source, row.confirm)
    entries = {
        name: Entry(name, definition(upper, name).unit, tuple(of_name[day] for day in sorted(of_name)))
        for name, of_name in sorted(dated.items())
    }
    place = place_prefix(head.place)
    return Layer(head.name, place, head.title_zh, head.title_en, head.parent, entries, file=head.name)


def to_toml(layer: Layer) -> str:
    """Return the text of a rulebook file that `parse_layer` reads as an equal layer."""
    head = ((key, getattr(layer, key)) for key in ("name", "place", "title_zh", "title_en", "parent"))
    lines = ["[layer]", *(f"{key} = {toml_value(value)}" for key, value in head)]
    for entry in layer.entries.values():
        lines += ["", f"[{entry.name}]", *_entry_lines(entry)]
    return "\n".join(lines) + "\n"


def _entry_lines(entry: Entry) -> Iterator[str]:
    yield from _key_lines(entry, ("zh", "en", "unit", "local", "tighter", "choices"))
    yield "values = ["
    for dated in entry.values:
        item = f"from = {dated.since.isoformat()}, value = {toml_value(dated.value)}, source = {toml_value(dated.source)}"
        yield f"  {{ {item}{', confirm = true' if dated.confirm else ''} }},"
    yield "]"
    if entry.until is not None:
        yield f"until = {entry.until.isoformat()}"
    yield from _key_lines(entry, ("note_zh", "note_en"))


def _key_lines(entry: Entry, keys: Iterable[str]) -> Iterator[str]:
    return (f"{key} = {toml_value(getattr(entry, key))}" for key in keys if getattr(entry, key))


def toml_value(value: Value) -> str:
    """Return a value as a rulebook file writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_quoted(key)} = {number}" for key, number in value.items()) + " }"
    if isinstance(value, tuple):
        return "[" + ", ".join(_quoted(item) for item in value) + "]"
    return str(value)


_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\x7f": "\\u007F"}


def _quoted(text: str) -> str:
    plain = "".join(_ESCAPES.get(char, char if char >= " " else f"\\u{ord(char):04X}") for char in text)
    return f'"{plain}"'
