"""The form of a procurement project: notice, deadline, suppliers asked, panel, scoring table."""

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhagen.core.rulebook.rules import Rules
from zhagen.parties.models import Organisation, User
from zhagen.platform.clock import today
from zhagen.platform.fields import ChipField, LongTextField, MomentField, MoneyField
from zhagen.platform.sections import Section
from zhagen.procurement.actions.tender import CriterionDraft, TenderDraft, has_round
from zhagen.procurement.models import Criterion, Plan, Tender

LINES = 7
"""Lines of the scoring table on the form; empty ones are left out."""

PLAIN = (
    "title", "notice", "requirements", "closes_at", "is_invited_only", "fixed_price_fen", "expert_seats",
    "resident_seats", "buyer", "draw_kind",
)  # fmt: skip


class OutsideForm(forms.Form):
    """What a handler writes of a purchase without a round of sealed bids here: direct, or on the finance platform."""

    title = forms.CharField(label=_("项目名称"), max_length=100)
    notice = LongTextField(label=_("采购说明"), rows=4, max_length=4000)

    def __init__(
        self, *args: Any, plan: Plan, rules: Rules, tender: Tender | None = None, **kwargs: Any
    ) -> None:
        last = tender or plan
        text = tender.notice if tender else plan.content
        super().__init__(*args, **{**kwargs, "initial": {"title": last.title, "notice": text}})

    @staticmethod
    def draft(data: dict[str, Any]) -> TenderDraft:
        """Return what was typed as the action wants it: no deadline, no panel, no scoring table."""
        return TenderDraft(data["title"], data["notice"], expert_seats=0, resident_seats=0)


def form_for(plan: Plan, rules: Rules) -> type[forms.Form]:
    """Return the form that fits the plan's method."""
    return TenderForm if has_round(plan.method, rules) else OutsideForm


