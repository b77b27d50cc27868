"""The catalogue as data: mechanisms M1–M45, stylised facts S1–S25, closed forms V1–V12, submodels and runs.

It holds what is stated and where it is computed; no figure of it is a result (those come from `zhagen lab check`).
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, Literal

from zhagen.core.errors import RuleError
from zhagen.lab.packs import packs, regimes

HERE = Path(__file__).parent
DIMENSIONS = ("E1", "E2", "E3", "E4")
"""The four dimensions of embeddedness, which a mechanism may name as its test."""

STUDY = "陈锋、侯同佳《政府购买社会服务的悖论》，文化纵横（2022年重刊）"


@dataclass(frozen=True, slots=True)
class Submodel:
    """One part of the model.

    Args:
        code: Short name.
        zh: Title in Chinese.
        en: Title in English.
        equation: What is computed, in symbols.
        function: Where, as a dotted name.
    """

    code: str
    zh: str
    en: str
    equation: str
    function: str


@dataclass(frozen=True, slots=True)
class Mechanism:
    """What the study says and how it enters the model.

    Args:
        code: M1 to M45.
        quote: The study's own words; empty where it is told in other words.
        zh: What it says.
        en: The same in English.
        enters_zh: How it enters the model.
        enters_en: The same in English.
        submodels: Codes of the submodels that hold it.
        tests: Codes of facts, closed forms or dimensions that show it.
    """

    code: str
    quote: str
    zh: str
    en: str
    enters_zh: str
    enters_en: str
    submodels: tuple[str, ...]
    tests: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ablation:
    """A mechanism switched off: levers and parameters laid over every run of a fact, which must then fail."""

    zh: str
    en: str
    levers: Mapping[str, float] = field(default_factory=dict)
    params: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fact:
    """A pattern that the model must show.

    Args:
        code: S1 to S25.
        kind: "in" = close to an input, catches errors only; "em" = could have come out otherwise.
        zh: What is stated.
        en: The same in English.
        claims: What must hold on the runs; see `zhagen.lab.facts.claims`.
        quick: The claims where replications are few; empty = the same.
        least: Replications below which its claims say nothing; it is never run with fewer.
        ablation: What must break it.
    """

    code: str
    kind: Literal["in", "em"]
    zh: str
    en: str
    claims: tuple[str, ...]
    quick: tuple[str, ...] = ()
    least: int = 0
    ablation: Ablation | None = None

    def at(self, level: str) -> tuple[str, ...]:
        """Return the claims of a level, "quick" or "full"."""
        return self.quick if level == "quick" and self.quick else self.claims


@dataclass(frozen=True, slots=True)
class Verification:
    """A closed form that the model must equal: V1 to V12."""

    code: str
    zh: str
    en: str
    form: str


@dataclass(frozen=True, slots=True)
class Variant:
    """One run of the stated set: packs and regimes first, then its own levers and parameters laid over them."""

    name: str
    packs: tuple[str, ...] = ()
    levers: Mapping[str, float] = field(default_factory=dict)
    params: Mapping[str, float] = field(default_factory=dict)
    months: int = 120
    burn_in: int = 60


def _tables(name: str) -> dict[str, dict[str, Any]]:
    found = tomllib.loads((HERE / f"{name}.toml").read_text("utf-8"))
    return {
        code: {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}
        for code, table in found.items()
    }


@cache
def submodels() -> Mapping[str, Submodel]:
    """Return the submodels by code."""
    return {code: Submodel(code=code, **table) for code, table in _tables("submodels").items()}


@cache
def mechanisms() -> Mapping[str, Mechanism]:
    """Return M1 to M45 by code."""
    return {code: Mechanism(code=code, **table) for code, table in _tables("mechanisms").items()}


@cache
def facts() -> Mapping[str, Fact]:
    """Return S1 to S25 by code."""
    found: dict[str, Fact] = {}
    for code, table in _tables("facts").items():
        ablation = table.pop("ablation", None)
        found[code] = Fact(code=code, ablation=Ablation(**ablation) if ablation else None, **table)
    return found


@cache
def verifications() -> Mapping[str, Verification]:
    """Return V1 to V12 by code."""
    return {code: Verification(code=code, **table) for code, table in _tables("verifications").items()}


@cache
def variants() -> Mapping[str, Variant]:
    """Return the stated set of runs by name."""
    return {name: _whole(Variant(name=name, **table)) for name, table in _tables("variants").items()}


def _whole(own: Variant) -> Variant:
    levers: dict[str, float] = {}
    params: dict[str, float] = {}
    for code in own.packs:
        pack = packs().get(code) or regimes()[code]
        levers |= pack.changed
        params |= pack.params
    return replace(own, levers={**levers, **own.levers}, params={**params, **own.params})


def find(code: str) -> Mechanism | Fact | Verification:
    """Return an entry of the catalogue, whatever the case of its code.

    Raises:
        RuleError: "lab.no_such_entry".
    """
    wanted = code.strip().upper()
    for table in (mechanisms(), facts(), verifications()):
        if wanted in table:
            return table[wanted]
    raise RuleError("lab.no_such_entry", name=code)
