"""The quarterly sheet of a building: chosen, read through on the screen, printed in large type."""

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhagen.core.quarter import Quarter, quarter_named, quarter_of
from zhagen.parties.models import Place
from zhagen.platform.clock import today
from zhagen.platform.pages import page
from zhagen.platform.pdf import pdf_from_typst
from zhagen.platform.qr import qr_svg
from zhagen.platform.scope import office_of, visible
from zhagen.web.building_sheet import Sheet, buildings_of, make_sheet, quarter_name, sheet_paper

QUARTERS_BACK = 4


def _choices() -> list[Quarter]:
    found = [quarter_of(today())]
    while len(found) <= QUARTERS_BACK:
        found.append(found[-1].before())
    return found


@page("sheet.list")
def sheet_list(request: HttpRequest) -> HttpResponse:
    """List the communities whose sheets the reader may print."""
    places = visible(request.actor, "sheet.list", Place).filter(level=Place.Level.COMMUNITY, is_active=True)
    return render(request, "web/sheet/list.html", {"places": places.order_by("code")})


class SheetChoice(forms.Form):
    """Which building and which quarter."""

    building = forms.ChoiceField(label=_("楼栋"))
    quarter = forms.ChoiceField(label=_("季度"))

    def __init__(self, data: object, *, place: Place) -> None:
        super().__init__(data)
        self.fields["building"].choices = [(each, each) for each in buildings_of(place)]
        self.fields["quarter"].choices = [(each.code, quarter_name(each)) for each in _choices()]


@page("sheet.view", Place)
def sheet_view(request: HttpRequest, obj: Place) -> HttpResponse:
    """Choose a building and a quarter, and read the sheet before it is printed."""
    form = SheetChoice(request.GET or None, place=obj)
    sheet = None
    if form.is_valid():
        quarter = quarter_named(form.cleaned_data["quarter"])
        sheet = make_sheet(obj, form.cleaned_data["building"], quarter)
    context = {
        "place": obj,
        "form": form,
        "has_buildings": bool(form.fields["building"].choices),
        "sheet": sheet,
        "quarter_name": quarter_name(sheet.quarter) if sheet else "",
        "crumbs": [(_("楼栋公开单"), reverse("sheet_list")), (obj.name, "")],
    }
    return render(request, "web/sheet/view.html", context)


@page("sheet.view", Place)
def sheet_print(request: HttpRequest, obj: Place) -> HttpResponse:
    """Return the sheet of a building and a quarter as a PDF in large print."""
    form = SheetChoice(request.GET, place=obj)
    if not form.is_valid():
        return redirect("sheet_view", pk=obj.pk)
    quarter = quarter_named(form.cleaned_data["quarter"])
    if quarter is None:
        raise Http404
    sheet = make_sheet(obj, form.cleaned_data["building"], quarter)
    answer = HttpResponse(_pdf(sheet), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="sheet-{obj.pk}-{quarter.code}.pdf"'
    return answer


def _pdf(sheet: Sheet) -> bytes:
    address = settings.SITE_ADDRESS + reverse("need_raise") + f"?place={sheet.place.pk}"
    words = str(_("扫码说说您的需要"))
    office = Place.objects.filter(pk=office_of(sheet.place.pk)).values_list("name", flat=True).first() or ""
    data = sheet_paper(sheet, office, today(), (qr_svg(address, title=words), words))
    return pdf_from_typst("platform/building_sheet", data)
