"""Pages of judging: who opens what, and that answers by door are nobody's to see."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse

from tests.cast import COMMUNITY, cast, make_organisation, make_person
from tests.delivery.builders_judging import ASK_UNTIL, ASKED, NOTICED, SUMMED, UNTIL, an_evaluation
from tests.procurement.builders_contract import a_contract
from zhagen.core.types import SYSTEM, Role
from zhagen.delivery.actions.annual_review import open_review
from zhagen.delivery.models import AnnualReview, Evaluation, SelfEvaluation
from zhagen.parties.models import Door
from zhagen.procurement.models import Contract

PLANNING = dt.datetime(2026, 8, 3, 3, tzinfo=dt.UTC)
REVIEWING = dt.datetime(2027, 1, 10, 3, tzinfo=dt.UTC)
LANGUAGES = ("zh-hans", "en")


@pytest.fixture
def people():
    return cast()


def codes(client, *urls, language="zh-hans"):
    return [client.get(url, headers={"accept-language": language}).status_code for url in urls]


def at(name, obj, *more):
    return reverse(name, args=[obj.pk, *more])


@time_machine.travel(PLANNING)
def test_a_handler_plans_and_a_bad_plan_keeps_what_was_typed(people):
    contract = a_contract(people)
    evaluator = people["evaluator"].user.appointments.get().organisation
    typed = {
        "evaluator": evaluator.pk, "commission_no": "评委1号", "period_from": "2026-03-01",
        "period_until": UNTIL, "notice_on": NOTICED, "ask_until": NOTICED, "phone": "010-55550101",
    }  # fmt: skip
    client = people["handler"].client

    assert codes(client, at("evaluation_plan", contract), at("contract_view", contract)) == [200, 200]
    wrong = client.post(at("evaluation_plan", contract), typed)
    right = client.post(at("evaluation_plan", contract), {**typed, "ask_until": ASK_UNTIL})

    assert (wrong.status_code, right.status_code) == (422, 302)
    assert "010-55550101" in wrong.content.decode()
    assert Evaluation.objects.get().state == "planned"
    assert codes(people["agency_head"].client, at("evaluation_plan", contract)) == [404]


@time_machine.travel(ASKED)
def test_from_the_draw_to_an_answered_door_on_pages(people):
    evaluation = an_evaluation(people, "drawn")
    client = people["evaluator"].client

    assert client.post(at("evaluation_start_asking", evaluation)).status_code == 302
    assert codes(client, at("evaluation_doors", evaluation), at("evaluation_letters", evaluation)) == [
        200,
        200,
    ]
    first, second, third, *_ = evaluation.sampled.all()
    resident = people["outsider"].client
    page = reverse("survey_door", args=[first.code])
    assert resident.get(page).status_code == 200
    assert resident.post(page, {}).status_code == 422
    assert resident.post(page, {"knows_agency": "yes", "trust": "4"}).status_code == 302
    assert "谢谢" in resident.get(page, headers={"accept-language": "zh-hans"}).content.decode()
    assert codes(
        resident,
        reverse("survey_door", args=["NONSENSE99"]),
        reverse("survey_participant", args=["NONSENSE99"]),
    ) == [404, 404]

    paper = {"knows_agency": "no", "way": "paper"}
    assert codes(client, at("sampled_door_answer", second)) == [200]
    assert client.post(at("sampled_door_answer", second), paper).status_code == 302
    assert client.post(at("sampled_door_answer", second), {**paper, "knows_agency": "yes"}).status_code == 422
    assert client.post(at("sampled_door_clear", second)).status_code == 302
    assert client.post(at("sampled_door_miss", third)).status_code == 302
    assert client.post(at("sampled_door_refuse", third)).status_code == 302

    one, two, three, *_ = evaluation.participants.all()
    slip = reverse("survey_participant", args=[one.code])
    assert resident.get(slip).status_code == 200
    assert resident.post(slip, {"took_place": "yes", "was_of_use": "no"}).status_code == 302
    assert resident.get(slip).status_code == 200
    assert codes(client, at("participant_answer", two)) == [200]
    assert client.post(at("participant_answer", two), {"took_place": "yes"}).status_code == 302
    assert client.post(at("participant_miss", three)).status_code == 302
    assert client.post(at("participant_refuse", three)).status_code == 302


@time_machine.travel(ASKED)
def test_buyer_agency_and_another_evaluator_never_come_to_the_doors(people):
    evaluation = an_evaluation(people, "asking")
    door, drawn = evaluation.sampled.first(), evaluation.participants.first()
    other = make_person("other", "严评", Role.EVALUATOR, organisation=make_organisation("别家", "evaluator"))
    closed = [
        at("evaluation_doors", evaluation), at("evaluation_letters", evaluation), at("sampled_door_answer", door),
        at("participant_answer", drawn),
    ]  # fmt: skip

    for who in ("handler", "chief", "auditor", "agency_head", "community", "social_worker"):
        assert codes(people[who].client, *closed) == [404] * 4, who
        for name in ("sampled_door_miss", "sampled_door_refuse", "sampled_door_clear"):
            assert people[who].client.post(at(name, door)).status_code == 404
        shown = people[who].client.get(at("evaluation_view", evaluation)).content.decode()
        assert door.code not in shown
        assert evaluation.draw_seed not in shown
    assert codes(other.client, *closed, at("evaluation_view", evaluation)) == [404] * 5
    assert codes(people["outsider"].client, at("evaluation_check_draw", evaluation)) == [404], (
        "not yet public"
    )


@time_machine.travel(SUMMED)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_result_opens_for_all_its_readers_and_names_no_door(people, language):
    evaluation = an_evaluation(people, "drafted")
    pages = [
        at("evaluation_view", evaluation),
        at("evaluation_trace", evaluation),
        reverse("evaluation_list"),
    ]

    for who in ("handler", "auditor", "agency_head", "community", "evaluator"):
        assert codes(people[who].client, *pages, language=language) == [200] * 3
    seen = people["agency_head"].client.get(pages[1]).content.decode()
    assert str(evaluation.sampled.first().pk) not in seen
    checked = people["outsider"].client.get(at("evaluation_check_draw", evaluation))
    assert "alert-success" in checked.content.decode()
    Door.objects.create(place_id=COMMUNITY, building="9号楼", number="1")
    changed = people["outsider"].client.get(at("evaluation_check_draw", evaluation))
    assert "alert-danger" in changed.content.decode()
    Evaluation.objects.update(draw_seed="zz")
    assert (
        "alert-danger"
        in people["outsider"].client.get(at("evaluation_check_draw", evaluation)).content.decode()
    )


@time_machine.travel(SUMMED)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_result_on_too_little_shows_its_figures_and_what_to_measure_but_no_grade(people, language):
    evaluation = an_evaluation(people, "asking")
    client = people["evaluator"].client

    assert client.post(at("evaluation_draft_result", evaluation)).status_code == 302

    evaluation.refresh_from_db()
    assert (evaluation.score_bp, evaluation.result["band"]) == (None, "")
    assert evaluation.result["measured_bp"] < evaluation.result["measured_min_bp"] == 6_000
    assert "survey.trust_mean" in evaluation.result["missing"]
    headers = {"accept-language": language}
    shown = client.get(at("evaluation_view", evaluation), headers=headers).content.decode()
    is_zh = language == "zh-hans"
    assert ("数据不足，不评等次" if is_zh else "Not enough measured: no grade") in shown
    assert ("抽中的门牌" if is_zh else "drawn doors") in shown
    assert ("评估得分" if is_zh else "Score") not in shown.split("<table")[0]
    assert codes(client, at("evaluation_trace", evaluation), language=language) == [200]


@time_machine.travel(SUMMED)
def test_review_and_correction_on_pages(people):
    evaluation = an_evaluation(people, "drafted")
    head, evaluator, chief = (people[who].client for who in ("agency_head", "evaluator", "chief"))

    assert codes(head, at("evaluation_request_review", evaluation), reverse("desk")) == [200, 200]
    assert head.post(at("evaluation_request_review", evaluation), {"words": "流失率算错"}).status_code == 302
    assert codes(evaluator, at("evaluation_answer_review", evaluation), reverse("desk")) == [404, 200]
    assert chief.post(at("evaluation_answer_review", evaluation), {"words": "维持"}).status_code == 422
    assert at("evaluation_view", evaluation) in evaluator.get(reverse("desk")).content.decode()
    assert "流失率算错" in evaluator.get(at("evaluation_explain_review", evaluation)).content.decode()
    assert codes(chief, at("evaluation_explain_review", evaluation)) == [404]
    empty = evaluator.post(at("evaluation_explain_review", evaluation), {"words": " "})
    assert empty.status_code == 422
    said = {"words": "按在岗记录计算"}
    assert evaluator.post(at("evaluation_explain_review", evaluation), said).status_code == 302
    assert "按在岗记录计算" in head.get(at("evaluation_view", evaluation)).content.decode()
    assert at("evaluation_view", evaluation) in chief.get(reverse("desk")).content.decode()
    assert "按在岗记录计算" in chief.get(at("evaluation_answer_review", evaluation)).content.decode()
    assert chief.post(at("evaluation_answer_review", evaluation), {"words": "维持"}).status_code == 302
    assert people["handler"].client.post(at("evaluation_finalise", evaluation)).status_code == 302
    evaluation.sampled.filter(order=1).update(trust=1)
    assert evaluator.post(at("evaluation_revise", evaluation), {"words": "录错一份"}).status_code == 302
    assert codes(chief, at("evaluation_view", evaluation), reverse("desk")) == [200, 200]
    assert chief.post(at("evaluation_sign_revision", evaluation)).status_code == 302
    assert codes(evaluator, at("evaluation_view", evaluation)) == [200]


@time_machine.travel(ASKED)
def test_an_evaluator_draws_and_sums_up_on_pages(people):
    evaluation = an_evaluation(people)
    client = people["evaluator"].client
    Door.objects.create(place_id=COMMUNITY, building="1号楼", number="1")

    assert (
        codes(client, at("evaluation_view", evaluation), at("evaluation_trace", evaluation), reverse("desk"))
        == [200] * 3
    )
    assert client.post(at("evaluation_draw", evaluation)).status_code == 302
    assert client.post(at("evaluation_draft_result", evaluation)).status_code == 422


@time_machine.travel(REVIEWING)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_review_from_opening_to_renewal_on_pages(people, language):
    contract = a_contract(people)
    client = people["handler"].client

    assert client.post(at("annual_review_open", contract)).status_code == 302
    review = AnnualReview.objects.get()
    ruling = {
        "decision": "renew", "body": "党工委会", "number": "〔2027〕1号", "decided_on": "2027-01-09",
        "attendees": "全体班子成员",
    }  # fmt: skip
    pages = [
        at("annual_review_view", review),
        at("annual_review_decide", review),
        reverse("annual_review_list"),
        reverse("desk"),
    ]
    assert codes(client, *pages, language=language) == [200] * 4
    shown = client.get(pages[0], headers={"accept-language": language}).content.decode()
    assert ("还要测" if language == "zh-hans" else "Still to be measured") in shown
    assert ("暂不能判断" if language == "zh-hans" else "Not yet known") in shown
    assert client.post(at("annual_review_advise", review)).status_code == 302
    assert client.post(at("annual_review_decide", review), ruling).status_code == 422
    assert codes(people["outsider"].client, at("annual_review_public", review)) == [404]
    reason = {**ruling, "differs_reason": "居民要求继续"}
    assert client.post(at("annual_review_decide", review), reason).status_code == 302
    public = people["outsider"].client.get(at("annual_review_public", review))
    assert "居民要求继续" in public.content.decode()
    assert "全体班子成员" not in public.content.decode()
    assert codes(client, at("annual_review_renewal", review), at("annual_review_view", review)) == [200, 200]
    assert client.post(at("annual_review_renewal", review), {"number": "续1"}).status_code == 302
    assert Contract.objects.get(number="续1").previous_id == contract.pk
    for who in ("agency_head", "community", "auditor"):
        assert codes(people[who].client, at("annual_review_view", review)) == [200]
        assert people[who].client.post(at("annual_review_decide", review), reason).status_code == 404


@time_machine.travel(REVIEWING)
def test_the_other_ways_of_a_decided_review_on_pages(people):
    client = people["handler"].client

    def decided(decision, **more):
        review = open_review(a_contract(people), by=SYSTEM, now=REVIEWING)
        ruling = {
            "decision": decision, "body": "党工委会", "number": "1号", "decided_on": "2027-01-09",
            "attendees": "全体", "differs_reason": "见纪要", **more,
        }  # fmt: skip
        assert client.post(at("annual_review_decide", review), ruling).status_code == 302
        return review

    correct = decided("correct", corrections="补人\n补记录", correct_by_on="2027-01-30")
    assert codes(client, at("annual_review_correction", correct), reverse("desk")) == [200, 200]
    found = {"found": "已补", "corrected_on": "2027-01-10"}
    assert client.post(at("annual_review_correction", correct), found).status_code == 302
    assert codes(client, at("annual_review_view", correct)) == [200]
    assert codes(client, at("annual_review_plan", decided("reprocure"))) == [200]
    assert client.post(at("annual_review_let_end", decided("not_renew"))).status_code == 302


@time_machine.travel(REVIEWING)
@pytest.mark.parametrize("language", LANGUAGES)
def test_portrait_inside_and_public_has_four_parts_and_no_sum(people, language):
    evaluation = an_evaluation(people, "drafted")
    contract = evaluation.contract

    for client, name in (
        (people["community"].client, "portrait_view"),
        (people["outsider"].client, "portrait_public"),
    ):
        seen = client.get(at(name, contract), headers={"accept-language": language})
        assert seen.status_code == 200
        assert seen.content.decode().count("<svg") >= 1, "trust was asked"
    assert codes(people["outsider"].client, at("portrait_public", a_contract(people, "draft"))) == [404]


@time_machine.travel(REVIEWING)
def test_the_form_of_the_budget_unit_on_pages_and_as_files(people):
    contract = a_contract(people)
    client = people["handler"].client
    page = at("self_evaluation_make", contract, 2026)
    names = client.get(page).context["form"].fields
    typed = {name: "80" if name.startswith("rate-") else "服务从三月开始" for name in names}

    assert client.post(page, {}).status_code == 422
    assert client.post(page, typed).status_code == 302
    form = SelfEvaluation.objects.get()
    shown = at("self_evaluation_view", form)
    assert codes(client, shown, reverse("self_evaluation_list"), shown + "?format=xlsx") == [200] * 3
    assert client.get(shown + "?format=docx").content.startswith(b"PK")
    assert codes(people["agency_head"].client, shown) == [404]
