"""The screen of levers: the office's own values, each beside its limit and clause, and what the law says of a change."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from zhagen.core.errors import RuleError, SeveralRulesError
from zhagen.core.rulebook.rules import Rules
from zhagen.lab.legal import legal_check
from zhagen.lab.local_facts import PREFIX, FactKind, LocalFact, default_facts, shipped_facts
from zhagen.lab.office_levers import OfficeLever, office_levers
from zhagen.lab.reform import reform_of
from zhagen.parties.models import Place
from zhagen.parties.office import street_of
from zhagen.parties.rules import rules_for
from zhagen.platform.clock import today
from zhagen.platform.fields import DayField
from zhagen.platform.forms import answer_form
from zhagen.platform.pages import page
from zhagen.platform.scope import visible
from zhagen.platform.texts import explain, language, say
from zhagen.policy.actions.lab_run import RunOrder, ask_run
from zhagen.policy.compute import Ask, plain_finding
from zhagen.policy.models import LabRun
from zhagen.policy.views.lab_changes import key_label, percent
from zhagen.policy.views.lab_words import told_findings

AHEAD = dt.timedelta(days=30)
"""A change is usually meant for a month from now: it has to be decided first."""

FLAG, SHARE = "yes_no", "bp"
"""Units that are shown otherwise than they are kept: yes or no, percent."""
MARK = "rule:"
"""How the name of a lever's field begins."""


@dataclass(frozen=True, slots=True)
class Lever:
    """One value on the screen with its field.

    Args:
        field: The bound field.
        base: The value in force, as people read it.
        unit: Its unit in words.
        least: Smallest value that makes sense, or that the law allows.
        most: Largest.
        step: Between two values.
        clause: What sets the value in force.
        limit: What binds the office from above; empty where nothing does.
        confirm: Whether the value in force is still to be verified.
        is_flag: Whether it is a yes or no.
    """

    field: forms.BoundField
    base: object
    unit: str
    least: str
    most: str
    step: str
    clause: str
    limit: str
    confirm: bool
    is_flag: bool

    @property
    def is_moved(self) -> bool:
        """Whether the field says something else than what is in force."""
        return str(self.field.value()) != str(self.field.field.prepare_value(self.field.field.initial))


