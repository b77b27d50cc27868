"""People who sign in, what they may do where, and how they are invited."""

import uuid

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from zhagen.core.types import Role
from zhagen.platform.models import Record

ROLES = [(role.value, role.value) for role in Role if role not in {Role.PUBLIC, Role.SYSTEM}]
"""Stored as they are; pages say them by the catalogue's `role.…`."""


class User(AbstractUser):
    """A person with an account. Residents need none."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField("姓名", max_length=60)
    phone = models.CharField("工作电话", max_length=30, blank=True)
    REQUIRED_FIELDS: list[str] = []

    def __str__(self) -> str:
        return self.name or self.username


class Appointment(Record):
    """One role of a person, where it holds and from when to when."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="appointments")
    role = models.CharField(max_length=20, choices=ROLES)
    place = models.ForeignKey("parties.Place", on_delete=models.PROTECT, null=True, blank=True)
    organisation = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, null=True, blank=True)
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True, help_text="最后一天；空为仍在任")
    invited_from = models.ForeignKey(
        "parties.Place",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="由哪个街道邀请；机构人员的账号由它管理",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(place__isnull=False) | models.Q(organisation__isnull=False),
                name="appointment_has_where",
            ),
            models.CheckConstraint(
                condition=models.Q(until_on__isnull=True) | models.Q(until_on__gte=models.F("from_on")),
                name="appointment_ends_after_start",
            ),
        ]


class Invitation(Record):
    """A one-use link by which a person makes his own account for one role."""

    token_digest = models.CharField(max_length=64, unique=True)
    name = models.CharField("姓名", max_length=60)
    mail = models.EmailField(blank=True)
    role = models.CharField(max_length=20, choices=ROLES)
    place = models.ForeignKey("parties.Place", on_delete=models.PROTECT, null=True, blank=True)
    organisation = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, null=True, blank=True)
    until_on = models.DateField("任期最后一天", null=True, blank=True)
    invited_from = models.ForeignKey(
        "parties.Place", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-invited_at"]


class AccessReset(Record):
    """A lost password or second factor: asked by the operator, confirmed by a second person, on record."""

    class Kind(models.TextChoices):
        SECOND_FACTOR = "second_factor", _("二次验证设备丢失")
        PASSWORD = "password", _("忘记密码")

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="access_resets")
    place = models.ForeignKey(
        "parties.Place", on_delete=models.PROTECT, related_name="+", help_text="由哪个街道办理"
    )
    kind = models.CharField(max_length=20, choices=Kind)
    reason = models.CharField("原因和核实身份的方式", max_length=300)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    token_digest = models.CharField(max_length=64, blank=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(confirmed_by__isnull=True) | ~models.Q(confirmed_by=models.F("asked_by")),
                name="accessreset_second_person",
            )
        ]
