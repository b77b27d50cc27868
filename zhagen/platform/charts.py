"""Charts as SVG files: a Vega-Lite specification with a title, a text alternative and its table.

The engine runs in a child process (its memory never stays in the server); a drawn chart is kept on disk by
the hash of its specification. Colours differ in lightness too, so that they survive colour-blindness and grey
print; lines differ by dash and point besides. The words are put together without any language's own grammar.
"""

import datetime as dt
import hashlib
import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from zhagen.platform.child import MEBIBYTE, Limits, run_limited
from zhagen.platform.fonts import chinese_font
from zhagen.platform.tables import Column, Kind, Table, cell_text, printable

PALETTE = ("#0072B2", "#E69F00", "#1B3A4B", "#56B4E9", "#8C4A00", "#009E73")
"""After Okabe and Ito, ordered so that neighbours differ in lightness."""

DASHES = ([1, 0], [6, 3], [2, 2], [8, 2, 2, 2], [4, 4], [1, 3])
SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down")
WIDTH, ROW_HEIGHT, LINE_HEIGHT = 480, 26, 240
DRAWING_VERSION = 1
"""Raised when the look changes, so that kept drawings are made again."""

LIMITS = Limits(wall_seconds=60, memory_bytes=0, file_bytes=32 * MEBIBYTE)
"""The engine reserves a large address space at start: the clock is its limit."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart, what it says in words, and the table that says the same.

    Args:
        title: Title in the reader's language.
        alternative: What one would say to someone who cannot see it.
        spec: Vega-Lite specification with its data inside.
        table: The same figures.
    """

    title: str
    alternative: str
    spec: Mapping[str, Any]
    table: Table

    @property
    def digest(self) -> str:
        """The hash by which the drawing is kept."""
        content = json.dumps([DRAWING_VERSION, self.title, self.alternative, self.spec], sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Interval:
    """A value with its range; `low` ≤ `value` ≤ `high`."""

    label: str
    low: float
    value: float
    high: float


@dataclass(frozen=True, slots=True)
class Term:
    """A span of days, such as a contract's term; `group` gives the colour."""

    label: str
    starts_on: dt.date
    ends_on: dt.date
    group: str = ""


def bar_chart(title: str, bars: Sequence[tuple[str, float]], *, unit: str, kind: Kind = "int") -> Chart:
    """Return horizontal bars in the given order.

    Args:
        title: What is compared.
        bars: Label and value; for kind "money" in fen, shown in yuan.
        unit: Unit of the axis.
        kind: Kind of the value in the table.
    """
    values = [{"label": label, "value": value / _SCALES.get(kind, 1)} for label, value in bars]
    spec = {
        "mark": {"type": "bar", "color": PALETTE[0]},
        "encoding": {"y": _labels(), "x": _amount("value", unit, kind)},
        "height": {"step": ROW_HEIGHT},
    }
    told = "; ".join(f"{label} {cell_text(value, kind)}" for label, value in bars[:12])
    rows = [{"label": label, "value": value} for label, value in bars]
    return _chart(title, told, spec, values, _table(title, (_column(unit, kind, "value"),), rows))


def stacked_bar_chart(
    title: str, bars: Sequence[tuple[str, Mapping[str, float]]], *, unit: str, kind: Kind = "int"
) -> Chart:
    """Return horizontal bars cut into parts; each bar is a label and its parts by name."""
    names = list(dict.fromkeys(name for _, parts in bars for name in parts))
    scale = _SCALES.get(kind, 1)
    values = [
        {"label": label, "part": name, "order": names.index(name), "value": value / scale}
        for label, parts in bars
        for name, value in parts.items()
    ]
    spec = {
        "mark": {"type": "bar", "stroke": "white", "strokeWidth": 1.5},
        "encoding": {
            "y": _labels(),
            "x": _amount("value", unit, kind),
            "color": _colours("part", names),
            "order": {"field": "order", "type": "ordinal"},
        },
        "height": {"step": ROW_HEIGHT},
    }
    rows = [
        {"label": label, **{f"p{names.index(name)}": v for name, v in parts.items()}} for label, parts in bars
    ]
    columns = tuple(_column(name, kind, f"p{i}") for i, name in enumerate(names))
    told = "; ".join(
        f"{label}: " + ", ".join(f"{name} {cell_text(value, kind)}" for name, value in parts.items())
        for label, parts in bars[:12]
    )
    return _chart(title, told, spec, values, _table(title, columns, rows))


def interval_chart(
    title: str, intervals: Sequence[Interval], *, unit: str, bounds: tuple[float, float] | None = None
) -> Chart:
    """Return a dot with its range for each label: an estimate and how sure it is."""
    values = [{"label": e.label, "low": e.low, "value": e.value, "high": e.high} for e in intervals]
    axis = _amount("low", unit) | (
        {"scale": {"domain": list(bounds)}} if bounds else {"scale": {"zero": False}}
    )
    spec = {
        "layer": [
            {
                "mark": {"type": "rule", "strokeWidth": 4, "color": PALETTE[3], "strokeCap": "round"},
                "encoding": {"x": axis, "x2": {"field": "high"}},
            },
            {
                "mark": {"type": "point", "filled": True, "size": 110, "color": PALETTE[2], "opacity": 1},
                "encoding": {"x": axis | {"field": "value"}},
            },
        ],
        "encoding": {"y": _labels()},
        "height": {"step": ROW_HEIGHT},
    }
    told = "; ".join(f"{e.label} {e.value:g} ({e.low:g}–{e.high:g})" for e in intervals[:12])
    rows = [
        {"label": e.label, "low": f"{e.low:g}", "value": f"{e.value:g}", "high": f"{e.high:g}"}
        for e in intervals
    ]
    columns = (
        Column("value", f"值（{unit}）", f"Value ({unit})"),
        Column("low", "下限", "Low"),
        Column("high", "上限", "High"),
    )
    return _chart(title, told, spec, values, _table(title, columns, rows))


def month_chart(
    title: str, series: Mapping[str, Sequence[tuple[str, float]]], *, unit: str, kind: Kind = "int"
) -> Chart:
    """Return lines over months; each series is a name and its (month "2026-03", value) points."""
    scale, names = _SCALES.get(kind, 1), list(series)
    values = [
        {"month": month, "series": name, "value": value / scale}
        for name, points in series.items()
        for month, value in points
    ]
    spec = {
        "mark": {"type": "line", "point": {"filled": True, "size": 45}, "strokeWidth": 2},
        "encoding": {
            "x": {"field": "month", "type": "ordinal", "title": None, "axis": {"labelAngle": -45}},
            "y": _amount("value", unit, kind),
            "color": _colours("series", names),
            "strokeDash": _scale("series", names, DASHES),
            "shape": _scale("series", names, SHAPES),
        },
        "width": WIDTH,
        "height": LINE_HEIGHT,
    }
    months = sorted({month for points in series.values() for month, _ in points})
    found = {name: dict(points) for name, points in series.items()}
    rows = [{"label": m, **{f"s{i}": found[name].get(m) for i, name in enumerate(names)}} for m in months]
    columns = tuple(_column(name, kind, f"s{i}") for i, name in enumerate(names))
    told = "; ".join(
        f"{name}: {_point(points[0], kind)} → {_point(points[-1], kind)}"
        for name, points in series.items()
        if points
    )
    return _chart(title, told, spec, values, _table(title, columns, rows))


def _point(point: tuple[str, float], kind: Kind) -> str:
    return f"{point[0]} {cell_text(point[1], kind)}"


def term_chart(title: str, terms: Sequence[Term], *, today: dt.date | None = None) -> Chart:
    """Return spans of days as bars on a calendar, with a line at today."""
    groups = list(dict.fromkeys(term.group for term in terms))
    values = [
        {"label": t.label, "start": t.starts_on.isoformat(), "end": t.ends_on.isoformat(), "group": t.group}
        for t in terms
    ]
    axis = {"format": "%Y-%m", "labelAngle": -45}
    days = {"type": "temporal", "title": None, "axis": axis, "scale": {"type": "utc"}}
    span: dict[str, Any] = {
        "mark": {"type": "bar", "cornerRadius": 3, "height": {"band": 0.6}},
        "encoding": {"y": _labels(), "x": days | {"field": "start"}, "x2": {"field": "end"}},
    }
    if groups != [""]:
        span["encoding"]["color"] = _colours("group", groups)
    else:
        span["mark"]["color"] = PALETTE[0]
    layers = [span]
    if today is not None:
        line = {"type": "rule", "strokeDash": [4, 3], "color": "#000000", "strokeWidth": 1.5}
        datum = {"year": today.year, "month": today.month, "date": today.day, "utc": True}
        layers.append({"mark": line, "encoding": {"x": days | {"datum": datum}}})
    rows = [{"label": t.label, "from": t.starts_on, "until": t.ends_on, "group": t.group} for t in terms]
    columns = (Column("from", "开始", "From", "date"), Column("until", "结束", "Until", "date"))
    if groups != [""]:
        columns = (*columns, Column("group", "类别", "Group"))
    told = "; ".join(f"{t.label}: {t.starts_on.isoformat()} – {t.ends_on.isoformat()}" for t in terms[:12])
    spec = {"layer": layers, "height": {"step": ROW_HEIGHT}}
    return _chart(title, told, spec, values, _table(title, columns, rows))


_SCALES = {"money": 100, "percent_bp": 100}
"""Fen are drawn as yuan, basis points as percent."""


def _chart(title: str, told: str, spec: Mapping[str, Any], values: list[Any], table: Table) -> Chart:
    whole = {"width": WIDTH, **spec, "data": {"values": values}, "title": printable(title), "config": _CONFIG}
    return Chart(printable(title), printable(f"{title}: {told}" if told else title), whole, table)


_CONFIG = {
    "background": "white",
    "view": {"stroke": None},
    "axis": {
        "labelFontSize": 13,
        "titleFontSize": 13,
        "labelLimit": 260,
        "labelColor": "#222",
        "gridColor": "#ddd",
    },
    "legend": {"labelFontSize": 13, "title": None, "orient": "bottom", "symbolSize": 120},
    "title": {"fontSize": 15, "anchor": "start"},
}


def _labels() -> dict[str, Any]:
    return {"field": "label", "type": "nominal", "sort": None, "title": None}


def _amount(field: str, unit: str, kind: Kind = "text") -> dict[str, Any]:
    amount: dict[str, Any] = {"field": field, "type": "quantitative", "title": unit}
    return amount | {"axis": {"tickMinStep": 1, "format": ",d"}} if kind == "int" else amount


def _colours(field: str, names: list[str]) -> dict[str, Any]:
    return _scale(field, names, PALETTE)


def _scale(field: str, names: list[str], looks: Sequence[Any]) -> dict[str, Any]:
    taken = [looks[i % len(looks)] for i in range(len(names))]
    return {"field": field, "type": "nominal", "scale": {"domain": names, "range": taken}}


def _column(name: str, kind: Kind, key: str) -> Column:
    return Column(key, name, name, kind)


def _table(title: str, columns: tuple[Column, ...], rows: list[dict[str, Any]]) -> Table:
    return Table((title, title), (Column("label", "名称", "Name"), *columns), rows)


def draw_charts(charts: Sequence[Chart], folder: Path) -> list[Path]:
    """Return the SVG file of each chart, drawing those that are not kept yet, all in one child.

    Args:
        charts: The charts of a page: several cost hardly more than one.
        folder: Where drawings are kept; it may be emptied at any time.

    Raises:
        RuleError: A code of the child.
    """
    paths = [folder / f"{chart.digest}.svg" for chart in charts]
    missing = {path: chart for path, chart in zip(paths, charts, strict=True) if not path.exists()}
    if missing:
        folder.mkdir(parents=True, exist_ok=True)
        font = chinese_font()
        arguments = {"folders": [str(each) for each in font.folders], "family": font.family}
        specs = json.dumps([chart.spec for chart in missing.values()]).encode()
        drawn = json.loads(
            run_limited("zhagen.platform.charts:draw_in_child", specs, arguments, LIMITS).target
        )
        for (path, chart), svg in zip(missing.items(), drawn, strict=True):
            _keep(path, _with_words(svg, chart))
    return paths


def draw_in_child(source: Path, target: Path, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """Draw specifications as SVG; runs in the child."""
    import vl_convert

    for folder in arguments["folders"]:
        vl_convert.register_font_directory(folder)
    config = {"font": f"{arguments['family']}, sans-serif"}
    drawn = [
        vl_convert.vegalite_to_svg(spec, config=config, allowed_base_urls=[])
        for spec in json.loads(source.read_text("utf-8"))
    ]
    target.write_text(json.dumps(drawn), "utf-8")
    return {}


def _with_words(svg: str, chart: Chart) -> str:
    head, end, rest = svg.partition(">")
    words = f"<title>{escape(chart.title)}</title><desc>{escape(chart.alternative)}</desc>"
    return f'{head} role="img" aria-label={quoteattr(chart.alternative)}{end}{words}{rest}'


def _keep(path: Path, svg: str) -> None:
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".part-")
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        out.write(svg)
    os.replace(temporary, path)  # two servers may draw the same chart: each file is whole
