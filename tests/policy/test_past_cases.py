"""Past cases as a replay reads them: by their frozen rules, exactly as decided, without a name, on record when taken."""

import datetime as dt
import json
import re

import pytest

from tests.cast import cast
from tests.delivery.builders_judging import an_evaluation
from tests.delivery.test_annual_review_actions import load_rated, needs_said
from tests.procurement.builders_contract import a_contract
from tests.procurement.builders_tender import OPENED_AT, PRICES, a_round, bid_of, mark_alike
from zhagen.audit.models import Event
from zhagen.core.errors import RuleError
from zhagen.core.lifecycle.annual_review import Advice
from zhagen.core.scoring.bid import Outcome
from zhagen.core.types import SYSTEM
from zhagen.delivery.actions.annual_review import open_review
from zhagen.delivery.models import AnnualReview, Evaluation, SampledDoor
from zhagen.lab.past_cases import read_cases, write_cases
from zhagen.lab.reform import reform_of
from zhagen.lab.replay import replay
from zhagen.parties.models import Organisation, Place, RuleChange, User
from zhagen.parties.rules import rules_for
from zhagen.policy.actions.past_case import take_past_cases
from zhagen.policy.past_cases import past_cases
from zhagen.procurement.actions.score import finish_scoring
from zhagen.procurement.actions.tender import CriterionDraft
from zhagen.procurement.models import Bid, NeedWord, Score
from zhagen.web import manage

NOW = dt.datetime(2027, 1, 10, 2, 0, tzinfo=dt.UTC)
STREET = "990101001000"


@pytest.fixture
def people():
    return cast()


def reform(**changes):
    rules = rules_for(STREET, NOW.date())
    return reform_of({name.replace("__", "."): value for name, value in changes.items()}, rules)


def test_a_scored_round_is_taken_with_its_proportions_and_gives_its_winner(people):
    of = a_round(people, "scored").tender

    cases = past_cases(NOW.date())
    (past,) = cases.rounds
    prices = [each.price for each in past.bids]

    assert (prices, past.budget) == ([165, 172, 178], 180), "in the round's own unit: thousands of yuan"
    assert past.bids[past.winner].price == 172
    assert of.result["ranking"][0]["bid"] == str(bid_of(of, "扎根社工服务中心").pk)
    assert [each.is_newcomer for each in past.bids] == [True, True, True]
    assert all(marks == tuple(sorted(marks)) for each in past.bids for marks in each.marks.values())
    assert cases.left_out == 0


def test_an_agency_that_served_there_before_is_no_newcomer(people):
    a_contract(people)
    a_round(people, "scored")

    (past,) = past_cases(NOW.date()).rounds

    assert [(each.price, each.is_newcomer) for each in past.bids] == [(165, True), (172, False), (178, True)]


def test_a_tie_is_settled_by_the_draw_that_was_committed_to(people, monkeypatch):
    for name in PRICES:
        monkeypatch.setitem(PRICES, name, 170_000)
    table = (
        CriterionDraft("price", "报价", 2000),
        CriterionDraft("quality", "对需求的理解", 8000, "写明怎么办"),
    )
    round_ = a_round(people, "opened", criteria=table)
    mark_alike(people, round_)

    cases = past_cases(NOW.date())
    (past,) = cases.rounds

    assert cases.left_out == 0
    assert round_.fresh().result["ties"][0]["settled_by"] == "draw"
    assert sorted(each.drawn for each in past.bids) == [0, 1, 2]
    assert past.bids[past.winner].drawn == 0


def test_a_round_is_judged_by_the_rules_of_its_notice_and_not_by_later_ones(people):
    a_round(people, "scored")
    at = dt.datetime(2026, 5, 1, tzinfo=dt.UTC)
    RuleChange.objects.create(
        place_id=STREET, name="tender.selection.suppliers_responsive_min", value=9, source="街道〔2026〕3号",
        from_on=dt.date(2026, 5, 1), state="confirmed", drafted_by=people["handler"].user, drafted_at=at,
        confirmed_by=people["chief"].user, confirmed_at=at,
    )  # fmt: skip

    cases = past_cases(NOW.date())

    assert len(cases.rounds) == 1
    assert {frozen["tender.selection.suppliers_responsive_min"].text for frozen in cases.rules.values()} == {
        "2"
    }
    found = replay(cases, reform(tender__selection__suppliers_responsive_min=4), 1)
    assert found.parts[0].shifts["no_winner"] == 1


def test_an_evaluation_is_taken_with_its_sealed_measures_whatever_was_entered_since(people):
    evaluation = an_evaluation(people, "drafted")
    SampledDoor.objects.filter(evaluation=evaluation).update(trust=1)

    (past,) = past_cases(NOW.date()).grades

    assert (past.score_bp, past.band) == (evaluation.score_bp, evaluation.result["band"])
    assert (
        past.measures["survey.trust_mean"].value
        == evaluation.result["measures"]["survey.trust_mean"]["value"]
    )


