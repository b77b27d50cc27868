"""Pages of ideas for residents: say it on a phone, keep the receipt, co-sign a neighbour's. No account."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from zhagen.audit.receipts import handed_in
from zhagen.audit.story import story
from zhagen.community.actions.idea import (
    IdeaDraft,
    co_sign,
    forget_raiser,
    idea_of_receipt,
    raise_idea,
    receipt_of_idea,
    withdraw_idea,
)
from zhagen.community.models import Ballot, FundCycle, Idea, Proposal
from zhagen.community.views.fund_common import rules_of, theme_choices
from zhagen.community.views.fund_cycle import cycle_facts, cycle_figures, limit_rows
from zhagen.community.views.fund_next import next_words
from zhagen.community.views.idea_voice import play, said, voice_field, voice_of
from zhagen.core.errors import RuleError
from zhagen.core.fund.cycle import co_signs_needed
from zhagen.core.lifecycle.fund_cycle import FundCycleState
from zhagen.core.lifecycle.idea import IDEA, OPEN
from zhagen.core.types import PUBLIC
from zhagen.platform.clock import today
from zhagen.platform.fields import LongTextField
from zhagen.platform.forms import answer_form
from zhagen.platform.limits import caller_of, limit
from zhagen.platform.lists import Listing, answer_list
from zhagen.platform.pages import page
from zhagen.platform.parts import Step
from zhagen.platform.pdf import pdf_from_typst
from zhagen.platform.qr import qr_svg
from zhagen.platform.scope import visible
from zhagen.platform.tables import Column
from zhagen.platform.texts import explain, say
from zhagen.platform.vault import PersonalData

RAISED_AT_MOST, TRIED_AT_MOST, SIGNED_AT_MOST, HOUR = 30, 60, 30, 3600
"""Within an hour from one address: a whole building may share one."""

PUBLIC_COLUMNS = (
    Column("title", "名称", "Name", width=30),
    Column("place", "社区", "Community", width=14),
    Column("quota_fen", "资金（元）", "Money (yuan)", "money"),
    Column("state", "办到哪一步", "Where it stands", width=14),
    Column("vote", "投票", "Vote", width=24),
)


@page("fund_cycle.public_list")
def fund_cycle_public_list(request: HttpRequest) -> HttpResponse:
    """List the cycles that were opened, for anyone."""
    listing = Listing(
        title=("社区自治金", "Community fund"),
        columns=PUBLIC_COLUMNS,
        rows=visible(request.actor, "fund_cycle.public_list", FundCycle).select_related("place"),  # type: ignore[attr-defined]
        row_of=lambda cycle: {
            "title": cycle.title,
            "place": f"{cycle.place.name}{cycle.building}",
            "quota_fen": cycle.quota_fen,
            "state": cycle.state,
            "vote": f"{cycle.vote_from_on} — {cycle.vote_until_on}",
        },
        url_of=lambda cycle: reverse("fund_cycle_public", args=[cycle.pk]),
        states={"state": "fund_cycle"},
        empty=_("还没有开放的自治金。街道开放后会出现在这里，也会贴到楼道。"),
    )
    lead = _("居民提点子、居民投票，每一分钱花在哪里都公开。")
    return answer_list(request, listing, context={"lead": lead})


@page("fund_cycle.public", FundCycle)
def fund_cycle_public(request: HttpRequest, obj: FundCycle) -> HttpResponse:
    """Show a cycle to anyone: money, dates, rules, neighbours' ideas."""
    ideas = obj.ideas.filter(is_shown=True).annotate(signed=Count("co_signs")).order_by("-signed", "code")
    context = {
        "cycle": obj,
        "is_collecting": is_collecting(obj),
        "ideas": ideas,
        "needed": co_signs_needed(obj.stage, rules_of(obj)),
        "facts": cycle_facts(obj),
        "figures": cycle_figures(obj),
        "limits": limit_rows(obj),
        "lists": obj.proposed_lists.order_by("-version"),
        "votes": visible(request.actor, "ballot.public", Ballot).filter(cycle=obj).order_by("-round"),  # type: ignore[attr-defined]
        "next": next_words(obj),
        "has_book": obj.entries.exists(),
        "crumbs": [(now_("社区自治金"), reverse("fund_cycle_public_list")), (obj.title, "")],
    }
    return render(request, "community/fund_cycle/public.html", context)


