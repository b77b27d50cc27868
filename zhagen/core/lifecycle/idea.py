"""An idea (金点子): said by a resident, co-signed, turned into a proposal or kept in the library."""

from enum import StrEnum

from zhagen.core.lifecycle.table import Lifecycle


class IdeaState(StrEnum):
    """Where an idea stands."""

    RAISED = "raised"
    COACHING = "coaching"
    PROPOSED = "proposed"
    LIBRARY = "library"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


S = IdeaState
IDEA = Lifecycle(
    concept="idea",
    initial=S.RAISED,
    moves={
        "take_up": ((S.RAISED,), S.COACHING),
        "propose": ((S.RAISED, S.COACHING), S.PROPOSED),
        "shelve": ((S.RAISED, S.COACHING), S.LIBRARY),
        "decline": ((S.RAISED, S.COACHING), S.DECLINED),
        "withdraw": ((S.RAISED, S.COACHING, S.LIBRARY), S.WITHDRAWN),
        "reopen": ((S.LIBRARY,), S.RAISED),
    },
)

OPEN = (S.RAISED, S.COACHING)
"""An idea that neighbours may co-sign."""
