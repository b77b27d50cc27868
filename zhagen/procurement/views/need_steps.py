"""More steps of a need, each a page of its own: merging, contact, hearing, receipts, sorting in bulk."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from zhagen.core.errors import RuleError
from zhagen.core.needs import Word
from zhagen.platform.clock import today
from zhagen.platform.fields import DayField, LongTextField
from zhagen.platform.forms import answer_form
from zhagen.platform.pages import page, step_page
from zhagen.platform.pdf import pdf_from_typst
from zhagen.platform.scope import get_or_404, visible
from zhagen.platform.texts import explain, say
from zhagen.procurement.actions.need import ask_need
from zhagen.procurement.actions.need_contact import erase_contact, read_contact
from zhagen.procurement.actions.need_merge import merge_need, unmerge_need
from zhagen.procurement.actions.need_receipt import reissue_receipt
from zhagen.procurement.actions.need_triage import Triage, triage_needs
from zhagen.procurement.actions.need_word import hear_word, miss_raiser
from zhagen.procurement.models import Need
from zhagen.procurement.views.need import crumbs
from zhagen.procurement.views.need_resident import owner_line

SORTED_AT_ONCE = 100


need_ask = step_page("need.ask", Need, ask_need, then="need_view")


@page("need.merge", Need, methods=("POST",))
def need_merge(request: HttpRequest, obj: Need) -> HttpResponse:
    """Merge this need into the one named in the form."""
    main = get_or_404(request.actor, "need.merge", Need, request.POST.get("into", ""))  # type: ignore[attr-defined]
    merge_need(obj, main, by=request.actor, now=request.received_at)  # type: ignore[attr-defined]
    messages.success(request, now_("已并案。双方提出人凭各自的查询码都能看到；也可以打印告知单送上门。"))
    return redirect("need_view", pk=main.pk)


need_unmerge = step_page("need.merge", Need, unmerge_need, then="need_view")


class ContactForm(forms.Form):
    """Why the contact is read or erased."""

    reason = forms.CharField(
        label=_("理由"), max_length=200, help_text=_("如：回电答复。理由和查看人会记入日志。")
    )


@page("need.contact", Need, methods=("GET", "POST"))
def need_contact(request: HttpRequest, obj: Need) -> HttpResponse:
    """Show the raiser's name and phone for a reason that is logged."""

    def act(data: dict[str, Any]) -> HttpResponse:
        person = read_contact(obj, reason=data["reason"], by=request.actor, now=request.received_at)  # type: ignore[attr-defined]
        shown = {"need": obj, "person": person, "crumbs": crumbs(obj, _("联系方式"))}
        return render(request, "procurement/need/contact.html", shown)

    context = {"need": obj, "heading": _("查看联系方式"), "crumbs": crumbs(obj, _("查看联系方式"))}
    return answer_form(request, ContactForm, act, "procurement/need/step.html", context)


@page("need.erase", Need, methods=("GET", "POST"))
def need_erase(request: HttpRequest, obj: Need) -> HttpResponse:
    """Erase the raiser's name and phone."""

    def act(data: dict[str, Any]) -> HttpResponse:
        erase_contact(obj, reason=data["reason"], by=request.actor, now=request.received_at)  # type: ignore[attr-defined]
        return redirect("need_view", pk=obj.pk)

    context = {"need": obj, "heading": _("删除联系方式"), "crumbs": crumbs(obj, _("删除联系方式"))}
    return answer_form(
        request, ContactForm, act, "procurement/need/step.html", {**context, "submit_look": "danger"}
    )


class HearForm(forms.Form):
    """What the raiser said on the phone or at the door."""

    word = forms.ChoiceField(label=_("提出人怎么说"), widget=forms.RadioSelect)
    remark = LongTextField(label=_("他的原话"), required=False, max_length=500, rows=3)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        said = [(word.value, say(f"word.need.{word.value}")) for word in Word]
        self.fields["word"].choices = [*said, ("unreachable", say("word.need.unreachable"))]  # type: ignore[attr-defined]


@page("need.hear", Need, methods=("GET", "POST"))
def need_hear(request: HttpRequest, obj: Need) -> HttpResponse:
    """Record what an independent listener heard from the raiser, or that he could not be reached."""

    def act(data: dict[str, Any]) -> HttpResponse:
        who = {"by": request.actor, "now": request.received_at}  # type: ignore[attr-defined]
        if data["word"] == "unreachable":
            miss_raiser(obj, **who)
        else:
            hear_word(obj, Word(data["word"]), remark=data["remark"], **who)
        return redirect("need_view", pk=obj.pk)

    context = {"need": obj, "heading": _("记录提出人的话"), "crumbs": crumbs(obj, _("记录提出人的话"))}
    return answer_form(request, HearForm, act, "procurement/need/step.html", context)


