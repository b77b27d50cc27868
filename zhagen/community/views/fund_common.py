"""What the pages of a fund share: names of codes, a step's page, moves that the reader may make."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Model
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from zhagen.community.models import FundCycle
from zhagen.core.rulebook.rules import Rules
from zhagen.core.types import Actor
from zhagen.parties.rules import rules_for, thawed
from zhagen.platform.clock import today
from zhagen.platform.forms import answer_form
from zhagen.platform.pages import page
from zhagen.platform.parts import Look, Move
from zhagen.platform.scope import visible
from zhagen.platform.texts import say

STEP = "community/fund_cycle/step.html"


def rules_of(cycle: FundCycle) -> Rules:
    """Return the rules that a cycle froze; today's while it is a draft."""
    return thawed(cycle.rules_id) if cycle.rules_id else rules_for(cycle.place_id, today())


def theme_choices(rules: Rules) -> list[tuple[str, str]]:
    """Return the rulebook's themes with their names."""
    return [(code, say(f"theme.fund.{code}")) for code in rules.texts("fund.themes")]


def allowed(actor: Actor, action: str, obj: Model) -> bool:
    """Return whether the reader may do an action on an object."""
    return visible(actor, action, type(obj)).filter(pk=obj.pk).exists()


def moves_of(
    request: HttpRequest, obj: Model, wanted: Iterable[tuple[str, object, str, Look, bool]]
) -> list[Move]:
    """Return the buttons of the steps that the reader may take.

    Args:
        request: The request.
        obj: The object.
        wanted: For each step its action, label, page, look, and whether the button posts at once.
    """
    actor = request.actor  # type: ignore[attr-defined]
    return [
        Move(label, reverse(name, args=[obj.pk]), look, is_post=is_post)
        for action, label, name, look, is_post in wanted
        if allowed(actor, action, obj)
    ]


def step_context(title: object, label: object, back: str, **more: object) -> dict[str, Any]:
    """Return what a step's page shows around its form: heading, what it is about, the way back."""
    return {
        "heading": title,
        "lead": label,
        "cancel_url": back,
        "crumbs": [(label, back), (title, "")],
        **more,
    }


def form_step(
    action: str,
    model: type[Model],
    form: type[Form],
    act_on: Callable[..., object],
    *,
    title: object,
    then: str,
    lead: Callable[[Any], object] = str,
    submit_look: str = "primary",
) -> Callable[..., HttpResponse]:
    """Return the view of a step with a form: its words go to the action, then back to the object's page."""

    @page(action, model, methods=("GET", "POST"))
    def view(request: HttpRequest, obj: Model) -> HttpResponse:
        back = reverse(then, args=[obj.pk])

        def act(data: dict[str, Any]) -> HttpResponse:
            act_on(obj, **data, by=request.actor, now=request.received_at)  # type: ignore[attr-defined]
            return redirect(back)

        context = step_context(title, lead(obj), back, submit_look=submit_look)
        return answer_form(request, form, act, STEP, context)

    return view
