"""The month of a contract, derived from the records: nobody types a report (月报由记录生成)."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q, QuerySet, Sum

from zhagen.core.lifecycle.off_plan import OffPlanState
from zhagen.delivery.facts import delivered_until
from zhagen.delivery.facts_people import cases_open, front_line
from zhagen.delivery.facts_work import Period
from zhagen.delivery.models import Activity, Attendance, CaseFile, OffPlanTask, Supervision
from zhagen.procurement.actions.contract import sealed_terms
from zhagen.procurement.models import Contract, Need
from zhagen.procurement.terms_words import promise_name

FORMS = ("street", "station", "community", "agency")
"""Who asks for the report; each gets it in the form he knows."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a report: what, how much, in which unit, beside what was agreed."""

    name: tuple[str, str]
    value: int
    unit: tuple[str, str] = ("次", "times")
    agreed: int | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """One entry of the month as others may read it: day, what, how many; no note and no name of a resident."""

    held_on: dt.date
    kind: str
    title: str
    worker: str
    headcount: int
    minutes: int


@dataclass(frozen=True)
class Month:
    """Everything that a report of a month may say."""

    contract: Contract
    period: Period
    services: tuple[Line, ...]
    cases: tuple[Line, ...]
    needs: tuple[Line, ...]
    off_plan: tuple[Line, ...]
    staff: tuple[Line, ...]
    promises: tuple[Line, ...]
    done: tuple[Done, ...]
    workers: tuple[str, ...]

    def sections(self, form: str) -> list[tuple[tuple[str, str], tuple[Line, ...]]]:
        """Return the sections of one of `FORMS`, each with heading and lines."""
        service = (("本月服务", "Services"), self.services)
        cases = (("个案（只有数量）", "Cases (numbers only)"), self.cases)
        needs = (("需求回应", "Needs"), self.needs)
        off_plan = (("计划外任务", "Off-plan tasks"), self.off_plan)
        staff = (("人员与督导", "Staff and supervision"), self.staff)
        promises = (("合同累计", "Against the contract"), self.promises)
        return {
            "street": [promises, service, needs, off_plan, staff],
            "station": [service, cases, needs, off_plan],
            "community": [service, needs],
            "agency": [service, cases, needs, off_plan, staff, promises],
        }[form]


def month_report(contract: Contract, month: dt.date) -> Month:
    """Return the report of a calendar month, cut to the contract's term."""
    first = month.replace(day=1)
    last = (first + dt.timedelta(days=32)).replace(day=1) - dt.timedelta(days=1)
    period = Period(max(first, contract.starts_on), min(last, contract.ends_on))
    logged = Activity.objects.filter(
        contract=contract, is_withdrawn=False, held_on__range=(period.from_on, period.until_on)
    )
    return Month(
        contract=contract,
        period=period,
        services=_services(logged),
        cases=_cases(contract, period),
        needs=_needs(logged),
        off_plan=_off_plan(contract, period),
        staff=_staff(contract, period),
        promises=_promises(contract, period),
        done=_done(logged),
        workers=tuple(
            front_line(contract)
            .filter(Q(until_on__isnull=True) | Q(until_on__gte=period.from_on), from_on__lte=period.until_on)
            .values_list("name", flat=True)
        ),
    )


_KINDS = (
    (Activity.Kind.VISIT, ("走访", "Visits")),
    (Activity.Kind.GROUP, ("小组", "Group sessions")),
    (Activity.Kind.COMMUNITY, ("社区活动", "Community activities")),
    (Activity.Kind.CASE, ("个案联系", "Case contacts")),
)


def _services(logged: QuerySet[Activity]) -> tuple[Line, ...]:
    counted = {kind: logged.filter(kind=kind).count() for kind, _ in _KINDS}
    sums = logged.aggregate(minutes=Sum("minutes"), heads=Sum("headcount"))
    own = Attendance.objects.filter(activity__in=logged).exclude(way=Attendance.Way.PAPER).count()
    return (
        *(Line(name, counted[kind]) for kind, name in _KINDS),
        Line(("服务时长", "Service time"), (sums["minutes"] or 0) // 60, ("小时", "hours")),
        Line(("服务人次", "Attendances"), sums["heads"] or 0, ("人次", "people")),
        Line(("其中本人签到", "Checked in by themselves"), own, ("人次", "people")),
    )


def _cases(contract: Contract, period: Period) -> tuple[Line, ...]:
    span = (period.from_on, period.until_on)
    cases = CaseFile.objects.filter(contract=contract)
    unit = ("个", "cases")
    return (
        Line(("新开", "Opened"), cases.filter(opened_on__range=span).count(), unit),
        Line(("结案", "Closed"), cases.filter(closed_on__range=span).count(), unit),
        Line(("月末在办", "Open at the end"), cases_open(contract, period.until_on), unit),
    )


def _needs(logged: QuerySet[Activity]) -> tuple[Line, ...]:
    served = Need.objects.filter(activities__in=logged).distinct()
    unit = ("件", "needs")
    return (
        Line(("回应的需求", "Needs served"), served.count(), unit),
        Line(("其中提出人说已解决", "Met, by the raiser's word"), served.filter(state="met").count(), unit),
        Line(("其中部分解决", "Partly met"), served.filter(state="partly_met").count(), unit),
    )


def _off_plan(contract: Contract, period: Period) -> tuple[Line, ...]:
    tasks = OffPlanTask.objects.filter(contract=contract, done_on__range=(period.from_on, period.until_on))
    confirmed = tasks.filter(state=OffPlanState.CONFIRMED)
    minutes = confirmed.aggregate(minutes=Sum("minutes"))["minutes"] or 0
    waiting = tasks.filter(state__in=(OffPlanState.ASKED, OffPlanState.RECORDED, OffPlanState.DISPUTED))
    return (
        Line(("交办人确认", "Confirmed by the asker"), confirmed.count(), ("件", "tasks")),
        Line(("用时", "Time"), minutes // 60, ("小时", "hours")),
        Line(("待确认或有异议", "Waiting or disputed"), waiting.count(), ("件", "tasks")),
    )


def _staff(contract: Contract, period: Period) -> tuple[Line, ...]:
    span = (period.from_on, period.until_on)
    rows = front_line(contract)
    in_post = rows.filter(
        Q(until_on__isnull=True) | Q(until_on__gt=period.until_on), from_on__lte=period.until_on
    )
    people = ("人", "people")
    held = Supervision.objects.filter(contract=contract, held_on__range=span, worker_minutes__gt=0).count()
    return (
        Line(("月末在岗", "In post at the end"), in_post.count(), people),
        Line(("到岗", "Joined"), rows.filter(from_on__range=span).count(), people),
        Line(("离岗", "Left"), rows.filter(until_on__range=span).count(), people),
        Line(("督导（双方都记的）", "Supervision logged by both sides"), held),
    )


def _promises(contract: Contract, period: Period) -> tuple[Line, ...]:
    terms = sealed_terms(contract)
    got = delivered_until(contract, terms, period.until_on)
    return tuple(
        Line(
            (promise_name(each.name), promise_name(each.name)),
            got[each.name].amount,
            ("", ""),
            agreed=each.promised,
        )
        for each in terms.promises
    )


def _done(logged: QuerySet[Activity]) -> tuple[Done, ...]:
    rows = logged.exclude(kind=Activity.Kind.CASE).select_related("worker").order_by("held_on", "pk")
    return tuple(
        Done(row.held_on, row.get_kind_display(), row.title, row.worker.name, row.headcount, row.minutes)
        for row in rows
    )
