"""A draft of local rulebook values, the decision on it, and the values that it put into force."""

from django.db import models
from django.db.models import F, Q

from zhagen.core.lifecycle.rule_draft import RuleDraftState
from zhagen.platform.models import Record


class RuleDraft(Record):
    """What is to become a local rule: exactly what a run rehearsed, or the way back to what was before."""

    place = models.ForeignKey("parties.Place", on_delete=models.PROTECT, related_name="+", help_text="街道")
    number = models.CharField("编号", max_length=40, unique=True)
    run = models.ForeignKey("policy.LabRun", on_delete=models.PROTECT, null=True, related_name="drafts")
    restores = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="ways_back")
    reason = models.CharField("理由", max_length=300)
    from_on = models.DateField("施行日期")
    baseline_digest = models.CharField("预演时规则值的哈希", max_length=64, blank=True)
    reform_digest = models.CharField("预演的改动后规则值的哈希", max_length=64, blank=True)
    state = models.CharField(
        max_length=20, choices=[(s.value, s.value) for s in RuleDraftState], default=RuleDraftState.DRAFT
    )
    drafted_by = models.ForeignKey("parties.User", on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    decision_body = models.CharField("议事机构", max_length=60, blank=True)
    decision_no = models.CharField("会议纪要号", max_length=60, blank=True)
    decided_on = models.DateField("集体决定日期", null=True, blank=True)
    attendees = models.PositiveSmallIntegerField("到会人数", null=True, blank=True)
    decided_by = models.ForeignKey("parties.User", on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    ended_reason = models.CharField("撤回或放弃的理由", max_length=300, blank=True)

    class Meta:
        ordering = ["-drafted_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("drafted_by")),
                name="ruledraft_second_person",
            ),
            models.CheckConstraint(
                condition=Q(run__isnull=False, restores__isnull=True)
                | Q(run__isnull=True, restores__isnull=False),
                name="ruledraft_rehearsed_or_way_back",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def turn(self) -> str:
        """Say whose turn it is: its state."""
        return self.state


class RuleDraftLine(models.Model):
    """One value of a draft with what it was before, and the local value that it became."""

    draft = models.ForeignKey(RuleDraft, on_delete=models.PROTECT, related_name="lines")
    name = models.CharField(max_length=120)
    value = models.JSONField("新值（封存）")
    former = models.JSONField("原值（封存）")
    change = models.OneToOneField("parties.RuleChange", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["draft", "name"], name="ruledraftline_name_once")]
