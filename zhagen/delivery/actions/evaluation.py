"""Every change of an evaluation (服务评估) up to the asking: planned, drawn by a committed seed, begun.

What residents answer stands in `asking.py`, the result and its review in `evaluation_result.py`.
"""

import datetime as dt
import secrets
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from django.urls import reverse

from zhagen.audit.record import record
from zhagen.audit.sealer import tree_state
from zhagen.core import draws
from zhagen.core.errors import RuleError
from zhagen.core.flags.tie import ORGANISATION, TieKind, TiePath, blocked_by_ties
from zhagen.core.lifecycle.evaluation import EVALUATION
from zhagen.core.rulebook.rules import Rules
from zhagen.core.sampling import SampleSize, choose_doors, sample_size
from zhagen.core.types import Actor, Role
from zhagen.delivery.actions.acceptance import SERVED
from zhagen.delivery.facts_work import needs_of
from zhagen.delivery.models import Attendance, DrawnParticipant, Evaluation, SampledDoor
from zhagen.parties.actions.notice import Note, notify, people_of
from zhagen.parties.actor import user_of
from zhagen.parties.declared import declared_ties
from zhagen.parties.models import Appointment, Door, Organisation
from zhagen.parties.rules import freeze, rules_for, thawed
from zhagen.platform.clock import SHANGHAI
from zhagen.platform.codes import new_code
from zhagen.platform.numbers import next_number
from zhagen.platform.scope import permit
from zhagen.platform.tx import write_tx
from zhagen.procurement.models import Contract, Need

CODE_LENGTH = 10


@dataclass(frozen=True)
class EvaluationPlan:
    """What a handler commissions.

    Args:
        contract: The contract to be judged.
        evaluator: Who asks, under its own contract.
        commission_no: Number of that contract or commission.
        period_from: First day judged.
        period_until: Last day judged.
        notice_on: Day on which the notice hangs in the stairways.
        ask_until: Last day of the asking.
        phone: The street's landline, by which residents can check the call.
    """

    contract: Contract
    evaluator: Organisation
    commission_no: str
    period_from: dt.date
    period_until: dt.date
    notice_on: dt.date
    ask_until: dt.date
    phone: str


def day_of(now: dt.datetime) -> dt.date:
    """Return the day of a moment in Shanghai."""
    return now.astimezone(SHANGHAI).date()


def rules_of(evaluation: Evaluation) -> Rules:
    """Return the rules that an evaluation froze when it was planned."""
    return thawed(evaluation.rules_id)


@write_tx
def plan_evaluation(plan: EvaluationPlan, *, by: Actor, now: dt.datetime) -> Evaluation:
    """Commission an evaluator without ties and commit to the seed of the draw before the period is over.

    Raises:
        RuleError: "evaluation.not_served", "evaluation.evaluator_unfit", "evaluation.evaluator_tied",
            "evaluation.period_wrong", "evaluation.planned_late", "evaluation.notice_short",
            "evaluation.twice", "permission.denied".
    """
    permit(by, "evaluation.plan", plan.contract)
    today, rules = day_of(now), rules_for(plan.contract.place_id, day_of(now))
    _check_plan(plan, today, rules)
    _check_ties(plan, today, rules)
    seed = secrets.token_bytes(draws.SEED_BYTES)
    evaluation = Evaluation.objects.create(
        contract=plan.contract,
        evaluator=plan.evaluator,
        number=next_number("评估", plan.contract.place_id, now),
        commission_no=plan.commission_no,
        period_from=plan.period_from,
        period_until=plan.period_until,
        notice_on=plan.notice_on,
        ask_until=plan.ask_until,
        phone=plan.phone,
        rules=freeze(rules, now),
        draw_commitment=draws.commit(seed),
        draw_seed=seed.hex(),
        planned_by=user_of(by),
        created_at=now,
    )
    payload = {"commitment": evaluation.draw_commitment, "evaluator": str(plan.evaluator.pk)}
    record("evaluation.planned", evaluation, by=by, at=now, payload=payload)
    url = reverse("evaluation_view", args=[evaluation.pk])
    figures = {"number": evaluation.number}
    note = Note("evaluation.planned", url, about=evaluation, due_on=plan.notice_on, figures=figures)
    notify(note, to=people_of(plan.evaluator, Role.EVALUATOR), now=now)
    return evaluation


