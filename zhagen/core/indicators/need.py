"""What came of the needs: by the raiser's word, by residents drawn at random, and by the calendar."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from statistics import median_low

from zhagen.core.exact import BP
from zhagen.core.indicators.measure import Measure, counted, share, unmeasured


class NeedWord(StrEnum):
    """What the raiser, or a sampled resident, says of a need."""

    MET = "met"
    PARTLY = "partly_met"
    UNMET = "unmet"


@dataclass(frozen=True, slots=True)
class NeedRow:
    """One need that was to be answered by a purchase.

    Args:
        key: Id of the need.
        is_shared: Whether it is the neighbourhood's; a private one is judged by its raiser alone.
        raised_on: Day it was raised.
        due_on: Day by which an answer was promised.
        first_answered_on: Day of the first answer; None = none yet.
        closed_on: Day it was closed; None = open.
        own_word: The raiser's word, or an independent reviewer's; None = not heard.
    """

    key: str
    is_shared: bool
    raised_on: date
    due_on: date
    first_answered_on: date | None = None
    closed_on: date | None = None
    own_word: NeedWord | None = None


@dataclass(frozen=True, slots=True)
class SampledWord:
    """What a resident behind a drawn door says of a shared need."""

    key: str
    need: str
    word: NeedWord


_NAMES = {
    NeedWord.MET: "need.met_share",
    NeedWord.PARTLY: "need.partly_share",
    NeedWord.UNMET: "need.unmet_share",
}


def word_shares(needs: Sequence[NeedRow], confidence_bp: int) -> dict[NeedWord, Measure]:
    """Return the shares met, partly met and unmet among raisers who said so.

    The interval says what the raisers not heard leave open; with all heard it is the share itself.
    """
    heard = [need for need in needs if need.own_word is not None]
    rows = [f"need:{need.key}" for need in heard]
    return {
        word: share(
            name, sum(need.own_word is word for need in heard), len(heard), len(needs),
            confidence_bp=confidence_bp, rows=rows, rule=f"raisers who say {word.value} ÷ raisers heard",
        )
        for word, name in _NAMES.items()
    }  # fmt: skip


def sampled_met_share(answers: Sequence[SampledWord], population: int, confidence_bp: int) -> Measure:
    """Return the share of sampled answers on shared needs that say "met".

    Args:
        answers: One a drawn door and need.
        population: All pairs of door and need that could have been drawn; 0 = unbounded.
        confidence_bp: Stated coverage.
    """
    met = sum(answer.word is NeedWord.MET for answer in answers)
    return share(
        "need.sampled_met_share", met, len(answers), population, confidence_bp=confidence_bp,
        rows=[f"answer:{answer.key}" for answer in answers], rule="sampled residents who say met ÷ asked",
    )  # fmt: skip


def first_answer_days(needs: Sequence[NeedRow], today: date) -> Measure:
    """Return the median of days to the first answer; one still waiting counts the days it has waited."""
    name, rule = "need.first_answer_days", "median of days to the first answer"
    rows = [f"need:{need.key}" for need in needs]
    if not needs:
        return unmeasured(name, 0, rows, rule)
    waits = [((need.first_answered_on or today) - need.raised_on).days for need in needs]
    return counted(name, median_low(waits), len(needs), rows, rule)


def overdue_share(needs: Sequence[NeedRow], today: date) -> Measure:
    """Return the share of needs whose first answer came, or still waits, after the day promised."""
    name, rule = "need.overdue_share", "needs answered after the day promised ÷ needs"
    rows = [f"need:{need.key}" for need in needs]
    if not needs:
        return unmeasured(name, 0, rows, rule)
    late = sum((need.first_answered_on or today) > need.due_on for need in needs)
    return counted(name, Fraction(late * BP, len(needs)), len(needs), rows, rule)
