"""A statutory value that changes: it enters by document, number and date, never by a slider."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from zhagen.core.errors import RuleError, raise_all
from zhagen.core.rulebook.layer import NATIONAL, Dated, Entry, Layer, Value
from zhagen.core.rulebook.layers import definition
from zhagen.core.rulebook.rules import Rules
from zhagen.core.rulebook.values import checked_value
from zhagen.core.toml_lines import Problems, read_toml

_NUMBER = re.compile(
    r"(令第?\s*[0-9一二三四五六七八九十百零〇]+\s*号|[〔\[（(]\d{4}[〕\]）)]\s*\d+\s*号|第\d+号)"
)
KEYS = ("path", "value", "document", "number", "article", "in_force_on")


@dataclass(frozen=True, slots=True)
class Statute:
    """A value that a law, regulation or ministry sets from a day on.

    Args:
        path: Name of the value in the national rulebook.
        value: In its unit.
        document: Title, such as "政府购买服务管理办法".
        number: Number of the document, such as "财政部令第102号".
        article: Article that sets it; may be empty.
        in_force_on: First day in force.
    """

    path: str
    value: Value
    document: str
    number: str
    article: str
    in_force_on: date

    @property
    def source(self) -> str:
        """The document as a rulebook names its source."""
        return f"{self.document}（{self.number}）{self.article}"


def enact(layers: Sequence[Layer], statutes: Iterable[Statute]) -> tuple[Layer, ...]:
    """Return the layers with statutes in the national one; what is looser below has no effect from that day.

    Raises:
        RuleError: the one fault: "statute.no_document", "statute.is_local", "statute.not_later",
            "rulebook.unknown_name", or as `checked_value`.
        SeveralRulesError: all of them.
    """
    faults: list[RuleError] = []
    for statute in statutes:
        try:
            layers = tuple(_with(layer, layers, statute) for layer in layers)
        except RuleError as fault:
            faults.append(fault)
    raise_all(faults)
    return tuple(layers)


def enacted(rules: Rules, statutes: Iterable[Statute]) -> Rules:
    """Return the rules of the same place and day under statutes.

    Raises:
        RuleError: as `enact`.
    """
    return Rules(enact(rules.layers, statutes), rules.place, rules.on)


def _with(layer: Layer, layers: Sequence[Layer], statute: Statute) -> Layer:
    if layer.name != NATIONAL:
        return layer
    rule = definition(layers, statute.path)
    _check(statute, rule)
    value = checked_value(statute.value, rule.unit, rule.choices)
    dated = Dated(statute.in_force_on, value, statute.source, confirm=True)
    entry = replace(rule, values=(*rule.values, dated))
    return replace(layer, entries={**layer.entries, rule.name: entry})


def _check(statute: Statute, rule: Entry) -> None:
    if not statute.document.strip() or not _NUMBER.search(statute.number):
        raise RuleError("statute.no_document", path=statute.path, number=statute.number)
    if rule.local:
        raise RuleError("statute.is_local", path=statute.path)
    last = rule.values[-1]
    if statute.in_force_on <= last.since:
        raise RuleError(
            "statute.not_later",
            path=statute.path,
            day=statute.in_force_on,
            last=last.since,
            source=last.source,
        )


def read_statutes(text: str, *, file: str) -> tuple[Statute, ...]:
    """Return the statutes of a TOML file: `[[statute]]` with path, value, document, number, in_force_on.

    Raises:
        RuleError: the one fault: "statute.bad_toml", "statute.bad_entry", "statute.unknown_key".
        SeveralRulesError: all of them, in the order of the lines.
    """
    data, problems = read_toml(text, file=file, concept="statute")
    raw = data.pop("statute", [])
    for key in data:
        problems.add("unknown_key", (key,), expected="[[statute]]")
    tables = raw if isinstance(raw, list) else [raw]
    found = [_read(table, ("statute", str(number)), problems) for number, table in enumerate(tables)]
    problems.stop()
    return tuple(each for each in found if each is not None)


def _read(table: object, at: tuple[str, ...], problems: Problems) -> Statute | None:
    given: Mapping[str, object] = table if isinstance(table, dict) else {}
    for key in given:
        if key not in KEYS:
            problems.add("unknown_key", (*at, key), expected=", ".join(KEYS))
    texts = {key: given.get(key, "") for key in ("path", "document", "number", "article")}
    day, value = given.get("in_force_on"), given.get("value")
    is_day = isinstance(day, date) and not isinstance(day, datetime)
    if not is_day or value is None or not all(isinstance(each, str) for each in texts.values()):
        problems.add("bad_entry", at, expected=", ".join(KEYS))
        return None
    return Statute(value=value, in_force_on=day, **texts)  # type: ignore[arg-type]
