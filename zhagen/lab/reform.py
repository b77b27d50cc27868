"""A reform: the values that differ from the rulebook in force, checked, hashed, and put in for a rehearsal."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from zhagen.core.errors import RuleError, SeveralRulesError, raise_all
from zhagen.core.rulebook.explain import diff
from zhagen.core.rulebook.layer import UNITS, Dated, Entry, Kind, Layer, Value, place_prefix
from zhagen.core.rulebook.layers import check_layers, definition, over
from zhagen.core.rulebook.rules import Rules, canonical_json
from zhagen.core.rulebook.values import checked_value, show_value
from zhagen.core.rulebook.write import toml_value
from zhagen.core.scoring.defaults import BY_FIGURE, default_scheme
from zhagen.core.toml_lines import Path, Problems, read_toml
from zhagen.lab.lever_map import LEVER_SOURCES
from zhagen.lab.local_facts import PREFIX, FactKind, LocalFacts, checked_facts, default_facts, shipped_facts
from zhagen.lab.model.levers import LEVERS

RANGES = {lever.code: lever for lever in LEVERS}
"""The levers of the model with the range in which it is meant."""

OWN = "local-"
"""How the live platform begins the name of a place's own layer: what was adopted there may be replaced."""

DRAFT = "rehearsal"
"""Layer that a rehearsed value names."""

LEGAL_BLOCKS = frozenset({"evaluation.too_much_paper", "evaluation.only_paper"})
"""What the platform would refuse at the notice and the lab computes under a red banner."""


@dataclass(frozen=True, slots=True)
class Reform:
    """What a rehearsal changes; only values of the rulebook can ever be adopted.

    Args:
        values: Name of a rulebook value → its new value, whole; only what differs from the baseline.
        practice: What the office would decide otherwise case by case: name → whole number.
        title_zh: Title for people.
        title_en: The same in English.
    """

    values: Mapping[str, Value] = field(default_factory=dict)
    practice: Mapping[str, int] = field(default_factory=dict)
    title_zh: str = ""
    title_en: str = ""

    @property
    def paths(self) -> tuple[str, ...]:
        """Every name that it changes, practice as "practice.<name>"."""
        return (*self.values, *(PREFIX + name for name in self.practice))

    @property
    def is_adoptable(self) -> bool:
        """Whether it is made of rulebook values alone, and of at least one."""
        return bool(self.values) and not self.practice

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical JSON of what it changes, in hexadecimal; titles do not count."""
        said = {"practice": dict(self.practice), "values": {n: _plain(v) for n, v in self.values.items()}}
        return hashlib.sha256(canonical_json(said)).hexdigest()


def _plain(value: Value) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    return list(value) if isinstance(value, tuple) else value


def rulebook_hash(rules: Rules) -> str:
    """Return the SHA-256 of every value in force, without sources and dates.

    So the rulebook that was rehearsed and the one adopted from it have one hash, though the second names
    the decision that set its values.
    """
    values = {name: _plain(found.value) for name, found in rules.resolved.items()}
    return hashlib.sha256(canonical_json(values)).hexdigest()


def lever_values(rules: Rules, facts: LocalFacts) -> dict[str, float]:
    """Return the lever vector of the model, by code, as a rulebook and a district's facts give it.

    A value outside the range in which the model is meant is held at its end; `beyond_model` names those.
    """
    read = {code: LEVER_SOURCES[code].read(rules, facts) for code in RANGES}
    return {code: min(max(value, RANGES[code].low), RANGES[code].high) for code, value in read.items()}


def beyond_model(rules: Rules, facts: LocalFacts) -> tuple[str, ...]:
    """Return the levers whose value lies outside the range of the model, so that a result tells less of them."""
    held = lever_values(rules, facts)
    return tuple(code for code in RANGES if LEVER_SOURCES[code].read(rules, facts) != held[code])


def reform_of(
    changes: Mapping[str, object],
    baseline: Rules,
    facts: LocalFacts | None = None,
    *,
    title_zh: str = "",
    title_en: str = "",
) -> Reform:
    """Return a checked reform.

    Args:
        changes: Name → new value. A name may go into a table ("fund.quota_base.urban"), and
            "practice.<name>" is what the office decides case by case.
        baseline: The rulebook in force, with its layers.
        facts: The district's figures; the shipped ones where left out.
        title_zh: Title for people.
        title_en: The same in English.

    Raises:
        RuleError: the one fault: "rulebook.unknown_name", ".value_type", ".value_range", ".not_local",
            ".loosened", "reform.unknown_fact", "reform.fact_range", "reform.not_practice",
            "reform.unknown_figure", "reform.no_layers".
        SeveralRulesError: all of them.
    """
    own = {name.removeprefix(PREFIX): value for name, value in changes.items() if name.startswith(PREFIX)}
    rest = {name: value for name, value in changes.items() if not name.startswith(PREFIX)}
    faults: list[RuleError] = []
    practice: dict[str, int] = {}
    try:
        practice = _practice(own)
    except RuleError as fault:
        faults += _parts(fault)
    values = dict(_checked(rest, baseline, faults))
    raise_all(faults)
    found = {name: value for name, value in sorted(values.items()) if value != baseline.value(name).value}
    before = facts or default_facts()
    moved = {name: value for name, value in sorted(practice.items()) if value != before[name]}
    reform = Reform(found, moved, title_zh, title_en)
    _check_layers(reform, baseline)
    _check_schemes(apply_reform(reform, baseline))
    return reform


def _parts(fault: RuleError) -> tuple[RuleError, ...]:
    return fault.errors if isinstance(fault, SeveralRulesError) else (fault,)


def _practice(changes: Mapping[str, object]) -> dict[str, int]:
    found = checked_facts(changes)
    for name in found:
        if shipped_facts()[name].kind is not FactKind.PRACTICE:
            raise RuleError("reform.not_practice", name=name)
    return found


def _checked(
    changes: Mapping[str, object], baseline: Rules, faults: list[RuleError]
) -> Iterator[tuple[str, Value]]:
    """Yield each rulebook value, whole; a key of a table goes into the table, several into the same one."""
    whole: dict[str, object] = {}
    for name, raw in changes.items():
        outer, _, key = name.rpartition(".")
        if not baseline.has(name) and baseline.has(outer):
            table = whole.get(outer, baseline.value(outer).value)
            if isinstance(table, Mapping) and key in table:
                whole[outer] = {**table, key: raw}
                continue
        whole[name] = raw
    for name, raw in whole.items():
        try:
            known = baseline.value(name)
            choices = definition(baseline.layers, name).choices if baseline.layers else ()
            yield name, checked_value(raw, known.unit, choices)
        except RuleError as fault:
            faults.append(RuleError(fault.code, source=fault.source, **{"name": name, **fault.figures}))


def _check_layers(reform: Reform, baseline: Rules) -> None:
    """Refuse what a lower layer may not say: the reform as the place's own layer, checked like any other."""
    if not reform.values:
        return
    if not baseline.layers:
        raise RuleError("reform.no_layers")
    above = [each for each in over(baseline.layers, baseline.place) if not each.name.startswith(OWN)]
    entries = {
        name: Entry(name, baseline.value(name).unit, (Dated(baseline.on, value, DRAFT),))
        for name, value in reform.values.items()
    }
    place = place_prefix(baseline.place)
    draft = Layer(DRAFT, place, reform.title_zh, reform.title_en, above[-1].name, entries)
    check_layers((*above, draft))


