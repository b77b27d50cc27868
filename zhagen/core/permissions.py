"""Who may do and see what, and how far it reaches: one table, default deny.

Each line of `TABLE` reads: action → which role, within which reach. A page, an action, a list and an
export all ask this table; there is no other authority. `platform.scope` turns a reach into rows.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum

from zhagen.core.errors import RuleError
from zhagen.core.types import Actor, Grant, Role


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


R, S = Role, Reach
STREET = (R.HANDLER, R.CHIEF, R.LEADER)
AGENCY = (R.AGENCY_HEAD, R.STATION_LEAD, R.SOCIAL_WORKER)
OVERSIGHT = (R.AUDITOR, R.DISCIPLINE)
STAFF = tuple(role for role in Role if role not in {R.PUBLIC, R.RESIDENT, R.SYSTEM})


def _all(roles: tuple[Role, ...], reach: Reach) -> dict[Role, Reach]:
    return dict.fromkeys(roles, reach)


SITE: Mapping[str, Mapping[Role, Reach]] = {
    "site.front": {R.PUBLIC: S.ALL},
    "site.language": {R.PUBLIC: S.ALL},
    "site.look": {R.PUBLIC: S.ALL},
    "site.desk": _all(STAFF, S.ALL),
}

NEED: Mapping[str, Mapping[Role, Reach]] = {
    "need.raise": {R.PUBLIC: S.ALL},
    "need.list": _all(STREET, S.OFFICE) | {R.COMMUNITY: S.COMMUNITY},
    "need.view": _all(STREET, S.OFFICE) | {R.COMMUNITY: S.COMMUNITY},
    "need.triage": {R.HANDLER: S.OFFICE, R.CHIEF: S.OFFICE},
}

_CONTRACT_READERS = (
    _all((*STREET, R.FINANCE, *OVERSIGHT), S.OFFICE)
    | {R.COMMUNITY: S.COMMUNITY}
    | _all(AGENCY, S.ORGANISATION)
)

CONTRACT: Mapping[str, Mapping[Role, Reach]] = {
    "contract.list": _CONTRACT_READERS,
    "contract.view": _CONTRACT_READERS,
    "contract.draft": {R.HANDLER: S.OFFICE},
    "contract.sign": {R.HANDLER: S.OFFICE},
    "contract.start": {R.HANDLER: S.OFFICE, R.SYSTEM: S.ALL},
    "contract.suspend": {R.CHIEF: S.OFFICE},
    "contract.resume": {R.CHIEF: S.OFFICE},
    "contract.begin_ending": {R.HANDLER: S.OFFICE, R.SYSTEM: S.ALL},
    "contract.cancel": {R.HANDLER: S.OFFICE},
    "contract.end": {R.HANDLER: S.OFFICE},
    "contract.terminate": {R.CHIEF: S.OFFICE},
    "contract.release": {R.HANDLER: S.OFFICE, R.CHIEF: S.OFFICE, R.SYSTEM: S.ALL},
    "contract.amend": {R.HANDLER: S.OFFICE},
    "amendment.agree": {R.CHIEF: S.OFFICE, R.AGENCY_HEAD: S.ORGANISATION},
}

CLAIM: Mapping[str, Mapping[Role, Reach]] = {
    "claim.list": _all((*STREET, R.FINANCE, *OVERSIGHT), S.OFFICE)
    | {R.AGENCY_HEAD: S.ORGANISATION, R.STATION_LEAD: S.ORGANISATION},
    "claim.view": _all((*STREET, R.FINANCE, *OVERSIGHT), S.OFFICE)
    | {R.AGENCY_HEAD: S.ORGANISATION, R.STATION_LEAD: S.ORGANISATION},
    "claim.submit": {R.AGENCY_HEAD: S.ORGANISATION, R.STATION_LEAD: S.ORGANISATION},
    "claim.check": {R.HANDLER: S.OFFICE},
    "claim.approve": {R.LEADER: S.OFFICE},
    "claim.return": {R.HANDLER: S.OFFICE, R.LEADER: S.OFFICE},
    "claim.note_delay": {R.HANDLER: S.OFFICE, R.FINANCE: S.OFFICE},
    "claim.withdraw": {R.AGENCY_HEAD: S.ORGANISATION},
    "claim.record_payment": {R.FINANCE: S.OFFICE},
}

LOG: Mapping[str, Mapping[Role, Reach]] = {
    "log.show": {R.PUBLIC: S.ALL},
    "log.export": _all(OVERSIGHT, S.ALL),
}

NOTICE: Mapping[str, Mapping[Role, Reach]] = {
    "notice.list": _all(STAFF, S.ASSIGNED) | {R.RESIDENT: S.ASSIGNED},
    "notice.open": _all(STAFF, S.ASSIGNED) | {R.RESIDENT: S.ASSIGNED},
    "notice.slip": _all(STAFF, S.ASSIGNED) | {R.HANDLER: S.OFFICE, R.RESIDENT: S.ASSIGNED},
    "notice.paper_list": {R.HANDLER: S.OFFICE},
    "notice.hand_over": {R.HANDLER: S.OFFICE},
}

PAPER: Mapping[str, Mapping[Role, Reach]] = {
    "paper.download": _all((*STREET, R.FINANCE, *OVERSIGHT), S.OFFICE)
    | {R.AGENCY_HEAD: S.ORGANISATION, R.STATION_LEAD: S.ORGANISATION, R.PUBLIC: S.PUBLISHED},
}

<<<<<<< HEAD
BUYERS_EYES = (*STREET, R.FINANCE, *OVERSIGHT)
"""Who reads a street's purchases."""

