"""Rulebook versions: local values with their decision, frozen snapshots, years of the calendar."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhagen.platform.models import Record


class FrozenRules(models.Model):
    """A rulebook as a round froze it, by its hash. Never changed, never deleted."""

    digest = models.CharField(primary_key=True, max_length=64)
    snapshot = models.JSONField()
    frozen_at = models.DateTimeField()


class RuleChange(Record):
    """A local value: drafted by one person, confirmed by a second, in force from a date."""

    class State(models.TextChoices):
        DRAFT = "draft", _("草拟")
        CONFIRMED = "confirmed", _("已确认")
        WITHDRAWN = "withdrawn", _("已撤回")

    place = models.ForeignKey("parties.Place", on_delete=models.PROTECT)
    name = models.CharField(max_length=120)
    value = models.JSONField(help_text="封存的单个值")
    source = models.CharField(max_length=200)
    from_on = models.DateField()
    state = models.CharField(max_length=20, choices=State, default=State.DRAFT)
    drafted_by = models.ForeignKey("parties.User", on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    confirmed_by = models.ForeignKey("parties.User", on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(confirmed_by__isnull=True)
                | ~models.Q(confirmed_by=models.F("drafted_by")),
                name="rulechange_second_person",
            )
        ]


class HolidayYear(models.Model):
    """A year of the working-day calendar that an operator added."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    text = models.TextField(help_text="与随软件提供的年份文件同一格式")
    added_by = models.ForeignKey("parties.User", on_delete=models.PROTECT, null=True)
    added_at = models.DateTimeField()
