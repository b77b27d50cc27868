"""Queries and challenges (询问、质疑): each with its clock; an open one may pause the signing."""

import datetime as dt
from dataclasses import dataclass

from zhagen.audit.record import record
from zhagen.core.errors import RuleError
from zhagen.core.rulebook.rules import Rules
from zhagen.core.types import Actor
from zhagen.parties.actor import user_of
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
    """Take in an agency's query or challenge; its clock runs in working days.

    Raises:
        RuleError: "query.window_over".
    """
    permit(by, "query.raise", tender)
    rules = rules_in(tender, now)
    today = today_of(now)
    if kind == Query.Kind.CHALLENGE:
        last, source = challenge_period(tender, rules)
        if today > last:
            raise RuleError("query.window_over", source=source, last=last.isoformat())
    clock = rules.value(rules.keyed("challenge", tender.method, CLOCK[Query.Kind(kind)]))
    query = Query.objects.create(
        tender=tender,
        agency=agency_of(by),
        kind=kind,
        text=text,
        raised_by=user_of(by),
        raised_at=now,
        answer_due_on=calendar().due_on(today, rules.int(clock.name), clock.unit),
    )
    tell_of_query(query, now)
    record("query.raised", query, by=by, at=now, payload={"kind": kind, "due": query.answer_due_on})
    return query


def challenge_period(tender: Tender, rules: Rules) -> tuple[dt.date, str]:
    """Return the last day to challenge and the source of the period: from the result, else from the notice."""
    window = rules.value(rules.keyed("challenge", tender.method, "window"))
    award = Award.objects.filter(tender=tender).first()
    begins = award.published_at if award else tender.ended_at or tender.published_at
    return calendar().due_on(today_of(begins), rules.int(window.name), window.unit), window.source


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


def signing_paused(award: Award) -> bool:
    """Return whether the contract of an award may not be signed now."""
    return award.annulled_at is not None or bool(pausing_queries(award.tender))
