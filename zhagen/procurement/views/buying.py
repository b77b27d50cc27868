"""What the pages of buying share: a page of one step, the name of a method, the form of a decision."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhagen.core.buying.plan import Decision, needs_collective_decision
from zhagen.core.money import format_yuan
from zhagen.core.rulebook.rules import Rules
from zhagen.platform.fields import DayField, LongTextField
from zhagen.platform.forms import answer_form
from zhagen.platform.parts import ToConfirm
from zhagen.platform.texts import language, say
from zhagen.procurement.actions.folder import FolderLine, folder_of
from zhagen.procurement.actions.plan_paper import TITLES
from zhagen.procurement.actions.tender_paper import ready_kinds
from zhagen.procurement.models import Plan, Tender

Act = Callable[[dict[str, Any]], HttpResponse]


def step_form(
    request: HttpRequest, form: type[forms.Form], act: Act, *, about: dict[str, Any], **form_kwargs: Any
) -> HttpResponse:
    """Answer a page with one form: heading, lead, where to go back.

    Args:
        request: GET shows, POST acts.
        form: The form.
        act: Does it.
        about: `heading`, `lead`, `cancel_url` and what else the template shows.
        form_kwargs: Further arguments of the form.
    """
    return answer_form(request, form, act, "procurement/buying/step.html", about, **form_kwargs)


def method_name(method: str) -> str:
    """Return the name of a method of purchase in the reader's language."""
    return say(f"method.{method}")


def to_confirm(rules: Rules, *names: str) -> list[ToConfirm]:
    """Return those of the named values that nobody has verified yet."""
    values = [rules.value(name) for name in names if rules.has(name)]
    return [
        ToConfirm(value.label(language()), _shown(value.value, value.unit), value.source)
        for value in values
        if value.confirm
    ]


def _shown(value: object, unit: str) -> str:
    if unit == "yuan" and isinstance(value, int):
        return f"{format_yuan(value * 100)} {say('unit.yuan')}"
    if unit == "bp" and isinstance(value, int):
        return f"{value / 100:g}%"
    return f"{value} {say(f'unit.{unit}')}"


@dataclass(frozen=True)
class PaperLine:
    """One line of the folder as the page draws it; `make_url` where the product can fill the paper now."""

    line: FolderLine
    name: str
    make_url: str

    @property
    def is_wanted(self) -> bool:
        """Whether the method asks for it, it is on file, or it can be made now."""
        return bool(self.line.is_missing or self.line.papers or self.make_url)


def paper_lines(plan: Plan, tender: Tender | None = None) -> list[PaperLine]:
    """Return the archive folder of a purchase for a page, with what can be made of the plan or the round."""
    tender = tender or plan.tenders.order_by("-created_at").first()
    urls = {kind: reverse("plan_document", args=[plan.pk, kind]) for kind in TITLES}
    if tender is not None:
        urls |= {kind: reverse("tender_document", args=[tender.pk, kind]) for kind in ready_kinds(tender)}
    is_zh = language() == "zh"
    return [
        PaperLine(line, line.kind.zh if is_zh else line.kind.en, urls.get(line.kind.code, ""))
        for line in folder_of(plan)
    ]


class ReasonForm(forms.Form):
    """A reason in words."""

    reason = LongTextField(label=_("理由"), rows=3, max_length=300)


class DecisionForm(forms.Form):
    """A decision on record."""

    body = forms.ChoiceField(label=_("议事机构"))
    number = forms.CharField(label=_("会议纪要号或审批文号"), max_length=60)
    decided_on = DayField(label=_("决定日期"))
    attendees = forms.IntegerField(label=_("到会人数"), min_value=1, max_value=200, required=False)

    def __init__(self, *args: Any, rules: Rules, amount_fen: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bodies = [(body, body) for body in rules.texts("procurement.decision_bodies")]
        if not needs_collective_decision(amount_fen, rules):
            bodies.append((str(_("分管领导审批")), _("分管领导审批（低于集体决策起点）")))
        self.fields["body"].choices = bodies
        self.fields["attendees"].required = needs_collective_decision(amount_fen, rules)

    @staticmethod
    def decision(data: dict[str, Any]) -> Decision:
        """Return the decision that was typed."""
        return Decision(data["body"], data["number"], data["decided_on"], data["attendees"])
