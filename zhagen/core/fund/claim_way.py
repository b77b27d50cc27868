"""The way of a grant's claim (报账): whose desk follows on whose, by the rulebook of the day it was handed in."""

from collections.abc import Sequence

from zhagen.core.errors import RuleError
from zhagen.core.rulebook.rules import Rules
from zhagen.core.types import Role

PAYS = Role.FINANCE
"""The last desk: records the treasury's voucher, signs nothing."""


def claim_desks(rules: Rules) -> tuple[Role, ...]:
    """Return the desks that a claim passes, in order; the last one pays.

    Raises:
        RuleError: "grant_claim.desks_wrong", where the rulebook names no such role or does not end with finance.
    """
    return desks_of(rules.texts("fund.claim_desks"))


def desks_of(names: Sequence[str]) -> tuple[Role, ...]:
    """Return the roles of a claim's desks; at least one signs, finance pays and stands last only.

    Raises:
        RuleError: "grant_claim.desks_wrong".
    """
    known = {role.value for role in Role}
    if not set(names) <= known or not names[:-1] or names[-1] != PAYS or PAYS in names[:-1]:
        raise RuleError("grant_claim.desks_wrong", desks="、".join(names))
    return tuple(Role(name) for name in names)


def is_last_signature(desks: Sequence[str], desk: int) -> bool:
    """Return whether after this desk's signature only the payment is left."""
    return desk == len(desks) - 2


def check_signer(roles: frozenset[Role], signer: str, desk: str, before: Sequence[str]) -> None:
    """Refuse who does not sit at the desk, and who handed the claim in or signed it already.

    Raises:
        RuleError: "grant_claim.not_your_desk", "grant_claim.same_person".
    """
    if desk not in {role.value for role in roles}:
        raise RuleError("grant_claim.not_your_desk")
    if signer in before:
        raise RuleError("grant_claim.same_person")
