"""Sealed bids (投标文件 / 响应文件): before the opening only hashes, a receipt and a time."""

from django.db import models

from zhagen.platform.models import Record


class Bid(Record):
    """A sealed bid; price, hours and summary lie inside the seal until the opening."""

    tender = models.ForeignKey("procurement.Tender", on_delete=models.PROTECT, related_name="bids")
    agency = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="bids")
    submitted_by = models.ForeignKey("parties.User", on_delete=models.PROTECT, related_name="+")
    sealed_file = models.CharField("密文文件", max_length=64, help_text="密文的 SHA-256")
    content_digest = models.CharField("内容哈希", max_length=64, help_text="含随机核验码")
    receipt = models.CharField("回执", max_length=20, unique=True)
    received_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    price_fen = models.BigIntegerField(null=True)
    hours = models.PositiveIntegerField(null=True)
    opened_file = models.CharField("启封后的响应文件", max_length=64, blank=True)
    opened_type = models.CharField(max_length=100, blank=True)
    is_resupplied = models.BooleanField("份额遗失后由供应商补交", default=False)
    void_reason = models.CharField("无效理由", max_length=300, blank=True)
    low_price_accepted = models.BooleanField("低价说明是否成立", null=True)
    low_price_note = models.CharField(max_length=300, blank=True)
    summary = models.TextField("策划书摘要", blank=True)

    class Meta:
        ordering = ["received_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["tender", "agency"],
                condition=models.Q(withdrawn_at__isnull=True),
                name="bid_one_in_force",
            )
        ]
