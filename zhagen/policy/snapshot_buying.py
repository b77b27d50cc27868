"""Buying, ties, votes and money for a snapshot: how close rounds were, who is tied to whom, what it cost."""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Q

from zhagen.community.models import Ballot, FundCycle, RollEntry
from zhagen.core.lifecycle.ballot import BallotState
from zhagen.core.lifecycle.fund_cycle import FundCycleState
from zhagen.core.types import Role
from zhagen.lab.guard import Bin, bins, part_or_none
from zhagen.lab.snapshot import Part, Spread, YearOfMoney
from zhagen.parties.models import Appointment, Tie
from zhagen.policy.area import STREET_DIGITS, Area, Site, day_of, served_contracts
from zhagen.policy.snapshot_judging import spread_of
from zhagen.procurement.models import Plan, Tender

BIDDERS = (2, 3, 4, 5, 7)
"""Valid bids of a round at which it is told apart."""

SEVERAL = 2
OF_OFFICE = (Role.COMMUNITY, Role.HANDLER, Role.CHIEF, Role.LEADER)
"""Those in whose hands a community's purchases lie."""


def rounds(area: Area) -> tuple[tuple[Bin, ...], Spread | None]:
    """Return valid bids a round and the lead of the first, of the rounds scored in the months counted."""
    plans = Plan.communities.through.objects.filter(place__in=area.communities).values("plan")
    scored = Tender.objects.filter(plan__in=plans, scored_at__isnull=False).values_list("scored_at", "result")
    rankings = [result.get("ranking", []) for at, result in scored if area.holds(day_of(at))]
    several = [ranking for ranking in rankings if len(ranking) >= SEVERAL]
    leads = [ranking[0]["total_bp"] - ranking[1]["total_bp"] for ranking in several]
    counts = bins([len(ranking) for ranking in several], BIDDERS, area.least)
    return counts, spread_of(leads) if len(leads) >= area.least else None


def affiliated(area: Area, sites: Iterable[Site]) -> Part | None:
    """Return how many pairs of agency and community are tied by a declared tie that held in the time counted."""
    pairs = {(site.agency, site.community) for site in sites}
    if len(pairs) < area.least:
        return None
    declared = Tie.objects.filter(since_on__lte=area.last_on).filter(
        Q(until_on__isnull=True) | Q(until_on__gte=area.first_on)
    )
    offices: dict[object, set[str]] = defaultdict(set)
    held = Appointment.objects.filter(role__in=OF_OFFICE, place__isnull=False)
    for user, place in held.values_list("user_id", "place_id"):
        offices[user].add(place)
    tied = {
        (str(agency), community)
        for person, agency in declared.values_list("person_id", "organisation_id")
        for _, community in pairs
        if community in offices[person] or _street_of(community) in offices[person]
    }
    return Part(part_or_none(len(pairs & tied), len(pairs), area.least), len(pairs))


def _street_of(community: str) -> str:
    return community[:STREET_DIGITS].ljust(len(community), "0")


def votes(area: Area) -> tuple[int, Part | None]:
    """Return how many fund votes were counted in the months counted, and the turnout of their rolls together."""
    counted = [
        pk
        for pk, at in Ballot.objects.filter(
            cycle__place__code__in=_places(area), state=BallotState.COUNTED, counted_at__isnull=False
        ).values_list("pk", "counted_at")
        if area.holds(day_of(at))
    ]
    roll = RollEntry.objects.filter(ballot__in=counted)
    whole, voted = roll.count(), roll.filter(has_voted=True).count()
    return len(counted), Part(part_or_none(voted, whole, area.least), whole) if whole >= area.least else None


def money(area: Area) -> list[YearOfMoney]:
    """Return by year of the months counted what contracts cost, by their first day, and what funds had."""
    contracts: dict[int, int] = defaultdict(int)
    for starts_on, fen in served_contracts(area.communities).values_list("starts_on", "amount_fen"):
        if area.holds(starts_on):
            contracts[starts_on.year] += fen
    funds: dict[int, int] = defaultdict(int)
    cycles = FundCycle.objects.filter(place__code__in=_places(area)).exclude(
        state__in=(FundCycleState.DRAFT, FundCycleState.STOPPED)
    )
    for year, fen in cycles.values_list("year", "quota_fen"):
        funds[year] += fen
    years = range(area.first_on.year, area.last_on.year + 1)
    return [YearOfMoney(at, contracts[year], funds[year]) for at, year in enumerate(years)]


def _places(area: Area) -> set[str]:
    return set(area.communities) | {_street_of(each) for each in area.communities}
