"""Claims (报账) of a grant, and the signatures on their way through the street."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from zhagen.core.lifecycle.grant_claim import GrantClaimState
from zhagen.core.types import Role
from zhagen.platform.models import Record


class GrantClaim(Record):
    """The checked receipts of a grant, handed in for payment; its desks are the rulebook's of that day."""

    grant = models.ForeignKey("community.Grant", on_delete=models.PROTECT, related_name="claims")
    number = models.CharField("编号", max_length=40, unique=True)
    amount_fen = models.BigIntegerField("金额（分）")
    desks = models.JSONField("经过的环节")
    desk = models.PositiveSmallIntegerField("现在在第几环", default=0)
    round = models.PositiveSmallIntegerField("第几次提交", default=1)
    desk_since = models.DateTimeField()
    missing_papers = models.CharField("缺少的材料", max_length=300, blank=True)
    voucher_no = models.CharField("支付凭证号", max_length=60, blank=True)
    paid_on = models.DateField(null=True, blank=True)
    state = models.CharField(
        max_length=12,
        choices=[(s.value, s.value) for s in GrantClaimState],
        default=GrantClaimState.SUBMITTED,
    )
    submitted_by = models.ForeignKey("parties.User", on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField()
    paid_by = models.ForeignKey(
        "parties.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-submitted_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="grantclaim_amount_positive"),
            models.CheckConstraint(
                condition=Q(paid_by__isnull=True) | ~Q(paid_by=F("submitted_by")),
                name="grantclaim_paid_by_another",
            ),
            models.CheckConstraint(
                condition=Q(state="paid", paid_on__isnull=False) & ~Q(voucher_no="")
                | ~Q(state="paid") & Q(paid_on__isnull=True, voucher_no=""),
                name="grantclaim_paid_has_voucher",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def turn(self) -> str:
        """On whose desk it lies in which round, for whoever waits."""
        return f"{self.state}:{self.round}:{self.desk}"

    @property
    def role(self) -> Role | None:
        """The role on whose desk it lies; none where it has left all desks, or lies with who handed it in."""
        under_way = self.state in {GrantClaimState.SUBMITTED, GrantClaimState.APPROVED}
        return Role(self.desks[self.desk]) if under_way else None


class ClaimSignature(Record):
    """One desk's signature on a claim."""

    class Says(models.TextChoices):
        YES = "yes", _("同意")
        BACK = "back", _("退回")

    claim = models.ForeignKey(GrantClaim, on_delete=models.PROTECT, related_name="signatures")
    round = models.PositiveSmallIntegerField()
    desk = models.PositiveSmallIntegerField()
    role = models.CharField(max_length=20)
    says = models.CharField(max_length=4, choices=Says)
    remark = models.CharField("意见", max_length=300, blank=True)
    signed_by = models.ForeignKey("parties.User", on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()

    class Meta:
        ordering = ["signed_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["claim", "round", "desk"], name="claimsignature_one_a_desk"),
            models.UniqueConstraint(
                fields=["claim", "round", "signed_by"],
                condition=Q(says="yes"),
                name="claimsignature_one_a_person",
            ),
        ]
