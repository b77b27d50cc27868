"""What falls due in the community; run by `zhagen tick`."""

import datetime as dt

from zhagen.community.actions.ballot import close_passed
from zhagen.community.actions.fund_clearing import begin_due_clearings, remind_of_clearing
from zhagen.community.actions.fund_cycle import end_passed
from zhagen.community.actions.fund_notice import remind_of_stages
from zhagen.community.actions.idea import erase_expired
from zhagen.platform.due import due


@due("fund_cycle.end_ideas")
def end_ideas(now: dt.datetime) -> int:
    """End the time for ideas of cycles whose last day has passed."""
    return end_passed(now)


@due("fund_cycle.remind_of_stages")
def remind_cycles(now: dt.datetime) -> int:
    """Remind whoever acts next in a cycle some days before the day that presses."""
    return remind_of_stages(now)


@due("fund_cycle.clear")
def clear_cycles(now: dt.datetime) -> int:
    """Begin the clearing of cycles whose clearing day has come."""
    return begin_due_clearings(now)


@due("grant.remind_of_clearing")
def remind_grants(now: dt.datetime) -> int:
    """Tell those who carry a grant out, once, that its clearing day is near."""
    return remind_of_clearing(now)


@due("idea.erase_contacts")
def erase_contacts(now: dt.datetime) -> int:
    """Erase names and phones of raisers whose cycle was cleared longer ago than the rulebook keeps them."""
    return erase_expired(now)


@due("ballot.close")
def close_ballots(now: dt.datetime) -> int:
    """Close the votes whose time is over."""
    return close_passed(now)
