"""What the clock does with contracts: start on the first day, open the hand-over before the last."""

import datetime as dt

from zhagen.core.lifecycle.contract import ContractState
from zhagen.core.types import SYSTEM
from zhagen.parties.rules import rules_for
from zhagen.platform.clock import SHANGHAI
from zhagen.procurement.actions.contract import begin_ending, sealed_terms, start_contract
from zhagen.procurement.models import Contract


def notice_days(place: str, on: dt.date) -> int:
    """Return how many days ahead the end of a contract is announced in a street."""
    return rules_for(place, on).int("contract.ending_notice")


def start_signed(now: dt.datetime) -> int:
    """Start every signed contract whose first day has come; return how many."""
    today = now.astimezone(SHANGHAI).date()
    waiting = list(Contract.objects.filter(state=ContractState.SIGNED, starts_on__lte=today))
    for contract in waiting:
        start_contract(contract, by=SYSTEM, now=now)
    return len(waiting)


def begin_near_endings(now: dt.datetime) -> int:
    """Open the hand-over of contracts that end within the days their own terms name; return how many."""
    today = now.astimezone(SHANGHAI).date()
    begun = 0
    for contract in Contract.objects.filter(state=ContractState.IN_SERVICE):
        days = sealed_terms(contract).handover_days if contract.terms else 0
        if contract.ends_on - dt.timedelta(days=days) <= today:
            begin_ending(contract, f"距服务期满不足{days}天", by=SYSTEM, now=now)
            begun += 1
    return begun
