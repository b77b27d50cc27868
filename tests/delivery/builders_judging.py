"""Judging for tests: doors, attendance, an evaluation in any state, an annual review."""

import datetime as dt

from tests.cast import COMMUNITY
from tests.delivery.builders import a_staffing
from tests.procurement.builders_contract import a_contract
from zhagen.delivery.actions.asking import DoorAnswers, take_confirmation, take_phone_answer
from zhagen.delivery.actions.evaluation import EvaluationPlan, draw_sample, plan_evaluation, start_asking
from zhagen.delivery.actions.evaluation_result import draft_result
from zhagen.delivery.models import Activity, Attendance, Evaluation
from zhagen.parties.models import Door
from zhagen.procurement.models import Need


def at(*day: int) -> dt.datetime:
    return dt.datetime(*day, 2, 0, tzinfo=dt.UTC)


FROM, UNTIL = dt.date(2026, 3, 1), dt.date(2026, 8, 31)
PLANNED, NOTICED = at(2026, 8, 3), dt.date(2026, 8, 20)
ASKED, SUMMED = at(2026, 8, 25), at(2026, 9, 21)
ASK_UNTIL = dt.date(2026, 9, 20)
STATES = ("planned", "drawn", "asking", "drafted")


def doors(buildings: int = 4, each: int = 40, place: str = COMMUNITY) -> None:
    Door.objects.bulk_create(
        Door(place_id=place, building=f"{building}号楼", number=str(100 + number))
        for building in range(1, buildings + 1)
        for number in range(each)
    )


def a_shared_need(people, contract, code="NEED0001") -> Need:
    handler = people["handler"].user
    need = Need.objects.create(
        code=code, place_id=COMMUNITY, theme="环境", text="楼道灯不亮", public_text="楼道照明",
        channel="helper", state="in_service", owner=handler, next_on=dt.date(2026, 12, 1),
        answer_due_on=dt.date(2026, 3, 10), first_answered_at=at(2026, 3, 5), raised_at=at(2026, 3, 2),
    )  # fmt: skip
    log_activity(contract, a_staffing(contract, people["social_worker"]), need=need)
    return need


def log_activity(contract, staffing, *, participants=30, need=None, held_on=dt.date(2026, 5, 1)) -> Activity:
    activity = Activity.objects.create(
        contract=contract, place_id=COMMUNITY, worker=staffing, kind="group", title="邻里互助小组",
        held_on=held_on, minutes=90, logged_at=at(2026, 5, 2),
    )  # fmt: skip
    activity.needs.set([need] if need else [])
    Attendance.objects.bulk_create(
        Attendance(activity=activity, way="paper", door=f"1号楼{100 + i}", at=at(2026, 5, 1))
        for i in range(participants)
    )
    return activity


def evaluation_plan(people, contract, **changes) -> EvaluationPlan:
    values = {
        "contract": contract,
        "evaluator": people["evaluator"].user.appointments.get(role="evaluator").organisation,
        "commission_no": "评委〔2026〕1号",
        "period_from": FROM,
        "period_until": UNTIL,
        "notice_on": NOTICED,
        "ask_until": ASK_UNTIL,
        "phone": "010-55550101",
    }
    return EvaluationPlan(**{**values, **changes})


def an_evaluation(people, state: str = "planned", contract=None) -> Evaluation:
    contract = contract or a_contract(people)
    if state != "planned" and not Door.objects.exists():
        doors()
        a_shared_need(people, contract)
    evaluation = plan_evaluation(evaluation_plan(people, contract), by=people["handler"].actor, now=PLANNED)
    evaluator = people["evaluator"].actor
    if STATES.index(state) >= 1:
        evaluation = draw_sample(evaluation, by=evaluator, now=ASKED)
    if STATES.index(state) >= 2:
        evaluation = start_asking(evaluation, by=evaluator, now=ASKED)
    if STATES.index(state) >= 3:
        answer_all(evaluation, evaluator)
        evaluation = draft_result(evaluation, by=evaluator, now=SUMMED)
    return evaluation


def answer_all(evaluation, evaluator) -> None:
    for each in evaluation.sampled.all():
        known = each.order % 4 != 0
        answers = DoorAnswers(
            known, known and each.order % 2 == 0, 4, 5, "met" if each.order % 3 else "unmet"
        )
        take_phone_answer(each, answers, by=evaluator, now=ASKED)
    for drawn in evaluation.participants.all():
        take_confirmation(drawn, took_place=True, was_of_use=drawn.order % 5 != 0, by=evaluator, now=ASKED)
