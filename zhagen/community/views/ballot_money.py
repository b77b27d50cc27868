"""The charts of a vote's result: the money by project, building and theme, as bars that are also a table."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zhagen.core.exact import share_bp
from zhagen.core.fund.vote import VoteTerms
from zhagen.core.money import format_yuan
from zhagen.platform.small_charts import wide_bar_svg
from zhagen.platform.texts import say

if TYPE_CHECKING:  # the compiled count is loaded with the first count, not by every server at its start
    from zhagen.core.fund.vote_count import VoteResult


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a chart.

    Args:
        note: What stands small under the label.
        won_fen: What its winners get.
        asked_fen: What was asked for.
        share_bp: What it gets, as a share of all that is granted.
        drawn: The bar, an SVG of our own.
    """

    label: str
    note: str
    won_fen: int
    asked_fen: int
    share_bp: int
    drawn: str


@dataclass(frozen=True, slots=True)
class BarChart:
    """A chart with its title."""

    title: str
    bars: tuple[Bar, ...]


Row = tuple[str, str, int, int]
"""Label, note, fen won, fen asked."""


def money_charts(result: "VoteResult", terms: VoteTerms) -> list[BarChart]:
    """Return the money by project, by building and by theme; a chart with a single row says nothing and is left out."""
    won = set(result.winners)
    projects = [
        (f"{p.number}. {p.title}", _("入选") if p.number in won else _("没有入选"),
         p.asked_fen if p.number in won else 0, p.asked_fen)
        for p in terms.projects
    ]  # fmt: skip
    charts = [
        _chart(_("每个项目的钱"), projects, result.spent_fen),
        _chart(_("每栋楼的钱"), _grouped(terms, "building", won), result.spent_fen),
        _chart(_("每类主题的钱"), _grouped(terms, "theme", won), result.spent_fen),
    ]
    return [chart for chart in charts if len(chart.bars) > 1]


def _grouped(terms: VoteTerms, over: str, won: set[int]) -> list[Row]:
    rows: dict[str, list[int]] = {}
    for project in terms.projects:
        sums = rows.setdefault(getattr(project, over), [0, 0, 0])
        is_won = project.number in won
        sums[0] += project.asked_fen * is_won
        sums[1] += project.asked_fen
        sums[2] += is_won
    return [
        (group_name(over, name), ngettext("%(n)s 项入选", "%(n)s 项入选", count) % {"n": count}, got, asked)
        for name, (got, asked, count) in rows.items()
    ]


def group_name(over: str, name: str) -> str:
    """Return a theme or a building as people read it."""
    if over == "theme":
        return say(f"theme.fund.{name or 'other'}")
    return name or _("全社区")


def _chart(title: str, rows: Iterable[Row], granted_fen: int) -> BarChart:
    listed = sorted(rows, key=lambda row: (-row[2], -row[3], row[0]))
    longest = max((asked for *_rest, asked in listed), default=0)
    bars = tuple(
        Bar(label, note, got, asked, share_bp(got, granted_fen), _drawn(label, got, asked, longest))
        for label, note, got, asked in listed
    )
    return BarChart(title, bars)


def _drawn(label: str, got: int, asked: int, longest: int) -> str:
    figures = {"label": label, "got": format_yuan(got), "asked": format_yuan(asked)}
    words = _("%(label)s：得到 %(got)s 元，申请 %(asked)s 元") % figures
    return mark_safe(wide_bar_svg(got, asked, longest, words=words))  # noqa: S308 - drawn here, words escaped there
