"""Pages of notices: the reader's list, and the paper slips of those who have no account."""

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from zhagen.parties.actions.notice import hand_over_notice, open_all_notices, open_notice
from zhagen.parties.models import Notice
from zhagen.parties.notices import notice_rest, notice_text, notice_title
from zhagen.platform.clock import today
from zhagen.platform.pages import page
from zhagen.platform.pdf import pdf_from_typst
from zhagen.platform.scope import visible

SHOWN = 100


def _shown(notices: list[Notice]) -> list[dict[str, object]]:
    return [{"notice": each, "title": notice_title(each), "rest": notice_rest(each)} for each in notices]


@page("notice.list")
def notice_list(request: HttpRequest) -> HttpResponse:
    """List the reader's notices: the open ones, those read whose matter still waits for him, the rest."""
    mine = visible(request.actor, "notice.list", Notice).order_by("-sent_at")
    unsettled = mine.filter(settled_at__isnull=True)
    parts = {
        "unread": unsettled.filter(read_at__isnull=True),
        "waiting": unsettled.filter(read_at__isnull=False).exclude(about=""),
        "past": mine.filter(Q(settled_at__isnull=False) | Q(read_at__isnull=False, about="")),
    }
    shown = {name: _shown(list(notices[:SHOWN])) for name, notices in parts.items()}
    return render(request, "parties/notice/list.html", shown)


@page("notice.open", Notice, methods=("POST",))
def notice_open(request: HttpRequest, obj: Notice) -> HttpResponse:
    """Mark a notice as read and go where it is done."""
    open_notice(obj, by=request.actor, now=request.received_at)
    return redirect(obj.url)


@page("notice.list", methods=("POST",))
def notice_open_all(request: HttpRequest) -> HttpResponse:
    """Mark all notices of the reader as read."""
    open_all_notices(by=request.actor, now=request.received_at)
    return redirect("notice_list")


@page("notice.slip", Notice)
def notice_slip(request: HttpRequest, obj: Notice) -> HttpResponse:
    """Return a notice as a slip to print and hand over."""
    who = obj.recipient.name if obj.recipient else obj.organisation.name
    data = {
        "title": notice_title(obj),
        "number": str(obj.pk)[:8].upper(),
        "recipient": who,
        "paragraphs": [line for line in notice_text(obj).splitlines()[1:] if line],
        "contact_name": request.actor.name,
        "contact_phone": getattr(request.user, "phone", ""),
        "office": obj.place.name if obj.place else "",
        "issued_on": today().isoformat(),
        "qr_svg": "",
        "qr_words": "",
    }
    answer = HttpResponse(pdf_from_typst("platform/notice_slip", data), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="notice-{obj.pk}.pdf"'
    return answer


@page("notice.paper_list")
def notice_paper_list(request: HttpRequest) -> HttpResponse:
    """List the notices that must be handed over on paper: their reader has neither account nor mail."""
    waiting = visible(request.actor, "notice.paper_list", Notice).filter(
        printed_at__isnull=True, mailed_at__isnull=True, settled_at__isnull=True
    )
    shown = _shown(list(waiting.select_related("organisation")[:SHOWN]))
    return render(request, "parties/notice/paper_list.html", {"waiting": shown})


@page("notice.hand_over", Notice, methods=("POST",))
def notice_hand_over(request: HttpRequest, obj: Notice) -> HttpResponse:
    """Note that a slip was handed over."""
    hand_over_notice(obj, by=request.actor, now=request.received_at)
    messages.success(request, _("已登记送达。"))
    return redirect("notice_paper_list")
