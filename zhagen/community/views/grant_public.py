"""What anyone sees of a grant: every yuan from the vote to the payment, the report and its photos."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as now_

from zhagen.community.models import Grant, ProposedList
from zhagen.community.views.grant import grant_shown, is_report_public, receipt_public_row
from zhagen.core.lifecycle.fund_receipt import FundReceiptState
from zhagen.core.lifecycle.grant_claim import GrantClaimState
from zhagen.platform.files import read_stored
from zhagen.platform.home import data_home
from zhagen.platform.pages import page

CHECKED = (FundReceiptState.CHECKED, FundReceiptState.CLAIMED, FundReceiptState.PAID)
"""What anyone sees: a name that nobody has checked yet stays inside."""


@page("grant.public", Grant)
def grant_public(request: HttpRequest, obj: Grant) -> HttpResponse:
    """Show a grant to anyone: proposal, votes, receipts, payments, report."""
    cycle = obj.cycle
    receipts = obj.receipts.filter(state__in=CHECKED)
    context = {
        **grant_shown(obj),
        "receipts": [receipt_public_row(each) for each in receipts],
        "payments": obj.claims.filter(state=GrantClaimState.PAID).order_by("paid_on"),
        "ballot": cycle.ballots.filter(state="counted").order_by("-round").first(),
        "made": approved_list(obj),
        "crumbs": [
            (cycle.title, reverse("fund_cycle_public", args=[cycle.pk])),
            (now_("账簿"), reverse("fund_book_public", args=[cycle.pk])),
            (obj.proposal.title, ""),
        ],
    }
    return render(request, "community/grant/public.html", context)


def approved_list(grant: Grant) -> ProposedList | None:
    """Return the proposed list that stood at the end; None where there was none."""
    return grant.cycle.proposed_lists.order_by("-version").first()


@page("grant.public", Grant)
def grant_photo(request: HttpRequest, obj: Grant, photo: UUID) -> HttpResponse:
    """Serve a photo of a report that stands."""
    row = obj.photos.filter(pk=photo).first() if is_report_public(obj) else None
    if row is None:
        raise Http404
    content = read_stored(data_home() / "evidence", row.file_digest)
    return HttpResponse(content, content_type="image/jpeg", headers={"Cache-Control": "public, max-age=600"})
