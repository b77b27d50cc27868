"""Who may invite whom, and which roles one person may not hold together."""

from collections.abc import Collection, Mapping

from zhagen.core.errors import RuleError
from zhagen.core.types import Role

R = Role
STREET_ROLES = frozenset(
    {R.HANDLER, R.CHIEF, R.LEADER, R.FINANCE, R.DISCIPLINE, R.AUDITOR, R.OPERATOR, R.EXPERT}
)
COMMUNITY_ROLES = frozenset({R.COMMUNITY, R.RESIDENT, R.OVERSEER})
ORGANISATION_ROLES = frozenset({R.AGENCY_HEAD, R.STATION_LEAD, R.SOCIAL_WORKER, R.SUPERVISOR, R.EVALUATOR})

MAY_INVITE: Mapping[Role, frozenset[Role]] = {
    R.OPERATOR: STREET_ROLES | COMMUNITY_ROLES | ORGANISATION_ROLES,
    R.CHIEF: frozenset({R.HANDLER, R.EXPERT, R.AGENCY_HEAD, R.EVALUATOR}) | COMMUNITY_ROLES,
    R.AGENCY_HEAD: frozenset({R.STATION_LEAD, R.SOCIAL_WORKER, R.SUPERVISOR}),
}
"""The inviting role → the roles it may give; always within its own street or organisation."""

SEPARATE_POSTS = "行政事业单位内部控制规范（试行）（财会〔2012〕21号）第十五条"
SEPARATE_ADMINS = "信息安全技术 网络安全等级保护基本要求（GB/T 22239-2019）管理用户权限分离"
SEPARATE_OVERSEERS = (
    "关于建立健全村务监督委员会的指导意见（2017）：社区参照，成员不由两委、财务人员及其近亲属担任"
)
_BUYERS = frozenset({R.HANDLER, R.CHIEF, R.LEADER})
_SUPPLIERS = frozenset({R.AGENCY_HEAD, R.STATION_LEAD, R.SOCIAL_WORKER})
COLLISIONS: tuple[tuple[frozenset[Role], frozenset[Role], str], ...] = (
    (_BUYERS, frozenset({R.FINANCE}), SEPARATE_POSTS),
    (_BUYERS | {R.FINANCE, R.COMMUNITY}, frozenset({R.DISCIPLINE, R.AUDITOR}), SEPARATE_POSTS),
    (frozenset({R.OPERATOR}), frozenset(R) - {R.OPERATOR, R.PUBLIC, R.SYSTEM}, SEPARATE_ADMINS),
    (STREET_ROLES | {R.COMMUNITY, R.EVALUATOR}, _SUPPLIERS, SEPARATE_POSTS),
    (frozenset({R.OVERSEER}), STREET_ROLES | _SUPPLIERS | {R.COMMUNITY}, SEPARATE_OVERSEERS),
)
"""Two groups of roles of which one person may hold only one, with the source."""


def check_invitable(inviting: Collection[Role], role: Role) -> None:
    """Refuse a role that none of the inviter's roles may give.

    Raises:
        RuleError: "appointment.may_not_invite".
    """
    if not any(role in MAY_INVITE.get(each, frozenset()) for each in inviting):
        raise RuleError("appointment.may_not_invite", role=role)


def check_roles(role: Role, held: Collection[Role]) -> None:
    """Refuse a role beside one that must lie in other hands.

    Args:
        role: The role to be given.
        held: The roles that the person holds already.

    Raises:
        RuleError: "appointment.roles_collide".

    >>> check_roles(Role.CHIEF, {Role.HANDLER})
    >>> check_roles(Role.FINANCE, {Role.HANDLER})  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    zhagen.core.errors.RuleError: appointment.roles_collide(role=finance, other=handler) [...]
    """
    for one, other, source in COLLISIONS:
        for mine, theirs in ((one, other), (other, one)):
            clash = sorted(set(held) & theirs) if role in mine else []
            if clash and clash != [role]:
                raise RuleError("appointment.roles_collide", source=source, role=role, other=clash[0])


def where_of(role: Role) -> str:
    """Return where a role is held: "street", "community" or "organisation"."""
    if role in ORGANISATION_ROLES:
        return "organisation"
    return "community" if role in COMMUNITY_ROLES else "street"
