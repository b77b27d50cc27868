"""Receipts (票据) of a grant: the invoice, what for, out of whose money."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from zhagen.core.lifecycle.fund_receipt import COUNTED, FundReceiptState
from zhagen.platform.models import Record


class FundReceipt(Record):
    """One invoice or receipt; its scan is for the office and the oversight, its figures are public."""

    class Money(models.TextChoices):
        FUND = "fund", _("自治金")
        OWN = "own", _("居民自筹")

    grant = models.ForeignKey("community.Grant", on_delete=models.PROTECT, related_name="receipts")
    entry = models.OneToOneField("community.FundEntry", on_delete=models.PROTECT, related_name="receipt")
    cost_line = models.ForeignKey(
        "community.CostLine", on_delete=models.PROTECT, null=True, blank=True, related_name="receipts"
    )
    claim = models.ForeignKey(
        "community.GrantClaim", on_delete=models.PROTECT, null=True, blank=True, related_name="receipts"
    )
    money = models.CharField(max_length=4, choices=Money, default=Money.FUND)
    amount_fen = models.BigIntegerField("金额（分）")
    what = models.CharField("买了什么", max_length=100)
    supplier_name = models.CharField("供应商", max_length=100)
    supplier = models.ForeignKey(
        "parties.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    invoice_no = models.CharField("发票号码", max_length=60)
    invoice_key = models.CharField("比对用的发票号码", max_length=60)
    invoiced_on = models.DateField("开票日期")
    file_digest = models.CharField(max_length=64)
    content_type = models.CharField(max_length=100)
    original_digest = models.CharField("上传原件的哈希", max_length=64)
    added_by = models.ForeignKey("parties.User", on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    checked_by = models.ForeignKey(
        "parties.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.CharField("退回的理由", max_length=300, blank=True)
    state = models.CharField(
        max_length=12,
        choices=[(s.value, s.value) for s in FundReceiptState],
        default=FundReceiptState.ADDED,
    )

    class Meta:
        ordering = ["added_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["invoice_key"],
                condition=Q(state__in=[state.value for state in COUNTED]),
                name="fundreceipt_invoice_once",
            ),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="fundreceipt_amount_positive"),
            models.CheckConstraint(
                condition=Q(checked_by__isnull=True) | ~Q(checked_by=F("added_by")),
                name="fundreceipt_checked_by_another",
            ),
        ]

    def __str__(self) -> str:
        return self.invoice_no
