"""Presence for a snapshot: how long agencies stay in a community, and workers in their post."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from zhagen.core.indicators.staffing import Spell, joined_spells
from zhagen.delivery.models import Staffing
from zhagen.lab.guard import Span, at_least, spans_in_time, spans_whole
from zhagen.lab.snapshot import Leavings
from zhagen.policy.area import Area, Site

GAP_DAYS = 31
"""An agency bought again within a month has stayed."""

TENURES = (0, 3, 6, 12, 18, 24, 36)
"""Months in post at which a worker's stay is told apart."""

SPELLS = (0, 7, 13, 19, 25, 37, 49)
"""Months of an agency's stay; a year of service is 12 of them."""


@dataclass(frozen=True, slots=True)
class Stay:
    """A worker's time in one post: months counted as in the area, and whether he left before his contract ended."""

    worker: str
    slot: str
    began: int
    ended: int
    has_left: bool


def served(area: Area, sites: Iterable[Site]) -> tuple[int, ...]:
    """Return month by month how many communities were under contract."""
    months: list[set[str]] = [set() for _ in range(area.months)]
    for site in sites:
        for month in range(max(area.month_of(site.starts_on), 0), area.month_of(site.ends_on) + 1):
            months[month].add(site.community)
    return tuple(len(each) for each in months)


def agency_spells(area: Area, sites: Iterable[Site]) -> tuple[list[int], list[int]]:
    """Return the months of agencies' stays that ended, and of those that still ran at the end."""
    ended, running = [], []
    ordered = sorted(sites, key=lambda each: (each.community, each.agency, each.starts_on))
    for _, group in groupby(ordered, key=lambda each: (each.community, each.agency)):
        for first, last in _joined([(each.starts_on, each.ends_on) for each in group]):
            months = area.month_of(last) - area.month_of(first) + 1
            (running if last >= area.last_on else ended).append(months)
    return ended, running


def _joined(terms: Sequence[tuple[dt.date, dt.date]]) -> list[tuple[dt.date, dt.date]]:
    found = [terms[0]]
    for starts_on, ends_on in terms[1:]:
        first, last = found[-1]
        if (starts_on - last).days <= GAP_DAYS:
            found[-1] = (first, max(last, ends_on))
        else:
            found.append((starts_on, ends_on))
    return found


def stays_of(area: Area) -> list[Stay]:
    """Return the front line's stays; one kept on under the next contract has one stay, as everywhere."""
    rows = (
        Staffing.objects.filter(place__in=area.communities, from_on__lte=area.last_on)
        .exclude(post=Staffing.Post.SUPERVISOR)
        .values_list(
            "pk", "user_id", "name", "place_id", "post", "from_on", "until_on", "contract__ends_on",
            "contract__ended_on",
        )
    )  # fmt: skip
    spells, slots, early = [], {}, set()
    for pk, user, name, place, post, from_on, until_on, ends_on, ended_on in rows:
        worker, over = f"{user or name}@{place}", min(ended_on or ends_on, ends_on)
        last = min(until_on or over, over)
        spells.append(Spell(str(pk), worker, from_on, last))
        slots[str(pk)] = "lead" if post == Staffing.Post.LEAD else "worker"
        if until_on is not None and until_on < over:
            early.add((worker, until_on))
    return [
        Stay(
            each.worker, slots[each.key], area.month_of(each.began_on),
            min(area.month_of(each.ended_on or area.last_on), area.months - 1),
            (each.worker, each.ended_on) in early and (each.ended_on or area.last_on) <= area.last_on,
        )
        for each in joined_spells(spells)
    ]  # fmt: skip


def leavings_by_month(area: Area, stays: Sequence[Stay]) -> list[Leavings]:
    """Return leavings by month and kind of slot, months merged until enough have left."""

    def cell(of: Sequence[Stay], span: Span) -> Leavings:
        months = sum(max(0, min(s.ended, span.last) - max(s.began, span.first) + 1) for s in of)
        left = sum(s.has_left and span.first <= s.ended <= span.last for s in of)
        return Leavings(of[0].slot, span.first, span.last, months, left)

    found = []
    for of in _by_slot(stays):

        def enough(first: int, last: int, of: Sequence[Stay] = of) -> bool:
            left = sum(stay.has_left and first <= stay.ended <= last for stay in of)
            there = {stay.worker for stay in of if stay.began <= last and stay.ended >= first}
            return left >= area.least and len(there) - left >= area.least

        found += [cell(of, span) for span in spans_in_time(area.months, enough)]
    return found


def leavings_by_tenure(area: Area, stays: Sequence[Stay], told: Sequence[Leavings]) -> list[Leavings]:
    """Return the leavings of the months told by months in post and kind of slot, merged until enough have left.

    Later leavings are left out: their number would be the difference of the two tables.
    """
    found = []
    for of in _by_slot(stays):
        until = max((each.last or 0 for each in told if each.slot == of[0].slot), default=-1)
        at_risk, left = [0] * len(TENURES), [0] * len(TENURES)
        for stay in of:
            for month in range(max(stay.began, 0), min(stay.ended, until) + 1):
                at_risk[_place(month - stay.began)] += 1
            left[_place(stay.ended - stay.began)] += stay.has_left and 0 <= stay.ended <= until
        found += [
            Leavings(
                of[0].slot, TENURES[span.first],
                TENURES[span.last + 1] - 1 if span.last + 1 < len(TENURES) else None,
                sum(at_risk[span.first : span.last + 1]), sum(left[span.first : span.last + 1]),
            )
            for span in spans_whole(len(TENURES), at_least(left, area.least))
        ]  # fmt: skip
    return found


def _place(months: int) -> int:
    return sum(months >= low for low in TENURES) - 1


def _by_slot(stays: Sequence[Stay]) -> list[list[Stay]]:
    of = {slot: [stay for stay in stays if stay.slot == slot] for slot in ("lead", "worker")}
    return [each for each in of.values() if each]


def slots_percent(stays: Sequence[Stay], served_months: int) -> int:
    """Return front-line workers a community under contract, in hundredths."""
    worked = sum(max(0, stay.ended - max(stay.began, 0) + 1) for stay in stays)
    return round(worked * 100 / served_months) if served_months else 0
