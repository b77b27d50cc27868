"""Pages of the rulebook in force: the list, why a value is so, local changes, years of the calendar."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhagen.core.calendar import year_template
from zhagen.core.errors import RuleError
from zhagen.core.permissions import may
from zhagen.core.rulebook.explain import Explanation, explain
from zhagen.core.rulebook.values import show_value
from zhagen.parties.actions.rule_change import (
    RuleDraft,
    add_holiday_year,
    confirm_rule_change,
    draft_rule_change,
    withdraw_rule_change,
)
from zhagen.parties.models import Appointment, Place, RuleChange
from zhagen.parties.office import street_of
from zhagen.parties.rules import calendar, layers_in_force, rules_for
from zhagen.platform.clock import today
from zhagen.platform.fields import DayField
from zhagen.platform.forms import answer_form
from zhagen.platform.lists import Listing, answer_list
from zhagen.platform.pages import page
from zhagen.platform.scope import visible
from zhagen.platform.tables import Column, said
from zhagen.platform.texts import language, say

COLUMNS = (
    Column("label", "规则", "Rule"),
    Column("value", "现行值", "Value in force"),
    Column("unit", "单位", "Unit"),
    Column("source", "依据", "Source"),
    Column("layer", "层级", "Layer"),
    Column("since", "施行日期", "Since", "date"),
    Column("confirm", "核实", "Check"),
)


def my_place(request: HttpRequest) -> str:
    """Return the place whose rules the reader is shown; the nation's for those of no street."""
    street = street_of(request.actor, "rulebook.view")
    if street is not None:
        return street.pk
    held = Appointment.objects.filter(user=request.actor.key, invited_from__isnull=False).first()
    active = Place.objects.filter(level=Place.Level.STREET, is_active=True).first()
    return held.invited_from_id if held else active.pk if active else "0" * 12


@page("rulebook.view")
def rule_list(request: HttpRequest) -> HttpResponse:
    """List every value in force for the reader's street with its source."""
    place = my_place(request)
    rules = rules_for(place, today())
    titles = {each.name: (each.title_zh, each.title_en) for each in layers_in_force(place)}
    listing = Listing(
        title=("现行规则", "Rules in force"),
        columns=COLUMNS,
        rows=[rules.resolved[name] for name in rules.names()],
        row_of=lambda each: {
            "label": each.label(language()) or each.name,
            "value": _value(each.value),
            "unit": say(f"unit.{each.unit}"),
            "source": each.source,
            "layer": said(titles.get(each.layer, (each.layer, each.layer)), language()),
            "since": each.since,
            "confirm": say("label.to_confirm") if each.confirm else "",
        },
        url_of=lambda each: reverse("rule_view", args=[each.name]),
    )
    context = {
        "years": sorted(calendar().years),
        "has_changes": may(request.actor, "rule_change.list"),  # type: ignore[attr-defined]
        "may_add_year": may(request.actor, "holiday_year.add"),  # type: ignore[attr-defined]
    }
    return answer_list(request, listing, template="parties/rulebook/list.html", context=context)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return str(_("是") if value else _("否"))
    return show_value(value)


@page("rulebook.view")
def rule_view(request: HttpRequest, name: str) -> HttpResponse:
    """Show why a value is what it is: which layers spoke, which won, what comes."""
    place = my_place(request)
    found = _explained(name, place)
    voices = [
        {
            "layer": voice.layer.title_zh if language() == "zh" else voice.layer.title_en,
            "value": show_value(voice.dated.value) if voice.dated else "",
            "source": voice.dated.source if voice.dated else "",
            "since": voice.dated.since if voice.dated else None,
            "confirm": bool(voice.dated and voice.dated.confirm),
            "outcome": say(f"voice.{voice.outcome}"),
        }
        for voice in found.spoke
    ]
    rule = found.rule
    context = {
        "name": name,
        "label": (rule.zh if language() == "zh" else rule.en) or name,
        "unit": say(f"unit.{rule.unit}"),
        "voices": voices,
        "may_change": rule.local or bool(rule.tighter),
        "street": street_of(request.actor, "place.rules"),
    }
    return render(request, "parties/rulebook/view.html", context)


