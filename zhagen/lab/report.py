"""A result as one HTML file that needs nothing else: no script, charts within, badge and honesty on it.

Uncalibrated: a dot a draw, up, down or neither, and arrows. Calibrated: amounts with their spread over draws.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import singledispatch
from html import escape

from zhagen.lab.experiments.ablation import Ablation, Part
from zhagen.lab.experiments.compare import Comparison
from zhagen.lab.experiments.estimate import Amount, Direction, Sides
from zhagen.lab.experiments.outlook import Outlook
from zhagen.lab.experiments.results import Result
from zhagen.lab.experiments.sensitivity import Effect, Morris, Sobol
from zhagen.lab.experiments.sweep import Curve, Sweep
from zhagen.lab.honesty import WATERMARK, Badge
from zhagen.lab.svg import Bars, bars, dots, fan, ranges
from zhagen.lab.words import (
    DETAIL,
    ILLEGAL,
    LOSERS,
    Say,
    body,
    factor_name,
    head,
    honesty,
    outcome_name,
    part_name,
    plain_number,
    title,
)

STYLE = """
body{font:16px/1.6 system-ui,"Noto Sans CJK SC","Microsoft YaHei",sans-serif;max-width:46rem;margin:auto;padding:1rem;color:#222}
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem}svg{width:100%;height:auto}
.mark{border:2px solid #B04A00;color:#8a3a00;padding:.4rem .8rem;font-weight:600}
.illegal{background:#a40000;color:#fff;padding:.4rem .8rem;font-weight:600}
.small{color:#555;font-size:.85rem;overflow-wrap:anywhere}figure{margin:1rem 0}figcaption{color:#555;font-size:.85rem}
table{border-collapse:collapse;font-size:.9rem;display:block;overflow-x:auto}
th,td{border:1px solid #ccc;padding:.2rem .5rem;text-align:left}td.tips{outline:3px solid #B04A00}
ul{padding-left:1.2rem}@media print{body{max-width:none}}
"""

ARROWS = {Direction.UP: "↑", Direction.DOWN: "↓", Direction.SAME: "=", Direction.UNCERTAIN: "?"}


def html_of(result: Result, say: Say) -> str:
    """Return a result as one HTML page in the language of `say`."""
    mark = f'<p class="mark">{escape(WATERMARK[result.stamp.badge])}</p>'
    named, *rules = honesty(result.stamp, say)
    first, hashes = head(result.stamp, say)
    parts = [
        mark,
        f"<h1>{escape(title(result, say))}</h1>",
        f'<p class="illegal">{escape(say(ILLEGAL))}</p>' if ILLEGAL in result.stamp.honesty else "",
        f"<p><strong>{escape(first)}</strong></p>",
        *_pictures(result, say),
        _list(body(result, say), say(LOSERS)),
        f"<h2>{escape(named)}</h2>",
        "<ul>" + "".join(f"<li>{escape(each.partition('. ')[2])}</li>" for each in rules) + "</ul>",
        f'<p class="small">{escape(hashes)}</p>',
        f'<p class="small">SHA-256 {escape(result.stamp.digest)}</p>',
        mark,
    ]
    language = "zh-Hans" if say.language == "zh" else "en"
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title(result, say))}</title><style>{STYLE}</style></head><body>"
        + "\n".join(part for part in parts if part)
        + "</body></html>\n"
    )


@singledispatch
def _pictures(result: object, say: Say) -> Iterator[str]:
    """Yield the charts and tables of a result."""
    raise TypeError(type(result).__name__)


@_pictures.register
def _(result: Outlook, say: Say) -> Iterator[str]:
    if result.stamp.badge is Badge.CALIBRATED:
        known = [(each.outcome, each.amount) for each in result.levels if each.amount]
        yield _amount_table(known, say)


@_pictures.register
def _(result: Comparison, say: Say) -> Iterator[str]:
    rows = [(outcome_name(each.outcome, say), each.difference.sides) for each in result.changes]
    yield _figure(dots(title(result, say), rows), "experiment.report_dots", say)
    if result.stamp.badge is Badge.UNCALIBRATED:
        return
    known = [(each.outcome, each.difference.amount) for each in result.changes if each.difference.amount]
    named = [(outcome_name(code, say), amount) for code, amount in known]
    yield _figure(ranges(title(result, say), named), "experiment.report_ranges", say)
    yield _amount_table(known, say)


@_pictures.register
def _(result: Sweep, say: Say) -> Iterator[str]:
    if result.stamp.badge is Badge.UNCALIBRATED:
        yield _arrow_table(result, say)
        return
    for curve in result.curves:
        levels = [point.level for point in curve.points if point.level]
        if len(levels) == len(result.values):
            drawn = fan(outcome_name(curve.outcome, say), result.values, levels, _band(curve))
            yield f"<h2>{escape(outcome_name(curve.outcome, say))}</h2>"
            yield _figure(drawn, "experiment.report_fan", say)


@_pictures.register
def _(result: Ablation, say: Say) -> Iterator[str]:
    for whole in result.wholes:
        if whole.effect.direction in (Direction.SAME, Direction.UNCERTAIN):
            continue
        parts = [each for each in result.parts if each.outcome == whole.outcome]
        name = outcome_name(whole.outcome, say)
        yield f"<details><summary>{escape(name)}</summary>"
        if result.stamp.badge is Badge.CALIBRATED and whole.effect.amount:
            yield _figure(
                bars(name, _bars_of(whole.effect.amount, parts, say)), "experiment.report_bars", say
            )
        else:
            yield _figure(
                dots(name, _carrying(parts, result.stamp.draws, say)), "experiment.report_carries", say
            )
        yield "</details>"


@_pictures.register
def _(result: Morris, say: Say) -> Iterator[str]:
    if result.stamp.badge is Badge.CALIBRATED:
        for outcome in dict.fromkeys(each.outcome for each in result.effects):
            rows = [(factor_name(each.factor, say), *_effect(each)) for each in result.ranked(outcome)]
            yield _table([outcome_name(outcome, say), "μ*", "±", "σ"], rows)


@_pictures.register
def _(result: Sobol, say: Say) -> Iterator[str]:
    if result.stamp.badge is Badge.CALIBRATED:
        for outcome in dict.fromkeys(each.outcome for each in result.indices):
            rows = [
                (
                    factor_name(each.factor, say),
                    *(
                        f"{value:.2f}"
                        for value in (each.first, each.first_confidence, each.total, each.total_confidence)
                    ),
                )
                for each in result.ranked(outcome)
            ]
            yield _table([outcome_name(outcome, say), "S1", "±", "ST", "±"], rows)


def _effect(effect: Effect) -> tuple[str, str, str]:
    return f"{effect.strength:.2f}", f"{effect.confidence:.2f}", f"{effect.spread:.2f}"


def _bars_of(whole: Amount, parts: Sequence[Part], say: Say) -> list[Bars]:
    return [
        Bars(part_name(each, say), whole.mean, each.without.amount.mean)
        for each in parts
        if each.without.amount
    ]


def _carrying(parts: Sequence[Part], draws: int, say: Say) -> list[tuple[str, Sides]]:
    """Return a dot a draw: filled where the effect goes with the part, grey where not."""
    return [(part_name(each, say), Sides(each.carries, 0, draws - each.carries)) for each in parts]


def _band(curve: Curve) -> tuple[float, float] | None:
    found = curve.tipping
    return (found.low, found.high) if found and found.stands_out else None


def _arrow_table(result: Sweep, say: Say) -> str:
    """Return each outcome's direction from the first value at every value; where it tips is marked."""
    lines = []
    for curve in result.curves:
        band = _band(curve)
        cells = [
            _cell(ARROWS[point.difference.direction], tips=band is not None and band[1] == value)
            for value, point in zip(result.values, curve.points, strict=True)
        ]
        lines.append(f"<tr><th>{escape(outcome_name(curve.outcome, say))}</th>{''.join(cells)}</tr>")
    heads = "".join(f"<th>{plain_number(value)}</th>" for value in result.values)
    return f"<table><tr><th></th>{heads}</tr>{''.join(lines)}</table>"


def _cell(text: str, *, tips: bool) -> str:
    look = ' class="tips"' if tips else ""
    return f"<td{look}>{text}</td>"


def _amount_table(rows: Iterable[tuple[str, Amount]], say: Say) -> str:
    names = ("mean", "p05", "p25", "p50", "p75", "p95")
    cells = [
        (outcome_name(code, say), *(f"{getattr(amount, name):.4g}" for name in names))
        for code, amount in rows
    ]
    return _table(
        [
            say("experiment.report_outcome"),
            say("experiment.report_mean"),
            "5 %",
            "25 %",
            "50 %",
            "75 %",
            "95 %",
        ],
        cells,
    )


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    top = "".join(f"<th>{escape(each)}</th>" for each in heads)
    lines = "".join("<tr>" + "".join(f"<td>{escape(each)}</td>" for each in row) + "</tr>" for row in rows)
    return f"<table><tr>{top}</tr>{lines}</table>"


def _figure(drawn: str, caption: str, say: Say) -> str:
    return f"<figure>{drawn}<figcaption>{escape(say(caption))}</figcaption></figure>"


def _list(lines: Iterable[str], heading: str) -> str:
    """Return lines as a list; details stand under their line, a heading begins a list of its own."""
    items: list[str] = []
    for line in lines:
        if line == heading:
            items.append(f"</ul><h2>{escape(line)}</h2><ul>")
        elif line.startswith(DETAIL) and items:
            items[-1] = items[-1].removesuffix("</li>") + f"<br>{escape(line.strip())}</li>"
        else:
            items.append(f"<li>{escape(line)}</li>")
    return "<ul>" + "".join(items) + "</ul>"
