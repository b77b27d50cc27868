"""Pages of fund cycles and ideas over HTTP: a resident without an account, the street, the community, the agency."""

import re

import pytest
import time_machine
from django.urls import reverse

from tests.cast import COMMUNITY, cast, foreign_cast
from tests.community.builders import AT, DATES, a_cycle, a_signed_idea, an_idea, an_open_cycle
from zhagen.community.actions.idea import receipt_of_idea
from zhagen.community.models import FundCycle, Idea

DAILY = time_machine.travel(AT, tick=False)
LANGUAGES = pytest.mark.parametrize("language", ["zh-hans", "en"])


@pytest.fixture
def people():
    return cast()


def text_of(answer):
    return answer.content.decode()


def form(**changes):
    return {
        "title": "2026 创享计划", "place": COMMUNITY, "stage": "community", "year": 2026, "quota_way": "urban",
        "residents": 7233, "mode": "resident", "vote_type": "approval", "rule": "equal-shares", "utility": "cost",
        "completion": "add1u", "tie": "cost", **DATES, **changes,
    }  # fmt: skip


@DAILY
def test_the_street_drafts_limits_and_opens_a_cycle_on_pages(people):
    handler, chief = people["handler"].client, people["chief"].client

    assert "2026" in text_of(handler.get(reverse("fund_cycle_draft")))
    drafted = handler.post(reverse("fund_cycle_draft"), form())
    cycle = FundCycle.objects.get()
    changed = handler.post(reverse("fund_cycle_change", args=[cycle.pk]), form(residents=1000))
    limited = handler.post(
        reverse("fund_cycle_limit", args=[cycle.pk]), {"theme": "elderly", "most_fen": "50000"}
    )
    opened = chief.post(reverse("fund_cycle_open", args=[cycle.pk]))
    seen = text_of(chief.get(reverse("fund_cycle_view", args=[cycle.pk])))

    assert [each.status_code for each in (drafted, changed, limited, opened)] == [302] * 4
    cycle.refresh_from_db()
    assert (cycle.state, cycle.quota_fen) == ("collecting", 115_000_00)
    assert cycle.terms_digest in seen
    assert "50,000 元" in seen
    assert "115,000" in seen


@DAILY
def test_a_forbidden_draft_is_told_and_what_was_typed_kept(people):
    answer = people["handler"].client.post(reverse("fund_cycle_draft"), form(ideas_until_on="2026-03-05"))

    assert answer.status_code == 422
    assert "征集只有 3 天，至少 14 天" in text_of(answer)
    assert "2026 创享计划" in text_of(answer)
    assert not FundCycle.objects.exists()


@DAILY
def test_a_resident_says_an_idea_on_a_phone_and_keeps_a_code(people):
    cycle, phone = an_open_cycle(people), people["outsider"].client

    assert "我有一个点子" in text_of(phone.get(reverse("fund_cycle_public", args=[cycle.pk])))
    said = phone.post(
        reverse("idea_raise", args=[cycle.pk]),
        {"text": "修棋牌桌", "phone": "138 0013 8000", "name": "赵大爷"},
    )
    page = text_of(phone.get(said["Location"]))
    idea = Idea.objects.get()

    assert receipt_of_idea(idea) in page
    assert "<script" not in page.split("</head>")[1]
    found = phone.post(reverse("idea_status"), {"receipt": receipt_of_idea(idea).lower()})
    assert found["Location"] == reverse("idea_follow", args=[receipt_of_idea(idea)])
    slip = phone.get(reverse("idea_slip", args=[receipt_of_idea(idea)]))
    assert slip["Content-Type"] == "application/pdf"
    assert slip.content.startswith(b"%PDF")
    assert "赵大爷" not in text_of(phone.get(reverse("fund_cycle_public", args=[cycle.pk])))


@DAILY
@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"text": ""}, "请写一两句话，或录一段语音"),
        ({"text": "灯" * 1001}, "1000"),
        ({"phone": "12345"}, "不像可以拨打的号码"),
        ({"theme": "<script>"}, ""),
        ({"building": "楼" * 41}, "40"),
    ],
)
def test_bad_input_is_told_kept_and_keeps_nothing(people, typed, told):
    cycle = an_open_cycle(people)

    answer = people["outsider"].client.post(
        reverse("idea_raise", args=[cycle.pk]), {"text": "修棋牌桌", "name": "赵大爷", **typed}
    )

    assert answer.status_code == 422
    assert told in text_of(answer)
    assert "赵大爷" in text_of(answer)
    assert not Idea.objects.exists()


