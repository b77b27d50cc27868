"""An off-plan task (计划外任务单): written down by the worker or by whoever asks, confirmed by the asker."""

from enum import StrEnum

from zhagen.core.lifecycle.table import Lifecycle


class OffPlanState(StrEnum):
    """Where an off-plan task stands."""

    ASKED = "asked"
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
        "finish": ((S.ASKED,), S.CONFIRMED),
        "exceed": ((S.ASKED,), S.RECORDED),
        "confirm": ((S.ASKED, S.RECORDED, S.DISPUTED), S.CONFIRMED),
        "dispute": ((S.RECORDED,), S.DISPUTED),
        "decline": ((S.ASKED, S.RECORDED), S.DECLINED),
        "withdraw": ((S.ASKED, S.RECORDED, S.DISPUTED), S.WITHDRAWN),
    },
)
