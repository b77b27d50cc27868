"""The rules in force on a day in a place: what every action asks, and what a round freezes by its hash."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Self, TypedDict

from zhagen.core.amounts import FEN_PER_YUAN
from zhagen.core.errors import RuleError
from zhagen.core.rulebook.layer import UNITS, Layer, Value
from zhagen.core.rulebook.layers import chain_voices, definition, over
from zhagen.core.rulebook.values import checked_value

LIGHT_METHODS = "tender.light_methods"
"""Name of the list of methods below the procurement threshold."""

FORMAT = 1
"""Version of the snapshot's form; a reader refuses one that it does not know."""


@dataclass(frozen=True, slots=True)
class RuleValue:
    """A value in force, with all that a page says beside it.

    Args:
        name: "concept.value_name" or "concept.method.value_name".
        value: In `unit`.
        unit: A key of `UNITS`; amounts stand in whole yuan.
        source: Article or document that sets it.
        layer: Name of the layer that won.
        since: First day in force.
        confirm: Whether it still has to be checked against the official text.
        zh: Name of the rule for people, in Chinese.
        en: The same in English.
        note_zh: Remark for people.
        note_en: The same in English.
    """

    name: str
    value: Value
    unit: str
    source: str
    layer: str
    since: date
    confirm: bool = False
    zh: str = ""
    en: str = ""
    note_zh: str = ""
    note_en: str = ""

    def label(self, language: str) -> str:
        """Return the name of the rule in a language, "zh" or "en"."""
        return self.zh if language == "zh" else self.en

    def note(self, language: str) -> str:
        """Return the remark in a language, "zh" or "en"; empty where there is none."""
        return self.note_zh if language == "zh" else self.note_en


class Snapshot(TypedDict):
    """The rules in force as plain data, as a round keeps them."""

    format: int
    place: str
    on: str
    values: dict[str, dict[str, object]]


@dataclass(frozen=True, eq=False)
class Rules:
    """The values in force in a place on a day.

    Equal values make equal rules with an equal `digest`, whether they came from layers or from a snapshot.

    Args:
        layers: The national layer and those below it, in any order; other places' layers are passed over.
        place: Code of the place (12 digits, or a prefix).
        on: The day.
        resolved: The values themselves, where they come from a snapshot; left out otherwise.

    Raises:
        RuleError: "rulebook.unknown_name" where a lower layer names what the national one does not.
    """

    layers: tuple[Layer, ...]
    place: str
    on: date
    resolved: Mapping[str, RuleValue] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        values = self.resolved or _resolve(self.layers, self.place, self.on)
        object.__setattr__(self, "resolved", MappingProxyType(dict(sorted(values.items()))))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Rules) and self.snapshot() == other.snapshot()

    def __hash__(self) -> int:
        return hash(self.digest)

    def has(self, name: str) -> bool:
        """Return whether a value of the name is in force."""
        return name in self.resolved

    def names(self) -> tuple[str, ...]:
        """Return the names of all values in force, sorted."""
        return tuple(self.resolved)

    def confirm_names(self) -> tuple[str, ...]:
        """Return the names of the values that still have to be checked against the official text."""
        return tuple(name for name, value in self.resolved.items() if value.confirm)

    def keyed(self, concept: str, method: str, name: str) -> str:
        """Return the full name of a value that depends on the method of purchase.

        The method's own ("tender.selection.bid_period_min"); else for a method below the threshold the
        common one of internal control ("tender.light.…"), never the law's; else the law's ("tender.…").
        Ask `has` first where not every method has such a value.
        """
        own = f"{concept}.{method}.{name}"
        if self.has(own):
            return own
        is_light = method in self.texts(LIGHT_METHODS)
        return f"{concept}.light.{name}" if is_light else f"{concept}.{name}"

    def value(self, name: str) -> RuleValue:
        """Return the value in force, with its unit, source and layer.

        Raises:
            RuleError: "rulebook.no_value" (known, but none in force here on this day) or
                "rulebook.unknown_name".
        """
        if name in self.resolved:
            return self.resolved[name]
        if self.layers:
            definition(self.layers, name)
        raise RuleError("rulebook.no_value", name=name, place=self.place, on=self.on.isoformat())

    def fen(self, name: str) -> int:
        """Return an amount in fen.

        Raises:
            RuleError: as `value`; "rulebook.wrong_kind" where the unit is not yuan.
        """
        found = self.value(name)
        if found.unit != "yuan" or not isinstance(found.value, int):
            raise _wrong_kind(found, "yuan")
        return found.value * FEN_PER_YUAN

    def text(self, name: str) -> str:
        """Return a text.

        Raises:
            RuleError: as `value`; "rulebook.wrong_kind" where it is no text.
        """
        found = self.value(name)
        if not isinstance(found.value, str):
            raise _wrong_kind(found, "text")
        return found.value

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a list of texts.

        Raises:
            RuleError: as `value`; "rulebook.wrong_kind" where it is no list.
        """
        found = self.value(name)
        if not isinstance(found.value, tuple):
            raise _wrong_kind(found, "texts")
        return found.value

    def flag(self, name: str) -> bool:
        """Return a yes or no.

        Raises:
            RuleError: as `value`; "rulebook.wrong_kind" where it is neither.
        """
        found = self.value(name)
        if not isinstance(found.value, bool):
            raise _wrong_kind(found, "yes_no")
        return found.value

    def table(self, name: str) -> dict[str, int]:
        """Return a table of whole numbers in the unit of the rulebook, such as the weights of a scheme.

        Raises:
            RuleError: as `value`; "rulebook.wrong_kind" where it is no table.
        """
        found = self.value(name)
        if not isinstance(found.value, Mapping):
            raise _wrong_kind(found, "table")
        return dict(found.value)

    def snapshot(self) -> Snapshot:
        """Return the values as plain data, sorted, that JSON keeps without loss."""
        values = {name: _plain(value) for name, value in self.resolved.items()}
        return {"format": FORMAT, "place": self.place, "on": self.on.isoformat(), "values": values}

    @property
    def digest(self) -> str:
        """SHA-256 of the snapshot's canonical JSON, in hexadecimal."""
        return hashlib.sha256(canonical_json(self.snapshot())).hexdigest()

    @classmethod
    def from_snapshot(cls, data: Mapping[str, object]) -> Self:
        """Return the rules that a snapshot froze: equal values and an equal digest.

        Raises:
            RuleError: "rulebook.bad_snapshot" where the data are of another form or damaged.
        """
        try:
            values = {name: _from_plain(name, raw) for name, raw in _values_of(data).items()}
            on = date.fromisoformat(str(data["on"]))
        except (KeyError, TypeError, ValueError, RuleError) as error:
            raise RuleError("rulebook.bad_snapshot", reason=str(error)) from error
        return cls(layers=(), place=str(data["place"]), on=on, resolved=values)

    def int(self, name: str) -> int:
        """Return a whole number in the unit of the rulebook; for amounts use `fen`.

        Raises:
            RuleError: as `value`; "rulebook.wrong_kind" where it is no number or an amount.
        """
        found = self.value(name)
        if found.unit == "yuan" or isinstance(found.value, bool) or not isinstance(found.value, int):
            raise _wrong_kind(found, "int")
        return found.value


