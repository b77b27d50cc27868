"""Evaluation: drawn by a committed seed, answered by whom was drawn, graded by the contract's own scheme."""

import datetime as dt

import pytest

from tests.cast import OTHER_STREET, cast, make_organisation, make_person
from tests.delivery.builders_judging import (
    ASK_UNTIL,
    ASKED,
    NOTICED,
    PLANNED,
    SUMMED,
    UNTIL,
    an_evaluation,
    answer_all,
    at,
    doors,
    evaluation_plan,
)
from tests.procurement.builders_contract import ENDS, STARTS, a_contract
from tests.unsettled import left_behind
from zhagen.audit.models import Event
from zhagen.core import draws
from zhagen.core.errors import RuleError
from zhagen.core.scoring.evaluation import grade
from zhagen.core.types import SYSTEM, Role
from zhagen.delivery.actions.asking import (
    DoorAnswers,
    answer_by_code,
    clear_paper,
    confirm_by_code,
    enter_paper,
    miss_door,
    participant_of,
    take_confirmation,
    take_phone_answer,
)
from zhagen.delivery.actions.evaluation import (
    chosen_doors,
    draw_sample,
    frame_of,
    plan_evaluation,
    start_asking,
    times_judged,
)
from zhagen.delivery.actions.evaluation_result import (
    draft_result,
    finalise,
    measure,
    revise_result,
    sign_revision,
)
from zhagen.delivery.actions.evaluation_review import answer_review, explain_review, request_review
from zhagen.delivery.due import finalise_evaluations, press_reviews
from zhagen.delivery.models import Activity, Evaluation
from zhagen.parties.actions.notice import open_for
from zhagen.parties.models import Appointment, Notice, Tie
from zhagen.procurement.actions.contract import sealed_terms

DAY = dt.timedelta(days=1)


@pytest.fixture
def people():
    return cast()


def refused(code):
    return pytest.raises(RuleError, match=code.replace(".", r"\."))


def test_a_tied_evaluator_is_refused_and_one_whose_tie_ended_long_ago_is_not(people):
    contract = a_contract(people)
    agency = contract.agency
    tie = Tie.objects.create(
        person=people["evaluator"].user,
        organisation=agency,
        kind="director",
        since_on=dt.date(2020, 1, 1),
        declared_at=PLANNED,
    )

    with refused("evaluation.evaluator_tied"):
        plan_evaluation(evaluation_plan(people, contract), by=people["handler"].actor, now=PLANNED)
    Tie.objects.filter(pk=tie.pk).update(until_on=dt.date(2022, 1, 1))
    planned = plan_evaluation(evaluation_plan(people, contract), by=people["handler"].actor, now=PLANNED)

    assert times_judged(planned.evaluator, agency) == 1
    assert Notice.objects.filter(recipient=people["evaluator"].user, code="evaluation.planned").exists()


def test_an_evaluator_who_worked_for_the_agency_within_three_years_is_refused(people):
    contract = a_contract(people)
    Appointment.objects.create(
        user=people["evaluator"].user,
        role=Role.SOCIAL_WORKER,
        organisation=contract.agency,
        from_on=dt.date(2024, 1, 1),
        until_on=dt.date(2024, 12, 31),
    )

    with refused("evaluation.evaluator_tied"):
        plan_evaluation(evaluation_plan(people, contract), by=people["handler"].actor, now=PLANNED)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"period_from": STARTS - DAY}, "evaluation.period_wrong"),
        ({"period_until": ENDS + DAY}, "evaluation.period_wrong"),
        ({"period_until": dt.date(2026, 8, 2)}, "evaluation.planned_late"),
        ({"ask_until": NOTICED + 3 * DAY}, "evaluation.notice_short"),
    ],
)
def test_a_plan_that_does_not_fit_is_refused(people, changes, code):
    with refused(code):
        plan_evaluation(
            evaluation_plan(people, a_contract(people), **changes), by=people["handler"].actor, now=PLANNED
        )
    assert not Evaluation.objects.exists()


def test_only_a_running_contract_is_evaluated_by_an_evaluator_and_once_a_period(people):
    contract, handler = a_contract(people), people["handler"].actor
    plan_evaluation(evaluation_plan(people, contract), by=handler, now=PLANNED)

    with refused("evaluation.twice"):
        plan_evaluation(evaluation_plan(people, contract), by=handler, now=PLANNED)
    with refused("evaluation.not_served"):
        plan_evaluation(evaluation_plan(people, a_contract(people, "draft")), by=handler, now=PLANNED)
    with refused("evaluation.evaluator_unfit"):
        plan_evaluation(
            evaluation_plan(people, a_contract(people), evaluator=make_organisation("别家社工中心")),
            by=handler,
            now=PLANNED,
        )
    with refused("permission.denied"):
        plan_evaluation(
            evaluation_plan(people, a_contract(people)), by=people["agency_head"].actor, now=PLANNED
        )


