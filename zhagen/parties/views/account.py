"""One's own account: password, second factor, where one is signed in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from zhagen.parties.models import Appointment
from zhagen.platform.pages import page


@page("account.settings")
def my_account(request: HttpRequest) -> HttpResponse:
    """Show one's own roles and the ways to keep the account safe."""
    held = Appointment.objects.filter(user=request.actor.key).select_related("place", "organisation")
    return render(request, "parties/account/settings.html", {"appointments": held.order_by("-from_on")})
