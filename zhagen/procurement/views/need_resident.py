"""Pages of needs for residents: say it, keep the receipt, see the steps, say what came of it. No account."""

import datetime as dt
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from zhagen.audit.receipts import handed_in
from zhagen.audit.story import story
from zhagen.core.errors import RuleError
from zhagen.core.lifecycle.need import NEED
from zhagen.core.needs import MOVE_OF, Word
from zhagen.parties.models import Place
from zhagen.platform.fields import LongTextField
from zhagen.platform.forms import answer_form
from zhagen.platform.limits import caller_of, limit
from zhagen.platform.pages import page
from zhagen.platform.pdf import pdf_from_typst
from zhagen.platform.qr import qr_svg
from zhagen.platform.texts import explain, say
from zhagen.platform.vault import PersonalData, mask_name
from zhagen.procurement.actions.need import NeedDraft, day_of, raise_need, rules_of
from zhagen.procurement.actions.need_contact import forget_by_receipt
from zhagen.procurement.actions.need_receipt import need_of_receipt, receipt_of
from zhagen.procurement.actions.need_word import reopen_need, say_word
from zhagen.procurement.models import Need

RAISED_AT_MOST, TRIED_AT_MOST, HOUR = 30, 60, 3600
"""Needs and receipts typed from one address within an hour: a whole building may share one."""

PRIVATE_EVENTS = ("assigned", "cleared", "uncleared", "supported", "escalated", "contact_read")
"""What the desk does within itself; a raiser's page tells the rest."""


def theme_choices(place_code: str, now: dt.datetime) -> list[tuple[str, str]]:
    """Return the themes of a community's rulebook with their names."""
    return [(code, say(f"theme.need.{code}")) for code in rules_of(place_code, now).texts("need.themes")]


class RaiseForm(forms.Form):
    """What a resident says: the need first, everything else optional."""

    text = LongTextField(
        label=_("您需要什么"),
        help_text=_("一两句话就行，像平时说话一样。不用写身份证号、病历。"),
        rows=4,
        max_length=1000,
    )
    theme = forms.ChoiceField(label=_("是哪一类"), required=False, widget=forms.RadioSelect)
    who = forms.ChoiceField(
        label=_("给谁看"),
        required=False,
        choices=[("desk", _("只告诉经办人")), ("shared", _("这是大家的事"))],
        widget=forms.RadioSelect,
        initial="desk",
        help_text=_(
            "只告诉经办人：邻居和社区都看不到。大家的事：楼里别人也遇到，经办人整理后可以公开办理结果。"
        ),
    )
    place = forms.ModelChoiceField(
        label=_("您在哪个社区"), queryset=Place.objects.none(), empty_label=_("请选择社区")
    )
    building = forms.CharField(label=_("哪栋楼"), required=False, max_length=40)
    phone = forms.CharField(
        label=_("回电号码"),
        required=False,
        max_length=30,
        help_text=_("只用来回电答复和问您办得怎么样，加密保存，谁看过都有记录；不留也照样办理，凭回执查询。"),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )
    name = forms.CharField(label=_("怎么称呼您"), required=False, max_length=40)

    def __init__(self, *args: Any, place: Place | None = None, now: dt.datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        active = Place.objects.filter(is_active=True, level=Place.Level.COMMUNITY)
        self.fields["place"].queryset = active  # type: ignore[attr-defined]
        if place is not None:
            self.fields["place"].initial = place.pk
            self.fields["place"].widget = forms.HiddenInput()
        street = place or active.first()
        self.fields["theme"].choices = theme_choices(street.pk, now) if street else []  # type: ignore[attr-defined]


def _raise_page(request: HttpRequest, place: Place | None) -> HttpResponse:
    def act(data: dict[str, Any]) -> HttpResponse:
        limit("need.raise", caller_of(request), most=RAISED_AT_MOST, seconds=HOUR)
        draft = NeedDraft(
            place=data["place"],
            text=data["text"],
            theme=data["theme"] or "other",
            building=data["building"],
            is_private=data["who"] != "shared",
            person=PersonalData(name=data["name"], phone=data["phone"]),
        )
        need = raise_need(draft, by=request.actor, now=request.received_at)  # type: ignore[attr-defined]
        return redirect(reverse("need_follow", args=[receipt_of(need)]) + "?new=1")

    initial = {"building": request.GET.get("building", "")[:40], "who": "desk"}
    return answer_form(
        request,
        RaiseForm,
        act,
        "procurement/need/raise.html",
        {"place": place},
        place=place,
        now=request.received_at,  # type: ignore[attr-defined]
        initial=initial,
    )


def _active_place(code: str) -> Place | None:
    return Place.objects.filter(pk=code[:12], is_active=True, level=Place.Level.COMMUNITY).first()


@page("need.raise", methods=("GET", "POST"))
def need_raise(request: HttpRequest) -> HttpResponse:
    """Let anyone say a need; `?place=CODE&building=…` comes from a QR code in the stairwell."""
    return _raise_page(request, _active_place(request.GET.get("place", "")))


@page("need.raise", methods=("GET", "POST"))
def need_raise_at(request: HttpRequest, code: str) -> HttpResponse:
    """Let anyone of one community say a need: the short address on a poster."""
    place = _active_place(code)
    if place is None:
        raise Http404
    return _raise_page(request, place)


class ReceiptForm(forms.Form):
    """The code on a slip."""

    receipt = forms.CharField(
        label=_("查询码"),
        max_length=30,
        help_text=_("回执上的 12 位字母和数字，大小写都可以。"),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "class": "code"}
        ),
    )


