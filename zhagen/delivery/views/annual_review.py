"""Pages of annual reviews."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from zhagen.delivery.models import AnnualReview
from zhagen.platform.pages import page


@page("annual_review.view", AnnualReview)
def annual_review_view(request: HttpRequest, obj: AnnualReview) -> HttpResponse:
    """Show one annual review."""
    return render(request, "delivery/annual_review/view.html", {"review": obj})
