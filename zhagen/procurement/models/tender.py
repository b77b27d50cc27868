"""Procurement projects (采购项目) with their criteria, invitations and holders of the seal."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhagen.core.lifecycle.tender import TenderState
from zhagen.platform.models import Record


class Tender(Record):
    """One purchase by one method, with its criteria and rules frozen at the notice."""

    class DrawKind(models.TextChoices):
        OWN = "own", _("本单位专家库抽取")
        IMPORTED = "imported", _("财政专家库抽取结果登记")

    plan = models.ForeignKey("procurement.Plan", on_delete=models.PROTECT, related_name="tenders")
    previous = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="restarts"
    )
    number = models.CharField("项目编号", max_length=40, unique=True)
    title = models.CharField(max_length=100)
    method = models.CharField(max_length=30)
    notice = models.TextField("公告正文")
    requirements = models.TextField("供应商条件", blank=True)
    is_invited_only = models.BooleanField("只邀请，不公开征集", default=False)
    invited = models.ManyToManyField("parties.Organisation", related_name="invitations", blank=True)
    fixed_price_fen = models.BigIntegerField("固定价格（分）", null=True, blank=True)
    expert_seats = models.PositiveSmallIntegerField("专家席位", default=1)
    resident_seats = models.PositiveSmallIntegerField("居民席位", default=1)
    buyer = models.ForeignKey(
        "parties.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    draw_kind = models.CharField(max_length=20, choices=DrawKind, default=DrawKind.OWN)
    state = models.CharField(
        max_length=20, choices=[(s.value, s.value) for s in TenderState], default=TenderState.DRAFT
    )
    published_at = models.DateTimeField(null=True)
    closes_at = models.DateTimeField("响应截止时间", null=True)
    closed_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    scored_at = models.DateTimeField("评审完成时间", null=True)
    opened_by_holders = models.CharField("启封人", max_length=120, blank=True)
    frozen = models.JSONField("公告时冻结的条件", default=dict)
    frozen_digest = models.CharField(max_length=64, blank=True)
    shares_lost_at = models.DateTimeField("两份以上口令遗失", null=True)
    shares_lost_reason = models.CharField(max_length=300, blank=True)
    rules = models.ForeignKey("parties.FrozenRules", on_delete=models.PROTECT, null=True, related_name="+")
    seal_recipient = models.CharField("密封公钥", max_length=80, blank=True)
    draw_commitment = models.CharField("抽取承诺", max_length=64, blank=True)
    draw_seed = models.CharField("抽取种子（成交后公开）", max_length=64, blank=True)
    draw_public = models.CharField("抽取用的公开数", max_length=64, blank=True)
    draw_pool = models.JSONField("抽取名单（封存）", default=dict, blank=True)
    discussion_note = models.TextField("评议记录", blank=True)
    result = models.JSONField("评审结果（封存）", default=dict, blank=True)
    fail_reason = models.CharField("终止或流标理由", max_length=300, blank=True)
    ended_at = models.DateTimeField(null=True)
    created_by = models.ForeignKey("parties.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def turn(self) -> str:
        """Say whose turn it is: its state."""
        return self.state


class Criterion(Record):
    """One criterion of a tender with its weight in basis points."""

    class Kind(models.TextChoices):
        PRICE = "price", _("价格")
        HOURS = "hours", _("服务时数（多者为优）")
        QUALITY = "quality", _("评委评分")

    tender = models.ForeignKey(Tender, on_delete=models.CASCADE, related_name="criteria")
    order = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20, choices=Kind)
    title = models.CharField(max_length=100)
    standard = models.TextField("评分标准", blank=True)
    weight_bp = models.PositiveIntegerField("权重（万分之）")
    top_mark = models.PositiveSmallIntegerField("满分", default=100)

    class Meta:
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["tender", "order"], name="criterion_order_once"),
            models.CheckConstraint(condition=models.Q(weight_bp__gt=0), name="criterion_weight_positive"),
        ]


class Holder(Record):
    """One of the three who hold the seal of a round; the server keeps only what his own words open."""

    class Kind(models.TextChoices):
        HANDLER = "handler", _("经办人")
        FINANCE = "finance", _("财务")
        DISCIPLINE = "discipline", _("纪检监督")

    tender = models.ForeignKey(Tender, on_delete=models.CASCADE, related_name="holders")
    kind = models.CharField(max_length=20, choices=Kind)
    user = models.ForeignKey("parties.User", on_delete=models.PROTECT, related_name="+")
    recipient = models.CharField("口令的公钥", max_length=80)
    sealed_share = models.BinaryField("只有持有人口令能打开的份额", null=True)
    ready_at = models.DateTimeField()

    class Meta:
        ordering = ["kind"]
        constraints = [
            models.UniqueConstraint(fields=["tender", "kind"], name="holder_once_a_kind"),
            models.UniqueConstraint(fields=["tender", "user"], name="holder_three_people"),
        ]


class TenderStep(Record):
    """One step of the statutory path with its due date, ticked off with a paper and a date."""

    tender = models.ForeignKey(Tender, on_delete=models.CASCADE, related_name="steps")
    order = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=40)
    due_on = models.DateField(null=True)
    done_on = models.DateField(null=True)
    paper = models.ForeignKey("procurement.Paper", on_delete=models.PROTECT, null=True, related_name="+")
    noted_by = models.ForeignKey("parties.User", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["tender", "code"], name="tenderstep_once")]
