"""What falls due in the community; run by `zhagen tick`."""

import datetime as dt

from zhagen.community.actions.ballot import close_passed
from zhagen.community.actions.fund_cycle import end_passed
from zhagen.community.actions.idea import erase_expired
from zhagen.platform.due import due


@due("fund_cycle.end_ideas")
def end_ideas(now: dt.datetime) -> int:
    """End the time for ideas of cycles whose last day has passed."""
    return end_passed(now)


@due("idea.erase_contacts")
def erase_contacts(now: dt.datetime) -> int:
    """Erase names and phones of raisers whose cycle was cleared longer ago than the rulebook keeps them."""
    return erase_expired(now)


@due("ballot.close")
def close_ballots(now: dt.datetime) -> int:
    """Close the votes whose time is over."""
    return close_passed(now)
