"""Pages of proposals over HTTP: written with the agency, checked, on the public list with filters."""

import pytest
import time_machine
from django.urls import reverse

from tests.cast import cast, foreign_cast
from tests.community.builders import AT, a_listed_cycle, a_proposal, a_signed_idea, an_open_cycle
from zhagen.community.models import FundCycle, Proposal

DAILY = time_machine.travel(AT, tick=False)


@pytest.fixture
def people():
    return cast()


def text_of(answer):
    return answer.content.decode()


def form(**changes):
    return {
        "title": "修棋牌桌", "need": "桌子坏了", "steps": "四月买桌", "theme": "elderly", "building": "3号楼",
        "proposer_shown": "3号楼赵大爷", "has_no_ties": "on", "what_1": "石桌", "quantity_1": 2,
        "unit_fen_1": "3000", "what_2": "石凳", "quantity_2": 8, "unit_fen_2": "500", **changes,
    }  # fmt: skip


LIST = {
    f"{part}_{test}": value
    for test in ("private_duty", "other_liable", "government_duty")
    for part, value in (("passes", "yes"), ("reason", "公共区域"))
}


@DAILY
def test_from_idea_to_both_checks_on_pages(people):
    cycle = an_open_cycle(people)
    idea = a_signed_idea(people, cycle)
    worker, finance, handler = (people[who].client for who in ("social_worker", "finance", "handler"))

    assert "桌" in text_of(worker.get(reverse("proposal_write", args=[idea.pk])))
    assert worker.post(reverse("proposal_write", args=[idea.pk]), form()).status_code == 302
    proposal = Proposal.objects.get()
    at = {
        name: reverse(f"proposal_{name}", args=[proposal.pk])
        for name in ("change", "submit", "check_cost", "check_list", "view")
    }
    assert "3000.00" in text_of(worker.get(at["change"])).replace(",", "")
    assert worker.post(at["change"], form(title="修两张桌")).status_code == 302
    assert worker.post(at["submit"]).status_code == 302
    assert finance.post(at["check_cost"], {"note": "问过三家"}).status_code == 302
    assert handler.post(at["check_list"], LIST).status_code == 302
    seen = text_of(handler.get(at["view"]))

    proposal.refresh_from_db()
    assert (proposal.state, proposal.title, proposal.cost_fen) == ("ready", "修两张桌", 1_000_000)
    assert "问过三家" in seen
    assert "不是应由业主等私人自己承担的" in seen


@DAILY
@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"title": ""}, "这个字段是必填项"),
        ({"unit_fen_2": ""}, "第 2 行请填数量和单价"),
        ({"unit_fen_1": "很多"}, ""),
        ({"unit_fen_1": "999999"}, "超过本层级"),
        ({"own_fen": "10000"}, "居民自筹"),
    ],
)
def test_bad_input_is_told_kept_and_keeps_nothing(people, typed, told):
    idea = a_signed_idea(people, an_open_cycle(people))

    answer = people["social_worker"].client.post(reverse("proposal_write", args=[idea.pk]), form(**typed))

    assert answer.status_code == 422
    assert told in text_of(answer)
    assert "四月买桌" in text_of(answer)
    assert not Proposal.objects.exists()


@DAILY
def test_a_tied_member_is_told_why_he_may_not_check(people):
    proposal = a_proposal(people, an_open_cycle(people), has_no_ties=False)
    worker, handler = people["social_worker"].client, people["handler"]
    tie = reverse("proposal_declare_tie", args=[proposal.pk])

    assert worker.post(tie, {"kind": "kin"}).status_code == 422
    assert worker.post(tie, {"kind": "kin", "member": handler.user.pk}).status_code == 302
    worker.post(reverse("proposal_submit", args=[proposal.pk]))
    refused = handler.client.post(reverse("proposal_check_cost", args=[proposal.pk]), {"note": "看过"})

    assert refused.status_code == 422
    assert "声明与您有关联" in text_of(refused)
    assert "陈立文" in text_of(people["overseer"].client.get(reverse("proposal_view", args=[proposal.pk])))


