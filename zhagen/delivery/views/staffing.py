"""Pages of staff: who serves where, for how long; placing, leaving with hand-over, wages, door card."""

import datetime as dt
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from zhagen.core.indicators.staffing import tenure_days, turnover
from zhagen.delivery.actions import staffing as actions
from zhagen.delivery.facts_people import spells
from zhagen.delivery.models import CaseFile, Staffing, WageMonth
from zhagen.delivery.quarters import quarter_of
from zhagen.delivery.views.common import STEP, contract_crumbs, may_on, step_context
from zhagen.parties.models import Place, User
from zhagen.platform.clock import today
from zhagen.platform.fields import ChipField, DayField, LongTextField, MinutesField
from zhagen.platform.forms import answer_form
from zhagen.platform.pages import page
from zhagen.platform.parts import Figure, Move
from zhagen.platform.tables import cell_text
from zhagen.procurement.actions.contract import sealed_terms
from zhagen.procurement.models import Contract

WAGE_MONTHS = 12


@page("staffing.list", Contract)
def staffing_list(request: HttpRequest, obj: Contract) -> HttpResponse:
    """Show who serves and served on a contract, how long, and when wages were paid."""
    on = today()
    rows = list(obj.staffing.select_related("place", "user"))
    present = [row for row in rows if row.until_on is None or row.until_on >= on]
    may_end = may_on(request.actor, "staffing.end", obj)
    return render(
        request,
        "delivery/staffing/list.html",
        {
            "contract": obj,
            "present": [(row, max((on - row.from_on).days + 1, 0)) for row in present],
            "left": [row for row in rows if row not in present],
            "figures": _figures(obj, on),
            "wages": _wages(obj, on),
            "may_end": may_end,
            "moves": _moves(request, obj),
            "crumbs": contract_crumbs(obj, (_t("服务人员"), "")),
        },
    )


def _figures(contract: Contract, on: dt.date) -> list[Figure]:
    stays = spells(contract)
    tenure, left = tenure_days(stays, on), turnover(stays, contract.starts_on, on)
    return [
        Figure(
            _("在岗社工在本社区的时间（中位）"), tenure.value if tenure.value is not None else "—", _("天")
        ),
        Figure(
            _("年流失率"),
            cell_text(left.value, "percent_bp") or "—",
            note=_("按在岗人日折算；续签后同一人在岗算连续"),
        ),
        Figure(_("先后服务过的人"), len({spell.worker for spell in stays}), _("人")),
    ]


def _wages(contract: Contract, on: dt.date) -> list[dict[str, Any]]:
    """Return the months of service so far, the newest first, each with its pay day and whether it was late."""
    stated = {row.month: row.paid_on for row in WageMonth.objects.filter(contract=contract)}
    due_day = sealed_terms(contract).wage_day if contract.terms else 0
    months, month = [], contract.starts_on.replace(day=1)
    while month <= min(on, contract.ends_on):
        following = (month + dt.timedelta(days=32)).replace(day=1)
        due_on = following.replace(day=due_day) if due_day else None
        paid_on = stated.get(month)
        is_late = due_on is not None and (paid_on or on) > due_on
        months.append({"month": month, "paid_on": paid_on, "due_on": due_on, "is_late": is_late})
        month = following
    return months[::-1][:WAGE_MONTHS]


def _moves(request: HttpRequest, contract: Contract) -> list[Move]:
    pages = (
        ("staffing.place", "staffing_place", _("登记人员到岗"), "primary"),
        ("staffing.state_wages", "staffing_wages", _("登记发薪日期"), "secondary"),
    )
    return [
        Move(label, reverse(name, args=[contract.pk]), look)
        for action, name, label, look in pages
        if may_on(request.actor, action, contract)
    ]