@page("need.status", methods=("GET", "POST"))
def need_status(request: HttpRequest) -> HttpResponse:
    """Ask for the code on the slip."""

    def act(data: dict[str, Any]) -> HttpResponse:
        limit("need.receipt", caller_of(request), most=TRIED_AT_MOST, seconds=HOUR)
        need = need_of_receipt(data["receipt"], now=request.received_at)  # type: ignore[attr-defined]
        return redirect("need_follow", receipt=receipt_of(need))

    return answer_form(request, ReceiptForm, act, "procurement/need/status_enter.html")


def opened(request: HttpRequest, receipt: str) -> Need:
    """Return the need of a receipt in the address, or 404; wrong ones are counted."""
    try:
        if "new" not in request.GET:
            limit("need.receipt", caller_of(request), most=TRIED_AT_MOST * 5, seconds=HOUR)
        return need_of_receipt(receipt, now=request.received_at)  # type: ignore[attr-defined]
    except RuleError as error:
        if error.code == "need.receipt_unknown":
            raise Http404 from None
        raise


class WordForm(forms.Form):
    """What came of it."""

    word = forms.ChoiceField(choices=[(word.value, word.value) for word in Word])
    remark = forms.CharField(required=False, max_length=500)


def _status(request: HttpRequest, need: Need, *, text: str = "", typed: str = "") -> HttpResponse:
    main = need.merged_into or need
    moves = NEED.moves_from(main.state)
    words = [word for word, move in MOVE_OF.items() if move in moves] if main.state != "raised" else []
    context = {
        "need": need,
        "main": main,
        "receipt": receipt_of(need),
        "steps": public_steps(need),
        "words": [(word.value, say(f"word.need.{word.value}")) for word in words],
        "may_reopen": "reopen" in moves,
        "owner": owner_line(main),
        "next_step": say(f"step.need.{main.state}") if main.next_on else "",
        "is_new": "new" in request.GET,
        "text": text,
        "typed": typed,
        "qr": mark_safe(qr_svg(_address(request, need), title=now_("查询二维码"))),  # noqa: S308 - our own SVG
        "others": main.merged.count() + 1 if main.merged.exists() else 0,
        "supports": main.supports.count(),
        "logged": handed_in(need, "need.raised"),
    }
    return render(request, "procurement/need/status.html", context, status=422 if text else 200)


def public_steps(need: Need) -> list[Any]:
    """Return the dated steps of a need that name nobody, those of the one it was merged into as well."""
    inner = {say(f"event.need.{name}") for name in PRIVATE_EVENTS}
    steps = story(need)
    if need.merged_into:
        steps += [step for step in story(need.merged_into) if step.at >= need.raised_at]
    steps = [step for step in steps if step.what not in inner]
    return sorted(steps, key=lambda step: step.at)