def a_reviewed_contract(people) -> AnnualReview:
    contract = a_contract(people)
    needs_said(people, contract, "met")
    load_rated(people, contract)
    return open_review(contract, by=people["handler"].actor, now=NOW)


def test_a_review_is_taken_as_it_was_advised_whatever_was_said_since(people):
    review = a_reviewed_contract(people)
    NeedWord.objects.update(word="unmet")

    cases = past_cases(NOW.date())
    (past,) = cases.reviews

    assert past.advice is Advice(review.advice) is Advice.RENEW
    assert past.measures["need.met_share"].value == 10_000
    assert cases.left_out == 0
    stricter = reform(annual_review__terms_measured_min=5)
    assert replay(cases, stricter, 1).parts[2].shifts["unknown_now"] == 1


def test_a_case_whose_record_no_longer_gives_its_decision_is_left_out_and_counted(people):
    review = a_reviewed_contract(people)
    an_evaluation(people, "drafted", review.contract)
    AnnualReview.objects.update(advice="not_renew")
    Evaluation.objects.update(result={**Evaluation.objects.get().result, "score_bp": 1})

    cases = past_cases(NOW.date())

    assert (cases.grades, cases.reviews, cases.left_out) == ((), (), 2)


def test_an_evaluation_sealed_without_its_measures_is_left_out_and_counted(people):
    an_evaluation(people, "drafted")
    Evaluation.objects.update(result={"score_bp": 7_000, "band": "good"})

    cases = past_cases(NOW.date())

    assert (cases.grades, cases.left_out) == ((), 1)


def test_an_open_round_is_no_case_and_a_failed_one_only_with_all_its_marks(people):
    of = a_round(people, "marked").tender
    assert past_cases(NOW.date()).rounds == ()

    Bid.objects.filter(tender=of).exclude(price_fen=165_000 * 100).update(void_reason="未盖章")
    finish_scoring(of, by=people["handler"].actor, now=OPENED_AT + dt.timedelta(hours=3))
    (past,) = past_cases(NOW.date()).rounds

    assert (past.outcome, past.winner, len(past.bids)) == (Outcome.TOO_FEW, None, 1)
    milder = reform(tender__selection__suppliers_responsive_min=1)
    assert replay(past_cases(NOW.date()), milder, 1).parts[0].shifts["winner_now"] == 1
    Score.objects.filter(bid__tender=of).delete()
    assert past_cases(NOW.date()).rounds == ()


def test_the_file_holds_no_name_no_code_no_id_no_day_and_no_rule_source(people):
    a_round(people, "scored")
    review = a_reviewed_contract(people)
    an_evaluation(people, "drafted", review.contract)

    text = write_cases(past_cases(NOW.date()))

    words = {
        *Place.objects.values_list("name", flat=True),
        *Organisation.objects.values_list("name", flat=True),
    }
    words |= {*User.objects.values_list("name", flat=True), *Place.objects.values_list("code", flat=True)}
    assert [word for word in {*words, review.contract.number, "内控", "qinghe"} if word in text] == []
    assert not re.search(r"\d{4}-\d{2}-\d{2}|[0-9a-f]{8}-[0-9a-f]{4}", text)
    assert not re.search("17200000|16500000|17800000", text)


def test_only_who_answers_for_all_streets_takes_them_and_the_log_says_so(people):
    with pytest.raises(RuleError) as nothing:
        take_past_cases(by=SYSTEM, now=NOW)
    a_round(people, "scored")
    with pytest.raises(RuleError) as denied:
        take_past_cases(by=people["chief"].actor, now=NOW)
    cases, text = take_past_cases(by=people["operator"].actor, now=NOW)

    assert (nothing.value.code, denied.value.code) == ("past_case.none", "permission.denied")
    taken = Event.objects.filter(kind="past_case.taken")
    assert {each.actor_key for each in taken} == {people["operator"].actor.key}
    assert cases.digest in taken[0].payload.text
    assert read_cases(text) == cases


def test_the_command_writes_the_cases_and_says_that_they_stay_in_the_office(people, tmp_path, capsys):
    a_reviewed_contract(people)
    AnnualReview.objects.create(
        contract=a_contract(people), year=1, period_from=dt.date(2026, 3, 1), period_until=dt.date(2027, 2, 28),
        due_on=dt.date(2027, 2, 28), created_at=NOW, advice="renew", state="advised",
        trace={"measured_on": "2027-01-10", "months_most": 36, "terms": []},
    )  # fmt: skip
    file = tmp_path / "cases.json"

    code = manage.main(["lab_cases", "-o", str(file), "--lang", "zh"])

    said = capsys.readouterr().out
    assert code == 0
    assert "年度考核 1 例" in said
    assert "文件留在单位内" in said
    assert "有 1 个案例因封存数字" in said
    assert json.loads(file.read_text("utf-8"))["sha256"] in said
