"""The tables of the platform itself: the clock's mark and the keys of requests already done."""

import uuid

from django.db import models


class Record(models.Model):
    """What every business row has: an id that tells nothing and the moment it was made."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    class Meta:
        abstract = True


class ClockMark(models.Model):
    """Where a demo database's clock starts; a real office has none."""

    starts_at = models.DateTimeField()
    marked_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="clockmark_only_one")]


class DoneRequest(models.Model):
    """A request that changed something, by the key its form carried; the answer is replayed."""

    actor_key = models.CharField(max_length=64)
    token = models.CharField(max_length=64)
    answer = models.CharField(max_length=500, blank=True)
    done_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["actor_key", "token"], name="donerequest_once")]


class VaultPerson(Record):
    """A person's data under his own key; without the key nothing of him can be read any more."""

    wrapped_key = models.BinaryField(null=True)
    sealed = models.BinaryField(null=True)
    phone_index = models.CharField(max_length=64, blank=True, db_index=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(wrapped_key__isnull=False, sealed__isnull=False, erased_at__isnull=True)
                | models.Q(
                    wrapped_key__isnull=True, sealed__isnull=True, phone_index="", erased_at__isnull=False
                ),
                name="vaultperson_erased_wholly",
            )
        ]


class NumberSeries(models.Model):
    """The last running number of a kind of document in a street and year."""

    kind = models.CharField(max_length=20)
    place = models.CharField(max_length=12)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "place", "year"], name="numberseries_once")]


class PaperTemplate(Record):
    """A street's own Word template of a paper; every version is kept, at most one is in force."""

    place = models.CharField("街道代码", max_length=12)
    paper = models.CharField("文书", max_length=60, help_text="app/name")
    version = models.PositiveIntegerField()
    file_digest = models.CharField(max_length=64)
    note = models.CharField("说明", max_length=200, blank=True)
    added_by = models.CharField(max_length=60)
    added_at = models.DateTimeField()
    is_in_force = models.BooleanField(default=True)

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["place", "paper", "version"], name="papertemplate_version_once"),
            models.UniqueConstraint(
                fields=["place", "paper"],
                condition=models.Q(is_in_force=True),
                name="papertemplate_one_in_force",
            ),
        ]
