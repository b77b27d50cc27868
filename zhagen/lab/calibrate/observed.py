"""The moments that a snapshot of a real district tells, before its last twelve months and within them."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt
from typing import Protocol, TypeVar

import numpy as np

from zhagen.lab.calibrate.moments import Answers, Record
from zhagen.lab.guard import Bin
from zhagen.lab.model.world import World
from zhagen.lab.snapshot import Asked, Evaluated, Leavings, Snapshot

HELD_OUT = 12
"""Months at the end that take no part in the calibration and judge it."""

YEAR = 12
SLOTS = {"quits_line": "worker", "quits_lead": "lead"}


class _Spanned(Protocol):
    @property
    def first(self) -> int: ...
    @property
    def last(self) -> int | None: ...


S = TypeVar("S", bound=_Spanned)


@dataclass(frozen=True)
class Months:
    """Months of a record from `start` up to, not including, `end`."""

    start: int
    end: int

    def of(self, rows: Iterable[S]) -> list[S]:
        """Return the rows whose months lie wholly inside."""
        return [
            row for row in rows if row.first >= self.start and row.last is not None and row.last < self.end
        ]


def records(snapshot: Snapshot) -> tuple[Record, Record]:
    """Return what a snapshot shows before its last twelve months, and in these alone.

    A table without months (stays, targets, ties, margins) is of the whole record and counts to the first:
    the model has settled when it is compared, so one year more moves it little. It is never in the second.
    """
    cut = max(snapshot.months - HELD_OUT, 0)
    before, last = Months(0, cut), Months(cut, snapshot.months)
    values, answers = _in_months(snapshot, before)
    whole, asked = _whole(snapshot)
    return Record(values | whole, answers | asked), Record(*_in_months(snapshot, last))


def _in_months(snapshot: Snapshot, months: Months) -> tuple[dict[str, float], dict[str, Answers]]:
    values = _quits(months.of(snapshot.leavings)) | _evaluated(months.of(snapshot.evaluated))
    answers: dict[str, Answers] = {}
    served = snapshot.served[months.start : months.end]
    if served and snapshot.communities:
        values["served"] = sum(served) / len(served) / snapshot.communities
    for code, question in (("recognition", "knows_agency"), ("satisfaction", "satisfied")):
        rows = [row for row in months.of(snapshot.asked) if row.question == question]
        count = sum(row.answers.n for row in rows)
        if count:
            values[code] = _mark(_mean(rows), is_share=question == "knows_agency")
            answers[code] = Answers(count, max(row.answers.sd for row in rows) / 400)
    audits = [row for row in months.of(snapshot.audited) if row.denied is not None]
    asked = sum(row.asked for row in audits)
    if asked:
        values["padding"] = sum(row.denied or 0 for row in audits) / asked
        answers["padding"] = Answers(asked)
    return values, answers


def _quits(rows: list[Leavings]) -> dict[str, float]:
    """Return leavings a job-year by kind of slot."""
    found = {}
    for code, slot in SLOTS.items():
        of = [row for row in rows if row.slot == slot]
        months = sum(row.person_months for row in of)
        if months:
            found[code] = YEAR * sum(row.left for row in of) / months
    return found


def _evaluated(rows: list[Evaluated]) -> dict[str, float]:
    """Return the moments of grades: share passed, mean and deviation of scores, need met, how both go together."""
    count = sum(row.score.n for row in rows)
    if not count:
        return {}
    mean = sum(row.score.n * row.score.mean for row in rows) / count
    square = sum(row.score.n * (row.score.sd**2 + row.score.mean**2) for row in rows) / count
    found = {"score": mean / 10_000, "score_sd": sqrt(max(square - mean**2, 0)) / 10_000}
    told = [row for row in rows if row.passed is not None]
    if told:
        found["passed"] = sum(row.passed or 0 for row in told) / sum(row.score.n for row in told)
    met = [(row.met.n, row.met.mean) for row in rows if row.met is not None]
    if met:
        found["resolved"] = sum(n * mean for n, mean in met) / sum(n for n, _ in met) / 10_000
    both = [(row.score.n, row.corr_percent) for row in rows if row.corr_percent is not None]
    if both:
        found["score_quality"] = sum(n * percent for n, percent in both) / sum(n for n, _ in both) / 100
    return found


def _mean(rows: list[Asked]) -> float:
    return sum(row.answers.n * row.answers.mean for row in rows) / sum(row.answers.n for row in rows)


def _mark(mean: float, *, is_share: bool) -> float:
    """Return a share in bp, or a mark of 1 to 5 in hundredths, in [0, 1]."""
    return mean / 10_000 if is_share else (mean / 100 - 1) / 4


def _month(each: Bin) -> float:
    """Return the middle of some months of a contract year; whoever never gets there counts as the twelfth."""
    last = YEAR if each.high is None else min(each.high, YEAR)
    return (min(each.low, YEAR) + last) / 2


def _whole(snapshot: Snapshot) -> tuple[dict[str, float], dict[str, Answers]]:
    """Return the moments of tables without months."""
    values: dict[str, float] = {}
    answers: dict[str, Answers] = {}
    site_years = sum(snapshot.served) / YEAR
    if site_years and snapshot.spells_ended:
        values["changes"] = sum(each.n for each in snapshot.spells_ended) / site_years
    years = sum(each.n for each in snapshot.targets)
    if years:
        values["done_month"] = sum(each.n * _month(each) for each in snapshot.targets) / years
    if snapshot.committees:
        values["committee_trust"] = _mark(snapshot.committees.mean, is_share=False)
        answers["committee_trust"] = Answers(snapshot.committees.n, snapshot.committees.sd / 400)
    part = snapshot.affiliated
    if part and part.part is not None and part.whole:
        values["affiliated"] = part.part / part.whole
    if snapshot.margins:
        values["bid_margin"] = snapshot.margins.mean / 10_000
    part = snapshot.off_plan
    if part and part.part is not None and part.whole:
        values["favours"] = part.part / part.whole
    return values, answers


def world_of(snapshot: Snapshot) -> World:
    """Return the district as the model sees it; where the mix of need is hidden, the district's own mix stands in."""
    streets = np.repeat(np.arange(len(snapshot.streets), dtype=np.int64), snapshot.streets)
    told = [row for row in snapshot.mix if row is not None and any(row)]
    mix = None
    if told:
        of_all = tuple(np.array(told).sum(axis=0))
        filled = [row if row is not None and any(row) else of_all for row in snapshot.mix]
        rows = np.array(filled, dtype=np.float64)
        mix = np.ascontiguousarray((rows / rows.sum(axis=1, keepdims=True)).T)
    return World(streets, max(snapshot.agencies, 1), need_mix=mix)
