"""Three different things: acceptance (履约验收), evaluation (服务评估), self-evaluation (绩效自评)."""

from django.db import models

from zhagen.core.lifecycle.acceptance import AcceptanceState
from zhagen.core.lifecycle.annual_review import AnnualReviewState
from zhagen.core.lifecycle.evaluation import EvaluationState
from zhagen.platform.models import Record


class Acceptance(Record):
    """Did they deliver what this instalment pays for: heard from users, decided by the street."""

    contract = models.ForeignKey("procurement.Contract", on_delete=models.PROTECT, related_name="acceptances")
    instalment = models.ForeignKey(
        "procurement.Instalment", on_delete=models.PROTECT, related_name="acceptances"
    )
    number = models.CharField(max_length=60, unique=True)
    state = models.CharField(
        max_length=20,
        choices=[(s.value, s.value) for s in AcceptanceState],
        default=AcceptanceState.REQUESTED,
    )
    requested_at = models.DateTimeField()
    deemed_on = models.DateField("期满视为验收合格的日期")
    figures = models.JSONField("交付与约定的对照（封存）", default=dict)
    payable_fen = models.BigIntegerField("核定可付（分）", null=True)
    remark = models.TextField(blank=True)
    decided_by = models.ForeignKey("parties.User", on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-requested_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["instalment"],
                condition=~models.Q(state=AcceptanceState.REFUSED),
                name="acceptance_one_an_instalment",
            )
        ]


class Opinion(Record):
    """What a service user said at an acceptance; by role and place, never by name."""

    class Word(models.TextChoices):
        KEPT = "kept", "说到做到"
        PARTLY = "partly", "做到一部分"
        NOT_KEPT = "not_kept", "没有做到"

    acceptance = models.ForeignKey(Acceptance, on_delete=models.PROTECT, related_name="opinions")
    speaker = models.CharField("谁说的", max_length=60, help_text="如：东园社区参加活动的居民")
    word = models.CharField(max_length=20, choices=Word)
    remark = models.CharField(max_length=500, blank=True)
    heard_by = models.ForeignKey("parties.User", on_delete=models.PROTECT, related_name="+")
    heard_at = models.DateTimeField()

    class Meta:
        ordering = ["heard_at"]


class Evaluation(Record):
    """What came of it: asked of residents behind door numbers drawn at random, by the evaluator."""

    contract = models.ForeignKey("procurement.Contract", on_delete=models.PROTECT, related_name="evaluations")
    evaluator = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="+")
    period_from = models.DateField()
    period_until = models.DateField()
    state = models.CharField(
        max_length=20, choices=[(s.value, s.value) for s in EvaluationState], default=EvaluationState.PLANNED
    )
    draw_commitment = models.CharField(max_length=64, blank=True)
    draw_seed = models.CharField(max_length=64, blank=True)
    result = models.JSONField("评估结果与痕迹（封存）", default=dict)
    score_bp = models.PositiveIntegerField(null=True)
    created_at = models.DateTimeField()


class SampledDoor(Record):
    """A door drawn for an evaluation, how it was asked and what was answered."""

    evaluation = models.ForeignKey(Evaluation, on_delete=models.PROTECT, related_name="sampled")
    door = models.ForeignKey("parties.Door", on_delete=models.PROTECT, related_name="+")
    order = models.PositiveSmallIntegerField()
    code = models.CharField("问卷码", max_length=12, unique=True)
    way = models.CharField(max_length=20, blank=True)
    answers = models.JSONField("答卷（封存）", default=dict)
    answered_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)


class SelfEvaluation(Record):
    """The budget unit's own form (10/50/30/10)."""

    contract = models.ForeignKey(
        "procurement.Contract", on_delete=models.PROTECT, related_name="self_evaluations"
    )
    budget_year = models.PositiveSmallIntegerField()
    result = models.JSONField("自评表（封存）", default=dict)
    score_bp = models.PositiveIntegerField(null=True)
    made_by = models.ForeignKey("parties.User", on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()


class AnnualReview(Record):
    """Annual review and renewal: advice traced to the contract's terms, decided collectively on record."""

    contract = models.ForeignKey(
        "procurement.Contract", on_delete=models.PROTECT, related_name="annual_reviews"
    )
    year = models.PositiveSmallIntegerField()
    state = models.CharField(
        max_length=20, choices=[(s.value, s.value) for s in AnnualReviewState], default=AnnualReviewState.OPEN
    )
    advice = models.CharField(max_length=20, blank=True)
    trace = models.JSONField("每一条款：约定值、实际值、门槛（封存）", default=dict)
    decision = models.CharField(max_length=20, blank=True)
    differs_reason = models.TextField("与建议不同的理由", blank=True)
    decision_body = models.CharField(max_length=60, blank=True)
    decision_no = models.CharField(max_length=60, blank=True)
    decided_on = models.DateField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contract", "year"], name="annualreview_once_a_year")]