def owner_line(need: Need) -> tuple[str, str]:
    """Return who keeps a need as the public sees him: title with surname, and the office's phone."""
    role = need.owner.appointments.order_by("from_on").values_list("role", flat=True).first()
    title = say(f"role.{role}") if role else ""
    return f"{title} {mask_name(need.owner.name).rstrip('*')}".strip(), need.owner.phone


def _address(request: HttpRequest, need: Need) -> str:
    return request.build_absolute_uri(reverse("need_follow", args=[receipt_of(need)]))


@page("need.status")
def need_follow(request: HttpRequest, receipt: str) -> HttpResponse:
    """Show the dated steps of a need, who keeps it, and by when the next step comes."""
    return _status(request, opened(request, receipt))


@page("need.say", methods=("POST",))
def need_say(request: HttpRequest, receipt: str) -> HttpResponse:
    """Take the raiser's word: met, partly met, not met."""
    need = opened(request, receipt)
    form = WordForm(request.POST)
    if not form.is_valid():
        return _status(
            request, need, text=now_("请按三个按钮中的一个。"), typed=request.POST.get("remark", "")
        )
    try:
        say_word(
            need,
            Word(form.cleaned_data["word"]),
            remark=form.cleaned_data["remark"],
            now=request.received_at,  # type: ignore[attr-defined]
        )
    except RuleError as error:
        return _status(request, need, text=explain(error), typed=form.cleaned_data["remark"])
    return redirect("need_follow", receipt=receipt_of(need))


@page("need.say", methods=("POST",))
def need_reopen(request: HttpRequest, receipt: str) -> HttpResponse:
    """Open an ended need again."""
    need = opened(request, receipt)
    remark = request.POST.get("remark", "")[:500]
    try:
        reopen_need(need, remark=remark, now=request.received_at)  # type: ignore[attr-defined]
    except RuleError as error:
        return _status(request, need, text=explain(error), typed=remark)
    return redirect("need_follow", receipt=receipt_of(need))


@page("need.say", methods=("POST",))
def need_forget(request: HttpRequest, receipt: str) -> HttpResponse:
    """Erase the raiser's name and phone at his own wish."""
    need = opened(request, receipt)
    forget_by_receipt(need, now=request.received_at)  # type: ignore[attr-defined]
    return redirect("need_follow", receipt=receipt_of(need))


@page("need.status")
def need_slip(request: HttpRequest, receipt: str) -> HttpResponse:
    """Show the slip to print from a phone or the community's computer."""
    need = opened(request, receipt)
    context = {
        "need": need,
        "receipt": receipt_of(need),
        "owner": owner_line(need),
        "logged": handed_in(need, "need.raised"),
        "next_step": say(f"step.need.{need.state}"),
        "address": request.build_absolute_uri(reverse("need_status")),
        "qr": mark_safe(qr_svg(_address(request, need), title=now_("查询二维码"))),  # noqa: S308 - our own SVG
    }
    return render(request, "procurement/need/slip.html", context)


@page("need.status")
def need_slip_pdf(request: HttpRequest, receipt: str) -> HttpResponse:
    """Return the slip as a PDF."""
    need = opened(request, receipt)
    title, phone = owner_line(need)
    data = {
        "office": need.place.name,
        "number": need.code,
        "code": receipt_of(need),
        "text": now_("（私密需求，内容不印在回执上）") if need.is_private else need.text,
        "place": f"{need.place.name} {need.building}".strip(),
        "raised_on": day_of(need.raised_at).isoformat(),
        "contact_name": title,
        "contact_phone": phone,
        "next_step": say(f"step.need.{need.state}") if need.next_on else "—",
        "next_on": need.next_on.isoformat() if need.next_on else "—",
        "address": request.build_absolute_uri(reverse("need_status")),
        "qr_svg": qr_svg(_address(request, need), title=now_("查询二维码")),
    }
    made = HttpResponse(pdf_from_typst("platform/need_receipt", data), content_type="application/pdf")
    made["Content-Disposition"] = f'inline; filename="{need.code}.pdf"'
    return made
