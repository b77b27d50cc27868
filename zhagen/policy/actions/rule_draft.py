"""A draft of local rules: drawn up from a rehearsal, decided on record, in force from a day, and the way back."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from django.urls import reverse

from zhagen.audit.record import record
from zhagen.core.buying.plan import Decision, check_collective_decision
from zhagen.core.errors import RuleError
from zhagen.core.lifecycle.lab_run import LabRunState
from zhagen.core.lifecycle.rule_draft import RULE_DRAFT, RuleDraftState
from zhagen.core.types import SYSTEM, Actor, Role
from zhagen.lab.reform import rulebook_hash
from zhagen.parties.actions.notice import Note, notify, people_at
from zhagen.parties.actions.rule_change import DecidedValues, adopt_rule_changes, withdraw_adopted_changes
from zhagen.parties.actor import user_of
from zhagen.parties.rules import rules_for, rules_with
from zhagen.platform.clock import SHANGHAI
from zhagen.platform.numbers import next_number
from zhagen.platform.scope import permit
from zhagen.platform.tx import write_tx
from zhagen.policy.models import LabRun, RuleDraft, RuleDraftLine


@dataclass(frozen=True)
class DraftWords:
    """What a person says of a draft.

    Args:
        reason: Why.
        from_on: First day in force, after today.
    """

    reason: str
    from_on: dt.date


def day_of(moment: dt.datetime) -> dt.date:
    """Return the date in Shanghai of a moment."""
    return moment.astimezone(SHANGHAI).date()


@write_tx
def draw_up_draft(run: LabRun, words: DraftWords, *, by: Actor, now: dt.datetime) -> RuleDraft:
    """Draw up exactly what a run rehearsed as local rules.

    Raises:
        RuleError: "permission.denied", "rule_draft.run_not_done", "rule_draft.unlawful",
            "rule_draft.practice", "rule_draft.already", or as `check_still_fits`.
    """
    run = LabRun.objects.select_for_update().get(pk=run.pk)
    permit(by, "rule_draft.draw_up", run)
    check_adoptable(run)
    open_ones = run.drafts.filter(state__in=(RuleDraftState.DRAFT, RuleDraftState.ADOPTED))
    if open_ones.exists():
        raise RuleError("rule_draft.already", number=open_ones[0].number)
    draft = RuleDraft(
        place=run.place, run=run, baseline_digest=run.baseline_digest, reform_digest=run.reform_digest
    )
    _begin(draft, words, run.reform["values"], by, now)
    check_still_fits(draft, words.from_on, now)
    payload = {"run": run.number, "result": run.result_digest, "reformed": run.reform_digest}
    record("rule_draft.drawn_up", draft, by=by, at=now, payload=payload)
    _tell(draft, "rule_draft.to_decide", now)
    return draft


def check_adoptable(run: LabRun) -> None:
    """Refuse to make a rule of what is no finished, lawful rehearsal of rulebook values alone.

    Raises:
        RuleError: "rule_draft.run_not_done", "rule_draft.unlawful", "rule_draft.practice".
    """
    if run.state != LabRunState.DONE:
        raise RuleError("rule_draft.run_not_done", number=run.number)
    if not run.is_lawful:
        raise RuleError("rule_draft.unlawful", number=run.number)
    if run.reform["practice"] or not run.reform["values"]:
        raise RuleError("rule_draft.practice", number=run.number)


@write_tx
def draw_up_way_back(former: RuleDraft, words: DraftWords, *, by: Actor, now: dt.datetime) -> RuleDraft:
    """Draw up the return to the values before a draft came into force; the past is not edited.

    Raises:
        RuleError: "permission.denied", "rule_draft.not_in_force", "rule_draft.already".
    """
    former = RuleDraft.objects.select_for_update().get(pk=former.pk)
    permit(by, "rule_draft.restore", former)
    if former.state != RuleDraftState.IN_FORCE:
        raise RuleError("rule_draft.not_in_force", number=former.number)
    open_ones = former.ways_back.filter(state__in=(RuleDraftState.DRAFT, RuleDraftState.ADOPTED))
    if open_ones.exists():
        raise RuleError("rule_draft.already", number=open_ones[0].number)
    draft = RuleDraft(place=former.place, restores=former)
    _begin(draft, words, {each.name: each.former for each in former.lines.all()}, by, now)
    record("rule_draft.drawn_up", draft, by=by, at=now, payload={"restores": former.number})
    _tell(draft, "rule_draft.to_decide", now)
    return draft


def _begin(
    draft: RuleDraft, words: DraftWords, values: Mapping[str, object], by: Actor, now: dt.datetime
) -> None:
    """Keep a draft with its values, each beside what it replaces."""
    _check_ahead(words.from_on, now)
    draft.number = next_number("规则", draft.place_id, now)
    draft.reason, draft.from_on = words.reason, words.from_on
    draft.drafted_by, draft.drafted_at = user_of(by), now
    draft.save(force_insert=True)
    before = rules_for(draft.place_id, words.from_on)
    RuleDraftLine.objects.bulk_create(
        RuleDraftLine(draft=draft, name=name, value=value, former=_plain(before.value(name).value))
        for name, value in sorted(values.items())
    )


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return list(value)
    return dict(value) if isinstance(value, Mapping) else value


def _check_ahead(from_on: dt.date, now: dt.datetime) -> None:
    if from_on <= day_of(now):
        raise RuleError("rule_change.not_ahead", from_on=from_on, today=day_of(now))


def check_still_fits(draft: RuleDraft, from_on: dt.date, now: dt.datetime) -> None:
    """Refuse a draft whose rules of the day are no longer those of its rehearsal.

    Raises:
        RuleError: "rule_draft.baseline_changed", "rule_draft.other_rules", or why the rulebook refuses a value.
    """
    if draft.run is None:
        return
    if rulebook_hash(rules_for(draft.place_id, from_on)) != draft.baseline_digest:
        raise RuleError("rule_draft.baseline_changed", number=draft.run.number, day=from_on)
    after = rules_with(draft.place_id, from_on, values_of(draft), draft.number)
    if rulebook_hash(after) != draft.reform_digest:
        raise RuleError("rule_draft.other_rules", number=draft.run.number)


def values_of(draft: RuleDraft) -> dict[str, object]:
    """Return the values of a draft by name."""
    return {each.name: each.value for each in draft.lines.all()}


@write_tx
def adopt_draft(
    draft: RuleDraft, decision: Decision, from_on: dt.date, *, by: Actor, now: dt.datetime
) -> RuleDraft:
    """Record the collective decision on a draft; its values go live on their day by themselves.

    Raises:
        RuleError: "permission.denied", "lifecycle.not_now", "rule_change.second_person",
            "rule_change.not_ahead", one of `check_collective_decision` or `check_still_fits`.
    """
    draft = RuleDraft.objects.select_for_update().get(pk=draft.pk)
    permit(by, "rule_draft.adopt", draft)
    draft.state = RULE_DRAFT.after("adopt", draft.state)
    check_collective_decision(decision, rules_for(draft.place_id, day_of(now)), day_of(now))
    check_still_fits(draft, from_on, now)
    source = f"{decision.body} {decision.number}（{draft.number}）"
    decided = DecidedValues(draft.place, values_of(draft), source, from_on)
    made = adopt_rule_changes(decided, drafted_by=draft.drafted_by, by=by, now=now)
    by_name = {change.name: change for change in made}
    for line in draft.lines.all():
        line.change = by_name[line.name]
        line.save(update_fields=["change"])
    draft.from_on = from_on
    draft.decision_body, draft.decision_no = decision.body, decision.number
    draft.decided_on, draft.attendees = decision.decided_on, decision.attendees
    draft.decided_by, draft.decided_at = user_of(by), now
    draft.save()
    payload = {**asdict(decision), "from_on": from_on, "reformed": draft.reform_digest}
    record("rule_draft.adopted", draft, by=by, at=now, payload=payload)
    _tell(draft, "rule_draft.adopted", now)
    return draft


@write_tx
def drop_draft(draft: RuleDraft, reason: str, *, by: Actor, now: dt.datetime) -> RuleDraft:
    """Give up a draft on which nothing was decided.

    Raises:
        RuleError: "permission.denied", "lifecycle.not_now".
    """
    return _end(draft, "drop", reason, by=by, now=now)


@write_tx
def withdraw_draft(draft: RuleDraft, reason: str, *, by: Actor, now: dt.datetime) -> RuleDraft:
    """Take an adopted draft back before its day; its values never come into force.

    Raises:
        RuleError: "permission.denied", "lifecycle.not_now", "rule_change.has_begun".
    """
    lines = draft.lines.select_related("change")
    draft = _end(draft, "withdraw", reason, by=by, now=now)
    withdraw_adopted_changes([each.change for each in lines if each.change], by=by, now=now)
    return draft


ENDINGS = {"drop": "rule_draft.dropped", "withdraw": "rule_draft.withdrawn"}
"""Move → its event."""


def _end(draft: RuleDraft, move: str, reason: str, *, by: Actor, now: dt.datetime) -> RuleDraft:
    draft = RuleDraft.objects.select_for_update().get(pk=draft.pk)
    permit(by, f"rule_draft.{move}", draft)
    draft.state, draft.ended_reason = RULE_DRAFT.after(move, draft.state), reason
    draft.save(update_fields=["state", "ended_reason"])
    record(ENDINGS[move], draft, by=by, at=now, payload={"reason": reason})
    return draft


def take_effect_due(now: dt.datetime) -> int:
    """Mark the adopted drafts whose day has come; return how many. The rulebook reads their values by date anyway."""
    due = RuleDraft.objects.filter(state=RuleDraftState.ADOPTED, from_on__lte=day_of(now))
    return len([take_effect(draft, now=now) for draft in due])


@write_tx
def take_effect(draft: RuleDraft, *, now: dt.datetime) -> RuleDraft:
    """Note that a draft's day has come; one that restores former values ends what it restores from."""
    draft = RuleDraft.objects.select_for_update().get(pk=draft.pk)
    permit(SYSTEM, "rule_draft.take_effect", draft)
    draft.state = RULE_DRAFT.after("take_effect", draft.state)
    draft.save(update_fields=["state"])
    record("rule_draft.in_force", draft, by=SYSTEM, at=now, payload={"from_on": draft.from_on})
    _tell(draft, "rule_draft.in_force", now)
    if draft.restores is not None:
        former = RuleDraft.objects.select_for_update().get(pk=draft.restores_id)
        former.state = RULE_DRAFT.after("restore", former.state)
        former.save(update_fields=["state"])
        record("rule_draft.restored", former, by=SYSTEM, at=now, payload={"by": draft.number})
    return draft


READERS = {
    "rule_draft.to_decide": (Role.CHIEF, Role.LEADER),
    "rule_draft.adopted": (Role.HANDLER, Role.CHIEF),
    "rule_draft.in_force": (Role.HANDLER, Role.CHIEF, Role.LEADER),
}
"""Notice → who gets it; the first waits for a decision, the others are news."""


def _tell(draft: RuleDraft, code: str, now: dt.datetime) -> None:
    figures = {"number": draft.number, "from_on": draft.from_on}
    about = draft if code == "rule_draft.to_decide" else None
    note = Note(code, reverse("rule_draft_view", args=[draft.pk]), figures=figures, about=about)
    people = [
        each
        for each in people_at(draft.place_id, *READERS[code])
        if about is None or each != draft.drafted_by
    ]
    notify(note, to=people, now=now)
