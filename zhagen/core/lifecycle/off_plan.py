"""An off-plan task (计划外任务单): written down by the worker, confirmed by whoever asked."""

from enum import StrEnum

from zhagen.core.lifecycle.table import Lifecycle


class OffPlanState(StrEnum):
    """Where an off-plan task stands."""

    RECORDED = "recorded"
    CONFIRMED = "confirmed"
    DISPUTED = "disputed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


S = OffPlanState
OFF_PLAN = Lifecycle(
    concept="off_plan",
    initial=S.RECORDED,
    moves={
        "confirm": ((S.RECORDED, S.DISPUTED), S.CONFIRMED),
        "dispute": ((S.RECORDED,), S.DISPUTED),
        "decline": ((S.RECORDED,), S.DECLINED),
        "withdraw": ((S.RECORDED, S.DISPUTED), S.WITHDRAWN),
    },
)
