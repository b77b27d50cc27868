"""Every change of an idea: raised by anyone, written down by a helper, shown, co-signed, coached, answered."""

import datetime as dt
from dataclasses import dataclass, field

from django.db import IntegrityError, transaction

from zhagen.audit.record import record
from zhagen.community.actions.fund_cycle import cycle_rules, day_of
from zhagen.community.actions.fund_notice import tell_helper
from zhagen.community.models import CoSign, FundCycle, Grant, Idea, Proposal
from zhagen.core.calendar import after
from zhagen.core.errors import RuleError
from zhagen.core.fund.cycle import check_theme
from zhagen.core.lifecycle.fund_cycle import FundCycleState
from zhagen.core.lifecycle.idea import IDEA, OPEN, IdeaState
from zhagen.core.lifecycle.proposal import ProposalState
from zhagen.core.types import PUBLIC, SYSTEM, Actor
from zhagen.parties.actor import user_key
from zhagen.platform.codes import new_code
from zhagen.platform.files import store
from zhagen.platform.home import data_home
from zhagen.platform.queue import enqueue
from zhagen.platform.receipts import check_receipt, plain_receipt, receipt_letters
from zhagen.platform.scope import permit
from zhagen.platform.sounds import take_sound
from zhagen.platform.tx import write_tx
from zhagen.platform.vault import (
    PersonalData,
    blind_index,
    erase_person,
    keep_person,
    normal_phone,
    phone_index_of,
    read_person,
)

CODE_LENGTH = 8
LONGEST_TEXT = 1000


VOICE_ERASED = "（语音已删除，没有记下文字）"
"""What stands for an idea whose voice was erased before anyone wrote it down."""


@dataclass(frozen=True)
class Voice:
    """A voice note in the evidence store.

    Args:
        digest: SHA-256 of the kept copy.
        content_type: What it is by content.
        original_digest: SHA-256 of what was uploaded.
    """

    digest: str
    content_type: str
    original_digest: str


def keep_voice(content: bytes) -> Voice:
    """Check a voice note and put its copy without metadata into the evidence store; outside any transaction.

    Raises:
        RuleError: codes that begin with "upload.".
    """
    sound = take_sound(content)
    return Voice(store(data_home() / "evidence", sound.content), sound.content_type, sound.original_sha256)


@dataclass(frozen=True)
class IdeaDraft:
    """What a resident or a helper says.

    Args:
        text: In the resident's words.
        theme: One of the rulebook's `fund.themes`.
        building: Building it concerns; "" for the whole community.
        channel: How it came in; all but the page are a helper's.
        person: Who to call back, into the vault.
        has_consent: Whether the resident agreed to a helper writing it down.
        voice: A voice note that says it; then the text may wait for a helper.
    """

    text: str
    theme: str = "other"
    building: str = ""
    channel: str = Idea.Channel.PAGE
    person: PersonalData = field(default_factory=PersonalData)
    has_consent: bool = False
    voice: Voice | None = None


@write_tx
def raise_idea(cycle: FundCycle, draft: IdeaDraft, *, by: Actor, now: dt.datetime) -> Idea:
    """Take in an idea while the cycle collects them, and give it a receipt code.

    Raises:
        RuleError: "permission.denied", "idea.not_collecting", "idea.text_missing", "idea.text_too_long",
            "fund_cycle.theme_unknown", "idea.consent_missing", "vault.bad_phone".
    """
    is_helped = draft.channel != Idea.Channel.PAGE
    permit(by, "idea.record" if is_helped else "idea.raise", cycle)
    cycle = FundCycle.objects.select_for_update(of=("self",)).get(pk=cycle.pk)
    if cycle.state != FundCycleState.COLLECTING or day_of(now) > cycle.ideas_until_on:
        raise RuleError("idea.not_collecting", day=cycle.ideas_until_on.isoformat())
    _check_draft(draft, is_helped=is_helped)
    check_theme(draft.theme, cycle_rules(cycle, now))
    idea = Idea.objects.create(
        cycle=cycle,
        code=new_code(CODE_LENGTH),
        text=draft.text.strip(),
        theme=draft.theme,
        building=draft.building.strip(),
        channel=draft.channel,
        voice_digest=draft.voice.digest if draft.voice else "",
        voice_type=draft.voice.content_type if draft.voice else "",
        raiser_ref=keep_person(draft.person, by=by),
        has_consent=draft.has_consent,
        helper_id=user_key(by) if is_helped else None,
        raised_at=now,
    )
    payload = {"channel": idea.channel, "theme": idea.theme}
    if draft.voice:
        payload |= {"voice": draft.voice.digest, "original": draft.voice.original_digest}
    record("idea.raised", idea, by=by, at=now, payload=payload)
    return idea


