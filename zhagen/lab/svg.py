"""Small charts as SVG text, drawn by hand: they need no script, no style sheet, no engine."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from zhagen.lab.experiments.estimate import Amount, Sides

LABEL_WIDTH, PLOT_WIDTH, ROW_HEIGHT, MARGIN = 260, 430, 24, 8
WIDE, NARROW = 12.0, 6.8
"""About how wide a Chinese character and a Latin letter are."""

FAN_HEIGHT, FAN_FOOT = 170, 26
INK, UP, DOWN, QUIET, SHADE, BAND = "#222", "#0072B2", "#B04A00", "#999", "#9CC7E0", "#F3D9B1"
"""Colours differ in lightness, and marks in shape besides, so that grey print and every eye tell them apart."""

DOT_PITCH_MOST = 8.0


@dataclass(frozen=True, slots=True)
class Bars:
    """One row of two bars: what was, and what is left; or a value with its confidence."""

    label: str
    whole: float
    left: float


def dots(title: str, rows: Sequence[tuple[str, Sides]]) -> str:
    """Return a row of dots for each label, one dot a draw: filled up, hollow down, grey no change."""
    most = max([sides.draws for _, sides in rows] + [1])
    pitch = min(DOT_PITCH_MOST, PLOT_WIDTH / most)
    parts = []
    for at, (label, sides) in enumerate(rows):
        y = _middle(at)
        parts.append(_label(label, y))
        kinds = ["up"] * sides.up + ["same"] * sides.same + ["down"] * sides.down
        parts += [
            _dot(kind, LABEL_WIDTH + pitch * (place + 0.5), y, pitch * 0.38)
            for place, kind in enumerate(kinds)
        ]
    return _picture(title, len(rows) * ROW_HEIGHT, parts)


def ranges(title: str, rows: Sequence[tuple[str, Amount]]) -> str:
    """Return a thin and a thick line and a dot for each amount, about zero; each row has its own scale."""
    parts, middle = [], LABEL_WIDTH + PLOT_WIDTH / 2
    for at, (label, amount) in enumerate(rows):
        y, reach = _middle(at), max(abs(amount.p05), abs(amount.p95), 1e-12) * 1.1

        def place(value: float, reach: float = reach) -> float:
            return middle + value / reach * PLOT_WIDTH / 2

        parts += [
            _label(label, y),
            _line(place(amount.p05), y, place(amount.p95), y, INK, 1),
            _line(place(amount.p25), y, place(amount.p75), y, UP, 6),
            f'<circle cx="{place(amount.p50):.1f}" cy="{y:.1f}" r="4" fill="white" stroke="{INK}"/>',
        ]
    foot = len(rows) * ROW_HEIGHT
    return _picture(title, foot, [_line(middle, 0, middle, foot + MARGIN, QUIET, 1), *parts])


def bars(title: str, rows: Sequence[Bars]) -> str:
    """Return for each row the whole as an outline and what is left of it as a filled bar, about zero."""
    reach = max([abs(value) for row in rows for value in (row.whole, row.left)] + [1e-12]) * 1.1
    middle, parts = LABEL_WIDTH + PLOT_WIDTH / 2, []
    for at, row in enumerate(rows):
        y = _middle(at)
        parts.append(_label(row.label, y))
        for value, height, look in (
            (row.whole, 14, f'fill="none" stroke="{INK}"'),
            (row.left, 8, f'fill="{UP}"'),
        ):
            width = value / reach * PLOT_WIDTH / 2
            parts.append(
                f'<rect x="{min(middle, middle + width):.1f}" y="{y - height / 2:.1f}" width="{abs(width):.1f}" '
                f'height="{height}" {look}/>'
            )
    foot = len(rows) * ROW_HEIGHT
    return _picture(title, foot, [*parts, _line(middle, 0, middle, foot + MARGIN, QUIET, 1)])


def fan(
    title: str, values: Sequence[float], amounts: Sequence[Amount], band: tuple[float, float] | None
) -> str:
    """Return median and quantiles along some values, with a band where the curve tips."""
    low, high = min(each.p05 for each in amounts), max(each.p95 for each in amounts)
    span, width = (high - low) or 1.0, PLOT_WIDTH + LABEL_WIDTH - 60

    def x(value: float) -> float:
        return 60 + (value - values[0]) / (values[-1] - values[0]) * width

    def y(value: float) -> float:
        return MARGIN + (high - value) / span * FAN_HEIGHT

    def area(lower: str, upper: str, opacity: str) -> str:
        path = [(x(at), y(getattr(each, upper))) for at, each in zip(values, amounts, strict=True)]
        path += reversed([(x(at), y(getattr(each, lower))) for at, each in zip(values, amounts, strict=True)])
        return f'<polygon points="{_points(path)}" fill="{SHADE}" fill-opacity="{opacity}"/>'

    middle = [(x(at), y(each.p50)) for at, each in zip(values, amounts, strict=True)]
    parts = [area("p05", "p95", ".45"), area("p25", "p75", ".9")]
    if band:
        left, right = x(band[0]), x(band[1])
        parts.insert(
            0,
            f'<rect x="{left:.1f}" y="{MARGIN}" width="{right - left:.1f}" height="{FAN_HEIGHT}" fill="{BAND}"/>',
        )
    parts.append(f'<polyline points="{_points(middle)}" fill="none" stroke="{INK}" stroke-width="2"/>')
    for value in (low, high):
        parts.append(_text(54, y(value) + 4, f"{value:.3g}", "end"))
    for value in values:
        parts.append(_text(x(value), MARGIN + FAN_HEIGHT + 16, f"{value:.4g}", "middle"))
    return _picture(title, FAN_HEIGHT + FAN_FOOT, parts)


def _picture(title: str, height: float, parts: Sequence[str]) -> str:
    width = LABEL_WIDTH + PLOT_WIDTH + MARGIN
    box = f"0 0 {width} {height + MARGIN:.0f}"
    return (
        f'<svg viewBox="{box}" role="img" xmlns="http://www.w3.org/2000/svg"><title>{escape(title)}</title>'
        + "".join(parts)
        + "</svg>"
    )


def _middle(row: int) -> float:
    return MARGIN + ROW_HEIGHT * (row + 0.5)


def _label(text: str, y: float) -> str:
    """Return a row's label; one too long for its place is drawn narrower, never cut off."""
    room, wanted = LABEL_WIDTH - 14, sum(WIDE if ord(each) > 0x2E80 else NARROW for each in text)
    fit = f' textLength="{room}" lengthAdjust="spacingAndGlyphs"' if wanted > room else ""
    return _text(LABEL_WIDTH - 10, y + 4, text, "end", fit)


def _text(x: float, y: float, text: str, anchor: str, fit: str = "") -> str:
    look = f'text-anchor="{anchor}" font-size="12" fill="{INK}"{fit}'
    return f'<text x="{x:.1f}" y="{y:.1f}" {look}>{escape(text)}</text>'


def _line(x1: float, y1: float, x2: float, y2: float, colour: str, width: float) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" stroke-width="{width}"/>'


def _dot(kind: str, x: float, y: float, radius: float) -> str:
    look = {
        "up": f'fill="{UP}"',
        "down": f'fill="white" stroke="{DOWN}" stroke-width="1.5"',
        "same": f'fill="{QUIET}"',
    }[kind]
    size = radius / 2 if kind == "same" else radius
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{size:.1f}" {look}/>'


def _points(path: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in path)
