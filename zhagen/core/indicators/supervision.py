"""Supervision as both sides logged it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from zhagen.core.exact import BP
from zhagen.core.indicators.measure import Measure, counted, unmeasured


@dataclass(frozen=True, slots=True)
class SupervisionRow:
    """One supervision: minutes by the supervisor's log and by the worker's; 0 = that side logged nothing."""

    key: str
    worker: str
    held_on: date
    supervisor_minutes: int
    worker_minutes: int

    @property
    def agreed_minutes(self) -> int:
        """The minutes that both sides logged."""
        return min(self.supervisor_minutes, self.worker_minutes)


def minutes_per_worker_month(rows: Sequence[SupervisionRow], worker_months: int) -> Measure:
    """Return the agreed minutes a worker and month."""
    name, rule = "supervision.minutes_per_worker_month", "smaller of both logs ÷ worker-months"
    keys = [f"supervision:{row.key}" for row in rows]
    if worker_months <= 0:
        return unmeasured(name, 0, keys, rule)
    total = sum(row.agreed_minutes for row in rows)
    return counted(name, Fraction(total, worker_months), worker_months, keys, rule)


def disagreed_share(rows: Sequence[SupervisionRow]) -> Measure:
    """Return the share of logged supervision time that only one side logged."""
    name, rule = "supervision.disagreed_share", "difference of both logs ÷ larger of both"
    keys = [f"supervision:{row.key}" for row in rows]
    larger = sum(max(row.supervisor_minutes, row.worker_minutes) for row in rows)
    if not larger:
        return unmeasured(name, 0, keys, rule)
    agreed = sum(row.agreed_minutes for row in rows)
    return counted(name, Fraction((larger - agreed) * BP, larger), len(rows), keys, rule)
