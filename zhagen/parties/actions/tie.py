"""Every change of a declared tie: each person declares his own, that it exists and of which kind."""

import datetime as dt

from zhagen.audit.record import record
from zhagen.core.errors import RuleError
from zhagen.core.types import Actor
from zhagen.parties.actor import user_of
from zhagen.parties.models import Organisation, Tie
from zhagen.platform.clock import SHANGHAI
from zhagen.platform.scope import permit
from zhagen.platform.tx import write_tx


@write_tx
def declare_tie(
    organisation: Organisation, kind: str, since_on: dt.date, *, by: Actor, now: dt.datetime
) -> Tie:
    """Declare an own tie to an organisation; a relative is never named.

    Raises:
        RuleError: "tie.in_future" or "tie.twice".
    """
    person = user_of(by)
    if person is None:
        raise RuleError("permission.denied", action="tie.declare")
    if since_on > now.astimezone(SHANGHAI).date():
        raise RuleError("tie.in_future")
    if Tie.objects.filter(person=person, organisation=organisation, kind=kind, until_on=None).exists():
        raise RuleError("tie.twice")
    tie = Tie.objects.create(
        person=person, organisation=organisation, kind=kind, since_on=since_on, declared_at=now
    )
    permit(by, "tie.declare", tie)
    record("tie.declared", tie, by=by, at=now, payload={"kind": kind})
    return tie


@write_tx
def end_tie(tie: Tie, until_on: dt.date, *, by: Actor, now: dt.datetime) -> Tie:
    """Note the last day of an own tie; it still counts for the years of the look-back.

    Raises:
        RuleError: "tie.ends_before_start" or "tie.in_future".
    """
    tie = Tie.objects.select_for_update().get(pk=tie.pk)
    permit(by, "tie.end", tie)
    if until_on < tie.since_on:
        raise RuleError("tie.ends_before_start")
    if until_on > now.astimezone(SHANGHAI).date():
        raise RuleError("tie.in_future")
    tie.until_on = until_on
    tie.save(update_fields=["until_on"])
    record("tie.ended", tie, by=by, at=now, payload={"until_on": until_on})
    return tie