HOLDERS = (R.HANDLER, R.FINANCE, R.DISCIPLINE)
"""Who may hold a share of a round's key."""

JUDGES = (R.EXPERT, R.RESIDENT, *STREET)
"""Who may sit on a panel."""

BUDGET: Mapping[str, Mapping[Role, Reach]] = {
    "budget_line.list": _all(BUYERS_EYES, S.OFFICE),
    "budget_line.view": _all(BUYERS_EYES, S.OFFICE),
    "budget_line.write": {R.FINANCE: S.OFFICE},
}

PLAN: Mapping[str, Mapping[Role, Reach]] = {
    "plan.list": _all(BUYERS_EYES, S.OFFICE) | {R.COMMUNITY: S.COMMUNITY},
    "plan.view": _all(BUYERS_EYES, S.OFFICE) | {R.COMMUNITY: S.COMMUNITY},
    "plan.draft": {R.HANDLER: S.OFFICE},
    "plan.submit": {R.HANDLER: S.OFFICE},
    "plan.check": {R.CHIEF: S.OFFICE},
    "plan.return": {R.CHIEF: S.OFFICE, R.LEADER: S.OFFICE},
    "plan.approve": {R.LEADER: S.OFFICE, R.CHIEF: S.OFFICE},
    "plan.drop": {R.HANDLER: S.OFFICE, R.CHIEF: S.OFFICE},
}

TENDER: Mapping[str, Mapping[Role, Reach]] = {
    "tender.list": _all(BUYERS_EYES, S.OFFICE),
    "tender.view": _all(BUYERS_EYES, S.OFFICE),
    "tender.notice": {R.PUBLIC: S.PUBLISHED},
    "tender.draft": {R.HANDLER: S.OFFICE},
    "tender.hold": _all(HOLDERS, S.OFFICE),
    "tender.publish": {R.HANDLER: S.OFFICE, R.CHIEF: S.OFFICE},
    "tender.close": {R.HANDLER: S.OFFICE, R.CHIEF: S.OFFICE, R.SYSTEM: S.ALL},
    "tender.draw": {R.HANDLER: S.OFFICE, R.DISCIPLINE: S.OFFICE},
    "tender.open_bids": _all(HOLDERS, S.OFFICE),
    "tender.lose_shares": {R.DISCIPLINE: S.OFFICE},
    "tender.score": {R.HANDLER: S.OFFICE},
    "tender.fail": {R.HANDLER: S.OFFICE, R.CHIEF: S.OFFICE},
    "tender.cancel": {R.CHIEF: S.OFFICE},
    "tender.step": {R.HANDLER: S.OFFICE},
}

BID: Mapping[str, Mapping[Role, Reach]] = {
    "bid.offers": {R.AGENCY_HEAD: S.ORGANISATION},
    "bid.submit": {R.AGENCY_HEAD: S.ORGANISATION},
    "bid.view": {R.AGENCY_HEAD: S.ORGANISATION},
    "bid.withdraw": {R.AGENCY_HEAD: S.ORGANISATION},
    "bid.resupply": {R.AGENCY_HEAD: S.ORGANISATION},
    "bid.void": {R.HANDLER: S.OFFICE},
    "bid.file": _all((*BUYERS_EYES,), S.OFFICE)
    | {R.EXPERT: S.ASSIGNED, R.RESIDENT: S.ASSIGNED, R.AGENCY_HEAD: S.ORGANISATION},
}