def _explained(name: str, place: str) -> Explanation:
    try:
        return explain(layers_in_force(place), name, place, today())
    except RuleError:
        raise Http404 from None


class ChangeForm(forms.Form):
    """A local value."""

    text = forms.CharField(label=_("本街道的值"), max_length=300)
    source = forms.CharField(label=_("依据（文件名和文号）"), max_length=200)
    from_on = DayField(label=_("自哪天起施行"), help_text=_("不能早于今天。"))


@page("rule_change.draft", methods=("GET", "POST"))
def rule_change_draft(request: HttpRequest, name: str) -> HttpResponse:
    """Draft a local value of a rule."""
    street = street_of(request.actor, "rule_change.draft")
    if street is None:
        raise Http404
    rule = _explained(name, street.pk).rule

    def act(data: dict) -> HttpResponse:
        draft_rule_change(RuleDraft(name, **data), place=street, by=request.actor, now=request.received_at)
        return redirect("rule_change_list")

    context = {
        "name": name,
        "label": rule.zh if language() == "zh" else rule.en,
        "unit": say(f"unit.{rule.unit}"),
    }
    return answer_form(request, ChangeForm, act, "parties/rulebook/change.html", context)


@page("rule_change.list")
def rule_change_list(request: HttpRequest) -> HttpResponse:
    """List the local values, drafted, confirmed and withdrawn."""
    rows = visible(request.actor, "rule_change.list", RuleChange).select_related("drafted_by", "confirmed_by")
    confirmable, withdrawable = (
        set(visible(request.actor, action, RuleChange).filter(state="draft").values_list("pk", flat=True))
        for action in ("rule_change.confirm", "rule_change.withdraw")
    )
    context = {
        "changes": rows.order_by("-drafted_at")[:200],
        "confirmable": confirmable,
        "withdrawable": withdrawable,
    }
    return render(request, "parties/rulebook/changes.html", context)


@page("rule_change.confirm", RuleChange, methods=("POST",))
def rule_change_confirm(request: HttpRequest, obj: RuleChange) -> HttpResponse:
    """Confirm a local value as a second person."""
    confirm_rule_change(obj, by=request.actor, now=request.received_at)
    return redirect("rule_change_list")


@page("rule_change.withdraw", RuleChange, methods=("POST",))
def rule_change_withdraw(request: HttpRequest, obj: RuleChange) -> HttpResponse:
    """Take back a draft."""
    withdraw_rule_change(obj, by=request.actor, now=request.received_at)
    return redirect("rule_change_list")


class YearForm(forms.Form):
    """A year of the working-day calendar."""

    text = forms.CharField(
        label=_("国务院办公厅通知的放假安排"),
        help_text=_(
            "照通知填好每个节日的第一天（from）、最后一天（to）和调休上班的周末（work）；两节连放的合成一段。没填完不会保存。"
        ),
        widget=forms.Textarea(attrs={"rows": 16, "spellcheck": "false"}),
        max_length=8000,
    )


@page("holiday_year.add", methods=("GET", "POST"))
def holiday_year_add(request: HttpRequest) -> HttpResponse:
    """Add a year to the working-day calendar."""

    def act(data: dict) -> HttpResponse:
        added = add_holiday_year(data["text"], by=request.actor, now=request.received_at)
        messages.success(request, say("calendar.added", year=added.year, until=max(calendar().years)))
        return redirect("rule_list")

    years = sorted(calendar().years)
    prepared = {"text": year_template(years[-1] + 1)}
    return answer_form(
        request, YearForm, act, "parties/rulebook/year.html", {"years": years}, initial=prepared
    )
