"""Pages of ideas for the community office and the coaching agency."""

from typing import Any

from django import forms
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from zhagen.community.actions import idea as actions
from zhagen.community.models import FundCycle, Idea
from zhagen.community.views.fund_common import (
    STEP,
    allowed,
    form_step,
    moves_of,
    rules_of,
    theme_choices,
)
from zhagen.community.views.idea_voice import said, voice_field, voice_of
from zhagen.core.fund.cycle import co_signs_needed
from zhagen.core.lifecycle.idea import IDEA, IdeaState
from zhagen.parties.story import named_story
from zhagen.platform.fields import LongTextField
from zhagen.platform.forms import answer_form
from zhagen.platform.lists import Listing, answer_list
from zhagen.platform.pages import page, step_page
from zhagen.platform.scope import visible
from zhagen.platform.tables import Column
from zhagen.platform.texts import say
from zhagen.platform.vault import PersonalData, masked_person

COLUMNS = (
    Column("code", "受理编号", "Code"),
    Column("text", "点子", "Idea", width=40),
    Column("theme", "主题", "Theme"),
    Column("building", "楼栋", "Building"),
    Column("signed", "联署", "Co-signers", "int"),
    Column("state", "状态", "State"),
    Column("cycle", "哪一轮", "Cycle"),
)


class IdeaFilter(forms.Form):
    """One cycle, one state, or all."""

    state = forms.ChoiceField(label=_("状态"), required=False)
    cycle = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [(state.value, say(f"state.idea.{state}")) for state in IdeaState]
        self.fields["state"].choices = [("", _("全部")), *names]  # type: ignore[attr-defined]

    def apply(self, rows: QuerySet[Idea]) -> QuerySet[Idea]:
        """Return the rows that fit."""
        wanted = self.cleaned_data if self.is_valid() else {}
        given = {name: wanted[name] for name in ("state", "cycle") if wanted.get(name)}
        return rows.filter(**given)


def _row(idea: Idea) -> dict[str, object]:
    return {
        "code": idea.code,
        "text": said(idea),
        "theme": say(f"theme.fund.{idea.theme}"),
        "building": idea.building,
        "signed": idea.signed,  # type: ignore[attr-defined]
        "state": idea.state,
        "cycle": idea.cycle.title,
    }


@page("idea.list")
def idea_list(request: HttpRequest) -> HttpResponse:
    """List the ideas that the reader may see."""
    filters = IdeaFilter(request.GET or None)
    rows = (
        visible(request.actor, "idea.list", Idea).select_related("cycle").annotate(signed=Count("co_signs"))
    )  # type: ignore[attr-defined]
    listing = Listing(
        title=("点子", "Ideas"),
        columns=COLUMNS,
        rows=filters.apply(rows),
        row_of=_row,
        url_of=lambda idea: reverse("idea_view", args=[idea.pk]),
        filters=filters,
        states={"state": "idea"},
        empty=_("还没有点子。把自治金页面的二维码贴到楼道，或替居民记一个。"),
    )
    return answer_list(request, listing)


STEPS = (
    ("take_up", "idea.write_down", _("听语音、记下来"), "idea_write_down", "primary", False),
    ("take_up", "idea.take_up", _("开始辅导"), "idea_take_up", "primary", True),
    ("take_up", "idea.show", _("公开（供邻居联署）"), "idea_show", "primary", False),
    ("propose", "proposal.write", _("写成提案"), "proposal_write", "primary", False),
    ("shelve", "idea.shelve", _("放入点子库"), "idea_shelve", "secondary", False),
    ("decline", "idea.decline", _("不采用"), "idea_decline", "danger", False),
)


@page("idea.view", Idea)
def idea_view(request: HttpRequest, obj: Idea) -> HttpResponse:
    """Show an idea with what may be done with it."""
    possible = IDEA.moves_from(obj.state)
    wanted = [each[1:] for each in STEPS if each[0] in possible and _fits(each[1], obj)]
    context = {
        "idea": obj,
        "theme": say(f"theme.fund.{obj.theme}"),
        "masked": masked_person(obj.raiser_ref) if obj.raiser_ref else None,
        "may_contact": allowed(request.actor, "idea.contact", obj),  # type: ignore[attr-defined]
        "signed": obj.co_signs.count(),
        "needed": co_signs_needed(obj.cycle.stage, rules_of(obj.cycle)),
        "proposal": getattr(obj, "proposal", None),
        "moves": moves_of(request, obj, wanted),  # type: ignore[arg-type]
        "steps": named_story(obj),
        "crumbs": [(now_("点子"), reverse("idea_list")), (obj.code, "")],
    }
    return render(request, "community/idea/view.html", context)