def _check_schemes(after: Rules) -> None:
    """Refuse a scheme or renewal terms that nobody could grade by."""
    figures = (*after.table("evaluation.full_at"), *after.table("evaluation.zero_at"))
    known = {figure for figure in figures if figures.count(figure) > 1}
    faults = [
        RuleError("reform.unknown_figure", name=name, figure=figure, expected=", ".join(sorted(known)))
        for name in ("evaluation.scheme", "annual_review.at_least", "annual_review.at_most")
        for figure in after.table(name)
        if figure not in BY_FIGURE or figure not in known
    ]
    raise_all(faults)
    try:
        default_scheme(after)
    except RuleError as fault:
        if fault.code not in LEGAL_BLOCKS:
            raise


def apply_reform(reform: Reform, rules: Rules) -> Rules:
    """Return the rules with a reform's values in force; the rest, the place and the day stay."""
    changed = {
        name: replace(
            rules.value(name), value=value, layer=DRAFT, source=DRAFT, since=rules.on, confirm=False
        )
        for name, value in reform.values.items()
    }
    return Rules(rules.layers, rules.place, rules.on, resolved={**rules.resolved, **changed})


def facts_after(reform: Reform, facts: LocalFacts) -> LocalFacts:
    """Return a district's figures with the practice of a reform."""
    return facts.with_values(reform.practice)


def reform_between(before: Rules, after: Rules) -> Reform:
    """Return the values that lead from one rulebook to another of the same names; nothing is checked."""
    found = {each.name: each.after.value for each in diff(before, after) if each.after and each.is_of_value}
    return Reform(found)


