"""Who may do and see what, and how far it reaches: one table, default deny.

Each line of `TABLE` reads: action → which role, within which reach. A page, an action, a list and an
export all ask this table; there is no other authority. `platform.scope` turns a reach into rows.
"""

from collections.abc import Iterator

from zhagen.core.errors import RuleError
from zhagen.core.permission_lines import (
    ballots,
    buying,
    community,
    contracts,
    delivery,
    fund,
    fund_book,
    integrity,
    judging,
    leaving,
    needs,
    office,
    policy,
    site,
)
from zhagen.core.reach import Lines, Reach
from zhagen.core.types import Actor, Grant, Role

TABLE: Lines = {
    **site.LINES,
    **office.LINES,
    **needs.LINES,
    **buying.LINES,
    **contracts.LINES,
    **delivery.LINES,
    **judging.LINES,
    **community.LINES,
    **fund.LINES,
    **ballots.LINES,
    **fund_book.LINES,
    **integrity.LINES,
    **leaving.LINES,
    **policy.LINES,
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
