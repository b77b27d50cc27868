"""Frozen types that every layer shares: who acts, where, as what."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a person may be in the purchase; one person may hold several roles in several places."""

    HANDLER = "handler"
    CHIEF = "chief"
    LEADER = "leader"
    FINANCE = "finance"
    DISCIPLINE = "discipline"
    COMMUNITY = "community"
    AGENCY_HEAD = "agency_head"
    STATION_LEAD = "station_lead"
    SOCIAL_WORKER = "social_worker"
    EXPERT = "expert"
    EVALUATOR = "evaluator"
    SUPERVISOR = "supervisor"
    AUDITOR = "auditor"
    OPERATOR = "operator"
    RESIDENT = "resident"
    OVERSEER = "overseer"
    PUBLIC = "public"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Grant:
    """One role of a person and where it holds.

    Args:
        role: The role.
        place: 12-digit code of the street or community; empty for roles of an organisation.
        organisation: Primary key of the agency or evaluator as text; empty for roles of a place.
    """

    role: Role
    place: str = ""
    organisation: str = ""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a user with the roles in force, or the anonymous public.

    Args:
        key: Primary key of the user as text; empty for the public.
        name: Name shown in records of the buyer's own staff.
        grants: The roles in force now.
    """

    key: str
    name: str
    grants: tuple[Grant, ...]

    @property
    def roles(self) -> frozenset[Role]:
        """The distinct roles of the actor."""
        return frozenset(grant.role for grant in self.grants)

    @property
    def is_anonymous(self) -> bool:
        """Whether nobody has signed in."""
        return not self.key


PUBLIC = Actor(key="", name="", grants=(Grant(Role.PUBLIC),))
"""The anonymous public."""

SYSTEM = Actor(key="system", name="系统", grants=(Grant(Role.SYSTEM),))
"""The clock's own acts (`zhagen tick`): lapses, reminders, escalations."""
