"""The result of an evaluation: graded by the contract's own scheme, final, revised late."""

import datetime as dt
from collections import Counter
from hashlib import sha256
from typing import Any

from django.db.models import Q
from django.urls import reverse

from zhagen.audit.record import record
from zhagen.core.errors import RuleError
from zhagen.core.indicators.measure import Measure
from zhagen.core.lifecycle.evaluation import EVALUATION, EvaluationState
from zhagen.core.log_form import canonical
from zhagen.core.sampling import response_of
from zhagen.core.scoring.evaluation import Grade, grade
from zhagen.core.suppression import suppress_groups
from zhagen.core.trace import trace_to_dict
from zhagen.core.types import Actor, Role
from zhagen.delivery.actions.evaluation import day_of, locked, rules_of
from zhagen.delivery.facts_work import Period
from zhagen.delivery.measures import doors_by_building, measures_of
from zhagen.delivery.models import Evaluation, EvaluationRevision
from zhagen.parties.actions.notice import Note, notify, people_at, people_of
from zhagen.parties.actor import user_of
from zhagen.parties.rules import calendar
from zhagen.platform.tx import write_tx
from zhagen.procurement.actions.contract import sealed_terms

CONFIDENCE = "sample.confidence"


def period_of(evaluation: Evaluation) -> Period:
    """Return the days that an evaluation judges."""
    return Period(evaluation.period_from, evaluation.period_until)


def measure(evaluation: Evaluation) -> dict[str, Measure]:
    """Return the indicators of the evaluated period with the answers that it asked for."""
    confidence = rules_of(evaluation).int(CONFIDENCE)
    period = period_of(evaluation)
    return measures_of(evaluation.contract, period, confidence_bp=confidence, evaluation=evaluation)


def compute(evaluation: Evaluation) -> dict[str, Any]:
    """Return the result as plain values: score, interval, band, items, measures, response, trace.

    Nothing in it tells a door: answers are summed up, and small buildings are left out.
    """
    measures, scheme = measure(evaluation), sealed_terms(evaluation.contract).scheme
    graded = grade(scheme, measures)
    return {
        "score_bp": graded.score_bp,
        "low_bp": graded.low_bp,
        "high_bp": graded.high_bp,
        "band": graded.band,
        "band_low": graded.band_low,
        "band_high": graded.band_high,
        "measured_bp": graded.measured_bp,
        "measured_min_bp": scheme.measured_min_bp,
        "missing": list(graded.missing),
        "items": _items(graded),
        "measures": {name: _plain(each) for name, each in sorted(measures.items())},
        "response": _response(evaluation),
        "buildings": _buildings(evaluation),
        "trace": trace_to_dict(graded.trace),
    }


def digest_of(result: dict[str, Any]) -> str:
    """Return the SHA-256 of a result's canonical form."""
    return sha256(canonical(result)).hexdigest()


def _items(graded: Grade) -> list[dict[str, Any]]:
    return [
        {
            "name": each.item.name,
            "indicator": each.item.indicator,
            "weight_bp": each.item.weight_bp,
            "full_at": each.item.full_at,
            "zero_at": each.item.zero_at,
            "missing": each.item.missing.value,
            "score_bp": each.score_bp,
            "low_bp": each.low_bp,
            "high_bp": each.high_bp,
        }
        for each in graded.items
    ]


def _plain(each: Measure) -> dict[str, Any]:
    return {
        "value": each.value,
        "low": each.low,
        "high": each.high,
        "count": each.count,
        "unit": each.unit,
    }


def _response(evaluation: Evaluation) -> dict[str, Any]:
    asked = evaluation.sampled.all()
    answered = asked.filter(answered_at__isnull=False)
    found = response_of(
        drawn=asked.count(),
        refused=asked.filter(refused=True, answered_at__isnull=True).count(),
        answered=answered.count(),
        yes=answered.filter(knows_agency=True).count(),
    )
    ways = Counter(answered.values_list("way", flat=True))
    return {
        "drawn": found.drawn,
        "answered": found.answered,
        "refused": found.refused,
        "unreachable": found.unreachable,
        "rate_bp": found.rate_bp,
        "knows_worst_bp": found.worst_bp,
        "knows_best_bp": found.best_bp,
        "ways": dict(sorted(ways.items())),
        "participants_drawn": evaluation.participants.count(),
        "participants_heard": evaluation.participants.filter(answered_at__isnull=False).count(),
    }


def _buildings(evaluation: Evaluation) -> dict[str, Any]:
    """Return the answers a building, the small ones and what would give them away left out."""
    heard = evaluation.sampled.filter(answered_at__isnull=False)
    counts = Counter(
        f"{place}/{building}" for place, building in heard.values_list("door__place_id", "door__building")
    )
    least = rules_of(evaluation).int("sample.published_group_min")
    in_all = doors_by_building(evaluation.contract)
    shown = suppress_groups({name: counts.get(name, 0) for name in in_all}, least)
    return {name: {"doors": in_all[name], "answers": count} for name, count in sorted(shown.items())}


