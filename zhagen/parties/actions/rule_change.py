"""A local value of the rulebook: drafted by one person, confirmed by a second, in force from a date."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from zhagen.audit.record import record
from zhagen.core.calendar import parse_year
from zhagen.core.errors import RuleError
from zhagen.core.permissions import require
from zhagen.core.rulebook.layers import definition
from zhagen.core.rulebook.values import read_value
from zhagen.core.types import Actor
from zhagen.parties.actor import user_of
from zhagen.parties.models import HolidayYear, Place, RuleChange, User
from zhagen.parties.rules import file_layers, layers_with, rules_with
from zhagen.platform.clock import SHANGHAI
from zhagen.platform.scope import permit
from zhagen.platform.tx import write_tx


@dataclass(frozen=True)
class RuleDraft:
    """A local value as a person typed it.

    Args:
        name: Name of the rule.
        text: The value as typed, in the rule's unit.
        source: The decision that sets it.
        from_on: First day in force.
    """

    name: str
    text: str
    source: str
    from_on: dt.date


@dataclass(frozen=True)
class DecidedValues:
    """Local values that one decision sets.

    Args:
        place: The street.
        values: Name of a rule → its value, as JSON keeps it.
        source: The decision, with the number of its minutes.
        from_on: First day in force, after today.
    """

    place: Place
    values: Mapping[str, object]
    source: str
    from_on: dt.date


@write_tx
def draft_rule_change(draft: RuleDraft, *, place: Place, by: Actor, now: dt.datetime) -> RuleChange:
    """Draft a local value; it has no effect until a second person confirms it.

    Raises:
        RuleError: "permission.denied", "rule_change.past", or why the rulebook refuses the value.
    """
    permit(by, "place.rules", place)
    rule = definition(file_layers(), draft.name)
    value = read_value(draft.text, rule.unit, rule.choices)
    _check(place, draft.name, draft.from_on, value, draft.source, now)
    change = RuleChange.objects.create(
        place=place,
        name=draft.name,
        value=list(value) if isinstance(value, tuple) else value,
        source=draft.source,
        from_on=draft.from_on,
        drafted_by=user_of(by),
        drafted_at=now,
    )
    record("rule_change.drafted", change, by=by, at=now, payload={"name": draft.name, "value": draft.text})
    return change


@write_tx
def confirm_rule_change(change: RuleChange, *, by: Actor, now: dt.datetime) -> RuleChange:
    """Confirm a drafted value as a second person.

    Raises:
        RuleError: "rule_change.second_person", "rule_change.not_draft", "rule_change.past", or why the
            rulebook refuses the value.
    """
    change = RuleChange.objects.select_for_update().get(pk=change.pk)
    permit(by, "rule_change.confirm", change)
    _require_draft(change)
    if str(change.drafted_by_id) == by.key:
        raise RuleError("rule_change.second_person")
    _check(change.place, change.name, change.from_on, change.value, change.source, now)
    change.state, change.confirmed_by, change.confirmed_at = RuleChange.State.CONFIRMED, user_of(by), now
    change.save(update_fields=["state", "confirmed_by", "confirmed_at"])
    record(
        "rule_change.confirmed", change, by=by, at=now, payload={"name": change.name, "value": change.value}
    )
    return change


@write_tx
def withdraw_rule_change(change: RuleChange, *, by: Actor, now: dt.datetime) -> RuleChange:
    """Take back a draft.

    Raises:
        RuleError: "rule_change.not_draft".
    """
    change = RuleChange.objects.select_for_update().get(pk=change.pk)
    permit(by, "rule_change.withdraw", change)
    _require_draft(change)
    change.state = RuleChange.State.WITHDRAWN
    change.save(update_fields=["state"])
    record("rule_change.withdrawn", change, by=by, at=now, payload={"name": change.name})
    return change


@write_tx
def adopt_rule_changes(
    decided: DecidedValues, *, drafted_by: User, by: Actor, now: dt.datetime
) -> list[RuleChange]:
    """Put several local values into force together from a later day, by one decision on record.

    Raises:
        RuleError: "permission.denied", "rule_change.second_person", "rule_change.not_ahead", or why the
            rulebook refuses a value.
    """
    user, on = user_of(by), now.astimezone(SHANGHAI).date()
    if user == drafted_by:
        raise RuleError("rule_change.second_person")
    if decided.from_on <= on:
        raise RuleError("rule_change.not_ahead", from_on=decided.from_on, today=on)
    rules_with(decided.place.pk, decided.from_on, decided.values, decided.source)
    made = []
    for name, value in sorted(decided.values.items()):
        change = RuleChange.objects.create(
            place=decided.place,
            name=name,
            value=value,
            source=decided.source,
            from_on=decided.from_on,
            state=RuleChange.State.CONFIRMED,
            drafted_by=drafted_by,
            drafted_at=now,
            confirmed_by=user,
            confirmed_at=now,
        )
        permit(by, "rule_change.confirm", change)
        record("rule_change.confirmed", change, by=by, at=now, payload={"name": name, "value": value})
        made.append(change)
    return made


@write_tx
def withdraw_adopted_changes(changes: Iterable[RuleChange], *, by: Actor, now: dt.datetime) -> None:
    """Take back confirmed values of one decision before the day on which they would begin.

    Raises:
        RuleError: "permission.denied", "rule_change.has_begun".
    """
    on = now.astimezone(SHANGHAI).date()
    for each in changes:
        change = RuleChange.objects.select_for_update().get(pk=each.pk)
        permit(by, "rule_change.withdraw", change)
        if change.from_on <= on:
            raise RuleError("rule_change.has_begun", from_on=change.from_on)
        change.state = RuleChange.State.WITHDRAWN
        change.save(update_fields=["state"])
        record("rule_change.withdrawn", change, by=by, at=now, payload={"name": change.name})


def _require_draft(change: RuleChange) -> None:
    if change.state != RuleChange.State.DRAFT:
        raise RuleError("rule_change.not_draft")


def _check(place: Place, name: str, from_on: dt.date, value: object, source: str, now: dt.datetime) -> None:
    """Ask the rulebook whether a lower layer may say this; a value never reaches back."""
    on = now.astimezone(SHANGHAI).date()
    if from_on < on:
        raise RuleError("rule_change.past", from_on=from_on, today=on)
    layers_with([(place.pk, name, from_on, tuple(value) if isinstance(value, list) else value, source)])


@write_tx
def add_holiday_year(text: str, *, by: Actor, now: dt.datetime) -> HolidayYear:
    """Add a year to the working-day calendar, or correct one that was added.

    Raises:
        RuleError: "calendar.…": what is wrong in the text, by line.
    """
    require(by, "holiday_year.add")
    year = parse_year(text, file="year.toml")
    added, _ = HolidayYear.objects.update_or_create(
        year=year.number, defaults={"text": text, "added_by": user_of(by), "added_at": now}
    )
    record("holiday_year.added", added, by=by, at=now, payload={"year": year.number, "source": year.source})
    return added
