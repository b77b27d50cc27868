"""Frozen rows of who served: stays, contacts, supervision, paperwork, for the indicators."""

import datetime as dt

from django.db.models import Count, Q, QuerySet

from zhagen.core.indicators.paper import PaperAnswer
from zhagen.core.indicators.staffing import Contact, Spell, joined_spells
from zhagen.core.indicators.supervision import SupervisionRow
from zhagen.delivery.facts_work import Period
from zhagen.delivery.models import Activity, Attendance, CaseFile, PaperworkAnswer, Staffing, Supervision
from zhagen.procurement.models import Contract

DAYS_A_MONTH = 30


def chain_of(contract: Contract) -> list[Contract]:
    """Return a contract and those it renewed with the same agency, the newest first."""
    chain = [contract]
    while (before := chain[-1].previous) is not None and before.agency_id == contract.agency_id:
        chain.append(before)
    return chain


def front_line(contract: Contract) -> QuerySet[Staffing]:
    """Return the leads and workers of a contract; supervisors serve nobody at the door."""
    return Staffing.objects.filter(contract=contract).exclude(post=Staffing.Post.SUPERVISOR)


def spells(contract: Contract) -> tuple[Spell, ...]:
    """Return the stays of leads and workers in each community, joined over renewed contracts."""
    rows = Staffing.objects.filter(contract__in=chain_of(contract)).exclude(post=Staffing.Post.SUPERVISOR)
    counted = rows.annotate(
        handed=Count("handed_over", distinct=True),
        given_on=Count(
            "handed_over",
            filter=(Q(handed_over__receiver__isnull=False) | ~Q(handed_over__receiver_name=""))
            & ~Q(handed_over__note=""),
            distinct=True,
        ),
        kept=Count("cases", filter=Q(cases__closed_on__isnull=True), distinct=True),
    )
    return joined_spells([_spell(each) for each in counted.order_by("from_on", "pk")])


def _spell(row: Staffing) -> Spell:
    has_left = row.until_on is not None
    return Spell(
        key=str(row.pk),
        worker=f"{_worker(row.user_id, row.name)}@{row.place_id}",
        began_on=row.from_on,
        ended_on=row.until_on,
        open_cases=row.handed + row.kept if has_left else 0,  # type: ignore[attr-defined]
        received_cases=row.given_on if has_left else 0,  # type: ignore[attr-defined]
    )


def _worker(user_id: object, name: str) -> str:
    return f"user:{user_id}" if user_id else f"name:{name}"


def contacts(contract: Contract, until: dt.date) -> list[Contact]:
    """Return each resident met by a worker on a day: the client of a case, a door that took part."""
    met = Activity.objects.filter(
        contract__in=chain_of(contract), is_withdrawn=False, held_on__lte=until
    ).order_by("held_on", "pk")
    rows = []
    in_cases = met.filter(case__isnull=False).values_list(
        "pk", "case_id", "case__client_ref", "worker__user_id", "worker__name", "held_on"
    )
    for pk, case, ref, user, name, held_on in in_cases:
        resident = f"client:{ref}" if ref else f"case:{case}"
        rows.append(Contact(f"activity:{pk}", resident, _worker(user, name), held_on))
    at_doors = Attendance.objects.filter(activity__in=met).exclude(door="").order_by("at", "pk")
    for pk, door, place, user, name, held_on in at_doors.values_list(
        "pk", "door", "activity__place_id", "activity__worker__user_id", "activity__worker__name",
        "activity__held_on",
    ):  # fmt: skip
        rows.append(Contact(f"attendance:{pk}", f"door:{place}:{door}", _worker(user, name), held_on))
    return sorted(rows, key=lambda each: (each.met_on, each.key))


def supervision_rows(contract: Contract, period: Period) -> list[SupervisionRow]:
    """Return the sessions of supervision with the minutes that each side logged."""
    held = Supervision.objects.filter(contract=contract, held_on__range=(period.from_on, period.until_on))
    return [
        SupervisionRow(str(pk), str(worker), held_on, theirs, ours or 0)
        for pk, worker, held_on, theirs, ours in held.order_by("held_on", "pk").values_list(
            "pk", "worker_id", "held_on", "supervisor_minutes", "worker_minutes"
        )
    ]


def worker_months(contract: Contract, period: Period) -> int:
    """Return the worker-months of leads and workers in a period, rounded to whole ones, at least one each."""
    months = 0
    for from_on, until_on in front_line(contract).values_list("from_on", "until_on"):
        first, last = max(from_on, period.from_on), min(until_on or period.until_on, period.until_on)
        if last >= first:
            months += max(1, round(((last - first).days + 1) / DAYS_A_MONTH))
    return months


def paper_answers(contract: Contract, period: Period) -> list[PaperAnswer]:
    """Return the workers' answers on paperwork for the quarters that begin in a period."""
    given = PaperworkAnswer.objects.filter(
        staffing__contract=contract, quarter__range=(period.from_on, period.until_on)
    )
    return [
        PaperAnswer(str(pk), paper, service)
        for pk, paper, service in given.order_by("quarter", "pk").values_list(
            "pk", "paper_minutes", "service_minutes"
        )
    ]


def cases_open(contract: Contract, on: dt.date) -> int:
    """Return how many cases of a contract were open on a day: the count that buyer and evaluator may see."""
    still_open = Q(closed_on__isnull=True) | Q(closed_on__gt=on)
    return CaseFile.objects.filter(still_open, contract=contract, opened_on__lte=on).count()