def read_reform(text: str, baseline: Rules, facts: LocalFacts | None = None, *, file: str) -> Reform:
    """Return the reform of a TOML file: a rulebook file as an office writes it, or `[reform]` and values alone.

    Each value is a table by its name, with `value = …`, or `values = [{ from = …, value = … }]` of which the
    last counts; practice is `[practice.<name>]`.

    Raises:
        RuleError: "reform.bad_toml", ".missing_head", ".no_value", ".bad_unit", or as `reform_of`, with file
            and line.
        SeveralRulesError: all of them.
    """
    data, problems = read_toml(text, file=file, concept="reform")
    head = data.pop("reform", data.pop("layer", None))
    if not isinstance(head, dict):
        problems.add("missing_head", ("reform",), expected='[reform] title_zh = "…", title_en = "…"')
        head = {}
    changes = {
        ".".join(path): _value_of(table, path, problems, baseline) for path, table in _tables(data, ())
    }
    problems.stop()
    titles = {key: str(head.get(key, "")) for key in ("title_zh", "title_en")}
    try:
        return reform_of(changes, baseline, facts, **titles)
    except RuleError as fault:
        raise_all([_placed(each, problems) for each in _parts(fault)])
        raise


def _placed(fault: RuleError, problems: Problems) -> RuleError:
    name = str(fault.figures.get("name") or fault.figures.get("key") or "")
    paths = [tuple(each.split(".")) for each in (name, PREFIX + name)]
    line = problems.line(next((path for path in paths if path in problems.lines), ()))
    figures = {**fault.figures, "file": problems.file, "line": line, "key": name}
    return RuleError(fault.code, source=fault.source, **figures)


def _tables(data: Mapping[str, object], path: Path) -> Iterator[tuple[Path, Mapping[str, object]]]:
    for key, raw in data.items():
        here = (*path, key)
        table: dict[str, object] = raw if isinstance(raw, dict) else {}
        is_group = bool(table) and all(isinstance(item, dict) for item in table.values())
        if is_group and not {"value", "values"} & table.keys():
            yield from _tables(table, here)
        else:
            yield here, table


def _value_of(table: Mapping[str, object], path: Path, problems: Problems, baseline: Rules) -> object:
    name = ".".join(path)
    if "unit" in table and baseline.has(name) and table["unit"] != baseline.value(name).unit:
        problems.add("bad_unit", (*path, "unit"), expected=baseline.value(name).unit, unit=table["unit"])
    dated = table.get("values")
    if "value" in table:
        return table["value"]
    if isinstance(dated, list) and dated and isinstance(dated[-1], dict) and "value" in dated[-1]:
        return dated[-1]["value"]
    problems.add("no_value", path, expected="value = …")
    return None


def write_reform(reform: Reform) -> str:
    """Return the text of a file that `read_reform` reads as an equal reform."""
    head = ("title_zh", "title_en")
    lines = ["[reform]", *(f"{key} = {toml_value(getattr(reform, key))}" for key in head)]
    for name, value in reform.values.items():
        lines += ["", f"[{name}]", f"value = {toml_value(value)}"]
    for name, number in reform.practice.items():
        is_flag = shipped_facts()[name].unit == "yes_no"
        lines += ["", f"[{PREFIX}{name}]", f"value = {toml_value(bool(number) if is_flag else number)}"]
    return "\n".join(lines) + "\n"


@dataclass(frozen=True, slots=True)
class ChangedValue:
    """One line of a reform for people: what was, what would be.

    Args:
        path: Name, practice as "practice.<name>".
        zh: What it is, in Chinese.
        en: The same in English.
        unit: A key of the rulebook's units.
        before: As `show_value` writes it.
        after: The same of the new value.
    """

    path: str
    zh: str
    en: str
    unit: str
    before: str
    after: str


def changed_values(reform: Reform, baseline: Rules, facts: LocalFacts) -> tuple[ChangedValue, ...]:
    """Return what a reform changes, line by line."""
    found = []
    for name, value in reform.values.items():
        old = baseline.value(name)
        found.append(ChangedValue(name, old.zh, old.en, old.unit, show_value(old.value), show_value(value)))
    for name, number in reform.practice.items():
        fact = shipped_facts()[name]
        shown = [bool(each) if UNITS[fact.unit] is Kind.FLAG else each for each in (facts[name], number)]
        before, after = (show_value(each) for each in shown)
        found.append(ChangedValue(PREFIX + name, fact.zh, fact.en, fact.unit, before, after))
    return tuple(found)
