"""Every change of an annual review (年度考核续签): opened by the clock, advised from terms, decided on record.

Nothing here closes a contract early: reaching the indicators ends no term.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from zhagen.audit.record import record
from zhagen.core.contract_terms import months_of
from zhagen.core.errors import RuleError
from zhagen.core.lifecycle.annual_review import ANNUAL_REVIEW, Advice, AnnualReviewState
from zhagen.core.rulebook.rules import Rules
from zhagen.core.scoring.renewal import RenewalAdvice, TermResult, advise_renewal
from zhagen.core.service_years import service_years
from zhagen.core.trace import trace_to_dict
from zhagen.core.types import Actor, Role
from zhagen.delivery.actions.acceptance import SERVED
from zhagen.delivery.actions.evaluation import day_of
from zhagen.delivery.facts_people import chain_of
from zhagen.delivery.facts_work import Period
from zhagen.delivery.measures import measures_of
from zhagen.delivery.models import AnnualReview
from zhagen.parties.actions.notice import Note, notify, people_at, people_of
from zhagen.parties.rules import rules_for
from zhagen.platform.scope import permit
from zhagen.platform.tx import write_tx
from zhagen.procurement.actions.contract import contract_rules, sealed_terms
from zhagen.procurement.models import Contract


def rules_of(contract: Contract, now: dt.datetime) -> Rules:
    """Return the rules frozen into a contract; for one that began elsewhere those of today."""
    return contract_rules(contract) or rules_for(contract.place_id, day_of(now))


def year_due(contract: Contract, now: dt.datetime) -> tuple[int, dt.date, dt.date] | None:
    """Return number, first and last day of the first year whose review is due and not yet opened."""
    lead = dt.timedelta(days=rules_of(contract, now).int("annual_review.lead"))
    opened = set(contract.annual_reviews.values_list("year", flat=True))
    for number, (first, last) in enumerate(service_years(contract.starts_on, contract.ends_on), start=1):
        if number not in opened and day_of(now) >= last - lead:
            return number, first, last
    return None


@write_tx
def open_review(contract: Contract, *, by: Actor, now: dt.datetime) -> AnnualReview:
    """Open the review of the contract's year that is about to end, and advise at once.

    Raises:
        RuleError: "annual_review.not_served", "annual_review.not_due", "permission.denied".
    """
    permit(by, "annual_review.open", contract)
    if contract.state not in SERVED:
        raise RuleError("annual_review.not_served")
    due = year_due(contract, now)
    if due is None:
        raise RuleError("annual_review.not_due", ends=contract.ends_on)
    number, first, last = due
    review = AnnualReview.objects.create(
        contract=contract, year=number, period_from=first, period_until=last, due_on=last, created_at=now
    )
    record("annual_review.opened", review, by=by, at=now, payload={"year": number, "until": str(last)})
    note = Note(
        "annual_review.opened",
        reverse("annual_review_view", args=[review.pk]),
        about=review,
        while_in=(AnnualReviewState.OPEN, AnnualReviewState.ADVISED),
        due_on=last,
        figures={"title": contract.title},
    )
    to = [
        *people_at(contract.place_id, Role.HANDLER, Role.CHIEF),
        *people_of(contract.agency, Role.AGENCY_HEAD),
    ]
    notify(note, to=to, now=now)
    return advise(review, by=by, now=now)


@write_tx
def advise(review: AnnualReview, *, by: Actor, now: dt.datetime) -> AnnualReview:
    """Compute the advice from the contract's own terms and the records as they stand.

    Raises:
        RuleError: "lifecycle.not_now".
    """
    review = _locked(review, "advise", by)
    review.state = ANNUAL_REVIEW.after("advise", review.state)
    found = advice_for(review, now)
    review.advice = found.advice.value if found.advice else ""
    review.trace = _plain(found, review, now)
    review.save(update_fields=["state", "advice", "trace"])
    payload = {"advice": review.advice, "terms": review.trace["terms"]}
    record("annual_review.advised", review, by=by, at=now, payload=payload)
    return review


def advice_for(review: AnnualReview, now: dt.datetime) -> RenewalAdvice:
    """Return what the terms of the contract advise for the year reviewed; nothing is changed."""
    contract, rules = review.contract, rules_of(review.contract, now)
    period = Period(review.period_from, min(review.period_until, day_of(now)))
    measures = measures_of(contract, period, confidence_bp=rules.int("sample.confidence"))
    terms = sealed_terms(contract)
    return advise_renewal(
        terms.renewal,
        measures,
        measured_min=terms.renewal_measured_min,
        months_served=months_served(contract, review.period_until),
        months_most=rules.int("contract.term_ceiling"),
    )


def months_served(contract: Contract, until: dt.date) -> int:
    """Return the months of service by a day, those of the contracts that this one renewed counted too."""
    return months_of(chain_of(contract)[-1].starts_on, until)


def _plain(found: RenewalAdvice, review: AnnualReview, now: dt.datetime) -> dict[str, Any]:
    return {
        "is_certain": found.is_certain,
        "months_served": months_served(review.contract, review.period_until),
        "months_most": rules_of(review.contract, now).int("contract.term_ceiling"),
        "measured_on": str(min(review.period_until, day_of(now))),
        "terms": [_term(each) for each in found.terms],
        "missing": [each.indicator for each in found.missing],
        "reasons": [{"code": each.code, "figures": dict(each.figures)} for each in found.reasons],
        "trace": trace_to_dict(found.trace),
    }


def _term(each: TermResult) -> dict[str, Any]:
    return {
        "name": each.term.name,
        "indicator": each.term.indicator,
        "threshold": each.term.threshold,
        "at_least": each.term.at_least,
        "is_required": each.term.is_required,
        "value": each.value,
        "low": each.low,
        "high": each.high,
        "verdict": each.verdict.value,
        "advice": each.advice.value if each.advice else "",
    }


@dataclass(frozen=True)
class Ruling:
    """What the office decided together, as its minutes say.

    Args:
        decision: Renew, correct, re-procure, not renew.
        body: Which body, such as "党工委会".
        number: Number of the minutes.
        decided_on: Day of the meeting.
        attendees: Who took part.
        differs_reason: Why it differs from the advice; it is published.
        corrections: What is to be corrected, one item a line.
        correct_by_on: By when.
    """

    decision: Advice
    body: str
    number: str
    decided_on: dt.date
    attendees: str
    differs_reason: str = ""
    corrections: str = ""
    correct_by_on: dt.date | None = None


@write_tx
def decide_review(review: AnnualReview, ruling: Ruling, *, by: Actor, now: dt.datetime) -> AnnualReview:
    """Record the collective decision; where it differs from the advice, its reason is published.

    Raises:
        RuleError: "annual_review.record_incomplete", "annual_review.decided_in_future",
            "annual_review.reason_missing", "annual_review.corrections_missing",
            "annual_review.correction_long", "annual_review.term_used_up", "lifecycle.not_now".
    """
    review = _locked(review, "decide", by)
    review.state = ANNUAL_REVIEW.after("decide", review.state)
    _check_record(review, ruling, day_of(now))
    _check_consequence(review, ruling, now)
    review.decision, review.differs_reason = ruling.decision.value, ruling.differs_reason.strip()
    review.decision_body, review.decision_no = ruling.body.strip(), ruling.number.strip()
    review.decided_on, review.attendees = ruling.decided_on, ruling.attendees.strip()
    if ruling.decision is Advice.CORRECT:
        review.corrections, review.correct_by_on = ruling.corrections.strip(), ruling.correct_by_on
    review.save()
    payload = {
        "decision": review.decision,
        "advice": review.advice,
        "minutes": review.decision_no,
        "differs_reason": review.differs_reason,
    }
    record("annual_review.decided", review, by=by, at=now, payload=payload)
    note = Note(
        "annual_review.decided",
        reverse("annual_review_view", args=[review.pk]),
        about=review if review.correct_by_on else None,
        due_on=review.correct_by_on,
        figures={"title": review.contract.title},
    )
    to = [
        *people_of(review.contract.agency, Role.AGENCY_HEAD),
        *(
            user
            for place in review.contract.communities.all()
            for user in people_at(place.pk, Role.COMMUNITY)
        ),
    ]
    notify(note, to=to, now=now)
    return review


def _check_record(review: AnnualReview, ruling: Ruling, today: dt.date) -> None:
    if not all(text.strip() for text in (ruling.body, ruling.number, ruling.attendees)):
        raise RuleError("annual_review.record_incomplete", source="三重一大集体决策")
    if ruling.decided_on > today:
        raise RuleError("annual_review.decided_in_future", day=ruling.decided_on)
    if ruling.decision.value != review.advice and not ruling.differs_reason.strip():
        raise RuleError("annual_review.reason_missing")


def _check_consequence(review: AnnualReview, ruling: Ruling, now: dt.datetime) -> None:
    rules = rules_of(review.contract, now)
    if ruling.decision is Advice.RENEW:
        most, served = (
            rules.value("contract.term_ceiling"),
            months_served(review.contract, review.contract.ends_on),
        )
        if served >= rules.int(most.name):
            raise RuleError("annual_review.term_used_up", source=most.source, served=served)
    if ruling.decision is not Advice.CORRECT:
        return
    if not ruling.corrections.strip() or ruling.correct_by_on is None:
        raise RuleError("annual_review.corrections_missing")
    longest = rules.int("annual_review.correction_max")
    if not 0 < (ruling.correct_by_on - ruling.decided_on).days <= longest:
        raise RuleError("annual_review.correction_long", days=longest)


@write_tx
def note_correction(
    review: AnnualReview, found: str, corrected_on: dt.date, *, by: Actor, now: dt.datetime
) -> AnnualReview:
    """Note what was found of the corrections asked for.

    Raises:
        RuleError: "annual_review.nothing_to_correct", "annual_review.decided_in_future",
            "annual_review.record_incomplete".
    """
    review = _locked(review, "check_correction", by)
    if review.decision != Advice.CORRECT or review.corrected_on is not None:
        raise RuleError("annual_review.nothing_to_correct")
    if corrected_on > day_of(now):
        raise RuleError("annual_review.decided_in_future", day=corrected_on)
    if not found.strip():
        raise RuleError("annual_review.record_incomplete", source="内控：年度考核")
    review.corrected_on, review.correction_found = corrected_on, found.strip()
    review.save(update_fields=["corrected_on", "correction_found"])
    record("annual_review.corrected", review, by=by, at=now, payload={"found": found.strip()})
    return review


def _locked(review: AnnualReview, step: str, by: Actor) -> AnnualReview:
    rows = AnnualReview.objects.select_for_update(of=("self",)).select_related("contract")
    review = rows.get(pk=review.pk)
    permit(by, f"annual_review.{step}", review)
    return review
