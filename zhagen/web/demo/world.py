"""The state of a demo being loaded: who is who, what became of each thing of the made-up district."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from zhagen.core.types import PUBLIC, SYSTEM, Actor
from zhagen.delivery.models import CaseFile, OffPlanTask, Staffing
from zhagen.lab.district import ContractPlan, District
from zhagen.parties.models import Organisation, Place, User
from zhagen.platform.clock import SHANGHAI
from zhagen.procurement.models import Contract, Need, Plan, Tender

OPENING_HOUR = 9
BEFORE = dt.datetime.min.replace(tzinfo=dt.UTC)
BETWEEN = dt.timedelta(seconds=20)
"""Between two actions of one day."""


@dataclass
class World:
    """A district on its way into the database.

    Args:
        district: What is told.
        places: Place by code.
        organisations: Organisation by key of the district.
        people: User by key of the district, such as "handler:990101001000".
        actors: Actor by the same key.
        staff: Contract → all who were ever placed in it, in the order in which they came.
        agenda: Day → what the loader has put off to it, such as the start of a contract.
    """

    district: District
    places: dict[str, Place] = field(default_factory=dict)
    organisations: dict[str, Organisation] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)
    actors: dict[str, Actor] = field(default_factory=lambda: {"system": SYSTEM, "public": PUBLIC})
    agenda: dict[dt.date, list[Callable[[], None]]] = field(default_factory=lambda: defaultdict(list))
    plans: dict[str, Plan] = field(default_factory=dict)
    tenders: dict[str, Tender] = field(default_factory=dict)
    words: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    marks: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))
    contracts: dict[str, Contract] = field(default_factory=dict)
    needs: dict[str, Need] = field(default_factory=dict)
    waiting: dict[str, list[Need]] = field(default_factory=lambda: defaultdict(list))
    unserved: dict[str, list[Need]] = field(default_factory=lambda: defaultdict(list))
    staffing: dict[str, Staffing] = field(default_factory=dict)
    staff: dict[str, list[Staffing]] = field(default_factory=lambda: defaultdict(list))
    cases: dict[str, list[CaseFile]] = field(default_factory=lambda: defaultdict(list))
    speakers: frozenset[str] = frozenset()
    tasks: dict[str, OffPlanTask] = field(default_factory=dict)
    done: Counter[str] = field(default_factory=Counter)
    day: dt.date = dt.date.min
    moment: dt.datetime = BEFORE

    def begin_day(self, day: dt.date) -> dt.datetime:
        """Set the clock to the morning of a day and return it."""
        self.day = day
        self.moment = at(day, OPENING_HOUR)
        return self.moment

    def now(self) -> dt.datetime:
        """Return the moment of the next action."""
        self.moment += BETWEEN
        return self.moment

    def act(self, action: Callable[..., Any], *args: object, by: str = "", **more: object) -> Any:
        """Do one action of the product as a person of the district; "" where nobody is named."""
        self.done[action.__name__] += 1
        if by:
            more["by"] = self.actors[by]
        return action(*args, now=self.now(), **more)

    def later(self, day: dt.date, step: Callable[..., None], *args: object) -> None:
        """Put a step off to a day; what lies beyond the story's end is never done."""
        self.agenda[max(day, self.day)].append(lambda: step(self, *args))

    def plan_of(self, key: str) -> ContractPlan:
        """Return a contract of the district by its key or by its short form "2024-03"."""
        return self._plans[key.rpartition(":")[2]]

    @cached_property
    def _plans(self) -> dict[str, ContractPlan]:
        return {each.key.removeprefix("contract:"): each for each in self.district.contracts}

    def key_of(self, user: object) -> str:
        """Return the key of a person of the district by the primary key of his user."""
        return self._people[user]

    @cached_property
    def _people(self) -> dict[object, str]:
        return {user.pk: key for key, user in self.people.items()}

    def followers(self, community: str) -> list[ContractPlan]:
        """Return the contracts of a community in the order of their years."""
        return [each for each in self.district.contracts if community in each.communities]


def at(day: dt.date, hour: int, minute: int = 0) -> dt.datetime:
    """Return a moment of a day in Shanghai."""
    return dt.datetime.combine(day, dt.time(hour, minute), SHANGHAI).astimezone(dt.UTC)


Handler = Callable[[World, Any], None]
"""Turns one event of the district into actions."""
