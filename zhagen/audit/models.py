"""The append-only log: an event says what was done, to what, by whom, when, with a commitment."""

from django.db import models

from zhagen.platform.models import Record


class Event(Record):
    """One thing that was done. Never changed, never deleted."""

    stream = models.CharField(max_length=80, help_text="对象，如 procurement.need:<id>")
    stream_seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=60, help_text="如 need.raised")
    actor_key = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField()
    commitment = models.CharField(max_length=64, help_text="加盐 SHA-256")

    class Meta:
        ordering = ["at", "stream", "stream_seq"]
        constraints = [models.UniqueConstraint(fields=["stream", "stream_seq"], name="event_stream_seq_once")]


class EventPayload(models.Model):
    """The figures behind an event with their salt; erasable, while the commitment stays."""

    event = models.OneToOneField(Event, on_delete=models.CASCADE, primary_key=True, related_name="payload")
    salt = models.CharField(max_length=32)
    figures = models.JSONField()
