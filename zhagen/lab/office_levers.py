"""Which values an office moves on the lab's screen: its own, discretionary ones, each with its range and clause."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from zhagen.core.indicators.registry import INDICATORS
from zhagen.core.rulebook.layer import FULL_BP, UNITS, Kind, Value
from zhagen.core.rulebook.layers import definition, over
from zhagen.core.rulebook.rules import Rules, RuleValue
from zhagen.core.scoring.defaults import BY_FIGURE
from zhagen.lab.lever_map import moved_by


@dataclass(frozen=True, slots=True)
class Scale:
    """How a value is moved: in the unit of the rulebook.

    Args:
        least: Smallest value on the scale.
        most: Largest; the law or the layer above may bring it down.
        step: Between two values.
        group: Heading on the screen: "contract", "evaluation", "renewal", "work" or "fund".
        keys: Keys of a table that are moved one by one; empty for the whole.
    """

    least: int
    most: int
    step: int
    group: str
    keys: tuple[str, ...] = ()


YEAR, LONGEST = 12, 120
"""Months: of a year, and more than any rule allows; the ceiling in force brings the scale down."""

OF_INDICATORS: Mapping[str, tuple[int, int, int]] = {
    "bp": (0, FULL_BP, 500),
    "centi": (100, 500, 10),
    "days": (0, 1080, 30),
    "hours": (0, 2000, 50),
    "minutes": (0, 600, 10),
    "count": (0, 60, 1),
}
"""Unit of an indicator → least, most and step of a threshold in it."""

KEYS: Mapping[str, tuple[str, str]] = {
    "fair": ("中", "fair"),
    "urban": ("城市社区", "urban"),
    "rural": ("农村社区", "rural"),
    "resident": ("居民", "residents"),
    "expert": ("专家", "experts"),
}
"""Key of a table that names no indicator → its name in Chinese and English."""

SCALES: Mapping[str, Scale] = {
    "contract.term_ceiling": Scale(YEAR, LONGEST, YEAR, "contract"),
    "staffing.protected_cost_share_min": Scale(4000, 9000, 250, "contract"),
    "off_plan.credit_max": Scale(0, 5000, 250, "contract"),
    "acceptance.light.users_invited": Scale(0, 1, 1, "contract"),
    "evaluation.scheme": Scale(0, FULL_BP, 500, "evaluation"),
    "evaluation.grade_bands": Scale(4000, 7500, 500, "evaluation", ("fair",)),
    "sample.participants_max": Scale(0, 400, 10, "evaluation"),
    "annual_review.at_least": Scale(0, FULL_BP, 500, "renewal"),
    "annual_review.at_most": Scale(0, FULL_BP, 500, "renewal"),
    "fund.quota_base": Scale(0, 400_000, 5000, "fund"),
    "fund.quota_per_hundred": Scale(0, 5000, 100, "fund"),
    "fund.track_weights": Scale(0, FULL_BP, 500, "fund"),
}
"""Rulebook value → how it is moved. Only what an office may set is here; what moves no lever is not."""


@dataclass(frozen=True, slots=True)
class OfficeLever:
    """One value on the screen.

    Args:
        path: Name in the rulebook; "name.key" for one key of a table.
        group: Heading.
        zh: What it is, in Chinese.
        en: The same in English.
        unit: A key of the rulebook's units.
        base: In force now.
        least: Smallest value that the office may set.
        most: Largest.
        step: Between two values.
        clause: Source of the value in force.
        limit: Source of the value above that binds the office; empty where nothing does.
        confirm: Whether the value in force still has to be checked against the official text.
        moves: Levers of the model that it moves.
    """

    path: str
    group: str
    zh: str
    en: str
    unit: str
    base: int
    least: int
    most: int
    step: int
    clause: str
    limit: str
    confirm: bool
    moves: tuple[str, ...]

    @property
    def is_flag(self) -> bool:
        """Whether it is a yes or no, kept as 1 or 0."""
        return UNITS[self.unit] is Kind.FLAG

    def label(self, language: str) -> str:
        """Return what it is in a language, "zh" or "en"."""
        return self.zh if language == "zh" else self.en


def office_levers(rules: Rules) -> tuple[OfficeLever, ...]:
    """Return what an office's screen shows, in its order: local values and those that it may tighten.

    A statutory value is never among them; it changes by document, number and date (`zhagen.lab.statute`).

    Args:
        rules: In force in the office's place, with layers.
    """
    return tuple(
        lever
        for name, scale in SCALES.items()
        if rules.has(name) and may_move(rules, name)
        for lever in _levers(rules, name, scale)
    )


def may_move(rules: Rules, name: str) -> bool:
    """Return whether an office may set or tighten a value."""
    rule = definition(rules.layers, name)
    return bool(rule.local or rule.tighter)


def _levers(rules: Rules, name: str, scale: Scale) -> Iterator[OfficeLever]:
    found = rules.value(name)
    if not isinstance(found.value, Mapping):
        yield _lever(rules, found, scale, name, found.value)
        return
    for key, value in found.value.items():
        if not scale.keys or key in scale.keys:
            yield _lever(rules, found, scale, f"{name}.{key}", value)


def _lever(rules: Rules, found: RuleValue, scale: Scale, path: str, value: Value) -> OfficeLever:
    rule, key = definition(rules.layers, found.name), path.removeprefix(found.name)[1:]
    least, most, step = _range(found, scale, key)
    bound = _bound(rules, found.name) if rule.tighter else None
    base = value if isinstance(value, int) else 0
    limit = bound[0] if bound else None
    return OfficeLever(
        path=path,
        group=scale.group,
        zh=f"{found.zh}：{_key(key)[0]}" if key else found.zh,
        en=f"{found.en}: {_key(key)[1]}" if key else found.en,
        unit=found.unit,
        base=int(base),
        least=max(least, limit) if limit is not None and rule.tighter == "higher" else min(least, base),
        most=min(most, limit) if limit is not None and rule.tighter == "lower" else max(most, base),
        step=step,
        clause=found.source,
        limit=bound[1] if bound else "",
        confirm=found.confirm,
        moves=moved_by(found.name),
    )


def _key(key: str) -> tuple[str, str]:
    if key in KEYS:
        return KEYS[key]
    indicator = INDICATORS[BY_FIGURE[key]]
    return indicator.zh, indicator.en


def _range(found: RuleValue, scale: Scale, key: str) -> tuple[int, int, int]:
    if found.unit == "indicator":
        return OF_INDICATORS[INDICATORS[BY_FIGURE[key]].unit]
    return scale.least, scale.most, scale.step


def _bound(rules: Rules, name: str) -> tuple[int, str] | None:
    """Return the tightest value above the place's own layers, with its source."""
    own = max(len(layer.place) for layer in over(rules.layers, rules.place))
    above = [each for each in over(rules.layers, rules.place) if not each.parent or len(each.place) < own]
    dated = [each.entries[name].at(rules.on) for each in above if name in each.entries]
    found = [(each.value, each.source) for each in dated if each is not None and isinstance(each.value, int)]
    if not found:
        return None
    rule = definition(rules.layers, name)
    return (min if rule.tighter == "lower" else max)(found)
