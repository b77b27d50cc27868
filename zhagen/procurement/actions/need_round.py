"""Rounds on shared needs: doors drawn by a committed seed, asked by an evaluator, summed up."""

import datetime as dt
import secrets
from collections import defaultdict
from collections.abc import Mapping

from zhagen.audit.record import record
from zhagen.core import draws
from zhagen.core import needs as core
from zhagen.core.errors import RuleError
from zhagen.core.lifecycle.need import ANSWERED, HEARD_OR_LOST
from zhagen.core.needs import SampledOutcome, Word
from zhagen.core.sampling import choose_doors, sample_size
from zhagen.core.types import PUBLIC, Actor
from zhagen.parties.actor import user_of
from zhagen.parties.models import Door, Organisation, Place
from zhagen.parties.rules import freeze, thawed
from zhagen.platform.codes import new_code
from zhagen.platform.scope import permit, scopes_place
from zhagen.platform.tx import write_tx
from zhagen.procurement.actions.need import day_of, locked, rules_of
from zhagen.procurement.actions.need_word import settle
from zhagen.procurement.models import Need, NeedDoor, NeedRound, NeedWord

CODE_LENGTH = 10
MONTHS_A_QUARTER = 3
UNKNOWN = "unknown"
"""A resident who has never met the matter; no word, but the door has answered."""


def quarter_of(day: dt.date) -> str:
    """Return the quarter of a day.

    >>> quarter_of(dt.date(2026, 11, 23))
    '2026Q4'
    """
    return f"{day.year}Q{(day.month - 1) // MONTHS_A_QUARTER + 1}"


def needs_to_sample(place_code: str) -> list[Need]:
    """Return the shared needs of a community that residents can be asked about: answered, words cleared."""
    states = [state.value for state in (*ANSWERED, *HEARD_OR_LOST)]
    rows = Need.objects.filter(place_id=place_code, is_private=False, state__in=states)
    return list(rows.exclude(public_text="").order_by("raised_at", "pk"))


@write_tx
def open_round(
    place: Place, evaluator: Organisation, *, answer_until: dt.date, by: Actor, now: dt.datetime
) -> NeedRound:
    """Draw the doors of a community for this quarter and give the round to an evaluator.

    The sample is sized by the rulebook's margin and expected response; the seed is committed to in the
    event and stays secret until the round is closed.

    Raises:
        RuleError: "permission.denied", "need.evaluator_unfit", "need.round_twice", "need.round_no_needs",
            "need.round_no_doors", "need.date_past".
    """
    if not scopes_place(by, "need_round.open", place.pk):
        raise RuleError("permission.denied", action="need_round.open")
    _check_round(place, evaluator, answer_until, now)
    needs = needs_to_sample(place.pk)
    if not needs:
        raise RuleError("need.round_no_needs")
    rules, seed = rules_of(place.pk, now), secrets.token_bytes(draws.SEED_BYTES)
    doors = {str(door.pk): door for door in Door.objects.filter(place=place)}
    opened = NeedRound.objects.create(
        place=place,
        quarter=quarter_of(day_of(now)),
        evaluator=evaluator,
        rules=freeze(rules, now),
        draw_commitment=draws.commit(seed),
        draw_seed=seed.hex(),
        doors_in_all=len(doors),
        answer_until=answer_until,
        opened_by=user_of(by),
        opened_at=now,
    )
    opened.needs.set(needs)
    drawn = _draw(opened, doors, seed)
    payload = {
        "quarter": opened.quarter,
        "commitment": opened.draw_commitment,
        "drawn": len(drawn),
        "of": len(doors),
    }
    record("need_round.opened", opened, by=by, at=now, payload=payload)
    return opened


def _check_round(place: Place, evaluator: Organisation, answer_until: dt.date, now: dt.datetime) -> None:
    quarter = quarter_of(day_of(now))
    if evaluator.kind != Organisation.Kind.EVALUATOR:
        raise RuleError("need.evaluator_unfit")
    if answer_until < day_of(now):
        raise RuleError("need.date_past", day=answer_until)
    if NeedRound.objects.filter(place=place, quarter=quarter).exists():
        raise RuleError("need.round_twice", place=place.name, quarter=quarter)
    if not Door.objects.filter(place=place).exists():
        raise RuleError("need.round_no_doors")


def _draw(opened: NeedRound, doors: Mapping[str, Door], seed: bytes) -> list[NeedDoor]:
    rules = thawed(opened.rules_id)
    size = sample_size(
        len(doors),
        margin_bp=rules.int("sample.margin"),
        confidence_bp=rules.int("sample.confidence"),
        expected_response_bp=rules.int("need.expected_response"),
    )
    by_building: dict[str, list[str]] = defaultdict(list)
    for key, door in doors.items():
        by_building[door.building].append(key)

    chosen = choose_doors(by_building, size.draw, seed=seed, public=str(opened.pk))
    keys = [key for building in sorted(chosen) for key in chosen[building]]
    return NeedDoor.objects.bulk_create(
        NeedDoor(round=opened, door=doors[key], order=order, code=_door_code())
        for order, key in enumerate(keys, start=1)
    )


def _door_code() -> str:
    return new_code(CODE_LENGTH)


