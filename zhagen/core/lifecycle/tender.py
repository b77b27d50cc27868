"""A procurement project (采购项目): notice, sealed bids, opening, scoring, award."""

from enum import StrEnum

from zhagen.core.lifecycle.table import Lifecycle


class TenderState(StrEnum):
    """Where a procurement project stands."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    OPENED = "opened"
    SCORED = "scored"
    AWARDED = "awarded"
    FAILED = "failed"
    CANCELLED = "cancelled"


S = TenderState
TENDER = Lifecycle(
    concept="tender",
    initial=S.DRAFT,
    moves={
        "publish": ((S.DRAFT,), S.OPEN),
        "close": ((S.OPEN,), S.CLOSED),
        "open_bids": ((S.CLOSED,), S.OPENED),
        "finish_scoring": ((S.OPENED,), S.SCORED),
        "award": ((S.SCORED,), S.AWARDED),
        "award_directly": ((S.DRAFT,), S.AWARDED),
        "record_outside_award": ((S.DRAFT, S.OPEN, S.CLOSED), S.AWARDED),
        "annul": ((S.AWARDED,), S.FAILED),
        "fail": ((S.CLOSED, S.OPENED, S.SCORED), S.FAILED),
        "cancel": ((S.DRAFT, S.OPEN, S.CLOSED, S.OPENED), S.CANCELLED),
    },
)
