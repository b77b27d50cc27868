"""Pages of procurement projects for the street: the list, one project, notice, opening, ranking."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhagen.core.buying.notice import earliest_close
from zhagen.core.contract_terms import terms_from_plain
from zhagen.core.errors import RuleError
from zhagen.core.lifecycle.tender import TenderState
from zhagen.core.money import format_yuan
from zhagen.core.permissions import may
from zhagen.core.rulebook.rules import Rules
from zhagen.parties.models import User
from zhagen.parties.rules import calendar, rules_for
from zhagen.parties.story import named_story
from zhagen.platform.clock import today
from zhagen.platform.fields import LongTextField
from zhagen.platform.lists import Listing, answer_list
from zhagen.platform.pages import page
from zhagen.platform.scope import visible
from zhagen.platform.seals import HOLDERS
from zhagen.platform.tables import Column
from zhagen.platform.texts import explain, say
from zhagen.procurement.actions import panel, score, seal
from zhagen.procurement.actions import tender as actions
from zhagen.procurement.models import Plan, Tender
from zhagen.procurement.terms_words import terms_in_words
from zhagen.procurement.views.buying import ReasonForm, method_name, paper_lines, step_form, to_confirm
from zhagen.procurement.views.tender_form import form_for
from zhagen.procurement.views.tender_moves import moves_of

COLUMNS = (
    Column("number", "项目编号", "Number"),
    Column("title", "名称", "Title"),
    Column("state", "状态", "State"),
    Column("method", "方式", "Method"),
    Column("budget_fen", "预算（元）", "Budget (yuan)", "money"),
    Column("closes_on", "截止", "Closes", "date"),
)


@page("tender.list")
def tender_list(request: HttpRequest) -> HttpResponse:
    """List the procurement projects of the street."""
    return answer_list(
        request,
        Listing(
            title=("采购项目", "Purchases"),
            columns=COLUMNS,
            rows=visible(request.actor, "tender.list", Tender).select_related("plan"),
            row_of=_row,
            url_of=lambda tender: reverse("tender_view", args=[tender.pk]),
            states={"state": "tender"},
            empty=_("还没有采购项目。采购计划批准后，在计划页面点“开始采购”。"),
        ),
    )


def _row(tender: Tender) -> dict[str, object]:
    return {
        "number": tender.number,
        "title": tender.title,
        "state": tender.state,
        "method": method_name(tender.method),
        "budget_fen": tender.plan.budget_fen,
        "closes_on": actions.today_of(tender.closes_at) if tender.closes_at else None,
    }


@page("tender.view", Tender)
def tender_view(request: HttpRequest, obj: Tender) -> HttpResponse:
    """Show one project: what is frozen, holders, and after the opening bids, panel and ranking."""
    rules = actions.rules_in(obj, request.received_at)
    is_opened = obj.opened_at is not None
    holders = {each.kind: each for each in obj.holders.select_related("user")}
    context = {
        "tender": obj,
        "plan": obj.plan,
        "method": method_name(obj.method),
        "has_round": actions.has_round(obj.method, rules),
        "holders": [(say(f"holder.{kind}"), holders.get(kind)) for kind in HOLDERS],
        "bids": _bids(obj) if is_opened else [],
        "seats": obj.seats.select_related("user") if obj.draw_public else [],
        "result": obj.result,
        "ranking": _ranking(obj),
        "discuss": _discuss(obj, request) if obj.state == TenderState.OPENED and score.all_in(obj) else [],
        "moves": moves_of(request.actor, obj, request.received_at),
        "words": terms_in_words(terms_from_plain(obj.plan.terms)),
        "terms": terms_from_plain(obj.plan.terms),
        "earliest": _earliest(obj, rules),
        "steps": named_story(obj),
        "folder": paper_lines(obj.plan, obj) if may(request.actor, "paper.download") else [],
        "may_add_paper": may(request.actor, "paper.add"),
        "queries": obj.queries.select_related("agency"),
        "crumbs": [(gettext("采购项目"), reverse("tender_list")), (obj.number, "")],
        "to_confirm": to_confirm(rules, "price.explain_below", "panel.light.office_share_max"),
    }
    return render(request, "procurement/tender/view.html", context)


def _earliest(tender: Tender, rules: Rules) -> object:
    if tender.state != TenderState.DRAFT or not actions.has_round(tender.method, rules):
        return None
    return earliest_close(today(), tender.method, rules, calendar())


def _bids(tender: Tender) -> list[dict[str, Any]]:
    rows = tender.bids.filter(withdrawn_at__isnull=True).select_related("agency")
    return [{"bid": bid, "void": _void(bid.void_reason)} for bid in rows]


def _void(reason: str) -> str:
    return explain(RuleError(reason)) if reason.startswith(("upload.", "bid.", "child.")) else reason


def _ranking(tender: Tender) -> list[dict[str, Any]]:
    names = {str(bid.pk): bid.agency.name for bid in tender.bids.select_related("agency")}
    return [{**line, "agency": names[line["bid"]]} for line in tender.result.get("ranking", [])]


def _discuss(tender: Tender, request: HttpRequest) -> list[str]:
    names = {str(bid.pk): bid.agency.name for bid in tender.bids.select_related("agency")}
    try:
        found = score.to_discuss(tender, request.received_at)
    except RuleError:
        return []
    return [f"{names[bid]}：{explain(RuleError(why.code, **why.figures))}" for bid, _line, why in found]


@page("tender.draft", Plan, methods=("GET", "POST"))
def tender_draft(request: HttpRequest, obj: Plan) -> HttpResponse:
    """Begin the purchase of an approved plan."""

    def act(data: dict[str, Any]) -> HttpResponse:
        made = actions.draft_tender(obj, form.draft(data), by=request.actor, now=request.received_at)
        return redirect("tender_view", pk=made.pk)

    rules = rules_for(obj.place_id, today())
    form = form_for(obj, rules)
    about = _about_form(obj, rules, reverse("plan_view", args=[obj.pk]))
    return step_form(request, form, act, about=about, plan=obj, rules=rules)


@page("tender.draft", Tender, methods=("GET", "POST"))
def tender_edit(request: HttpRequest, obj: Tender) -> HttpResponse:
    """Rewrite a project whose notice is not out."""

    def act(data: dict[str, Any]) -> HttpResponse:
        actions.edit_tender(obj, form.draft(data), by=request.actor, now=request.received_at)
        return redirect("tender_view", pk=obj.pk)

    rules = rules_for(obj.plan.place_id, today())
    form = form_for(obj.plan, rules)
    about = _about_form(obj.plan, rules, reverse("tender_view", args=[obj.pk]))
    return step_form(request, form, act, about=about, plan=obj.plan, rules=rules, tender=obj)


def _about_form(plan: Plan, rules: Rules, back: str) -> dict[str, Any]:
    lead = f"{method_name(plan.method)} · {plan.title} · {format_yuan(plan.budget_fen)} {gettext('元')}"
    lines = []
    if actions.has_round(plan.method, rules):
        first = earliest_close(today(), plan.method, rules, calendar())
        lines.append(gettext("今天发布的话，截止日期最早为 %(day)s。") % {"day": first.isoformat()})
    return {"heading": gettext("采购项目"), "lead": lead, "lines": lines, "cancel_url": back}


@page("tender.hold", Tender, methods=("POST",))
def tender_hold(request: HttpRequest, obj: Tender) -> HttpResponse:
    """Show a holder his words, once."""
    words = seal.hold_seal(obj, by=request.actor, now=request.received_at)
    return render(request, "procurement/tender/words.html", {"tender": obj, "words": words})


def _post_step(request: HttpRequest, obj: Tender, action: Any) -> HttpResponse:
    action(obj, by=request.actor, now=request.received_at)
    return redirect("tender_view", pk=obj.pk)


@page("tender.publish", Tender, methods=("POST",))
def tender_publish(request: HttpRequest, obj: Tender) -> HttpResponse:
    """Publish the notice."""
    return _post_step(request, obj, actions.publish_tender)


@page("tender.close", Tender, methods=("POST",))
def tender_close(request: HttpRequest, obj: Tender) -> HttpResponse:
    """Close a round after its deadline."""
    return _post_step(request, obj, actions.close_tender)


@page("tender.draw", Tender, methods=("POST",))
def tender_draw(request: HttpRequest, obj: Tender) -> HttpResponse:
    """Draw the panel."""
    return _post_step(request, obj, panel.draw_panel)


@page("tender.score", Tender, methods=("POST",))
def tender_finish_scoring(request: HttpRequest, obj: Tender) -> HttpResponse:
    """Rank the bids."""
    return _post_step(request, obj, score.finish_scoring)


@page("tender.open_bids", Tender, methods=("POST",))
def tender_open_resupplied(request: HttpRequest, obj: Tender) -> HttpResponse:
    """Open a round with bids handed in again."""
    return _post_step(request, obj, seal.open_resupplied)


class SeatForm(forms.Form):
    """An expert whom the finance pool has drawn."""

    user = forms.ModelChoiceField(label=_("专家"), queryset=User.objects.none())
    origin = forms.CharField(label=_("财政专家库抽取记录号"), max_length=60)

    def __init__(self, *args: Any, tender: Tender, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pool = panel.pool_of(tender, "expert", today())
        self.fields["user"].queryset = User.objects.filter(pk__in=pool)


@page("tender.draw", Tender, methods=("GET", "POST"))
def tender_seat_imported(request: HttpRequest, obj: Tender) -> HttpResponse:
    """Seat an expert from the finance pool."""

    def act(data: dict[str, Any]) -> HttpResponse:
        panel.seat_imported(obj, data["user"], data["origin"], by=request.actor, now=request.received_at)
        return redirect("tender_view", pk=obj.pk)

    return step_form(request, SeatForm, act, about=about_tender(obj, gettext("登记抽取的专家")), tender=obj)


WORDS_BOX = {"rows": 3, "autocomplete": "off", "spellcheck": "false"}


class OpeningForm(forms.Form):
    """The words of two holders, typed by each himself on one device; never stored."""

    first = forms.ChoiceField(label=_("第一位启封人"))
    first_words = forms.CharField(
        label=_("第一位的密封口令"), widget=forms.Textarea(attrs=WORDS_BOX),
        help_text=_("二十个英文词，每词输入前四个字母即可"),
    )  # fmt: skip
    second = forms.ChoiceField(label=_("第二位启封人"))
    second_words = forms.CharField(
        label=_("第二位的密封口令"),
        widget=forms.Textarea(attrs=WORDS_BOX),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [(kind, say(f"holder.{kind}")) for kind in HOLDERS]
        self.fields["first"].choices = self.fields["second"].choices = names
        self.fields["second"].initial = HOLDERS[1]


@page("tender.open_bids", Tender, methods=("GET", "POST"))
def tender_open_bids(request: HttpRequest, obj: Tender) -> HttpResponse:
    """Open all bids by two holders."""

    def act(data: dict[str, Any]) -> HttpResponse:
        typed = (
            seal.HolderTyped(data["first"], data["first_words"]),
            seal.HolderTyped(data["second"], data["second_words"]),
        )
        seal.open_round(obj, typed, by=request.actor, now=request.received_at)
        return redirect("tender_view", pk=obj.pk)

    about = about_tender(obj, gettext("启封"))
    about["lines"] = [
        gettext("请两位启封人当面各自输入口令。口令只在内存中使用，不保存；输入一人的口令什么也打不开。")
    ]
    return step_form(request, OpeningForm, act, about=about)


def about_tender(tender: Tender, heading: str) -> dict[str, Any]:
    """Return what a page of one step says of its project."""
    back = reverse("tender_view", args=[tender.pk])
    return {"heading": heading, "lead": f"{tender.number} {tender.title}", "cancel_url": back}


def _reason_step(request: HttpRequest, obj: Tender, heading: str, action: Any) -> HttpResponse:
    def act(data: dict[str, Any]) -> HttpResponse:
        action(obj, data["reason"], by=request.actor, now=request.received_at)
        return redirect("tender_view", pk=obj.pk)

    about = about_tender(obj, heading) | {"submit_look": "danger"}
    return step_form(request, ReasonForm, act, about=about)


@page("tender.lose_shares", Tender, methods=("GET", "POST"))
def tender_lose_shares(request: HttpRequest, obj: Tender) -> HttpResponse:
    """Put a loss of words on record."""
    return _reason_step(request, obj, gettext("登记口令遗失"), seal.lose_shares)


@page("tender.fail", Tender, methods=("GET", "POST"))
def tender_fail(request: HttpRequest, obj: Tender) -> HttpResponse:
    """End a round without an award."""
    return _reason_step(request, obj, gettext("流标"), actions.fail_tender)


@page("tender.cancel", Tender, methods=("GET", "POST"))
def tender_cancel(request: HttpRequest, obj: Tender) -> HttpResponse:
    """Call a round off."""
    return _reason_step(request, obj, gettext("终止采购"), actions.cancel_tender)


class NoteForm(forms.Form):
    """What the panel said of marks far apart."""

    note = LongTextField(label=_("评议记录"), rows=5, max_length=2000)


@page("tender.score", Tender, methods=("GET", "POST"))
def tender_discuss(request: HttpRequest, obj: Tender) -> HttpResponse:
    """Note the panel's discussion."""

    def act(data: dict[str, Any]) -> HttpResponse:
        score.note_discussion(obj, data["note"], by=request.actor, now=request.received_at)
        return redirect("tender_view", pk=obj.pk)

    about = about_tender(obj, gettext("记录评议")) | {"lines": _discuss(obj, request)}
    return step_form(request, NoteForm, act, about=about, initial={"note": obj.discussion_note})
