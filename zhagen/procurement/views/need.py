"""Pages of needs for the desk: the list, one need with its dated story, each step a form of its own."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhagen.audit.story import story
from zhagen.core.lifecycle.need import DESK_MOVES, ENDED, NEED, OPEN, NeedState
from zhagen.core.permissions import may
from zhagen.core.types import Actor
from zhagen.parties.models import Place, User
from zhagen.parties.rules import rules_for
from zhagen.platform.clock import today
from zhagen.platform.fields import DayField, LongTextField
from zhagen.platform.forms import answer_form
from zhagen.platform.links import links_for
from zhagen.platform.lists import Listing, answer_list
from zhagen.platform.pages import page
from zhagen.platform.parts import Move, ToConfirm
from zhagen.platform.scope import visible
from zhagen.platform.tables import Column
from zhagen.platform.texts import language, say
from zhagen.platform.vault import masked_person
from zhagen.procurement.actions.need import assign_need
from zhagen.procurement.actions.need_desk import owners_for
from zhagen.procurement.actions.need_merge import likely_duplicates
from zhagen.procurement.actions.need_triage import Triage, clear_need, let_stand, triage_need
from zhagen.procurement.models import Need

COLUMNS = (
    Column("code", "受理编号", "Code", width=12),
    Column("text", "需求", "Need", width=40),
    Column("state", "状态", "State", width=12),
    Column("theme", "类别", "Theme", width=10),
    Column("place", "社区", "Community", width=14),
    Column("building", "楼栋", "Building", width=10),
    Column("owner", "承办人", "Owner", width=10),
    Column("next_on", "下一步期限", "Next date", "date"),
    Column("work_order_no", "工单号", "Order no.", width=16),
    Column("raised_at", "登记时间", "Received", "datetime"),
)
RULES_ON_PAGE = ("need.first_response_max", "need.next_step_max")
LONGEST_IN_LIST = 60


class NeedFilter(forms.Form):
    """What a list of needs may be narrowed to."""

    state = forms.ChoiceField(label=_("状态"), required=False)
    place = forms.ModelChoiceField(label=_("社区"), required=False, queryset=Place.objects.none())
    theme = forms.ChoiceField(label=_("类别"), required=False)
    show = forms.ChoiceField(
        label=_("只看"),
        required=False,
        choices=[
            ("", _("全部")),
            ("open", _("办理中")),
            ("overdue", _("已逾期")),
            ("mine", _("我承办的")),
            ("private", _("私密")),
        ],
    )
    word = forms.CharField(label=_("编号、工单号或字词"), required=False, max_length=40)

    def __init__(self, data: Any, *, rows: QuerySet[Need], street: str) -> None:
        super().__init__(data or None)
        self._rows = rows
        everything = [("", _("全部"))]
        self.fields["state"].choices = everything + [
            (s.value, say(f"state.need.{s.value}")) for s in NeedState
        ]  # type: ignore[attr-defined]
        themes = rules_for(street, today()).texts("need.themes") if street else ()
        self.fields["theme"].choices = everything + [(code, say(f"theme.need.{code}")) for code in themes]  # type: ignore[attr-defined]
        places = Place.objects.filter(is_active=True, level=Place.Level.COMMUNITY)
        self.fields["place"].queryset = places.filter(code__startswith=street[:9]) if street else places  # type: ignore[attr-defined]

    def apply(self, actor_key: str) -> QuerySet[Need]:
        """Return the rows that are asked for; what was typed wrongly narrows nothing."""
        rows = self._rows
        if not self.is_bound:
            return rows
        self.is_valid()
        asked = self.cleaned_data
        for name in ("state", "place", "theme"):
            if asked.get(name):
                rows = rows.filter(**{name: asked[name]})
        rows = _narrowed(rows, asked.get("show", ""), actor_key)
        word = asked.get("word", "").strip()
        if word:
            rows = (
                rows.filter(code=word.upper())
                | rows.filter(work_order_no=word)
                | rows.filter(text__icontains=word)
            )
        return rows


def _narrowed(rows: QuerySet[Need], show: str, actor_key: str) -> QuerySet[Need]:
    if show == "open":
        return rows.filter(state__in=[state.value for state in OPEN])
    if show == "overdue":
        return rows.filter(next_on__lt=today())
    if show == "mine":
        return rows.filter(owner_id=actor_key).exclude(next_on=None)
    return rows.filter(is_private=True) if show == "private" else rows


def need_row(need: Need) -> Mapping[str, Any]:
    """Return a need as a row of a list and of its files."""
    return {
        "code": need.code,
        "text": ("🔒 " if need.is_private else "") + need.text[:LONGEST_IN_LIST],
        "state": need.state,
        "theme": say(f"theme.need.{need.theme}"),
        "place": need.place.name,
        "building": need.building,
        "owner": need.owner.name,
        "next_on": need.next_on,
        "work_order_no": need.work_order_no,
        "raised_at": need.raised_at,
    }


def street_of(request: HttpRequest) -> str:
    """Return the code of the street or community for which the reader signed in; "" for several."""
    places = {grant.place for grant in request.actor.grants if grant.place}  # type: ignore[attr-defined]
    streets = {place[:9] for place in places}
    return f"{streets.pop()}000" if len(streets) == 1 else ""


@page("need.list")
def need_list(request: HttpRequest) -> HttpResponse:
    """List the needs the reader may see."""
    rows = visible(request.actor, "need.list", Need).select_related("place", "owner")  # type: ignore[attr-defined]
    filters = NeedFilter(request.GET, rows=rows, street=street_of(request))
    listing = Listing(
        title=("需求", "Needs"),
        columns=COLUMNS,
        rows=filters.apply(request.actor.key),  # type: ignore[attr-defined]
        row_of=need_row,
        url_of=lambda need: reverse("need_view", args=[need.pk]),
        filters=filters,
        states={"state": "need"},
        empty=_("还没有需求。请社区代录一条，或把居民二维码贴到楼道。"),
    )
    return answer_list(request, listing, context={"moves": _list_moves(request)})


def _list_moves(request: HttpRequest) -> list[Move]:
    wanted = (
        ("need.record", _("代居民登记"), "need_record"),
        ("need.record", _("粘贴群接龙"), "need_paste"),
        ("need.import", _("导入热线工单"), "need_import"),
        ("need.triage", _("成批分办"), "need_sort_many"),
        ("need.summary", _("汇总"), "need_summary"),
        ("need_round.list", _("随机抽访"), "need_round_list"),
    )
    return [Move(label, reverse(name)) for action, label, name in wanted if may(request.actor, action)]  # type: ignore[attr-defined]


MOVE_PAGES = {
    "buy": "need_buy",
    "transfer": "need_transfer",
    "explain": "need_explain",
    "rule_out": "need_rule_out",
}


def _moves(request: HttpRequest, need: Need) -> list[Move]:
    """Return a button for each step that core allows and the reader may take."""
    allowed = NEED.moves_from(need.state)

    def page_of(name: str) -> str:
        return reverse(name, args=[need.pk])

    is_failed = need.state in {"unmet", "partly_met"} and need.next_on is not None
    is_clearable = not need.is_private and need.state != "merged"
    offered = [
        ("need.triage", name in allowed, Move(say(f"move.need.{name}"), page_of(MOVE_PAGES[name])))
        for name in DESK_MOVES
        if name in MOVE_PAGES
    ]
    plan_url = f"{reverse('plan_draft')}?need={need.pk}"
    unmerge = Move(say("move.need.unmerge"), page_of("need_unmerge"), is_post=True)
    offered += [
        ("need.hear", "confirm_met" in allowed, Move(_("记录提出人的话"), page_of("need_hear"), "primary")),
        ("need.ask", "ask" in allowed, Move(say("move.need.ask"), page_of("need_ask"), is_post=True)),
        ("plan.draft", need.state == NeedState.TO_BUY, Move(_("起草采购计划"), plan_url, "primary")),
        ("need.assign", need.next_on is not None, Move(_("换承办人或期限"), page_of("need_assign"))),
        ("need.clear", is_clearable, Move(_("审定公开表述"), page_of("need_clear"))),
        ("need.merge", "unmerge" in allowed, unmerge),
        ("need.receipt", True, Move(_("重打回执"), page_of("need_receipt"), is_post=True)),
        ("need.triage", is_failed, Move(_("如实结束，不再继续"), page_of("need_let_stand"), "danger")),
    ]
    actor = request.actor  # type: ignore[attr-defined]
    granted = {action: _may_on(actor, action, need) for action in {each[0] for each in offered if each[1]}}
    granted["plan.draft"] = may(actor, "plan.draft")
    return [button for action, is_on, button in offered if is_on and granted[action]]


def _may_on(actor: Actor, action: str, need: Need) -> bool:
    return may(actor, action) and visible(actor, action, Need).filter(pk=need.pk).exists()


@page("need.view", Need)
def need_view(request: HttpRequest, obj: Need) -> HttpResponse:
    """Show one need, its dated story and the steps that may follow."""
    actor = request.actor  # type: ignore[attr-defined]
    steps = story(obj)
    words = obj.words.select_related("heard_by").order_by("said_at")
    context = {
        "need": obj,
        "moves": [*_moves(request, obj), *links_for("need", actor, obj)],
        "steps": steps,
        "words": words,
        "masked": masked_person(obj.raiser_ref) if obj.raiser_ref else None,
        "may_contact": bool(obj.raiser_ref)
        and visible(actor, "need.contact", Need).filter(pk=obj.pk).exists(),
        "may_erase": bool(obj.raiser_ref) and _may_on(actor, "need.erase", obj),
        "may_merge": may(actor, "need.merge") and "merge" in NEED.moves_from(obj.state),
        "duplicates": likely_duplicates(obj, by=actor)
        if may(actor, "need.merge") and not obj.is_private
        else [],
        "merged": obj.merged.all(),
        "supports": obj.supports.count(),
        "next_step": say(f"step.need.{obj.state}") if obj.next_on else "",
        "is_ended": obj.state in ENDED,
        "to_confirm": to_confirm(obj.place_id),
        "crumbs": [(_("需求"), reverse("need_list")), (obj.code, "")],
    }
    return render(request, "procurement/need/view.html", context)


def to_confirm(place_code: str) -> list[ToConfirm]:
    """Return the unverified rule values that the pages of needs rest on."""
    rules = rules_for(place_code, today())
    values = [rules.value(name) for name in RULES_ON_PAGE]
    return [ToConfirm(value.label(language()), "", value.source) for value in values if value.confirm]


class SortForm(forms.Form):
    """What the desk decides of a need; the fields that a way does not ask for are left out."""

    ASKED: Mapping[str, tuple[str, ...]] = {
        "buy": (),
        "transfer": ("to", "work_order_no"),
        "explain": ("answer",),
        "rule_out": ("to", "answer"),
    }
    to = forms.CharField(label=_("转给哪个单位，或该找谁"), max_length=100)
    work_order_no = forms.CharField(label=_("对方的工单号"), max_length=40, required=False)
    answer = LongTextField(label=_("给提出人看的答复"), max_length=1000)
    owner = forms.ModelChoiceField(
        label=_("承办人"), queryset=User.objects.none(), required=False, empty_label=_("不变")
    )
    next_on = DayField(label=_("下一步期限"), required=False, help_text=_("不填按规则自动计算。"))
    theme = forms.ChoiceField(label=_("类别"), required=False)
    private_kind = forms.ChoiceField(
        label=_("私密种类"), required=False, help_text=_("选了就只有经办人看得到，并从公开清单撤下。")
    )

    def __init__(self, *args: Any, way: str, need: Need, on: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in {"to", "work_order_no", "answer"} - set(self.ASKED[way]):
            del self.fields[name]
        if "owner" in self.fields:
            self.fields["owner"].queryset = owners_for(need, on)  # type: ignore[attr-defined]
        rules = rules_for(need.place_id, on)
        unchanged, none = [("", _("不变"))], [("", _("不是私密需求"))]
        self.fields["theme"].choices = unchanged + [
            (c, say(f"theme.need.{c}")) for c in rules.texts("need.themes")
        ]  # type: ignore[attr-defined]
        self.fields["private_kind"].choices = none + [
            (c, say(f"kind.need.{c}")) for c in rules.texts("need.private_kinds")
        ]  # type: ignore[attr-defined]


@page("need.triage", Need, methods=("GET", "POST"))
def need_sort(request: HttpRequest, obj: Need, way: str) -> HttpResponse:
    """Sort a need one way: purchase, transfer, explain, outside the remit."""

    def act(data: dict[str, Any]) -> HttpResponse:
        triage_need(obj, Triage(way, **data), by=request.actor, now=request.received_at)  # type: ignore[attr-defined]
        return redirect("need_view", pk=obj.pk)

    context = {
        "need": obj,
        "heading": say(f"move.need.{way}"),
        "crumbs": crumbs(obj, say(f"move.need.{way}")),
    }
    return answer_form(
        request, SortForm, act, "procurement/need/step.html", context, way=way, need=obj, on=today()
    )


def crumbs(need: Need, title: object) -> list[tuple[object, str]]:
    """Return the trail of a step's page."""
    return [(_("需求"), reverse("need_list")), (need.code, reverse("need_view", args=[need.pk])), (title, "")]


