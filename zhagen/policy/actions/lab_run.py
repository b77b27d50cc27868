"""What people do with a rehearsal: ask for it, cancel it, have it go on."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from zhagen.audit.record import record
from zhagen.core.errors import RuleError
from zhagen.core.lifecycle.lab_run import LAB_RUN, WAITING
from zhagen.core.types import Actor
from zhagen.lab.legal import is_blocked, legal_check
from zhagen.lab.reform import apply_reform, reform_of, rulebook_hash
from zhagen.parties.actor import user_of
from zhagen.parties.models import Place
from zhagen.parties.rules import freeze, rules_for
from zhagen.platform.numbers import next_number
from zhagen.platform.queue import enqueue_long
from zhagen.platform.scope import permit
from zhagen.platform.tx import write_tx
from zhagen.policy.compute import Ask, plain_finding, plain_reform
from zhagen.policy.models import LabRun

WAITING_MOST = 5
"""So many rehearsals of one street may wait at once: the machine computes one at a time."""


@dataclass(frozen=True)
class RunOrder:
    """What an office wants to know.

    Args:
        title: The question in its own words.
        changes: Name of a rulebook value, or "practice.<name>" → its new value.
        rules_on: Day whose rules are the baseline: the one on which the change is meant to begin.
        ask: World, draws, replications, months and seed.
    """

    title: str
    changes: Mapping[str, object]
    rules_on: dt.date
    ask: Ask = field(default_factory=Ask)


@write_tx
def ask_run(order: RunOrder, *, place: Place, by: Actor, now: dt.datetime) -> LabRun:
    """Queue a rehearsal of a reform against the rules of the day on which it is meant to begin.

    Raises:
        RuleError: "permission.denied", "lab_run.nothing_changed", "lab_run.too_many_waiting", or why the
            rulebook refuses a value (as `lab.reform.reform_of`).
    """
    permit(by, "lab_run.ask", place)
    waiting = LabRun.objects.filter(place=place, state__in=WAITING).count()
    if waiting >= WAITING_MOST:
        raise RuleError("lab_run.too_many_waiting", most=WAITING_MOST)
    rules = rules_for(place.pk, order.rules_on)
    reform = reform_of(order.changes, rules)
    if not reform.paths:
        raise RuleError("lab_run.nothing_changed")
    found = legal_check(rules, reform, order.rules_on, place.pk)
    run = LabRun.objects.create(
        place=place,
        number=next_number("预演", place.pk, now),
        title=order.title,
        reform=plain_reform(reform),
        findings=[plain_finding(each) for each in found],
        is_lawful=not is_blocked(found),
        rules=freeze(rules, now),
        rules_on=order.rules_on,
        baseline_digest=rulebook_hash(rules),
        reform_digest=rulebook_hash(apply_reform(reform, rules)),
        rows=order.ask.rows,
        asked_by=user_of(by),
        asked_at=now,
        **order.ask.columns(),
    )
    payload = {"reform": run.reform, "baseline": run.baseline_digest, "reformed": run.reform_digest}
    record("lab_run.asked", run, by=by, at=now, payload=payload)
    enqueue_long("work_lab")
    return run


@write_tx
def cancel_run(run: LabRun, *, by: Actor, now: dt.datetime) -> LabRun:
    """Stop a rehearsal that waits or is being computed; what is computed is kept for when it goes on.

    Raises:
        RuleError: "permission.denied", "lifecycle.not_now".
    """
    run = LabRun.objects.select_for_update().get(pk=run.pk)
    permit(by, "lab_run.cancel", run)
    run.state, run.ended_at = LAB_RUN.after("cancel", run.state), now
    run.save(update_fields=["state", "ended_at"])
    record("lab_run.cancelled", run, by=by, at=now)
    return run


@write_tx
def resume_run(run: LabRun, *, by: Actor, now: dt.datetime) -> LabRun:
    """Put a cancelled or failed rehearsal back into the queue; computed blocks are not computed again.

    Raises:
        RuleError: "permission.denied", "lifecycle.not_now".
    """
    run = LabRun.objects.select_for_update().get(pk=run.pk)
    permit(by, "lab_run.resume", run)
    run.state, run.ended_at, run.failure = LAB_RUN.after("resume", run.state), None, ""
    run.save(update_fields=["state", "ended_at", "failure"])
    record("lab_run.resumed", run, by=by, at=now)
    enqueue_long("work_lab")
    return run


def queue_place(run: LabRun) -> int:
    """Return how many rehearsals the machine does before this one."""
    ahead = LabRun.objects.filter(state__in=WAITING, asked_at__lt=run.asked_at)
    return ahead.exclude(pk=run.pk).count()
