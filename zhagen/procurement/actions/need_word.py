"""The word on a need: its raisers', by receipt or to an independent listener, and the draw's.

Nobody else's: there is no action by which the buyer or an agency makes a need met.
"""

import datetime as dt
from collections.abc import Iterable

from zhagen.audit.record import record
from zhagen.core import needs as core
from zhagen.core.errors import RuleError
from zhagen.core.lifecycle.need import NEED, NeedState
from zhagen.core.needs import MOVE_OF, Word
from zhagen.core.types import PUBLIC, Actor, Role
from zhagen.parties.actions.office import INTAKE_ROLES
from zhagen.parties.actor import user_key
from zhagen.platform.scope import permit
from zhagen.platform.tx import write_tx
from zhagen.procurement.actions.need import locked, move, rules_of
from zhagen.procurement.models import Need, NeedWord

SUPPLIERS = (Role.AGENCY_HEAD, Role.STATION_LEAD, Role.SOCIAL_WORKER)
LONGEST_REMARK = 500


@write_tx
def say_word(raised: Need, word: Word, *, remark: str = "", now: dt.datetime) -> Need:
    """Record what a raiser says by his receipt; the caller has checked the receipt.

    Args:
        raised: The need as he raised it; what it was merged into is what his word is about.
        word: What came of it.
        remark: In his own words.
        now: Moment.

    Raises:
        RuleError: "need.not_yet_answered".
    """
    need = locked(raised.merged_into or raised)
    _check_may_be_heard(need)
    _keep(need, word, raised=raised, speaker=NeedWord.Speaker.RAISER, channel="page", remark=remark, now=now)
    record("need.raiser_said", need, by=PUBLIC, at=now, payload={"word": word.value, "channel": "page"})
    settle(need, by=PUBLIC, now=now)
    return need


@write_tx
def hear_word(
    raised: Need, word: Word, *, remark: str = "", is_reviewer: bool = False, by: Actor, now: dt.datetime
) -> Need:
    """Record what a raiser told an independent listener on the phone or at the door.

    Args:
        raised: The need as he raised it.
        word: What he said.
        remark: In his own words.
        is_reviewer: The listener saw for himself instead, where the raiser of a private need cannot speak.
        by: An evaluator of the round, or a community worker who does not own the need.
        now: Moment.

    Raises:
        RuleError: "permission.denied", "need.not_independent", "need.not_yet_answered".
    """
    permit(by, "need.hear", raised)
    need = locked(raised.merged_into or raised)
    check_independent(need, by)
    if is_reviewer and Role.EVALUATOR not in by.roles:
        raise RuleError("need.not_independent")
    _check_may_be_heard(need)
    speaker = NeedWord.Speaker.REVIEWER if is_reviewer else NeedWord.Speaker.RAISER
    _keep(need, word, raised=raised, speaker=speaker, channel="phone", remark=remark, now=now, by=by)
    record("need.word_heard", need, by=by, at=now, payload={"word": word.value, "speaker": speaker.value})
    settle(need, by=by, now=now)
    return need


@write_tx
def miss_raiser(raised: Need, *, by: Actor, now: dt.datetime) -> Need:
    """Record that the raiser did not answer; after the rulebook's number of tries he is unreachable.

    Raises:
        RuleError: "permission.denied", "need.not_independent", "lifecycle.not_now".
    """
    permit(by, "need.hear", raised)
    need = locked(raised.merged_into or raised)
    check_independent(need, by)
    if need.state != NeedState.ASKED:
        raise RuleError("lifecycle.not_now", concept="need", move="lose_contact", state=need.state)
    need.ask_tries += 1
    fields = ["ask_tries"]
    _keep(
        need, None, raised=raised, speaker=NeedWord.Speaker.RAISER, channel="phone", remark="", now=now, by=by
    )
    if not core.may_be_asked_again(need.ask_tries, rules_of(need.place_id, now)):
        fields += move(need, "lose_contact", now=now)
    need.save(update_fields=fields)
    kind = "need.contact_lost" if need.state == NeedState.UNREACHABLE else "need.call_missed"
    record(kind, need, by=by, at=now, payload={"tries": need.ask_tries})
    return need


@write_tx
def reopen_need(raised: Need, *, remark: str, now: dt.datetime) -> Need:
    """Open an ended need again at its raiser's wish; the caller has checked his receipt.

    Raises:
        RuleError: "lifecycle.not_now", "need.text_missing".
    """
    need = locked(raised.merged_into or raised)
    if not remark.strip():
        raise RuleError("need.text_missing")
    fields = move(need, "reopen", now=now)
    need.ask_tries, need.sampled_word = 0, ""
    need.save(update_fields=[*fields, "ask_tries", "sampled_word"])
    _keep(
        need,
        Word.UNMET,
        raised=raised,
        speaker=NeedWord.Speaker.RAISER,
        channel="page",
        remark=remark,
        now=now,
    )
    record("need.reopened", need, by=PUBLIC, at=now)
    return need


def check_independent(need: Need, by: Actor) -> None:
    """Refuse a listener who has a part in the need: its owner, the street that buys, an agency that sells.

    Raises:
        RuleError: "need.not_independent".
    """
    if str(need.owner_id) == by.key or by.roles & {*INTAKE_ROLES, *SUPPLIERS}:
        raise RuleError("need.not_independent")


def settle(need: Need, *, by: Actor, now: dt.datetime) -> None:
    """Move a locked need to where the words heard since it was last opened put it."""
    word = core.outcome(core.raisers_word(_raisers_words(need)), _sampled(need))
    if word is None or need.state == word.value:
        return
    if MOVE_OF[word] not in NEED.moves_from(need.state):
        return
    need.save(update_fields=move(need, MOVE_OF[word], now=now))
    record(f"need.{word.value}", need, by=by, at=now)


def _sampled(need: Need) -> Word | None:
    return Word(need.sampled_word) if need.sampled_word and not need.is_private else None


def _raisers_words(need: Need) -> list[Word]:
    """Return the last word of each raiser of the need and of those merged into it."""
    said: dict[object, Word] = {}
    rows: Iterable[NeedWord] = need.words.exclude(speaker=NeedWord.Speaker.SAMPLED).exclude(
        word=NeedWord.Word.UNREACHABLE
    )
    for row in rows:
        said[row.raised_as_id] = Word(row.word)
    return list(said.values())


def _check_may_be_heard(need: Need) -> None:
    if not any(name in NEED.moves_from(need.state) for name in MOVE_OF.values()):
        raise RuleError("need.not_yet_answered")


def _keep(
    need: Need,
    word: Word | None,
    *,
    raised: Need,
    speaker: str,
    channel: str,
    remark: str,
    now: dt.datetime,
    by: Actor | None = None,
) -> None:
    NeedWord.objects.create(
        need=need,
        raised_as=raised,
        speaker=speaker,
        word=word.value if word else NeedWord.Word.UNREACHABLE,
        remark=remark.strip()[:LONGEST_REMARK],
        channel=channel,
        said_at=now,
        heard_by_id=user_key(by) if by else None,
    )