@DAILY
def test_anyone_reads_the_public_list_by_theme_and_building(people):
    cycle = a_listed_cycle(people, 2)
    Proposal.objects.filter(title="提案2").update(theme="safety", building="5号楼")
    hidden = a_proposal(people, an_open_cycle(people, title="另一轮"), phone="13800138009", title="没公示的")
    phone, where = people["outsider"].client, reverse("proposal_public_list")

    every = text_of(phone.get(where + f"?cycle={cycle.pk}"))
    safety = text_of(phone.get(where + "?theme=safety"))
    building = text_of(phone.get(where + "?building=3号楼"))

    street = text_of(phone.get(where + "?text=提案2 四月"))

    assert "提案1" not in street.split("<table")[1]
    assert "提案2" in street
    assert 'name="stage"' not in every, "all are of one stage"
    FundCycle.objects.filter(pk=a_listed_cycle(people, 1, title="街道的一轮").pk).update(stage="street")
    assert 'name="stage"' in text_of(phone.get(where))
    assert "街道的一轮" not in text_of(phone.get(where + "?stage=community&state=listed")).split("<table")[1]
    assert "提案2" not in text_of(phone.get(where + "?text=没有这样的事")).split("</form>", 1)[1]
    assert "提案1" in every
    assert "提案2" in every
    assert "没公示的" not in text_of(phone.get(where))
    assert "提案1" not in safety
    assert "提案2" not in building
    assert phone.get(reverse("proposal_public", args=[hidden.pk])).status_code == 404
    one = text_of(phone.get(reverse("proposal_public", args=[cycle.proposals.first().pk])))
    assert "没有关联" in one
    assert "13800130000" not in one
    assert phone.get(where + "?format=csv").status_code == 200


@DAILY
def test_an_expert_marks_and_the_street_publishes_on_pages(people):
    cycle = a_listed_cycle(people, 1, expert_weight_bp=3000)
    proposal = cycle.proposals.get()
    where = reverse("proposal_score", args=[proposal.pk])

    assert people["expert"].client.post(where, {"points": 101, "reason": "好"}).status_code == 422
    assert people["expert"].client.post(where, {"points": 80, "reason": "可行"}).status_code == 302
    assert "80%" in text_of(people["chief"].client.get(reverse("proposal_view", args=[proposal.pk])))


@DAILY
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_pages_open_for_their_readers_only(people, language):
    cycle, foreign = a_listed_cycle(people, 1), foreign_cast()
    view = reverse("proposal_view", args=[cycle.proposals.get().pk])

    for who in ("handler", "finance", "community", "overseer", "station_lead", "expert"):
        for page in (view, reverse("proposal_list")):
            assert people[who].client.get(page, headers={"accept-language": language}).status_code == 200
        assert foreign[who].client.get(view).status_code == 404
    for page in (reverse("fund_cycle_public", args=[cycle.pk]), reverse("proposal_public_list")):
        assert people["outsider"].client.get(page, headers={"accept-language": language}).status_code == 200


@DAILY
def test_an_expert_is_led_only_where_he_may_read(people):
    cycle = a_listed_cycle(people, 1, expert_weight_bp=2_000)
    proposal = cycle.proposals.get()

    page = text_of(people["expert"].client.get(reverse("proposal_view", args=[proposal.pk])))

    assert reverse("fund_cycle_public", args=[cycle.pk]) in page
    for name, pk in (("fund_cycle_view", cycle.pk), ("idea_view", proposal.idea_id)):
        assert f'href="{reverse(name, args=[pk])}"' not in page
        assert f'href="{reverse(name, args=[pk])}"' in text_of(
            people["handler"].client.get(reverse("proposal_view", args=[proposal.pk]))
        )
