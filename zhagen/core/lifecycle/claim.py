"""A payment claim (付款申请): asked by the agency, checked, approved; paid is recorded by its voucher."""

from enum import StrEnum

from zhagen.core.lifecycle.table import Lifecycle


class ClaimState(StrEnum):
    """Where a claim stands; the state says on whose desk it lies."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    CHECKED = "checked"
    APPROVED = "approved"
    PAID = "paid"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


S = ClaimState
CLAIM = Lifecycle(
    concept="claim",
    initial=S.DRAFT,
    moves={
        "submit": ((S.DRAFT, S.RETURNED), S.SUBMITTED),
        "check": ((S.SUBMITTED,), S.CHECKED),
        "approve": ((S.CHECKED,), S.APPROVED),
        "record_payment": ((S.APPROVED,), S.PAID),
        "return": ((S.SUBMITTED, S.CHECKED), S.RETURNED),
        "withdraw": ((S.DRAFT, S.SUBMITTED, S.RETURNED), S.WITHDRAWN),
    },
)