class ShareField(forms.DecimalField):
    """A share that people type in percent and the rulebook keeps in basis points."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_value=100, decimal_places=2, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """Return basis points as percent; what was typed stays as it is."""
        return percent(value) if isinstance(value, int) else value

    def clean(self, value: Any) -> int | None:
        """Return basis points."""
        typed = super().clean(value)
        return None if typed is None else int(typed * 100)


class AskForm(forms.Form):
    """The question, the changed values, and how it is computed."""

    title = forms.CharField(
        label=_("想回答什么问题"), max_length=100, help_text=_("如：一年一签改成三年，居民的事会不会办得更好")
    )
    rules_on = DayField(
        label=_("打算哪天起施行"), help_text=_("按那一天的规则来比；之后若采纳，须与那天的规则一致。")
    )
    draws = forms.IntegerField(label=_("假设组数"), min_value=5, max_value=200)
    replications = forms.IntegerField(label=_("每组重复次数"), min_value=2, max_value=100)
    communities = forms.IntegerField(label=_("社区数"), min_value=20, max_value=400)
    seed = forms.IntegerField(label=_("随机种子"), min_value=1, max_value=2**31 - 1)
    with_reasons = forms.BooleanField(
        label=_("也算“为什么”和转折点"), required=False, help_text=_("要多算一些时间。")
    )
    OWN = ("title", "rules_on", "draws", "replications", "communities", "seed", "with_reasons")

    def __init__(self, *args: Any, rules: Rules, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.levers = office_levers(rules)
        self.practices = [each for each in shipped_facts().values() if each.kind is FactKind.PRACTICE]
        for lever in self.levers:
            self.fields[MARK + lever.path] = _field(lever_label(lever), lever.unit, lever.base)
        for fact in self.practices:
            self.fields[MARK + PREFIX + fact.name] = _field(fact.label(language()), fact.unit, fact.value)

    def clean(self) -> dict[str, Any]:
        """Add what was changed."""
        data = super().clean() or {}
        return data | {"changes": self.changes()}

    def groups(self) -> list[tuple[str, list[Lever], bool]]:
        """Return the office's levers by their headings, and whether any of them was moved."""
        found: dict[str, list[Lever]] = {}
        for each in self.levers:
            found.setdefault(say(f"lever_group.{each.group}"), []).append(self._lever(each))
        return [(heading, levers, any(each.is_moved for each in levers)) for heading, levers in found.items()]

    def _lever(self, of: OfficeLever) -> Lever:
        shown = _Shown(of.unit)
        return Lever(
            self[MARK + of.path], shown.base(of.base), shown.unit, shown.number(of.least), shown.number(of.most),
            shown.number(of.step), of.clause, of.limit, of.confirm, of.is_flag,
        )  # fmt: skip

    def practice(self) -> list[Lever]:
        """Return what is decided case by case: it can be rehearsed, never adopted as a rule."""
        return [self._practice(each) for each in self.practices]

    def _practice(self, of: LocalFact) -> Lever:
        shown, step = _Shown(of.unit), max((of.most - of.least) // 20, 1)
        return Lever(
            self[MARK + PREFIX + of.name], shown.base(of.value), shown.unit, shown.number(of.least),
            shown.number(of.most), shown.number(step), of.source, "", False, of.unit == FLAG,
        )  # fmt: skip

    def own(self) -> list[forms.BoundField]:
        """Return how it is computed."""
        return [self[name] for name in self.OWN[2:]]

    def changes(self) -> dict[str, object]:
        """Return name → new value of all that was changed."""
        base = {lever.path: lever.base for lever in self.levers}
        base |= {PREFIX + fact.name: fact.value for fact in self.practices}
        flags = {lever.path for lever in self.levers if lever.is_flag}
        found = {name: self.cleaned_data.get(MARK + name) for name in base}
        changed = {
            name: int(value) for name, value in found.items() if value is not None and value != base[name]
        }
        return {name: bool(value) if name in flags else value for name, value in changed.items()}


def lever_label(lever: OfficeLever) -> str:
    """Return the name of a lever; of a table's key with the key's own name."""
    key = lever.path.rpartition(".")[2]
    label = lever.label(language())
    own = key_label(key)
    return label if own == key or own in label else f"{label} · {own}"


@dataclass(frozen=True, slots=True)
class _Shown:
    """How values of one unit are shown: shares in percent, flags in words."""

    of: str

    @property
    def unit(self) -> str:
        return "%" if self.of == SHARE else say(f"unit.{self.of}")

    def number(self, value: int) -> str:
        return percent(value) if self.of == SHARE else str(value)

    def base(self, value: int) -> str:
        if self.of == FLAG:
            return now_("是") if value else now_("否")
        return f"{percent(value)}%" if self.of == SHARE else str(value)


def _field(label: str, unit: str, base: int) -> forms.Field:
    if unit == FLAG:
        choices = ((1, _("是")), (0, _("否")))
        return forms.TypedChoiceField(
            label=label, choices=choices, coerce=int, initial=base, widget=forms.RadioSelect, required=False,
            empty_value=None,
        )  # fmt: skip
    if unit == SHARE:
        return ShareField(label=label, initial=base, required=False)
    return forms.IntegerField(label=label, initial=base, required=False, min_value=0, max_value=10**9)


def my_street(request: HttpRequest) -> Place:
    """Return the street for which the reader may ask the lab.

    Raises:
        Http404: for none.
    """
    street = street_of(request.actor, "lab_run.ask")  # type: ignore[attr-defined]
    if street is None:
        raise Http404
    return street


@page("lab_run.ask", methods=("GET", "POST"))
def lab_run_ask(request: HttpRequest) -> HttpResponse:
    """Show the levers; queue the rehearsal of what was changed."""
    street = my_street(request)
    rules = rules_for(street.pk, today())

    def act(data: Mapping[str, Any]) -> HttpResponse:
        ask = Ask(**{name: data[name] for name in AskForm.OWN[2:]})
        order = RunOrder(data["title"], data["changes"], data["rules_on"], ask)
        run = ask_run(order, place=street, by=request.actor, now=request.received_at)  # type: ignore[attr-defined]
        return redirect("lab_run_view", pk=run.pk)

    return answer_form(
        request, AskForm, act, "policy/lab_run/ask.html", _context(), rules=rules, initial=_initial(request)
    )


def _initial(request: HttpRequest) -> dict[str, Any]:
    """Return the usual figures; with `?from=`, what an earlier rehearsal asked."""
    usual = {**Ask().columns(), "rules_on": today() + AHEAD}
    try:
        earlier = visible(request.actor, "lab_run.view", LabRun).filter(pk=request.GET.get("from")).first()  # type: ignore[attr-defined]
    except ValidationError:
        earlier = None
    if earlier is None:
        return usual
    asked = {name: getattr(earlier, name) for name in (*Ask().columns(), "title")}
    values = {PREFIX + name: number for name, number in earlier.reform["practice"].items()}
    for name, value in earlier.reform["values"].items():
        values |= (
            {f"{name}.{key}": each for key, each in value.items()}
            if isinstance(value, dict)
            else {name: value}
        )
    return {**usual, **asked, "rules_on": max(earlier.rules_on, today()), **_marked(values)}


def _marked(values: Mapping[str, Any]) -> dict[str, Any]:
    return {MARK + name: int(value) for name, value in values.items() if isinstance(value, int)}


def _context() -> dict[str, Any]:
    crumbs = [(now_("政策预演"), reverse("lab_run_list")), (now_("提出预演"), "")]
    return {"crumbs": crumbs}


@page("lab_run.ask", methods=("POST",))
def lab_run_check(request: HttpRequest) -> HttpResponse:
    """Say what the law says of the values typed so far; nothing is kept."""
    rules = rules_for(my_street(request).pk, today())
    form = AskForm(request.POST, rules=rules)
    form.is_valid()
    context = {"form": form, "checked": checked(form, rules), **_context()}
    part = bool(request.headers.get("HX-Request"))
    return render(request, f"policy/lab_run/{'_findings' if part else 'ask'}.html", context)


def checked(form: AskForm, rules: Rules) -> dict[str, Any]:
    """Return what is to be said of a form's values: why the rulebook refuses them, or what the law says."""
    changes = form.changes()
    if not changes:
        return {"is_same": True}
    try:
        reform = reform_of(changes, rules, default_facts())
        found = legal_check(rules, reform, rules.on, rules.place)
    except RuleError as error:
        parts = error.errors if isinstance(error, SeveralRulesError) else (error,)
        return {"refused": [explain(each) for each in parts]}
    return {
        "count": len(changes),
        "findings": told_findings(plain_finding(each) for each in found),
        "is_adoptable": reform.is_adoptable,
    }