def _check_draft(draft: IdeaDraft, *, is_helped: bool) -> None:
    if not draft.text.strip() and not draft.voice:
        raise RuleError("idea.text_missing")
    if len(draft.text) > LONGEST_TEXT:
        raise RuleError("idea.text_too_long", length=len(draft.text), most=LONGEST_TEXT)
    if is_helped and not draft.has_consent:
        raise RuleError("idea.consent_missing")


def receipt_of_idea(idea: Idea) -> str:
    """Return the receipt of an idea in groups of four: "ABCD-EFGH-JKMN"."""
    return receipt_letters(idea.code, f"{idea.pk}:{idea.receipt_version}")


def idea_of_receipt(typed: str) -> Idea:
    """Return the idea that a receipt opens.

    Raises:
        RuleError: "idea.receipt_unknown"; "request.too_many" after ten wrong guesses within an hour.
    """
    letters = plain_receipt(typed)
    code = letters[:CODE_LENGTH]
    idea = Idea.objects.select_related("cycle__place").filter(code=code).first()
    if idea is None:
        raise RuleError("idea.receipt_unknown")
    check_receipt(letters, code, receipt_of_idea(idea), unknown="idea.receipt_unknown")
    return idea


@write_tx
def write_down_idea(idea: Idea, *, text: str, by: Actor, now: dt.datetime) -> Idea:
    """Write down what a voice note says, before the idea goes any further; it may be corrected until then.

    Raises:
        RuleError: "permission.denied", "idea.no_voice", "idea.ended", "idea.text_missing", "idea.text_too_long".
    """
    idea = _locked(idea)
    permit(by, "idea.write_down", idea)
    if not idea.voice_digest:
        raise RuleError("idea.no_voice")
    if idea.state != IdeaState.RAISED or idea.is_shown:
        raise RuleError("idea.ended")
    if not text.strip():
        raise RuleError("idea.text_missing")
    if len(text) > LONGEST_TEXT:
        raise RuleError("idea.text_too_long", length=len(text), most=LONGEST_TEXT)
    idea.text, idea.helper_id = text.strip(), user_key(by)
    idea.save(update_fields=["text", "helper"])
    record("idea.written_down", idea, by=by, at=now, payload={"voice": idea.voice_digest})
    return idea


def check_written(idea: Idea) -> None:
    """Refuse to take an idea further that nobody has written down yet.

    Raises:
        RuleError: "idea.not_written_down".
    """
    if not idea.text:
        raise RuleError("idea.not_written_down")


@write_tx
def show_idea(idea: Idea, *, text: str, by: Actor, now: dt.datetime) -> Idea:
    """Make an idea public in words that name nobody; neighbours may then co-sign it.

    Raises:
        RuleError: "permission.denied", "idea.text_missing", "idea.ended".
    """
    idea = _locked(idea)
    permit(by, "idea.show", idea)
    if idea.state not in OPEN:
        raise RuleError("idea.ended")
    check_written(idea)
    if not text.strip():
        raise RuleError("idea.text_missing")
    idea.is_shown, idea.shown_text = True, text.strip()
    idea.save(update_fields=["is_shown", "shown_text"])
    record("idea.shown", idea, by=by, at=now)
    return idea


@write_tx
def co_sign(idea: Idea, *, phone: str, building: str = "", by: Actor = PUBLIC, now: dt.datetime) -> bool:
    """Count a neighbour who stands behind an idea, once a phone; return whether he is new.

    A helper may enter a neighbour who signed on paper.

    Raises:
        RuleError: "permission.denied", "idea.ended", "idea.co_sign_needs_phone", "idea.own_co_sign",
            "vault.bad_phone".
    """
    idea = _locked(idea)
    permit(by, "idea.co_sign", idea)
    if idea.state not in OPEN:
        raise RuleError("idea.ended")
    digits = normal_phone(phone)
    if not digits:
        raise RuleError("idea.co_sign_needs_phone")
    key = blind_index(digits, purpose="phone")
    if key == phone_index_of(idea.raiser_ref):
        raise RuleError("idea.own_co_sign")
    try:
        with transaction.atomic():
            CoSign.objects.create(
                idea=idea, key=key, building=building.strip()[:40], signed_at=now, helper_id=user_key(by)
            )
    except IntegrityError:
        return False
    record("idea.co_signed", idea, by=PUBLIC, at=now)
    return True


@write_tx
def take_up_idea(idea: Idea, *, by: Actor, now: dt.datetime) -> Idea:
    """Begin the coaching of an idea."""
    return _moved(idea, "take_up", "idea.taken_up", by=by, now=now)


@write_tx
def decline_idea(idea: Idea, *, answer: str, by: Actor, now: dt.datetime) -> Idea:
    """Say why an idea is not taken up, and where it may go instead.

    Raises:
        RuleError: "permission.denied", "lifecycle.not_now", "idea.answer_missing".
    """
    return _moved(idea, "decline", "idea.declined", answer=answer, by=by, now=now)


