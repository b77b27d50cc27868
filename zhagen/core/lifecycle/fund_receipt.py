"""A receipt of a grant (票据): added by one, checked by another, claimed and paid; or refused, taken back, struck."""

from enum import StrEnum

from zhagen.core.lifecycle.table import Lifecycle


class FundReceiptState(StrEnum):
    """Where a receipt stands."""

    ADDED = "added"
    CHECKED = "checked"
    CLAIMED = "claimed"
    PAID = "paid"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


S = FundReceiptState
FUND_RECEIPT = Lifecycle(
    concept="fund_receipt",
    initial=S.ADDED,
    moves={
        "check": ((S.ADDED,), S.CHECKED),
        "check_own": ((S.ADDED,), S.PAID),
        "refuse": ((S.ADDED,), S.REFUSED),
        "withdraw": ((S.ADDED,), S.WITHDRAWN),
        "strike": ((S.CHECKED,), S.REFUSED),
        "strike_own": ((S.PAID,), S.REFUSED),
        "claim": ((S.CHECKED,), S.CLAIMED),
        "release": ((S.CLAIMED,), S.CHECKED),
        "pay": ((S.CLAIMED,), S.PAID),
    },
)

COUNTED = (S.ADDED, S.CHECKED, S.CLAIMED, S.PAID)
"""What binds a grant's money; a refused or withdrawn receipt binds none, and its invoice may come again."""