def test_anyone_can_run_the_draw_again_from_the_seed(people):
    evaluation = an_evaluation(people, "drawn")

    drawn = [
        f"{each.door.place_id}/{each.door.building}/{each.door.number}" for each in evaluation.sampled.all()
    ]
    assert drawn == chosen_doors(evaluation, sorted(frame_of(evaluation.contract)))
    assert draws.commit(bytes.fromhex(evaluation.draw_seed)) == evaluation.draw_commitment
    assert {each.door.building for each in evaluation.sampled.all()} == {f"{i}号楼" for i in range(1, 5)}
    assert (evaluation.doors_in_all, evaluation.participants.count()) == (160, 30)
    other = Evaluation(contract=evaluation.contract, rules=evaluation.rules, draw_seed=evaluation.draw_seed)
    other.draw_public = "root 1/another"
    assert chosen_doors(other, sorted(frame_of(evaluation.contract))) != drawn


def test_the_draw_needs_doors_and_happens_once(people):
    evaluation = an_evaluation(people)
    with refused("sampling.nobody_to_ask"):
        draw_sample(evaluation, by=people["evaluator"].actor, now=ASKED)
    doors(1, 10)

    draw_sample(evaluation, by=people["handler"].actor, now=ASKED)

    assert evaluation.sampled.count() == 10
    assert all(each.need is None for each in evaluation.sampled.all())
    assert evaluation.participants.count() == 0
    with refused("lifecycle.not_now"):
        draw_sample(evaluation, by=people["evaluator"].actor, now=ASKED)


def test_nobody_is_asked_before_the_notice_has_hung(people):
    evaluation = an_evaluation(people, "drawn")

    with refused("evaluation.notice_first"):
        start_asking(evaluation, by=people["evaluator"].actor, now=at(2026, 8, 22))
    with refused("evaluation.not_asking"):
        answer_by_code(evaluation.sampled.first().code, DoorAnswers(True), now=ASKED)
    assert start_asking(evaluation, by=people["evaluator"].actor, now=at(2026, 8, 23)).state == "asking"


def test_a_door_answers_once_by_its_code_however_it_is_typed(people):
    door = an_evaluation(people, "asking").sampled.first()
    typed = f" {door.code[:5].lower()}-{door.code[5:].lower()} "

    answered = answer_by_code(typed, DoorAnswers(False, True, 5, 5, "met"), now=ASKED)

    assert (answered.knows_agency, answered.knows_work, answered.trust) == (False, False, None)
    assert (answered.need_word, answered.way) == ("met", "page")
    with refused("evaluation.answered_already"):
        answer_by_code(door.code, DoorAnswers(True), now=ASKED)
    with refused("evaluation.code_unknown"):
        answer_by_code("nonsense", DoorAnswers(True), now=ASKED)
    with refused("evaluation.code_unknown"):
        participant_of("nonsense")


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        (DoorAnswers(True, trust=6), "sampling.answer_off_scale"),
        (DoorAnswers(True, satisfied=0), "sampling.answer_off_scale"),
        (DoorAnswers(True, need_word="splendid"), "evaluation.word_unknown"),
    ],
)
def test_answers_off_the_scale_are_refused(people, answers, code):
    door = an_evaluation(people, "asking").sampled.first()

    with refused(code):
        answer_by_code(door.code, answers, now=ASKED)
    door.refresh_from_db()
    assert door.answered_at is None


def test_paper_counts_when_keyed_in_twice_alike(people):
    evaluator = people["evaluator"].actor
    door = an_evaluation(people, "asking").sampled.first()
    said = DoorAnswers(True, True, 4, 5, "met")

    assert enter_paper(door, said, by=evaluator, now=ASKED).answered_at is None
    with refused("evaluation.entries_differ"):
        enter_paper(door, DoorAnswers(True, True, 3, 5, "met"), by=evaluator, now=ASKED)
    assert enter_paper(door, said, by=evaluator, now=ASKED).way == "paper"


def test_a_wrong_first_entry_is_cleared(people):
    evaluator = people["evaluator"].actor
    door = an_evaluation(people, "asking").sampled.first()
    enter_paper(door, DoorAnswers(False), by=evaluator, now=ASKED)

    clear_paper(door, by=evaluator, now=ASKED)
    enter_paper(door, DoorAnswers(True), by=evaluator, now=ASKED)

    assert enter_paper(door, DoorAnswers(True), by=evaluator, now=ASKED).knows_agency is True