def _wrong_kind(found: RuleValue, asked: str) -> RuleError:
    return RuleError("rulebook.wrong_kind", name=found.name, unit=found.unit, expected=asked)


def _resolve(layers: tuple[Layer, ...], place: str, on: date) -> dict[str, RuleValue]:
    chain = over(layers, place)
    names = {name for layer in chain for name in layer.entries}
    found = {}
    for name in names:
        rule = definition(chain, name)
        for voice in chain_voices(chain, rule, on):
            if voice.outcome == "won" and voice.dated is not None:
                dated, notes = voice.dated, voice.entry if voice.entry.note_zh else rule
                found[name] = RuleValue(
                    name=name,
                    value=dated.value,
                    unit=rule.unit,
                    source=dated.source,
                    layer=voice.layer.name,
                    since=dated.since,
                    confirm=dated.confirm,
                    zh=rule.zh,
                    en=rule.en,
                    note_zh=notes.note_zh,
                    note_en=notes.note_en,
                )
    return found


def canonical_json(data: object) -> bytes:
    """Return the one JSON text of plain data: keys sorted, no spaces, UTF-8.

    >>> canonical_json({"b": 1, "a": "需"}).decode()
    '{"a":"需","b":1}'
    """
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8")


def _plain(found: RuleValue) -> dict[str, object]:
    value: object = found.value
    if isinstance(value, tuple):
        value = list(value)
    elif isinstance(value, Mapping):
        value = dict(value)
    texts = {key: getattr(found, key) for key in ("zh", "en", "note_zh", "note_en") if getattr(found, key)}
    return {
        "value": value,
        "unit": found.unit,
        "source": found.source,
        "layer": found.layer,
        "since": found.since.isoformat(),
        "confirm": found.confirm,
        **texts,
    }


def _values_of(data: Mapping[str, object]) -> Mapping[str, Mapping[str, object]]:
    values = data["values"]
    if data["format"] != FORMAT or not isinstance(values, Mapping):
        raise ValueError(f"format {data['format']}")
    return values


def _from_plain(name: str, raw: Mapping[str, object]) -> RuleValue:
    unit = str(raw["unit"])
    if unit not in UNITS or not isinstance(raw["confirm"], bool):
        raise ValueError(name)
    return RuleValue(
        name=name,
        value=checked_value(raw["value"], unit),
        unit=unit,
        source=str(raw["source"]),
        layer=str(raw["layer"]),
        since=date.fromisoformat(str(raw["since"])),
        confirm=raw["confirm"],
        **{key: str(raw.get(key, "")) for key in ("zh", "en", "note_zh", "note_en")},
    )
