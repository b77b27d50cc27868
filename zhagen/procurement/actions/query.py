"""Queries and challenges (询问、质疑): each with its clock; an open one may pause the signing."""

import datetime as dt
from dataclasses import dataclass

from zhagen.audit.record import record
from zhagen.core.errors import RuleError
from zhagen.core.rulebook.rules import Rules
from zhagen.core.types import Actor
from zhagen.parties.actor import user_of
from zhagen.parties.models import Organisation
from zhagen.parties.rules import calendar
from zhagen.platform.scope import permit
from zhagen.platform.tx import write_tx
from zhagen.procurement.actions.bid import agency_of
from zhagen.procurement.actions.buying_notes import tell_of_answer, tell_of_query
from zhagen.procurement.actions.plan import today_of
from zhagen.procurement.actions.tender import rules_in
from zhagen.procurement.models import Award, Query, Tender

CLOCK = {Query.Kind.INQUIRY: "query_answer_max", Query.Kind.CHALLENGE: "answer_max"}


@dataclass(frozen=True)
class Answer:
    """The office's answer to a query."""

    text: str
    is_upheld: bool
    may_affect_result: bool


@write_tx
def raise_query(tender: Tender, kind: str, text: str, *, by: Actor, now: dt.datetime) -> Query:
    """Take in an agency's query or challenge; its clock runs from today.

    Raises:
        RuleError: "query.window_over".
    """
    permit(by, "query.raise", tender)
    query = Query(tender=tender, agency=agency_of(by), kind=kind, text=text)
    return _take_in(query, today_of(now), by=by, now=now)


@dataclass(frozen=True)
class Letter:
    """A query or challenge that came on paper or through the finance platform."""

    agency: Organisation
    kind: str
    text: str
    received_on: dt.date


@write_tx
def record_query(tender: Tender, letter: Letter, *, by: Actor, now: dt.datetime) -> Query:
    """Put a letter of a supplier on record; its clock runs from the day it was received.

    Raises:
        RuleError: "query.in_future" or "query.window_over".
    """
    permit(by, "query.record", tender)
    if letter.received_on > today_of(now):
        raise RuleError("query.in_future", day=letter.received_on.isoformat())
    query = Query(
        tender=tender,
        agency=letter.agency,
        kind=letter.kind,
        text=letter.text,
        received_on=letter.received_on,
    )
    return _take_in(query, letter.received_on, by=by, now=now)


def _take_in(query: Query, received_on: dt.date, *, by: Actor, now: dt.datetime) -> Query:
    Tender.objects.select_for_update().get(
        pk=query.tender_id
    )  # a signing at the same moment waits, or goes first
    rules = rules_in(query.tender, now)
    if query.kind == Query.Kind.CHALLENGE:
        last, source = challenge_period(query.tender, rules)
        if last is not None and received_on > last:
            raise RuleError("query.window_over", source=source, last=last.isoformat())
    clock = rules.value(rules.keyed("challenge", query.tender.method, CLOCK[Query.Kind(query.kind)]))
    query.raised_by, query.raised_at = user_of(by), now
    query.answer_due_on = calendar().due_on(received_on, rules.int(clock.name), clock.unit)
    query.save(force_insert=True)
    tell_of_query(query, now)
    payload = {"kind": query.kind, "due": query.answer_due_on, "on_paper": query.received_on is not None}
    record("query.raised", query, by=by, at=now, payload=payload)
    return query


def challenge_period(tender: Tender, rules: Rules) -> tuple[dt.date | None, str]:
    """Return the last day to challenge and the source of the period; None while nothing is published.

    It runs from the result, else from the end of the round, else from the notice; for a purchase on the
    finance platform from the day on which its step was done there.
    """
    window = rules.value(rules.keyed("challenge", tender.method, "window"))
    begins = _begins(tender)
    if begins is None:
        return None, window.source
    return calendar().due_on(begins, rules.int(window.name), window.unit), window.source


def _begins(tender: Tender) -> dt.date | None:
    award = Award.objects.filter(tender=tender).first()
    published = award.published_at if award else tender.ended_at or tender.published_at
    step = tender.steps.filter(code="result" if award else "notice", done_on__isnull=False).first()
    if step is not None:
        return step.done_on
    return today_of(published) if published else None


@write_tx
def answer_query(query: Query, answer: Answer, *, by: Actor, now: dt.datetime) -> Query:
    """Answer a query in the office's name.

    Raises:
        RuleError: "query.already_answered".
    """
    query = Query.objects.select_for_update().get(pk=query.pk)
    permit(by, "query.answer", query)
    if query.answered_at:
        raise RuleError("query.already_answered")
    query.answer, query.is_upheld = answer.text, answer.is_upheld
    query.may_affect_result = answer.may_affect_result
    query.answered_by, query.answered_at = user_of(by), now
    query.save(update_fields=["answer", "is_upheld", "may_affect_result", "answered_by", "answered_at"])
    tell_of_answer(query, now)
    record("query.answered", query, by=by, at=now, payload={"upheld": answer.is_upheld})
    return query


def pausing_queries(tender: Tender) -> list[Query]:
    """Return what pauses the signing: open and able to change the result, or upheld and able to."""
    rows = Query.objects.filter(tender=tender, may_affect_result=True)
    return [query for query in rows if query.answered_at is None or query.is_upheld]


def check_not_paused(award: Award, now: dt.datetime) -> None:
    """Refuse the signing of an award that is annulled, or that an open or upheld query may still change.

    Raises:
        RuleError: "award.annulled" or "contract.signing_paused".
    """
    tender = Tender.objects.select_for_update().get(pk=award.tender_id)
    if Award.objects.get(pk=award.pk).annulled_at is not None:
        raise RuleError("award.annulled")
    waiting = pausing_queries(tender)
    if waiting:
        rules = rules_in(tender, now)
        source = rules.value(rules.keyed("challenge", tender.method, "answer_max")).source
        raise RuleError("contract.signing_paused", source=source, count=len(waiting))
