"""A fund cycle (社区自治金、创享计划): its money, dates, tracks and vote terms, frozen by hash when it opens."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from zhagen.core.lifecycle.fund_cycle import FundCycleState
from zhagen.platform.models import Record

WHOLE_BP = 10_000


class FundCycle(Record):
    """One year's fund of a community, street or district; a stage above takes what a stage below sent up."""

    class QuotaWay(models.TextChoices):
        URBAN = "urban", _("城市社区公式")
        RURAL = "rural", _("涉农社区公式")
        DIRECT = "direct", _("直接核定")

    class Mode(models.TextChoices):
        RESIDENT = "resident", _("居民一人一票")
        HOUSEHOLD = "household", _("一户一票")
        DELEGATE = "delegate", _("居民代表投票")

    class Rule(models.TextChoices):
        EQUAL_SHARES = "equal-shares", _("等额份额法")
        GREEDY = "greedy", _("按票数从多到少")
        GREEDY_PER_COST = "greedy-per-cost", _("按每元票数从多到少")
        PHRAGMEN = "phragmen", _("弗拉格门法")

    class Utility(models.TextChoices):
        COST = "cost", _("按项目金额")
        CARDINALITY = "cardinality", _("按项目个数")
        POINTS = "points", _("按打分")
        BORDA = "borda", _("按名次")

    class Completion(models.TextChoices):
        NONE = "none", _("不补足")
        ADD1 = "add1", _("逐元加份额")
        GREEDY = "greedy", _("余款按票数补足")
        ADD1U = "add1u", _("逐元加份额，再按票数补足")

    class Tie(models.TextChoices):
        COST = "cost", _("金额低的在先")
        VOTES = "votes", _("票数多的在先")
        ID = "id", _("编号在先")
        SEED = "seed", _("按公开的种子")

    class VoteType(models.TextChoices):
        APPROVAL = "approval", _("勾选赞成的项目")
        CHOOSE_1 = "choose-1", _("只选一个")
        CUMULATIVE = "cumulative", _("分配若干分")
        SCORING = "scoring", _("逐个打分")
        ORDINAL = "ordinal", _("排先后")

    place = models.ForeignKey("parties.Place", on_delete=models.PROTECT, related_name="fund_cycles")
    stage = models.CharField("层级", max_length=20, help_text="规则手册 fund.stages 中的代码")
    building = models.CharField("楼院", max_length=40, blank=True, help_text="楼院一级才填")
    from_cycle = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="next_stages"
    )
    title = models.CharField("名称", max_length=100)
    year = models.PositiveSmallIntegerField("年度")
    budget_code = models.CharField("预算项目编码", max_length=40, blank=True)

    quota_way = models.CharField(max_length=10, choices=QuotaWay, default=QuotaWay.URBAN)
    residents = models.PositiveIntegerField("常住人口", default=0)
    quota_fen = models.BigIntegerField("本轮资金（分）")
    coach = models.ForeignKey(
        "parties.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    coaching_fen = models.BigIntegerField("其中陪伴辅导费（分）", default=0)
    matching_pot_fen = models.BigIntegerField("其中配套资金（分）", default=0)
    matching_from_fen = models.BigIntegerField("楼栋自筹多少起配套（分）", default=0)
    matching_most_fen = models.BigIntegerField("每个提案最多配套（分）", default=0)
    matching_share_bp = models.PositiveIntegerField("每自筹一元配套（万分之一）", default=0)

    ideas_until_on = models.DateField("点子征集截止")
    vote_from_on = models.DateField("投票开始")
    vote_until_on = models.DateField("投票截止")
    clearing_on = models.DateField("结算清理日期")

    resident_weight_bp = models.PositiveSmallIntegerField("居民权重", default=WHOLE_BP)
    expert_weight_bp = models.PositiveSmallIntegerField("专家权重", default=0)
    mode = models.CharField(max_length=10, choices=Mode, default=Mode.RESIDENT)
    vote_type = models.CharField(max_length=12, choices=VoteType, default=VoteType.APPROVAL)
    most_named = models.PositiveSmallIntegerField("每票最多几项（0 为不限）", default=0)
    rule = models.CharField(max_length=20, choices=Rule, default=Rule.EQUAL_SHARES)
    utility = models.CharField(max_length=12, choices=Utility, default=Utility.COST)
    completion = models.CharField(max_length=8, choices=Completion, default=Completion.ADD1U)
    tie = models.CharField(max_length=8, choices=Tie, default=Tie.COST)
    tie_seed = models.CharField("公开的种子", max_length=64, blank=True)
    least_votes = models.PositiveIntegerField("最低票数", default=1)

    rules = models.ForeignKey(
        "parties.FrozenRules", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    terms = models.JSONField("开放时冻结的规则、权重与限额", default=dict, blank=True)
    terms_digest = models.CharField(max_length=64, blank=True)
    roll_digest = models.CharField("投票人名册的哈希", max_length=64, blank=True)
    negative_list_version = models.CharField("负面清单版本", max_length=64, blank=True)

    state = models.CharField(
        max_length=20, choices=[(s.value, s.value) for s in FundCycleState], default=FundCycleState.DRAFT
    )
    stopped_reason = models.CharField("停止的理由", max_length=300, blank=True)
    drafted_by = models.ForeignKey("parties.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    opened_by = models.ForeignKey(
        "parties.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    opened_at = models.DateTimeField(null=True, blank=True)
    listed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-year", "-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["place", "building", "year", "title"], name="fundcycle_title_once_a_year"
            ),
            models.CheckConstraint(condition=Q(quota_fen__gt=0), name="fundcycle_quota_positive"),
            models.CheckConstraint(
                condition=Q(coaching_fen__gte=0)
                & Q(matching_pot_fen__gte=0)
                & Q(quota_fen__gt=F("coaching_fen") + F("matching_pot_fen")),
                name="fundcycle_parts_within_quota",
            ),
            models.CheckConstraint(
                condition=Q(resident_weight_bp=WHOLE_BP - F("expert_weight_bp")),
                name="fundcycle_weights_are_whole",
            ),
            models.CheckConstraint(
                condition=Q(ideas_until_on__lt=F("vote_from_on"))
                & Q(vote_from_on__lte=F("vote_until_on"))
                & Q(vote_until_on__lt=F("clearing_on")),
                name="fundcycle_dates_in_order",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "stopped"]) | ~Q(terms_digest=""),
                name="fundcycle_open_is_frozen",
            ),
            models.CheckConstraint(
                condition=Q(opened_by__isnull=True) | ~Q(opened_by=F("drafted_by")),
                name="fundcycle_opened_by_another",
            ),
        ]

    @property
    def turn(self) -> str:
        """Say whose turn it is: its state."""
        return self.state

    def __str__(self) -> str:
        return self.title

    @property
    def votable_fen(self) -> int:
        """What the vote hands out: the quota without the agency's coaching and the matching money."""
        return self.quota_fen - self.coaching_fen - self.matching_pot_fen


class FundLimit(Record):
    """At most so much money, or so many proposals, over one theme or one building; frozen with the cycle."""

    class Over(models.TextChoices):
        THEME = "theme", _("同一主题")
        BUILDING = "building", _("同一楼栋")

    cycle = models.ForeignKey(FundCycle, on_delete=models.PROTECT, related_name="limits")
    over = models.CharField(max_length=10, choices=Over)
    name = models.CharField("哪个主题或楼栋", max_length=40)
    most_fen = models.BigIntegerField("最多多少钱（分）", null=True, blank=True)
    most_count = models.PositiveSmallIntegerField("最多几个", null=True, blank=True)

    class Meta:
        ordering = ["over", "name"]
        constraints = [
            models.UniqueConstraint(fields=["cycle", "over", "name"], name="fundlimit_once"),
            models.CheckConstraint(
                condition=Q(most_fen__isnull=False, most_count__isnull=True)
                | Q(most_fen__isnull=True, most_count__isnull=False),
                name="fundlimit_money_or_number",
            ),
        ]
