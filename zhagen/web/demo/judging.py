"""Judging in the demo: residents behind drawn doors are asked, the year is reviewed and decided on."""

import datetime as dt

from zhagen.core.lifecycle.annual_review import Advice
from zhagen.delivery.actions.annual_review import Ruling, decide_review, open_review, year_due
from zhagen.delivery.actions.asking import DoorAnswers, take_confirmation, take_phone_answer
from zhagen.delivery.actions.evaluation import EvaluationPlan, draw_sample, plan_evaluation, start_asking
from zhagen.delivery.actions.evaluation_result import draft_result, finalise
from zhagen.delivery.actions.load import rate_load
from zhagen.delivery.models import AnnualReview, Evaluation
from zhagen.lab.district import ContractPlan
from zhagen.lab.district_work import work_of
from zhagen.lab.observe import heard_participants
from zhagen.lab.opinions import asked_doors, opinions_of
from zhagen.lab.world_events import EventKind, WorldEvent
from zhagen.web.demo.world import Handler, World

EVALUATOR = "org:e1"
SINCE_YEAR = 2024
"""The office has had its contracts evaluated by drawn doors since the contracts of this year."""

ASKED_NOW = ("2025-01", "2025-02")
"""Contracts whose residents are being asked on the story's last day."""

DAY = dt.timedelta(days=1)
LEAD = dt.timedelta(days=60)
ASKED_BEFORE = dt.timedelta(days=55)
"""Residents are asked before the end, so that the review 25 days before it can rest on their answers."""
ASKING = dt.timedelta(days=25)
PHONE = "0990-1234567"
BODY = "党工委会"
DIFFERS = "服务片区居民意见较集中，街道另行研究后按本决定执行，理由随结果公开。"


def agenda_of(world: World, event: WorldEvent) -> None:
    """Put the judging of a signed contract off to its days."""
    contract = world.plan_of(event.subject)
    if contract.starts_on.year < SINCE_YEAR:
        return
    ends_on = contract.ends_on
    if ends_on > world.district.ends_on:
        world.later(ends_on - LEAD, _open, event.subject)
    if event.subject.rpartition(":")[2] in ASKED_NOW:
        asked_on = world.district.ends_on - 12 * DAY
    elif ends_on > world.district.ends_on:
        return
    else:
        asked_on = ends_on - ASKED_BEFORE
        world.later(asked_on + ASKING + DAY, _draft, event.subject)
        world.later(ends_on + 16 * DAY, _finalise, event.subject)
    world.later(asked_on - 15 * DAY, _commission, event.subject, asked_on)
    world.later(asked_on, _ask, event.subject)
    world.later(ends_on - 25 * DAY, _review, event.subject)


def _evaluation(world: World, key: str) -> Evaluation:
    return Evaluation.objects.get(contract=world.contracts[key])


def _commission(world: World, key: str, asked_on: dt.date) -> None:
    contract = world.contracts[key]
    drafted = EvaluationPlan(
        contract=contract,
        evaluator=world.organisations[EVALUATOR],
        commission_no=f"评估委托〔{world.day.year}〕{key[-2:]}号",
        period_from=contract.starts_on,
        period_until=min(contract.ends_on, asked_on + ASKING),
        notice_on=world.day,
        ask_until=asked_on + ASKING,
        phone=PHONE,
    )
    made = world.act(plan_evaluation, drafted, by=f"handler:{contract.place_id}")
    world.act(draw_sample, made, by=f"handler:{contract.place_id}")


def _ask(world: World, key: str) -> None:
    """Ask the drawn doors; the first of them answer as the district's asked doors do."""
    by = f"evaluator:{EVALUATOR}"
    asking = world.act(start_asking, _evaluation(world, key), by=by)
    contract = world.plan_of(key)
    answers = asked_doors(world.district, contract, opinions_of(world.district, contract))
    for sampled, said in zip(asking.sampled.order_by("order"), answers, strict=False):
        word = said.word.value if said.word and sampled.need_id else ""
        given = DoorAnswers(
            bool(said.knows_agency), bool(said.knows_work), said.trust, said.satisfied, need_word=word
        )
        world.act(take_phone_answer, sampled, given, by=by)
    _hear_participants(world, contract, asking)


def _hear_participants(world: World, contract: ContractPlan, asking: Evaluation) -> None:
    heard = heard_participants(world.district, contract, work_of(world.district, contract).sessions)
    for drawn, said in zip(asking.participants.order_by("order"), heard, strict=False):
        world.act(
            take_confirmation, drawn, took_place=bool(said.took_place), was_of_use=bool(said.was_of_use),
            by=f"evaluator:{EVALUATOR}",
        )  # fmt: skip


def _draft(world: World, key: str) -> None:
    world.act(draft_result, _evaluation(world, key), by=f"evaluator:{EVALUATOR}")


def _finalise(world: World, key: str) -> None:
    world.act(finalise, _evaluation(world, key), by="system")


def _open(world: World, key: str) -> None:
    """Open a review that waits for its decision on the story's last day."""
    if year_due(world.contracts[key], world.moment) is not None:
        world.act(open_review, world.contracts[key], by="system")


def _review(world: World, key: str) -> None:
    contract = world.contracts[key]
    if year_due(contract, world.moment) is None:
        return
    review: AnnualReview = world.act(open_review, contract, by="system")
    decision = _decision(world, key, Advice(review.advice) if review.advice else Advice.REPROCURE)
    ruling = Ruling(
        decision=decision,
        body=BODY,
        number=f"党工委纪要〔{world.day.year}〕{world.day.timetuple().tm_yday}号",
        decided_on=world.day,
        attendees="党工委委员5人，列席2人",
        differs_reason="" if decision == review.advice else DIFFERS,
    )
    world.act(decide_review, review, ruling, by=f"handler:{contract.place_id}")


def _decision(world: World, key: str, advice: Advice) -> Advice:
    """Return what the office decides: whom it is advised to part with it lets win once more, and says why."""
    stays_on = any(each.previous == key for each in world.district.contracts)
    if advice is Advice.CORRECT or (advice is Advice.NOT_RENEW and stays_on):
        return Advice.REPROCURE
    return advice


def load_rated(world: World, event: WorldEvent) -> None:
    """Record the community office's word on its load; of its three voices the first."""
    key = str(event.figures["contract"])
    if event.subject.endswith("-r1") and key in world.contracts:
        place = world.places[event.actor.rpartition(":")[2]]
        rating = int(str(event.figures["rating"]))
        world.act(rate_load, world.contracts[key], place, rating, by=event.actor)


HANDLERS: dict[EventKind, Handler] = {EventKind.LOAD_RATED: load_rated}
