"""What falls due in the policy lab: lost work, days that come, forecasts to be scored."""

import datetime as dt

from zhagen.platform.due import due
from zhagen.policy.actions.forecast import score_due
from zhagen.policy.actions.lab_work import take_up_lost
from zhagen.policy.actions.rule_draft import take_effect_due


@due("lab_run.take_up")
def take_up_lab(now: dt.datetime) -> int:
    """Queue again the rehearsals that a restart cut off."""
    return take_up_lost(now)


@due("rule_draft.take_effect")
def take_effect(now: dt.datetime) -> int:
    """Mark the adopted drafts whose day has come."""
    return take_effect_due(now)


@due("forecast.score")
def score_forecasts(now: dt.datetime) -> int:
    """Set forecasts beside what was measured, some months after their rules came into force."""
    return score_due(now)
