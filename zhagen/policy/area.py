"""Which communities and months a snapshot covers, and the contracts that served them."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from zhagen.core.calendar import after
from zhagen.core.errors import RuleError
from zhagen.core.lifecycle.contract import ContractState
from zhagen.parties.models import Place
from zhagen.parties.rules import rules_for
from zhagen.platform.clock import SHANGHAI
from zhagen.procurement.models import Contract

MONTHS = 12
QUARTER = 3
SMALLEST = "sample.published_group_min"
"""Name of the rule below which no count is told."""

NOT_SERVED = (ContractState.DRAFT, ContractState.SIGNED, ContractState.CANCELLED)
STREET_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Area:
    """Communities over whole months.

    Args:
        communities: Their codes.
        first_on: First day of the first month.
        months: How many; the last is the end of a quarter.
        least: Smallest count that is told.
    """

    communities: frozenset[str]
    first_on: dt.date
    months: int
    least: int

    @property
    def last_on(self) -> dt.date:
        """The last day counted."""
        return after(self.first_on, self.months, "months") - dt.timedelta(days=1)

    def month_of(self, day: dt.date) -> int:
        """Return the month of a day, 0 = the first; outside, a number below 0 or not below `months`."""
        return (day.year - self.first_on.year) * MONTHS + day.month - self.first_on.month

    def holds(self, day: dt.date) -> bool:
        """Whether a day lies in the months counted."""
        return 0 <= self.month_of(day) < self.months


@dataclass(frozen=True, slots=True)
class Site:
    """One agency's service in one community under one contract."""

    contract: str
    community: str
    agency: str
    starts_on: dt.date
    ends_on: dt.date


def day_of(moment: dt.datetime) -> dt.date:
    """Return the day of a moment in Shanghai."""
    return moment.astimezone(SHANGHAI).date()


def active_streets() -> list[Place]:
    """Return the streets that use the product."""
    return list(Place.objects.filter(level=Place.Level.STREET, is_active=True))


def least_told(streets: Iterable[Place], today: dt.date) -> int:
    """Return the smallest count that is told of some streets together: the strictest of their rules."""
    return max(rules_for(each.code, today).int(SMALLEST) for each in streets)


def whole_area(today: dt.date) -> Area:
    """Return the communities of all streets from their first contract to the last full quarter.

    Raises:
        RuleError: "snapshot.nothing_yet" where no quarter of service has ended.
    """
    streets = active_streets()
    active = Place.objects.filter(level=Place.Level.COMMUNITY, is_active=True)
    communities = frozenset(active.values_list("code", flat=True))
    began = served_contracts(communities).order_by("starts_on").values_list("starts_on", flat=True).first()
    if began is None:
        raise RuleError("snapshot.nothing_yet")
    first_on = began.replace(day=1)
    quarter_on = today.replace(day=1, month=(today.month - 1) // QUARTER * QUARTER + 1)
    months = (quarter_on.year - first_on.year) * MONTHS + quarter_on.month - first_on.month
    if months < 1:
        raise RuleError("snapshot.nothing_yet")
    return Area(communities, first_on, months, least_told(streets, today))


def served_contracts(communities: Iterable[str]) -> QuerySet[Contract]:
    """Return the contracts under which communities were served, each once."""
    serving = Contract.communities.through.objects.filter(place__in=communities).values("contract")
    return Contract.objects.filter(pk__in=serving).exclude(state__in=NOT_SERVED)


def sites_of(area: Area) -> list[Site]:
    """Return each agency's service in each community, as far as it lies in the months counted."""
    rows = served_contracts(area.communities).values_list(
        "pk", "communities", "agency_id", "starts_on", "ends_on", "ended_on"
    )
    return [
        Site(
            str(contract), community, str(agency), starts_on, min(ended_on or ends_on, ends_on, area.last_on)
        )
        for contract, community, agency, starts_on, ends_on, ended_on in sorted(rows, key=str)
        if community in area.communities and starts_on <= area.last_on
    ]
