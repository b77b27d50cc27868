"""Indicators on small hand-counted rows; too few rows give no value, and every figure opens to its rows."""

import inspect
from datetime import date, timedelta
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhagen.core.indicators import activity, community, money, need, paper, staffing, supervision, survey
from zhagen.core.indicators.community import LoadRating, MeetingPart, Part
from zhagen.core.indicators.need import NeedRow, NeedWord, SampledWord
from zhagen.core.indicators.registry import INDICATORS, SELF_REPORTED, reference_page
from zhagen.core.indicators.staffing import Contact, Spell
from zhagen.core.indicators.survey import SurveyAnswer

TODAY = date(2026, 5, 31)
CONFIDENCE = 9_000


def day(back: int) -> date:
    return TODAY - timedelta(days=back)


def a_need(number: int, word: NeedWord | None, answered: int | None = 2, **more) -> NeedRow:
    raised = day(40)
    first = None if answered is None else raised + timedelta(days=answered)
    return NeedRow(str(number), True, raised, raised + timedelta(days=5), first, own_word=word, **more)


def test_shares_of_raisers_words_are_of_those_heard_and_add_up() -> None:
    words = [NeedWord.MET] * 5 + [NeedWord.PARTLY] * 3 + [NeedWord.UNMET] * 2 + [None] * 10
    needs = [a_need(at, word) for at, word in enumerate(words)]

    found = need.word_shares(needs, CONFIDENCE)

    assert [found[word].value for word in NeedWord] == [5_000, 3_000, 2_000]
    assert found[NeedWord.MET].low < 5_000 < found[NeedWord.MET].high
    assert found[NeedWord.MET].trace.rows[:2] == ("need:0", "need:1")
    assert len(found[NeedWord.MET].trace.rows) == 10


def test_with_every_raiser_heard_the_share_is_no_estimate_and_with_four_there_is_none() -> None:
    all_heard = need.word_shares([a_need(at, NeedWord.MET) for at in range(6)], CONFIDENCE)[NeedWord.MET]
    four = need.word_shares([a_need(at, NeedWord.MET) for at in range(4)], CONFIDENCE)[NeedWord.MET]
    silent = need.word_shares([a_need(at, None) for at in range(9)], CONFIDENCE)[NeedWord.MET]

    assert (all_heard.low, all_heard.value, all_heard.high) == (10_000, 10_000, 10_000)
    assert (four.value, four.is_usable, four.count) == (None, False, 4)
    assert silent.value is None


def test_sampled_residents_count_only_what_they_call_met() -> None:
    answers = [SampledWord(str(at), "7", NeedWord.MET if at < 15 else NeedWord.PARTLY) for at in range(30)]

    found = need.sampled_met_share(answers, 400, CONFIDENCE)

    assert found.value == 5_000
    assert found.trace.rows[0] == "answer:0"


def test_a_need_still_waiting_counts_the_days_it_has_waited() -> None:
    needs = [a_need(at, None, answered) for at, answered in enumerate((1, 2, 3, 9, None))]

    assert need.first_answer_days(needs, TODAY).value == 3
    assert need.overdue_share(needs, TODAY).value == 4_000
    assert need.first_answer_days([], TODAY).value is None
    assert need.overdue_share([], TODAY).value is None


SESSIONS = [
    activity.SessionRow("1", day(9), 90, ("a", "b"), ("a",)),
    activity.SessionRow("2", day(8), 60, ("b", "c", "d", "e", "f", "g"), ("b", "c", "d", "e", "f")),
    activity.SessionRow("3", day(7), 60),
]


def test_hours_and_sessions_are_the_agencys_own_record() -> None:
    assert activity.hours(SESSIONS).value == 4
    assert activity.sessions(SESSIONS).value == 3
    assert activity.sessions([]).value is None
    assert {"activity.hours", "activity.sessions"} == SELF_REPORTED


def test_a_participant_confirms_once_however_often_and_only_what_was_of_use_counts() -> None:
    asked = [activity.DrawnParticipant(str(at), "1", at < 9, at < 6) for at in range(12)]

    assert activity.confirmed_participants(SESSIONS).value == 6
    assert activity.confirmed_share(asked, 60, CONFIDENCE).value == 5_000


def test_off_plan_minutes_count_once_the_asker_confirmed_them() -> None:
    tasks = [
        activity.OffPlanRow("1", day(3), 90, True), activity.OffPlanRow("2", day(2), 500, False),
        activity.OffPlanRow("3", day(2), 0, True),
    ]  # fmt: skip

    found = activity.off_plan_share(SESSIONS, tasks)

    assert found.value == 3_000
    assert found.trace.rows == ("off_plan:1", "off_plan:3")
    assert activity.off_plan_share([], []).value is None


def test_presence_is_days_out_of_working_days() -> None:
    working = [day(back) for back in range(40)]

    assert activity.presence_share([day(1), day(1), day(2), day(90)], working).value == 500
    assert activity.presence_share([day(1)], []).value is None


