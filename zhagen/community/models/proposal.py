"""Proposals (提案) with their cost lines, declared ties, checks and expert marks."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from zhagen.core.lifecycle.proposal import ProposalState
from zhagen.platform.models import Record


class Proposal(Record):
    """What residents ask the fund for: need, steps, cost; checked by others than its writer."""

    cycle = models.ForeignKey("community.FundCycle", on_delete=models.PROTECT, related_name="proposals")
    idea = models.OneToOneField(
        "community.Idea", on_delete=models.PROTECT, null=True, blank=True, related_name="proposal"
    )
    former = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="reopened_as"
    )
    number = models.PositiveSmallIntegerField("序号")
    title = models.CharField("名称", max_length=60)
    need = models.TextField("要解决什么")
    steps = models.TextField("怎么做、什么时候做完、谁来做")
    safeguard = models.TextField("以后谁来管", blank=True)
    theme = models.CharField("主题", max_length=30)
    building = models.CharField("楼栋（空为全社区）", max_length=40, blank=True)
    excludes = models.CharField("只能实施其中一个的一组提案", max_length=40, blank=True)
    cost_fen = models.BigIntegerField("总造价（分）", default=0)
    own_fen = models.BigIntegerField("居民自筹（分）", default=0)
    matched_fen = models.BigIntegerField("配套（分）", default=0)
    coaching_hours = models.PositiveSmallIntegerField("辅导小时", default=0)
    proposer_ref = models.CharField("保管库编号", max_length=36, blank=True)
    proposer_key = models.CharField("提案人的密码摘要，用于看集中度", max_length=64, blank=True)
    proposer_shown = models.CharField("公开的称呼", max_length=40)
    proposer = models.ForeignKey(
        "parties.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="提案人有账号时",
    )
    has_no_ties = models.BooleanField("提案人声明与街道、社区、机构、供应商没有关联", default=False)
    state = models.CharField(
        max_length=20, choices=[(s.value, s.value) for s in ProposalState], default=ProposalState.DRAFT
    )
    reason = models.CharField("退回、不通过或撤出的理由", max_length=300, blank=True)
    written_by = models.ForeignKey("parties.User", on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    cost_checked_by = models.ForeignKey(
        "parties.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    cost_checked_at = models.DateTimeField(null=True, blank=True)
    cost_note = models.CharField("造价核对说明", max_length=300, blank=True)
    listed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["cycle", "number"]
        constraints = [
            models.UniqueConstraint(fields=["cycle", "number"], name="proposal_number_once"),
            models.CheckConstraint(
                condition=Q(cost_fen__gte=0) & Q(own_fen__gte=0) & Q(matched_fen__gte=0),
                name="proposal_money_not_negative",
            ),
            models.CheckConstraint(condition=Q(own_fen__lte=F("cost_fen")), name="proposal_own_within_cost"),
            models.CheckConstraint(
                condition=Q(cost_checked_by__isnull=True) | ~Q(cost_checked_by=F("written_by")),
                name="proposal_cost_checked_by_another",
            ),
        ]

    @property
    def turn(self) -> str:
        """Say whose turn it is: its state."""
        return self.state

    def __str__(self) -> str:
        return self.title

    @property
    def asked_fen(self) -> int:
        """What the vote decides on: the cost without the residents' own money and its matching."""
        return self.cost_fen - self.own_fen - self.matched_fen


class CostLine(Record):
    """One line of a proposal's cost, with where its price comes from."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="cost_lines")
    order = models.PositiveSmallIntegerField()
    what = models.CharField("项目", max_length=60)
    quantity = models.PositiveIntegerField("数量")
    unit_fen = models.BigIntegerField("单价（分）")
    supplier = models.ForeignKey(
        "parties.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    price_source = models.CharField("价格从哪来", max_length=100, blank=True)

    class Meta:
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["proposal", "order"], name="costline_order_once"),
            models.CheckConstraint(
                condition=Q(quantity__gt=0) & Q(unit_fen__gte=0), name="costline_plausible"
            ),
        ]

    @property
    def amount_fen(self) -> int:
        """What the line costs."""
        return self.quantity * self.unit_fen


class ProposerTie(Record):
    """A tie of the proposer as he declared it: to a member of the office or to an organisation; no relative's name."""

    class Kind(models.TextChoices):
        EMPLOYMENT = "employment", _("任职、受聘")
        DIRECTOR = "director", _("负责人、理事、监事")
        SHAREHOLDER = "shareholder", _("出资、控制")
        KIN = "kin", _("近亲属")
        SAME_PERSON = "same_person", _("同一人")
        OTHER = "other", _("其他可能影响公正的关系")

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="proposer_ties")
    kind = models.CharField(max_length=20, choices=Kind)
    member = models.ForeignKey(
        "parties.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    organisation = models.ForeignKey(
        "parties.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    declared_at = models.DateTimeField()

    class Meta:
        ordering = ["declared_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(member__isnull=False, organisation__isnull=True)
                | Q(member__isnull=True, organisation__isnull=False),
                name="proposertie_to_one",
            )
        ]


class ListCheck(Record):
    """The answer to one test of the negative list, with its reason, by whoever checked."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="list_checks")
    test = models.CharField("检验", max_length=30, help_text="规则手册 fund.negative_tests 中的代码")
    item = models.CharField("触及的清单条目", max_length=40, blank=True)
    passes = models.BooleanField()
    reason = models.CharField("理由", max_length=300)
    checked_by = models.ForeignKey("parties.User", on_delete=models.PROTECT, related_name="+")
    checked_at = models.DateTimeField()

    class Meta:
        ordering = ["-checked_at", "test"]


class ProposalScore(Record):
    """One expert's mark of one proposal, out of 10,000, with its reason."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="scores")
    expert = models.ForeignKey("parties.User", on_delete=models.PROTECT, related_name="+")
    points_bp = models.PositiveSmallIntegerField("得分（万分之一）")
    reason = models.CharField("理由", max_length=300)
    scored_at = models.DateTimeField()

    class Meta:
        ordering = ["proposal", "scored_at"]
        constraints = [
            models.UniqueConstraint(fields=["proposal", "expert"], name="proposalscore_once"),
            models.CheckConstraint(condition=Q(points_bp__lte=10_000), name="proposalscore_within"),
        ]
