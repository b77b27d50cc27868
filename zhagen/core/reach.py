"""How far a permission reaches, and the groups of roles that the lines of the table name."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from zhagen.core.types import Role


class Reach(StrEnum):
    """How far a permission reaches from where the role is held."""

    ALL = "all"
    """Every object; for pages without an object: the page."""
    OFFICE = "office"
    """What belongs to the street where the role is held."""
    COMMUNITY = "community"
    """What belongs to the community where the role is held."""
    ORGANISATION = "organisation"
    """What belongs to the organisation in which the role is held."""
    ASSIGNED = "assigned"
    """What names this very person: his seat, his case, his task."""
    PUBLISHED = "published"
    """What has been made public."""


Lines = Mapping[str, Mapping[Role, Reach]]
"""Action → role → how far."""

STREET = (Role.HANDLER, Role.CHIEF, Role.LEADER)
AGENCY = (Role.AGENCY_HEAD, Role.STATION_LEAD, Role.SOCIAL_WORKER)
OVERSIGHT = (Role.AUDITOR, Role.DISCIPLINE)
STAFF = tuple(role for role in Role if role not in {Role.PUBLIC, Role.RESIDENT, Role.SYSTEM})
BUYERS_EYES = (*STREET, Role.FINANCE, *OVERSIGHT)
"""Who reads a street's purchases."""


def each(roles: Iterable[Role], reach: Reach) -> dict[Role, Reach]:
    """Return the same reach for each role."""
    return dict.fromkeys(roles, reach)


CONTRACT_READERS: Mapping[Role, Reach] = (
    each(BUYERS_EYES, Reach.OFFICE) | {Role.COMMUNITY: Reach.COMMUNITY} | each(AGENCY, Reach.ORGANISATION)
)
"""Who reads a contract and what hangs on it."""
