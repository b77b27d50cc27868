"""The append-only log: events, their places in one Merkle tree, and the signed roots of that tree.

Triggers (`zhagen.audit.triggers`) refuse to change or delete rows of these tables; a payload may be erased.
"""

import json
from typing import Any

from django.db import models

from zhagen.core.log_form import LoggedEvent
from zhagen.core.merkle import Frontier
from zhagen.platform.models import Record

HASH_LENGTH = 64


class Event(Record):
    """One thing that was done. Never changed, never deleted."""

    stream = models.CharField(max_length=80, help_text="对象，如 procurement.need:<id>")
    stream_seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=60, help_text="如 need.raised")
    actor_key = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField()
    commitment = models.CharField(max_length=HASH_LENGTH, help_text="加盐 SHA-256")

    class Meta:
        ordering = ["at", "stream", "stream_seq"]
        constraints = [models.UniqueConstraint(fields=["stream", "stream_seq"], name="event_stream_seq_once")]

    @property
    def logged(self) -> LoggedEvent:
        """What the log says of this event."""
        return LoggedEvent(
            event_id=str(self.pk),
            stream=self.stream,
            seq=self.stream_seq,
            kind=self.kind,
            actor_key=self.actor_key,
            at=self.at,
            commitment=self.commitment,
        )


class EventPayload(models.Model):
    """The figures behind an event with their salt; erasable, while the commitment stays.

    They are kept as the very text that was committed to, so that no database reformats a number in it.
    """

    event = models.OneToOneField(Event, on_delete=models.PROTECT, primary_key=True, related_name="payload")
    salt = models.CharField(max_length=32)
    text = models.TextField()

    @property
    def figures(self) -> dict[str, Any]:
        """The figures as they were given."""
        return json.loads(self.text)


class Pending(models.Model):
    """An event that waits to be sealed; the row goes when its leaf is in the tree."""

    event = models.OneToOneField(Event, on_delete=models.PROTECT, related_name="pending")


class Leaf(models.Model):
    """The place of an event in the tree; places count from 1."""

    number = models.BigIntegerField(primary_key=True)
    event = models.OneToOneField(Event, on_delete=models.PROTECT, related_name="leaf")
    hash = models.CharField(max_length=HASH_LENGTH, db_index=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(number__gte=1), name="leaf_number_from_one")]


class Tile(models.Model):
    """The hash of a complete subtree of 2**level leaves; kept for every eighth level, to prove quickly."""

    level = models.PositiveSmallIntegerField()
    index = models.BigIntegerField()
    hash = models.CharField(max_length=HASH_LENGTH)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["level", "index"], name="tile_once")]


class TreeState(models.Model):
    """The one row from which the tree grows: its origin, size and right edge."""

    origin = models.CharField(max_length=60)
    size = models.BigIntegerField(default=0)
    peaks = models.TextField(blank=True, help_text="hex, largest first, space between")

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="treestate_only_one")]

    @property
    def frontier(self) -> Frontier:
        """The right edge of the tree."""
        return Frontier(self.size, tuple(bytes.fromhex(peak) for peak in self.peaks.split()))

    @frontier.setter
    def frontier(self, frontier: Frontier) -> None:
        self.size = frontier.size
        self.peaks = " ".join(peak.hex() for peak in frontier.peaks)


class LogKey(models.Model):
    """A public key that has signed roots; after a rotation the older ones still verify theirs."""

    text = models.CharField(max_length=200, unique=True)
    first_used_at = models.DateTimeField()


class SignedRoot(models.Model):
    """A root that was signed and handed out."""

    size = models.BigIntegerField()
    root = models.CharField(max_length=HASH_LENGTH)
    reason = models.CharField(max_length=60, help_text="如 bid.opened, tick")
    signed_at = models.DateTimeField()
    text = models.TextField()

    class Meta:
        ordering = ["pk"]
