"""Pages of the scanned minutes of a decision: attach one, download one."""

import mimetypes
from typing import Any

from django import forms
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhagen.community.actions.decision_scan import add_decision_scan
from zhagen.community.actions.fund_receipt import keep_scan
from zhagen.community.models import DecisionScan, ListDecision
from zhagen.community.views.fund_common import STEP, step_context
from zhagen.platform.files import stored_path
from zhagen.platform.forms import answer_form
from zhagen.platform.home import data_home
from zhagen.platform.pages import page
from zhagen.platform.uploads import MOST_BYTES


def scan_field(*, required: bool) -> forms.FileField:
    """Return the field in which signed minutes are chosen."""
    return forms.FileField(
        label=_("签字的会议纪要扫描件"),
        required=required,
        help_text=_("PDF 或照片，照片里的拍摄地点会去掉。只有工作人员和居务监督委员会能看，不公开。"),
        widget=forms.FileInput(attrs={"accept": "application/pdf,image/*"}),
    )


class ScanForm(forms.Form):
    """One scan."""

    scan = scan_field(required=True)


@page("decision_scan.add", ListDecision, methods=("GET", "POST"))
def decision_scan_add(request: HttpRequest, obj: ListDecision) -> HttpResponse:
    """Attach the signed minutes of a decision."""
    back = reverse("proposed_list_view", args=[obj.proposed_list_id])

    def act(data: dict[str, Any]) -> HttpResponse:
        kept = keep_scan(data["scan"].read(MOST_BYTES + 1))
        add_decision_scan(obj, kept, by=request.actor, now=request.received_at)  # type: ignore[attr-defined]
        return redirect(back)

    about = f"{obj.get_step_display()} · {obj.minutes_no}"
    return answer_form(request, ScanForm, act, STEP, step_context(_("附会议纪要扫描件"), about, back))


@page("decision_scan.download", DecisionScan)
def decision_scan_download(request: HttpRequest, obj: DecisionScan) -> HttpResponse:
    """Send a scan as a download, never to be shown inside the site."""
    file = stored_path(data_home() / "evidence", obj.file_digest).open("rb")
    ending = mimetypes.guess_extension(obj.content_type) or ""
    name = f"{obj.decision.get_step_display()} {obj.decision.minutes_no}{ending}"
    return FileResponse(file, as_attachment=True, filename=name, content_type=obj.content_type)
