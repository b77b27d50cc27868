"""Money in the demo: an instalment is accepted, claimed, checked, approved, paid; late where it lay."""

import datetime as dt

from zhagen.delivery.actions.acceptance import Decision, accept, hear_opinion, request_acceptance
from zhagen.delivery.models import Acceptance
from zhagen.lab.district_work import MONTH_DAYS, work_of
from zhagen.lab.world_events import EventKind, WorldEvent
from zhagen.procurement.actions.claim import approve_claim, check_claim, record_payment, submit_claim
from zhagen.procurement.actions.instalment_budget import (
    tie_instalment,
    tie_waiting,
    waiting_for,
    waiting_instalments,
)
from zhagen.procurement.models import Claim, Instalment
from zhagen.web.demo.buying import line_of, lot_of
from zhagen.web.demo.world import Handler, World

LAST = 3
"""Order of the instalment at the end of a contract."""

LAST_STEPS = {
    "2025-01": "requested", "2025-02": "returned", "2025-03": "checked", "2025-04": "approved",
}  # fmt: skip
"""Where the middle instalment of these contracts of the main street stands on the story's last day."""


def claim_made(world: World, event: WorldEvent) -> None:
    """Ask for acceptance where the instalment needs one, then claim; each step on its own day."""
    contract = str(event.figures["contract"])
    order = int(str(event.figures["order"]))
    if order == 1:
        world.later(event.on, _submit, contract, order)
        return
    if order == 2 and contract.rpartition(":")[2] in LAST_STEPS:
        return
    stage_ends = min(_instalment(world, contract, order).due_on, world.contracts[contract].ends_on)
    asked_on = max(stage_ends + dt.timedelta(days=1), event.on)
    world.later(asked_on, ask_acceptance, contract, order)
    world.later(asked_on + dt.timedelta(days=4), answer_acceptance, contract, order)
    world.later(asked_on + dt.timedelta(days=5), _submit, contract, order)


def _instalment(world: World, contract: str, order: int) -> Instalment:
    return Instalment.objects.select_related("contract").get(contract=world.contracts[contract], order=order)


def head(world: World, contract: str) -> str:
    """Return the key of the head of the agency of a contract."""
    return f"head:{world.plan_of(contract).agency}"


def ask_acceptance(world: World, contract: str, order: int) -> Acceptance:
    """Ask for the acceptance of an instalment."""
    asked: Acceptance = world.act(
        request_acceptance, _instalment(world, contract, order), by=head(world, contract)
    )
    return asked


def answer_acceptance(world: World, contract: str, order: int) -> None:
    """Hear two users and accept, with a remark where something promised is short or nobody came any more."""
    asked = Acceptance.objects.get(instalment=_instalment(world, contract, order))
    communities = world.plan_of(contract).communities
    months = months_unseen(world, contract) if order == LAST else 0
    word, remark = ("partly", f"指标做完后约{months}个月没有再来，有事找不到人") if months else ("kept", "")
    for code in communities:
        speaker = f"{world.places[code].name}参加活动的居民"
        world.act(
            hear_opinion, asked, speaker=speaker, word=word, remark=remark, by=f"community:{code}"
        )  # fmt: skip
    handler = f"handler:{world.contracts[contract].place_id}"
    decision = Decision(asked.instalment.amount_fen, "按服务记录和使用人意见核对，短少部分在后续服务中补足")
    world.act(accept, asked, decision, by=handler)


def months_unseen(world: World, contract: str) -> int:
    """Return for how many months before its end a contract logged no session; 0 for fewer than two."""
    planned = world.plan_of(contract)
    last = max(each.held_on for each in work_of(world.district, planned).sessions)
    months = (planned.ends_on - last).days // MONTH_DAYS
    return months if months > 1 else 0


def _submit(world: World, contract: str, order: int) -> None:
    claim = submit(world, contract, order)
    payment = next(
        each for each in work_of(world.district, world.plan_of(contract)).payments if each.order == order
    )
    check_on = world.day + dt.timedelta(days=2)
    pay_on = max(payment.paid_on, world.day + dt.timedelta(days=6))
    world.later(check_on, _check, claim)
    world.later(max(check_on, pay_on - dt.timedelta(days=3)), _approve, claim)
    world.later(pay_on, _pay, claim)


def submit(world: World, contract: str, order: int) -> Claim:
    """Claim the whole of a released instalment."""
    instalment = _instalment(world, contract, order)
    number = f"{world.day:%y%m%d}{world.done['submit_claim']:04d}"
    claim: Claim = world.act(
        submit_claim, instalment, instalment.payable_fen, invoice_no=number, by=head(world, contract)
    )
    return claim


def _check(world: World, claim: Claim) -> None:
    world.act(check_claim, claim, by=f"handler:{claim.contract.place_id}")


def _approve(world: World, claim: Claim) -> None:
    world.act(approve_claim, claim, by=f"leader:{claim.contract.place_id}")


def _pay(world: World, claim: Claim) -> None:
    voucher = f"国库支付{world.day:%Y%m}-{world.done['record_payment'] + 1:04d}"
    world.act(
        record_payment, claim, voucher_no=voucher, paid_on=world.day, by=f"finance:{claim.contract.place_id}"
    )


def budgets_of_later_years(world: World) -> None:
    """Let finance put what falls into each new year on lines of that year."""
    for year in range(world.district.begins_on.year + 1, world.district.ends_on.year + 1):
        world.later(dt.date(year, 1, 10), _budget_the_year)


def _budget_the_year(world: World) -> None:
    """Enter the year's lines, put the instalments of the same code on each, and the imported ones by hand."""
    year = world.day.year
    for key, contract in world.contracts.items():
        plan, rows = world.plan_of(key), Instalment.objects.filter(contract=contract, budget_year=year)
        if not waiting_instalments(rows, year).exists():
            continue
        line, finance = line_of(world, plan.street, lot_of(plan)), f"finance:{plan.street}"
        if waiting_for(line).exists():
            world.act(tie_waiting, line, by=finance)
        for each in waiting_instalments(rows, year):
            world.act(tie_instalment, each, line, by=finance)


HANDLERS: dict[EventKind, Handler] = {EventKind.CLAIM_MADE: claim_made}