def test_no_door_is_disturbed_more_often_than_the_rules_allow(people):
    evaluator = people["evaluator"].actor
    first, second, *_ = an_evaluation(people, "asking").sampled.all()

    for _ in range(3):
        miss_door(first, by=evaluator, now=ASKED)
    with refused("evaluation.tries_used_up"):
        miss_door(first, by=evaluator, now=ASKED)
    miss_door(second, is_refusal=True, by=evaluator, now=ASKED)
    with refused("evaluation.tries_used_up"):
        miss_door(second, by=evaluator, now=ASKED)


def test_only_the_own_evaluator_asks(people):
    evaluation = an_evaluation(people, "asking")
    door, drawn = evaluation.sampled.first(), evaluation.participants.first()
    foreign = make_person(
        "other_evaluator", "严评", Role.EVALUATOR, organisation=make_organisation("别家评估", "evaluator")
    )

    for who in (people["handler"].actor, people["agency_head"].actor, foreign.actor):
        with refused("permission.denied"):
            take_phone_answer(door, DoorAnswers(True), by=who, now=ASKED)
        with refused("permission.denied"):
            take_confirmation(drawn, took_place=True, was_of_use=True, by=who, now=ASKED)
        with refused("permission.denied"):
            draft_result(evaluation, by=who, now=SUMMED)


def test_drawn_participants_confirm_by_slip_or_to_the_evaluator(people):
    evaluation = an_evaluation(people, "asking")
    first, second, *_ = evaluation.participants.all()

    confirm_by_code(first.code, took_place=False, was_of_use=True, now=ASKED)
    take_confirmation(second, took_place=True, was_of_use=True, by=people["evaluator"].actor, now=ASKED)

    first.refresh_from_db()
    assert (first.took_place, first.was_of_use) == (False, False)
    confirmed = measure(evaluation)["activity.confirmed_share"]
    assert confirmed.count == 2
    assert confirmed.value is None, "two answers are too few to tell"


