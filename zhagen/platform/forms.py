"""How a page answers a form: valid and allowed → act; else the form again with what was typed (422)."""

from collections.abc import Callable
from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from zhagen.core.errors import RuleError, SeveralRulesError
from zhagen.platform.texts import explain
from zhagen.platform.tx import AlreadyDone


def answer_form(
    request: HttpRequest,
    form_class: type[Form],
    act: Callable[[dict[str, Any]], HttpResponse],
    template: str,
    context: dict[str, Any] | None = None,
    **form_kwargs: Any,
) -> HttpResponse:
    """Show a form, or act on it and return the action's answer.

    Args:
        request: GET shows the form; POST acts.
        form_class: The form; its texts are checked by it, the rules by the action.
        act: Does it with the cleaned data; may raise RuleError.
        template: Page with `form` in its context.
        context: More for the template.
        form_kwargs: Further arguments of the form.
    """
    if request.method != "POST":
        return render(request, template, {**(context or {}), "form": form_class(**form_kwargs)})
    form = form_class(request.POST, request.FILES, **form_kwargs)
    if form.is_valid():
        try:
            return act(form.cleaned_data)
        except AlreadyDone:
            raise
        except RuleError as error:
            for each in error.errors if isinstance(error, SeveralRulesError) else (error,):
                form.add_error(None, explain(each))
    return render(request, template, {**(context or {}), "form": form}, status=422)