def _fits(action: str, idea: Idea) -> bool:
    """Return whether a step is of use: a voice is written down first, then the idea goes on in words."""
    if action == "idea.write_down":
        return bool(idea.voice_digest) and not idea.is_shown
    return bool(idea.text) or action == "idea.decline"


class RecordForm(forms.Form):
    """What a helper writes down for a resident."""

    text = LongTextField(label=_("居民的原话"), max_length=1000, required=False)
    voice = voice_field()
    channel = forms.ChoiceField(
        label=_("怎么来的"), choices=Idea.Channel.choices[1:], widget=forms.RadioSelect, initial="phone"
    )
    theme = forms.ChoiceField(label=_("是哪一类"), widget=forms.RadioSelect, initial="other")
    building = forms.CharField(label=_("哪栋楼（全社区的不填）"), required=False, max_length=40)
    name = forms.CharField(label=_("提出人称呼"), required=False, max_length=40)
    phone = forms.CharField(
        label=_("提出人电话"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )
    has_consent = forms.BooleanField(label=_("已问过本人，同意代为登记和留下联系方式"), required=False)

    def __init__(self, *args: Any, cycle: FundCycle, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["theme"].choices = theme_choices(rules_of(cycle))  # type: ignore[attr-defined]


@page("idea.record", FundCycle, methods=("GET", "POST"))
def idea_record(request: HttpRequest, obj: FundCycle) -> HttpResponse:
    """Write down an idea that came by phone, voice note or paper; the slip is printed next."""

    def act(data: dict[str, Any]) -> HttpResponse:
        person = PersonalData(name=data.pop("name"), phone=data.pop("phone"))
        voice = voice_of(data.pop("voice"))
        draft = actions.IdeaDraft(**data, person=person, voice=voice)
        idea = actions.raise_idea(obj, draft, by=request.actor, now=request.received_at)  # type: ignore[attr-defined]
        return redirect(reverse("idea_follow", args=[actions.receipt_of_idea(idea)]) + "?new=1")

    back = reverse("fund_cycle_view", args=[obj.pk])
    context = {
        "heading": _("代录点子"),
        "lead": obj.title,
        "cancel_url": back,
        "crumbs": [(obj.title, back), (_("代录点子"), "")],
    }
    return answer_form(request, RecordForm, act, STEP, context, cycle=obj)


class ShowForm(forms.Form):
    """The public words of an idea."""

    text = LongTextField(
        label=_("公开的表述"),
        max_length=200,
        rows=3,
        help_text=_("不写姓名、门牌、病情；邻居看到的就是这一句。"),
    )


class AnswerForm(forms.Form):
    """Why an idea is not taken up now."""

    answer = LongTextField(label=_("给提出人的答复"), max_length=300, rows=3)


class ContactForm(forms.Form):
    """Why a phone number is looked at."""

    reason = forms.CharField(label=_("理由（记入日志）"), max_length=200)


@page("idea.contact", Idea, methods=("GET", "POST"))
def idea_contact(request: HttpRequest, obj: Idea) -> HttpResponse:
    """Show the raiser's name and phone for a reason that is logged."""
    crumbs = [(obj.code, reverse("idea_view", args=[obj.pk])), (_("查看联系方式"), "")]

    def act(data: dict[str, Any]) -> HttpResponse:
        person = actions.read_raiser(obj, reason=data["reason"], by=request.actor, now=request.received_at)  # type: ignore[attr-defined]
        return render(
            request, "community/idea/contact.html", {"idea": obj, "person": person, "crumbs": crumbs}
        )

    context = {"heading": _("查看联系方式"), "crumbs": crumbs, "cancel_url": crumbs[0][1]}
    return answer_form(request, ContactForm, act, STEP, context)


idea_take_up = step_page("idea.take_up", Idea, actions.take_up_idea, then="idea_view")
idea_show = form_step(
    "idea.show",
    Idea,
    ShowForm,
    actions.show_idea,
    title=_("公开（供邻居联署）"),
    then="idea_view",
    lead=said,
)
idea_shelve = form_step(
    "idea.shelve", Idea, AnswerForm, actions.shelve_idea, title=_("放入点子库"), then="idea_view", lead=said
)
idea_decline = form_step(
    "idea.decline", Idea, AnswerForm, actions.decline_idea, title=_("不采用"), then="idea_view", lead=said,
    submit_look="danger",
)  # fmt: skip
