"""Drafting a contract from an award: number, first day, instalments; everything else is frozen already."""

import datetime as dt
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhagen.core.calendar import after
from zhagen.core.errors import RuleError
from zhagen.core.money import split_by_weights
from zhagen.parties.rules import rules_for, thawed
from zhagen.platform.clock import today
from zhagen.platform.fields import DayField, MoneyField
from zhagen.platform.forms import answer_form
from zhagen.platform.pages import page
from zhagen.platform.sections import Section
from zhagen.procurement.actions.award import AwardedTerms, awarded_terms
from zhagen.procurement.actions.contract import ContractDraft, InstalmentDraft, draft_contract
from zhagen.procurement.models import Award, Contract
from zhagen.procurement.terms_words import terms_in_words

ROWS = 4
USUAL_WEIGHTS = (4, 6)
PARTS = ("amount_fen", "due_on", "budget_year", "condition", "is_on_signing")


class DraftForm(forms.Form):
    """What the award leaves open."""

    SECTIONS = tuple(
        Section(
            format_lazy(_("第 {row} 期付款"), row=row), tuple(f"{part}_{row}" for part in PARTS), folds=True
        )
        for row in range(1, ROWS + 1)
    )

    number = forms.CharField(label=_("合同编号"), max_length=60)
    title = forms.CharField(label=_("名称"), max_length=100)
    starts_on = DayField(label=_("服务开始日期"))
    is_budget_assured = forms.BooleanField(
        label=_("后续年度预算已有保障（服务期超过一年时必填）"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for row in range(1, ROWS + 1):
            order = {"row": row}
            self.fields[f"amount_fen_{row}"] = MoneyField(
                label=gettext("第 %(row)s 期金额") % order, required=row == 1
            )
            self.fields[f"due_on_{row}"] = DayField(
                label=gettext("第 %(row)s 期应付日期") % order, required=row == 1
            )
            self.fields[f"budget_year_{row}"] = forms.IntegerField(
                label=gettext("第 %(row)s 期预算年度") % order,
                min_value=2000,
                max_value=2100,
                required=row == 1,
            )
            self.fields[f"condition_{row}"] = forms.CharField(
                label=gettext("第 %(row)s 期付款条件") % order, max_length=200, required=row == 1
            )
            self.fields[f"is_on_signing_{row}"] = forms.BooleanField(
                label=gettext("第 %(row)s 期签订后即付（不需验收）") % order, required=False
            )

    def instalments(self) -> tuple[InstalmentDraft, ...]:
        """Return the rows that were filled in.

        Raises:
            RuleError: "contract.instalment_incomplete" names a row that is half filled.
        """
        drafts = []
        for row in range(1, ROWS + 1):
            values = {part: self.cleaned_data[f"{part}_{row}"] for part in PARTS}
            if not any(values.values()):
                continue
            if not all(values[part] for part in PARTS[:-1]):
                raise RuleError("contract.instalment_incomplete", row=row)
            drafts.append(InstalmentDraft(**values))
        return tuple(drafts)


@page("contract.draft", Award, methods=("GET", "POST"))
def contract_draft(request: HttpRequest, obj: Award) -> HttpResponse:
    """Draft the contract of an award; terms, price and length come frozen from the round."""
    awarded = awarded_terms(obj)

    def act(data: dict[str, Any]) -> HttpResponse:
        contract = _draft(request, obj, awarded, bound[0])
        return redirect("contract_view", pk=contract.pk)

    bound: list[DraftForm] = []

    class Form(DraftForm):
        """The form of this award, so that the action can read its rows."""

        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            bound[:] = [self]

    context = {
        "heading": gettext("起草合同"),
        "award": obj,
        "words": terms_in_words(awarded.terms),
        "crumbs": [(gettext("合同"), reverse("contract_list")), (gettext("起草合同"), "")],
        "cancel_url": reverse("contract_list"),
    }
    return answer_form(
        request, Form, act, "procurement/contract/draft.html", context, initial=_initial(obj, awarded)
    )


def _initial(award: Award, awarded: AwardedTerms) -> dict[str, Any]:
    starts_on = today() + dt.timedelta(days=7)
    ends_on = last_day(starts_on, awarded.term_months)
    first, rest = split_by_weights(awarded.amount_fen, USUAL_WEIGHTS)
    return {
        "number": f"{award.tender.number}-HT",
        "title": award.tender.title,
        "starts_on": starts_on,
        "amount_fen_1": first,
        "due_on_1": starts_on + dt.timedelta(days=20),
        "budget_year_1": starts_on.year,
        "condition_1": "合同签订后",
        "is_on_signing_1": True,
        "amount_fen_2": rest,
        "due_on_2": ends_on,
        "budget_year_2": ends_on.year,
        "condition_2": "履约验收合格后",
    }


def last_day(starts_on: dt.date, months: int) -> dt.date:
    """Return the last day of a term of whole months."""
    return after(starts_on, months, "months") - dt.timedelta(days=1)


def _draft(request: HttpRequest, award: Award, awarded: AwardedTerms, form: DraftForm) -> Contract:
    data = form.cleaned_data
    rules = (
        thawed(awarded.rules_digest)
        if awarded.rules_digest
        else rules_for(award.tender.plan.place_id, today())
    )
    draft = ContractDraft(
        place=awarded.plan.place,
        agency=awarded.agency,
        title=data["title"],
        number=data["number"],
        kind=awarded.kind,
        amount_fen=awarded.amount_fen,
        starts_on=data["starts_on"],
        ends_on=last_day(data["starts_on"], awarded.term_months),
        terms=awarded.terms,
        instalments=form.instalments(),
        communities=awarded.communities,
        plan=awarded.plan,
        award=award,
        origin=Contract.Origin.OUTSIDE if award.is_from_outside else Contract.Origin.AWARD,
        grounds=frozenset(awarded.grounds),
        is_budget_assured=data["is_budget_assured"],
    )
    return draft_contract(draft, by=request.actor, now=request.received_at, rules=rules)
