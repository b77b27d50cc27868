"""What was delivered: activities with optional attendance and photos, case notes, off-plan tasks."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhagen.core.lifecycle.off_plan import OffPlanState
from zhagen.platform.models import Record


class Activity(Record):
    """One case contact, group session or community activity, logged once on a phone."""

    class Kind(models.TextChoices):
        CASE = "case", _("个案")
        GROUP = "group", _("小组")
        COMMUNITY = "community", _("社区活动")
        VISIT = "visit", _("走访")

    contract = models.ForeignKey("procurement.Contract", on_delete=models.PROTECT, related_name="activities")
    place = models.ForeignKey("parties.Place", on_delete=models.PROTECT, related_name="activities")
    worker = models.ForeignKey("delivery.Staffing", on_delete=models.PROTECT, related_name="activities")
    needs = models.ManyToManyField("procurement.Need", related_name="activities", blank=True)
    case = models.ForeignKey(
        "delivery.CaseFile", on_delete=models.PROTECT, null=True, related_name="contacts"
    )
    kind = models.CharField(max_length=20, choices=Kind)
    title = models.CharField(max_length=100)
    note = models.TextField(blank=True)
    held_on = models.DateField(db_index=True)
    minutes = models.PositiveIntegerField("服务时长（分钟）")
    headcount = models.PositiveIntegerField("人数", default=0)
    logged_by = models.ForeignKey("parties.User", on_delete=models.PROTECT, null=True, related_name="+")
    logged_at = models.DateTimeField()
    is_withdrawn = models.BooleanField(default=False)
    spoken_code = models.CharField("签到口令（当天有效）", max_length=4, blank=True)
    spoken_on = models.DateField(null=True)

    class Meta:
        ordering = ["-held_on", "-logged_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["spoken_on", "spoken_code"],
                condition=~models.Q(spoken_code=""),
                name="activity_spoken_code_once_a_day",
            )
        ]


class Attendance(Record):
    """One participant of one activity, by a door or a token, never by an id number; always optional."""

    class Way(models.TextChoices):
        QR = "qr", _("扫码")
        SPOKEN = "spoken", _("口令")
        PAPER = "paper", _("纸质")

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="attendance")
    way = models.CharField(max_length=20, choices=Way)
    door = models.CharField("门牌", max_length=40, blank=True)
    nonce = models.CharField(max_length=40, null=True, unique=True)
    at = models.DateTimeField()


class Photo(Record):
    """An optional photo: the original's hash, the stripped copy's file."""

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="photos")
    original_digest = models.CharField(max_length=64)
    file_digest = models.CharField(max_length=64)
    dhash = models.CharField(max_length=16)
    same_as = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="+", help_text="别处用过的同一张，只提示"
    )
    added_at = models.DateTimeField()


class OffPlanTask(Record):
    """An off-plan task (计划外任务单): who asked, how long, confirmed by the asker."""

    class Asker(models.TextChoices):
        STREET = "street", _("街道")
        COMMUNITY = "community", _("社区")
        RESIDENT = "resident", _("居民")

    contract = models.ForeignKey(
        "procurement.Contract", on_delete=models.PROTECT, related_name="off_plan_tasks"
    )
    place = models.ForeignKey("parties.Place", on_delete=models.PROTECT, related_name="+")
    worker = models.ForeignKey("delivery.Staffing", on_delete=models.PROTECT, related_name="off_plan_tasks")
    asker = models.CharField(max_length=20, choices=Asker)
    asker_user = models.ForeignKey(
        "parties.User", on_delete=models.PROTECT, null=True, related_name="asked_tasks"
    )
    what = models.CharField(max_length=200)
    done_on = models.DateField()
    minutes = models.PositiveIntegerField()
    state = models.CharField(
        max_length=20, choices=[(s.value, s.value) for s in OffPlanState], default=OffPlanState.RECORDED
    )
    is_raised_by_asker = models.BooleanField("由提出人下单", default=False)
    remark = models.CharField("异议或谢绝的理由", max_length=300, blank=True)
    confirm_code = models.CharField(max_length=12, unique=True)
    confirm_by_on = models.DateField("请在此日前确认", null=True)
    reminded_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-done_on"]

    @property
    def turn(self) -> str:
        """Say whose turn it is: its state."""
        return self.state
