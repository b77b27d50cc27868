"""Papers of a purchase: what must be on file, what is, by content hash."""

from django.db import models

from zhagen.platform.models import Record


class Paper(Record):
    """One document on file: generated, uploaded or a stamped scan; the archive lists them in order."""

    place = models.ForeignKey("parties.Place", on_delete=models.PROTECT, related_name="+")
    plan = models.ForeignKey("procurement.Plan", on_delete=models.PROTECT, null=True, related_name="papers")
    tender = models.ForeignKey(
        "procurement.Tender", on_delete=models.PROTECT, null=True, related_name="papers"
    )
    contract = models.ForeignKey(
        "procurement.Contract", on_delete=models.PROTECT, null=True, related_name="papers"
    )
    claim = models.ForeignKey("procurement.Claim", on_delete=models.PROTECT, null=True, related_name="papers")
    instalment = models.ForeignKey(
        "procurement.Instalment", on_delete=models.PROTECT, null=True, related_name="papers"
    )
    kind = models.CharField("材料种类", max_length=40, help_text="归档目录中的代码，如 decision_minutes")
    title = models.CharField(max_length=120)
    file_digest = models.CharField(max_length=64)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    is_public = models.BooleanField(default=False)
    added_by = models.ForeignKey("parties.User", on_delete=models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["added_at"]
