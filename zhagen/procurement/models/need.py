"""Needs of residents (需求), what was said of them, who else has them."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from zhagen.core.lifecycle.need import ENDED, NeedState
from zhagen.platform.models import Record


class Need(Record):
    """What a resident needs, in his words; who he is stands in the vault, not here."""

    class Channel(models.TextChoices):
        PHONE_PAGE = "page", _("手机网页")
        HELPER = "helper", _("社区代录（电话、纸条、当面）")
        PASTE = "paste", _("群接龙")
        HOTLINE = "hotline", _("12345 工单")
        SURVEY = "survey", _("入户走访")

    code = models.CharField("受理编号", max_length=12, unique=True)
    receipt_version = models.PositiveSmallIntegerField(default=1, help_text="重发回执时加一，旧回执作废")
    place = models.ForeignKey("parties.Place", on_delete=models.PROTECT, related_name="needs")
    building = models.CharField("楼栋", max_length=40, blank=True)
    theme = models.CharField("类别", max_length=30)
    text = models.TextField("需求内容")
    is_private = models.BooleanField("只告诉经办人", default=False)
    private_kind = models.CharField("私密种类", max_length=30, blank=True)
    channel = models.CharField(max_length=20, choices=Channel)
    work_order_no = models.CharField("工单号", max_length=40, blank=True, db_index=True)
    order_class = models.CharField("工单类别", max_length=20, blank=True)
    raiser_ref = models.CharField("保管库编号", max_length=36, blank=True, help_text="个人信息在保管库中")
    has_consent = models.BooleanField("提出人同意代录", default=False)
    helper = models.ForeignKey(
        "parties.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    state = models.CharField(
        max_length=20, choices=[(s.value, s.value) for s in NeedState], default=NeedState.RAISED
    )
    owner = models.ForeignKey("parties.User", on_delete=models.PROTECT, related_name="owned_needs")
    next_on = models.DateField("下一步期限", null=True, db_index=True)
    answer_due_on = models.DateField("首次答复期限")
    first_answered_at = models.DateTimeField(null=True)
    referred_to = models.CharField("转办单位", max_length=100, blank=True)
    referred_no = models.CharField("转办工单号", max_length=40, blank=True)
    answer = models.TextField("答复", blank=True)
    public_text = models.CharField("可公开的表述", max_length=200, blank=True)
    cleared_by = models.ForeignKey("parties.User", on_delete=models.PROTECT, null=True, related_name="+")
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="merged")
    escalation = models.PositiveSmallIntegerField(default=0)
    escalated_to = models.ForeignKey("parties.User", on_delete=models.PROTECT, null=True, related_name="+")
    ask_tries = models.PositiveSmallIntegerField("联系次数", default=0)
    service_until = models.DateField("服务到期", null=True)
    sampled_word = models.CharField("抽访结论", max_length=20, blank=True)
    raised_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-raised_at", "code"]
        indexes = [
            models.Index(fields=["place", "state", "next_on"], name="need_place_state_next"),
            models.Index(fields=["place", "-raised_at"], name="need_place_raised"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["work_order_no"], condition=~Q(work_order_no=""), name="need_work_order_once"
            ),
            models.CheckConstraint(condition=~Q(state=""), name="need_has_state"),
            models.CheckConstraint(
                condition=Q(next_on__isnull=False) | Q(state__in=[state.value for state in ENDED]),
                name="need_open_has_next_date",
            ),
            models.CheckConstraint(
                condition=Q(state=NeedState.MERGED.value, merged_into__isnull=False)
                | (~Q(state=NeedState.MERGED.value) & Q(merged_into__isnull=True)),
                name="need_merged_into_another",
            ),
            models.CheckConstraint(
                condition=Q(private_kind="") | Q(is_private=True), name="need_private_kind_is_private"
            ),
            models.CheckConstraint(
                condition=Q(public_text="") | Q(is_private=False), name="need_private_never_public"
            ),
            models.CheckConstraint(condition=~Q(merged_into=F("pk")), name="need_not_merged_into_itself"),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def turn(self) -> str:
        """Say whose turn it is, and until when: a new date is a step taken too."""
        return f"{self.state} {self.next_on}"


class NeedWord(Record):
    """What the raiser, an independent reviewer or a sampled resident said of a need."""

    class Speaker(models.TextChoices):
        RAISER = "raiser", _("提出人")
        SAMPLED = "sampled", _("随机抽访居民")
        REVIEWER = "reviewer", _("独立核实人")

    class Word(models.TextChoices):
        MET = "met", _("已解决")
        PARTLY = "partly_met", _("部分解决")
        UNMET = "unmet", _("没有解决")
        UNREACHABLE = "unreachable", _("联系不上")

    need = models.ForeignKey(Need, on_delete=models.PROTECT, related_name="words")
    raised_as = models.ForeignKey(
        Need, on_delete=models.PROTECT, related_name="own_words", null=True, help_text="合并前各自的那一条"
    )
    speaker = models.CharField(max_length=20, choices=Speaker)
    word = models.CharField(max_length=20, choices=Word)
    remark = models.CharField(max_length=500, blank=True)
    channel = models.CharField(max_length=20)
    said_at = models.DateTimeField()
    heard_by = models.ForeignKey("parties.User", on_delete=models.PROTECT, null=True, related_name="+")
    drawn_door = models.ForeignKey(
        "procurement.NeedDoor", on_delete=models.PROTECT, null=True, related_name="words"
    )

    class Meta:
        ordering = ["said_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["need", "drawn_door"],
                condition=Q(drawn_door__isnull=False),
                name="needword_once_a_door",
            ),
            models.CheckConstraint(
                condition=Q(speaker="sampled", drawn_door__isnull=False)
                | (~Q(speaker="sampled") & Q(drawn_door__isnull=True)),
                name="needword_sampled_by_draw",
            ),
        ]


class NeedSupport(Record):
    """A neighbour who has the same need, once a phone or receipt; only a keyed digest is kept."""

    need = models.ForeignKey(Need, on_delete=models.PROTECT, related_name="supports")
    key = models.CharField(max_length=64)
    building = models.CharField(max_length=40, blank=True)
    said_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["need", "key"], name="needsupport_once")]
