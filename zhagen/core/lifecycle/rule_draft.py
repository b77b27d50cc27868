"""A draft of local rulebook values (规则草案): from a rehearsal to a decision, in force, and the way back."""

from enum import StrEnum

from zhagen.core.lifecycle.table import Lifecycle


class RuleDraftState(StrEnum):
    """Where a draft stands."""

    DRAFT = "draft"
    ADOPTED = "adopted"
    IN_FORCE = "in_force"
    RESTORED = "restored"
    WITHDRAWN = "withdrawn"
    DROPPED = "dropped"


S = RuleDraftState
RULE_DRAFT = Lifecycle(
    concept="rule_draft",
    initial=S.DRAFT,
    moves={
        "adopt": ((S.DRAFT,), S.ADOPTED),
        "drop": ((S.DRAFT,), S.DROPPED),
        "withdraw": ((S.ADOPTED,), S.WITHDRAWN),
        "take_effect": ((S.ADOPTED,), S.IN_FORCE),
        "restore": ((S.IN_FORCE,), S.RESTORED),
    },
)
