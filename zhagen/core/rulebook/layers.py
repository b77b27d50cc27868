"""How layers work together: what a lower one may change, and which value of several is in force."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from zhagen.core.errors import RuleError, SeveralRulesError
from zhagen.core.rulebook.layer import NATIONAL, Dated, Entry, Layer, place_prefix
from zhagen.core.rulebook.values import show_value

Layers = Sequence[Layer]
Figures = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Voice:
    """What one layer says about a name on a day.

    Args:
        layer: The layer that speaks.
        entry: Its entry.
        dated: The value that it has in force on the day; None where it has none.
        outcome: "won", "replaced" (by a layer below), "looser" (than a layer above, so without effect),
            "not_yet" or "ended".
    """

    layer: Layer
    entry: Entry
    dated: Dated | None
    outcome: str


def over(layers: Layers, place: str) -> tuple[Layer, ...]:
    """Return the layers that speak for a place, uppermost first; of equal places the later given is lower."""
    return tuple(sorted((each for each in layers if each.covers(place)), key=lambda each: len(each.place)))


def definition(layers: Layers, name: str) -> Entry:
    """Return the national entry of a name: its unit, its label and who may change it.

    Raises:
        RuleError: "rulebook.unknown_name".
    """
    for layer in layers:
        if layer.name == NATIONAL and name in layer.entries:
            return layer.entries[name]
    raise RuleError("rulebook.unknown_name", name=name)


def voices(layers: Layers, name: str, place: str, on: date) -> tuple[Voice, ...]:
    """Return what each layer over a place says about a name, uppermost first, with its outcome.

    A lower layer wins, except that a value with a `tighter` direction never gets looser on the way down,
    even where the upper layer moved after the lower one was written.

    Raises:
        RuleError: "rulebook.unknown_name".
    """
    return chain_voices(over(layers, place), definition(layers, name), on)


def chain_voices(chain: Layers, rule: Entry, on: date) -> tuple[Voice, ...]:
    """Return what each layer of a chain, uppermost first, says about a rule on a day; see `voices`."""
    found = [(layer, layer.entries[rule.name]) for layer in chain if rule.name in layer.entries]
    spoken: list[Voice] = []
    winner: int | None = None
    for layer, entry in found:
        dated = entry.at(on)
        best = spoken[winner].dated if winner is not None else None
        if dated is None:
            spoken.append(Voice(layer, entry, None, "not_yet" if on < _first(entry) else "ended"))
        elif best is not None and is_looser(rule, dated, best):
            spoken.append(Voice(layer, entry, dated, "looser"))
        else:
            if winner is not None:
                above = spoken[winner]
                spoken[winner] = Voice(above.layer, above.entry, above.dated, "replaced")
            winner = len(spoken)
            spoken.append(Voice(layer, entry, dated, "won"))
    return tuple(spoken)


def turning_days(layers: Layers, place: str) -> tuple[date, ...]:
    """Return, sorted, the days on which any value of a place begins or is no longer in force.

    Between two of them all rules stay as they are.
    """
    days: set[date] = set()
    for layer in over(layers, place):
        for entry in layer.entries.values():
            days.update(dated.since for dated in entry.values)
            if entry.until is not None:
                days.add(date.fromordinal(entry.until.toordinal() + 1))
    return tuple(sorted(days))


def _first(entry: Entry) -> date:
    return entry.values[0].since if entry.values else date.max


def is_looser(rule: Entry, lower: Dated, upper: Dated) -> bool:
    """Return whether a lower layer's value is looser than an upper one's; False where either may be set."""
    if not rule.tighter or not isinstance(lower.value, int) or not isinstance(upper.value, int):
        return False
    return lower.value > upper.value if rule.tighter == "lower" else lower.value < upper.value


def check_layers(layers: Layers) -> None:
    """Refuse layers of which one says what it may not: every problem at once, with file and line.

    Raises:
        RuleError: the one problem: "rulebook.no_national", "rulebook.bad_parent", "rulebook.unknown_name",
            "rulebook.unit_differs", "rulebook.not_local", "rulebook.value_choice" or "rulebook.loosened".
        SeveralRulesError: all of them.
    """
    if sum(layer.name == NATIONAL for layer in layers) != 1:
        raise RuleError("rulebook.no_national")
    errors = [error for layer in layers if layer.name != NATIONAL for error in _layer_errors(layers, layer)]
    if len(errors) == 1:
        raise errors[0]
    if errors:
        raise SeveralRulesError(errors)


def _layer_errors(layers: Layers, layer: Layer) -> Iterator[RuleError]:
    parents = [each for each in layers if each.name == layer.parent and each is not layer]
    if not parents or not layer.place.startswith(parents[0].place):
        named = ", ".join(each.name for each in layers if each is not layer)
        yield RuleError("rulebook.bad_parent", file=layer.file, line=1, key="layer.parent", expected=named)
    for entry in layer.entries.values():
        yield from _entry_errors(layers, layer, entry)


def _entry_errors(layers: Layers, layer: Layer, entry: Entry) -> Iterator[RuleError]:
    where: Figures = {"file": layer.file or layer.name, "line": entry.line, "key": entry.name}
    try:
        rule = definition(layers, entry.name)
    except RuleError:
        yield RuleError("rulebook.unknown_name", name=entry.name, **where)
        return
    if rule.unit != entry.unit:
        yield RuleError("rulebook.unit_differs", unit=entry.unit, expected=rule.unit, **where)
    elif not rule.local and not rule.tighter:
        above = rule.at(entry.values[-1].since)
        shown = show_value(above.value) if above else ""
        yield RuleError("rulebook.not_local", source=above.source if above else "", upper=shown, **where)
    elif rule.choices:
        yield from _choice_errors(rule, entry, where)
    else:
        yield from _loosened(layers, layer, rule, where)


def _choice_errors(rule: Entry, entry: Entry, where: Figures) -> Iterator[RuleError]:
    for dated in entry.values:
        words = dated.value if isinstance(dated.value, tuple) else (str(dated.value),)
        for word in words:
            if word not in rule.choices:
                expected = " | ".join(rule.choices)
                yield RuleError("rulebook.value_choice", value=word, expected=expected, **where)


def _loosened(layers: Layers, layer: Layer, rule: Entry, where: Figures) -> Iterator[RuleError]:
    """Yield an error for each value that, on the day it begins, is looser than the layers above it."""
    chain = over(layers, layer.place)
    uppers = [each for each in chain[: chain.index(layer)] if rule.name in each.entries]
    for dated in layer.entries[rule.name].values:
        for upper in uppers:
            best = upper.entries[rule.name].at(dated.since)
            if best is not None and is_looser(rule, dated, best):
                figures = {
                    "value": show_value(dated.value),
                    "upper": show_value(best.value),
                    "unit": rule.unit,
                }
                here = {**where, "line": dated.line or where["line"]}
                sign = "≤" if rule.tighter == "lower" else "≥"
                expected = f"{sign} {show_value(best.value)}"
                yield RuleError("rulebook.loosened", source=best.source, expected=expected, **figures, **here)


def may_set(layers: Layers, names: Iterable[str] | None = None) -> tuple[Entry, ...]:
    """Return the national entries that a lower layer may set, local or to be tightened."""
    wanted = None if names is None else set(names)
    found = [entry for layer in layers if layer.name == NATIONAL for entry in layer.entries.values()]
    return tuple(
        entry
        for entry in found
        if (entry.local or entry.tighter) and (wanted is None or entry.name in wanted)
    )


def next_change(layers: Layers, name: str, place: str, after: date) -> date | None:
    """Return the next day after a day on which a layer over the place begins or ends a value of the name."""
    days: set[date] = set()
    for layer in over(layers, place_prefix(place)):
        entry = layer.entries.get(name)
        if entry is not None:
            days.update(dated.since for dated in entry.values if dated.since > after)
            if entry.until is not None and entry.until >= after:
                days.add(date.fromordinal(entry.until.toordinal() + 1))
    return min(days, default=None)