@DAILY
def test_neighbours_co_sign_on_the_public_page(people):
    cycle = an_open_cycle(people)
    idea, phone = a_signed_idea(people, cycle, signers=2), people["outsider"].client
    where = reverse("idea_co_sign", args=[idea.pk])

    assert "修棋牌桌" in text_of(phone.get(reverse("fund_cycle_public", args=[cycle.pk])))
    assert phone.post(where, {"phone": "13700137000"}).status_code == 302
    assert "3 人联署" in text_of(phone.get(where))
    assert phone.post(where, {"phone": ""}).status_code == 422
    assert idea.co_signs.count() == 3


@DAILY
def test_the_raiser_withdraws_and_is_forgotten_with_his_code_only(people):
    idea, phone = an_idea(people, an_open_cycle(people)), people["outsider"].client
    receipt = receipt_of_idea(idea)

    assert phone.post(reverse("idea_forget", args=[receipt])).status_code == 302
    assert phone.post(reverse("idea_withdraw", args=[receipt])).status_code == 302
    assert phone.post(reverse("idea_withdraw", args=[receipt])).status_code == 422
    assert phone.post(reverse("idea_withdraw", args=["WRONGWRONGWR"])).status_code == 404
    idea.refresh_from_db()
    assert (idea.state, idea.raiser_ref) == ("withdrawn", "")


@DAILY
def test_a_helper_writes_an_idea_down_and_the_slip_comes_next(people):
    cycle, worker = an_open_cycle(people), people["social_worker"].client
    words = {"text": "语音里说想修桌子", "channel": "voice", "theme": "elderly", "phone": "13800138000"}

    refused = worker.post(reverse("idea_record", args=[cycle.pk]), words)
    kept = worker.post(reverse("idea_record", args=[cycle.pk]), {**words, "has_consent": "on"})

    assert refused.status_code == 422
    assert "先问过本人" in text_of(refused)
    assert kept.status_code == 302
    assert "new=1" in kept["Location"]
    assert Idea.objects.get().channel == "voice"


@DAILY
def test_the_community_shows_answers_and_calls_back(people):
    cycle, office = an_open_cycle(people), people["community"].client
    idea = an_idea(people, cycle)
    at = {
        name: reverse(f"idea_{name}", args=[idea.pk])
        for name in ("show", "take_up", "shelve", "contact", "view")
    }

    assert office.post(at["show"], {"text": "修棋牌桌"}).status_code == 302
    assert "138****8000" in text_of(office.get(at["view"]))
    assert "13800138000" in text_of(office.post(at["contact"], {"reason": "商量怎么写"}))
    assert office.post(at["take_up"]).status_code == 302
    assert office.post(at["shelve"], {"answer": "明年再办"}).status_code == 302
    idea.refresh_from_db()
    assert (idea.state, idea.answer) == ("library", "明年再办")
    assert "修棋牌桌" in text_of(office.get(reverse("idea_list")))


@DAILY
@LANGUAGES
def test_pages_open_for_their_readers_only(people, language):
    cycle = an_open_cycle(people)
    idea, foreign = an_idea(people, cycle), foreign_cast()
    staff = [reverse("fund_cycle_view", args=[cycle.pk]), reverse("idea_view", args=[idea.pk])]
    said = {"accept-language": language}

    for who in ("handler", "chief", "community", "overseer", "station_lead", "auditor"):
        for page in (*staff, reverse("fund_cycle_list"), reverse("idea_list")):
            assert people[who].client.get(page, headers=said).status_code == 200
        assert foreign[who].client.get(staff[0]).status_code == 404
        assert foreign[who].client.get(staff[1]).status_code == 404
    for page in (reverse("fund_cycle_public_list"), reverse("fund_cycle_public", args=[cycle.pk])):
        assert people["outsider"].client.get(page, headers=said).status_code == 200
    draft = a_cycle(people, title="草案")
    assert people["outsider"].client.get(reverse("fund_cycle_public", args=[draft.pk])).status_code == 404


@DAILY
def test_an_english_reader_meets_english(people):
    cycle = an_open_cycle(people)

    page = text_of(
        people["outsider"].client.get(
            reverse("fund_cycle_public", args=[cycle.pk]), headers={"accept-language": "en"}
        )
    )

    assert "Residents have the ideas" in page
    assert not re.search(
        r"[\u4e00-\u9fff]",
        re.sub(
            r"简体中文|2026 创享计划|东园社区|扎根社工服务中心",
            "",
            page.split("<main")[1].split("</main>")[0],
        ),
    )
