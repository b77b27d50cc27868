"""What judging puts on the desks and into the menu; loaded by `desk.py`."""

from collections.abc import Iterable

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhagen.core.lifecycle.annual_review import AnnualReviewState
from zhagen.core.lifecycle.contract import ContractState
from zhagen.core.lifecycle.evaluation import EvaluationState
from zhagen.core.types import Role
from zhagen.delivery.models import AnnualReview, Evaluation
from zhagen.parties.models import Place
from zhagen.platform.desk import DeskItem, Reader, desk_item, menu_place
from zhagen.platform.scope import visible

menu_place(_("服务评估"), "evaluation_list", "evaluation.list")
menu_place(_("年度考核续签"), "annual_review_list", "annual_review.list")
menu_place(_("绩效自评"), "self_evaluation_list", "self_evaluation.list")

MOST = 8


def _item(title: object, evaluation: Evaluation, due_on: object) -> DeskItem:
    url = reverse("evaluation_view", args=[evaluation.pk])
    return DeskItem(title, url, due_on, detail=f"{evaluation.number} {evaluation.contract.title}")  # type: ignore[arg-type]


@desk_item(Role.EVALUATOR)
def evaluations_to_do(reader: Reader) -> Iterable[DeskItem]:
    """Evaluations to be drawn, asked or summed up."""
    steps = {
        EvaluationState.PLANNED: (_("抽取门牌"), "notice_on"),
        EvaluationState.DRAWN: (_("张贴告知，开始抽访"), "notice_on"),
        EvaluationState.ASKING: (_("抽访居民"), "ask_until"),
    }
    mine = visible(reader.actor, "evaluation.ask", Evaluation).select_related("contract")
    for each in mine.filter(state__in=steps)[:MOST]:
        title, field = steps[EvaluationState(each.state)]
        yield _item(title, each, getattr(each, field))


@desk_item(Role.EVALUATOR)
def reviews_to_explain(reader: Reader) -> Iterable[DeskItem]:
    """Reviews asked of the evaluator's own results, which he may speak to before the street answers."""
    mine = visible(reader.actor, "evaluation.explain_review", Evaluation).select_related("contract")
    for each in mine.filter(
        state=EvaluationState.UNDER_REVIEW, review_account_at=None, review_account_until__gte=reader.today
    )[:MOST]:
        yield _item(_("机构申请复核：说明情况"), each, each.review_account_until)


@desk_item(Role.AGENCY_HEAD)
def results_to_read(reader: Reader) -> Iterable[DeskItem]:
    """Results for which the agency may still ask for a review."""
    mine = visible(reader.actor, "evaluation.request_review", Evaluation).select_related("contract")
    for each in mine.filter(
        state=EvaluationState.DRAFTED, review_asked_at=None, review_until__gte=reader.today
    )[:MOST]:
        yield _item(_("查看评估结果，有异议可申请复核"), each, each.review_until)


@desk_item(Role.CHIEF, Role.LEADER)
def grades_to_review(reader: Reader) -> Iterable[DeskItem]:
    """Requests for review that wait for the street's answer."""
    mine = visible(reader.actor, "evaluation.answer_review", Evaluation).select_related("contract")
    heard = Q(review_account_at__isnull=False) | Q(review_account_until__lt=reader.today)
    waiting = mine.filter(heard, state=EvaluationState.UNDER_REVIEW)
    for each in waiting.exclude(planned_by=reader.actor.key)[:MOST]:
        yield _item(_("答复复核申请"), each, each.review_due_on)


@desk_item(Role.CHIEF)
def corrections_to_sign(reader: Reader) -> Iterable[DeskItem]:
    """Late corrections that wait for a signature."""
    mine = visible(reader.actor, "evaluation.sign_revision", Evaluation).select_related("contract")
    for each in mine.filter(revisions__signed_at=None, revisions__isnull=False)[:MOST]:
        yield _item(_("签认评估更正"), each, None)


@desk_item(Role.COMMUNITY)
def doors_to_list(reader: Reader) -> Iterable[DeskItem]:
    """A community with a running contract whose doors nobody can draw, since there is no list of them."""
    for place in (
        visible(reader.actor, "door.add", Place)
        .filter(level=Place.Level.COMMUNITY, served_by__state=ContractState.IN_SERVICE, doors=None)
        .distinct()[:MOST]
    ):
        yield DeskItem(_("导入门牌名册，供随机抽访"), reverse("door_add"), detail=place.name)


@desk_item(Role.HANDLER)
def reviews_to_decide(reader: Reader) -> Iterable[DeskItem]:
    """Annual reviews to be decided together."""
    waiting = visible(reader.actor, "annual_review.decide", AnnualReview).select_related("contract")
    for each in waiting.exclude(state=AnnualReviewState.DECIDED).order_by("due_on")[:MOST]:
        url = reverse("annual_review_view", args=[each.pk])
        yield DeskItem(_("年度考核：上会研究"), url, each.due_on, detail=each.contract.title)


@desk_item(Role.HANDLER)
def corrections_to_check(reader: Reader) -> Iterable[DeskItem]:
    """Corrections that an agency was asked for, to be checked on their day."""
    waiting = visible(reader.actor, "annual_review.check_correction", AnnualReview).select_related("contract")
    for each in waiting.filter(correct_by_on__isnull=False, corrected_on=None)[:MOST]:
        url = reverse("annual_review_view", args=[each.pk])
        yield DeskItem(_("核实整改"), url, each.correct_by_on, detail=each.contract.title)