def _check_plan(plan: EvaluationPlan, today: dt.date, rules: Rules) -> None:
    contract = plan.contract
    if contract.state not in SERVED:
        raise RuleError("evaluation.not_served")
    if plan.evaluator.kind != Organisation.Kind.EVALUATOR:
        raise RuleError("evaluation.evaluator_unfit", name=plan.evaluator.name)
    if not contract.starts_on <= plan.period_from < plan.period_until <= contract.ends_on:
        raise RuleError("evaluation.period_wrong", starts=contract.starts_on, ends=contract.ends_on)
    if today > plan.period_until:
        raise RuleError("evaluation.planned_late", until=plan.period_until)
    days = rules.value("sample.notice_min")
    if plan.ask_until <= plan.notice_on + dt.timedelta(days=rules.int(days.name)):
        raise RuleError("evaluation.notice_short", source=days.source, days=rules.int(days.name))
    if Evaluation.objects.filter(contract=contract, period_until=plan.period_until).exists():
        raise RuleError("evaluation.twice", until=plan.period_until)


def _check_ties(plan: EvaluationPlan, today: dt.date, rules: Rules) -> None:
    paths = ties_of(plan.evaluator, plan.contract.agency, today, rules)
    if paths:
        kinds = "、".join(TieKind(kind).value for path in paths for kind in path.kinds)
        source = rules.value("tie.look_back").source
        raise RuleError("evaluation.evaluator_tied", source=source, name=plan.evaluator.name, kinds=kinds)


def ties_of(evaluator: Organisation, agency: Organisation, on: dt.date, rules: Rules) -> list[TiePath]:
    """Return the chains of ties from an evaluator's people to an agency; empty = may judge it."""
    people = list(
        Appointment.objects.filter(organisation=evaluator, role=Role.EVALUATOR)
        .values_list("user_id", flat=True)
        .distinct()
    )
    ties = declared_ties(people)
    bidder, years = f"{ORGANISATION}{agency.pk}", rules.int("tie.look_back")
    return [path for pk in people for path in blocked_by_ties(f"user:{pk}", [bidder], ties, on, years)]


def times_judged(evaluator: Organisation, agency: Organisation) -> int:
    """Return how often an evaluator has judged an agency: shown, so that evaluators rotate."""
    return Evaluation.objects.filter(evaluator=evaluator, contract__agency=agency).count()


def size_for(doors: int, rules: Rules) -> SampleSize:
    """Return the sample for so many doors by the rulebook's margin, confidence and expected response."""
    return sample_size(
        doors,
        margin_bp=rules.int("sample.margin"),
        confidence_bp=rules.int("sample.confidence"),
        expected_response_bp=rules.int("sample.expected_response"),
    )


@write_tx
def draw_sample(evaluation: Evaluation, *, by: Actor, now: dt.datetime) -> Evaluation:
    """Draw door numbers by building and participations, by the committed seed and the log's root of now.

    Raises:
        RuleError: "lifecycle.not_now", "sampling.nobody_to_ask", "permission.denied".
    """
    evaluation = locked(evaluation, "draw", by)
    evaluation.state = EVALUATION.after("draw", evaluation.state)
    tree = tree_state()
    evaluation.draw_public = f"root {tree.size}/{tree.frontier.root.hex()}"
    doors = frame_of(evaluation.contract)
    drawn = chosen_doors(evaluation, doors)
    needs = _needs_by_place(evaluation)
    SampledDoor.objects.bulk_create(
        SampledDoor(
            evaluation=evaluation, door=doors[key], order=order, code=new_code(CODE_LENGTH),
            need=_need_for(needs.get(doors[key].place_id, ()), order),
        )
        for order, key in enumerate(drawn, start=1)
    )  # fmt: skip
    evaluation.needs.set(need for listed in needs.values() for need in listed)
    evaluation.doors_in_all = len(doors)
    evaluation.frame_digest = frame_digest(doors)
    evaluation.participations_in_all = _draw_participants(evaluation)
    evaluation.save()
    payload = {"public": evaluation.draw_public, "frame": evaluation.frame_digest, "drawn": len(drawn)}
    record("evaluation.drawn", evaluation, by=by, at=now, payload={**payload, "of": len(doors)})
    return evaluation


