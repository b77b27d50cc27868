"""Awards (中标、成交) and the queries and challenges (询问、质疑) that may pause the signing."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhagen.platform.models import Record


class Award(Record):
    """Who won, for how much, decided by whom; from the product's own round or recorded from outside."""

    tender = models.OneToOneField("procurement.Tender", on_delete=models.PROTECT, related_name="award")
    agency = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="awards")
    bid = models.OneToOneField("procurement.Bid", on_delete=models.PROTECT, null=True, related_name="award")
    amount_fen = models.BigIntegerField()
    is_from_outside = models.BooleanField(default=False)
    reason = models.CharField("直接采购或平台外成交的说明", max_length=300, blank=True)
    decision_body = models.CharField(max_length=60)
    decision_no = models.CharField(max_length=60)
    decided_on = models.DateField()
    attendees = models.PositiveSmallIntegerField("到会人数", null=True)
    result = models.JSONField("评分结果（封存）", default=dict)
    published_at = models.DateTimeField()
    annulled_at = models.DateTimeField("成交被撤销", null=True)
    annulled_reason = models.CharField(max_length=300, blank=True)
    recorded_by = models.ForeignKey("parties.User", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-published_at"]
        constraints = [
            models.CheckConstraint(condition=models.Q(amount_fen__gt=0), name="award_amount_positive")
        ]


class Query(Record):
    """A query or challenge (询问/质疑) on a tender; an open one that may change the result pauses signing."""

    class Kind(models.TextChoices):
        INQUIRY = "inquiry", _("询问")
        CHALLENGE = "challenge", _("质疑")

    tender = models.ForeignKey("procurement.Tender", on_delete=models.PROTECT, related_name="queries")
    agency = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="queries")
    kind = models.CharField(max_length=20, choices=Kind)
    text = models.TextField()
    may_affect_result = models.BooleanField(default=True)
    raised_by = models.ForeignKey("parties.User", on_delete=models.PROTECT, related_name="+")
    raised_at = models.DateTimeField()
    received_on = models.DateField("书面收到日期", null=True, blank=True)
    answer_due_on = models.DateField()
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey("parties.User", on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    is_upheld = models.BooleanField(default=False)

    class Meta:
        ordering = ["-raised_at"]

    @property
    def turn(self) -> str:
        """Say whether an answer is owed."""
        return "answered" if self.answered_at else "open"
