"""Where a payment claim lies: on whose desk, since when, which paper is missing, what delays it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from zhagen.core.calendar import Calendar
from zhagen.core.errors import RuleError
from zhagen.core.lifecycle.claim import ClaimState
from zhagen.core.types import Role

DESK: Mapping[ClaimState, Role | None] = {
    ClaimState.DRAFT: Role.STATION_LEAD,
    ClaimState.RETURNED: Role.STATION_LEAD,
    ClaimState.SUBMITTED: Role.HANDLER,
    ClaimState.CHECKED: Role.LEADER,
    ClaimState.APPROVED: Role.FINANCE,
    ClaimState.PAID: None,
    ClaimState.WITHDRAWN: None,
}
"""State → the role on whose desk the claim lies; None where it has left all desks."""


class Cause(StrEnum):
    """What delays a claim; an evaluation never does by default."""

    ACCEPTANCE = "acceptance"
    INVOICE = "invoice"
    PAPERS = "papers"
    BUDGET = "budget"
    APPROVAL = "approval"
    TREASURY = "treasury"


@dataclass(frozen=True, slots=True)
class DeskStay:
    """How long a claim has lain on the present desk.

    Args:
        role: Whose desk; None where the claim has left all desks.
        since: Day it came there.
        working_days: Working days since then.
        most: Days after which the page shows it as delayed.
        is_late: Whether it is.
    """

    role: Role | None
    since: date
    working_days: int
    most: int
    is_late: bool


def desk_stay(state: str, since: date, today: date, *, most: int, calendar: Calendar) -> DeskStay:
    """Return on whose desk a claim lies and for how many working days.

    Raises:
        RuleError: "calendar.year_unknown".
    """
    return stay_at(DESK[ClaimState(state)], since, today, most=most, calendar=calendar)


def stay_at(role: Role | None, since: date, today: date, *, most: int, calendar: Calendar) -> DeskStay:
    """Return how many working days something has lain on a role's desk; none where it has left all desks.

    Raises:
        RuleError: "calendar.year_unknown".
    """
    days = calendar.working_days_between(since, today) if role is not None and today > since else 0
    return DeskStay(role, since, days, most, days > most)


def check_claim_amount(amount_fen: int, *, payable_fen: int, claimed_fen: int) -> None:
    """Refuse a claim of nothing, or of more than what acceptance has released.

    Raises:
        RuleError: "claim.amount_not_positive" or "claim.more_than_payable".
    """
    if amount_fen <= 0:
        raise RuleError("claim.amount_not_positive")
    if amount_fen > payable_fen - claimed_fen:
        raise RuleError("claim.more_than_payable", amount_fen=amount_fen, left_fen=payable_fen - claimed_fen)


def check_two_people(approver: str, *others: str) -> None:
    """Refuse an approver who asked for or checked the same claim.

    Raises:
        RuleError: "claim.same_person".
    """
    if approver in others:
        raise RuleError("claim.same_person")
