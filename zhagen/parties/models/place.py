"""Places by their 12-digit statistical code."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhagen.platform.models import Record


class Place(models.Model):
    """A province, city, county, street or community; the code carries the tree."""

    class Level(models.IntegerChoices):
        PROVINCE = 1, _("省级")
        CITY = 2, _("地级")
        COUNTY = 3, _("县级")
        STREET = 4, _("街道")
        COMMUNITY = 5, _("社区")

    code = models.CharField("统计用区划代码", primary_key=True, max_length=12)
    civil_code = models.CharField(
        "民政部门区划代码", max_length=12, blank=True, help_text="与统计代码分开存放"
    )
    name = models.CharField(max_length=100)
    level = models.PositiveSmallIntegerField(choices=Level)
    parent = models.CharField(max_length=12, blank=True, db_index=True)
    edition = models.CharField(max_length=20, help_text="发布版本，如 2023-06-30；演示数据为 demo")
    is_active = models.BooleanField(default=False, help_text="本系统实际服务的街道和社区")
    intake = models.ForeignKey(
        "parties.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="街道指定谁先接居民的需求；空为在任最久的经办人",
    )

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Door(Record):
    """A door of a community, without names: the frame from which samples are drawn."""

    place = models.ForeignKey("parties.Place", on_delete=models.PROTECT, related_name="doors")
    building = models.CharField(max_length=40)
    number = models.CharField(max_length=40)

    class Meta:
        ordering = ["place", "building", "number"]
        constraints = [models.UniqueConstraint(fields=["place", "building", "number"], name="door_once")]

    def __str__(self) -> str:
        return f"{self.building}{self.number}"
