"""The form of a fund cycle; what the rulebook proposes is filled in."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhagen.community.actions.fund_cycle import CycleDraft
from zhagen.community.models import FundCycle
from zhagen.core.fund.quota import clearing_on
from zhagen.core.rulebook.rules import Rules
from zhagen.parties.models import Organisation, Place
from zhagen.parties.rules import rules_for
from zhagen.platform.clock import today
from zhagen.platform.fields import ChipField, DayField, MoneyField
from zhagen.platform.sections import Section
from zhagen.platform.texts import say

HUNDRED = 100
VOTE_DAYS = dt.timedelta(days=6)


class CycleForm(forms.Form):
    """What the street decides before ideas are asked for."""

    SECTIONS = (
        Section(_("多少钱"), ("quota_way", "residents", "direct_fen", "budget_code")),
        Section(_("什么时候"), ("ideas_until_on", "vote_from_on", "vote_until_on", "clearing_on")),
        Section(_("机构陪伴与配套"), ("coach", "coaching_fen", "matching_pot_fen"), folds=True),
        Section(
            _("怎么投、怎么算"),
            ("mode", "vote_type", "most_named", "rule", "utility", "completion", "tie", "tie_seed", "least_votes",
             "expert_percent"),
            folds=True,
            is_preset=True,
        ),
    )  # fmt: skip

    title = forms.CharField(label=_("名称"), max_length=100)
    place = forms.ModelChoiceField(label=_("社区或街道"), queryset=Place.objects.none(), empty_label=None)
    stage = ChipField(label=_("层级"))
    building = forms.CharField(label=_("楼院（楼院一级才填）"), max_length=40, required=False)
    year = forms.IntegerField(label=_("年度"), min_value=2000, max_value=2100)
    from_cycle = forms.ModelChoiceField(
        label=_("接哪一轮（下一级）"), queryset=FundCycle.objects.none(), required=False
    )
    quota_way = ChipField(label=_("额度怎么定"), choices=FundCycle.QuotaWay.choices)
    residents = forms.IntegerField(
        label=_("常住人口"),
        required=False,
        min_value=0,
        max_value=10_000_000,
        help_text=_("按公式核定时填。"),
    )
    direct_fen = MoneyField(label=_("直接核定的金额"), required=False)
    budget_code = forms.CharField(label=_("预算项目编码"), max_length=40, required=False)
    ideas_until_on = DayField(label=_("征集点子到"))
    vote_from_on = DayField(label=_("投票开始"))
    vote_until_on = DayField(label=_("投票截止"))
    clearing_on = DayField(label=_("结余清理"))
    coach = forms.ModelChoiceField(
        label=_("陪伴辅导的机构"), queryset=Organisation.objects.none(), required=False
    )
    coaching_fen = MoneyField(label=_("陪伴辅导费"), required=False)
    matching_pot_fen = MoneyField(label=_("配套资金（楼栋自筹的，按规则手册配套）"), required=False)
    mode = ChipField(label=_("谁投票"), choices=FundCycle.Mode.choices)
    vote_type = ChipField(label=_("怎么投"), choices=FundCycle.VoteType.choices)
    most_named = forms.IntegerField(
        label=_("每票最多几项"), required=False, min_value=0, max_value=1000, help_text=_("0 为不限。")
    )
    rule = ChipField(label=_("怎么算出入选"), choices=FundCycle.Rule.choices)
    utility = ChipField(label=_("一票算多少"), choices=FundCycle.Utility.choices)
    completion = ChipField(label=_("余款怎么补足"), choices=FundCycle.Completion.choices)
    tie = ChipField(label=_("平局时"), choices=FundCycle.Tie.choices)
    tie_seed = forms.CharField(label=_("公开的种子"), max_length=64, required=False)
    least_votes = forms.IntegerField(label=_("最低票数"), required=False, min_value=0, max_value=1_000_000)
    expert_percent = forms.IntegerField(label=_("专家权重（%）"), required=False, min_value=0, max_value=100)

    def __init__(self, *args: Any, places: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        first = places.first()
        stages = rules_for(first.pk, today()).texts("fund.stages") if first else ()
        fields: Any = self.fields
        fields["place"].queryset = places
        fields["stage"].choices = [(code, say(f"stage.fund.{code}")) for code in stages]
        fields["from_cycle"].queryset = FundCycle.objects.filter(place__in=places).exclude(state="draft")
        fields["coach"].queryset = Organisation.objects.filter(kind=Organisation.Kind.AGENCY)


def draft_of(data: dict[str, Any]) -> CycleDraft:
    """Return the draft that the form's data describe."""
    percent = data.pop("expert_percent") or 0
    numbers = ("residents", "direct_fen", "coaching_fen", "matching_pot_fen", "most_named", "least_votes")
    zeros = {name: data.pop(name) or 0 for name in numbers}
    return CycleDraft(**data, **zeros, expert_weight_bp=percent * HUNDRED)


def initial_of(places: Any, cycle: FundCycle | None = None) -> dict[str, Any]:
    """Return what the form begins with: the draft's own values, else what the rulebook proposes."""
    if cycle is not None:
        names = [field for field in CycleForm.base_fields if hasattr(cycle, field)]
        direct = cycle.quota_fen if cycle.quota_way == FundCycle.QuotaWay.DIRECT else None
        own = {name: getattr(cycle, name) for name in names}
        return {**own, "direct_fen": direct, "expert_percent": cycle.expert_weight_bp // HUNDRED}
    first = places.exclude(level=Place.Level.STREET).first() or places.first()
    return _proposed(first, rules_for(first.pk, today())) if first else {}


def _proposed(place: Place, rules: Rules) -> dict[str, Any]:
    ideas = today() + dt.timedelta(days=2 * rules.int("fund.ideas_min"))
    vote = ideas + dt.timedelta(days=2 * rules.int("fund.list_public_min") + 1)
    return {
        "place": place.pk,
        "stage": "street" if place.level == Place.Level.STREET else "community",
        "year": today().year,
        "quota_way": FundCycle.QuotaWay.URBAN,
        "ideas_until_on": ideas,
        "vote_from_on": vote,
        "vote_until_on": vote + VOTE_DAYS,
        "clearing_on": clearing_on(today().year, rules),
        "expert_percent": 0,
        **{
            name: FundCycle._meta.get_field(name).default
            for name in (
                "mode",
                "vote_type",
                "most_named",
                "rule",
                "utility",
                "completion",
                "tie",
                "least_votes",
            )
        },
    }
