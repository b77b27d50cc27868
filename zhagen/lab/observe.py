"""The rows that the product sees of a made-up contract, and its indicators; no plant comes through."""

from collections.abc import Sequence
from datetime import timedelta

from zhagen.core.indicators import activity, community, need, paper, staffing, supervision, survey
from zhagen.core.indicators.measure import Measure
from zhagen.lab.district import ContractPlan, District
from zhagen.lab.district_work import SessionPlan, Stay, Work, last_day, work_of
from zhagen.lab.opinions import Opinion, asked_doors, opinions_of
from zhagen.lab.paperwork import paperwork_of

CONFIDENCE_BP = 9_000
PARTICIPANTS_ASKED = 40


def measures_of(district: District, contract: ContractPlan, round_no: int = 0) -> dict[str, Measure]:
    """Return the indicators of a contract as an evaluator would measure them at its end."""
    work = work_of(district, contract)
    today = last_day(district, contract)
    opinions = opinions_of(district, contract)
    answers = asked_doors(district, contract, opinions, round_no)
    found = [
        *need.word_shares(need_rows(work), CONFIDENCE_BP).values(),
        need.sampled_met_share(sampled_words(answers), _asked_population(opinions), CONFIDENCE_BP),
        need.first_answer_days(need_rows(work), today),
        need.overdue_share(need_rows(work), today),
        activity.sessions(session_rows(work)),
        activity.hours(session_rows(work)),
        activity.off_plan_share(session_rows(work), off_plan_rows(work)),
        confirmed(district, contract, work.sessions, round_no),
        *survey_measures(opinions, answers),
        *staffing_measures(district, contract),
        *community_measures(work),
        supervision.disagreed_share(supervision_rows(work)),
        paper.minutes_per_hour(
            [
                paper.PaperAnswer(each.key, each.paper_minutes, each.service_minutes)
                for each in paperwork_of(district, contract)
            ]
        ),
    ]
    return {measure.name: measure for measure in found}


def need_rows(work: Work) -> list[need.NeedRow]:
    """Return the needs that were to be answered by the purchase."""
    return [
        need.NeedRow(
            each.key,
            each.is_shared,
            each.raised_on,
            each.due_on,
            each.answered_on,
            each.closed_on,
            each.own_word,
        )
        for each in work.needs
        if each.route == "buy"
    ]


def sampled_words(answers: Sequence[Opinion]) -> list[need.SampledWord]:
    """Return what drawn doors say of a shared need."""
    return [need.SampledWord(each.door, each.need, each.word) for each in answers if each.word is not None]


def _asked_population(opinions: Sequence[Opinion]) -> int:
    return sum(each.word is not None for each in opinions)


def session_rows(work: Work) -> list[activity.SessionRow]:
    """Return the sessions as the agency logged them."""
    return [
        activity.SessionRow(each.key, each.held_on, each.minutes, each.participants) for each in work.sessions
    ]


def off_plan_rows(work: Work) -> list[activity.OffPlanRow]:
    """Return the off-plan tasks."""
    return [
        activity.OffPlanRow(each.key, each.done_on, each.minutes, each.is_confirmed, each.asker)
        for each in work.favours
    ]


def supervision_rows(work: Work) -> list[supervision.SupervisionRow]:
    """Return the supervisions by both logs."""
    return [
        supervision.SupervisionRow(
            each.key, each.worker, each.held_on, each.supervisor_minutes, each.worker_minutes
        )
        for each in work.supervised
    ]


def confirmed(
    district: District, contract: ContractPlan, sessions: Sequence[SessionPlan], round_no: int = 0
) -> Measure:
    """Return the share of participants drawn at random who confirm."""
    asked = heard_participants(district, contract, sessions, round_no)
    population = sum(len(session.participants) for session in sessions)
    return activity.confirmed_share(asked, population, CONFIDENCE_BP)


def heard_participants(
    district: District, contract: ContractPlan, sessions: Sequence[SessionPlan], round_no: int = 0
) -> list[activity.DrawnParticipant]:
    """Return what participants drawn at random say of the session they are on the sheet of."""
    everyone = [(session, at) for session in sessions for at in range(len(session.participants))]
    rng = district.stream("confirm", contract.key, round_no)
    drawn = rng.sample(everyone, min(PARTICIPANTS_ASKED, len(everyone)))
    return [
        activity.DrawnParticipant(
            f"{session.key}/{at}", session.key, session.is_real, session.found_useful[at]
        )
        for session, at in drawn
    ]


def survey_measures(opinions: Sequence[Opinion], answers: Sequence[Opinion]) -> list[Measure]:
    """Return what the drawn doors know and trust."""
    doors: dict[str, int] = {}
    for opinion in opinions:
        doors[opinion.building] = doors.get(opinion.building, 0) + 1
    rows = [
        survey.SurveyAnswer(
            each.door, each.building, each.knows_agency, each.knows_work, each.trust, each.satisfied
        )
        for each in answers
    ]
    knowing = sum(each.trust is not None for each in opinions)
    return [
        survey.knows_share(rows, doors, CONFIDENCE_BP),
        survey.knows_work_share(rows, doors, CONFIDENCE_BP),
        survey.trust_mean(rows, knowing, CONFIDENCE_BP),
        survey.satisfied_share(rows, knowing, CONFIDENCE_BP),
    ]


def staffing_measures(district: District, contract: ContractPlan) -> list[Measure]:
    """Return tenure, turnover and hand-overs over this contract and the agency's own before it."""
    today = last_day(district, contract)
    stays: list[Stay] = []
    contacts: list[staffing.Contact] = []
    each: ContractPlan | None = contract
    first_day = contract.starts_on
    while each is not None:
        work = work_of(district, each)
        stays += work.stays
        contacts += [
            staffing.Contact(
                f"{session.key}/{door}", f"{session.community}/{door}", session.worker, session.held_on
            )
            for session in work.sessions
            for door in session.participants
        ]
        first_day = each.starts_on
        each = next((before for before in district.contracts if before.key == each.previous), None)
    spells = staffing.joined_spells([spell_of(stay, district, contract) for stay in stays])
    began_on = max(first_day, today - timedelta(days=staffing.DAYS_PER_YEAR))
    return [
        staffing.tenure_days(spells, today),
        staffing.turnover(spells, began_on, today),
        staffing.median_stay_days(spells, today),
        staffing.hand_over_share(spells, today),
        staffing.same_worker_share(contacts, today, CONFIDENCE_BP),
    ]


def spell_of(stay: Stay, district: District, contract: ContractPlan) -> staffing.Spell:
    """Return a stay as a staffing row; one still there at the end of an earlier contract ends with it."""
    of_contract = next(each for each in district.contracts if each.key == stay.contract)
    ended_on = stay.ended_on
    if ended_on is None and of_contract.key != contract.key:
        ended_on = of_contract.ends_on
    return staffing.Spell(
        stay.key,
        f"{stay.worker}@{stay.community}",
        stay.began_on,
        ended_on,
        stay.open_cases,
        stay.received_cases,
    )


def community_measures(work: Work) -> list[Measure]:
    """Return the agency's part in meetings, and the load it added."""
    parts = [community.MeetingPart(each.key, each.held_on, False, each.part, True) for each in work.meetings]
    ratings = [community.LoadRating(each.key, each.community, each.rating) for each in work.ratings]
    return [
        community.other_meetings(parts, len(parts)),
        community.took_task_share(parts),
        community.load_mean(ratings, len({each.community for each in ratings}), CONFIDENCE_BP),
    ]
