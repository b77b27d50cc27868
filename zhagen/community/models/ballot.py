"""The vote of a fund cycle: its frozen terms, its roll, and a box that shares no key, time or order with the roll.

What the separation can and cannot hold stands in `docs/decisions/0051-secrecy-of-ballots.md`.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from zhagen.core.lifecycle.ballot import LIVE, BallotState, PaperState
from zhagen.platform.models import Record


class Ballot(Record):
    """One vote of a cycle; from its opening on it reads nothing but its own frozen terms."""

    cycle = models.ForeignKey("community.FundCycle", on_delete=models.PROTECT, related_name="ballots")
    round = models.PositiveSmallIntegerField("第几次投票", default=1)
    state = models.CharField(
        max_length=20, choices=[(s.value, s.value) for s in BallotState], default=BallotState.DRAFT
    )
    until_on = models.DateField("最后一天")
    closes_at = models.DateTimeField("投票截止", null=True, blank=True)
    terms = models.JSONField("开始投票时冻结的规则（封存）", default=dict, blank=True)
    terms_digest = models.CharField(max_length=64, blank=True)
    roll_count = models.PositiveIntegerField("名册人（户）数", default=0)
    roll_digest = models.CharField("名册的哈希", max_length=64, blank=True)
    papers_marked = models.PositiveIntegerField("交回的纸质票", default=0)
    papers_boxed = models.PositiveIntegerField("录入票箱的纸质票", default=0)
    papers_spoilt = models.PositiveIntegerField("废票", default=0)
    votes = models.TextField("计票时排好序的选票（封存）", blank=True)
    is_box_sealed = models.BooleanField(default=False)
    votes_file = models.TextField("公布的选票清单（Pabulib）", blank=True)
    votes_digest = models.CharField("公布的选票清单的哈希", max_length=64, blank=True)
    result = models.JSONField("计票结果（封存）", default=dict, blank=True)
    prepared_by = models.ForeignKey("parties.User", on_delete=models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField()
    opened_by = models.ForeignKey(
        "parties.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    counted_at = models.DateTimeField(null=True, blank=True)
    counted_by = models.ForeignKey(
        "parties.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    stopped_reason = models.CharField("停止的理由", max_length=300, blank=True)

    class Meta:
        ordering = ["-prepared_at", "-round"]
        constraints = [
            models.UniqueConstraint(fields=["cycle", "round"], name="ballot_round_once"),
            models.UniqueConstraint(
                fields=["cycle"], condition=Q(state__in=[s.value for s in LIVE]), name="ballot_one_live"
            ),
            models.CheckConstraint(
                condition=Q(papers_marked__gte=F("papers_boxed") + F("papers_spoilt")),
                name="ballot_papers_were_marked",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "stopped"]) | (~Q(terms_digest="") & ~Q(roll_digest="")),
                name="ballot_open_is_frozen",
            ),
            models.CheckConstraint(
                condition=Q(opened_by__isnull=True) | ~Q(opened_by=F("prepared_by")),
                name="ballot_opened_by_another",
            ),
        ]

    @property
    def turn(self) -> str:
        """Say whose turn it is: its state."""
        return self.state

    def __str__(self) -> str:
        return f"{self.cycle}"


class RollEntry(Record):
    """Who may vote once: a door, a household or a delegate by number, never a resident's name."""

    class Way(models.TextChoices):
        PAGE = "page", _("网上")
        PAPER = "paper", _("纸质")
        ASSISTED = "assisted", _("由人协助")

    ballot = models.ForeignKey(Ballot, on_delete=models.PROTECT, related_name="roll")
    number = models.PositiveIntegerField("名册号")
    label = models.CharField("门牌、户号或代表号", max_length=60)
    code_digest = models.CharField("投票码的密钥摘要", max_length=64, blank=True)
    member = models.ForeignKey(
        "parties.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="有账号的代表；其申报的关联用于回避",
    )
    barred = models.ManyToManyField("community.Proposal", related_name="+", blank=True)
    has_voted = models.BooleanField("已投", default=False)
    way = models.CharField("怎样投的", max_length=10, choices=Way, blank=True)
    helper = models.ForeignKey(
        "parties.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["ballot", "number"]
        constraints = [
            models.UniqueConstraint(fields=["ballot", "number"], name="rollentry_number_once"),
            models.UniqueConstraint(fields=["ballot", "label"], name="rollentry_label_once"),
            models.UniqueConstraint(
                fields=["code_digest"], condition=~Q(code_digest=""), name="rollentry_code_once"
            ),
            models.CheckConstraint(
                condition=Q(has_voted=True) & ~Q(way="") | Q(has_voted=False, way=""),
                name="rollentry_voted_has_way",
            ),
            models.CheckConstraint(
                condition=Q(helper__isnull=True) | Q(way="assisted"), name="rollentry_helper_assisted"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.label}"


class Drawer(Record):
    """A part of the box: many ballots, sorted, in one text that is written anew with each of them.

    So no row of the box stands for one voter: what a database keeps of a row, its place, its writer's
    transaction, its time, is that of a drawer.
    """

    ballot = models.ForeignKey(Ballot, on_delete=models.PROTECT, related_name="drawers")
    place = models.PositiveSmallIntegerField()
    votes = models.PositiveIntegerField(default=0)
    lines = models.TextField(blank=True)

    class Meta:
        ordering = ["ballot", "place"]
        constraints = [models.UniqueConstraint(fields=["ballot", "place"], name="drawer_place_once")]


class PaperBallot(Record):
    """A printed ballot paper by its random number; two people key it in, then its choice leaves this row."""

    ballot = models.ForeignKey(Ballot, on_delete=models.PROTECT, related_name="papers")
    serial = models.CharField("票面编号", max_length=12)
    state = models.CharField(
        max_length=12, choices=[(s.value, s.value) for s in PaperState], default=PaperState.PRINTED
    )
    first_line = models.CharField(max_length=600, blank=True)
    second_line = models.CharField(max_length=600, blank=True)
    first_by = models.ForeignKey(
        "parties.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    second_by = models.ForeignKey(
        "parties.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    third_by = models.ForeignKey(
        "parties.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["ballot", "serial"]
        constraints = [
            models.UniqueConstraint(fields=["ballot", "serial"], name="paperballot_serial_once"),
            models.CheckConstraint(
                condition=Q(second_by__isnull=True) | ~Q(second_by=F("first_by")),
                name="paperballot_keyed_by_two",
            ),
            models.CheckConstraint(
                condition=Q(third_by__isnull=True)
                | (~Q(third_by=F("first_by")) & ~Q(third_by=F("second_by"))),
                name="paperballot_third_is_another",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["boxed", "spoilt"]) | Q(first_line="", second_line=""),
                name="paperballot_boxed_is_forgotten",
            ),
        ]

    def __str__(self) -> str:
        return self.serial