SEAT: Mapping[str, Mapping[Role, Reach]] = {
    "seat.list": _all(JUDGES, S.ASSIGNED),
    "seat.declare": _all(JUDGES, S.ASSIGNED),
    "seat.score": _all(JUDGES, S.ASSIGNED),
}

AWARD: Mapping[str, Mapping[Role, Reach]] = {
    "award.decide": {R.LEADER: S.OFFICE, R.CHIEF: S.OFFICE},
    "award.annul": {R.LEADER: S.OFFICE, R.CHIEF: S.OFFICE},
    "award.record": {R.HANDLER: S.OFFICE},
    "award.result": {R.PUBLIC: S.PUBLISHED},
    "award.view": _all(BUYERS_EYES, S.OFFICE),
    "award.reasons": {R.AGENCY_HEAD: S.ORGANISATION},
}

QUERY: Mapping[str, Mapping[Role, Reach]] = {
    "query.raise": {R.AGENCY_HEAD: S.ORGANISATION},
    "query.list": _all(BUYERS_EYES, S.OFFICE) | {R.AGENCY_HEAD: S.ORGANISATION},
    "query.view": _all(BUYERS_EYES, S.OFFICE) | {R.AGENCY_HEAD: S.ORGANISATION},
    "query.answer": {R.HANDLER: S.OFFICE, R.CHIEF: S.OFFICE},
}

FOLDER: Mapping[str, Mapping[Role, Reach]] = {
    "paper.add": {R.HANDLER: S.OFFICE, R.CHIEF: S.OFFICE, R.FINANCE: S.OFFICE},
}

TIE: Mapping[str, Mapping[Role, Reach]] = {
    "tie.list": _all((*STAFF, R.RESIDENT), S.ASSIGNED),
    "tie.declare": _all((*STAFF, R.RESIDENT), S.ASSIGNED),
    "tie.end": _all((*STAFF, R.RESIDENT), S.ASSIGNED),
}

BUYING: Mapping[str, Mapping[Role, Reach]] = {
    **BUDGET, **PLAN, **TENDER, **BID, **SEAT, **AWARD, **QUERY, **FOLDER, **TIE,
}  # fmt: skip

=======
ACCEPTANCE: Mapping[str, Mapping[Role, Reach]] = {
    "acceptance.list": _CONTRACT_READERS,
    "acceptance.view": _CONTRACT_READERS,
    "acceptance.request": {R.AGENCY_HEAD: S.ORGANISATION, R.STATION_LEAD: S.ORGANISATION},
    "acceptance.resubmit": {R.AGENCY_HEAD: S.ORGANISATION, R.STATION_LEAD: S.ORGANISATION},
    "acceptance.hear": {R.HANDLER: S.OFFICE, R.COMMUNITY: S.COMMUNITY},
    "acceptance.decide": {R.HANDLER: S.OFFICE, R.CHIEF: S.OFFICE},
    "acceptance.deem": {R.SYSTEM: S.ALL},
}

>>>>>>> 8f90a38 (Acceptance: figures beside promises, users heard, deemed when unanswered; higher apps put their buttons on lower pages)
TABLE: Mapping[str, Mapping[Role, Reach]] = {
    **SITE,
    **BUYING,
    **LOG,
    **NOTICE,
    **NEED,
    **PAPER,
    **CONTRACT,
    **CLAIM,
    **ACCEPTANCE,
}


def scopes(actor: Actor, action: str) -> Iterator[tuple[Reach, Grant]]:
    """Yield each reach in which the actor may do the action, with the grant it comes from.

    Everyone, signed in or not, may do what the public may.

    Raises:
        KeyError: The action is not in the table: a page asks for what nobody decided.
    """
    line = TABLE[action]
    for grant in actor.grants:
        reach = line.get(grant.role)
        if reach is not None:
            yield reach, grant
    if Role.PUBLIC in line and Role.PUBLIC not in actor.roles:
        yield line[Role.PUBLIC], Grant(Role.PUBLIC)


def may(actor: Actor, action: str) -> bool:
    """Return whether the actor may do the action on some object at all."""
    return any(True for _ in scopes(actor, action))


def require(actor: Actor, action: str) -> None:
    """Refuse an actor who may not do the action on any object.

    Raises:
        RuleError: "permission.denied".
    """
    if not may(actor, action):
        raise RuleError("permission.denied", action=action)