def locked(evaluation: Evaluation, step: str, by: Actor) -> Evaluation:
    """Return an evaluation locked for a step that the actor may do."""
    rows = Evaluation.objects.select_for_update(of=("self",)).select_related("contract")
    evaluation = rows.get(pk=evaluation.pk)
    permit(by, f"evaluation.{step}", evaluation)
    return evaluation


def frame_of(contract: Contract) -> dict[str, Door]:
    """Return all doors that may be drawn by their public names, such as "990101001001/3号楼/402"."""
    doors = Door.objects.filter(place__in=contract.communities.all())
    return {f"{each.place_id}/{each.building}/{each.number}": each for each in doors}


def frame_digest(doors: Iterable[str]) -> str:
    """Return the SHA-256 of a list of doors, sorted, a line each."""
    return sha256("\n".join(sorted(doors)).encode()).hexdigest()


def chosen_doors(evaluation: Evaluation, doors: Iterable[str]) -> list[str]:
    """Return the doors that the seed and the public text give from a frame; anyone can run it again."""
    by_building: dict[str, list[str]] = defaultdict(list)
    for key in doors:
        by_building[key.rpartition("/")[0]].append(key)
    size = size_for(sum(map(len, by_building.values())), rules_of(evaluation)).draw
    seed = bytes.fromhex(evaluation.draw_seed)
    chosen = choose_doors(by_building, size, seed=seed, public=evaluation.draw_public)
    return [key for building in sorted(chosen) for key in chosen[building]]


def _needs_by_place(evaluation: Evaluation) -> dict[str, list[Need]]:
    """Return the shared needs to ask about: cleared for the public, answered, a few a community by lot."""
    most = rules_of(evaluation).int("sample.needs_max")
    askable: dict[str, dict[str, Need]] = defaultdict(dict)
    for need in needs_of(evaluation.contract):
        is_answered = need.first_answered_at is not None
        if not need.is_private and need.public_text and is_answered:
            askable[need.place_id][need.code] = need
    return {
        place: [
            listed[code]
            for code in draws.ranking(
                bytes.fromhex(evaluation.draw_seed),
                sorted(listed),
                public=f"{evaluation.draw_public}/needs/{place}",
            )[:most]
        ]
        for place, listed in askable.items()
    }


def _need_for(needs: Sequence[Need], order: int) -> Need | None:
    return needs[order % len(needs)] if needs else None


def _draw_participants(evaluation: Evaluation) -> int:
    """Draw among the participations on the agency's record that name a door; return how many there are."""
    taken = Attendance.objects.filter(
        activity__contract=evaluation.contract,
        activity__is_withdrawn=False,
        activity__held_on__range=(evaluation.period_from, evaluation.period_until),
    ).exclude(door="")
    keys = [str(pk) for pk in taken.order_by("pk").values_list("pk", flat=True)]
    count = min(len(keys), rules_of(evaluation).int("sample.participants_max"))
    public = f"{evaluation.draw_public}/participants"
    drawn = draws.draw(bytes.fromhex(evaluation.draw_seed), keys, count, public=public)
    DrawnParticipant.objects.bulk_create(
        DrawnParticipant(
            evaluation=evaluation, attendance_id=key, order=order, code=new_code(CODE_LENGTH)
        )
        for order, key in enumerate(drawn, start=1)
    )  # fmt: skip
    return len(keys)


@write_tx
def start_asking(evaluation: Evaluation, *, by: Actor, now: dt.datetime) -> Evaluation:
    """Begin to ask, once the notice has hung for the days of the rulebook.

    Raises:
        RuleError: "evaluation.notice_first", "lifecycle.not_now", "permission.denied".
    """
    evaluation = locked(evaluation, "ask", by)
    evaluation.state = EVALUATION.after("start_asking", evaluation.state)
    first = first_asking_day(evaluation)
    if day_of(now) < first:
        raise RuleError("evaluation.notice_first", source="内控：随机抽访口径", day=first)
    evaluation.save(update_fields=["state"])
    record("evaluation.asking_begun", evaluation, by=by, at=now)
    return evaluation


def first_asking_day(evaluation: Evaluation) -> dt.date:
    """Return the first day on which doors may be asked."""
    return evaluation.notice_on + dt.timedelta(days=rules_of(evaluation).int("sample.notice_min"))
