"""Words and rows that the pages of judging share."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Model
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _t

from zhagen.core.indicators.registry import INDICATORS
from zhagen.delivery.models import Acceptance
from zhagen.platform.small_charts import interval_svg
from zhagen.platform.texts import language, say
from zhagen.procurement.models import Contract, Need

BP_A_PERCENT, CENTI = 100, 100


def indicator_label(name: str) -> str:
    """Return an indicator's name in the reader's language."""
    found = INDICATORS.get(name)
    if found is None:
        return name
    return found.zh if language() == "zh" else found.en


def shown(value: object, unit: str) -> str:
    """Return a figure in its unit as people read it; a dash where there is none."""
    if not isinstance(value, int) or isinstance(value, bool):
        return "—" if value is None else str(value)
    if unit == "bp":
        return f"{value / BP_A_PERCENT:.1f}%"
    if unit == "centi":
        return f"{value / CENTI:.2f}"
    names = {"days": _t("天"), "hours": _t("小时"), "minutes": _t("分钟")}
    return f"{value} {names[unit]}" if unit in names else str(value)


def span(low: object, high: object, unit: str) -> str:
    """Return an interval as people read it."""
    return f"{shown(low, unit)}–{shown(high, unit)}" if low is not None and high is not None else "—"


def to_measure(indicators: Iterable[str]) -> list[tuple[str, str]]:
    """Return what is still to be measured, each with who can give it and how."""
    return [(indicator_label(name), say(f"measure_how.{INDICATORS[name].word}")) for name in indicators]


def range_svg(ends: tuple[int | None, int | None, int | None], words: str, most: int = 10_000) -> SafeString:
    """Return low, value, high as a small drawing; empty where nothing was measured."""
    low, value, high = ends
    if low is None or value is None or high is None:
        return mark_safe("")
    return mark_safe(interval_svg(low, value, high, bounds=(0, most), words=words))  # noqa: S308 - own SVG


OPENS: Mapping[str, tuple[type[Model], str, str]] = {
    "need": (Need, "need.view", "need_view"),
    "acceptance": (Acceptance, "acceptance.view", "acceptance_view"),
}
"""Kind of a source row → model, action that shows it, page."""


def contract_crumbs(contract: Contract, *more: tuple[object, str]) -> list[tuple[object, str]]:
    """Return the trail from the list of contracts to a page below one."""
    own: list[tuple[object, str]] = [
        (_t("合同"), reverse("contract_list")),
        (contract.number, reverse("contract_view", args=[contract.pk])),
    ]
    return [*own, *more]


def item_rows(result: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the items of a result as the page shows them."""
    rows = []
    for each in result.get("items", ()):
        measure = result["measures"].get(each["indicator"], {})
        unit = measure.get("unit") or INDICATORS[each["indicator"]].unit
        ends = (each["low_bp"], each["score_bp"], each["high_bp"])
        rows.append(
            {
                "label": indicator_label(each["indicator"]),
                "weight": shown(each["weight_bp"], "bp"),
                "value": shown(measure.get("value"), unit),
                "interval": span(measure.get("low"), measure.get("high"), unit),
                "count": measure.get("count", 0),
                "score": shown(each["score_bp"], "bp"),
                "svg": range_svg(ends, f"{shown(ends[1], 'bp')} ({span(ends[0], ends[2], 'bp')})"),
            }
        )
    return rows
