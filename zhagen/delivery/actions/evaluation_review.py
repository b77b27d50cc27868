"""The review of an evaluation's result (复核申请): asked by the agency, the evaluator heard, answered by the street."""

import datetime as dt
from typing import Any

from django.urls import reverse

from zhagen.audit.record import record
from zhagen.core.errors import RuleError
from zhagen.core.lifecycle.evaluation import EVALUATION
from zhagen.core.types import Actor, Role
from zhagen.delivery.actions.evaluation import day_of, locked, rules_of
from zhagen.delivery.actions.evaluation_result import (
    compute,
    headline,
    keep_result,
    need_words,
    tell_of_result,
)
from zhagen.delivery.models import Evaluation
from zhagen.parties.actions.notice import Note, notify, people_at, people_of, settle
from zhagen.parties.actor import user_of
from zhagen.parties.rules import calendar
from zhagen.platform.tx import write_tx

ANSWER, ACCOUNT = "review_answer_max", "review_account_max"


@write_tx
def request_review(evaluation: Evaluation, reason: str, *, by: Actor, now: dt.datetime) -> Evaluation:
    """Ask for a review of the drafted result (复核申请); once, within the days of the rulebook.

    The street gets its days to answer, the evaluator a few of them to give its account first.

    Raises:
        RuleError: "evaluation.review_late", "evaluation.review_twice", "evaluation.reason_missing".
    """
    evaluation = locked(evaluation, "request_review", by)
    evaluation.state = EVALUATION.after("request_review", evaluation.state)
    rule, today = rules_of(evaluation).value("evaluation.review_request_window"), day_of(now)
    if evaluation.review_asked_at is not None:
        raise RuleError("evaluation.review_twice")
    if evaluation.review_until is not None and today > evaluation.review_until:
        raise RuleError("evaluation.review_late", source=rule.source, until=evaluation.review_until)
    need_words(reason)
    days = {name: rules_of(evaluation).int(f"evaluation.{name}") for name in (ANSWER, ACCOUNT)}
    evaluation.review_reason, evaluation.review_asked_at = reason.strip(), now
    evaluation.review_due_on = calendar().add_working_days(today, days[ANSWER])
    evaluation.review_account_until = calendar().add_working_days(today, days[ACCOUNT])
    evaluation.save(
        update_fields=["state", "review_reason", "review_asked_at", "review_due_on", "review_account_until"]
    )
    record("evaluation.review_asked", evaluation, by=by, at=now, payload={"reason": reason.strip()})
    street = people_at(evaluation.contract.place_id, Role.CHIEF)
    notify(
        _note(evaluation, "evaluation.review_asked", evaluation.review_due_on, is_urgent=True),
        to=street,
        now=now,
    )
    judges = people_of(evaluation.evaluator, Role.EVALUATOR)
    notify(_note(evaluation, "evaluation.review_heard", evaluation.review_account_until), to=judges, now=now)
    return evaluation


def _note(evaluation: Evaluation, code: str, due_on: dt.date | None, **more: Any) -> Note:
    url = reverse("evaluation_view", args=[evaluation.pk])
    return Note(
        code,
        url,
        about=evaluation,
        due_on=due_on,
        figures={"number": evaluation.number, **more.pop("figures", {})},
        **more,
    )


@write_tx
def explain_review(evaluation: Evaluation, account: str, *, by: Actor, now: dt.datetime) -> Evaluation:
    """Give the evaluator's account of what the agency objects to; once, before the street answers.

    Both sides read it, so that it names no door. It changes no figure.

    Raises:
        RuleError: "evaluation.explained", "evaluation.reason_missing", "lifecycle.not_now".
    """
    evaluation = locked(evaluation, "explain_review", by)
    evaluation.state = EVALUATION.after("explain_review", evaluation.state)
    if evaluation.review_account_at is not None:
        raise RuleError("evaluation.explained")
    need_words(account)
    evaluation.review_account, evaluation.review_account_at = account.strip(), now
    evaluation.review_account_by = user_of(by)
    evaluation.save(update_fields=["review_account", "review_account_at", "review_account_by"])
    record("evaluation.review_explained", evaluation, by=by, at=now, payload={"account": account.strip()})
    settle(evaluation, of=people_of(evaluation.evaluator, Role.EVALUATOR), at=now)
    street = people_at(evaluation.contract.place_id, Role.CHIEF)
    notify(_note(evaluation, "evaluation.review_explained", evaluation.review_due_on), to=street, now=now)
    return evaluation


def may_be_answered(evaluation: Evaluation, today: dt.date) -> bool:
    """Whether the evaluator has given its account of a review, or had its days for it."""
    until = evaluation.review_account_until
    return evaluation.review_account_at is not None or until is None or today > until


@write_tx
def press_review(evaluation: Evaluation, *, by: Actor, now: dt.datetime) -> Evaluation:
    """Tell the leader once that a review was not answered in its days."""
    evaluation = locked(evaluation, "press_review", by)
    rule = rules_of(evaluation).value("evaluation.review_answer_max")
    figures = {"days": rule.value, "source": rule.source}
    note = _note(
        evaluation, "evaluation.review_overdue", evaluation.review_due_on, figures=figures, is_urgent=True
    )
    evaluation.review_pressed_at = now
    evaluation.save(update_fields=["review_pressed_at"])
    record(
        "evaluation.review_overdue", evaluation, by=by, at=now, payload={"due_on": evaluation.review_due_on}
    )
    notify(note, to=people_at(evaluation.contract.place_id, Role.LEADER, Role.CHIEF), now=now)
    return evaluation


@write_tx
def answer_review(evaluation: Evaluation, answer: str, *, by: Actor, now: dt.datetime) -> Evaluation:
    """Answer a request for review; the result is computed anew from the records as they now stand.

    Whoever judged does not judge the complaint: the street answers, by somebody who did not commission it, and
    having heard the evaluator or waited its days for that.

    Raises:
        RuleError: "evaluation.review_own", "evaluation.evaluator_unheard", "evaluation.reason_missing",
            "lifecycle.not_now".
    """
    evaluation = locked(evaluation, "answer_review", by)
    if evaluation.planned_by_id is not None and str(evaluation.planned_by_id) == by.key:
        raise RuleError("evaluation.review_own")
    evaluation.state = EVALUATION.after("answer_review", evaluation.state)
    if not may_be_answered(evaluation, day_of(now)):
        source = rules_of(evaluation).value(f"evaluation.{ACCOUNT}").source
        raise RuleError("evaluation.evaluator_unheard", source=source, until=evaluation.review_account_until)
    need_words(answer)
    before = evaluation.result_digest
    evaluation.review_answer, evaluation.review_answered_at = answer.strip(), now
    evaluation.save(update_fields=["state", "review_answer", "review_answered_at"])
    keep_result(evaluation, compute(evaluation))
    is_changed = before != evaluation.result_digest
    payload = {**headline(evaluation), "answer": answer.strip(), "is_changed": is_changed}
    record("evaluation.review_answered", evaluation, by=by, at=now, payload=payload)
    tell_of_result(evaluation, "evaluation.review_answered", None, now)
    return evaluation
