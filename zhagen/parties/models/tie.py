"""Declared ties between a person and an organisation."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhagen.platform.models import Record


class Tie(Record):
    """A tie as its owner declared it: that it exists and of which kind, no relative's name."""

    class Kind(models.TextChoices):
        EMPLOYMENT = "employment", _("任职、受聘")
        DIRECTOR = "director", _("负责人、理事、监事")
        SHAREHOLDER = "shareholder", _("出资、控制")
        KIN = "kin", _("近亲属任职或出资")
        SAME_PERSON = "same_person", _("同一人")
        OTHER = "other", _("其他可能影响公正的关系")

    person = models.ForeignKey("parties.User", on_delete=models.PROTECT, related_name="ties")
    organisation = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="ties")
    kind = models.CharField(max_length=20, choices=Kind)
    since_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)
    declared_at = models.DateTimeField()

    class Meta:
        ordering = ["-since_on"]
