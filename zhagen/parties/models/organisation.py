"""Organisations that supply, evaluate or run things."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhagen.platform.models import Record


class Organisation(Record):
    """An agency, an evaluator, a procurement agent or a residents' committee."""

    class Kind(models.TextChoices):
        AGENCY = "agency", _("社工机构")
        EVALUATOR = "evaluator", _("第三方评估机构")
        AGENT = "agent", _("采购代理机构")
        COMMITTEE = "committee", _("居民委员会")
        OTHER = "other", _("其他供应商")

    name = models.CharField(max_length=100, unique=True)
    kind = models.CharField(max_length=20, choices=Kind)
    uscc = models.CharField("统一社会信用代码", max_length=18, blank=True)
    uscc_doubt = models.CharField(max_length=40, blank=True, help_text="校验未通过的消息代码；只提示，不拦截")
    contact = models.CharField(max_length=100, blank=True)
    mail = models.EmailField(blank=True)
    bank_account_name = models.CharField(max_length=100, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
