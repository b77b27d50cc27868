"""A grant (立项资金): to the residents' committee or a contracted agency, led by the proposer, reported, cleared."""

from enum import StrEnum

from zhagen.core.lifecycle.table import Lifecycle


class GrantState(StrEnum):
    """Where a grant stands; its receipts and claims have books of their own."""

    MADE = "made"
    UNDER_WAY = "under_way"
    REPORTED = "reported"
    ACCEPTED = "accepted"
    CLEARED = "cleared"
    STOPPED = "stopped"


S = GrantState
GRANT = Lifecycle(
    concept="grant",
    initial=S.MADE,
    moves={
        "start": ((S.MADE,), S.UNDER_WAY),
        "report": ((S.UNDER_WAY,), S.REPORTED),
        "return": ((S.REPORTED,), S.UNDER_WAY),
        "accept": ((S.REPORTED,), S.ACCEPTED),
        "stop": ((S.MADE, S.UNDER_WAY), S.STOPPED),
        "clear": ((S.ACCEPTED, S.STOPPED), S.CLEARED),
    },
)

OPEN = (S.MADE, S.UNDER_WAY, S.REPORTED)
"""Work on it is not finished."""
