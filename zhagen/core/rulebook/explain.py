"""Why a value is what it is, and what differs between two days, two places or two versions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from zhagen.core.rulebook.layer import Entry, Layer
from zhagen.core.rulebook.layers import Voice, definition, next_change, voices
from zhagen.core.rulebook.rules import Rules, RuleValue

FAR_CHANGES = 20
"""An explanation lists this many coming changes at most."""


@dataclass(frozen=True, slots=True)
class Coming:
    """A day on which the value changes.

    Args:
        on: The day.
        voice: The layer that wins from that day; None where no value is in force any more.
    """

    on: date
    voice: Voice | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """Which layers spoke about a name, which won and why, and what comes later.

    Args:
        rule: The national entry: label, unit, who may change it.
        place: Code of the place.
        on: The day asked about.
        spoke: What each layer says, uppermost first.
        coming: The later days on which what is in force changes.
    """

    rule: Entry
    place: str
    on: date
    spoke: tuple[Voice, ...]
    coming: tuple[Coming, ...]

    @property
    def winner(self) -> Voice | None:
        """The layer whose value is in force; None where there is none on the day."""
        return _winner(self.spoke)


def _winner(spoke: Sequence[Voice]) -> Voice | None:
    return next((voice for voice in spoke if voice.outcome == "won"), None)


def explain(layers: Sequence[Layer], name: str, place: str, on: date) -> Explanation:
    """Return why a value is in force in a place on a day, and what comes later.

    Raises:
        RuleError: "rulebook.unknown_name".
    """
    spoke = voices(layers, name, place, on)
    coming: list[Coming] = []
    before, day = _winner(spoke), next_change(layers, name, place, on)
    while day is not None and len(coming) < FAR_CHANGES:
        after = _winner(voices(layers, name, place, day))
        if (after and after.dated) != (before and before.dated):
            coming.append(Coming(day, after))
        before, day = after, next_change(layers, name, place, day)
    return Explanation(definition(layers, name), place, on, spoke, tuple(coming))


@dataclass(frozen=True, slots=True)
class Difference:
    """A name whose value, unit, source or mark differs between two sets of rules.

    Args:
        name: The name.
        before: In the first; None where it is absent.
        after: In the second; None where it is absent.
    """

    name: str
    before: RuleValue | None
    after: RuleValue | None

    @property
    def is_of_value(self) -> bool:
        """Whether the value itself differs, not only its source or its mark."""
        if self.before is None or self.after is None:
            return True
        return (self.before.value, self.before.unit) != (self.after.value, self.after.unit)


def diff(a: Rules, b: Rules) -> tuple[Difference, ...]:
    """Return what differs from the first rules to the second, by name."""
    found = []
    for name in sorted({*a.names(), *b.names()}):
        before, after = a.resolved.get(name), b.resolved.get(name)
        if _says(before) != _says(after):
            found.append(Difference(name, before, after))
    return tuple(found)


def _says(value: RuleValue | None) -> tuple[object, ...]:
    return () if value is None else (value.value, value.unit, value.source, value.confirm)
