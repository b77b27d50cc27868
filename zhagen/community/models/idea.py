"""Ideas (金点子) of residents and the neighbours who co-sign them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zhagen.core.lifecycle.idea import IdeaState
from zhagen.platform.models import Record


class Idea(Record):
    """What a resident would like done with the community's money; who he is stands in the vault."""

    class Channel(models.TextChoices):
        PAGE = "page", _("手机网页")
        PHONE = "phone", _("电话")
        VOICE = "voice", _("语音")
        PAPER = "paper", _("纸条、当面")

    cycle = models.ForeignKey("community.FundCycle", on_delete=models.PROTECT, related_name="ideas")
    code = models.CharField("受理编号", max_length=12, unique=True)
    receipt_version = models.PositiveSmallIntegerField(default=1, help_text="重发回执时加一，旧回执作废")
    building = models.CharField("楼栋", max_length=40, blank=True)
    theme = models.CharField("主题", max_length=30)
    text = models.TextField("点子", blank=True, help_text="语音说的，记下来以前是空的")
    voice_digest = models.CharField("语音的哈希", max_length=64, blank=True)
    voice_type = models.CharField("语音的格式", max_length=20, blank=True)
    channel = models.CharField(max_length=10, choices=Channel)
    raiser_ref = models.CharField("保管库编号", max_length=36, blank=True)
    has_consent = models.BooleanField("提出人同意代录", default=False)
    helper = models.ForeignKey(
        "parties.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    is_shown = models.BooleanField("已核对不含个人信息，可以公开", default=False)
    shown_text = models.CharField("公开的表述", max_length=200, blank=True)
    answer = models.CharField("答复", max_length=300, blank=True)
    state = models.CharField(
        max_length=20, choices=[(s.value, s.value) for s in IdeaState], default=IdeaState.RAISED
    )
    raised_at = models.DateTimeField()

    class Meta:
        ordering = ["-raised_at", "code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_shown=False) | ~Q(shown_text=""), name="idea_shown_has_public_words"
            ),
            models.CheckConstraint(
                condition=~Q(text="") | Q(state__in=["raised", "declined", "withdrawn"]),
                name="idea_goes_on_in_words",
            ),
            models.CheckConstraint(condition=~Q(text="") | ~Q(voice_digest=""), name="idea_says_something"),
        ]

    def __str__(self) -> str:
        return self.code


class CoSign(Record):
    """A neighbour who stands behind an idea, once a phone; only a keyed digest is kept."""

    idea = models.ForeignKey(Idea, on_delete=models.PROTECT, related_name="co_signs")
    key = models.CharField(max_length=64)
    building = models.CharField(max_length=40, blank=True)
    signed_at = models.DateTimeField()
    helper = models.ForeignKey(
        "parties.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["idea", "key"], name="cosign_once")]
