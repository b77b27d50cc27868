"""A grant's claim (报账): handed in, signed desk by desk, paid by the treasury's voucher."""

from enum import StrEnum

from zhagen.core.lifecycle.table import Lifecycle


class GrantClaimState(StrEnum):
    """Where a claim stands; while it is submitted, its desk says with whom."""

    SUBMITTED = "submitted"
    APPROVED = "approved"
    PAID = "paid"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


S = GrantClaimState
GRANT_CLAIM = Lifecycle(
    concept="grant_claim",
    initial=S.SUBMITTED,
    moves={
        "resubmit": ((S.RETURNED,), S.SUBMITTED),
        "sign": ((S.SUBMITTED,), S.SUBMITTED),
        "approve": ((S.SUBMITTED,), S.APPROVED),
        "record_payment": ((S.APPROVED,), S.PAID),
        "return": ((S.SUBMITTED, S.APPROVED), S.RETURNED),
        "withdraw": ((S.SUBMITTED, S.RETURNED), S.WITHDRAWN),
    },
)

UNDER_WAY = (S.SUBMITTED, S.APPROVED, S.RETURNED)
