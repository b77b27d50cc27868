"""What falls due in delivery: acceptances left unanswered are deemed accepted, askers are reminded."""

import datetime as dt

from zhagen.core.lifecycle.acceptance import AcceptanceState
from zhagen.core.lifecycle.contract import ContractState
from zhagen.core.lifecycle.evaluation import EvaluationState
from zhagen.core.lifecycle.off_plan import OffPlanState
from zhagen.core.types import SYSTEM
from zhagen.delivery.actions.acceptance import deem_accepted
from zhagen.delivery.actions.annual_review import open_review, year_due
from zhagen.delivery.actions.evaluation_result import finalise
from zhagen.delivery.actions.evaluation_review import press_review
from zhagen.delivery.actions.load import month_load
from zhagen.delivery.actions.off_plan import remind_asker
from zhagen.delivery.models import Acceptance, Evaluation, OffPlanTask
from zhagen.platform.clock import SHANGHAI
from zhagen.platform.due import due
from zhagen.procurement.models import Contract


@due("delivery.deem_acceptances")
def deem_acceptances(now: dt.datetime) -> int:
    """Deem accepted what nobody answered within the days of the contract."""
    waiting = Acceptance.objects.filter(
        state__in=(AcceptanceState.REQUESTED, AcceptanceState.USERS_ASKED),
        deemed_on__lt=now.astimezone(SHANGHAI).date(),
    )
    for acceptance in waiting:
        deem_accepted(acceptance, by=SYSTEM, now=now)
    return len(waiting)


@due("delivery.remind_askers")
def remind_askers(now: dt.datetime) -> int:
    """Remind askers once of tasks that wait for them; a community at its monthly cap is left in peace."""
    today = now.astimezone(SHANGHAI).date()
    waiting = OffPlanTask.objects.filter(
        state=OffPlanState.RECORDED, confirm_by_on__lt=today, reminded_at__isnull=True
    ).exclude(asker=OffPlanTask.Asker.RESIDENT)
    reminded = 0
    for task in waiting.select_related("place", "asker_user"):
        if task.asker == OffPlanTask.Asker.COMMUNITY and month_load(task.place, today).is_full:
            continue
        remind_asker(task, by=SYSTEM, now=now)
        reminded += 1
    return reminded


@due("delivery.finalise_evaluations")
def finalise_evaluations(now: dt.datetime) -> int:
    """Make final what no agency asked to review in time, or what was answered."""
    today = now.astimezone(SHANGHAI).date()
    waiting = Evaluation.objects.filter(state=EvaluationState.DRAFTED, review_until__lt=today)
    for evaluation in waiting:
        finalise(evaluation, by=SYSTEM, now=now)
    return len(waiting)


@due("delivery.press_reviews")
def press_reviews(now: dt.datetime) -> int:
    """Tell the leader of each review that is not answered in its days."""
    waiting = Evaluation.objects.filter(
        state=EvaluationState.UNDER_REVIEW,
        review_due_on__lt=now.astimezone(SHANGHAI).date(),
        review_pressed_at=None,
    )
    for evaluation in waiting:
        press_review(evaluation, by=SYSTEM, now=now)
    return len(waiting)


@due("delivery.open_reviews")
def open_reviews(now: dt.datetime) -> int:
    """Open the annual review of each contract whose year is about to end."""
    running = Contract.objects.filter(state__in=(ContractState.IN_SERVICE, ContractState.SUSPENDED))
    waiting = [each for each in running.exclude(terms={}) if year_due(each, now) is not None]
    for contract in waiting:
        open_review(contract, by=SYSTEM, now=now)
    return len(waiting)