class PlaceForm(forms.Form):
    """Who comes, where, from when."""

    user = forms.ModelChoiceField(
        label=_("本机构账号"), queryset=User.objects.none(), required=False, empty_label=_("没有账号")
    )
    name = forms.CharField(label=_("姓名"), max_length=60, required=False, help_text=_("选了账号可以不填。"))
    place = forms.ModelChoiceField(label=_("社区"), queryset=Place.objects.none())
    post = ChipField(label=_("岗位"), choices=Staffing.Post.choices, initial="worker")
    level = forms.CharField(label=_("资格"), max_length=40, required=False, help_text=_("如：助理社会工作师"))
    from_on = DayField(label=_("到岗日期"))

    def __init__(self, *args: Any, contract: Contract, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.filter(appointments__organisation=contract.agency_id, is_active=True)
        self.fields["user"].queryset = people.distinct()  # type: ignore[attr-defined]
        self.fields["place"].queryset = contract.communities.all()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Take the name from the account where one is chosen."""
        data = super().clean() or {}
        if data.get("user"):
            data["name"] = data["user"].name
        elif not data.get("name"):
            self.add_error("name", _("请选择账号或填写姓名。"))
        return data


@page("staffing.place", Contract, methods=("GET", "POST"))
def staffing_place(request: HttpRequest, obj: Contract) -> HttpResponse:
    """Place a person on the contract."""
    back = reverse("staffing_list", args=[obj.pk])

    def act(data: dict[str, Any]) -> HttpResponse:
        actions.place_worker(obj, actions.Placement(**data), by=request.actor, now=request.received_at)
        return redirect(back)

    context = step_context(_("登记人员到岗"), back, lead=obj.title)
    initial = {"from_on": max(today(), obj.starts_on), "place": obj.communities.first()}
    return answer_form(request, PlaceForm, act, STEP, context, contract=obj, initial=initial)


class EndForm(forms.Form):
    """When and why somebody leaves, and who takes each open case."""

    until_on = DayField(label=_("最后工作日"))
    reason = forms.CharField(label=_("离岗原因"), max_length=200)

    def __init__(self, *args: Any, staffing: Staffing, cases: list[CaseFile], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cases = cases
        others = (
            Staffing.objects.filter(contract=staffing.contract_id, until_on__isnull=True)
            .exclude(pk=staffing.pk)
            .exclude(post=Staffing.Post.SUPERVISOR)
        )
        choices = [(str(each.pk), each.name) for each in others]
        for case in cases:
            key = str(case.pk)
            self.fields[f"to_{key}"] = forms.ChoiceField(
                label=_t("个案 %(code)s 由谁接手") % {"code": case.code}, choices=choices,
                widget=forms.RadioSelect,
            )  # fmt: skip
            self.fields[f"note_{key}"] = LongTextField(label=_("交接情况"), max_length=500, rows=2)
            self.fields[f"told_{key}"] = DayField(label=_("告知居民的日期"), required=False)

    def handovers(self) -> dict[str, actions.CaseHandover]:
        """Return for each case who takes it."""
        data = self.cleaned_data
        return {
            str(case.pk): actions.CaseHandover(
                Staffing.objects.get(pk=data[f"to_{case.pk}"]),
                data[f"note_{case.pk}"],
                data[f"told_{case.pk}"],
            )
            for case in self.cases
        }

    def clean(self) -> dict[str, Any]:
        """Add the hand-overs once every field is right."""
        data = super().clean() or {}
        if not self.errors:
            data["handovers"] = self.handovers()
        return data


@page("staffing.end", Staffing, methods=("GET", "POST"))
def staffing_end(request: HttpRequest, obj: Staffing) -> HttpResponse:
    """Let a person leave; each open case asks for a receiver and a note."""
    back = reverse("staffing_list", args=[obj.contract_id])

    def act(data: dict[str, Any]) -> HttpResponse:
        actions.end_staffing(
            obj, until_on=data["until_on"], reason=data["reason"], handovers=data["handovers"],
            by=request.actor, now=request.received_at,
        )  # fmt: skip
        return redirect(back)

    cases = list(CaseFile.objects.filter(worker=obj, closed_on__isnull=True).order_by("code"))
    hint = _("没有未结个案，可以直接办理。") if not cases else _("每个未结个案都要有接手人和交接说明。")
    context = step_context(_("人员离岗与交接"), back, lead=f"{obj.name} · {obj.place.name}", hint=hint)
    initial = {"until_on": today()}
    return answer_form(request, EndForm, act, STEP, context, staffing=obj, cases=cases, initial=initial)


class WagesForm(forms.Form):
    """Which month's wages were paid in full, and when."""

    month = DayField(label=_("哪个月的工资"), help_text=_("选该月任意一天。"))
    paid_on = DayField(label=_("足额发放的日期"))


@page("staffing.state_wages", Contract, methods=("GET", "POST"))
def staffing_wages(request: HttpRequest, obj: Contract) -> HttpResponse:
    """State when a month's wages were paid."""
    back = reverse("staffing_list", args=[obj.pk])

    def act(data: dict[str, Any]) -> HttpResponse:
        actions.state_wages(obj, data["month"], data["paid_on"], by=request.actor, now=request.received_at)
        return redirect(back)

    last_month = today().replace(day=1) - dt.timedelta(days=1)
    context = step_context(_("登记发薪日期"), back, lead=obj.title)
    return answer_form(
        request, WagesForm, act, STEP, context, initial={"month": last_month, "paid_on": today()}
    )


class PaperworkForm(forms.Form):
    """Two numbers of last week."""

    paper_minutes = MinutesField(
        label=_("上周填表、写材料、补签到，一共花了"), min_value=0, max_value=7 * 24 * 60
    )
    service_minutes = MinutesField(label=_("上周直接服务居民，一共"), max_value=7 * 24 * 60)


@page("staffing.answer_paperwork", Staffing, methods=("GET", "POST"))
def paperwork_answer(request: HttpRequest, obj: Staffing) -> HttpResponse:
    """Ask the quarter's two questions."""
    quarter = quarter_of(today())

    def act(data: dict[str, Any]) -> HttpResponse:
        actions.answer_paperwork(obj, quarter=quarter, **data, by=request.actor, now=request.received_at)
        return redirect("desk")

    hint = _("一季度两个数，估个大概就行。结果只看全站合计，用来压减文书，不用来考核个人。")
    context = step_context(_("文书负担两问"), reverse("desk"), lead=obj.contract.title, hint=hint)
    return answer_form(request, PaperworkForm, act, STEP, context)
