"""What falls due in the community; run by `zhagen tick`."""

import datetime as dt

from zhagen.community.actions.fund_cycle import end_passed
from zhagen.platform.due import due


@due("fund_cycle.end_ideas")
def end_ideas(now: dt.datetime) -> int:
    """End the time for ideas of cycles whose last day has passed."""
    return end_passed(now)
