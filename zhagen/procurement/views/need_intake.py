"""Pages by which needs come in through others: a helper, a pasted chain, a hotline's sheet."""

from typing import Any

from django import forms
from django.contrib import messages
from django.forms import formset_factory
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from zhagen.core.chain_text import parse_chain
from zhagen.core.errors import RuleError, SeveralRulesError
from zhagen.parties.models import Place
from zhagen.parties.rules import rules_for
from zhagen.platform.clock import today
from zhagen.platform.fields import LongTextField
from zhagen.platform.forms import answer_form
from zhagen.platform.kept import KeptFileField, carried
from zhagen.platform.pages import page
from zhagen.platform.scope import scopes_place
from zhagen.platform.sheet_files import errors_xlsx, template_xlsx
from zhagen.platform.sheets import SheetRead, read_sheet
from zhagen.platform.texts import catalogue, explain, language, say
from zhagen.platform.vault import PersonalData
from zhagen.procurement.actions.need import NeedDraft, raise_need
from zhagen.procurement.actions.need_import import MOST_PASTED, import_orders, raise_pasted
from zhagen.procurement.actions.need_receipt import receipt_of
from zhagen.procurement.models import Need
from zhagen.procurement.views.need_sheet import order_rows, orders_form

SHOWN_ERRORS = 200
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def places_for(request: HttpRequest, action: str) -> Any:
    """Return the communities in which the reader may do an action on what is not made yet."""
    active = Place.objects.filter(is_active=True, level=Place.Level.COMMUNITY)
    actor = request.actor  # type: ignore[attr-defined]
    wanted = {grant.place[:9] for grant in actor.grants if grant.place}
    near = [place.pk for place in active if place.pk[:9] in wanted and scopes_place(actor, action, place.pk)]
    return active.filter(pk__in=near)


def trail(title: object) -> list[tuple[object, str]]:
    """Return the trail of an intake page."""
    return [(_("需求"), reverse("need_list")), (title, "")]


