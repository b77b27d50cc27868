"""What a rehearsal or a draft changes, line by line, as pages show it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from zhagen.core.indicators.registry import INDICATORS
from zhagen.core.rulebook.rules import Rules
from zhagen.core.rulebook.values import show_value
from zhagen.core.scoring.defaults import BY_FIGURE
from zhagen.lab.local_facts import shipped_facts
from zhagen.platform.texts import language, say


@dataclass(frozen=True, slots=True)
class ChangedLine:
    """One value before and after, in its unit.

    Args:
        name: Name in the rulebook; empty for practice.
        label: What it is.
        before: What it was.
        after: What it would be.
        unit: Its unit in words.
    """

    name: str
    label: str
    before: str
    after: str
    unit: str


def changed_line(rules: Rules, name: str, before: Any, after: Any) -> list[ChangedLine]:
    """Return what changes of a value; of a table the keys that differ."""
    found = rules.value(name)
    label, unit = found.label(language()) or name, _unit(found.unit)
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        keys = [key for key in sorted({*before, *after}) if before.get(key) != after.get(key)]
        return [
            ChangedLine(
                name,
                f"{label} · {key_label(key)}",
                _shown(before.get(key), found.unit),
                _shown(after.get(key), found.unit),
                unit,
            )
            for key in keys
        ]
    return [ChangedLine(name, label, _shown(before, found.unit), _shown(after, found.unit), unit)]


def percent(share_bp: int) -> str:
    """Return basis points as a number of percent, without noughts behind.

    >>> percent(6000), percent(1250)
    ('60', '12.5')
    """
    return f"{share_bp / 100:g}"


def _unit(unit: str) -> str:
    return "" if unit == "bp" else say(f"unit.{unit}")


def _shown(value: Any, unit: str) -> str:
    """Return a value as people read it: shares in percent, what is not there as a dash."""
    if value is None:
        return "—"
    if unit == "bp" and isinstance(value, int):
        return f"{percent(value)}%"
    return show_value(tuple(value) if isinstance(value, list) else value)


def key_label(key: str) -> str:
    """Return the name of a key of a table: an indicator, a grade, a way; the key itself where it has none."""
    known = INDICATORS.get(BY_FIGURE.get(key, ""))
    if known is not None:
        return known.zh if language() == "zh" else known.en
    said = say(f"rule_key.{key}")
    return key if said.startswith("rule_key.") else said


def changed_lines(rules: Rules, reform: Mapping[str, Any]) -> list[ChangedLine]:
    """Return what a stored reform changes against its baseline."""
    lines: list[ChangedLine] = []
    for name, after in reform["values"].items():
        value = rules.value(name).value
        lines += changed_line(rules, name, value, after)
    facts = shipped_facts()
    for name, number in reform["practice"].items():
        fact = facts[name]
        before, after = _shown(fact.value, fact.unit), _shown(number, fact.unit)
        lines.append(ChangedLine("", fact.label(language()), before, after, _unit(fact.unit)))
    return lines
