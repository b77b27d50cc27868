"""A requirement plan (采购需求与实施计划): from draft through the collective decision to a purchase."""

from enum import StrEnum

from zhagen.core.lifecycle.table import Lifecycle


class PlanState(StrEnum):
    """Where a requirement plan stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    CHECKED = "checked"
    APPROVED = "approved"
    BUYING = "buying"
    CONTRACTED = "contracted"
    RETURNED = "returned"
    DROPPED = "dropped"


S = PlanState
PLAN = Lifecycle(
    concept="plan",
    initial=S.DRAFT,
    moves={
        "submit": ((S.DRAFT, S.RETURNED), S.SUBMITTED),
        "return": ((S.SUBMITTED, S.CHECKED), S.RETURNED),
        "check": ((S.SUBMITTED,), S.CHECKED),
        "approve": ((S.CHECKED,), S.APPROVED),
        "buy": ((S.APPROVED,), S.BUYING),
        "restart": ((S.BUYING,), S.APPROVED),
        "contract": ((S.APPROVED, S.BUYING), S.CONTRACTED),
        "drop": ((S.DRAFT, S.RETURNED, S.SUBMITTED, S.CHECKED, S.APPROVED), S.DROPPED),
    },
)
