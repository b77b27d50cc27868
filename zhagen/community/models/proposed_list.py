"""The proposed list (拟立项清单) that a vote yields, and the three decisions on it with their minutes."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from zhagen.platform.models import Record


class ProposedList(Record):
    """What the count yields, never changed; after a return the count is made anew as the next version."""

    cycle = models.ForeignKey("community.FundCycle", on_delete=models.PROTECT, related_name="proposed_lists")
    version = models.PositiveSmallIntegerField()
    budget_fen = models.BigIntegerField("可分配资金（分）")
    spent_fen = models.BigIntegerField("拟立项合计（分）")
    voters = models.PositiveIntegerField("有效票数")
    experts = models.PositiveSmallIntegerField("参加评分的专家", default=0)
    ties = models.JSONField("计票时的平局（封存）", default=list, blank=True)
    votes_digest = models.CharField("计票所用选票清单的哈希", max_length=64)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        "parties.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["cycle", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["cycle", "version"], name="proposedlist_version_once"),
            models.CheckConstraint(
                condition=Q(spent_fen__lte=F("budget_fen")), name="proposedlist_within_budget"
            ),
        ]


class ProposedLine(Record):
    """What the count says of one proposal, with its reason."""

    proposed_list = models.ForeignKey(ProposedList, on_delete=models.PROTECT, related_name="lines")
    proposal = models.ForeignKey("community.Proposal", on_delete=models.PROTECT, related_name="lines")
    order = models.PositiveSmallIntegerField("入选次序（0 为未入选）", default=0)
    votes = models.PositiveIntegerField("票数")
    resident_bp = models.PositiveIntegerField("居民分（万分之一）", default=0)
    expert_bp = models.PositiveIntegerField("专家分（万分之一）", default=0)
    reason = models.JSONField("理由的数字（封存）", default=dict, blank=True)

    class Meta:
        ordering = ["proposed_list", "order"]
        constraints = [
            models.UniqueConstraint(fields=["proposed_list", "proposal"], name="proposedline_once")
        ]


class DecisionScan(Record):
    """The signed minutes of a decision as a scan: evidence, kept by hash, never public."""

    decision = models.ForeignKey("community.ListDecision", on_delete=models.PROTECT, related_name="scans")
    file_digest = models.CharField(max_length=64)
    original_digest = models.CharField(max_length=64)
    content_type = models.CharField(max_length=100)
    added_by = models.ForeignKey("parties.User", on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["added_at"]
        constraints = [models.UniqueConstraint(fields=["decision", "file_digest"], name="decisionscan_once")]


class ListDecision(Record):
    """One of the three decisions on a proposed list: who sat, how they voted, which minutes say so."""

    class Step(models.TextChoices):
        PARTY = "party", _("党组织审议")
        ASSEMBLY = "assembly", _("居民（代表）会议决定")
        STREET = "street", _("街道批准")

    proposed_list = models.ForeignKey(ProposedList, on_delete=models.PROTECT, related_name="decisions")
    step = models.CharField(max_length=10, choices=Step)
    body = models.CharField("会议", max_length=30, help_text="规则手册 fund.bodies 中的代码")
    meeting = models.ForeignKey(
        "community.Meeting", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    authorised_by = models.CharField("议事会的授权文号", max_length=60, blank=True)
    held_on = models.DateField("开会日期")
    minutes_no = models.CharField("会议纪要号", max_length=60)
    minutes = models.TextField("会议纪要")
    entitled = models.PositiveIntegerField("应到人数")
    present = models.PositiveIntegerField("实到人数")
    in_favour = models.PositiveIntegerField("同意")
    against = models.PositiveIntegerField("反对", default=0)
    abstained = models.PositiveIntegerField("弃权", default=0)
    recused = models.PositiveIntegerField("有关联而回避的人数", default=0)
    is_passed = models.BooleanField()
    remark = models.CharField("意见", max_length=300, blank=True)
    recorded_by = models.ForeignKey("parties.User", on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["recorded_at"]
        constraints = [
            models.UniqueConstraint(fields=["proposed_list", "step"], name="listdecision_once_a_step"),
            models.CheckConstraint(
                condition=Q(present__lte=F("entitled")), name="listdecision_present_are_entitled"
            ),
            models.CheckConstraint(
                condition=Q(present=F("in_favour") + F("against") + F("abstained") + F("recused")),
                name="listdecision_votes_add_up",
            ),
        ]
