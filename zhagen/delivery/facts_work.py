"""Frozen rows of what was done, needed and paid under a contract in a period, for the indicators."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Max, Sum

from zhagen.core.indicators.activity import OffPlanRow, SessionRow
from zhagen.core.indicators.money import InstalmentRow
from zhagen.core.indicators.need import NeedRow, NeedWord
from zhagen.core.lifecycle.claim import ClaimState
from zhagen.core.lifecycle.need import NeedState
from zhagen.core.lifecycle.off_plan import OffPlanState
from zhagen.delivery.models import Activity, Attendance, OffPlanTask
from zhagen.platform.clock import SHANGHAI
from zhagen.procurement.models import Claim, Contract, Need
from zhagen.procurement.models import NeedWord as SaidWord


@dataclass(frozen=True, slots=True)
class Period:
    """A span of days, both ends counted."""

    from_on: dt.date
    until_on: dt.date


HAPPENED = (OffPlanState.RECORDED, OffPlanState.CONFIRMED, OffPlanState.DISPUTED)
"""States of an off-plan task that was done, confirmed or not."""


def session_rows(contract: Contract, period: Period) -> list[SessionRow]:
    """Return the logged sessions; a participant is a door or a check-in's own mark, never a name.

    Those on paper are known by the agency's own sheet; only who checked in himself has confirmed.
    """
    logged = Activity.objects.filter(
        contract=contract, is_withdrawn=False, held_on__range=(period.from_on, period.until_on)
    )
    known: dict[object, list[tuple[str, bool]]] = defaultdict(list)
    taken = Attendance.objects.filter(activity__in=logged).order_by("at", "pk")
    for each in taken.values_list("activity_id", "pk", "door", "way", "activity__place_id"):
        activity, pk, door, way, place = each
        mark = f"door:{place}:{door}" if door else f"attendance:{pk}"
        known[activity].append((mark, way != Attendance.Way.PAPER))
    return [
        SessionRow(
            key=str(pk),
            held_on=held_on,
            minutes=minutes,
            participants=tuple(dict.fromkeys(mark for mark, _ in known[pk])),
            confirmed=tuple(dict.fromkeys(mark for mark, is_own in known[pk] if is_own)),
        )
        for pk, held_on, minutes in logged.order_by("held_on", "pk").values_list("pk", "held_on", "minutes")
    ]


def off_plan_rows(contract: Contract, period: Period) -> list[OffPlanRow]:
    """Return the off-plan tasks that were done; `is_confirmed` by the asker's word alone."""
    done = OffPlanTask.objects.filter(
        contract=contract, state__in=HAPPENED, done_on__range=(period.from_on, period.until_on)
    )
    return [
        OffPlanRow(str(pk), done_on, minutes, state == OffPlanState.CONFIRMED, asker)
        for pk, done_on, minutes, state, asker in done.order_by("done_on", "pk").values_list(
            "pk", "done_on", "minutes", "state", "asker"
        )
    ]


_WORDS = {
    SaidWord.Word.MET: NeedWord.MET,
    SaidWord.Word.PARTLY: NeedWord.PARTLY,
    SaidWord.Word.UNMET: NeedWord.UNMET,
}


def needs_of(contract: Contract) -> list[Need]:
    """Return the needs that the contract was bought for or served; of merged ones the one that stands."""
    planned = contract.plan.needs.all() if contract.plan_id else Need.objects.none()
    served = Need.objects.filter(activities__contract=contract, activities__is_withdrawn=False)
    wanted = set(planned.values_list("pk", flat=True)) | set(served.values_list("pk", flat=True))
    return list(Need.objects.filter(pk__in=wanted).exclude(state=NeedState.MERGED).order_by("raised_at"))


def need_rows(contract: Contract, period: Period) -> list[NeedRow]:
    """Return the needs raised by the end of the period and not closed before its beginning.

    The own word is the last one that the raiser or an independent reviewer said by the end of the period.
    """
    needs = needs_of(contract)
    words = _own_words(needs, period.until_on)
    rows = [
        NeedRow(
            key=str(need.pk),
            is_shared=not need.is_private,
            raised_on=_day(need.raised_at),
            due_on=need.answer_due_on,
            first_answered_on=_day(need.first_answered_at) if need.first_answered_at else None,
            closed_on=_day(need.ended_at) if need.ended_at else None,
            own_word=words.get(need.pk),
        )
        for need in needs
    ]
    return [
        row
        for row in rows
        if row.raised_on <= period.until_on and (row.closed_on is None or row.closed_on >= period.from_on)
    ]


def _own_words(needs: list[Need], until: dt.date) -> dict[object, NeedWord]:
    said = SaidWord.objects.filter(
        need__in=needs, speaker__in=(SaidWord.Speaker.RAISER, SaidWord.Speaker.REVIEWER), word__in=_WORDS
    )
    found: dict[object, NeedWord] = {}
    for need, word, said_at in said.order_by("said_at", "pk").values_list("need_id", "word", "said_at"):
        if _day(said_at) <= until:
            found[need] = _WORDS[SaidWord.Word(word)]
    return found


def instalment_rows(contract: Contract) -> list[InstalmentRow]:
    """Return the instalments; one is paid on the day when the last of its payable amount was paid."""
    claims = Claim.objects.filter(contract=contract, state=ClaimState.PAID).values("instalment_id")
    paid = {
        each["instalment_id"]: (each["fen"], each["last"])
        for each in claims.annotate(last=Max("paid_on"), fen=Sum("amount_fen"))
    }
    rows = []
    for each in contract.instalments.order_by("order"):
        fen, last = paid.get(each.pk, (0, None))
        is_paid = bool(fen) and fen >= (each.payable_fen or each.amount_fen)
        rows.append(InstalmentRow(str(each.pk), each.amount_fen, each.due_on, last if is_paid else None))
    return rows


def _day(moment: dt.datetime) -> dt.date:
    return moment.astimezone(SHANGHAI).date()
