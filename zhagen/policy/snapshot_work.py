"""Needs and work for a snapshot: what was raised and closed, when targets were reached, what was off the plan."""

import datetime as dt
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Count, Sum

from zhagen.core.calendar import after
from zhagen.core.lifecycle.need import NeedState
from zhagen.core.lifecycle.off_plan import OffPlanState
from zhagen.core.service_years import service_years
from zhagen.delivery.facts import delivered_until, promised_until
from zhagen.delivery.models import Activity, OffPlanTask
from zhagen.lab.guard import Bin, bins, rows_or_hidden, windows
from zhagen.lab.snapshot import CLASS_OF_THEME, NEED_CLASSES, NEVER, NeedsOfClass, Part
from zhagen.policy.area import MONTHS, Area, day_of, served_contracts
from zhagen.procurement.actions.contract import sealed_terms
from zhagen.procurement.models import Contract, Need

CLOSING = (0, 1, 2, 3, 6, 12, NEVER)
"""Months to the end of a need at which it is told apart."""

TARGETS = (1, 4, 7, 10, NEVER)
"""Months of the contract year; the study's agencies were through by the ninth."""


@dataclass(frozen=True, slots=True)
class RaisedNeed:
    """A need as far as a snapshot reads it: community, class, month, months to its end."""

    community: str
    need_class: str
    month: int
    closed_after: int


def needs_raised(area: Area) -> list[RaisedNeed]:
    """Return the needs raised in the months counted; of merged ones the one that stands."""
    rows = Need.objects.filter(place__in=area.communities).exclude(state=NeedState.MERGED)
    found = []
    for place, theme, raised_at, ended_at in rows.values_list("place_id", "theme", "raised_at", "ended_at"):
        raised_on = day_of(raised_at)
        if not area.holds(raised_on):
            continue
        ended_on = day_of(ended_at) if ended_at else None
        is_closed = ended_on is not None and ended_on <= area.last_on
        months = area.month_of(ended_on) - area.month_of(raised_on) if is_closed and ended_on else NEVER
        need_class = CLASS_OF_THEME.get(theme, NEED_CLASSES[-1])
        found.append(RaisedNeed(place, need_class, area.month_of(raised_on), months))
    return found


def needs_by_class(area: Area, needs: Sequence[RaisedNeed]) -> tuple[list[NeedsOfClass], list[RaisedNeed]]:
    """Return the needs by class, and those that lie in the months told, on which all else must rest."""
    tables, told = [], []
    for name in NEED_CLASSES:
        own = [each for each in needs if each.need_class == name]
        months = Counter(each.month for each in own)
        arrivals = windows([months[month] for month in range(area.months)], area.least)
        until = arrivals[-1].last if arrivals else -1
        own = [each for each in own if each.month <= until]
        closing = bins([each.closed_after for each in own], CLOSING, area.least)
        tables.append(NeedsOfClass(name, arrivals, closing))
        told += own
    return tables, told


def mix_of(area: Area, told: Sequence[RaisedNeed]) -> list[tuple[int, ...] | None]:
    """Return each community's needs by class, in the order of the numbers themselves so that no place shows."""
    counts = Counter((each.community, each.need_class) for each in told)
    rows = [tuple(counts[place, name] for name in NEED_CLASSES) for place in area.communities]
    shown = rows_or_hidden(sorted(rows), area.least)
    return sorted((row for row in shown if row is not None), reverse=True) + [None] * shown.count(None)


def target_months(area: Area) -> tuple[Bin, ...]:
    """Return in which month of their year contracts had delivered what was promised for it."""
    contracts = served_contracts(area.communities).order_by("starts_on")
    return bins([month for each in contracts for month in _targets_of(each, area)], TARGETS, area.least)


def _targets_of(contract: Contract, area: Area) -> Iterator[int]:
    terms = sealed_terms(contract)
    if not terms.promises:
        return
    for first, last in service_years(contract.starts_on, contract.ends_on):
        if last > min(area.last_on, contract.ended_on or last):
            return
        promises = promised_until(terms, (contract.starts_on, last), contract.ends_on)

        def is_delivered(month: int, first: dt.date = first, promises: object = promises) -> bool:
            until = after(first, month, "months") - dt.timedelta(days=1)
            got = delivered_until(contract, terms, until)
            return all(got[each.name].amount >= each.promised for each in promises)  # type: ignore[attr-defined]

        reached = bisect_left(range(1, MONTHS + 1), True, key=is_delivered) + 1
        yield reached if reached <= MONTHS else NEVER


def off_plan_share(area: Area) -> Part | None:
    """Return the minutes of confirmed off-plan work of all minutes; nothing where few tasks stand behind it."""
    days = (area.first_on, area.last_on)
    tasks = OffPlanTask.objects.filter(
        place__in=area.communities, state=OffPlanState.CONFIRMED, done_on__range=days
    ).aggregate(count=Count("pk"), minutes=Sum("minutes"))
    sessions = Activity.objects.filter(
        place__in=area.communities, is_withdrawn=False, held_on__range=days
    ).aggregate(minutes=Sum("minutes"))
    if tasks["count"] < area.least:
        return None
    return Part(tasks["minutes"], tasks["minutes"] + (sessions["minutes"] or 0))
