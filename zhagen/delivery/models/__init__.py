"""Models of delivery; Django finds them here."""

from zhagen.delivery.models.activity import Activity, Attendance, OffPlanTask, Photo
from zhagen.delivery.models.judging import (
    Acceptance,
    AnnualReview,
    AnswerWay,
    DrawnParticipant,
    Evaluation,
    EvaluationRevision,
    Opinion,
    SampledDoor,
    SelfEvaluation,
)
from zhagen.delivery.models.staffing import (
    CaseFile,
    CaseNote,
    Closing,
    Handover,
    LoadRating,
    PaperworkAnswer,
    Staffing,
    Supervision,
    WageMonth,
)

__all__ = [
    "Acceptance",
    "Activity",
    "AnnualReview",
    "AnswerWay",
    "Attendance",
    "CaseFile",
    "CaseNote",
    "Closing",
    "DrawnParticipant",
    "Evaluation",
    "EvaluationRevision",
    "Handover",
    "LoadRating",
    "OffPlanTask",
    "Opinion",
    "PaperworkAnswer",
    "Photo",
    "SampledDoor",
    "SelfEvaluation",
    "Staffing",
    "Supervision",
    "WageMonth",
]