@page("need.receipt", Need, methods=("POST",))
def need_receipt(request: HttpRequest, obj: Need) -> HttpResponse:
    """Print a new receipt for a raiser who lost his."""
    receipt = reissue_receipt(obj, by=request.actor, now=request.received_at)  # type: ignore[attr-defined]
    return redirect("need_slip", receipt=receipt)


@page("need.view", Need)
def need_notice(request: HttpRequest, obj: Need) -> HttpResponse:
    """Return a slip that tells a raiser without a phone where his need stands; no receipt is on it."""
    main = obj.merged_into or obj
    title, phone = owner_line(main)
    paragraphs = [f"您提出的需求（编号 {obj.code}）目前：{say(f'state.need.{main.state}')}。"]
    if main.pk != obj.pk:
        paragraphs.append(
            f"它与另一位居民提出的同一件事并在一起办理（编号 {main.code}），结果仍由您自己说了算。"
        )
    paragraphs += [
        text for text in (main.answer, f"由 {main.referred_to} 负责。" if main.referred_to else "") if text
    ]
    if main.next_on:
        paragraphs.append(f"下一步：{say(f'step.need.{main.state}')}，期限 {main.next_on.isoformat()}。")
    data = {
        "office": main.place.name, "title": "需求办理告知单", "number": obj.code, "recipient": "居民朋友",
        "paragraphs": paragraphs, "contact_name": title, "contact_phone": phone,
        "issued_on": today().isoformat(), "qr_svg": "", "qr_words": "",
    }  # fmt: skip
    made = HttpResponse(pdf_from_typst("platform/notice_slip", data), content_type="application/pdf")
    made["Content-Disposition"] = f'inline; filename="notice-{obj.code}.pdf"'
    return made


class SortManyForm(forms.Form):
    """One decision for many needs."""

    needs = forms.ModelMultipleChoiceField(
        label=_("哪些需求"), queryset=Need.objects.none(), widget=forms.CheckboxSelectMultiple
    )
    way = forms.ChoiceField(label=_("怎么办"), widget=forms.RadioSelect)
    to = forms.CharField(label=_("转给哪个单位，或该找谁"), max_length=100, required=False)
    answer = LongTextField(label=_("给提出人看的答复"), max_length=1000, required=False)
    next_on = DayField(label=_("下一步期限"), required=False, help_text=_("不填按规则自动计算。"))

    def __init__(self, *args: Any, rows: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["needs"]
        field.queryset = rows  # type: ignore[attr-defined]
        field.label_from_instance = lambda need: f"{need.code} · {need.place.name} · {need.text[:40]}"  # type: ignore[attr-defined]
        ways = ("buy", "transfer", "explain", "rule_out")
        self.fields["way"].choices = [(way, say(f"move.need.{way}")) for way in ways]  # type: ignore[attr-defined]


@page("need.triage", methods=("GET", "POST"))
def need_sort_many(request: HttpRequest) -> HttpResponse:
    """Sort many needs alike; those that the rules keep back are named with the reason."""
    waiting = visible(request.actor, "need.triage", Need).filter(state="raised")  # type: ignore[attr-defined]
    first = list(waiting.order_by("next_on", "code").values_list("pk", flat=True)[:SORTED_AT_ONCE])
    rows = Need.objects.filter(pk__in=first).select_related("place").order_by("next_on", "code")

    def act(data: dict[str, Any]) -> HttpResponse:
        triage = Triage(data["way"], to=data["to"], answer=data["answer"], next_on=data["next_on"])
        done, kept = triage_needs(data["needs"], triage, by=request.actor, now=request.received_at)  # type: ignore[attr-defined]
        if not done and kept:
            raise RuleError(kept[0][1].code, source=kept[0][1].source, **kept[0][1].figures)
        messages.success(request, now_("已分办 %(count)d 条。") % {"count": len(done)})
        for need, error in kept:
            messages.warning(request, f"{need.code}：{explain(error)}")
        return redirect(reverse("need_sort_many"))

    context = {
        "heading": _("成批分办"),
        "is_empty": not first,
        "crumbs": [(_("需求"), reverse("need_list")), (_("成批分办"), "")],
    }
    return answer_form(request, SortManyForm, act, "procurement/need/sort_many.html", context, rows=rows)