class TenderForm(forms.Form):
    """What a handler writes of a round of sealed bids."""

    SECTIONS = (
        Section(_("只邀请几家，或固定价格"), ("is_invited_only", "invited", "fixed_price_fen"), folds=True),
        Section(_("评审小组"), ("expert_seats", "resident_seats", "buyer", "draw_kind")),
        *(
            Section(
                format_lazy(_("评分项 {number}"), number=line),
                (f"kind_{line}", f"title_{line}", f"weight_{line}", f"standard_{line}"),
                folds=True,
                shows=f"{{title_{line}}} {{weight_{line}}}%",
            )
            for line in range(1, LINES + 1)
        ),
    )

    title = forms.CharField(label=_("项目名称"), max_length=100)
    notice = LongTextField(label=_("公告正文"), rows=6, max_length=4000)
    requirements = LongTextField(
        label=_("供应商条件"), rows=3, max_length=1000, required=False,
        help_text=_("不得以特定地区、特定行业的业绩奖项、所有制或所在地作为条件"),
    )  # fmt: skip
    closes_at = MomentField(label=_("响应截止时间"))
    is_invited_only = forms.BooleanField(label=_("只邀请下列机构，不公开征集"), required=False)
    invited = forms.ModelMultipleChoiceField(
        label=_("邀请机构"),
        queryset=Organisation.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    fixed_price_fen = MoneyField(
        label=_("固定价格"), required=False, help_text=_("填写后不评价格，改评服务时数和质量；不固定则留空")
    )
    expert_seats = forms.IntegerField(label=_("专家席位"), min_value=0, max_value=15)
    resident_seats = forms.IntegerField(label=_("居民代表席位（抽签产生）"), min_value=0, max_value=15)
    buyer = forms.ModelChoiceField(label=_("采购人代表"), queryset=User.objects.none(), required=False)
    draw_kind = ChipField(label=_("专家怎么产生"), choices=Tender.DrawKind.choices)

    def __init__(
        self, *args: Any, plan: Plan, rules: Rules, tender: Tender | None = None, **kwargs: Any
    ) -> None:
        kwargs["initial"] = _initial(plan, rules, tender)
        super().__init__(*args, **kwargs)
        kinds = (Organisation.Kind.AGENCY, Organisation.Kind.OTHER, Organisation.Kind.COMMITTEE)
        self.fields["invited"].queryset = Organisation.objects.filter(kind__in=kinds)
        staff = User.objects.filter(
            appointments__place=plan.place_id,
            appointments__role__in=("handler", "chief", "leader"),
            is_active=True,
        )
        self.fields["buyer"].queryset = staff.distinct()
        for place in range(1, LINES + 1):
            self._add_line(place)

    def _add_line(self, place: int) -> None:
        kinds = [("", "—"), *Criterion.Kind.choices]
        number = {"number": place}
        self.fields[f"kind_{place}"] = forms.ChoiceField(
            label=_("评分项 %(number)s：类型") % number, choices=kinds, required=False
        )
        self.fields[f"title_{place}"] = forms.CharField(
            label=_("评分项 %(number)s：名称") % number, max_length=100, required=False
        )
        self.fields[f"weight_{place}"] = forms.IntegerField(
            label=_("评分项 %(number)s：权重（%%）") % number, min_value=1, max_value=100, required=False
        )
        self.fields[f"standard_{place}"] = LongTextField(
            label=_("评分项 %(number)s：各档怎么给分") % number, rows=2, max_length=600, required=False
        )

    def clean(self) -> dict[str, Any]:
        """Refuse a line of the table that is half written."""
        data = super().clean() or self.cleaned_data
        for place in range(1, LINES + 1):
            if data.get(f"kind_{place}") and not (data.get(f"weight_{place}") and data.get(f"title_{place}")):
                self.add_error(f"title_{place}", gettext("请同时填写名称和权重，或把类型改为“—”。"))
        return data

    @staticmethod
    def draft(data: dict[str, Any]) -> TenderDraft:
        """Return what was typed as the action wants it."""
        lines = [
            CriterionDraft(
                data[f"kind_{n}"], data[f"title_{n}"], data[f"weight_{n}"] * 100, data[f"standard_{n}"]
            )
            for n in range(1, LINES + 1)
            if data.get(f"kind_{n}")
        ]
        return TenderDraft(
            **{name: data[name] for name in PLAIN}, invited=tuple(data["invited"]), criteria=lines
        )


def _initial(plan: Plan, rules: Rules, tender: Tender | None) -> dict[str, Any]:
    last = tender or plan.tenders.order_by("-created_at").first()
    if last:
        values = {name: getattr(last, name) for name in PLAIN} | {"invited": last.invited.all()}
        lines = [
            (line.kind, line.title, line.weight_bp // 100, line.standard) for line in last.criteria.all()
        ]
        if not tender:
            values["closes_at"] = None
    else:
        lines = _proposed(plan, rules)
        quotes = plan.method == "three_quotes"
        values = {
            "title": plan.title,
            "is_invited_only": quotes,
            "expert_seats": 0 if quotes else 1,
            "resident_seats": 0 if quotes else 1,
            "draw_kind": Tender.DrawKind.OWN,
            "notice": gettext("%(office)s就“%(title)s”公开征集服务机构，欢迎符合条件的机构响应。（%(day)s）")
            % {"office": plan.place.name, "title": plan.title, "day": today().isoformat()},
        }
    for number, line in enumerate(lines, start=1):
        names = ("kind", "title", "weight", "standard")
        values |= {f"{name}_{number}": value for name, value in zip(names, line, strict=True)}
    return values


def _proposed(plan: Plan, rules: Rules) -> list[tuple[str, str, int, str]]:
    least = rules.int(rules.keyed("price", plan.method, "weight_min")) // 100
    price = [("price", gettext("报价"), least, "")]
    if least == 100:
        return price
    return [
        *price,
        (
            "quality",
            gettext("对居民需求的理解"),
            40,
            gettext("逐条写明怎么办、何时办完、怎么由居民确认：80–100；部分写明：50–79；只有套话：0–49"),
        ),
        (
            "quality",
            gettext("人员稳定与督导"),
            60 - least,
            gettext("固定社工、接替安排、督导计划齐全：80–100；缺一项：50–79；缺两项以上：0–49"),
        ),
    ]
