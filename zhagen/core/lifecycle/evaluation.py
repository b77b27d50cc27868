"""An evaluation round (服务评估): doors drawn, residents asked, result shown, reviewed on request, final."""

from enum import StrEnum

from zhagen.core.lifecycle.table import Lifecycle


class EvaluationState(StrEnum):
    """Where an evaluation stands."""

    PLANNED = "planned"
    DRAWN = "drawn"
    ASKING = "asking"
    DRAFTED = "drafted"
    UNDER_REVIEW = "under_review"
    FINAL = "final"


S = EvaluationState
EVALUATION = Lifecycle(
    concept="evaluation",
    initial=S.PLANNED,
    moves={
        "draw": ((S.PLANNED,), S.DRAWN),
        "start_asking": ((S.DRAWN,), S.ASKING),
        "draft_result": ((S.ASKING,), S.DRAFTED),
        "request_review": ((S.DRAFTED,), S.UNDER_REVIEW),
        "explain_review": ((S.UNDER_REVIEW,), S.UNDER_REVIEW),
        "answer_review": ((S.UNDER_REVIEW,), S.DRAFTED),
        "finalise": ((S.DRAFTED,), S.FINAL),
    },
)
