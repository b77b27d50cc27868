"""The desk: for each role, what to do next and by when."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from zhagen.platform.clock import today
from zhagen.platform.desk import Reader, buttons_for, figures_for, first_steps_for, items_for
from zhagen.platform.pages import page

GROUPS = (
    ("overdue", _("已超期")),
    ("today", _("今天")),
    ("week", _("七天内")),
    ("later", _("以后，或有空时")),
)


@page("site.desk")
def desk(request: HttpRequest) -> HttpResponse:
    """Show the desk of the person who signed in."""
    reader = Reader(request.actor, today())
    rated = items_for(reader)
    groups = [(key, title, [item for urgency, item in rated if urgency == key]) for key, title in GROUPS]
    context = {
        "groups": [group for group in groups if group[2]],
        "figures": figures_for(reader),
        "buttons": buttons_for(request.actor),
        "first_steps": first_steps_for(request.actor),
        "day": reader.today,
    }
    return render(request, "web/desk.html", context)