@write_tx
def draft_result(evaluation: Evaluation, *, by: Actor, now: dt.datetime) -> Evaluation:
    """Sum up the asking: the seed becomes public, the agency may ask for a review.

    Raises:
        RuleError: "evaluation.still_asking", "evaluation.period_runs", "lifecycle.not_now".
    """
    evaluation = locked(evaluation, "draft", by)
    evaluation.state = EVALUATION.after("draft_result", evaluation.state)
    today = day_of(now)
    if today < evaluation.period_until:
        raise RuleError("evaluation.period_runs", until=evaluation.period_until)
    waiting = still_to_ask(evaluation)
    if waiting and today <= evaluation.ask_until:
        raise RuleError("evaluation.still_asking", open=waiting, until=evaluation.ask_until)
    window = rules_of(evaluation).int("evaluation.review_request_window")
    evaluation.drafted_at = now
    evaluation.review_until = calendar().add_working_days(today, window)
    evaluation.save(update_fields=["state", "drafted_at", "review_until"])
    keep_result(evaluation, compute(evaluation))
    payload = {**headline(evaluation), "seed": evaluation.draw_seed}
    record("evaluation.drafted", evaluation, by=by, at=now, payload=payload)
    tell_of_result(evaluation, "evaluation.drafted", evaluation.review_until, now)
    return evaluation


def still_to_ask(evaluation: Evaluation) -> int:
    """Return how many drawn doors and participants can still be tried."""
    most = rules_of(evaluation).int("sample.calls_max")
    can = Q(answered_at__isnull=True, refused=False, tries__lt=most)
    return evaluation.sampled.filter(can).count() + evaluation.participants.filter(can).count()


def keep_result(evaluation: Evaluation, result: dict[str, Any]) -> None:
    """Keep a computed result with its hash; call it inside an action that has locked the evaluation."""
    evaluation.result, evaluation.result_digest = result, digest_of(result)
    evaluation.score_bp = result["score_bp"]
    evaluation.save(update_fields=["result", "result_digest", "score_bp"])


def headline(evaluation: Evaluation) -> dict[str, Any]:
    """Return what the log says of a result."""
    result = evaluation.result
    shown = {name: result[name] for name in ("score_bp", "low_bp", "high_bp", "band", "measured_bp")}
    return {**shown, "digest": evaluation.result_digest}


def tell_of_result(evaluation: Evaluation, code: str, due_on: dt.date | None, now: dt.datetime) -> None:
    """Tell the agency and the street of a result, by when the agency may act on it if it may."""
    note = Note(
        code,
        reverse("evaluation_view", args=[evaluation.pk]),
        about=evaluation if due_on else None,
        due_on=due_on,
        figures={"number": evaluation.number},
    )
    to = [
        *people_of(evaluation.contract.agency, Role.AGENCY_HEAD),
        *people_at(evaluation.contract.place_id, Role.HANDLER),
    ]
    notify(note, to=to, now=now)


def need_words(text: str) -> None:
    """Refuse a step without its grounds.

    Raises:
        RuleError: "evaluation.reason_missing".
    """
    if not text.strip():
        raise RuleError("evaluation.reason_missing")


@write_tx
def finalise(evaluation: Evaluation, *, by: Actor, now: dt.datetime) -> Evaluation:
    """Make a result final: nobody asked for a review in time, or the request was answered.

    Raises:
        RuleError: "evaluation.review_open", "lifecycle.not_now".
    """
    evaluation = locked(evaluation, "finalise", by)
    evaluation.state = EVALUATION.after("finalise", evaluation.state)
    may_still_ask = evaluation.review_until is not None and day_of(now) <= evaluation.review_until
    if evaluation.review_asked_at is None and may_still_ask:
        raise RuleError("evaluation.review_open", until=evaluation.review_until)
    evaluation.final_at = now
    evaluation.save(update_fields=["state", "final_at"])
    record("evaluation.final", evaluation, by=by, at=now, payload=headline(evaluation))
    return evaluation


@write_tx
def revise_result(evaluation: Evaluation, reason: str, *, by: Actor, now: dt.datetime) -> EvaluationRevision:
    """Propose a late correction of a final result, computed anew, with its reason; another signs it.

    Raises:
        RuleError: "evaluation.not_final", "evaluation.revision_waits", "evaluation.nothing_changed",
            "evaluation.reason_missing".
    """
    evaluation = locked(evaluation, "revise", by)
    if evaluation.state != EvaluationState.FINAL:
        raise RuleError("evaluation.not_final")
    if evaluation.revisions.filter(signed_at=None).exists():
        raise RuleError("evaluation.revision_waits")
    need_words(reason)
    after = compute(evaluation)
    if digest_of(after) == evaluation.result_digest:
        raise RuleError("evaluation.nothing_changed")
    revision = EvaluationRevision.objects.create(
        evaluation=evaluation,
        order=evaluation.revisions.count() + 1,
        reason=reason.strip(),
        before=evaluation.result,
        after=after,
        digest=digest_of(after),
        made_by=user_of(by),
        made_at=now,
    )
    payload = {"reason": reason.strip(), "before": evaluation.result_digest, "after": revision.digest}
    record("evaluation.revision_proposed", evaluation, by=by, at=now, payload=payload)
    return revision


@write_tx
def sign_revision(evaluation: Evaluation, *, by: Actor, now: dt.datetime) -> Evaluation:
    """Sign the waiting correction; from now on the corrected result stands, the former stays on record.

    Raises:
        RuleError: "evaluation.no_revision", "evaluation.two_people".
    """
    evaluation = locked(evaluation, "sign_revision", by)
    revision = evaluation.revisions.filter(signed_at=None).first()
    if revision is None:
        raise RuleError("evaluation.no_revision")
    signer = user_of(by)
    if signer is not None and signer.pk == revision.made_by_id:
        raise RuleError("evaluation.two_people")
    revision.signed_by, revision.signed_at = signer, now
    revision.save(update_fields=["signed_by", "signed_at"])
    keep_result(evaluation, revision.after)
    record("evaluation.revised", evaluation, by=by, at=now, payload=headline(evaluation))
    tell_of_result(evaluation, "evaluation.revised", None, now)
    return evaluation
