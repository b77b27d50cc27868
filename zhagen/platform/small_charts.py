"""Small drawings for the rows of a list, in plain Python: no engine, no style attribute, one title each."""

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

SPARK_WIDTH, SPARK_HEIGHT = 96, 24
BAR_WIDTH, BAR_HEIGHT = 120, 16
_MARGIN = 3


def sparkline_svg(values: Sequence[float | None], *, words: str) -> str:
    """Return a line over equal steps with a dot at its end; None leaves a gap.

    Args:
        values: The figures in order.
        words: Text alternative, such as "近12个月：3 到 9".
    """
    known = [value for value in values if value is not None]
    if not known:
        return _svg(SPARK_WIDTH, SPARK_HEIGHT, words, "")
    low, span = min(known), (max(known) - min(known)) or 1
    step = (SPARK_WIDTH - 2 * _MARGIN) / max(len(values) - 1, 1)
    inner = SPARK_HEIGHT - 2 * _MARGIN
    commands, pen_is_down, last = [], False, (0.0, 0.0)
    for place, value in enumerate(values):
        if value is None:
            pen_is_down = False
            continue
        last = (_MARGIN + place * step, _MARGIN + inner * (1 - (value - low) / span))
        commands.append(f"{'L' if pen_is_down else 'M'}{last[0]:.1f} {last[1]:.1f}")
        pen_is_down = True
    line = f'<path d="{"".join(commands)}" fill="none" stroke="#0072B2" stroke-width="1.5"/>'
    dot = f'<circle cx="{last[0]:.1f}" cy="{last[1]:.1f}" r="2.5" fill="#1B3A4B"/>'
    return _svg(SPARK_WIDTH, SPARK_HEIGHT, words, line + dot)


def interval_svg(
    low: float,
    value: float,
    high: float,
    *,
    bounds: tuple[float, float],
    words: str,
    mark: float | None = None,
) -> str:
    """Return a range with its dot on a scale, and a tick where a threshold stands.

    Args:
        low: Lower end of the range.
        value: The estimate.
        high: Upper end of the range.
        bounds: Ends of the scale; what lies outside is drawn at the end.
        words: Text alternative, such as "71%（62% 至 79%），约定 70%".
        mark: The threshold, where there is one.
    """
    first, last = bounds
    span = (last - first) or 1

    def across(amount: float) -> float:
        share = min(max((amount - first) / span, 0), 1)
        return _MARGIN + share * (BAR_WIDTH - 2 * _MARGIN)

    middle = BAR_HEIGHT / 2
    parts = [
        f'<path d="M{_MARGIN} {middle}H{BAR_WIDTH - _MARGIN}" stroke="#ccc" stroke-width="1"/>',
        f'<path d="M{across(low):.1f} {middle}H{across(high):.1f}" stroke="#56B4E9" stroke-width="5"/>',
        f'<circle cx="{across(value):.1f}" cy="{middle}" r="4" fill="#1B3A4B"/>',
    ]
    if mark is not None:
        parts.append(f'<path d="M{across(mark):.1f} 1V{BAR_HEIGHT - 1}" stroke="#000" stroke-width="1.5"/>')
    return _svg(BAR_WIDTH, BAR_HEIGHT, words, "".join(parts))


def part_bar_svg(part: int, whole: int, longest: int, *, words: str) -> str:
    """Return a bar with a darker part of it, drawn to the scale of the longest bar of its list.

    Args:
        part: The darker part, not above `whole`.
        whole: Length of the bar.
        longest: The longest bar of the list.
        words: Text alternative, such as "已付 120,000 元，共 300,000 元".
    """
    scale = (BAR_WIDTH - 2 * _MARGIN) / max(longest, 1)
    y, height = _MARGIN, BAR_HEIGHT - 2 * _MARGIN
    bars = [
        f'<path d="M{_MARGIN} {y}h{max(length * scale, 0):.1f}v{height}H{_MARGIN}Z" fill="{colour}"/>'
        for length, colour in ((whole, "#56B4E9"), (part, "#1B3A4B"))
    ]
    return _svg(BAR_WIDTH, BAR_HEIGHT, words, "".join(bars))


WIDE, WIDE_HEIGHT = 1000, 20


def wide_bar_svg(part: int, whole: int, longest: int, *, words: str) -> str:
    """Return the bar of `part_bar_svg` as wide as its place on the page lets it be; never taller.

    Args:
        part: The darker part, not above `whole`.
        whole: Length of the bar.
        longest: The longest bar of the list.
        words: Text alternative.
    """
    scale = WIDE / max(longest, 1)
    bars = "".join(
        f'<path d="M0 0h{max(length * scale, 0):.1f}v{WIDE_HEIGHT}H0Z" fill="{colour}"/>'
        for length, colour in ((longest, "#E3E8E4"), (whole, "#56B4E9"), (part, "#1B3A4B"))
    )
    stretched = 'class="bar" preserveAspectRatio="none"'
    return _svg(WIDE, WIDE_HEIGHT, words, bars).replace("<svg ", f"<svg {stretched} ", 1)


def _svg(width: int, height: int, words: str, inside: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" role="img" aria-label={quoteattr(words)}>'
        f"<title>{escape(words)}</title>{inside}</svg>"
    )
