"""The page of the year for chief and leader: money left, pace, contracts ending, claims ageing."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhagen.core.money import format_yuan
from zhagen.integrity.overview import (
    Year,
    ageing_listing,
    budget_listing,
    causes,
    ending_listing,
    warning_of_unspent,
    year_of,
    years_with_money,
)
from zhagen.integrity.views.chain import YearForm, year_asked
from zhagen.parties.rules import rules_for
from zhagen.platform.clock import today
from zhagen.platform.lists import FORMATS, as_table, file_answer, shown_part
from zhagen.platform.pages import page
from zhagen.platform.parts import Figure

TONES = {"late": "bad", "slow": "wait"}


@page("overview.view")
def overview_view(request: HttpRequest) -> HttpResponse:
    """Show the year, or give one of its tables as a file."""
    place = next((grant.place for grant in request.actor.grants if grant.place), "")
    on, rules = today(), rules_for(place, today())
    years = years_with_money(request.actor)
    form = YearForm(request.GET or None, years=years)
    year = year_of(request.actor, year_asked(form, years), on=on, rules=rules)
    listings = {
        "budget": budget_listing(year, on),
        "ending": ending_listing(request.actor, on, rules),
        "claims": ageing_listing(request.actor, on, rules),
    }
    if (wanted := request.GET.get("format", "")) in FORMATS:
        if request.GET.get("table") not in listings:
            raise Http404
        return file_answer(as_table(listings[request.GET["table"]]), wanted)
    is_unspent = warning_of_unspent(year, on=on, rules=rules)
    return render(
        request,
        "integrity/overview/view.html",
        {
            "year": year,
            "filters": form if len(years) > 1 else None,
            "figures": _figures(year),
            "unspent": format_yuan(year.left_fen) if is_unspent else "",
            "outside": format_yuan(year.outside_fen) if year.outside_fen else "",
            "tables": [{"name": name, **shown_part(listing)} for name, listing in listings.items()],
            "causes": causes(request.actor),
            "formats": FORMATS,
        },
    )


def _figures(year: Year) -> list[Figure]:
    pace = year.whole
    note = _("一年已过 %(share)s%%") % {"share": pace.year_bp // 100}
    return [
        Figure(_("今年预算还剩"), format_yuan(year.left_fen), _("元"), reverse("budget_line_list")),
        Figure(_("已付款"), format_yuan(year.paid_fen), _("元"), reverse("claim_list")),
        Figure(_("支出进度"), f"{pace.spent_bp // 100}%", note=note, tone=TONES.get(pace.band, "")),
        Figure(_("钱花在哪些需求上"), _("看"), url=f"{reverse('chain_view')}?year={year.year}"),
    ]
