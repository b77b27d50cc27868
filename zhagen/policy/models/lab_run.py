"""A rehearsal: what was asked, how far it is, what came out, sealed by its hash."""

from django.db import models
from django.db.models import F, Q

from zhagen.core.lifecycle.lab_run import LabRunState
from zhagen.platform.models import Record


class LabRun(Record):
    """One question to the lab: these rules changed so, in this world, by so many draws of assumptions."""

    place = models.ForeignKey("parties.Place", on_delete=models.PROTECT, related_name="+", help_text="街道")
    number = models.CharField("编号", max_length=40, unique=True)
    title = models.CharField("想回答的问题", max_length=100)
    reform = models.JSONField("改动（封存）：规则值与个案做法", default=dict)
    findings = models.JSONField("合规提示（封存）", default=list, blank=True)
    is_lawful = models.BooleanField("没有触碰法定界限", default=True)
    rules = models.ForeignKey("parties.FrozenRules", on_delete=models.PROTECT, related_name="+")
    rules_on = models.DateField("按哪天的规则", help_text="打算施行的日期")
    baseline_digest = models.CharField("现行规则值的哈希", max_length=64)
    reform_digest = models.CharField("改动后规则值的哈希", max_length=64)
    communities = models.PositiveIntegerField("社区数")
    draws = models.PositiveIntegerField("假设组数")
    replications = models.PositiveIntegerField("每组重复次数")
    months = models.PositiveIntegerField("模拟月数")
    seed = models.PositiveBigIntegerField("随机种子")
    with_reasons = models.BooleanField("同时计算为什么", default=False)
    is_calibrated = models.BooleanField("已校准", default=False)
    state = models.CharField(
        max_length=20, choices=[(s.value, s.value) for s in LabRunState], default=LabRunState.QUEUED
    )
    rows = models.PositiveIntegerField("总行数", default=0)
    rows_done = models.PositiveIntegerField("已算行数", default=0)
    asked_by = models.ForeignKey("parties.User", on_delete=models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    beat_at = models.DateTimeField("最近一次进展", null=True)
    ended_at = models.DateTimeField(null=True)
    result = models.JSONField("结果（封存）", default=dict, blank=True)
    result_digest = models.CharField(max_length=64, blank=True)
    failure = models.CharField("失败原因代码", max_length=80, blank=True)

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=LabRunState.DONE) | ~Q(result_digest=""), name="labrun_done_is_sealed"
            ),
            models.CheckConstraint(condition=Q(rows_done__lte=F("rows")), name="labrun_done_within_rows"),
            models.UniqueConstraint(
                fields=["state"], condition=Q(state=LabRunState.RUNNING), name="labrun_one_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def turn(self) -> str:
        """Say whose turn it is: its state."""
        return self.state
