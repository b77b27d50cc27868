"""The entries of a fund's book: each moves money from one account to another, so each balances by itself."""

from functools import reduce
from operator import or_

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from zhagen.core.fund.book import BY_RULE, ROUTES, Account, Way
from zhagen.platform.models import Record

ROUTE_IS_RIGHT = reduce(
    or_,
    (
        Q(way=way.value, source=source.value, target=target.value)
        for way, (source, target) in sorted(ROUTES.items())
    ),
)


class FundEntry(Record):
    """One movement of money; waits for another person's word, then stands for good."""

    class State(models.TextChoices):
        WAITING = "waiting", _("待复核")
        POSTED = "posted", _("已入账")
        REFUSED = "refused", _("已退回")

    cycle = models.ForeignKey("community.FundCycle", on_delete=models.PROTECT, related_name="entries")
    grant = models.ForeignKey(
        "community.Grant", on_delete=models.PROTECT, null=True, blank=True, related_name="entries"
    )
    way = models.CharField(max_length=20, choices=[(w.value, w.value) for w in Way])
    source = models.CharField(max_length=12, choices=[(a.value, a.value) for a in Account])
    target = models.CharField(max_length=12, choices=[(a.value, a.value) for a in Account])
    amount_fen = models.BigIntegerField("金额（分）")
    what = models.CharField("摘要", max_length=200, blank=True)
    reference = models.CharField("凭证或单据号", max_length=60, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    submitted_by = models.ForeignKey(
        "parties.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    submitted_at = models.DateTimeField()
    approved_by = models.ForeignKey(
        "parties.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField("退回的理由", max_length=300, blank=True)

    class Meta:
        ordering = ["submitted_at", "pk"]
        indexes = [models.Index(fields=["cycle", "state"], name="fundentry_cycle_state")]
        constraints = [
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="fundentry_amount_positive"),
            models.CheckConstraint(condition=ROUTE_IS_RIGHT, name="fundentry_route_is_right"),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True)
                | Q(submitted_by__isnull=True)
                | ~Q(approved_by=F("submitted_by")),
                name="fundentry_approved_by_another",
            ),
            models.CheckConstraint(
                condition=Q(way__in=sorted(way.value for way in BY_RULE)) | Q(submitted_by__isnull=False),
                name="fundentry_somebody_asked",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_at__isnull=True, approved_by__isnull=True)
                | Q(state__in=["posted", "refused"], decided_at__isnull=False),
                name="fundentry_decided_once",
            ),
        ]
