"""An acceptance (履约验收): opened for an instalment, users heard, signed or returned, or deemed."""

from enum import StrEnum

from zhagen.core.lifecycle.table import Lifecycle


class AcceptanceState(StrEnum):
    """Where an acceptance stands."""

    REQUESTED = "requested"
    USERS_ASKED = "users_asked"
    ACCEPTED = "accepted"
    DEEMED_ACCEPTED = "deemed_accepted"
    TO_CORRECT = "to_correct"
    REFUSED = "refused"


S = AcceptanceState
ACCEPTANCE = Lifecycle(
    concept="acceptance",
    initial=S.REQUESTED,
    moves={
        "ask_users": ((S.REQUESTED, S.TO_CORRECT), S.USERS_ASKED),
        "accept": ((S.REQUESTED, S.USERS_ASKED), S.ACCEPTED),
        "deem": ((S.REQUESTED, S.USERS_ASKED), S.DEEMED_ACCEPTED),
        "correct": ((S.REQUESTED, S.USERS_ASKED), S.TO_CORRECT),
        "resubmit": ((S.TO_CORRECT,), S.REQUESTED),
        "refuse": ((S.REQUESTED, S.USERS_ASKED), S.REFUSED),
    },
)