class AssignForm(forms.Form):
    """Who keeps it, and until when."""

    owner = forms.ModelChoiceField(label=_("承办人"), queryset=User.objects.none())
    next_on = DayField(label=_("下一步期限"))

    def __init__(self, *args: Any, need: Need, on: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = owners_for(need, on)  # type: ignore[attr-defined]


@page("need.assign", Need, methods=("GET", "POST"))
def need_assign(request: HttpRequest, obj: Need) -> HttpResponse:
    """Give a need to another owner with a next date."""

    def act(data: dict[str, Any]) -> HttpResponse:
        assign_need(obj, data["owner"], next_on=data["next_on"], by=request.actor, now=request.received_at)  # type: ignore[attr-defined]
        return redirect("need_view", pk=obj.pk)

    context = {"need": obj, "heading": _("换承办人或期限"), "crumbs": crumbs(obj, _("换承办人或期限"))}
    initial = {"owner": obj.owner_id, "next_on": obj.next_on}
    return answer_form(
        request, AssignForm, act, "procurement/need/step.html", context, need=obj, on=today(), initial=initial
    )


class ClearForm(forms.Form):
    """Words that anyone may read."""

    public_text = LongTextField(
        label=_("公开的表述"),
        required=False,
        max_length=200,
        rows=2,
        help_text=_("用您自己的话概括，不写姓名、电话、门牌。留空则从公开清单撤下。"),
    )


@page("need.clear", Need, methods=("GET", "POST"))
def need_clear(request: HttpRequest, obj: Need) -> HttpResponse:
    """Clear words for the public list."""

    def act(data: dict[str, Any]) -> HttpResponse:
        clear_need(obj, data["public_text"], by=request.actor, now=request.received_at)  # type: ignore[attr-defined]
        return redirect("need_view", pk=obj.pk)

    context = {"need": obj, "heading": _("审定公开表述"), "crumbs": crumbs(obj, _("审定公开表述"))}
    return answer_form(
        request,
        ClearForm,
        act,
        "procurement/need/step.html",
        context,
        initial={"public_text": obj.public_text},
    )


class ReasonForm(forms.Form):
    """Why."""

    reason = LongTextField(label=_("给提出人看的理由"), max_length=500, rows=3)


@page("need.triage", Need, methods=("GET", "POST"))
def need_let_stand(request: HttpRequest, obj: Need) -> HttpResponse:
    """End the pursuit of an unmet need without changing what its raiser said."""

    def act(data: dict[str, Any]) -> HttpResponse:
        let_stand(obj, reason=data["reason"], by=request.actor, now=request.received_at)  # type: ignore[attr-defined]
        return redirect("need_view", pk=obj.pk)

    context = {
        "need": obj,
        "heading": _("如实结束，不再继续"),
        "crumbs": crumbs(obj, _("如实结束，不再继续")),
    }
    return answer_form(
        request, ReasonForm, act, "procurement/need/step.html", {**context, "submit_look": "danger"}
    )
