"""What the rules say of a need: by when, how private, when it is escalated, when it counts as met.

Dates here are internal control, not statutory clocks: past the last known year of the working-day calendar
they fall back to plain days, which is the stricter date, so that no resident is turned away.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from zhagen.core.calendar import Calendar
from zhagen.core.errors import RuleError
from zhagen.core.rulebook.rules import Rules
from zhagen.core.sampling import Interval, share_interval

PASTED, BY_HELPER = "paste", "helper"
"""A pasted chain has the clock of what a helper writes down."""


class Word(StrEnum):
    """What the raiser, a reviewer or a sampled resident says of a need."""

    MET = "met"
    PARTLY_MET = "partly_met"
    UNMET = "unmet"


WORST_FIRST = (Word.UNMET, Word.PARTLY_MET, Word.MET)
MOVE_OF = {Word.MET: "confirm_met", Word.PARTLY_MET: "confirm_partly", Word.UNMET: "deny"}


def first_answer_on(
    received_on: date, channel: str, rules: Rules, calendar: Calendar, *, order_class: str = ""
) -> date:
    """Return the day by which the raiser gets a first answer.

    Args:
        received_on: Day of receipt in Shanghai.
        channel: A key of `need.first_response_max`, or "paste".
        rules: Rules in force in the community.
        calendar: Working days.
        order_class: Class of a hotline order ("urgent", "ordinary", "complex"); its own clock, in days,
            never lengthens the first answer.
    """
    clock = BY_HELPER if channel == PASTED else channel
    amount = rules.table("need.first_response_max")[clock]
    first = due_on(received_on, amount, "working_days", calendar)
    if not order_class:
        return first
    return min(first, due_on(received_on, rules.table("need.hotline_due")[order_class], "days", calendar))


def next_step_on(state: str, since: date, rules: Rules, calendar: Calendar) -> date | None:
    """Return the day by which the desk owes the next step in a state; None where it owes none."""
    steps = rules.table("need.next_step_max")
    return due_on(since, steps[state], "working_days", calendar) if state in steps else None


def due_on(start: date, amount: int, unit: str, calendar: Calendar) -> date:
    """Return the last day of an internal period; plain days where the calendar's year is not known."""
    try:
        return calendar.due_on(start, amount, unit)
    except RuleError as error:
        if error.code != "calendar.year_unknown":
            raise
        return start + timedelta(days=amount)


def escalation_level(next_on: date, today: date, rules: Rules, calendar: Calendar) -> int:
    """Return how high an overdue need goes: 0 not overdue, 1 its owner, 2 the chief, 3 the leader."""
    if today <= next_on:
        return 0
    after = rules.int("need.owner_escalation_after")
    to_chief = due_on(next_on, after, "working_days", calendar)
    if today <= to_chief:
        return 1
    return 2 if today <= due_on(to_chief, after, "working_days", calendar) else 3


def check_privacy(*, kind: str, is_private: bool, rules: Rules) -> None:
    """Refuse to show a private kind of need to neighbours, or a kind that the rulebook does not know.

    Raises:
        RuleError: "need.kind_unknown" or "need.kind_is_private".
    """
    if not kind:
        return
    if kind not in rules.texts("need.private_kinds"):
        raise RuleError("need.kind_unknown", kind=kind)
    if not is_private:
        raise RuleError("need.kind_is_private", source=rules.value("need.private_kinds").source)


def raisers_word(words: Sequence[Word]) -> Word | None:
    """Return what those who raised a need say together: met only if all of them say so.

    >>> raisers_word([Word.MET, Word.UNMET]), raisers_word([])
    (<Word.PARTLY_MET: 'partly_met'>, None)
    """
    if not words:
        return None
    return words[0] if len(set(words)) == 1 else Word.PARTLY_MET


@dataclass(frozen=True, slots=True)
class SampledOutcome:
    """What sampled residents say together of a shared need.

    Args:
        word: None while too few have answered.
        met: Share who say "met", with its interval.
        answers: Answers that say something; "do not know" is not among them.
        least: Fewest answers that count.
    """

    word: Word | None
    met: Interval | None
    answers: int
    least: int


def sampled_word(words: Sequence[Word], population: int, rules: Rules) -> SampledOutcome:
    """Return what a draw of residents says of a shared need.

    Met from the share `need.sampled_met_share_min` who say so; partly met from the share
    `need.sampled_partly_share_min` who say met or partly; else unmet.

    Args:
        words: One a drawn door that could say something.
        population: Doors that could have been drawn.
        rules: Rules that the round froze.
    """
    least = rules.int("need.sampled_answers_min")
    if not words:
        return SampledOutcome(None, None, 0, least)
    count, bp = len(words), 10_000
    met = sum(word is Word.MET for word in words)
    helped = sum(word is not Word.UNMET for word in words)
    interval = share_interval(met, count, population, rules.int("sample.confidence"))
    if count < min(least, population):
        return SampledOutcome(None, interval, count, least)
    if met * bp >= rules.int("need.sampled_met_share_min") * count:
        word = Word.MET
    else:
        word = (
            Word.PARTLY_MET
            if helped * bp >= rules.int("need.sampled_partly_share_min") * count
            else Word.UNMET
        )
    return SampledOutcome(word, interval, count, least)


def outcome(raisers: Word | None, sampled: Word | None) -> Word | None:
    """Return what counts: a shared need is no better than the worse of its raisers' and the draw's word."""
    heard = [word for word in (raisers, sampled) if word is not None]
    return min(heard, key=WORST_FIRST.index) if heard else None


_PRIVATE_MARKS = re.compile(r"1[3-9]\d{9}|\d{17}[\dXx]|\d{1,2}\s*单元\s*\d{3,4}|\d{3,4}\s*室")


def check_public_words(text: str) -> None:
    """Refuse words for the public list that hold a phone, an identity number or a door.

    Raises:
        RuleError: "need.has_personal_data".
    """
    found = _PRIVATE_MARKS.search(text)
    if found:
        raise RuleError("need.has_personal_data", length=len(found[0]), source="个人信息保护法 第二十八条")


def may_be_asked_again(tries: int, rules: Rules) -> bool:
    """Return whether a raiser who did not answer is tried again before he counts as unreachable."""
    return tries < rules.int("need.unreachable_after")
