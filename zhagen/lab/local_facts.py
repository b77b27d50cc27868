"""What the lab has to know of a district beside its rulebook: facts, and what the office decides case by case."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from zhagen.core.errors import RuleError, raise_all
from zhagen.core.rulebook.layer import FULL_BP
from zhagen.core.rulebook.rules import canonical_json
from zhagen.core.toml_lines import read_toml

PREFIX = "practice."
"""How a reform names what is decided case by case: "practice.long_terms"."""


class FactKind(StrEnum):
    """Whether anybody in the office can change it."""

    FACT = "fact"
    PRACTICE = "practice"


@dataclass(frozen=True, slots=True)
class LocalFact:
    """One figure of a district as it ships.

    Args:
        name: Code.
        zh: What it is, in Chinese.
        en: The same in English.
        kind: Fact or practice.
        unit: A key of the rulebook's units; yes or no is kept as 1 or 0.
        value: Where a district says nothing.
        least: Smallest value that makes sense.
        most: Largest.
        grade: A the study, E evidence, L law, J judgement.
        source: Where it is from.
    """

    name: str
    zh: str
    en: str
    kind: FactKind
    unit: str
    value: int
    least: int
    most: int
    grade: str
    source: str

    def label(self, language: str) -> str:
        """Return what it is in a language, "zh" or "en"."""
        return self.zh if language == "zh" else self.en


@cache
def shipped_facts() -> Mapping[str, LocalFact]:
    """Return every figure that ships, by name, in the order of its file."""
    data, _ = read_toml(_data("local_facts.toml"), file="local_facts.toml", concept="reform")
    return MappingProxyType({name: _fact(name, table) for name, table in data.items()})


def _fact(name: str, table: object) -> LocalFact:
    if not isinstance(table, dict):
        raise TypeError(name)
    return LocalFact(name=name, **{**table, "kind": FactKind(table["kind"]), "value": int(table["value"])})


def _data(name: str) -> str:
    return (files("zhagen.lab") / "data" / name).read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class LocalFacts:
    """The figures of one district.

    Args:
        values: Name → whole number in the fact's unit; every shipped name.
    """

    values: Mapping[str, int]

    def __getitem__(self, name: str) -> int:
        return self.values[name]

    def share(self, name: str) -> float:
        """Return a figure in basis points as a share of one."""
        return self.values[name] / FULL_BP

    def with_values(self, changed: Mapping[str, object]) -> "LocalFacts":
        """Return the figures with some changed, checked.

        Raises:
            RuleError: "reform.unknown_fact", "reform.fact_range" or "reform.fact_flag".
        """
        return LocalFacts({**self.values, **checked_facts(changed)})

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical JSON of all figures, in hexadecimal."""
        return hashlib.sha256(canonical_json(dict(self.values))).hexdigest()


def checked_facts(changed: Mapping[str, object]) -> dict[str, int]:
    """Return figures as the lab keeps them: yes or no as 1 or 0.

    Raises:
        RuleError: the one fault: "reform.unknown_fact", "reform.fact_range" or "reform.fact_flag".
        SeveralRulesError: all of them.
    """
    found: dict[str, int] = {}
    faults: list[RuleError] = []
    for name, raw in changed.items():
        try:
            found[name] = _checked(name, raw)
        except RuleError as fault:
            faults.append(fault)
    raise_all(faults)
    return found


def _checked(name: str, raw: object) -> int:
    fact = shipped_facts().get(name)
    if fact is None:
        raise RuleError("reform.unknown_fact", name=name, expected=", ".join(shipped_facts()))
    if fact.unit == "yes_no":
        if raw not in (True, False):
            raise RuleError("reform.fact_flag", name=name, value=raw)
        return int(bool(raw))
    value = raw if isinstance(raw, int) and not isinstance(raw, bool) else None
    if value is None or not fact.least <= value <= fact.most:
        expected = f"{fact.least}–{fact.most}"
        raise RuleError("reform.fact_range", name=name, value=raw, unit=fact.unit, expected=expected)
    return value


@cache
def default_facts() -> LocalFacts:
    """Return the figures that ship: for a district that has said nothing yet."""
    return LocalFacts({name: fact.value for name, fact in shipped_facts().items()})


def facts_from_toml(text: str, *, file: str, known: LocalFacts | None = None) -> LocalFacts:
    """Return a district's figures from its own file: `[worker_cost]` with `value = 120_000`.

    Args:
        text: The file.
        file: Its name, for messages.
        known: What holds where the file says nothing; the shipped figures where left out.

    Raises:
        RuleError: "reform.bad_toml", "reform.no_value", or as `checked_facts`.
    """
    data, problems = read_toml(text, file=file, concept="reform")
    said = dict(_said(data))
    for name in data:
        if name not in said:
            problems.add("no_value", (name,), expected="value = …")
    problems.stop()
    return (known or default_facts()).with_values(said)


def _said(data: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    return (
        (name, table["value"]) for name, table in data.items() if isinstance(table, dict) and "value" in table
    )