def test_tenure_is_of_those_present_and_never_of_those_who_left_or_will_come() -> None:
    spells = [
        Spell("1", "a", day(99)), Spell("2", "b", day(400), day(10)), Spell("3", "c", day(-5)),
        Spell("4", "d", day(49), day(0)),
    ]  # fmt: skip

    found = staffing.tenure_days(spells, TODAY)

    assert (found.value, found.count) == (50, 2)
    assert staffing.tenure_days([spells[1]], TODAY).value is None


def test_the_survival_curve_is_the_textbooks() -> None:
    left = [Spell(str(days), "w", day(500), day(501 - days)) for days in (6, 6, 6, 7, 10, 13, 16, 22, 23)]
    here = [Spell(f"c{days}", "w", day(days - 1)) for days in (6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35)]

    steps = dict(staffing.survival_steps(left + here, TODAY))

    assert [round(float(steps[days]), 3) for days in (6, 7, 10, 13, 16, 22, 23)] == [
        0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448,
    ]  # fmt: skip
    assert staffing.median_stay_days(left + here, TODAY).value == 23
    assert staffing.median_stay_days(here, TODAY).value is None


def test_turnover_is_leavings_a_worker_year() -> None:
    spells = [
        Spell("1", "a", day(364)),
        Spell("2", "b", day(364), day(182)),
        Spell("3", "c", day(900), day(500)),
    ]

    found = staffing.turnover(spells, day(364), TODAY)

    assert (found.value, found.count) == (6_661, 2)
    assert staffing.turnover([], day(364), TODAY).value is None


def test_a_worker_kept_under_the_next_contract_has_one_stay() -> None:
    spells = [
        Spell("1", "a", day(700), day(366), 2, 1), Spell("2", "a", day(365)),
        Spell("3", "b", day(700), day(380)), Spell("4", "b", day(365)),
    ]  # fmt: skip

    joined = staffing.joined_spells(spells)

    assert [(spell.key, spell.began_on) for spell in joined] == [
        ("1", day(700)), ("3", day(700)), ("4", day(365)),
    ]  # fmt: skip


def test_the_same_worker_is_one_met_a_year_ago_and_again_at_the_last_contact() -> None:
    contacts = [
        Contact("1", "r1", "a", day(500)), Contact("2", "r1", "a", day(5)),
        Contact("3", "r2", "a", day(500)), Contact("4", "r2", "b", day(5)),
        Contact("5", "r3", "a", day(500)), Contact("6", "r4", "a", day(5)), Contact("7", "r1", "b", day(-2)),
        *(Contact(f"x{at}", f"s{at}", "a", day(back)) for at in range(3) for back in (400, 20)),
    ]  # fmt: skip

    found = staffing.same_worker_share(contacts, TODAY, CONFIDENCE)

    assert (found.value, found.count) == (8_000, 5)


def test_a_hand_over_is_complete_when_every_open_case_has_a_receiver() -> None:
    spells = [
        Spell("1", "a", day(99), day(9), 4, 3), Spell("2", "b", day(99), day(9), 1, 5),
        Spell("3", "c", day(99), None, 9, 0), Spell("4", "d", day(99), day(9)),
    ]  # fmt: skip

    assert staffing.hand_over_share(spells, TODAY).value == 8_000
    assert staffing.hand_over_share(spells[3:], TODAY).value is None


def test_supervision_counts_what_both_sides_logged() -> None:
    rows = [
        supervision.SupervisionRow(str(at), "w", day(at), 90, minutes)
        for at, minutes in enumerate((90, 0, 60))
    ]

    assert supervision.minutes_per_worker_month(rows, 6).value == 25
    assert supervision.disagreed_share(rows).value == 4_444
    assert supervision.minutes_per_worker_month(rows, 0).value is None
    assert supervision.disagreed_share([]).value is None


def answers(count: int, *, knows: int, building: str = "1号楼") -> list[SurveyAnswer]:
    return [
        SurveyAnswer(
            f"{building}-{at}", building, at < knows, at < knows // 2, 4 if at < knows else None, 5 - at % 3
        )
        for at in range(count)
    ]


def test_what_doors_know_is_weighted_by_their_buildings() -> None:
    heard = answers(10, knows=10) + answers(30, knows=0, building="2号楼")

    plain = survey.knows_share(heard, {}, CONFIDENCE)
    weighted = survey.knows_share(heard, {"1号楼": 300, "2号楼": 100}, CONFIDENCE)

    assert (plain.value, weighted.value) == (2_500, 7_500)
    assert survey.knows_work_share(heard, {}, CONFIDENCE).value == 1_250
    assert survey.knows_share([], {"1号楼": 3}, CONFIDENCE).value is None


