"""Models of the policy lab; Django finds them here."""

from zhagen.policy.models.forecast import Forecast
from zhagen.policy.models.lab_run import LabRun
from zhagen.policy.models.rule_draft import RuleDraft, RuleDraftLine

__all__ = ["Forecast", "LabRun", "RuleDraft", "RuleDraftLine"]
