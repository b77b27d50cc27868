"""Pages of amendments: propose with the values before and after, agree for one's own side."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhagen.parties.rules import rules_for
from zhagen.platform.clock import today
from zhagen.platform.fields import DayField, LongTextField, MoneyField
from zhagen.platform.forms import answer_form
from zhagen.platform.pages import page
from zhagen.platform.texts import say
from zhagen.procurement.actions.amendment import AmendmentDraft, agree_amendment, propose_amendment
from zhagen.procurement.models import Amendment, Contract


class AmendmentForm(forms.Form):
    """What is to change and why."""

    amount_fen = MoneyField(label=_("变更后的合同金额"), required=False, help_text=_("不变则留空"))
    ends_on = DayField(label=_("变更后的结束日期"), required=False, help_text=_("不变则留空"))
    grounds = forms.MultipleChoiceField(
        label=_("服务期超过一年时：已记录的条件"), required=False, widget=forms.CheckboxSelectMultiple
    )
    is_budget_assured = forms.BooleanField(label=_("后续年度预算已有保障（有文件）"), required=False)
    decision_no = forms.CharField(label=_("会议纪要号"), max_length=60)
    reason = LongTextField(label=_("变更理由"), max_length=300)

    def __init__(self, *args: Any, grounds: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["grounds"].choices = [(code, say(f"ground.{code}")) for code in grounds]


@page("contract.amend", Contract, methods=("GET", "POST"))
def contract_amend(request: HttpRequest, obj: Contract) -> HttpResponse:
    """Propose an amendment."""

    def act(data: dict[str, Any]) -> HttpResponse:
        draft = AmendmentDraft(**{**data, "grounds": frozenset(data["grounds"])})
        propose_amendment(obj, draft, by=request.actor, now=request.received_at)
        return redirect("contract_view", pk=obj.pk)

    back = reverse("contract_view", args=[obj.pk])
    context = {
        "contract": obj,
        "heading": gettext("提出变更"),
        "cancel_url": back,
        "crumbs": [
            (gettext("合同"), reverse("contract_list")),
            (obj.number, back),
            (gettext("提出变更"), ""),
        ],
    }
    grounds = rules_for(obj.place_id, today()).texts("contract.long_term_conditions")
    return answer_form(
        request, AmendmentForm, act, "procurement/contract/step.html", context, grounds=grounds
    )


@page("amendment.agree", Amendment, methods=("POST",))
def amendment_agree(request: HttpRequest, obj: Amendment) -> HttpResponse:
    """Agree for one's own side."""
    agree_amendment(obj, by=request.actor, now=request.received_at)
    return redirect("contract_view", pk=obj.contract_id)
