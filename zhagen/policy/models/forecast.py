"""What came of a rehearsal's directions once the rule had been in force: hits, misses, unknowns."""

from django.db import models

from zhagen.platform.models import Record


class Forecast(Record):
    """The stored directions of an adopted draft beside what the platform measured since; never public."""

    draft = models.ForeignKey("policy.RuleDraft", on_delete=models.PROTECT, related_name="forecasts")
    place = models.ForeignKey("parties.Place", on_delete=models.PROTECT, related_name="+")
    after_months = models.PositiveSmallIntegerField("施行后月数")
    lines = models.JSONField("各项预判与实测（封存）", default=list)
    hits = models.PositiveSmallIntegerField("相符")
    misses = models.PositiveSmallIntegerField("不符")
    unknowns = models.PositiveSmallIntegerField("无法判断")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-made_at"]
        constraints = [models.UniqueConstraint(fields=["draft", "after_months"], name="forecast_once_a_span")]

    def __str__(self) -> str:
        return f"{self.draft} {self.after_months}"
