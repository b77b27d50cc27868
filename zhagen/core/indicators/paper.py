"""Paperwork, by a short survey: nobody fills in a form about forms."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from zhagen.core.indicators.activity import MINUTES_PER_HOUR
from zhagen.core.indicators.measure import Measure, counted, unmeasured


@dataclass(frozen=True, slots=True)
class PaperAnswer:
    """One worker's answer on last week: minutes on paper, minutes with residents."""

    key: str
    paper_minutes: int
    service_minutes: int


def minutes_per_hour(answers: Sequence[PaperAnswer]) -> Measure:
    """Return paperwork minutes for each hour with residents, over all answers together."""
    name, rule = "paper.minutes_per_hour", "minutes on paper × 60 ÷ minutes with residents"
    rows = [f"paper:{each.key}" for each in answers]
    service = sum(each.service_minutes for each in answers)
    if not service:
        return unmeasured(name, len(answers), rows, rule)
    paper = sum(each.paper_minutes for each in answers)
    return counted(name, Fraction(paper * MINUTES_PER_HOUR, service), len(answers), rows, rule)
