"""A fund cycle (社区自治金、创享计划): ideas, checked proposals, vote, proposed list, three decisions, money."""

from enum import StrEnum

from zhagen.core.lifecycle.table import Lifecycle


class FundCycleState(StrEnum):
    """Where a cycle stands; rule, weights and limits are frozen from `collecting` on."""

    DRAFT = "draft"
    COLLECTING = "collecting"
    CHECKING = "checking"
    LISTED = "listed"
    VOTING = "voting"
    PROPOSED = "proposed"
    PARTY_REVIEWED = "party_reviewed"
    DECIDED = "decided"
    GRANTED = "granted"
    CLEARING = "clearing"
    CLOSED = "closed"
    STOPPED = "stopped"


S = FundCycleState
FUND_CYCLE = Lifecycle(
    concept="fund_cycle",
    initial=S.DRAFT,
    moves={
        "open": ((S.DRAFT,), S.COLLECTING),
        "end_ideas": ((S.COLLECTING,), S.CHECKING),
        "publish_list": ((S.CHECKING,), S.LISTED),
        "open_vote": ((S.LISTED,), S.VOTING),
        "propose": ((S.VOTING, S.PROPOSED), S.PROPOSED),
        "pass_party": ((S.PROPOSED,), S.PARTY_REVIEWED),
        "pass_assembly": ((S.PARTY_REVIEWED,), S.DECIDED),
        "approve": ((S.DECIDED,), S.GRANTED),
        "return": ((S.PROPOSED, S.PARTY_REVIEWED, S.DECIDED), S.PROPOSED),
        "clear": ((S.GRANTED,), S.CLEARING),
        "close": ((S.CLEARING, S.STOPPED), S.CLOSED),
        "stop": ((S.DRAFT, S.COLLECTING, S.CHECKING, S.LISTED, S.VOTING, S.PROPOSED), S.STOPPED),
    },
)

PUBLIC = tuple(state for state in S if state is not S.DRAFT)
"""What anyone may read: all that was opened, a stopped cycle included."""

DECISION_MOVES = {"party": "pass_party", "assembly": "pass_assembly", "street": "approve"}
"""Step of the decision (党组织审议、居民会议、街道批准) → the move that its yes makes."""