@write_tx
def shelve_idea(idea: Idea, *, answer: str, by: Actor, now: dt.datetime) -> Idea:
    """Keep an idea in the library for the next cycle.

    Raises:
        RuleError: "permission.denied", "lifecycle.not_now", "idea.answer_missing".
    """
    return _moved(idea, "shelve", "idea.shelved", answer=answer, by=by, now=now)


@write_tx
def withdraw_idea(idea: Idea, *, now: dt.datetime) -> Idea:
    """Take an idea back at the raiser's own wish; the caller has checked his receipt."""
    return _moved(idea, "withdraw", "idea.withdrawn", by=PUBLIC, now=now)


NEEDS_WORDS = ("take_up", "shelve")
"""A voice note may be declined or taken back as it is; nothing else is done with what nobody has written down."""


def _moved(
    idea: Idea, move: str, event: str, *, answer: str | None = None, by: Actor, now: dt.datetime
) -> Idea:
    idea = _locked(idea)
    if by is not PUBLIC:
        permit(by, f"idea.{move}", idea)
    idea.state = IDEA.after(move, idea.state)
    if move in NEEDS_WORDS:
        check_written(idea)
    if answer is not None:
        if not answer.strip():
            raise RuleError("idea.answer_missing")
        idea.answer = answer.strip()
    if move == "withdraw":
        idea.is_shown = False
    idea.save(update_fields=["state", "answer", "is_shown"])
    record(event, idea, by=by, at=now)
    if by is not PUBLIC:
        tell_helper(idea, event.removeprefix("idea."), now=now)
    return idea


@write_tx
def read_raiser(idea: Idea, *, reason: str, by: Actor, now: dt.datetime) -> PersonalData:
    """Return whom to call back; each reading is an event with its reason.

    Raises:
        RuleError: "permission.denied", "vault.reason_missing", "vault.erased".
    """
    permit(by, "idea.contact", idea)
    person = read_person(idea.raiser_ref, by=by, reason=reason)
    record("idea.contact_read", idea, by=by, at=now, payload={"reason": reason.strip()[:200]})
    return person


@write_tx
def forget_raiser(idea: Idea, *, now: dt.datetime) -> Idea:
    """Erase the raiser's name and phone at his own wish; the caller has checked his receipt."""
    return _forget(idea, reason="本人凭回执要求", by=PUBLIC, now=now)


@write_tx
def _forget(idea: Idea, *, reason: str, by: Actor, now: dt.datetime) -> Idea:
    """Erase a raiser, his voice and whatever points at him; who was granted money stays known by his digest alone."""
    idea = _locked(idea)
    ref = idea.raiser_ref
    if not ref and not idea.voice_digest:
        return idea
    _forget_voice(idea)
    if ref:
        _forget_person(ref, reason=reason, by=by)
    idea.raiser_ref = ""
    record("idea.contact_erased", idea, by=by, at=now, payload={"reason": reason})
    return idea


def _forget_voice(idea: Idea) -> None:
    """Take the voice off an idea and have its file removed; what was written down stays."""
    digest = idea.voice_digest
    if not digest:
        return
    idea.voice_digest, idea.voice_type, idea.text = "", "", idea.text or VOICE_ERASED
    idea.save(update_fields=["voice_digest", "voice_type", "text"])
    enqueue("remove_voice", digest)


def _forget_person(ref: str, *, reason: str, by: Actor) -> None:
    erase_person(ref, by=by, reason=reason)
    Idea.objects.filter(raiser_ref=ref).update(raiser_ref="")
    granted = Proposal.objects.filter(proposer_ref=ref, state=ProposalState.GRANTED)
    Proposal.objects.filter(proposer_ref=ref).exclude(pk__in=granted.values("pk")).update(proposer_key="")
    Proposal.objects.filter(proposer_ref=ref).update(proposer_ref="")
    Grant.objects.filter(leader_ref=ref).update(leader_ref="")


def erase_expired(now: dt.datetime, *, most: int = 500) -> int:
    """Erase the contacts of cycles that were cleared longer ago than the rulebook keeps them; return how many."""
    old = Idea.objects.exclude(raiser_ref="", voice_digest="").filter(cycle__clearing_on__lt=day_of(now))
    done = 0
    for idea in old.select_related("cycle").order_by("raised_at")[:most]:
        months = cycle_rules(idea.cycle, now).int("retention.contact_max")
        if day_of(now) > after(idea.cycle.clearing_on, months, "months"):
            _forget(idea, reason="保存期满", by=SYSTEM, now=now)
            done += 1
    return done


def _locked(idea: Idea) -> Idea:
    return Idea.objects.select_for_update(of=("self",)).select_related("cycle").get(pk=idea.pk)
