"""The doors of the communities: typed by building, or from a sheet; the frame of every sample."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from zhagen.core.errors import SeveralRulesError
from zhagen.parties.actions.door import add_doors, import_doors
from zhagen.parties.models import Door, Place
from zhagen.platform.fields import LongTextField
from zhagen.platform.forms import answer_form
from zhagen.platform.pages import page
from zhagen.platform.sheet_files import template_xlsx
from zhagen.platform.sheets import SheetColumn, SheetForm, read_sheet
from zhagen.platform.texts import language
from zhagen.platform.uploads import CONTENT_TYPES
from zhagen.procurement.views.need_intake import places_for

SHOWN_ERRORS = 20
TEMPLATE = "procurement/door/add.html"
SHEET = SheetForm(
    ("门牌名册", "Doors"),
    (
        SheetColumn("building", "楼栋", "Building", is_required=True, most_characters=40, example="3号楼"),
        SheetColumn("number", "门牌号", "Door", is_required=True, most_characters=40, example="402"),
    ),
    most_rows=20_000,
)


class PlaceForm(forms.Form):
    """Which community."""

    place = forms.ModelChoiceField(label=_("社区"), queryset=Place.objects.none(), empty_label=None)

    def __init__(self, *args: Any, places: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].queryset = places  # type: ignore[attr-defined]


class DoorForm(PlaceForm):
    """Doors as somebody types them."""

    text = LongTextField(
        label=_("楼栋和门牌"),
        rows=8,
        max_length=50000,
        help_text=_("每行一栋或一个单元，如：3号楼 1单元 101-104,201-204。只要门牌，不要姓名。"),
    )


class DoorSheetForm(PlaceForm):
    """The sheet of doors."""

    sheet = forms.FileField(
        label=_("门牌表"), help_text=_("xlsx 或 csv，两列：楼栋、门牌号。只要门牌，不要姓名和电话。")
    )


@page("door.add", methods=("GET", "POST"))
def door_add(request: HttpRequest) -> HttpResponse:
    """Add doors to a community as they are typed."""

    def act(data: dict[str, Any]) -> HttpResponse:
        count = add_doors(data["place"], data["text"], by=request.actor, now=request.received_at)  # type: ignore[attr-defined]
        return _added(request, data["place"], count)

    return _ask(request, DoorForm, act, _("登记门牌"))


@page("door.add", methods=("GET", "POST"))
def door_import(request: HttpRequest) -> HttpResponse:
    """Add the doors of a sheet, all or nothing."""

    def act(data: dict[str, Any]) -> HttpResponse:
        read = read_sheet(data["sheet"].read(), SHEET)
        if read.errors:
            raise SeveralRulesError([each.error for each in read.errors[:SHOWN_ERRORS]])
        rows = [(str(row.values["building"]), str(row.values["number"])) for row in read.rows]
        count = import_doors(data["place"], rows, by=request.actor, now=request.received_at)  # type: ignore[attr-defined]
        return _added(request, data["place"], count)

    return _ask(request, DoorSheetForm, act, _("导入门牌表"))


@page("door.add")
def door_template(request: HttpRequest) -> HttpResponse:
    """Return the empty sheet of doors."""
    answer = HttpResponse(template_xlsx(SHEET, language()), content_type=CONTENT_TYPES["xlsx"])  # type: ignore[arg-type]
    answer["Content-Disposition"] = 'attachment; filename="doors.xlsx"'
    return answer


def _ask(request: HttpRequest, form: type[PlaceForm], act: Any, heading: object) -> HttpResponse:
    places = places_for(request, "door.add")
    context = {
        "heading": heading,
        "is_sheet": form is DoorSheetForm,
        "places": places.annotate(door_count=Count("doors")),
        "crumbs": [
            (_("需求"), reverse("need_list")),
            (_("随机抽访"), reverse("need_round_list")),
            (heading, ""),
        ],
    }
    return answer_form(request, form, act, TEMPLATE, context, places=places)


def _added(request: HttpRequest, place: Place, count: int) -> HttpResponse:
    total = Door.objects.filter(place=place).count()
    messages.success(request, now_("新登记 %(new)d 户，共 %(all)d 户。") % {"new": count, "all": total})
    return redirect("door_add")
