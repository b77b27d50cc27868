"""Requirement plans (采购需求与实施计划) and the budget lines they draw on."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhagen.core.lifecycle.plan import PlanState
from zhagen.platform.models import Record


class BudgetLine(Record):
    """A line of the street's budget for one year; what is committed can never exceed it."""

    place = models.ForeignKey("parties.Place", on_delete=models.PROTECT, related_name="budget_lines")
    year = models.PositiveSmallIntegerField("预算年度")
    code = models.CharField("预算项目编码", max_length=40)
    title = models.CharField("预算项目名称", max_length=100)
    amount_fen = models.BigIntegerField("预算金额（分）")
    committed_fen = models.BigIntegerField("已占用（分）", default=0)
    arrived_on = models.DateField("资金到位日期", null=True, blank=True)

    class Meta:
        ordering = ["-year", "code"]
        constraints = [
            models.UniqueConstraint(fields=["place", "year", "code"], name="budgetline_once_a_year"),
            models.CheckConstraint(
                condition=models.Q(committed_fen__gte=0)
                & models.Q(committed_fen__lte=models.F("amount_fen")),
                name="budgetline_never_overspent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.code} {self.title}"

    @property
    def left_fen(self) -> int:
        """What may still be committed."""
        return self.amount_fen - self.committed_fen


class Plan(Record):
    """What is to be bought and why: needs, kind, method, money, the collective decision."""

    class Kind(models.TextChoices):
        PROJECT = "project", _("项目制")
        POST = "post", _("岗位社工服务")

    class Category(models.TextChoices):
        SOCIAL_WORK = "social_work", _("社会工作服务")
        ELDERLY = "elderly", _("养老助老服务")
        CHILDREN = "children", _("儿童青少年服务")
        DISABILITY = "disability", _("助残康复服务")
        CULTURE = "culture", _("文体与社区营造")
        MEDIATION = "mediation", _("调解与法律服务")
        EVALUATION = "evaluation", _("评估、督导与培训")
        OTHER = "other", _("其他社区服务")

    place = models.ForeignKey(
        "parties.Place", on_delete=models.PROTECT, related_name="plans", help_text="街道"
    )
    number = models.CharField("编号", max_length=40, unique=True)
    title = models.CharField("名称", max_length=100)
    kind = models.CharField(max_length=20, choices=Kind)
    category = models.CharField("品目", max_length=20, choices=Category, default=Category.SOCIAL_WORK)
    method = models.CharField("采购方式", max_length=30, help_text="规则手册中的方式代码，如 selection")
    method_reason = models.CharField("采用该方式的理由", max_length=300, blank=True)
    needs = models.ManyToManyField("procurement.Need", related_name="plans", blank=True)
    no_needs_reason = models.CharField("没有关联需求的理由", max_length=300, blank=True)
    communities = models.ManyToManyField("parties.Place", related_name="+", blank=True)
    content = models.TextField("服务内容与目标")
    budget_line = models.ForeignKey(BudgetLine, on_delete=models.PROTECT, related_name="plans")
    budget_fen = models.BigIntegerField("预算（分）")
    year_fen = models.BigIntegerField("其中本预算年度（分）")
    held_fen = models.BigIntegerField("已占用预算（分）", default=0)
    term_months = models.PositiveSmallIntegerField("服务期（月）")
    long_term_grounds = models.JSONField("超过十二个月的条件", default=dict, blank=True)
    not_reserved_reason = models.CharField("不专门面向中小企业的理由", max_length=300, blank=True)
    terms = models.JSONField("评估方案、门槛与结项条件", default=dict, blank=True)
    split_figures = models.JSONField("化整为零提示的数字（封存）", default=dict, blank=True)
    rules = models.ForeignKey("parties.FrozenRules", on_delete=models.PROTECT, null=True, related_name="+")
    decision_body = models.CharField("议事机构", max_length=60, blank=True)
    decision_no = models.CharField("会议纪要号", max_length=60, blank=True)
    decided_on = models.DateField("集体决定日期", null=True, blank=True)
    attendees = models.PositiveSmallIntegerField("到会人数", null=True, blank=True)
    state = models.CharField(
        max_length=20, choices=[(s.value, s.value) for s in PlanState], default=PlanState.DRAFT
    )
    drafted_by = models.ForeignKey("parties.User", on_delete=models.PROTECT, related_name="+")
    checked_by = models.ForeignKey("parties.User", on_delete=models.PROTECT, null=True, related_name="+")
    checked_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey("parties.User", on_delete=models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    returned_reason = models.CharField("退回理由", max_length=300, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(condition=models.Q(budget_fen__gt=0), name="plan_budget_positive"),
            models.CheckConstraint(
                condition=models.Q(year_fen__gte=0) & models.Q(year_fen__lte=models.F("budget_fen")),
                name="plan_year_within_budget",
            ),
            models.CheckConstraint(
                condition=models.Q(checked_by__isnull=True) | ~models.Q(checked_by=models.F("drafted_by")),
                name="plan_checked_by_another",
            ),
            models.CheckConstraint(
                condition=models.Q(approved_by__isnull=True) | ~models.Q(approved_by=models.F("drafted_by")),
                name="plan_approved_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def turn(self) -> str:
        """Say whose turn it is: its state."""
        return self.state
