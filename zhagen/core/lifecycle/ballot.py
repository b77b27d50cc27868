"""The vote of a fund cycle (投票): its roll is made, it opens frozen, closes, is counted."""

from enum import StrEnum

from zhagen.core.lifecycle.table import Lifecycle


class BallotState(StrEnum):
    """Where a vote stands; roll, rule and money are frozen from `open` on."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    COUNTED = "counted"
    NO_QUORUM = "no_quorum"
    STOPPED = "stopped"


class PaperState(StrEnum):
    """Where a printed ballot paper stands; its choice is kept only until two entries agree."""

    PRINTED = "printed"
    KEYED_ONCE = "keyed_once"
    DIFFERS = "differs"
    BOXED = "boxed"
    SPOILT = "spoilt"


S = BallotState
BALLOT = Lifecycle(
    concept="ballot",
    initial=S.DRAFT,
    moves={
        "open": ((S.DRAFT,), S.OPEN),
        "close": ((S.OPEN,), S.CLOSED),
        "count": ((S.CLOSED,), S.COUNTED),
        "fail": ((S.CLOSED,), S.NO_QUORUM),
        "stop": ((S.DRAFT, S.OPEN, S.CLOSED), S.STOPPED),
    },
)

P = PaperState
PAPER_BALLOT = Lifecycle(
    concept="paper_ballot",
    initial=P.PRINTED,
    moves={
        "key": ((P.PRINTED,), P.KEYED_ONCE),
        "differ": ((P.KEYED_ONCE,), P.DIFFERS),
        "box": ((P.KEYED_ONCE, P.DIFFERS), P.BOXED),
        "spoil": ((P.KEYED_ONCE, P.DIFFERS), P.SPOILT),
    },
)

LIVE = (S.DRAFT, S.OPEN, S.CLOSED, S.COUNTED)
"""A cycle has one of these at most; after a vote without quorum, or one that was stopped, it may vote anew."""

KEYING = (S.OPEN, S.CLOSED)
"""Papers are keyed in while the vote runs and after it closed, until it is counted."""
