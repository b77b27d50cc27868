"""An annual review (年度考核续签): advice from the contract's terms, a collective decision on record."""

from enum import StrEnum

from zhagen.core.lifecycle.table import Lifecycle


class AnnualReviewState(StrEnum):
    """Where an annual review stands."""

    OPEN = "open"
    ADVISED = "advised"
    DECIDED = "decided"


S = AnnualReviewState
ANNUAL_REVIEW = Lifecycle(
    concept="annual_review",
    initial=S.OPEN,
    moves={
        "advise": ((S.OPEN, S.ADVISED), S.ADVISED),
        "decide": ((S.ADVISED,), S.DECIDED),
    },
)


class Advice(StrEnum):
    """What the terms of the contract advise."""

    RENEW = "renew"
    CORRECT = "correct"
    REPROCURE = "reprocure"
    NOT_RENEW = "not_renew"
