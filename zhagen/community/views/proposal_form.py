"""The form of a proposal: need, steps and cost lines; rows that are not needed stay folded."""

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from zhagen.community.actions.proposal import LineDraft, ProposalDraft
from zhagen.community.models import FundCycle, Proposal
from zhagen.community.views.fund_common import rules_of, theme_choices
from zhagen.parties.models import Organisation
from zhagen.platform.fields import LongTextField, MoneyField
from zhagen.platform.sections import Section

ROWS = 8
PARTS = ("what", "quantity", "unit_fen", "supplier", "price_source")


class ProposalForm(forms.Form):
    """What residents ask the fund for."""

    SECTIONS = tuple(
        Section(
            format_lazy(_("造价第 {row} 行"), row=row),
            tuple(f"{part}_{row}" for part in PARTS),
            folds=row > 1,
        )
        for row in range(1, ROWS + 1)
    )

    title = forms.CharField(label=_("名称"), max_length=60)
    need = LongTextField(label=_("要解决什么"), rows=3, max_length=1000)
    steps = LongTextField(
        label=_("怎么做、什么时候做完、谁来做"),
        rows=4,
        max_length=2000,
        help_text=_("提案人牵头，邻居能做什么也写上。"),
    )
    safeguard = LongTextField(label=_("以后谁来管"), rows=2, max_length=500, required=False)
    theme = forms.ChoiceField(label=_("主题"), widget=forms.RadioSelect)
    building = forms.CharField(label=_("楼栋（空为全社区）"), max_length=40, required=False)
    proposer_shown = forms.CharField(
        label=_("提案人公开的称呼"), max_length=40, help_text=_("如“3号楼赵大爷”，由本人定；电话不公开。")
    )
    has_no_ties = forms.BooleanField(
        label=_("提案人说：与街道、社区、机构、供应商都没有关联"), required=False,
        help_text=_("有关联的不勾，保存后逐条登记。"),
    )  # fmt: skip
    own_fen = MoneyField(label=_("居民自筹"), required=False)
    coaching_hours = forms.IntegerField(label=_("已辅导的小时"), min_value=0, max_value=1000, required=False)
    excludes = forms.CharField(
        label=_("只能实施其中一个的一组（组名，可不填）"), max_length=40, required=False
    )

    def __init__(self, *args: Any, cycle: FundCycle, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["theme"].choices = theme_choices(rules_of(cycle))  # type: ignore[attr-defined]
        for row in range(1, ROWS + 1):
            self._add_row(row)

    def _add_row(self, row: int) -> None:
        is_first = row == 1
        self.fields[f"what_{row}"] = forms.CharField(
            label=_("买什么、做什么"), max_length=60, required=is_first
        )
        self.fields[f"quantity_{row}"] = forms.IntegerField(
            label=_("数量"), min_value=1, max_value=1_000_000, required=is_first
        )
        self.fields[f"unit_fen_{row}"] = MoneyField(label=_("单价"), required=is_first)
        self.fields[f"supplier_{row}"] = forms.ModelChoiceField(
            label=_("拟用的供应商"), queryset=Organisation.objects.all(), required=False
        )
        self.fields[f"price_source_{row}"] = forms.CharField(
            label=_("价格从哪来"), max_length=100, required=False
        )

    def clean(self) -> dict[str, Any]:
        """Put the rows together into a draft once every field is sound."""
        data = super().clean() or {}
        lines = [self._line(row, data) for row in range(1, ROWS + 1) if data.get(f"what_{row}")]
        if not self.errors:
            names = [name for name in self.fields if not name[-1].isdigit()]
            own = {name: data[name] for name in names if name not in {"own_fen", "coaching_hours"}}
            data["draft"] = ProposalDraft(
                **own,
                own_fen=data["own_fen"] or 0,
                coaching_hours=data["coaching_hours"] or 0,
                lines=tuple(line for line in lines if line),
            )
        return data

    def _line(self, row: int, data: dict[str, Any]) -> LineDraft | None:
        quantity, unit_fen = data.get(f"quantity_{row}"), data.get(f"unit_fen_{row}")
        if quantity is None or unit_fen is None:
            self.add_error(None, now_("造价第 %(row)s 行请填数量和单价。") % {"row": row})
            return None
        return LineDraft(
            data[f"what_{row}"],
            quantity,
            unit_fen,
            data.get(f"supplier_{row}"),
            data.get(f"price_source_{row}", ""),
        )


def initial_of(proposal: Proposal) -> dict[str, Any]:
    """Return what the form of a proposal begins with."""
    own = {name: getattr(proposal, name) for name in ProposalForm.base_fields}
    for row, line in enumerate(proposal.cost_lines.all()[:ROWS], 1):
        own |= {f"{part}_{row}": getattr(line, part) for part in PARTS}
    return own
