"""Judging for a snapshot: grades beside needs met, what residents answered, what was denied, the load's rating."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import StatisticsError, correlation, fmean, pstdev
from typing import TypeVar

from zhagen.core.exact import BP
from zhagen.core.scoring.defaults import LOWEST_BAND
from zhagen.delivery.models import DrawnParticipant, Evaluation, LoadRating, SampledDoor
from zhagen.lab.guard import Span, part_or_none, spans_in_time
from zhagen.lab.snapshot import Asked, Audited, Evaluated, Spread
from zhagen.policy.area import Area, day_of, served_contracts

T = TypeVar("T")
CENTI = 100
SCALES: dict[str, int] = {"satisfied": CENTI, "trust": CENTI, "knows_agency": BP, "knows_work": BP}
"""What doors are asked, and hundredths or basis points of one answer."""

YES_OR_NO = frozenset({"knows_agency", "knows_work"})


@dataclass(frozen=True, slots=True)
class Graded:
    """A grade in the month in which its period ended."""

    month: int
    score_bp: int
    met_bp: int | None
    is_passed: bool


def spread_of(values: Sequence[int]) -> Spread:
    """Return mean and deviation of some values, rounded."""
    return Spread(len(values), round(fmean(values)), round(pstdev(values)))


def evaluations_in(area: Area) -> list[Graded]:
    """Return the evaluations with a grade whose period ended in the months counted."""
    rows = Evaluation.objects.filter(
        contract__in=served_contracts(area.communities), drafted_at__isnull=False, score_bp__isnull=False,
        period_until__range=(area.first_on, area.last_on),
    ).values_list("period_until", "score_bp", "result")  # fmt: skip
    return [
        Graded(
            area.month_of(until),
            score,
            result["measures"].get("need.met_share", {}).get("value"),
            result["band"] != LOWEST_BAND,
        )
        for until, score, result in rows
    ]


def evaluated(area: Area, graded: Sequence[Graded]) -> Iterator[Evaluated]:
    """Yield scores beside needs met, months merged until enough were graded."""
    for span, own in _in_spans(area, graded, lambda each: each.month):
        met = [(each.score_bp, each.met_bp) for each in own if each.met_bp is not None]
        enough = len(met) == len(own) or len(own) - len(met) >= area.least <= len(met)
        yield Evaluated(
            span.first, span.last, spread_of([each.score_bp for each in own]),
            spread_of([each for _, each in met]) if enough else None,
            _corr_percent(met) if enough else None,
            part_or_none(sum(each.is_passed for each in own), len(own), area.least),
        )  # fmt: skip


def _corr_percent(pairs: Sequence[tuple[int, int]]) -> int | None:
    try:
        return round(correlation(*zip(*pairs, strict=True)) * 100)
    except StatisticsError:
        return None


def asked(area: Area) -> Iterator[Asked]:
    """Yield what residents answered, question by question, over the same months for all questions.

    How many answered is rounded down to a multiple of the smallest count told, for who answers one question
    and not another would else be the difference of two.
    """
    rows = SampledDoor.objects.filter(
        door__place__in=area.communities, answered_at__isnull=False
    ).values_list("answered_at", *SCALES)  # fmt: skip
    doors = [
        (area.month_of(day_of(at)), dict(zip(SCALES, answers, strict=True)))
        for at, *answers in rows
        if area.holds(day_of(at))
    ]
    for span, own in _in_spans(area, doors, lambda each: each[0]):
        for question, scale in SCALES.items():
            said = [int(answers[question]) for _, answers in own if answers[question] is not None]
            told = len(said) >= area.least
            if question in YES_OR_NO:
                told = part_or_none(sum(said), len(said), area.least) is not None
            if told:
                spread = spread_of([each * scale for each in said])
                n = len(said) // area.least * area.least
                yield Asked(question, span.first, span.last, Spread(n, spread.mean, spread.sd))


def audited(area: Area) -> Iterator[Audited]:
    """Yield how many drawn participants say that it did not take place."""
    rows = DrawnParticipant.objects.filter(
        evaluation__contract__in=served_contracts(area.communities), answered_at__isnull=False
    ).values_list("evaluation__period_until", "took_place", "evaluation_id")  # fmt: skip
    heard = [
        (area.month_of(until), bool(took_place), evaluation)
        for until, took_place, evaluation in rows
        if area.holds(until)
    ]
    in_all: dict[object, int] = dict(Evaluation.objects.values_list("pk", "participations_in_all"))
    for span, own in _in_spans(area, heard, lambda each: each[0]):
        population = sum(in_all[each] for each in {evaluation for _, _, evaluation in own})
        denied = part_or_none(sum(not took_place for _, took_place, _ in own), len(own), area.least)
        yield Audited(span.first, span.last, population, len(own), denied)


def committee_ratings(area: Area) -> Spread | None:
    """Return the community offices' ratings of their load."""
    rows = LoadRating.objects.filter(place__in=area.communities).values_list("rating", "rated_at")
    said = [rating * CENTI for rating, at in rows if area.holds(day_of(at))]
    return spread_of(said) if len(said) >= area.least else None


def _in_spans(
    area: Area, rows: Sequence[T], month_of: Callable[[T], int]
) -> Iterator[tuple[Span, list[T]]]:  # fmt: skip
    by_month: dict[int, list[T]] = defaultdict(list)
    for row in rows:
        by_month[month_of(row)].append(row)

    def within(first: int, last: int) -> list[T]:
        return [row for month in range(first, last + 1) for row in by_month[month]]

    for span in spans_in_time(area.months, lambda first, last: len(within(first, last)) >= area.least):
        yield span, within(span.first, span.last)
