"""What residents behind drawn doors say: do they know the agency, its work, do they trust it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from zhagen.core.indicators.measure import Measure, estimated, share, unmeasured
from zhagen.core.sampling import Stratum, answer_mean_interval, stratified_share

SATISFIED_FROM = 4
"""On the five-point scale."""


@dataclass(frozen=True, slots=True)
class SurveyAnswer:
    """The answers behind one drawn door; the id is of the answer, never of a person.

    Args:
        key: Id of the answer.
        building: Where the door is, for weighting.
        knows_agency: Has heard of it.
        knows_work: Can say what it does.
        trust: 1–5; None = does not know it or did not say.
        satisfied: 1–5; None = did not use it or did not say.
    """

    key: str
    building: str
    knows_agency: bool
    knows_work: bool
    trust: int | None = None
    satisfied: int | None = None


Doors = Mapping[str, int]
"""Building → number of doors that could have been drawn; empty = answers are not weighted."""


def knows_share(answers: Sequence[SurveyAnswer], doors: Doors, confidence_bp: int) -> Measure:
    """Return the share of doors that know the agency."""
    return _weighted("survey.knows_share", answers, doors, confidence_bp, lambda each: each.knows_agency)


def knows_work_share(answers: Sequence[SurveyAnswer], doors: Doors, confidence_bp: int) -> Measure:
    """Return the share of doors that can say what the agency does."""
    return _weighted("survey.knows_work_share", answers, doors, confidence_bp, lambda each: each.knows_work)


def trust_mean(answers: Sequence[SurveyAnswer], population: int, confidence_bp: int) -> Measure:
    """Return mean trust in hundredths of a point among those who said."""
    name, rule = "survey.trust_mean", "mean of trust answers"
    heard = [each for each in answers if each.trust is not None]
    rows = [f"answer:{each.key}" for each in heard]
    if not heard:
        return unmeasured(name, 0, rows, rule)
    said = [each.trust for each in heard if each.trust is not None]
    return estimated(name, answer_mean_interval(said, population, confidence_bp), rows, rule)


def satisfied_share(answers: Sequence[SurveyAnswer], population: int, confidence_bp: int) -> Measure:
    """Return the share of users who answered 4 or 5."""
    said = [each for each in answers if each.satisfied is not None]
    yes = sum((each.satisfied or 0) >= SATISFIED_FROM for each in said)
    return share(
        "survey.satisfied_share", yes, len(said), population, confidence_bp=confidence_bp,
        rows=[f"answer:{each.key}" for each in said], rule="answers 4 and 5 ÷ answers",
    )  # fmt: skip


def _weighted(
    name: str,
    answers: Sequence[SurveyAnswer],
    doors: Doors,
    confidence_bp: int,
    says: Callable[[SurveyAnswer], bool],
) -> Measure:
    rows = [f"answer:{each.key}" for each in answers]
    if not doors or not answers:
        yes = sum(says(each) for each in answers)
        return share(
            name,
            yes,
            len(answers),
            0,
            confidence_bp=confidence_bp,
            rows=rows,
            rule="doors that say yes ÷ asked",
        )
    strata = [
        Stratum(
            building, count, sum(says(each) for each in answers if each.building == building),
            sum(each.building == building for each in answers),
        )
        for building, count in doors.items()
    ]  # fmt: skip
    rule = "doors that say yes ÷ asked, weighted by the doors of each building"
    return estimated(name, stratified_share(strata, confidence_bp), rows, rule)