def test_trust_is_of_those_who_said_and_satisfied_is_four_or_five() -> None:
    heard = answers(30, knows=12)

    trust = survey.trust_mean(heard, 100, CONFIDENCE)

    assert (trust.value, trust.count, trust.unit) == (400, 12, "centi")
    assert survey.satisfied_share(heard, 100, CONFIDENCE).value == 6_667
    assert survey.trust_mean(answers(30, knows=0), 100, CONFIDENCE).value is None


def test_only_meetings_that_the_community_recorded_outside_the_project_count_and_no_election() -> None:
    def part(key: str, part: Part, *, own: bool = False, by: bool = True, vote: bool = False) -> MeetingPart:
        return MeetingPart(key, day(9), own, part, by, vote)

    parts = [
        part("1", Part.SPOKE), part("2", Part.TOOK_TASK), part("3", Part.PRESENT), part("4", Part.INVITED),
        part("5", Part.SPOKE, own=True), part("6", Part.SPOKE, by=False),
        part("7", Part.TOOK_TASK, vote=True),
    ]  # fmt: skip

    assert community.other_meetings(parts, 7).value == 3
    assert community.other_meetings([], 4).value == 0
    assert community.other_meetings([], 0).value is None
    assert community.took_task_share(parts).value == 3_333
    assert community.took_task_share([]).value is None


def test_the_offices_rating_is_a_mean_and_all_rated_leaves_no_interval() -> None:
    ratings = [LoadRating(str(at), f"c{at}", rating) for at, rating in enumerate((5, 4, 2))]

    found = community.load_mean(ratings, 3, CONFIDENCE)

    assert (found.low, found.value, found.high) == (367, 367, 367)
    assert community.load_mean(ratings, 6, CONFIDENCE).low < 367
    assert community.load_mean([], 3, CONFIDENCE).value is None


def test_a_contract_of_one_or_two_communities_has_a_rating_each_by_its_newest_word() -> None:
    first, later, other = LoadRating("1", "a", 2), LoadRating("2", "a", 4), LoadRating("3", "b", 5)

    assert community.load_mean([first], 1, CONFIDENCE).value == 200
    both = community.load_mean([first, later, other], 2, CONFIDENCE)
    assert (both.value, both.count, both.trace.rows) == (450, 2, ("rating:2", "rating:3"))


def test_while_most_communities_are_silent_there_is_no_rating_and_the_reason_is_said() -> None:
    ratings = [LoadRating("1", "a", 5), LoadRating("2", "a", 5)]

    found = community.load_mean(ratings, 3, CONFIDENCE)

    assert (found.value, found.count) == (None, 1)
    assert "1 of 3 communities served have rated" in found.trace.rule
    assert community.load_mean(ratings, 2, CONFIDENCE).value == 500


def test_paperwork_is_minutes_for_each_hour_with_residents() -> None:
    said = [paper.PaperAnswer(str(at), 30, 120) for at in range(5)]

    assert paper.minutes_per_hour(said).value == 15
    assert paper.minutes_per_hour([paper.PaperAnswer("1", 30, 0)]).value is None


def test_late_pay_weighs_by_amount_and_pace_is_money_against_time() -> None:
    rows = [
        money.InstalmentRow("1", 300, day(100), day(90)), money.InstalmentRow("2", 100, day(50)),
        money.InstalmentRow("3", 600, day(-10)), money.InstalmentRow("4", 100, day(5), day(9)),
    ]  # fmt: skip

    assert money.late_days(rows, TODAY).value == 16
    assert money.pace(rows, 1_000, day(99), day(-100), TODAY).value == -1_000
    assert money.late_days(rows[2:3], TODAY).value is None
    assert money.pace(rows, 0, day(99), day(0), TODAY).value is None
    assert money.pace(rows, 9, day(0), day(9), TODAY).value is None


@given(st.lists(st.tuples(st.integers(0, 900), st.integers(0, 900) | st.none()), max_size=12))
def test_a_survival_curve_only_falls_and_stays_between_nothing_and_all(raw) -> None:
    spells = [
        Spell(str(at), "w", day(max(began, ended or 0)), None if ended is None else day(min(began, ended)))
        for at, (began, ended) in enumerate(raw)
    ]
    steps = [1, *(share for _, share in staffing.survival_steps(spells, TODAY))]

    assert steps == sorted(steps, reverse=True)
    assert 0 <= steps[-1] <= 1


@pytest.mark.parametrize("name", list(INDICATORS))
def test_every_indicator_is_made_by_a_function_of_its_module(name) -> None:
    module, _, function = INDICATORS[name].made_by.partition(".")

    assert name.startswith(f"{module}.")
    assert inspect.isfunction(getattr(import_module(f"zhagen.core.indicators.{module}"), function))
    assert INDICATORS[name].unit in {"bp", "centi", "days", "hours", "minutes", "count"}


def test_the_reference_page_is_what_the_registry_says() -> None:
    page = Path(__file__).parents[2] / "docs" / "reference" / "indicators.md"

    assert page.read_text("utf-8") == reference_page()
