"""What the clock does with needs: tell of the overdue, ask once a service or an answer is over."""

import datetime as dt

from django.urls import reverse

from zhagen.audit.record import record
from zhagen.core import needs as core
from zhagen.core.lifecycle.need import NeedState
from zhagen.core.types import SYSTEM
from zhagen.parties.actions.notice import Note, notify
from zhagen.parties.rules import calendar
from zhagen.platform.scope import permit
from zhagen.platform.tx import write_tx
from zhagen.procurement.actions.need import ask_need, day_of, locked, move, rules_of
from zhagen.procurement.actions.need_desk import superior_of
from zhagen.procurement.models import Need

HIGHEST = 3
AT_ONCE = 1000
"""Needs looked at in one tick; the most overdue first, the rest at the next one."""


@write_tx
def escalate_need(need: Need, *, now: dt.datetime) -> bool:
    """Tell the next person of an overdue need, once a level; return whether it rose.

    Level 1 reminds the owner, 2 tells the section chief, 3 the leader; the owner keeps the need.
    """
    need = locked(need)
    permit(SYSTEM, "need.escalate", need)
    if need.next_on is None:
        return False
    level = core.escalation_level(need.next_on, day_of(now), rules_of(need.place_id, now), calendar())
    if level <= need.escalation:
        return False
    told = superior_of(need, level, day_of(now))
    need.escalation, need.escalated_to = level, told
    need.save(update_fields=["escalation", "escalated_to"])
    record("need.escalated", need, by=SYSTEM, at=now, payload={"level": level, "to": str(told.pk)})
    code = "need.overdue" if told.pk == need.owner_id else "need.escalated"
    note = Note(
        code,
        reverse("need_view", args=[need.pk]),
        about=need,
        due_on=need.next_on,
        figures={"code": need.code, "owner": need.owner.name},
        is_urgent=True,
        place=need.place_id,
    )
    notify(note, to=[told], now=now)
    return True


@write_tx
def count_silence(need: Need, *, now: dt.datetime) -> bool:
    """Count that the raiser of a private need was asked on his page and said nothing; return whether it counted.

    Nobody may call on a private need's raiser but who helped him, so that the clock itself has to end the asking:
    after the tries of the rulebook, calls among them, he is unreachable. His code opens the need again at any time.
    """
    need = locked(need)
    permit(SYSTEM, "need.count_silence", need)
    today = day_of(now)
    if need.state != NeedState.ASKED or not need.is_private or need.next_on is None or need.next_on >= today:
        return False
    need.ask_tries += 1
    rules = rules_of(need.place_id, now)
    if core.may_be_asked_again(need.ask_tries, rules):
        need.next_on = core.next_step_on(need.state, today, rules, calendar())
        need.escalation, need.escalated_to = 0, None
        fields = ["next_on", "escalation", "escalated_to"]
    else:
        fields = move(need, "lose_contact", now=now)
    need.save(update_fields=[*fields, "ask_tries"])
    kind = "need.contact_lost" if need.state == NeedState.UNREACHABLE else "need.word_awaited"
    record(kind, need, by=SYSTEM, at=now, payload={"tries": need.ask_tries})
    return True


def count_silences(now: dt.datetime) -> int:
    """Count the silence of each private need's raiser whose time to answer has passed; return how many."""
    silent = Need.objects.filter(state=NeedState.ASKED, is_private=True, next_on__lt=day_of(now))
    return sum(count_silence(need, now=now) for need in silent.order_by("next_on", "pk")[:AT_ONCE])


def escalate_overdue(now: dt.datetime) -> int:
    """Escalate every need whose date has passed; return how many rose."""
    late = Need.objects.filter(next_on__lt=day_of(now), escalation__lt=HIGHEST).order_by("next_on", "pk")
    return sum(escalate_need(need, now=now) for need in late[:AT_ONCE])


def ask_raisers(now: dt.datetime) -> int:
    """Ask for the word where a service has ended, or the time after an explanation is over."""
    today = day_of(now)
    served = Need.objects.filter(state=NeedState.IN_SERVICE, service_until__lt=today)
    told = Need.objects.filter(state=NeedState.EXPLAINED, next_on__lte=today)
    asked = 0
    for need in [*served[:AT_ONCE], *told[:AT_ONCE]]:
        ask_need(need, by=SYSTEM, now=now)
        asked += 1
    return asked
