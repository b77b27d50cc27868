"""What drawn doors and drawn participants answer: by link, on paper keyed in twice, or by phone."""

import datetime as dt
from dataclasses import asdict, dataclass
from typing import TypeVar

from zhagen.audit.record import record
from zhagen.core.errors import RuleError
from zhagen.core.indicators.need import NeedWord as Word
from zhagen.core.lifecycle.evaluation import EvaluationState
from zhagen.core.types import PUBLIC, Actor
from zhagen.delivery.actions.evaluation import day_of, rules_of
from zhagen.delivery.models import AnswerWay, DrawnParticipant, SampledDoor
from zhagen.platform.codes import clean_code
from zhagen.platform.scope import permit
from zhagen.platform.tx import write_tx

Asked = SampledDoor | DrawnParticipant
A = TypeVar("A", SampledDoor, DrawnParticipant)


@dataclass(frozen=True)
class DoorAnswers:
    """What one door says.

    Args:
        knows_agency: Has heard of the agency.
        knows_work: Can say what it does.
        trust: 1–5; None = cannot say.
        satisfied: 1–5; None = never used it.
        need_word: What came of the shared need it is asked about; "" = has not met it.
    """

    knows_agency: bool
    knows_work: bool = False
    trust: int | None = None
    satisfied: int | None = None
    need_word: str = ""

    def usable(self) -> "DoorAnswers":
        """Return the answers that fit together: who does not know the agency cannot rate it.

        Raises:
            RuleError: "sampling.answer_off_scale" or "evaluation.word_unknown".
        """
        if self.need_word and self.need_word not in set(Word):
            raise RuleError("evaluation.word_unknown", word=self.need_word)
        if not self.knows_agency:
            return DoorAnswers(False, need_word=self.need_word)
        for mark in (self.trust, self.satisfied):
            if mark is not None and mark not in SCALE:
                raise RuleError("sampling.answer_off_scale", low=SCALE[0], high=SCALE[-1])
        return self


SCALE = range(1, 6)
"""The five-point scale of the questions on trust and satisfaction."""


def door_of(code: str) -> SampledDoor:
    """Return the drawn door of a code on a letter.

    Raises:
        RuleError: "evaluation.code_unknown".
    """
    rows = SampledDoor.objects.select_related("evaluation__contract__agency", "evaluation__evaluator", "need")
    found = rows.filter(code=clean_code(code)).first()
    if found is None:
        raise RuleError("evaluation.code_unknown")
    return found


def participant_of(code: str) -> DrawnParticipant:
    """Return the drawn participation of a code on a slip.

    Raises:
        RuleError: "evaluation.code_unknown".
    """
    rows = DrawnParticipant.objects.select_related(
        "evaluation__contract__agency", "evaluation__evaluator", "attendance__activity"
    )
    found = rows.filter(code=clean_code(code)).first()
    if found is None:
        raise RuleError("evaluation.code_unknown")
    return found


@write_tx
def answer_by_code(code: str, answers: DoorAnswers, *, now: dt.datetime) -> SampledDoor:
    """Record what a drawn door answers on the page that its letter names; without an account.

    Raises:
        RuleError: "evaluation.code_unknown", "evaluation.not_asking", "evaluation.answered_already".
    """
    return _take(_opened(door_of(code), now), answers, AnswerWay.PAGE, by=PUBLIC, now=now)


@write_tx
def take_phone_answer(
    sampled: SampledDoor, answers: DoorAnswers, *, by: Actor, now: dt.datetime
) -> SampledDoor:
    """Record what a drawn door told the evaluator by phone or at the door."""
    permit(by, "evaluation.ask", sampled.evaluation)
    return _take(_opened(sampled, now), answers, AnswerWay.PHONE, by=by, now=now)


@write_tx
def enter_paper(sampled: SampledDoor, answers: DoorAnswers, *, by: Actor, now: dt.datetime) -> SampledDoor:
    """Key in a paper questionnaire; it counts once it was keyed in twice alike.

    Raises:
        RuleError: "evaluation.entries_differ" names the questions; both entries can then be begun anew.
    """
    permit(by, "evaluation.ask", sampled.evaluation)
    sampled = _opened(sampled, now)
    entry = asdict(answers.usable())
    if sampled.first_entry is None:
        sampled.first_entry = entry
        sampled.save(update_fields=["first_entry"])
        payload = {"order": sampled.order}
        record("evaluation.paper_keyed_once", sampled.evaluation, by=by, at=now, payload=payload)
        return sampled
    differing = [name for name, value in entry.items() if sampled.first_entry.get(name) != value]
    if differing:
        raise RuleError("evaluation.entries_differ", order=sampled.order, count=len(differing))
    return _take(sampled, answers, AnswerWay.PAPER, by=by, now=now)


