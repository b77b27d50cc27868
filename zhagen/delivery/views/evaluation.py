"""Pages of evaluations."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from zhagen.delivery.models import Evaluation
from zhagen.platform.pages import page


@page("evaluation.view", Evaluation)
def evaluation_view(request: HttpRequest, obj: Evaluation) -> HttpResponse:
    """Show one evaluation."""
    return render(request, "delivery/evaluation/view.html", {"evaluation": obj})
