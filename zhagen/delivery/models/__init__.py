"""Models of delivery; Django finds them here."""

from zhagen.delivery.models.activity import Activity, Attendance, OffPlanTask, Photo
from zhagen.delivery.models.judging import (
    Acceptance,
    AnnualReview,
    Evaluation,
    Opinion,
    SampledDoor,
    SelfEvaluation,
)
from zhagen.delivery.models.staffing import CaseFile, Handover, Staffing

__all__ = [
    "Acceptance",
    "Activity",
    "AnnualReview",
    "Attendance",
    "CaseFile",
    "Evaluation",
    "Handover",
    "OffPlanTask",
    "Opinion",
    "Photo",
    "SampledDoor",
    "SelfEvaluation",
    "Staffing",
]