@write_tx
def clear_paper(sampled: SampledDoor, *, by: Actor, now: dt.datetime) -> SampledDoor:
    """Drop the first entry of a paper questionnaire that was keyed in wrongly."""
    permit(by, "evaluation.ask", sampled.evaluation)
    sampled = _opened(sampled, now)
    sampled.first_entry = None
    sampled.save(update_fields=["first_entry"])
    payload = {"order": sampled.order}
    record("evaluation.paper_cleared", sampled.evaluation, by=by, at=now, payload=payload)
    return sampled


@write_tx
def miss_door(asked: A, *, is_refusal: bool = False, by: Actor, now: dt.datetime) -> A:
    """Count a try that reached nobody, or a refusal; no door is tried more often than the rules allow.

    Raises:
        RuleError: "evaluation.tries_used_up" or as for answers.
    """
    permit(by, "evaluation.ask", asked.evaluation)
    asked = _opened(asked, now)
    most = rules_of(asked.evaluation).int("sample.calls_max")
    if asked.refused or asked.tries >= most:
        raise RuleError("evaluation.tries_used_up", source="内控：随机抽访口径", most=most)
    asked.tries, asked.refused = asked.tries + 1, is_refusal
    asked.save(update_fields=["tries", "refused"])
    payload = {"order": asked.order, "kind": _kind(asked), "refused": is_refusal}
    record("evaluation.not_reached", asked.evaluation, by=by, at=now, payload=payload)
    return asked


@write_tx
def confirm_by_code(code: str, *, took_place: bool, was_of_use: bool, now: dt.datetime) -> DrawnParticipant:
    """Record what a drawn participant says on the page that the slip names."""
    asked = _opened(participant_of(code), now)
    return _confirm(asked, (took_place, was_of_use), AnswerWay.PAGE, by=PUBLIC, now=now)


@write_tx
def take_confirmation(
    drawn: DrawnParticipant, *, took_place: bool, was_of_use: bool, by: Actor, now: dt.datetime
) -> DrawnParticipant:
    """Record what a drawn participant told the evaluator."""
    permit(by, "evaluation.ask", drawn.evaluation)
    return _confirm(_opened(drawn, now), (took_place, was_of_use), AnswerWay.PHONE, by=by, now=now)


def _opened(asked: A, now: dt.datetime) -> A:
    rows = type(asked).objects.select_for_update(of=("self",)).select_related("evaluation")
    found: A = rows.get(pk=asked.pk)
    evaluation = found.evaluation
    if evaluation.state != EvaluationState.ASKING or day_of(now) > evaluation.ask_until:
        raise RuleError("evaluation.not_asking", until=evaluation.ask_until)
    if found.answered_at is not None:
        raise RuleError("evaluation.answered_already")
    return found


def _take(
    asked: SampledDoor, answers: DoorAnswers, way: AnswerWay, *, by: Actor, now: dt.datetime
) -> SampledDoor:
    said = asdict(answers.usable())
    if asked.need_id is None:
        said["need_word"] = ""
    for name, value in said.items():
        setattr(asked, name, value)
    asked.way, asked.answered_at, asked.first_entry = way, now, None
    asked.save(update_fields=[*said, "way", "answered_at", "first_entry"])
    return _answered(asked, by=by, now=now)


def _confirm(
    asked: DrawnParticipant, said: tuple[bool, bool], way: AnswerWay, *, by: Actor, now: dt.datetime
) -> DrawnParticipant:
    asked.took_place, asked.was_of_use = said[0], said[0] and said[1]
    asked.way, asked.answered_at = way, now
    asked.save(update_fields=["took_place", "was_of_use", "way", "answered_at"])
    return _answered(asked, by=by, now=now)


def _answered(asked: A, *, by: Actor, now: dt.datetime) -> A:
    payload = {"order": asked.order, "kind": _kind(asked), "way": asked.way}
    record("evaluation.answered", asked.evaluation, by=by, at=now, payload=payload)
    return asked


def _kind(asked: Asked) -> str:
    return "door" if isinstance(asked, SampledDoor) else "participant"
