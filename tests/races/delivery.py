"""Races of payment and delivery: no claim above what was released, an off-plan task confirmed once."""

from types import SimpleNamespace

from django.db.models import F, Sum

from tests.delivery.builders import AT, a_task
from tests.procurement.builders_contract import NOW, a_contract
from tests.races.harness import THREADS, Kind, People, Race, slow
from zhagen.audit.models import Event
from zhagen.core.lifecycle.off_plan import OFF_PLAN, OffPlanState
from zhagen.delivery.actions import off_plan
from zhagen.procurement.actions import claim
from zhagen.procurement.models import Claim, Instalment


def no_claim_above(people: People, number: int) -> Race:
    part, by = a_contract(people).instalments.get(order=1), people["agency_head"].actor

    def step() -> object:
        return claim.submit_claim(part, 5_000_000, invoice_no="1", by=by, now=NOW)

    def is_kept() -> bool:
        part.refresh_from_db()
        asked = Claim.objects.filter(instalment=part).aggregate(all=Sum("amount_fen"))["all"]
        return asked == part.claimed_fen == 10_000_000

    return Race([step] * THREADS, {"done": 2, "claim.more_than_payable": THREADS - 2}, is_kept)


def one_confirmation(people: People, number: int) -> Race:
    task, by = a_task(people), people["community"].actor
    kept = Event.objects.filter(kind="off_plan.confirmed", stream=f"delivery.offplantask:{task.pk}")

    def step() -> object:
        return off_plan.confirm_task(task, by=by, now=AT)

    return Race([step] * THREADS, {"done": 1, "lifecycle.not_now": THREADS - 1}, lambda: kept.count() == 1)


def _take_unasked(part: Instalment, amount_fen: int) -> bool:
    mine = Instalment.objects.filter(pk=part.pk)
    return bool(mine.update(claimed_fen=F("claimed_fen") + amount_fen))


ANY_STATE = SimpleNamespace(
    after=slow(OFF_PLAN.after),
    moves={move: (tuple(OffPlanState), target) for move, (_, target) in OFF_PLAN.moves.items()},
)

KINDS = {
    "claim": Kind(
        no_claim_above,
        [(claim, "check_claim_amount")],
        action=(claim, "submit_claim"),
        loosened=[(claim, "_take", _take_unasked)],
    ),
    "off_plan": Kind(
        one_confirmation,
        [(off_plan, "is_of_asker")],
        action=(off_plan, "confirm_task"),
        loosened=[(off_plan, "OFF_PLAN", ANY_STATE)],
    ),
}
