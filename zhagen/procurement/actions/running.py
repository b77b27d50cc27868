"""Contracts that ran before the office used this system, with their instalments and past payments."""

import datetime as dt

from zhagen.audit.record import record
from zhagen.core.lifecycle.claim import ClaimState
from zhagen.core.lifecycle.contract import ContractState
from zhagen.core.permissions import require
from zhagen.core.running import RunningContract, RunningInstalment
from zhagen.core.types import Actor
from zhagen.parties.actor import user_of
from zhagen.parties.models import Organisation, Place
from zhagen.platform.clock import SHANGHAI
from zhagen.platform.tx import write_tx
from zhagen.procurement.models import Claim, Contract, Instalment


@write_tx
def import_contract(
    row: RunningContract, instalments: list[RunningInstalment], *, street: Place, by: Actor, now: dt.datetime
) -> Contract:
    """Write one running contract; the caller has checked it by `core.running`."""
    require(by, "contract.import_running")
    on = now.astimezone(SHANGHAI).date()
    contract = Contract.objects.create(
        place=street,
        agency=Organisation.objects.get(name=row.agency),
        origin=Contract.Origin.IMPORTED,
        kind=row.kind,
        number=row.number,
        title=row.title,
        amount_fen=row.amount_fen,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        state=ContractState.IN_SERVICE if row.ends_on >= on else ContractState.ENDED,
        ended_on=None if row.ends_on >= on else row.ends_on,
        handled_by=user_of(by),
        created_at=now,
    )
    served = Place.objects.filter(parent=street.pk, name__in=row.communities)
    contract.communities.set(served)
    for each in instalments:
        _import_instalment(contract, each, now)
    record(
        "contract.imported",
        contract,
        by=by,
        at=now,
        payload={"number": row.number, "amount_fen": row.amount_fen, "instalments": len(instalments)},
    )
    return contract


def _import_instalment(contract: Contract, row: RunningInstalment, now: dt.datetime) -> None:
    instalment = Instalment.objects.create(
        contract=contract,
        order=row.order,
        budget_year=row.budget_year,
        amount_fen=row.amount_fen,
        payable_fen=row.paid_fen,
        claimed_fen=row.paid_fen,
        due_on=row.due_on,
        condition="运行中合同导入",
    )
    if row.paid_fen:
        Claim.objects.create(
            contract=contract,
            instalment=instalment,
            number=f"{contract.number}-{row.order}",
            amount_fen=row.paid_fen,
            state=ClaimState.PAID,
            voucher_no=row.voucher_no,
            paid_on=row.paid_on,
            created_at=now,
        )
