"""Three different things: acceptance (履约验收), evaluation (服务评估), self-evaluation (绩效自评)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

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

    @property
    def turn(self) -> str:
        """Say whose turn it is: its state."""
        return self.state


class Opinion(Record):
    """What a service user said at an acceptance; by role and place, never by name."""

    class Word(models.TextChoices):
        KEPT = "kept", _("说到做到")
        PARTLY = "partly", _("做到一部分")
        NOT_KEPT = "not_kept", _("没有做到")

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
    number = models.CharField("评估编号", max_length=60, unique=True)
    commission_no = models.CharField("评估委托书或合同编号", max_length=60)
    period_from = models.DateField()
    period_until = models.DateField()
    ask_until = models.DateField("抽访截止")
    notice_on = models.DateField("张贴告知的日期")
    phone = models.CharField("街道座机", max_length=30, help_text="印在告知上，居民可以打来核实")
    state = models.CharField(
        max_length=20, choices=[(s.value, s.value) for s in EvaluationState], default=EvaluationState.PLANNED
    )
    rules = models.ForeignKey("parties.FrozenRules", on_delete=models.PROTECT, related_name="+")
    needs = models.ManyToManyField("procurement.Need", related_name="evaluations", blank=True)
    draw_commitment = models.CharField("抽签承诺", max_length=64)
    draw_seed = models.CharField("抽签种子", max_length=64, help_text="抽访结束、出结果时公开")
    draw_public = models.CharField("抽签时的日志根", max_length=120, blank=True)
    frame_digest = models.CharField("门牌名册哈希", max_length=64, blank=True)
    doors_in_all = models.PositiveIntegerField("可抽户数", default=0)
    participations_in_all = models.PositiveIntegerField("可抽参加人次", default=0)
    result = models.JSONField("评估结果与痕迹（封存）", default=dict)
    result_digest = models.CharField(max_length=64, blank=True)
    score_bp = models.PositiveIntegerField(null=True)
    drafted_at = models.DateTimeField(null=True)
    review_until = models.DateField("申请复核截止", null=True)
    review_reason = models.TextField("申请复核的理由", blank=True)
    review_asked_at = models.DateTimeField(null=True)
    review_due_on = models.DateField("答复复核截止", null=True)
    review_account_until = models.DateField("评估机构说明截止", null=True)
    review_account = models.TextField("评估机构的说明", blank=True)
    review_account_at = models.DateTimeField(null=True)
    review_account_by = models.ForeignKey(
        "parties.User", on_delete=models.PROTECT, null=True, related_name="+"
    )
    review_pressed_at = models.DateTimeField("逾期未答复时报分管领导", null=True)
    review_answer = models.TextField("复核答复", blank=True)
    review_answered_at = models.DateTimeField(null=True)
    final_at = models.DateTimeField(null=True)
    planned_by = models.ForeignKey("parties.User", on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-period_until", "number"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(period_until__gt=models.F("period_from")), name="evaluation_has_a_period"
            ),
            models.UniqueConstraint(fields=["contract", "period_until"], name="evaluation_once_a_period"),
        ]

    @property
    def turn(self) -> str:
        """Say whose turn it is: its state."""
        return self.state


class EvaluationRevision(Record):
    """A late correction of a final result: why, what before and after, made by one and signed by another."""

    evaluation = models.ForeignKey(Evaluation, on_delete=models.PROTECT, related_name="revisions")
    order = models.PositiveSmallIntegerField()
    reason = models.TextField()
    before = models.JSONField("更正前（封存）")
    after = models.JSONField("更正后（封存）")
    digest = models.CharField("更正后结果的哈希", max_length=64)
    made_by = models.ForeignKey("parties.User", on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    signed_by = models.ForeignKey("parties.User", on_delete=models.PROTECT, null=True, related_name="+")
    signed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["evaluation", "order"]
        constraints = [
            models.UniqueConstraint(fields=["evaluation", "order"], name="revision_order_once"),
            models.CheckConstraint(
                condition=models.Q(signed_by__isnull=True) | ~models.Q(signed_by=models.F("made_by")),
                name="revision_two_people",
            ),
        ]


class AnswerWay(models.TextChoices):
    """How an answer came."""

    PAGE = "page", _("扫码或链接")
    PAPER = "paper", _("纸质问卷")
    PHONE = "phone", _("电话或上门")


class SampledDoor(Record):
    """A door drawn for an evaluation, how it was asked and what was answered; no names."""

    evaluation = models.ForeignKey(Evaluation, on_delete=models.PROTECT, related_name="sampled")
    door = models.ForeignKey("parties.Door", on_delete=models.PROTECT, related_name="+")
    order = models.PositiveSmallIntegerField()
    code = models.CharField("问卷码", max_length=12, unique=True)
    need = models.ForeignKey("procurement.Need", on_delete=models.PROTECT, null=True, related_name="+")
    way = models.CharField(max_length=20, choices=AnswerWay, blank=True)
    knows_agency = models.BooleanField(null=True)
    knows_work = models.BooleanField(null=True)
    trust = models.PositiveSmallIntegerField(null=True)
    satisfied = models.PositiveSmallIntegerField(null=True)
    need_word = models.CharField(max_length=20, blank=True)
    first_entry = models.JSONField("纸质问卷第一遍录入（封存）", null=True)
    answered_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    refused = models.BooleanField(default=False)

    class Meta:
        ordering = ["evaluation", "order"]
        constraints = [
            models.UniqueConstraint(fields=["evaluation", "door"], name="sampleddoor_once"),
            models.CheckConstraint(
                condition=models.Q(trust__isnull=True) | models.Q(trust__gte=1, trust__lte=5),
                name="sampleddoor_trust_on_scale",
            ),
            models.CheckConstraint(
                condition=models.Q(satisfied__isnull=True) | models.Q(satisfied__gte=1, satisfied__lte=5),
                name="sampleddoor_satisfied_on_scale",
            ),
        ]


class DrawnParticipant(Record):
    """A participation drawn from the agency's record: did it take place with you, was it of use."""

    evaluation = models.ForeignKey(Evaluation, on_delete=models.PROTECT, related_name="participants")
    attendance = models.ForeignKey("delivery.Attendance", on_delete=models.PROTECT, related_name="+")
    order = models.PositiveSmallIntegerField()
    code = models.CharField("核实码", max_length=12, unique=True)
    way = models.CharField(max_length=20, choices=AnswerWay, blank=True)
    took_place = models.BooleanField(null=True)
    was_of_use = models.BooleanField(null=True)
    answered_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    refused = models.BooleanField(default=False)

    class Meta:
        ordering = ["evaluation", "order"]
        constraints = [
            models.UniqueConstraint(fields=["evaluation", "attendance"], name="drawnparticipant_once")
        ]


