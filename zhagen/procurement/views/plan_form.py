"""The form of a plan: needs, communities, method, money, and the terms that the notice will freeze."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhagen.core.buying.plan import BUDGET_ASSURED, methods_for
from zhagen.core.contract_terms import USUAL_CLOSING, ContractTerms, default_terms, terms_from_plain
from zhagen.core.indicators.registry import INDICATORS
from zhagen.core.lifecycle.need import NeedState
from zhagen.core.rulebook.rules import Rules
from zhagen.core.scoring.acceptance import Promise
from zhagen.core.scoring.renewal import Term
from zhagen.parties.models import Place
from zhagen.platform.fields import ChipField, LongTextField, MoneyField
from zhagen.platform.sections import Section
from zhagen.platform.texts import say
from zhagen.procurement.actions.plan import FIELDS, PlanDraft
from zhagen.procurement.models import BudgetLine, Need, Plan
from zhagen.procurement.terms_words import indicator_name, promise_name
from zhagen.procurement.views.buying import method_name

PROMISES = {
    "hours": "hours",
    "cases": "count",
    "visits": "count",
    "group_sessions": "count",
    "community_activities": "count",
}
"""Deliverables that a plan may promise, with their unit."""

MOST_NEEDS_SHOWN = 60
HUNDRED = 100


def _scale(term: Term) -> int:
    """Return what a threshold is multiplied with to be kept: shares in basis points, marks in hundredths."""
    return HUNDRED if INDICATORS[term.indicator].unit in ("bp", "centi") else 1


def _unit(term: Term) -> str:
    unit = INDICATORS[term.indicator].unit
    return {"bp": "%", "centi": gettext("分"), "days": gettext("天")}.get(unit, "")


class NeedChoices(forms.ModelMultipleChoiceField):
    """Open needs with their code and words."""

    def label_from_instance(self, need: Need) -> str:
        """Show the code and the beginning of the need."""
        return f"{need.code} {need.text[:40]}"


class PlanForm(forms.Form):
    """What a handler writes of a plan."""

    SECTIONS = (
        Section(
            _("钱和方式"),
            ("budget_line", "budget_fen", "year_fen", "method_", "method", "not_reserved_reason"),
        ),
        Section(
            _("服务条款"),
            ("term_months", "staff_percent", "wage_day", "deemed_days", "closing", "continuity"),
        ),
        Section(_("服务成果（至少写一项）"), ("promise_",)),
        Section(_("评估权重和续签门槛（已按规则填好）"), ("weight_", "least_"), folds=True, is_preset=True),
        Section(_("服务期超过十二个月的依据"), ("ground_",), folds=True),
    )

    title = forms.CharField(label=_("项目名称"), max_length=100)
    kind = ChipField(label=_("类型"), choices=Plan.Kind.choices, initial=Plan.Kind.PROJECT)
    category = forms.ChoiceField(label=_("品目"), choices=Plan.Category.choices)
    needs = NeedChoices(
        label=_("对应的居民需求"), queryset=Need.objects.none(), required=False,
        widget=forms.CheckboxSelectMultiple, help_text=_("列出已分办为“购买服务”的需求"),
    )  # fmt: skip
    no_needs_reason = LongTextField(label=_("没有关联需求的理由"), rows=2, max_length=300, required=False)
    communities = forms.ModelMultipleChoiceField(
        label=_("服务社区"), queryset=Place.objects.none(), widget=forms.CheckboxSelectMultiple
    )
    content = LongTextField(label=_("服务内容与绩效目标"), rows=6, max_length=4000)
    budget_line = forms.ModelChoiceField(label=_("预算项目"), queryset=BudgetLine.objects.none())
    budget_fen = MoneyField(label=_("项目预算（全部服务期）"))
    year_fen = MoneyField(label=_("其中由本预算年度支付"))
    method = forms.ChoiceField(label=_("采购方式"))
    method_reason = LongTextField(
        label=_("采用该方式的理由"),
        rows=2,
        max_length=300,
        required=False,
        help_text=_("直接采购和单一来源必填"),
    )
    not_reserved_reason = LongTextField(
        label=_("不专门面向中小企业的理由"), rows=2, max_length=300, required=False
    )
    term_months = forms.IntegerField(label=_("服务期（月）"), min_value=1, max_value=60, initial=12)
    staff_percent = forms.IntegerField(label=_("人员经费不低于合同金额的（%）"), min_value=1, max_value=100)
    wage_day = forms.IntegerField(label=_("每月发薪日不晚于（日）"), min_value=1, max_value=28)
    deemed_days = forms.IntegerField(label=_("验收逾期未答复视为通过（天）"), min_value=1, max_value=90)
    closing = forms.MultipleChoiceField(label=_("结项条件"), widget=forms.CheckboxSelectMultiple)
    continuity = LongTextField(label=_("跨季度服务衔接安排"), rows=2, max_length=500, required=False)

    def __init__(
        self, *args: Any, street: Place, rules: Rules, plan: Plan | None = None, **kwargs: Any
    ) -> None:
        self.rules = rules
        self.terms = terms_from_plain(plan.terms) if plan else default_terms(rules)
        kwargs["initial"] = {**self._initial(plan), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        inside = Q(place__code__startswith=street.pk[:9])
        open_needs = Need.objects.filter(inside, Q(state=NeedState.TO_BUY) | Q(plans=plan if plan else None))
        self.fields["needs"].queryset = open_needs.distinct()
        self.fields["communities"].queryset = Place.objects.filter(parent=street.pk, is_active=True)
        self.fields["budget_line"].queryset = BudgetLine.objects.filter(place=street)
        names = [(each.method, method_name(each.method)) for each in methods_for(1, rules)]
        self.fields["method"].choices = names
        self.fields["closing"].choices = [(code, say(f"closing.{code}")) for code in USUAL_CLOSING]
        self._add_terms_fields()

    def _initial(self, plan: Plan | None) -> dict[str, Any]:
        values: dict[str, Any] = {name: getattr(plan, name) for name in FIELDS} if plan else {}
        if plan:
            values["needs"] = plan.needs.all()
            values["communities"] = plan.communities.all()
            values |= {f"ground_{code}": text for code, text in plan.long_term_grounds.items()}
        terms = self.terms
        return values | {
            "staff_percent": -(-terms.protected_staff_bp // 100),
            "wage_day": terms.wage_day,
            "deemed_days": terms.deemed_days,
            "closing": list(terms.closing),
            "continuity": terms.continuity,
            **{f"promise_{each.name}": each.promised for each in terms.promises},
            **{f"weight_{item.name}": item.weight_bp // 100 for item in terms.scheme.items},
            **{f"least_{term.name}": Decimal(term.threshold) / _scale(term) for term in terms.renewal},
        }

    def _add_terms_fields(self) -> None:
        whole = {"min_value": 0, "max_value": 1_000_000, "required": False}
        for name in PROMISES:
            label = _("服务成果：%(name)s") % {"name": promise_name(name)}
            self.fields[f"promise_{name}"] = forms.IntegerField(label=label, **whole)
        for item in self.terms.scheme.items:
            label = _("评估权重（%%）：%(name)s") % {"name": indicator_name(item.indicator)}
            self.fields[f"weight_{item.name}"] = forms.IntegerField(label=label, min_value=0, max_value=100)
        for term in self.terms.renewal:
            label = _("续签门槛：%(name)s") % {"name": indicator_name(term.indicator)}
            self.fields[f"least_{term.name}"] = forms.DecimalField(
                label=label, min_value=0, max_digits=9, decimal_places=2
            )
            self.fields[f"least_{term.name}"].suffix = _unit(term)
        for code in (*self.rules.texts("contract.long_term_conditions"), BUDGET_ASSURED):
            label = _("超过十二个月的依据：%(name)s") % {"name": say(f"ground.{code}")}
            self.fields[f"ground_{code}"] = forms.CharField(label=label, max_length=200, required=False)

    def draft(self) -> PlanDraft:
        """Return what was typed as the action wants it."""
        data = self.cleaned_data
        grounds = {
            name.removeprefix("ground_"): text for name, text in data.items() if name.startswith("ground_")
        }
        values = {name: data[name] for name in (*FIELDS, "needs", "communities")}
        return PlanDraft(
            **values, long_term_grounds={k: v for k, v in grounds.items() if v}, terms=self._terms(data)
        )

    def _terms(self, data: Mapping[str, Any]) -> ContractTerms:
        items = tuple(
            replace(item, weight_bp=data[f"weight_{item.name}"] * 100) for item in self.terms.scheme.items
        )
        promises = tuple(
            Promise(name, unit, data[f"promise_{name}"], takes_off_plan=name == "hours")
            for name, unit in PROMISES.items()
            if data[f"promise_{name}"]
        )
        return replace(
            self.terms,
            promises=promises,
            scheme=replace(self.terms.scheme, items=items),
            renewal=tuple(
                replace(term, threshold=round(data[f"least_{term.name}"] * _scale(term)))
                for term in self.terms.renewal
            ),
            closing=tuple(data["closing"]),
            protected_staff_bp=data["staff_percent"] * 100,
            wage_day=data["wage_day"],
            deemed_days=data["deemed_days"],
            continuity=data["continuity"],
        )