def test_the_result_is_what_the_core_makes_of_the_answers(people):
    evaluation = an_evaluation(people, "drafted")

    result = evaluation.result
    graded = grade(sealed_terms(evaluation.contract).scheme, measure(evaluation))
    assert (result["score_bp"], result["band"]) == (graded.score_bp, graded.band)
    assert result["low_bp"] <= result["score_bp"] <= result["high_bp"]
    drawn = evaluation.sampled.count()
    assert result["response"]["answered"] == drawn
    known = sum(each.order % 4 != 0 for each in evaluation.sampled.all())
    assert abs(result["measures"]["survey.knows_share"]["value"] - known * 10_000 // drawn) <= 1
    assert result["measures"]["need.sampled_met_share"]["count"] == drawn
    met = sum(each.order % 3 != 0 for each in evaluation.sampled.all())
    assert abs(result["measures"]["need.sampled_met_share"]["value"] - met * 10_000 // drawn) <= 1
    assert result["measures"]["activity.confirmed_share"]["value"] == 8000
    assert evaluation.review_until == dt.date(2026, 9, 29) or evaluation.review_until > dt.date(2026, 9, 24)


def test_a_door_that_was_asked_about_no_need_leaves_no_word_on_one(people):
    doors()
    evaluation = an_evaluation(people, "asking")
    door = evaluation.sampled.order_by("order").first()
    assert door.need is None, "no need was raised where this contract serves"

    take_phone_answer(door, DoorAnswers(True, True, 4, 5, "met"), by=people["evaluator"].actor, now=ASKED)

    door.refresh_from_db()
    assert (door.need_word, door.knows_work, door.trust) == ("", True, 4)


def test_small_buildings_are_left_out_of_the_result(people):
    evaluation = an_evaluation(people, "asking")
    evaluator = people["evaluator"].actor
    for each in evaluation.sampled.all():
        if each.door.building != "1号楼" or each.order % 9 == 0:
            take_phone_answer(each, DoorAnswers(True), by=evaluator, now=ASKED)

    evaluation = draft_result(evaluation, by=evaluator, now=SUMMED)

    shown = {name.rpartition("/")[2]: row["answers"] for name, row in evaluation.result["buildings"].items()}
    assert shown["1号楼"] is None
    assert sum(answers is None for answers in shown.values()) >= 2, "one alone could be had by subtraction"


def test_a_result_waits_for_the_period_and_for_the_doors(people):
    evaluation, evaluator = an_evaluation(people, "asking"), people["evaluator"].actor

    with refused("evaluation.period_runs"):
        draft_result(evaluation, by=evaluator, now=at(2026, 8, 30))
    with refused("evaluation.still_asking"):
        draft_result(evaluation, by=evaluator, now=at(2026, 9, 1))
    answer_all(evaluation, evaluator)
    assert draft_result(evaluation, by=evaluator, now=at(2026, 9, 1)).state == "drafted"


def test_the_agency_asks_for_a_review_once_and_in_time_and_gets_an_answer(people):
    evaluation = an_evaluation(people, "drafted")
    head, chief = people["agency_head"].actor, people["chief"].actor

    with refused("evaluation.reason_missing"):
        request_review(evaluation, " ", by=head, now=SUMMED)
    with refused("evaluation.review_open"):
        finalise(evaluation, by=people["handler"].actor, now=SUMMED)
    asked = request_review(evaluation, "流失率算错", by=head, now=SUMMED)
    assert asked.review_due_on > asked.review_until
    explain_review(evaluation, "按在岗记录计算", by=people["evaluator"].actor, now=SUMMED)
    with refused("evaluation.reason_missing"):
        answer_review(evaluation, "", by=chief, now=SUMMED)
    answered = answer_review(evaluation, "已核对，维持", by=chief, now=SUMMED)
    assert answered.state == "drafted"
    with refused("evaluation.review_twice"):
        request_review(evaluation, "再来一次", by=head, now=SUMMED)
    assert finalise(evaluation, by=people["handler"].actor, now=SUMMED).state == "final"


def test_neither_who_judged_nor_who_commissioned_answers_the_review(people):
    evaluation = an_evaluation(people, "drafted")
    request_review(evaluation, "流失率算错", by=people["agency_head"].actor, now=SUMMED)
    explain_review(evaluation, "按在岗记录计算", by=people["evaluator"].actor, now=SUMMED)

    with refused("permission.denied"):
        answer_review(evaluation, "维持", by=people["evaluator"].actor, now=SUMMED)
    Evaluation.objects.update(planned_by=people["chief"].user)
    with refused("evaluation.review_own"):
        answer_review(evaluation, "维持", by=people["chief"].actor, now=SUMMED)
    answered = answer_review(evaluation, "维持", by=people["leader"].actor, now=SUMMED)

    assert answered.review_answered_at == SUMMED


def test_the_evaluator_is_heard_once_before_the_street_answers(people):
    evaluation = an_evaluation(people, "drafted")
    evaluator, chief = people["evaluator"].actor, people["chief"].actor
    with refused("lifecycle.not_now"):
        explain_review(evaluation, "还没有人申请", by=evaluator, now=SUMMED)
    asked = request_review(evaluation, "流失率算错", by=people["agency_head"].actor, now=SUMMED)
    digest = asked.result_digest

    with refused("evaluation.evaluator_unheard"):
        answer_review(evaluation, "维持", by=chief, now=SUMMED)
    with refused("evaluation.reason_missing"):
        explain_review(evaluation, " ", by=evaluator, now=SUMMED)
    for who in ("agency_head", "chief", "handler"):
        with refused("permission.denied"):
            explain_review(evaluation, "不该由我说", by=people[who].actor, now=SUMMED)
    said = explain_review(evaluation, "按在岗记录计算", by=evaluator, now=SUMMED)
    with refused("evaluation.explained"):
        explain_review(evaluation, "再补一句", by=evaluator, now=SUMMED)

    assert (said.state, said.review_account, said.result_digest) == ("under_review", "按在岗记录计算", digest)
    assert answer_review(evaluation, "维持", by=chief, now=SUMMED).state == "drafted"


def test_a_silent_evaluator_holds_the_answer_up_for_its_days_only(people):
    evaluation = an_evaluation(people, "drafted")
    asked = request_review(evaluation, "流失率算错", by=people["agency_head"].actor, now=SUMMED)
    last, after = (
        dt.datetime.combine(asked.review_account_until + days * DAY, dt.time(2), dt.UTC) for days in (0, 1)
    )
    assert asked.review_until < asked.review_due_on
    assert asked.review_account_until < asked.review_due_on

    with refused("evaluation.evaluator_unheard"):
        answer_review(evaluation, "维持", by=people["chief"].actor, now=last)

    assert answer_review(evaluation, "维持", by=people["chief"].actor, now=after).review_account == ""


def test_each_side_of_a_review_is_told_when_its_turn_comes(people):
    evaluation = an_evaluation(people, "drafted")

    def told(who):
        codes = open_for(people[who].actor.key).values_list("code", flat=True)
        return {code for code in codes if "review" in code}

    request_review(evaluation, "流失率算错", by=people["agency_head"].actor, now=SUMMED)
    assert told("evaluator") == {"evaluation.review_heard"}
    explain_review(evaluation, "按在岗记录计算", by=people["evaluator"].actor, now=SUMMED)
    assert told("evaluator") == set()
    assert told("chief") == {"evaluation.review_asked", "evaluation.review_explained"}
    answer_review(evaluation, "维持", by=people["chief"].actor, now=SUMMED)
    assert told("chief") == set()
    assert told("agency_head") == {"evaluation.review_answered"}
    assert left_behind() == []


def test_a_review_past_its_days_goes_to_the_leader_once(people):
    evaluation = an_evaluation(people, "drafted")
    due = request_review(evaluation, "流失率算错", by=people["agency_head"].actor, now=SUMMED).review_due_on
    on_time, late = (dt.datetime.combine(due + days * DAY, dt.time(2), dt.UTC) for days in (0, 1))

    pressed = [press_reviews(moment) for moment in (on_time, late, late)]

    assert pressed == [0, 1, 0]
    told = Notice.objects.filter(code="evaluation.review_overdue")
    assert people["leader"].user in {each.recipient for each in told}
    assert Event.objects.filter(kind="evaluation.review_overdue").count() == 1


def test_after_the_window_no_review_and_the_clock_makes_it_final(people):
    evaluation = an_evaluation(people, "drafted")
    late = dt.datetime.combine(evaluation.review_until + DAY, dt.time(2), dt.UTC)

    with refused("evaluation.review_late"):
        request_review(evaluation, "晚了", by=people["agency_head"].actor, now=late)
    assert finalise_evaluations(late - DAY) == 0
    assert finalise_evaluations(late) == 1
    assert finalise_evaluations(late) == 0
    evaluation.refresh_from_db()
    assert evaluation.state == "final"


def test_a_late_correction_has_a_reason_and_two_people(people):
    evaluation = an_evaluation(people, "drafted")
    evaluator, chief = people["evaluator"].actor, people["chief"].actor
    with refused("evaluation.not_final"):
        revise_result(evaluation, "记录有误", by=evaluator, now=SUMMED)
    late = dt.datetime.combine(evaluation.review_until + DAY, dt.time(2), dt.UTC)
    finalise(evaluation, by=SYSTEM, now=late)
    before = Evaluation.objects.get().result_digest

    with refused("evaluation.no_revision"):
        sign_revision(evaluation, by=chief, now=late)
    with refused("evaluation.nothing_changed"):
        revise_result(evaluation, "记录有误", by=evaluator, now=late)
    Activity.objects.update(is_withdrawn=True)
    with refused("evaluation.reason_missing"):
        revise_result(evaluation, "", by=evaluator, now=late)
    revision = revise_result(evaluation, "两场活动撤销", by=evaluator, now=late)
    with refused("evaluation.revision_waits"):
        revise_result(evaluation, "再改", by=evaluator, now=late)
    evaluation.refresh_from_db()
    assert evaluation.result_digest == before, "nothing stands before it is signed"
    signed = sign_revision(evaluation, by=chief, now=late)

    assert signed.result_digest == revision.digest != before
    assert signed.revisions.get().before["trace"] is not None


def test_who_proposed_a_correction_does_not_sign_it(people):
    evaluation = an_evaluation(people, "drafted")
    late = dt.datetime.combine(evaluation.review_until + DAY, dt.time(2), dt.UTC)
    finalise(evaluation, by=SYSTEM, now=late)
    Activity.objects.update(is_withdrawn=True)
    both = make_person("both", "双职", Role.CHIEF, people["chief"].actor.grants[0].place)
    Appointment.objects.create(
        user=both.user, role=Role.EVALUATOR, organisation=evaluation.evaluator, from_on=dt.date(2020, 1, 1)
    )
    from zhagen.parties.actor import actor_of

    actor = actor_of(both.user)
    revise_result(evaluation, "撤销", by=actor, now=late)

    with refused("evaluation.two_people"):
        sign_revision(evaluation, by=actor, now=late)


def test_a_foreign_street_plans_nothing_here(people):
    stranger = make_person("stranger", "外街", Role.HANDLER, OTHER_STREET)

    with refused("permission.denied"):
        plan_evaluation(evaluation_plan(people, a_contract(people)), by=stranger.actor, now=PLANNED)


assert ASK_UNTIL > UNTIL
