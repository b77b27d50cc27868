"""The lab's baselines, reform packs, research regimes and presets, as lever values with sources."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib.resources import files

from zhagen.core.rulebook.rules import Rules
from zhagen.core.toml_lines import read_toml

BASE, FORM, FORM_CHECKED = "base", "form", "form_checked"
"""Codes of the baselines: as found in 2014; scored by the national self-evaluation form; the same, effect checked."""


class PackKind(StrEnum):
    """What a set of levers is for."""

    BASELINE = "baseline"
    PACK = "pack"
    REGIME = "regime"
    """Ideal types: command line and research docs only."""
    PRESET = "preset"
    """Circumstances, not rules."""


@dataclass(frozen=True, slots=True)
class Pack:
    """A named set of levers.

    Args:
        code: Short name, such as "R1".
        kind: What it is for.
        zh: Title in Chinese.
        en: The same in English.
        changed: Levers that differ from the base, by code.
        params: Assumptions that differ from the defaults, by code.
        rules: The same as a reform of a live rulebook, as far as it has it: name → value.
        grade: A the study, E evidence, L law, J judgement.
        source: Where it is from.
        note_zh: Remark in Chinese.
        note_en: The same in English.
    """

    code: str
    kind: PackKind
    zh: str
    en: str
    changed: Mapping[str, float] = field(default_factory=dict)
    params: Mapping[str, float] = field(default_factory=dict)
    rules: Mapping[str, object] = field(default_factory=dict)
    grade: str = "J"
    source: str = ""
    note_zh: str = ""
    note_en: str = ""

    @property
    def levers(self) -> dict[str, float]:
        """Every lever of the model, by code."""
        return {**base_levers(), **self.changed}

    def title(self, language: str) -> str:
        """Return the title in a language, "zh" or "en"."""
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True, slots=True)
class BaseLever:
    """One lever of the base.

    Args:
        code: Lever of the model.
        value: As found.
        grade: A the study, E evidence, L law, J judgement.
        source: Where it is from.
    """

    code: str
    value: float
    grade: str
    source: str


@cache
def _data() -> dict[str, dict[str, dict[str, object]]]:
    text = (files("zhagen.lab") / "data" / "packs.toml").read_text(encoding="utf-8")
    return read_toml(text, file="packs.toml", concept="reform")[0]  # type: ignore[return-value]


@cache
def base_sources() -> Mapping[str, BaseLever]:
    """Return every lever of the project system as found in 2014, with its source."""
    return {
        code: BaseLever(code, float(str(raw["value"])), str(raw["grade"]), str(raw["source"]))
        for code, raw in _data()["base"].items()
    }


def base_levers() -> dict[str, float]:
    """Return the levers of the project system as found in 2014, by code."""
    return {code: each.value for code, each in base_sources().items()}


@cache
def packs() -> Mapping[str, Pack]:
    """Return the baseline "base" and the reform packs, by code."""
    zh, en = "2014年所见的项目制", "The project system as found in 2014"
    base = Pack(BASE, PackKind.BASELINE, zh, en, grade="A", source="陈锋、侯同佳")
    return {BASE: base, **{each.code: each for each in _read(PackKind.PACK)}}


@cache
def regimes() -> Mapping[str, Pack]:
    """Return the ideal types, by code: for research on the command line and in the docs only."""
    return {each.code: each for each in _read(PackKind.REGIME)}


@cache
def presets() -> Mapping[str, Pack]:
    """Return the circumstances that a run may assume, by code: "dense_staff", "thin_staff"."""
    return {each.code: each for each in _read(PackKind.PRESET)}


def _read(kind: PackKind) -> Iterator[Pack]:
    tables = _data()[kind.value]
    for code, raw in tables.items():
        joined = [tables[each] for each in _names(raw.get("of"))] + [raw]
        said = {key: str(raw.get(key, "")) for key in ("zh", "en", "grade", "source", "note_zh", "note_en")}
        yield Pack(
            code,
            kind,
            changed=_numbers(_merged(joined, "levers")),
            params=_numbers(_merged(joined, "params")),
            rules=_merged(joined, "rules"),
            zh=said["zh"],
            en=said["en"],
            grade=said["grade"],
            source=said["source"],
            note_zh=said["note_zh"],
            note_en=said["note_en"],
        )


def _numbers(table: Mapping[str, object]) -> dict[str, float]:
    return {name: float(str(value)) for name, value in table.items()}


def _names(raw: object) -> list[str]:
    return [str(each) for each in raw] if isinstance(raw, list) else []


def _merged(tables: list[dict[str, object]], key: str) -> dict[str, object]:
    merged: dict[str, object] = {}
    for table in tables:
        part = table.get(key, {})
        merged |= part if isinstance(part, dict) else {}
    return merged


def forms(rules: Rules) -> Mapping[str, Pack]:
    """Return the baselines that are scored by the budget unit's own form, by code: "form", "form_checked"."""
    found = (form_pack(rules), form_pack(rules, is_effect_checked=True))
    return {each.code: each for each in found}


def form_pack(rules: Rules, *, is_effect_checked: bool = False) -> Pack:
    """Return the second baseline: the project system scored by the budget unit's own form (10/50/30/10).

    Spending and outputs count as output; so does "effect", for it is shown on paper, unless somebody checks
    it, when it counts as need closed.

    Args:
        rules: In force: gives the weights of the form.
        is_effect_checked: Whether the effect is checked with residents.
    """
    form = rules.table("self_evaluation.weights")
    effect = form["benefit"]
    on_paper = form["budget_execution"] + form["output"]
    weights = {
        "w_out": float(on_paper if is_effect_checked else on_paper + effect),
        "w_outcome": float(effect if is_effect_checked else 0),
        "w_need": 0.0,
        "w_sat": float(form["satisfaction"]),
        "w_embed": 0.0,
    }
    how = (
        ("效益经居民核实", "effect checked with residents")
        if is_effect_checked
        else ("效益凭材料", "effect on paper")
    )
    return Pack(
        FORM_CHECKED if is_effect_checked else FORM,
        PackKind.BASELINE,
        f"按项目支出绩效自评表评分（{how[0]}）",
        f"Scored by the national self-evaluation form ({how[1]})",
        weights,
        grade="L",
        source=rules.value("self_evaluation.weights").source,
    )