class SelfEvaluation(Record):
    """The budget unit's own form (10/50/30/10)."""

    contract = models.ForeignKey(
        "procurement.Contract", on_delete=models.PROTECT, related_name="self_evaluations"
    )
    budget_year = models.PositiveSmallIntegerField()
    result = models.JSONField("自评表（封存）", default=dict)
    score_bp = models.PositiveIntegerField(null=True)
    goal = models.TextField("年度总体目标", blank=True)
    goal_result = models.TextField("总体目标完成情况", blank=True)
    remarks = models.TextField("说明", blank=True)
    made_by = models.ForeignKey("parties.User", on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-budget_year", "-made_at"]


class AnnualReview(Record):
    """Annual review and renewal: advice traced to the contract's terms, decided collectively on record."""

    contract = models.ForeignKey(
        "procurement.Contract", on_delete=models.PROTECT, related_name="annual_reviews"
    )
    year = models.PositiveSmallIntegerField("第几个服务年度")
    period_from = models.DateField()
    period_until = models.DateField()
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
    attendees = models.CharField("参会人员", max_length=300, blank=True)
    corrections = models.TextField("限期整改事项", blank=True, help_text="每行一项")
    correct_by_on = models.DateField("整改期限", null=True)
    corrected_on = models.DateField("整改核实日期", null=True)
    correction_found = models.TextField("整改核实情况", blank=True)
    renewal = models.ForeignKey(
        "procurement.Contract", on_delete=models.PROTECT, null=True, related_name="renewed_by_reviews"
    )
    plan = models.ForeignKey("procurement.Plan", on_delete=models.PROTECT, null=True, related_name="+")
    due_on = models.DateField("应于此日前作出决定")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-created_at"]
        constraints = [models.UniqueConstraint(fields=["contract", "year"], name="annualreview_once_a_year")]

    @property
    def turn(self) -> str:
        """Say whose turn it is; after the decision, whether a correction is still owed."""
        owes = self.correct_by_on is not None and self.corrected_on is None
        return "to_correct" if self.state == AnnualReviewState.DECIDED and owes else self.state
