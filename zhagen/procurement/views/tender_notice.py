"""Public pages of buying: open notices, one notice, results."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from zhagen.core.contract_terms import terms_from_plain
from zhagen.core.lifecycle.tender import TenderState
from zhagen.platform.pages import page
from zhagen.platform.scope import visible
from zhagen.procurement.actions.query import challenge_period
from zhagen.procurement.actions.tender import rules_in
from zhagen.procurement.models import Award, Seat, Tender
from zhagen.procurement.terms_words import terms_in_words
from zhagen.procurement.views.buying import method_name

SHOWN = 50


@page("tender.notice")
def tender_notices(request: HttpRequest) -> HttpResponse:
    """List the notices that are open, and the latest results."""
    notices = visible(request.actor, "tender.notice", Tender).select_related("plan__place")
    awards = visible(request.actor, "award.result", Award).select_related("tender", "agency")
    context = {
        "open_notices": notices.filter(state=TenderState.OPEN)[:SHOWN],
        "awards": awards.filter(tender__is_invited_only=False)[:SHOWN],
        "failed": notices.filter(state=TenderState.FAILED)[:SHOWN],
    }
    return render(request, "procurement/tender/notices.html", context)


@page("tender.notice", Tender)
def tender_notice(request: HttpRequest, obj: Tender) -> HttpResponse:
    """Show one notice as it was frozen, and after the award the draw that anyone can run again."""
    terms = terms_from_plain(obj.frozen["terms"])
    award = Award.objects.filter(tender=obj).select_related("agency").first()
    context = {
        "tender": obj,
        "method": method_name(obj.method),
        "words": terms_in_words(terms),
        "terms": terms,
        "award": award,
        "draw": _draw(obj) if award else None,
    }
    return render(request, "procurement/tender/notice.html", context)


def _draw(tender: Tender) -> dict[str, object]:
    """Return the names and the draw, which are public only after the award."""
    seats = Seat.objects.filter(tender=tender).select_related("user")
    return {
        "seats": seats,
        "seed": tender.draw_seed,
        "public": tender.draw_public,
        "pool": [(kind, [str(pk) for pk in pool]) for kind, pool in tender.draw_pool.items()],
    }


@page("award.result", Award)
def award_result(request: HttpRequest, obj: Award) -> HttpResponse:
    """Show a result as the office published it."""
    ranking = [{"rank": line["rank"], "total_bp": line["total_bp"]} for line in obj.result.get("ranking", [])]
    until, source = challenge_period(obj.tender, rules_in(obj.tender, obj.published_at))
    context = {
        "until": until,
        "source": source,
        "award": obj,
        "tender": obj.tender,
        "method": method_name(obj.tender.method),
        "ranking": ranking,
    }
    return render(request, "procurement/award/result.html", context)