class RecordForm(forms.Form):
    """What a helper writes down for a resident."""

    place = forms.ModelChoiceField(label=_("社区"), queryset=Place.objects.none(), empty_label=None)
    text = LongTextField(label=_("居民的原话"), max_length=1000)
    theme = forms.ChoiceField(label=_("类别"), widget=forms.RadioSelect)
    channel = forms.ChoiceField(label=_("怎么来的"), widget=forms.RadioSelect, initial="helper")
    private_kind = forms.ChoiceField(label=_("是否私密"), help_text=_("私密需求只有经办人和您自己看得到。"))
    building = forms.CharField(label=_("哪栋楼"), required=False, max_length=40)
    name = forms.CharField(label=_("提出人称呼"), required=False, max_length=40)
    phone = forms.CharField(
        label=_("提出人电话"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )
    address = forms.CharField(label=_("门牌"), required=False, max_length=60)
    remark = forms.CharField(label=_("联系时要注意的"), required=False, max_length=200)
    has_consent = forms.BooleanField(label=_("已问过本人，同意代为登记和留下联系方式"), required=False)

    def __init__(self, *args: Any, places: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].queryset = places  # type: ignore[attr-defined]
        first = places.first()
        rules = rules_for(first.pk, today()) if first else None
        themes = rules.texts("need.themes") if rules else ()
        kinds = rules.texts("need.private_kinds") if rules else ()
        channels = (Need.Channel.HELPER, Need.Channel.SURVEY)
        self.fields["theme"].choices = [(code, say(f"theme.need.{code}")) for code in themes]  # type: ignore[attr-defined]
        self.fields["channel"].choices = [(c.value, say(f"channel.need.{c.value}")) for c in channels]  # type: ignore[attr-defined]
        self.fields["private_kind"].choices = [  # type: ignore[attr-defined]
            ("shared", _("大家的事，不私密")),
            ("desk", _("私密，不写种类")),
            *((code, _("私密：") + say(f"kind.need.{code}")) for code in kinds),
        ]


@page("need.record", methods=("GET", "POST"))
def need_record(request: HttpRequest) -> HttpResponse:
    """Write down a need for a resident; his slip is printed next."""

    def act(data: dict[str, Any]) -> HttpResponse:
        kind = data["private_kind"]
        draft = NeedDraft(
            place=data["place"],
            text=data["text"],
            theme=data["theme"],
            building=data["building"],
            is_private=kind != "shared",
            private_kind="" if kind in {"shared", "desk"} else kind,
            channel=data["channel"],
            person=PersonalData(data["name"], data["phone"], data["address"], data["remark"]),
            has_consent=data["has_consent"],
        )
        need = raise_need(draft, by=request.actor, now=request.received_at)  # type: ignore[attr-defined]
        if str(need.owner_id) == request.actor.key:  # type: ignore[attr-defined]
            return redirect("need_view", pk=need.pk)
        return redirect("need_slip", receipt=receipt_of(need))

    context = {"heading": _("代居民登记"), "crumbs": trail(_("代居民登记"))}
    places = places_for(request, "need.record")
    return answer_form(request, RecordForm, act, "procurement/need/intake.html", context, places=places)


class PasteForm(forms.Form):
    """A chain as it stands in the chat."""

    place = forms.ModelChoiceField(label=_("社区"), queryset=Place.objects.none(), empty_label=None)
    text = LongTextField(
        label=_("把群接龙整段粘贴到这里"),
        max_length=20000,
        rows=10,
        help_text=_("一行一条；下一步逐条核对，不会直接登记。"),
    )

    def __init__(self, *args: Any, places: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].queryset = places  # type: ignore[attr-defined]


class EntryForm(forms.Form):
    """One entry of a chain to look through."""

    keep = forms.BooleanField(label=_("登记这一条"), required=False, initial=True)
    text = forms.CharField(
        label=_("需求"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    theme = forms.ChoiceField(label=_("类别"), required=False)
    is_private = forms.BooleanField(label=_("私密"), required=False)
    building = forms.CharField(label=_("楼栋"), required=False, max_length=40)
    name = forms.CharField(label=_("称呼"), required=False, max_length=40)
    phone = forms.CharField(label=_("电话"), required=False, max_length=30)
    door = forms.CharField(label=_("门牌"), required=False, max_length=40)

    def __init__(self, *args: Any, themes: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["theme"].choices = themes  # type: ignore[attr-defined]


Entries = formset_factory(EntryForm, extra=0, max_num=MOST_PASTED, absolute_max=MOST_PASTED)


def _themes(place_code: str) -> list[tuple[str, str]]:
    codes = rules_for(place_code, today()).texts("need.themes")
    return [(code, say(f"theme.need.{code}")) for code in (*codes[-1:], *codes[:-1])]


@page("need.record", methods=("GET", "POST"))
def need_paste(request: HttpRequest) -> HttpResponse:
    """Read a pasted chain and show its entries to look through; nothing is kept yet."""

    def act(data: dict[str, Any]) -> HttpResponse:
        lines = parse_chain(data["text"])
        if not lines:
            raise RuleError("need.paste_empty")
        if len(lines) > MOST_PASTED:
            raise RuleError("need.paste_too_many", most=MOST_PASTED, count=len(lines))
        initial = [
            {"keep": True, "text": each.text, "theme": "other", "building": each.building,
             "name": each.name, "phone": each.phone, "door": each.door}
            for each in lines
        ]  # fmt: skip
        place = data["place"]
        entries = Entries(initial=initial, form_kwargs={"themes": _themes(place.pk)})
        return _entries_page(request, place, entries)

    context = {"heading": _("粘贴群接龙"), "crumbs": trail(_("粘贴群接龙"))}
    places = places_for(request, "need.record")
    return answer_form(request, PasteForm, act, "procurement/need/intake.html", context, places=places)


def _entries_page(request: HttpRequest, place: Place, entries: Any, text: str = "") -> HttpResponse:
    context = {"place": place, "entries": entries, "text": text, "crumbs": trail(_("核对群接龙"))}
    return render(request, "procurement/need/entries.html", context, status=422 if text else 200)


@page("need.record", methods=("POST",))
def need_paste_keep(request: HttpRequest) -> HttpResponse:
    """Take in the entries that the helper has looked through."""
    place = places_for(request, "need.record").filter(pk=request.POST.get("place", "")).first()
    if place is None:
        return redirect("need_paste")
    entries = Entries(request.POST, form_kwargs={"themes": _themes(place.pk)})
    if not entries.is_valid():
        return _entries_page(request, place, entries, now_("有几条需要改一下，请看红字。"))
    drafts = [_entry_draft(place, form.cleaned_data) for form in entries if form.cleaned_data.get("keep")]
    try:
        raised = raise_pasted(drafts, by=request.actor, now=request.received_at)  # type: ignore[attr-defined]
    except RuleError as error:
        return _entries_page(request, place, entries, explain(error))
    messages.success(
        request, now_("已登记 %(count)d 条，每条都有承办人和首次答复期限。") % {"count": len(raised)}
    )
    return redirect("need_list")


def _entry_draft(place: Place, data: dict[str, Any]) -> NeedDraft:
    return NeedDraft(
        place=place,
        text=data["text"],
        theme=data["theme"] or "other",
        building=data["building"],
        is_private=data["is_private"],
        channel=Need.Channel.PASTE,
        person=PersonalData(data["name"], data["phone"], data["door"]),
    )


class ImportForm(forms.Form):
    """A hotline's sheet."""

    sheet = KeptFileField(
        label=_("热线工单表（xlsx 或 csv）"), help_text=_("只要有一行有错，就一条也不登记，并逐格说明。")
    )


class AskedForm(forms.Form):
    """What to do with a sheet that has errors: the buttons beside them."""

    keep_good = forms.BooleanField(required=False)
    marked = forms.BooleanField(required=False)


@page("need.import", methods=("GET", "POST"))
def need_import(request: HttpRequest) -> HttpResponse:
    """Take in a hotline's sheet, or say cell by cell what is wrong with it."""
    # an empty POST is bound too: it must be told what it lacks
    form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
    context: dict[str, Any] = {"heading": _("导入热线工单"), "crumbs": trail(_("导入热线工单")), "form": form}
    if request.method == "POST" and form.is_valid():
        try:
            return _import(request, form.cleaned_data, context)
        except SeveralRulesError as error:
            context["row_errors"] = [
                (each.figures.get("row"), explain(each)) for each in error.errors[:SHOWN_ERRORS]
            ]
        except RuleError as error:
            form.add_error(None, explain(error))
    status = 200 if request.method != "POST" else 422
    return render(request, "procurement/need/import.html", context, status=status)


def _import(request: HttpRequest, data: dict[str, Any], context: dict[str, Any]) -> HttpResponse:
    content = data["sheet"].read()
    asked = AskedForm(request.POST)
    keep_good, marked = (bool(asked[name].value()) for name in ("keep_good", "marked"))
    context |= {"kept": carried(content), "keep_good": ("keep_good",), "marked": ("marked",)}
    read = read_sheet(content, orders_form())
    if marked:
        made = HttpResponse(errors_xlsx(read, catalogue(), language()), content_type=XLSX)  # type: ignore[arg-type]
        made["Content-Disposition"] = 'attachment; filename="marked.xlsx"'
        return made
    if read.errors and not keep_good:
        context["cell_errors"] = _told(read)
        return render(request, "procurement/need/import.html", context, status=422)
    done = import_orders(
        order_rows(read.rows),
        keep_good=keep_good,
        by=request.actor,
        now=request.received_at,  # type: ignore[attr-defined]
    )
    context["done"] = done
    context["cell_errors"] = _told(read)
    context["row_errors"] = [(row, explain(error)) for row, error in done.wrong[:SHOWN_ERRORS]]
    context["form"] = ImportForm()
    return render(request, "procurement/need/import.html", context)


def _told(read: SheetRead) -> list[tuple[str, str]]:
    return [(each.cell, explain(each.error)) for each in read.errors[:SHOWN_ERRORS]]


@page("need.import")
def need_import_template(request: HttpRequest) -> HttpResponse:
    """Return the empty sheet to fill in."""
    made = HttpResponse(template_xlsx(orders_form(), language()), content_type=XLSX)  # type: ignore[arg-type]
    made["Content-Disposition"] = 'attachment; filename="hotline.xlsx"'
    return made
