"""Rounds in which an evaluator hears raisers and residents behind drawn doors about needs."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhagen.platform.models import Record


class NeedRound(Record):
    """One quarter's round in one community: its needs, the committed draw, the evaluator who asks."""

    class State(models.TextChoices):
        DRAWN = "drawn", _("抽访中")
        CLOSED = "closed", _("已汇总")

    place = models.ForeignKey("parties.Place", on_delete=models.PROTECT, related_name="need_rounds")
    quarter = models.CharField("季度", max_length=6, help_text="如 2026Q4")
    evaluator = models.ForeignKey(
        "parties.Organisation", on_delete=models.PROTECT, related_name="need_rounds"
    )
    needs = models.ManyToManyField("procurement.Need", related_name="rounds")
    rules = models.ForeignKey("parties.FrozenRules", on_delete=models.PROTECT, related_name="+")
    draw_commitment = models.CharField("抽签承诺", max_length=64)
    draw_seed = models.CharField("抽签种子", max_length=64, help_text="汇总时公开")
    doors_in_all = models.PositiveIntegerField("可抽户数")
    answer_until = models.DateField("答复截止")
    state = models.CharField(max_length=20, choices=State, default=State.DRAWN)
    opened_by = models.ForeignKey("parties.User", on_delete=models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-opened_at"]
        constraints = [models.UniqueConstraint(fields=["place", "quarter"], name="needround_once_a_quarter")]


class NeedDoor(Record):
    """A door drawn for a round: in which order, how often tried, whether it answered."""

    round = models.ForeignKey(NeedRound, on_delete=models.PROTECT, related_name="drawn")
    door = models.ForeignKey("parties.Door", on_delete=models.PROTECT, related_name="+")
    order = models.PositiveSmallIntegerField()
    code = models.CharField("问卷码", max_length=16, unique=True)
    tries = models.PositiveSmallIntegerField(default=0)
    refused = models.BooleanField(default=False)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["round", "order"]
        constraints = [models.UniqueConstraint(fields=["round", "door"], name="needdoor_once")]
