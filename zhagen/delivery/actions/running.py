"""Bring along running contracts with their staff: checked together, all or nothing unless asked."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field

from zhagen.audit.record import record
from zhagen.core.errors import RuleError
from zhagen.core.running import (
    Running,
    RunningContract,
    RunningStaff,
    check_contract,
    check_instalments,
    check_numbers,
    check_staff,
    fault,
)
from zhagen.core.types import Actor
from zhagen.delivery.models import Staffing
from zhagen.parties.models import Organisation, Place
from zhagen.platform.tx import batch
from zhagen.procurement.actions.running import import_contract
from zhagen.procurement.models import Contract


@dataclass
class RunningResult:
    """What an import found and did: errors by row, numbers known before, and how many were written."""

    errors: list[RuleError] = field(default_factory=list)
    known: list[str] = field(default_factory=list)
    contracts: int = 0
    staff: int = 0


def check_running(running: Running, street: Place) -> RunningResult:
    """Return what is wrong, without writing anything."""
    result = RunningResult()
    agencies = set(Organisation.objects.values_list("name", flat=True))
    communities = _communities(street)
    numbers = [each.number for each in running.contracts]
    result.known = sorted(Contract.objects.filter(number__in=numbers).values_list("number", flat=True))
    paid = _by_number(running)
    for each in running.contracts:
        result.errors += check_contract(each, agencies, communities)
        result.errors += check_instalments(each, paid[each.number])
    result.errors += check_numbers(running.contracts)
    known_numbers = {*numbers, *result.known}
    for payment in running.instalments:
        if payment.number not in known_numbers:
            result.errors.append(fault("running.unknown_number", payment, "number"))
    for worker in running.staff:
        result.errors += check_staff(worker, known_numbers, communities)
    return result


def import_running(
    running: Running,
    *,
    street: Place,
    keep_good: bool,
    by: Actor,
    now: dt.datetime,
    spoilt: Collection[str] = (),
) -> RunningResult:
    """Write all contracts with their instalments, payments and staff; those known before are left alone.

    Args:
        running: Rows of the three sheets.
        street: The office's street.
        keep_good: Write the contracts that nothing is wrong with, although others have errors.
        by: The handler.
        now: Moment of receipt.
        spoilt: Numbers of contracts of which some row could not even be read.
    """
    result = check_running(running, street)
    if (result.errors or spoilt) and not keep_good:
        return result
    paid, communities = _by_number(running), _communities(street)
    with batch():
        for each in good_contracts(running, result, spoilt):
            contract = import_contract(each, paid[each.number], street=street, by=by, now=now)
            result.contracts += 1
            for worker in running.staff:
                if worker.number == each.number:
                    _import_staff(contract, worker, communities[worker.community], by, now)
                    result.staff += 1
    return result


def good_contracts(running: Running, result: RunningResult, spoilt: Collection[str]) -> list[RunningContract]:
    """Return the contracts that nothing is wrong with, in any table, and that are not known yet."""
    left_out = {*spoilt, *(str(each.figures["number"]) for each in result.errors), *result.known}
    return [each for each in running.contracts if each.number not in left_out]


def _import_staff(contract: Contract, row: RunningStaff, code: str, by: Actor, now: dt.datetime) -> None:
    staffing = Staffing.objects.create(
        contract=contract,
        place_id=code,
        name=row.name,
        post=row.post,
        from_on=row.from_on,
        until_on=row.until_on,
    )
    record("staffing.imported", staffing, by=by, at=now, payload={"post": row.post, "from_on": row.from_on})


def _communities(street: Place) -> dict[str, str]:
    places = Place.objects.filter(parent=street.pk, is_active=True)
    return {place.name: place.pk for place in places}


def _by_number(running: Running) -> dict[str, list]:
    found: dict[str, list] = defaultdict(list)
    for each in running.instalments:
        found[each.number].append(each)
    return found