@write_tx
def answer_by_evaluator(
    drawn: NeedDoor, words: Mapping[str, str], *, by: Actor, now: dt.datetime
) -> NeedDoor:
    """Record what a drawn door told the evaluator: need id → a word or "unknown".

    Raises:
        RuleError: "permission.denied", "need.round_closed", "need.door_answered".
    """
    permit(by, "need_round.answer", drawn.round)
    return _answer(drawn, words, channel="phone", by=by, now=now)


@write_tx
def answer_by_code(code: str, words: Mapping[str, str], *, now: dt.datetime) -> NeedDoor:
    """Record what a drawn door answered on the page that its notice names.

    Raises:
        RuleError: "need.door_unknown", "need.round_closed", "need.door_answered".
    """
    return _answer(door_of_code(code), words, channel="page", by=PUBLIC, now=now)


def door_of_code(code: str) -> NeedDoor:
    """Return the drawn door of a code on a notice.

    Raises:
        RuleError: "need.door_unknown".
    """
    plain = code.strip().upper().replace("-", "").replace(" ", "")
    found = NeedDoor.objects.select_related("round", "round__place", "door").filter(code=plain).first()
    if found is None:
        raise RuleError("need.door_unknown")
    return found


def _answer(
    drawn: NeedDoor, words: Mapping[str, str], *, channel: str, by: Actor, now: dt.datetime
) -> NeedDoor:
    drawn = _open_door(drawn)
    asked = {str(need.pk): need for need in drawn.round.needs.all()}
    NeedWord.objects.bulk_create(
        NeedWord(
            need=asked[key], speaker=NeedWord.Speaker.SAMPLED, word=Word(word).value, channel=channel,
            said_at=now, heard_by=user_of(by), drawn_door=drawn,
        )
        for key, word in words.items()
        if key in asked and word != UNKNOWN
    )  # fmt: skip
    drawn.answered_at = now
    drawn.save(update_fields=["answered_at"])
    record(
        "need_round.door_answered", drawn.round, by=by, at=now, payload={"order": drawn.order, "by": channel}
    )
    return drawn


def _open_door(drawn: NeedDoor) -> NeedDoor:
    drawn = NeedDoor.objects.select_for_update(of=("self",)).select_related("round").get(pk=drawn.pk)
    if drawn.round.state != NeedRound.State.DRAWN:
        raise RuleError("need.round_closed")
    if drawn.answered_at is not None:
        raise RuleError("need.door_answered")
    return drawn


@write_tx
def miss_door(drawn: NeedDoor, *, is_refusal: bool = False, by: Actor, now: dt.datetime) -> NeedDoor:
    """Record that a drawn door was not reached, or does not want to answer.

    Raises:
        RuleError: "permission.denied", "need.round_closed", "need.door_answered".
    """
    permit(by, "need_round.answer", drawn.round)
    drawn = _open_door(drawn)
    drawn.tries, drawn.refused = drawn.tries + 1, is_refusal
    drawn.save(update_fields=["tries", "refused"])
    record(
        "need_round.door_missed",
        drawn.round,
        by=by,
        at=now,
        payload={"order": drawn.order, "refused": is_refusal},
    )
    return drawn


def outcomes(opened: NeedRound) -> dict[Need, SampledOutcome]:
    """Return for each need of a round what the doors heard so far say, by the rules that it froze."""
    rules = thawed(opened.rules_id)
    said: dict[object, list[Word]] = defaultdict(list)
    rows = NeedWord.objects.filter(drawn_door__round=opened).order_by("said_at")
    for need_id, word in rows.values_list("need_id", "word"):
        said[need_id].append(Word(word))
    return {need: core.sampled_word(said[need.pk], opened.doors_in_all, rules) for need in opened.needs.all()}


@write_tx
def close_round(opened: NeedRound, *, by: Actor, now: dt.datetime) -> NeedRound:
    """Sum a round up: each need gets what the draw says; the seed becomes public.

    Raises:
        RuleError: "permission.denied", "need.round_closed", "need.round_still_asking".
    """
    opened = NeedRound.objects.select_for_update().get(pk=opened.pk)
    permit(by, "need_round.close", opened)
    if opened.state != NeedRound.State.DRAWN:
        raise RuleError("need.round_closed")
    _check_asked(opened, now)
    opened.state, opened.closed_at = NeedRound.State.CLOSED, now
    opened.save(update_fields=["state", "closed_at"])
    for need, outcome in outcomes(opened).items():
        _take(need, outcome, by=by, now=now)
    record("need_round.closed", opened, by=by, at=now, payload={"seed": opened.draw_seed})
    return opened


def _check_asked(opened: NeedRound, now: dt.datetime) -> None:
    tries = thawed(opened.rules_id).int("need.unreachable_after")
    untried = opened.drawn.filter(answered_at=None, refused=False, tries__lt=tries).count()
    if untried and day_of(now) <= opened.answer_until:
        raise RuleError("need.round_still_asking", open=untried, day=opened.answer_until)


def _take(need: Need, outcome: SampledOutcome, *, by: Actor, now: dt.datetime) -> None:
    if outcome.word is None or outcome.met is None or need.state == "merged" or need.is_private:
        return
    need = locked(need)
    need.sampled_word = outcome.word.value
    need.save(update_fields=["sampled_word"])
    shares = {"met_bp": outcome.met.value, "low_bp": outcome.met.low, "high_bp": outcome.met.high}
    record(
        "need.sampled",
        need,
        by=by,
        at=now,
        payload={"word": outcome.word.value, "answers": outcome.answers, **shares},
    )
    settle(need, by=by, now=now)
