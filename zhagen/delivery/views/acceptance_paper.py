"""The acceptance form on the acceptance's page: filled for download, its stamped scan taken in."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhagen.core.types import Actor
from zhagen.delivery.actions import acceptance_paper as actions
from zhagen.delivery.models import Acceptance
from zhagen.platform.forms import answer_form
from zhagen.platform.pages import page
from zhagen.platform.scope import visible
from zhagen.procurement.actions.paper import take_file
from zhagen.procurement.models import Paper


@page("acceptance.write_form", Acceptance, methods=("POST",))
def acceptance_form(request: HttpRequest, obj: Acceptance) -> HttpResponse:
    """Fill the form, put it on file with its hash and offer it for download."""
    filled = actions.acceptance_form(obj, request.received_at)
    paper = actions.keep_form(obj, filled, by=request.actor, now=request.received_at)
    return redirect("paper_download", pk=paper.pk)


class ScanForm(forms.Form):
    """The stamped form."""

    scan = forms.FileField(label=_("盖章扫描件"), help_text=_("各方签字盖章后的验收单，PDF 或照片。"))


@page("acceptance.add_scan", Acceptance, methods=("GET", "POST"))
def acceptance_scan(request: HttpRequest, obj: Acceptance) -> HttpResponse:
    """Take in the stamped form."""
    back, title = reverse("acceptance_view", args=[obj.pk]), gettext("上传盖章扫描件")

    def act(data: dict[str, Any]) -> HttpResponse:
        content, content_type = take_file(data["scan"])
        actions.keep_scan(obj, content, content_type, by=request.actor, now=request.received_at)
        return redirect(back)

    crumbs = [(gettext("履约验收"), reverse("acceptance_list")), (obj.number, back), (title, "")]
    context = {"acceptance": obj, "heading": title, "cancel_url": back, "crumbs": crumbs}
    return answer_form(request, ScanForm, act, "delivery/acceptance/step.html", context)


def papers_of(actor: Actor, acceptance: Acceptance) -> dict[str, Any]:
    """Return the forms on file, whether the stamped one is still missing, and where to make and upload them."""
    found = actions.forms_of(acceptance)
    shown = set(
        visible(actor, "paper.download", Paper)
        .filter(pk__in=[paper.pk for paper, _ in found])
        .values_list("pk", flat=True)
    )
    own = visible(actor, "acceptance.write_form", Acceptance).filter(pk=acceptance.pk).exists()
    return {
        "on_file": [
            (paper, is_scan, reverse("paper_download", args=[paper.pk]) if paper.pk in shown else "")
            for paper, is_scan in found
        ],
        "lacks_scan": bool(found) and not any(is_scan for _, is_scan in found),
        "form_url": reverse("acceptance_form", args=[acceptance.pk]) if own else "",
        "scan_url": reverse("acceptance_scan", args=[acceptance.pk]) if own else "",
    }
