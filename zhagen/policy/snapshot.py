"""The de-identified snapshot of a district, written from the live records."""

import datetime as dt
from collections import Counter
from dataclasses import fields, replace

from zhagen.lab.guard import bins
from zhagen.lab.snapshot import Part, Snapshot
from zhagen.policy import snapshot_buying as buying
from zhagen.policy import snapshot_judging as judging
from zhagen.policy import snapshot_people as people
from zhagen.policy import snapshot_work as work
from zhagen.policy.area import STREET_DIGITS, Area, sites_of, whole_area

ALWAYS = frozenset(
    {"least", "first_month", "months", "streets", "agencies", "slots_percent", "served", "votes"}
)


def district_snapshot(today: dt.date) -> Snapshot:
    """Return the aggregates of all streets that use the product, up to the end of the last full quarter.

    Raises:
        RuleError: "snapshot.nothing_yet".
    """
    area = whole_area(today)
    sites, stays = sites_of(area), people.stays_of(area)
    by_month = people.leavings_by_month(area, stays)
    served = people.served(area, sites)
    ended, running = people.agency_spells(area, sites)
    needs, told = work.needs_by_class(area, work.needs_raised(area))
    bidders, margins = buying.rounds(area)
    votes, turnout = buying.votes(area)
    made = Snapshot(
        least=area.least,
        first_month=f"{area.first_on:%Y-%m}",
        months=area.months,
        streets=_streets(area),
        agencies=len({site.agency for site in sites}),
        slots_percent=people.slots_percent(stays, sum(served)),
        served=served,
        spells_ended=bins(ended, people.SPELLS, area.least),
        spells_running=bins(running, people.SPELLS, area.least),
        leavings=tuple(by_month),
        leavings_by_tenure=tuple(people.leavings_by_tenure(area, stays, by_month)),
        needs=tuple(needs),
        mix=tuple(work.mix_of(area, told)),
        evaluated=tuple(judging.evaluated(area, judging.evaluations_in(area))),
        targets=work.target_months(area),
        asked=tuple(judging.asked(area)),
        audited=tuple(judging.audited(area)),
        committees=judging.committee_ratings(area),
        affiliated=buying.affiliated(area, sites),
        bidders=bidders,
        margins=margins,
        votes=votes,
        turnout=turnout,
        off_plan=work.off_plan_share(area),
        money=tuple(buying.money(area)),
    )
    return _with_left_out(made)


def _streets(area: Area) -> tuple[int, ...]:
    sizes = Counter(code[:STREET_DIGITS] for code in area.communities)
    return tuple(sorted(sizes.values(), reverse=True))


def _with_left_out(made: Snapshot) -> Snapshot:
    """Return the snapshot with the names of the tables that few stand behind."""
    names = [
        each.name for each in fields(made) if each.name not in {*ALWAYS, "left_out", "not_recorded", "money"}
    ]
    left_out = tuple(name for name in names if _is_left_out(getattr(made, name)))
    return replace(made, left_out=left_out)


def _is_left_out(table: object) -> bool:
    if isinstance(table, Part):
        return table.part is None
    if isinstance(table, tuple):
        return not table or any(row is None for row in table)
    return table is None
