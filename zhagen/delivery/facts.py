"""Frozen facts that the core judges by: what was delivered for each promise of a contract."""

import datetime as dt
from collections.abc import Callable

from zhagen.core.contract_terms import ContractTerms
from zhagen.core.lifecycle.off_plan import OffPlanState
from zhagen.core.scoring.acceptance import Delivered, Promise
from zhagen.delivery.models import Activity, CaseFile, OffPlanTask
from zhagen.procurement.models import Contract, Instalment

MINUTES = 60

_KINDS = {
    "group_sessions": (Activity.Kind.GROUP,),
    "community_activities": (Activity.Kind.COMMUNITY,),
    "visits": (Activity.Kind.VISIT,),
    "sessions": (Activity.Kind.GROUP, Activity.Kind.COMMUNITY),
}


def delivered_until(contract: Contract, terms: ContractTerms, until: dt.date) -> dict[str, Delivered]:
    """Return what was delivered for each promise from the start of the contract to a day.

    Args:
        contract: The contract.
        terms: Its sealed terms.
        until: Last day counted.
    """
    logged = list(
        Activity.objects.filter(contract=contract, held_on__lte=until, is_withdrawn=False).values_list(
            "pk", "kind", "minutes"
        )
    )
    cases = [
        f"case:{pk}"
        for pk in CaseFile.objects.filter(contract=contract, opened_on__lte=until).values_list(
            "pk", flat=True
        )
    ]
    return {promise.name: _delivered(promise, contract, logged, cases, until) for promise in terms.promises}


def _delivered(
    promise: Promise,
    contract: Contract,
    logged: list[tuple[object, str, int]],
    cases: list[str],
    until: dt.date,
) -> Delivered:
    if promise.name == "cases":
        return Delivered(len(cases), rows=tuple(cases))
    if promise.unit == "hours":
        off_plan = confirmed_tasks(contract, until)
        return Delivered(
            sum(minutes for _, _, minutes in logged) // MINUTES,
            off_plan=sum(minutes for _, minutes in off_plan) // MINUTES,
            rows=tuple(f"activity:{pk}" for pk, _, _ in logged),
            off_plan_rows=tuple(f"off_plan:{pk}" for pk, _ in off_plan),
        )
    kinds = _KINDS.get(promise.name, ())
    rows = tuple(f"activity:{pk}" for pk, kind, _ in logged if kind in kinds)
    return Delivered(len(rows), rows=rows)


def confirmed_tasks(contract: Contract, until: dt.date) -> list[tuple[object, int]]:
    """Return key and minutes of the off-plan tasks that their askers confirmed up to a day."""
    confirmed = OffPlanTask.objects.filter(
        contract=contract, state=OffPlanState.CONFIRMED, done_on__lte=until
    )
    return list(confirmed.values_list("pk", "minutes"))


def stage_of(instalment: Instalment) -> tuple[dt.date, dt.date]:
    """Return first and last day of the service an instalment pays for, counted from the contract's start.

    The last instalment covers the whole term; an earlier one ends with its due day.
    """
    contract = instalment.contract
    is_last = not contract.instalments.filter(order__gt=instalment.order).exists()
    return contract.starts_on, contract.ends_on if is_last else min(instalment.due_on, contract.ends_on)


def promised_until(
    terms: ContractTerms, stage: tuple[dt.date, dt.date], ends_on: dt.date
) -> tuple[Promise, ...]:
    """Return the promises of a stage: what its days stand for, at least one each."""
    began_on, until = stage
    days, whole = (until - began_on).days + 1, (ends_on - began_on).days + 1
    scaled: Callable[[int], int] = lambda amount: max(1, amount * days // whole)  # noqa: E731
    return tuple(
        Promise(each.name, each.unit, scaled(each.promised), each.is_essential, each.takes_off_plan)
        for each in terms.promises
    )
