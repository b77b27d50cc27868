"""The indicators of a contract over a period, measured from rows by the functions of the core.

One dictionary for all who judge: evaluation, portrait, annual review and the policy lab's live twin.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from zhagen.core.indicators import activity, community, money, need, paper, staffing, supervision, survey
from zhagen.core.indicators.measure import Measure
from zhagen.core.indicators.need import NeedWord as Word
from zhagen.delivery import facts_community as life
from zhagen.delivery import facts_people as people
from zhagen.delivery import facts_work as work
from zhagen.delivery.facts_work import Period
from zhagen.delivery.models import DrawnParticipant, Evaluation, SampledDoor
from zhagen.parties.models import Door
from zhagen.parties.rules import calendar
from zhagen.procurement.models import Contract
from zhagen.procurement.models import NeedWord as SaidWord


def measures_of(
    contract: Contract, period: Period, *, confidence_bp: int, evaluation: Evaluation | None = None
) -> dict[str, Measure]:
    """Return every indicator of a contract by its code; one that rests on too little has no value.

    Args:
        contract: The contract.
        period: Days that count, both ends in.
        confidence_bp: Coverage of the intervals.
        evaluation: Whose sampled residents speak; None = the last one asked within the period.
    """
    heard = evaluation or last_evaluation(contract, period)
    found = [
        *_of_needs(contract, period, confidence_bp),
        *_of_work(contract, period),
        *_of_people(contract, period, confidence_bp),
        *_of_life(contract, period, confidence_bp),
        *_of_money(contract, period),
        *(_of_sample(heard, confidence_bp) if heard else ()),
    ]
    if heard is None:
        found.append(_round_words(contract, period, confidence_bp))
    return {measure.name: measure for measure in found}


def last_evaluation(contract: Contract, period: Period) -> Evaluation | None:
    """Return the last evaluation of a contract with a result that ends within a period."""
    done = Evaluation.objects.filter(
        contract=contract,
        drafted_at__isnull=False,
        period_until__range=(period.from_on, period.until_on),
    )
    return done.order_by("period_until").last()


def _of_needs(contract: Contract, period: Period, confidence_bp: int) -> Iterable[Measure]:
    rows = work.need_rows(contract, period)
    yield from need.word_shares(rows, confidence_bp).values()
    yield need.first_answer_days(rows, period.until_on)
    yield need.overdue_share(rows, period.until_on)


def _of_work(contract: Contract, period: Period) -> Iterable[Measure]:
    sessions, tasks = work.session_rows(contract, period), work.off_plan_rows(contract, period)
    yield activity.sessions(sessions)
    yield activity.hours(sessions)
    yield activity.confirmed_participants(sessions)
    yield activity.off_plan_share(sessions, tasks)


def _of_people(contract: Contract, period: Period, confidence_bp: int) -> Iterable[Measure]:
    spells, until = people.spells(contract), period.until_on
    yield staffing.tenure_days(spells, until)
    yield staffing.median_stay_days(spells, until)
    yield staffing.turnover(spells, period.from_on, until)
    yield staffing.hand_over_share(spells, until)
    yield staffing.same_worker_share(people.contacts(contract, until), until, confidence_bp)
    sessions = people.supervision_rows(contract, period)
    yield supervision.minutes_per_worker_month(sessions, people.worker_months(contract, period))
    yield supervision.disagreed_share(sessions)
    yield paper.minutes_per_hour(people.paper_answers(contract, period))


def _of_life(contract: Contract, period: Period, confidence_bp: int) -> Iterable[Measure]:
    parts = life.meeting_parts(contract, period)
    yield community.other_meetings(parts, life.meetings_held(contract, period))
    yield community.took_task_share(parts)
    ratings = [
        rating
        for year in range(period.from_on.year, period.until_on.year + 1)
        for rating in life.load_ratings(contract, year)
    ]
    yield community.load_mean(ratings, contract.communities.count(), confidence_bp)
    yield activity.presence_share(life.days_present(contract, period), _working_days(period))


def _working_days(period: Period) -> list[dt.date]:
    days, known = (period.until_on - period.from_on).days + 1, calendar()
    span = (period.from_on + dt.timedelta(days=at) for at in range(days))
    return [day for day in span if day.year in known.years and known.is_working_day(day)]


def _of_money(contract: Contract, period: Period) -> Iterable[Measure]:
    rows = work.instalment_rows(contract)
    terms = (contract.amount_fen, contract.starts_on, contract.ends_on)
    yield money.pace(rows, *terms, today=period.until_on)
    yield money.late_days(rows, period.until_on)


def doors_by_building(contract: Contract) -> Counter[str]:
    """Return building → doors of the communities that a contract serves."""
    frame = Door.objects.filter(place__in=contract.communities.all())
    return Counter(f"{place}/{building}" for place, building in frame.values_list("place_id", "building"))


def survey_answers(evaluation: Evaluation) -> list[survey.SurveyAnswer]:
    """Return what the doors that answered said, by building, without numbers."""
    heard = evaluation.sampled.filter(answered_at__isnull=False).select_related("door").order_by("order")
    return [
        survey.SurveyAnswer(
            key=str(each.pk),
            building=f"{each.door.place_id}/{each.door.building}",
            knows_agency=bool(each.knows_agency),
            knows_work=bool(each.knows_work),
            trust=each.trust,
            satisfied=each.satisfied,
        )
        for each in heard
    ]


def _of_sample(evaluation: Evaluation, confidence_bp: int) -> Iterable[Measure]:
    answers, doors = survey_answers(evaluation), doors_by_building(evaluation.contract)
    yield survey.knows_share(answers, doors, confidence_bp)
    yield survey.knows_work_share(answers, doors, confidence_bp)
    yield survey.trust_mean(answers, _standing_for(answers, evaluation, "trust"), confidence_bp)
    yield survey.satisfied_share(answers, _standing_for(answers, evaluation, "satisfied"), confidence_bp)
    words = _door_words(evaluation)
    asked = evaluation.doors_in_all if words else 0
    yield need.sampled_met_share(words, asked, confidence_bp)
    said = [
        activity.DrawnParticipant(
            str(each.pk), str(each.attendance.activity_id), bool(each.took_place), bool(each.was_of_use)
        )
        for each in heard_participants(evaluation)
    ]
    yield activity.confirmed_share(said, evaluation.participations_in_all, confidence_bp)


def heard_participants(evaluation: Evaluation) -> list[DrawnParticipant]:
    """Return the drawn participants who answered."""
    heard = evaluation.participants.filter(answered_at__isnull=False)
    return list(heard.select_related("attendance").order_by("order"))


def _standing_for(answers: list[survey.SurveyAnswer], evaluation: Evaluation, field: str) -> int:
    """Return how many doors the answers to one question stand for: their share of all doors."""
    said = sum(getattr(each, field) is not None for each in answers)
    return max(said, evaluation.doors_in_all * said // len(answers)) if answers else 0


def _door_words(evaluation: Evaluation) -> list[need.SampledWord]:
    heard = SampledDoor.objects.filter(
        evaluation=evaluation, answered_at__isnull=False, need__isnull=False
    ).exclude(need_word="")
    return [
        need.SampledWord(str(pk), str(about), Word(word))
        for pk, about, word in heard.order_by("order").values_list("pk", "need_id", "need_word")
    ]


def _round_words(contract: Contract, period: Period, confidence_bp: int) -> Measure:
    """Return what the doors drawn for the quarter's rounds said, where no evaluation asked."""
    said = SaidWord.objects.filter(
        need__in=work.needs_of(contract),
        speaker=SaidWord.Speaker.SAMPLED,
        word__in=[word.value for word in Word],
        said_at__date__range=(period.from_on, period.until_on),
    )
    words = [
        need.SampledWord(str(pk), str(about), Word(word))
        for pk, about, word in said.order_by("said_at", "pk").values_list("pk", "need_id", "word")
    ]
    measure = need.sampled_met_share(words, 0, confidence_bp)
    rows = tuple(row.replace("answer:", "need_word:") for row in measure.trace.rows)
    return replace(measure, trace=replace(measure.trace, rows=rows))
