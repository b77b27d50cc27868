"""The statutory path as a checklist: steps by method with due dates, ticked off with paper and date."""

import datetime as dt
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from zhagen.audit.record import record
from zhagen.core.errors import RuleError
from zhagen.core.rulebook.rules import LIGHT_METHODS
from zhagen.core.types import Actor
from zhagen.parties.actor import user_of
from zhagen.parties.rules import calendar
from zhagen.platform.scope import permit
from zhagen.platform.tx import write_tx
from zhagen.procurement.actions.plan import today_of
from zhagen.procurement.actions.tender import rules_in
from zhagen.procurement.models import Paper, Tender, TenderStep


@dataclass(frozen=True)
class StepKind:
    """One step of the statutory path.

    Args:
        code: Stable code.
        zh: Name in Chinese.
        en: Name in English.
        paper: Kind of paper it leaves.
        methods: Methods that have it; "*" = all statutory ones.
        source: Article.
        after: Step from whose date its period runs.
        rule: Rulebook name of the period; "concept:name" is keyed by method.
        bound: "min" = not before, "max" = not after.
    """

    code: str
    zh: str
    en: str
    paper: str
    methods: tuple[str, ...]
    source: str
    after: str = ""
    rule: str = ""
    bound: str = ""


@cache
def step_kinds() -> dict[str, StepKind]:
    """Return the steps by code, in order."""
    text = (files("zhagen") / "rulebooks" / "steps" / "statutory.toml").read_text(encoding="utf-8")
    rows = tomllib.loads(text)["step"]
    return {row["code"]: StepKind(**{**row, "methods": tuple(row["methods"])}) for row in rows}


@write_tx
def list_steps(tender: Tender, *, by: Actor, now: dt.datetime) -> list[TenderStep]:
    """Lay out the steps of a statutory purchase.

    Raises:
        RuleError: "step.light_method".
    """
    tender = Tender.objects.select_for_update().get(pk=tender.pk)
    permit(by, "tender.step", tender)
    if tender.method in rules_in(tender, now).texts(LIGHT_METHODS):
        raise RuleError("step.light_method")
    fitting = [kind for kind in step_kinds().values() if {"*", tender.method} & set(kind.methods)]
    for order, kind in enumerate(fitting, start=1):
        TenderStep.objects.get_or_create(tender=tender, code=kind.code, defaults={"order": order})
    return list(tender.steps.all())


@write_tx
def tick_step(
    step: TenderStep, done_on: dt.date, paper: Paper | None, *, by: Actor, now: dt.datetime
) -> TenderStep:
    """Tick a step off with its date and paper; the due dates that run from it follow.

    Raises:
        RuleError: "step.in_future", "step.too_early", "step.paper_missing", "step.before_not_done".
    """
    tender = Tender.objects.select_for_update().get(pk=step.tender_id)
    permit(by, "tender.step", tender)
    kind = step_kinds()[step.code]
    if done_on > today_of(now):
        raise RuleError("step.in_future", day=done_on.isoformat())
    if paper is None or paper.plan_id != tender.plan_id:
        raise RuleError("step.paper_missing", step=kind.zh)
    if tender.steps.filter(code=kind.after, done_on__isnull=True).exists():
        raise RuleError("step.before_not_done", before=step_kinds()[kind.after].zh)
    due_on = due_date(tender, kind, now)
    if kind.bound == "min" and due_on and done_on < due_on:
        raise RuleError("step.too_early", source=kind.source, earliest=due_on.isoformat())
    step.done_on, step.paper, step.noted_by, step.due_on = done_on, paper, user_of(by), due_on
    step.save(update_fields=["done_on", "paper", "noted_by", "due_on"])
    _move_due_dates(tender, step.code, now)
    record("tender.step_done", tender, by=by, at=now, payload={"step": step.code, "done_on": done_on})
    return step


def _move_due_dates(tender: Tender, code: str, now: dt.datetime) -> None:
    for each in tender.steps.all():
        if step_kinds()[each.code].after == code:
            each.due_on = due_date(tender, step_kinds()[each.code], now)
            each.save(update_fields=["due_on"])


def is_late(step: TenderStep) -> bool:
    """Return whether a step was done after its last day."""
    is_bound = step_kinds()[step.code].bound == "max" and step.due_on is not None
    return is_bound and step.done_on is not None and step.done_on > step.due_on


def due_date(tender: Tender, kind: StepKind, now: dt.datetime) -> dt.date | None:
    """Return the first (min) or last (max) day of a step; None while its start is not known."""
    if not kind.rule:
        return None
    start = (
        tender.steps.filter(code=kind.after, done_on__isnull=False).values_list("done_on", flat=True).first()
    )
    if start is None:
        return None
    rules = rules_in(tender, now)
    concept, _, name = kind.rule.partition(":")
    period = rules.value(rules.keyed(concept, tender.method, name) if name else kind.rule)
    count = calendar().earliest_on if kind.bound == "min" else calendar().due_on
    return count(start, rules.int(period.name), period.unit)
