"""Needs of residents (需求)."""

from django.db import models

from zhagen.core.lifecycle.need import NeedState
from zhagen.platform.models import Record


class Need(Record):
    """What a resident needs, in his words; who he is stands in the vault, not here."""

    class Channel(models.TextChoices):
        PHONE_PAGE = "page", "手机网页"
        HELPER = "helper", "社区代录（电话、纸条、当面）"
        HOTLINE = "hotline", "12345 工单"
        SURVEY = "survey", "入户走访"

    code = models.CharField("受理编号", max_length=12, unique=True)
    place = models.ForeignKey("parties.Place", on_delete=models.PROTECT, related_name="needs")
    building = models.CharField("楼栋", max_length=40, blank=True)
    theme = models.CharField("类别", max_length=30)
    text = models.TextField("需求内容")
    is_private = models.BooleanField("只告诉经办人", default=False)
    channel = models.CharField(max_length=20, choices=Channel)
    work_order_no = models.CharField("工单号", max_length=40, blank=True, db_index=True)
    raiser_ref = models.CharField("保管库编号", max_length=36, blank=True, help_text="个人信息在保管库中")
    helper = models.ForeignKey(
        "parties.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    state = models.CharField(
        max_length=20, choices=[(s.value, s.value) for s in NeedState], default=NeedState.RAISED
    )
    owner = models.ForeignKey("parties.User", on_delete=models.PROTECT, null=True, related_name="owned_needs")
    next_on = models.DateField("下一步期限", db_index=True)
    referred_to = models.CharField("转办单位", max_length=100, blank=True)
    answer = models.TextField("答复", blank=True)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="merged")
    raised_at = models.DateTimeField()

    class Meta:
        ordering = ["-raised_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["work_order_no"], condition=~models.Q(work_order_no=""), name="need_work_order_once"
            )
        ]


class NeedWord(Record):
    """What the raiser, an independent reviewer or a sampled resident said of a need."""

    class Speaker(models.TextChoices):
        RAISER = "raiser", "提出人"
        SAMPLED = "sampled", "随机抽访居民"
        REVIEWER = "reviewer", "独立核实人"

    class Word(models.TextChoices):
        MET = "met", "已解决"
        PARTLY = "partly_met", "部分解决"
        UNMET = "unmet", "没有解决"
        UNREACHABLE = "unreachable", "联系不上"

    need = models.ForeignKey(Need, on_delete=models.PROTECT, related_name="words")
    speaker = models.CharField(max_length=20, choices=Speaker)
    word = models.CharField(max_length=20, choices=Word)
    remark = models.CharField(max_length=500, blank=True)
    channel = models.CharField(max_length=20)
    said_at = models.DateTimeField()
    heard_by = models.ForeignKey("parties.User", on_delete=models.PROTECT, null=True, related_name="+")