def is_collecting(cycle: FundCycle) -> bool:
    """Return whether ideas may be said now."""
    return cycle.state == FundCycleState.COLLECTING and today() <= cycle.ideas_until_on


class IdeaForm(forms.Form):
    """What a resident says: the idea first, everything else optional."""

    text = LongTextField(
        label=_("您想办什么事"),
        required=False,
        help_text=_("一两句话就行；也可以不写，只说一段语音。有人帮您写成提案。"),
        rows=4,
        max_length=1000,
    )
    voice = voice_field()
    theme = forms.ChoiceField(label=_("是哪一类"), required=False, widget=forms.RadioSelect)
    building = forms.CharField(label=_("哪栋楼（全社区的不填）"), required=False, max_length=40)
    phone = forms.CharField(
        label=_("回电号码"),
        required=False,
        max_length=30,
        help_text=_("只用来和您商量怎么做，加密保存，谁看过都有记录；不留也收，凭查询码看办到哪一步。"),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )
    name = forms.CharField(label=_("怎么称呼您"), required=False, max_length=40)

    def __init__(self, *args: Any, cycle: FundCycle, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["theme"].choices = theme_choices(rules_of(cycle))  # type: ignore[attr-defined]


@page("idea.raise", FundCycle, methods=("GET", "POST"))
def idea_raise(request: HttpRequest, obj: FundCycle) -> HttpResponse:
    """Let anyone say an idea."""

    def act(data: dict[str, Any]) -> HttpResponse:
        limit("idea.raise", caller_of(request), most=RAISED_AT_MOST, seconds=HOUR)
        draft = IdeaDraft(
            text=data["text"],
            theme=data["theme"] or "other",
            building=data["building"],
            person=PersonalData(name=data["name"], phone=data["phone"]),
            voice=voice_of(data["voice"]),
        )
        idea = raise_idea(obj, draft, by=request.actor, now=request.received_at)  # type: ignore[attr-defined]
        return redirect(reverse("idea_follow", args=[receipt_of_idea(idea)]) + "?new=1")

    initial = {"building": request.GET.get("building", "")[:40]}
    context = {"cycle": obj, "is_collecting": is_collecting(obj)}
    return answer_form(
        request, IdeaForm, act, "community/idea/raise.html", context, cycle=obj, initial=initial
    )


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


@page("idea.follow", methods=("GET", "POST"))
def idea_status(request: HttpRequest) -> HttpResponse:
    """Ask for the code on the slip."""

    def act(data: dict[str, Any]) -> HttpResponse:
        limit("idea.receipt", caller_of(request), most=TRIED_AT_MOST, seconds=HOUR)
        return redirect("idea_follow", receipt=receipt_of_idea(idea_of_receipt(data["receipt"])))

    context = {"heading": _("看我的点子"), "submit_label": now_("查询")}
    return answer_form(request, ReceiptForm, act, "community/fund_cycle/step.html", context)


def opened(request: HttpRequest, receipt: str) -> Idea:
    """Return the idea of a receipt in the address, or 404; wrong ones are counted."""
    try:
        if "new" not in request.GET:
            limit("idea.receipt", caller_of(request), most=TRIED_AT_MOST * 5, seconds=HOUR)
        return idea_of_receipt(receipt)
    except RuleError as error:
        if error.code == "idea.receipt_unknown":
            raise Http404 from None
        raise


@page("idea.follow")
def idea_follow(request: HttpRequest, receipt: str) -> HttpResponse:
    """Show the dated steps of an idea, and the proposal that it became."""
    return _follow(request, opened(request, receipt))


def _follow(request: HttpRequest, idea: Idea, text: str = "") -> HttpResponse:
    inner = {say("event.idea.contact_read"), say("event.idea.co_signed")}
    context = {
        "idea": idea,
        "receipt": receipt_of_idea(idea),
        "text": text,
        "signed": idea.co_signs.count(),
        "needed": co_signs_needed(idea.cycle.stage, rules_of(idea.cycle)),
        "steps": sorted(
            [*(step for step in story(idea) if step.what not in inner), *_proposal_steps(idea)],
            key=lambda step: step.at,
        ),
        "lists": idea.cycle.proposed_lists.order_by("-version")[:1],
        "may_withdraw": "withdraw" in IDEA.moves_from(idea.state),
        "is_new": "new" in request.GET,
        "qr": mark_safe(qr_svg(_address(request, idea), title=now_("查询二维码"), scale=5)),  # noqa: S308 - our own SVG
        "logged": handed_in(idea, "idea.raised"),
    }
    return render(request, "community/idea/follow.html", context, status=422 if text else 200)


TOLD = (
    "written",
    "submitted",
    "cost_checked",
    "list_checked",
    "refused",
    "returned",
    "listed",
    "struck",
    "granted",
)
"""What the raiser reads of the proposal that his idea became."""


def _proposal_steps(idea: Idea) -> list[Step]:
    proposal = Proposal.objects.filter(idea=idea).first()
    words = {say(f"event.proposal.{name}") for name in TOLD}
    return [step for step in story(proposal) if step.what in words] if proposal else []


def _address(request: HttpRequest, idea: Idea) -> str:
    return request.build_absolute_uri(reverse("idea_follow", args=[receipt_of_idea(idea)]))


@page("idea.follow", methods=("POST",))
def idea_withdraw(request: HttpRequest, receipt: str) -> HttpResponse:
    """Take the idea back."""
    idea = opened(request, receipt)
    try:
        withdraw_idea(idea, now=request.received_at)  # type: ignore[attr-defined]
    except RuleError as error:
        return _follow(request, idea, explain(error))
    return redirect("idea_follow", receipt=receipt_of_idea(idea))


@page("idea.follow", methods=("POST",))
def idea_forget(request: HttpRequest, receipt: str) -> HttpResponse:
    """Erase the raiser's name and phone at his own wish."""
    idea = opened(request, receipt)
    forget_raiser(idea, now=request.received_at)  # type: ignore[attr-defined]
    return redirect("idea_follow", receipt=receipt_of_idea(idea))


@page("idea.follow")
def idea_own_voice(request: HttpRequest, receipt: str) -> HttpResponse:
    """Play the raiser's own voice note to him."""
    return play(request, opened(request, receipt))


@page("idea.follow")
def idea_slip(request: HttpRequest, receipt: str) -> HttpResponse:
    """Return the slip as a PDF, half a page, for a phone or the community's printer."""
    idea = opened(request, receipt)
    data = {
        "office": idea.cycle.place.name,
        "number": idea.code,
        "code": receipt_of_idea(idea),
        "text": said(idea),
        "place": f"{idea.cycle.title} {idea.building}".strip(),
        "raised_on": idea.raised_at.date().isoformat(),
        "address": request.build_absolute_uri(reverse("idea_status")),
        "qr_svg": qr_svg(_address(request, idea), title=now_("查询二维码"), scale=5),
    }
    made = HttpResponse(pdf_from_typst("platform/idea_receipt", data), content_type="application/pdf")
    made["Content-Disposition"] = f'inline; filename="{idea.code}.pdf"'
    return made


class CoSignForm(forms.Form):
    """A neighbour who stands behind an idea."""

    phone = forms.CharField(
        label=_("手机号"),
        max_length=30,
        help_text=_("只用来保证一人一次：变成一串算不回来的码，号码本身不保存。"),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )
    building = forms.CharField(label=_("哪栋楼"), required=False, max_length=40)


@page("idea.co_sign", Idea, methods=("GET", "POST"))
def idea_co_sign(request: HttpRequest, obj: Idea) -> HttpResponse:
    """Let a neighbour co-sign an idea that was made public."""

    def act(data: dict[str, Any]) -> HttpResponse:
        limit("idea.co_sign", caller_of(request), most=SIGNED_AT_MOST, seconds=HOUR)
        is_new = co_sign(obj, **data, by=PUBLIC, now=request.received_at)  # type: ignore[attr-defined]
        messages.success(
            request, now_("记下了，谢谢。") if is_new else now_("您已经联署过了，一人只算一次。")
        )
        return redirect("idea_co_sign", pk=obj.pk)

    context = {
        "idea": obj,
        "is_open": obj.state in OPEN,
        "signed": obj.co_signs.count(),
        "needed": co_signs_needed(obj.cycle.stage, rules_of(obj.cycle)),
        "crumbs": [(obj.cycle.title, reverse("fund_cycle_public", args=[obj.cycle_id])), (now_("联署"), "")],
    }
    return answer_form(request, CoSignForm, act, "community/idea/co_sign.html", context)
