"""Procurement projects (采购项目), sealed bids, panel, scores."""

from django.db import models

from zhagen.core.lifecycle.tender import TenderState
from zhagen.platform.models import Record


class Tender(Record):
    """One purchase by one method, with its criteria and rules frozen at the notice."""

    plan = models.ForeignKey("procurement.Plan", on_delete=models.PROTECT, related_name="tenders")
    number = models.CharField("项目编号", max_length=40, unique=True)
    title = models.CharField(max_length=100)
    method = models.CharField(max_length=30)
    notice = models.TextField("公告正文")
    state = models.CharField(
        max_length=20, choices=[(s.value, s.value) for s in TenderState], default=TenderState.DRAFT
    )
    published_at = models.DateTimeField(null=True)
    closes_at = models.DateTimeField("响应截止时间", null=True)
    opened_at = models.DateTimeField(null=True)
    frozen = models.JSONField("公告时冻结的条件", default=dict)
    frozen_digest = models.CharField(max_length=64, blank=True)
    rules = models.ForeignKey("parties.FrozenRules", on_delete=models.PROTECT, null=True, related_name="+")
    seal_recipient = models.CharField("密封公钥", max_length=80, blank=True)
    draw_commitment = models.CharField("抽取承诺", max_length=64, blank=True)
    draw_seed = models.CharField("抽取种子（成交后公开）", max_length=64, blank=True)
    created_by = models.ForeignKey("parties.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-created_at"]


class Criterion(Record):
    """One criterion of a tender with its weight in basis points."""

    class Kind(models.TextChoices):
        PRICE = "price", "价格"
        HOURS = "hours", "固定价下的服务时数"
        QUALITY = "quality", "评分"

    tender = models.ForeignKey(Tender, on_delete=models.CASCADE, related_name="criteria")
    order = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20, choices=Kind)
    title = models.CharField(max_length=100)
    standard = models.TextField("评分标准", blank=True)
    weight_bp = models.PositiveIntegerField("权重（万分之）")
    top_mark = models.PositiveSmallIntegerField("满分", default=100)

    class Meta:
        ordering = ["order"]


class Bid(Record):
    """A sealed bid: only its hash and time are known before the opening."""

    tender = models.ForeignKey(Tender, on_delete=models.PROTECT, related_name="bids")
    agency = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="bids")
    submitted_by = models.ForeignKey("parties.User", on_delete=models.PROTECT, related_name="+")
    sealed_file = models.CharField("密文文件", max_length=64, help_text="密文的 SHA-256")
    receipt = models.CharField("回执", max_length=20, unique=True)
    received_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    price_fen = models.BigIntegerField(null=True)
    hours = models.PositiveIntegerField(null=True)
    opened_file = models.CharField("启封后的响应文件", max_length=64, blank=True)
    void_reason = models.CharField("无效理由", max_length=300, blank=True)
    summary = models.TextField("策划书摘要", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tender", "agency"],
                condition=models.Q(withdrawn_at__isnull=True),
                name="bid_one_in_force",
            )
        ]


class Seat(Record):
    """A seat on the panel; recused by a declared tie before a file opens."""

    class Kind(models.TextChoices):
        EXPERT = "expert", "专家"
        RESIDENT = "resident", "居民代表"
        BUYER = "buyer", "采购人代表"

    tender = models.ForeignKey(Tender, on_delete=models.PROTECT, related_name="seats")
    user = models.ForeignKey("parties.User", on_delete=models.PROTECT, related_name="seats")
    kind = models.CharField(max_length=20, choices=Kind)
    declared_at = models.DateTimeField("声明无利害关系", null=True)
    recused_reason = models.CharField(max_length=200, blank=True)
    finished_at = models.DateTimeField("提交评分", null=True)
    dissent = models.TextField("不同意见", blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tender", "user"], name="seat_once")]


class Score(Record):
    """One mark of one seat for one bid on one criterion; a later revision replaces, never erases."""

    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="scores")
    bid = models.ForeignKey(Bid, on_delete=models.PROTECT, related_name="scores")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="scores")
    mark = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=300, blank=True)
    revision = models.PositiveSmallIntegerField(default=1)
    given_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seat", "bid", "criterion", "revision"], name="score_revision_once"
            )
        ]


class Award(Record):
    """Who won, for how much, decided by whom; from the product's own round or recorded from outside."""

    tender = models.OneToOneField(Tender, on_delete=models.PROTECT, related_name="award")
    agency = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="awards")
    bid = models.OneToOneField(Bid, on_delete=models.PROTECT, null=True, related_name="award")
    amount_fen = models.BigIntegerField()
    is_from_outside = models.BooleanField(default=False)
    decision_body = models.CharField(max_length=60)
    decision_no = models.CharField(max_length=60)
    decided_on = models.DateField()
    result = models.JSONField("评分结果（封存）", default=dict)
    published_at = models.DateTimeField()


class Query(Record):
    """A query or challenge (询问/质疑) on a tender; an open one that may change the result pauses signing."""

    class Kind(models.TextChoices):
        INQUIRY = "inquiry", "询问"
        CHALLENGE = "challenge", "质疑"

    tender = models.ForeignKey(Tender, on_delete=models.PROTECT, related_name="queries")
    agency = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="queries")
    kind = models.CharField(max_length=20, choices=Kind)
    text = models.TextField()
    may_affect_result = models.BooleanField(default=True)
    raised_by = models.ForeignKey("parties.User", on_delete=models.PROTECT, related_name="+")
    raised_at = models.DateTimeField()
    answer_due_on = models.DateField()
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey("parties.User", on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    is_upheld = models.BooleanField(default=False)
