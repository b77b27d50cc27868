"""What falls due in procurement; run by `zhagen tick`."""

import datetime as dt

from zhagen.platform.due import due
from zhagen.procurement.actions import contract_due, need_contact, need_due, tender_due


@due("need.ask")
def ask_raisers(now: dt.datetime) -> int:
    """Ask raisers for their word where a service has ended or an answer was given."""
    return need_due.ask_raisers(now)


@due("need.count_silence")
def count_silences(now: dt.datetime) -> int:
    """Count raisers of private needs who did not answer; before escalation, in the order of the names."""
    return need_due.count_silences(now)


@due("need.escalate")
def escalate_needs(now: dt.datetime) -> int:
    """Tell owner, chief and leader in turn of needs whose date has passed."""
    return need_due.escalate_overdue(now)


@due("need.erase_contacts")
def erase_contacts(now: dt.datetime) -> int:
    """Erase names and phones of needs that ended longer ago than the rulebook keeps them."""
    return need_contact.erase_expired(now)


@due("contract.start")
def start_contracts(now: dt.datetime) -> int:
    """Start signed contracts on their first day."""
    return contract_due.start_signed(now)


@due("contract.begin_ending")
def begin_endings(now: dt.datetime) -> int:
    """Open the hand-over of contracts whose last day is near."""
    return contract_due.begin_near_endings(now)


@due("tender.close")
def close_rounds(now: dt.datetime) -> int:
    """Close the rounds whose deadline has passed."""
    return tender_due.close_passed(now)
