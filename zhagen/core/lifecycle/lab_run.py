"""A rehearsal in the policy lab (政策预演): asked, computed in the queue, kept with its result."""

from enum import StrEnum

from zhagen.core.lifecycle.table import Lifecycle


class LabRunState(StrEnum):
    """Where a rehearsal stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


S = LabRunState
LAB_RUN = Lifecycle(
    concept="lab_run",
    initial=S.QUEUED,
    moves={
        "start": ((S.QUEUED,), S.RUNNING),
        "finish": ((S.RUNNING,), S.DONE),
        "fail": ((S.QUEUED, S.RUNNING), S.FAILED),
        "cancel": ((S.QUEUED, S.RUNNING), S.CANCELLED),
        "resume": ((S.FAILED, S.CANCELLED), S.QUEUED),
    },
)

WAITING = (S.QUEUED, S.RUNNING)
"""The states of a rehearsal that still takes or awaits the machine's time."""
