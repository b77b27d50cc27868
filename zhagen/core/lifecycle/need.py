"""A need: from its raising to the raiser's own word that it is met."""

from enum import StrEnum

from zhagen.core.lifecycle.table import Lifecycle


class NeedState(StrEnum):
    """Where a need stands. `met` and `partly_met` come from the raiser or sampled residents only."""

    RAISED = "raised"
    TO_BUY = "to_buy"
    TRANSFERRED = "transferred"
    EXPLAINED = "explained"
    PLANNED = "planned"
    IN_SERVICE = "in_service"
    ASKED = "asked"
    MET = "met"
    PARTLY_MET = "partly_met"
    UNMET = "unmet"
    UNREACHABLE = "unreachable"
    OUTSIDE_REMIT = "outside_remit"
    MERGED = "merged"


S = NeedState
OPEN = (S.RAISED, S.TO_BUY, S.TRANSFERRED, S.EXPLAINED, S.PLANNED, S.IN_SERVICE, S.ASKED)
"""Somebody owes a step, so there is a next date."""

ENDED = (S.MET, S.PARTLY_MET, S.UNMET, S.UNREACHABLE, S.OUTSIDE_REMIT, S.MERGED)
"""The date may be empty: whoever raised it has spoken, could not be reached, or was told who is liable."""

ANSWERED = (S.TRANSFERRED, S.EXPLAINED, S.IN_SERVICE, S.ASKED)
"""Something was done about it, so its raiser can say what came of it."""

BEFORE_SERVICE = (S.RAISED, S.TO_BUY, S.TRANSFERRED, S.EXPLAINED)
FAILED = (S.PARTLY_MET, S.UNMET)
HEARD_OR_LOST = (S.MET, S.PARTLY_MET, S.UNMET, S.UNREACHABLE)


def _heard_before(target: NeedState) -> tuple[NeedState, ...]:
    """Where a word that leads to `target` may come from: a raiser may change his word."""
    return (*ANSWERED, *(state for state in HEARD_OR_LOST if state is not target))


NEED = Lifecycle(
    concept="need",
    initial=S.RAISED,
    moves={
        "buy": ((S.RAISED, S.EXPLAINED, S.TRANSFERRED, *FAILED), S.TO_BUY),
        "transfer": ((S.RAISED, S.TO_BUY, S.EXPLAINED, *FAILED), S.TRANSFERRED),
        "explain": ((S.RAISED, S.TO_BUY, S.TRANSFERRED, *FAILED), S.EXPLAINED),
        "rule_out": ((S.RAISED, S.TO_BUY, S.TRANSFERRED), S.OUTSIDE_REMIT),
        "merge": (BEFORE_SERVICE, S.MERGED),
        "unmerge": ((S.MERGED,), S.RAISED),
        "plan": ((S.TO_BUY,), S.PLANNED),
        "unplan": ((S.PLANNED,), S.TO_BUY),
        "serve": ((S.TO_BUY, S.PLANNED), S.IN_SERVICE),
        "unserve": ((S.IN_SERVICE,), S.TO_BUY),
        "ask": (ANSWERED[:-1], S.ASKED),
        "confirm_met": (_heard_before(S.MET), S.MET),
        "confirm_partly": (_heard_before(S.PARTLY_MET), S.PARTLY_MET),
        "deny": (_heard_before(S.UNMET), S.UNMET),
        "lose_contact": ((S.ASKED,), S.UNREACHABLE),
        "reopen": ((S.MET, *FAILED, S.UNREACHABLE, S.OUTSIDE_REMIT), S.RAISED),
    },
)

WORD_MOVES = ("confirm_met", "confirm_partly", "deny")
"""Moves by residents' words alone; the buyer and the agency never make them."""

DESK_MOVES = ("buy", "transfer", "explain", "rule_out", "merge", "unmerge", "ask")
"""Moves that the need's desk offers as buttons; planning and service follow from plans and contracts."""
