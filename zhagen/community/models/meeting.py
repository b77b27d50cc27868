"""Meetings of a community, and the part an agency took in them as the community side recorded it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhagen.platform.models import Record


class Meeting(Record):
    """A meeting of residents or their representatives."""

    class Kind(models.TextChoices):
        DELIBERATION = "deliberation", _("居民议事会")
        ASSEMBLY = "assembly", _("居民（代表）会议")
        OTHER = "other", _("其他会议")

    place = models.ForeignKey("parties.Place", on_delete=models.PROTECT, related_name="meetings")
    kind = models.CharField(max_length=20, choices=Kind)
    title = models.CharField(max_length=100)
    held_on = models.DateField()
    minutes = models.TextField("纪要", blank=True)
    is_election = models.BooleanField("换届选举工作（不计入任何评价）", default=False)
    about_contract = models.UUIDField("讨论某一购买项目时的合同编号", null=True, blank=True)
    recorded_by = models.ForeignKey("parties.User", on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["-held_on"]


class AgencyPart(Record):
    """What an agency did at a meeting outside its own project."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="agency_parts")
    agency = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="+")
    was_invited = models.BooleanField(default=False)
    was_present = models.BooleanField(default=False)
    spoke = models.BooleanField(default=False)
    took_task = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting", "agency"], name="agencypart_once")]
