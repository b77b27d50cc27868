"""The terms of a contract in words that both sides read the same way."""

from collections.abc import Mapping

from zhagen.core.contract_terms import ContractTerms
from zhagen.core.indicators.registry import INDICATORS
from zhagen.core.scoring.acceptance import Promise
from zhagen.core.scoring.evaluation import Item
from zhagen.core.scoring.renewal import Term
from zhagen.platform.texts import catalogue, language, say


def terms_in_words(terms: ContractTerms) -> Mapping[str, list[str]]:
    """Return the lines of each part of the terms in the reader's language."""
    return {
        "promises": [promise_line(each) for each in terms.promises],
        "scheme": [*(_item_line(each) for each in terms.scheme.items), *_least_measured(terms)],
        "renewal": [*(_renewal_line(each) for each in terms.renewal), *_least_terms(terms)],
        "closing": [say(f"closing.{code}") for code in terms.closing],
    }


def promise_name(name: str) -> str:
    """Return the name of a deliverable: a known code by the catalogue, else what the plan called it."""
    code = f"promise.{name}"
    return say(code) if code in catalogue() else name


def promise_line(promise: Promise) -> str:
    """Return one deliverable with its amount."""
    return say(
        "promise.line", name=promise_name(promise.name), amount=promise.promised, unit=unit_name(promise.unit)
    )


def indicator_name(name: str) -> str:
    """Return the label of an indicator."""
    known = INDICATORS.get(name)
    if known is None:
        return name
    return known.zh if language() == "zh" else known.en


def indicator_value(name: str, value: int | None) -> str:
    """Return a value of an indicator with its unit, as people read it."""
    if value is None:
        return "—"
    unit = INDICATORS[name].unit if name in INDICATORS else "count"
    if unit == "bp":
        return f"{value / 100:g}%"
    if unit == "centi":
        return f"{value / 100:.2f}"
    return f"{value} {unit_name(unit)}"


def unit_name(unit: str) -> str:
    """Return the name of a unit by the catalogue; as it is where the catalogue has none."""
    code = next((each for each in (f"quantity.{unit}", f"unit.{unit}") if each in catalogue()), "")
    return say(code) if code else unit


def _item_line(item: Item) -> str:
    return f"{indicator_name(item.indicator)} · {item.weight_bp / 100:g}%"


def _least_measured(terms: ContractTerms) -> list[str]:
    least = terms.scheme.measured_min_bp
    return [say("scheme.measured_min", percent=f"{least / 100:g}")] if least else []


def _renewal_line(term: Term) -> str:
    sign = "≥" if term.at_least else "≤"
    line = f"{indicator_name(term.indicator)} {sign} {indicator_value(term.indicator, term.threshold)}"
    return say("renewal.required_line", line=line) if term.is_required else line


def _least_terms(terms: ContractTerms) -> list[str]:
    least = terms.renewal_measured_min
    return [say("renewal.measured_min", least=least)] if least else []
