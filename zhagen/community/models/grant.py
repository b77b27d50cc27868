"""Grants (立项资金): money of the fund to a residents' committee or a contracted agency."""

from django.db import models
from django.db.models import Q

from zhagen.core.lifecycle.grant import GrantState
from zhagen.platform.models import Record


class Grant(Record):
    """What a proposal on the approved list gets; its proposer leads the work, receipts follow."""

    cycle = models.ForeignKey("community.FundCycle", on_delete=models.PROTECT, related_name="grants")
    proposal = models.OneToOneField("community.Proposal", on_delete=models.PROTECT, related_name="grant")
    number = models.CharField("编号", max_length=40, unique=True)
    grantee = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="grants")
    contract_no = models.CharField("受托机构的合同编号", max_length=60, blank=True)
    amount_fen = models.BigIntegerField("资助（分）")
    own_fen = models.BigIntegerField("居民自筹（分）", default=0)
    matched_fen = models.BigIntegerField("其中配套（分）", default=0)
    open_fen = models.BigIntegerField("可以使用的资助（分）", default=0)
    held_fen = models.BigIntegerField("已有票据或已退回（分）", default=0)
    own_shown_fen = models.BigIntegerField("已到位的自筹（分）", default=0)
    own_held_fen = models.BigIntegerField("已有票据或已退还的自筹（分）", default=0)
    payable_fen = models.BigIntegerField("清理时仍应付的合同款（分）", default=0)
    payable_note = models.CharField("应付款的合同和理由", max_length=200, blank=True)
    leader_shown = models.CharField("牵头人（提案人）", max_length=40)
    leader_ref = models.CharField("保管库编号", max_length=36, blank=True)
    not_led_reason = models.CharField("提案人不牵头的理由", max_length=300, blank=True)
    due_on = models.DateField("完成期限")
    clearing_on = models.DateField("结算清理日期")
    report = models.TextField("完成情况", blank=True)
    people_reached = models.PositiveIntegerField("受益人数", null=True, blank=True)
    led_by = models.CharField("实际牵头人", max_length=40, blank=True)
    reported_at = models.DateTimeField(null=True, blank=True)
    reported_by = models.ForeignKey(
        "parties.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    accepted_by = models.ForeignKey(
        "parties.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_note = models.CharField("验收意见", max_length=300, blank=True)
    reminded_at = models.DateTimeField("已提醒结算清理", null=True, blank=True)
    stopped_reason = models.CharField("停止的理由", max_length=300, blank=True)
    state = models.CharField(
        max_length=20, choices=[(s.value, s.value) for s in GrantState], default=GrantState.MADE
    )
    made_by = models.ForeignKey("parties.User", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-made_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_fen__gt=0)
                & Q(own_fen__gte=0)
                & Q(matched_fen__gte=0)
                & Q(matched_fen__lte=models.F("amount_fen")),
                name="grant_money_plausible",
            ),
            models.CheckConstraint(
                condition=Q(held_fen__gte=0)
                & Q(held_fen__lte=models.F("open_fen"))
                & Q(open_fen__lte=models.F("amount_fen"))
                & Q(own_held_fen__gte=0)
                & Q(own_held_fen__lte=models.F("own_shown_fen"))
                & Q(payable_fen__gte=0),
                name="grant_never_overspent",
            ),
            models.CheckConstraint(
                condition=Q(accepted_by__isnull=True)
                | Q(reported_by__isnull=True)
                | ~Q(accepted_by=models.F("reported_by")),
                name="grant_accepted_by_another",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def turn(self) -> str:
        """Where it stands, for whoever waits."""
        return self.state

    @property
    def left_fen(self) -> int:
        """What the fund may still pay of it."""
        return self.open_fen - self.held_fen

    @property
    def own_left_fen(self) -> int:
        """What is left of the money that residents raised themselves."""
        return self.own_shown_fen - self.own_held_fen


class GrantPhoto(Record):
    """An optional photo of a grant's work, public with the report: the stripped copy and the original's hash."""

    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="photos")
    file_digest = models.CharField(max_length=64)
    original_digest = models.CharField(max_length=64)
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["added_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["grant", "original_digest"], name="grantphoto_once"),
        ]
