"""Notices to people and organisations: what happened, what to do, by when.

A notice that waits names its object and the stages in which its reader has something to do; it is settled when the
object leaves them, read or not. One that only tells names nothing and stays until it is read.
"""

from django.db import models

from zhagen.platform.models import Record


class Notice(Record):
    """One notice to one reader; an organisation without an account gets it by mail or on paper."""

    recipient = models.ForeignKey(
        "parties.User", on_delete=models.PROTECT, null=True, blank=True, related_name="notices"
    )
    organisation = models.ForeignKey(
        "parties.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="notices"
    )
    place = models.ForeignKey(
        "parties.Place", on_delete=models.PROTECT, null=True, blank=True, help_text="发出通知的街道"
    )
    code = models.CharField(max_length=60, help_text="消息代码，如 need.overdue；文本为 notice.<code>")
    figures = models.JSONField("文本中的数据（封存）", default=dict)
    url = models.CharField(max_length=200)
    about = models.CharField("等待的事项", max_length=80, blank=True)
    while_in = models.CharField("事项处于这些环节时等待", max_length=200, blank=True)
    due_on = models.DateField(null=True, blank=True)
    is_urgent = models.BooleanField(default=False)
    sent_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField("事项已办结的时间", null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)
    printed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-sent_at"]
        indexes = [
            models.Index(fields=["recipient", "read_at"], name="notice_unread"),
            models.Index(
                fields=["about"],
                condition=models.Q(settled_at__isnull=True),
                name="notice_waiting",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(recipient__isnull=False) | models.Q(organisation__isnull=False),
                name="notice_has_a_reader",
            )
        ]
