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
ANSWERED = (S.TRANSFERRED, S.EXPLAINED, S.IN_SERVICE, S.ASKED)

NEED = Lifecycle(
    concept="need",
    initial=S.RAISED,
    moves={
        "buy": ((S.RAISED, S.EXPLAINED, S.TRANSFERRED, S.UNMET), S.TO_BUY),
        "transfer": ((S.RAISED, S.TO_BUY), S.TRANSFERRED),
        "explain": ((S.RAISED, S.TO_BUY, S.TRANSFERRED), S.EXPLAINED),
        "rule_out": ((S.RAISED,), S.OUTSIDE_REMIT),
        "merge": ((S.RAISED, S.TO_BUY, S.EXPLAINED, S.TRANSFERRED), S.MERGED),
        "plan": ((S.TO_BUY,), S.PLANNED),
        "unplan": ((S.PLANNED,), S.TO_BUY),
        "serve": ((S.TO_BUY, S.PLANNED), S.IN_SERVICE),
        "ask": (ANSWERED, S.ASKED),
        "confirm_met": (ANSWERED, S.MET),
        "confirm_partly": (ANSWERED, S.PARTLY_MET),
        "deny": (ANSWERED, S.UNMET),
        "lose_contact": ((S.ASKED,), S.UNREACHABLE),
        "reopen": ((S.PARTLY_MET, S.UNMET, S.UNREACHABLE, S.OUTSIDE_REMIT), S.RAISED),
    },
)
