"""The panel of a tender: seats, marks."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhagen.platform.models import Record


class Seat(Record):
    """A seat on the panel; recused by a declared tie before a file opens."""

    class Kind(models.TextChoices):
        EXPERT = "expert", _("专家")
        RESIDENT = "resident", _("居民代表")
        BUYER = "buyer", _("采购人代表")

    tender = models.ForeignKey("procurement.Tender", on_delete=models.PROTECT, related_name="seats")
    user = models.ForeignKey("parties.User", on_delete=models.PROTECT, related_name="seats")
    kind = models.CharField(max_length=20, choices=Kind)
    origin = models.CharField("抽取记录号", max_length=60, blank=True)
    declared_at = models.DateTimeField("声明无利害关系", null=True)
    recused_reason = models.CharField(max_length=200, blank=True)
    recused_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField("提交评分", null=True)
    dissent = models.TextField("不同意见", blank=True)

    class Meta:
        ordering = ["kind", "pk"]
        constraints = [models.UniqueConstraint(fields=["tender", "user"], name="seat_once")]

    @property
    def is_recused(self) -> bool:
        """Whether the member has stepped aside."""
        return self.recused_at is not None

    @property
    def turn(self) -> str:
        """Say whether the member still owes his marks: not once the round has ended without them."""
        if self.is_recused:
            return "recused"
        return "finished" if self.finished_at or self.tender.ended_at else "seated"


class Score(Record):
    """One mark of one seat for one bid on one criterion; a later revision replaces, never erases."""

    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="scores")
    bid = models.ForeignKey("procurement.Bid", on_delete=models.PROTECT, related_name="scores")
    criterion = models.ForeignKey("procurement.Criterion", on_delete=models.PROTECT, related_name="scores")
    mark = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=300, blank=True)
    revision = models.PositiveSmallIntegerField(default=1)
    given_at = models.DateTimeField()

    class Meta:
        ordering = ["revision"]
        constraints = [
            models.UniqueConstraint(
                fields=["seat", "bid", "criterion", "revision"], name="score_revision_once"
            )
        ]
