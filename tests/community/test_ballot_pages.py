"""Pages of a vote: roll, slips, the ballot on a phone without script, papers, progress without choices, the result."""

import io
import re

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.cast import COMMUNITY, cast
from tests.community import builders_ballot as made
from tests.community.builders_ballot import CLOSED_AT, VOTED_AT
from zhagen.community.actions import ballot as actions
from zhagen.community.actions.ballot_count import winners_with
from zhagen.community.actions.cast import cast_ballot
from zhagen.community.models import Ballot, Drawer, PaperBallot
from zhagen.parties.models import Door
from zhagen.platform import clock

ANYONE = Client()
BIG = [(2,)] * 6 + [(1,)] * 5 + [(3,)] * 2
DIRECT = {"quota_way": "direct", "direct_fen": 1_600_000, "coach": None, "coaching_fen": 0}


@pytest.fixture
def people(db):
    return cast()


@pytest.fixture
def at(monkeypatch):
    """Set the clock of the pages."""
    import time_machine

    travels = []

    def go(moment):
        travel = time_machine.travel(moment, tick=True)
        travel.start()
        travels.append(travel)

    yield go
    for travel in reversed(travels):
        travel.stop()


def url(name, ballot):
    return reverse(name, args=[ballot.pk])


def text(answer):
    return answer.content.decode()


def a_sheet(*rows):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for line, row in enumerate((("门牌、户号或代表号", "须回避的提案号", "代表的账号"), *rows)):
            sheet.write_row(line, 0, row)
    return SimpleUploadedFile("roll.xlsx", out.getvalue())


def test_a_vote_that_is_late_is_asked_for_its_last_day(people, at):
    cycle = made.a_listed_cycle(people)
    at(CLOSED_AT)
    client = people["community"].client
    path = reverse("ballot_prepare", args=[cycle.pk])

    assert f'href="{path}"' in client.get(reverse("ballot_list")).content.decode()
    asked = client.post(path, {"until_on": ""})
    assert (asked.status_code, "请先定下这次投票的最后一天" in text(asked)) == (422, True)
    client.post(path, {"until_on": "2026-04-30"})
    assert Ballot.objects.get(cycle=cycle).until_on.isoformat() == "2026-04-30"


def test_the_community_office_prepares_a_vote_from_its_list_of_votes(people, at):
    cycle = made.a_listed_cycle(people)
    at(VOTED_AT)
    client = people["community"].client

    shown = text(client.get(reverse("ballot_list")))
    answer = client.post(reverse("ballot_prepare", args=[cycle.pk]))

    assert f"准备投票：{cycle.title}" in shown
    ballot = Ballot.objects.get(cycle=cycle)
    assert answer.url == url("ballot_view", ballot)
    assert "先编名册" in text(client.get(answer.url))
    assert "准备投票：" not in text(client.get(reverse("ballot_list")))


def test_a_roll_comes_from_doors_or_from_a_sheet_whose_wrong_cells_are_named(people):
    ballot = made.a_draft_ballot(people, mode="delegate")
    Door.objects.create(place_id=COMMUNITY, building="3号楼", number="402")
    client = people["community"].client

    client.post(url("ballot_roll_doors", ballot))
    assert "3号楼402" in text(client.get(url("ballot_roll", ballot)))
    wrong = client.post(
        url("ballot_roll_import", ballot), {"sheet": a_sheet(("代表1", "", ""), ("", "2", ""))}
    )
    assert wrong.status_code == 422
    assert "A3" in text(wrong)
    right = client.post(
        url("ballot_roll_import", ballot),
        {"sheet": a_sheet(("代表1", "2、3", ""), ("代表2", "", "community"))},
    )
    assert right.status_code == 302
    first, second = ballot.roll.order_by("number")
    assert list(first.barred.values_list("number", flat=True)) == [2, 3]
    assert second.member == people["community"].user
    assert client.get(url("ballot_roll_template", ballot)).content[:2] == b"PK"


def test_slips_are_a_pdf_and_their_codes_are_nowhere_else(people):
    ballot = made.a_draft_ballot(people, size=2)
    client = people["community"].client

    answer = client.post(url("ballot_slips", ballot))

    assert answer.content[:5] == b"%PDF-"
    assert not ballot.roll.filter(code_digest="").exists()
    again = client.post(url("ballot_slips", ballot))
    assert again.status_code == 422
    new = client.post(url("ballot_reissue", ballot), {"number": 1})
    assert new.content[:5] == b"%PDF-"


def test_a_resident_votes_in_three_steps_without_script_or_account(people, at):
    ballot, codes = made.an_open_ballot(people)
    at(VOTED_AT)
    start = ANYONE.post(reverse("ballot_start"), {"code": f" {codes[0].lower()} "})
    page = ANYONE.get(start.url)

    assert "楼道扶手" in text(page)
    assert 'data-fen="600000"' in text(page)
    look = ANYONE.post(start.url, {"choice": ["1", "3"]})
    assert "合计 13,000.00 元" in text(look)
    assert not ballot.roll.filter(has_voted=True).exists()
    change = text(ANYONE.post(start.url, {"choice": ["1", "3"], "step": "change"}))
    assert len(re.findall(r"<input[^>]*checked", change)) == 2
    done = ANYONE.post(start.url, {"choice": ["1", "3"], "step": "cast"})
    assert done.status_code == 302
    receipt = text(ANYONE.get(start.url))
    assert "名册第 1 号已投" in receipt
    assert "棋牌桌" not in receipt
    assert Drawer.objects.get(ballot=ballot).lines == "1,3"


def test_a_second_ballot_of_a_code_changes_nothing(people, at):
    ballot, codes = made.an_open_ballot(people)
    at(VOTED_AT)
    page = reverse("ballot_vote", args=[codes[0].replace("-", "")])
    ANYONE.post(page, {"choice": ["1"], "step": "cast"})

    again = ANYONE.post(page, {"choice": ["2"], "step": "cast"})

    assert "名册第 1 号已投" in text(again)
    assert Drawer.objects.get(ballot=ballot).lines == "1"


def test_a_blank_ballot_is_warned_of_and_may_be_cast(people, at):
    ballot, codes = made.an_open_ballot(people)
    at(VOTED_AT)
    page = reverse("ballot_vote", args=[codes[0]])

    assert "空白票" in text(ANYONE.post(page, {}))
    ANYONE.post(page, {"step": "cast"})
    assert Drawer.objects.get(ballot=ballot).lines == "-"


def test_a_wrong_choice_keeps_what_was_ticked_and_says_why(people, at):
    _, codes = made.an_open_ballot(people, most_named=1)
    at(VOTED_AT)

    answer = ANYONE.post(reverse("ballot_vote", args=[codes[0]]), {"choice": ["1", "2"]})

    assert answer.status_code == 422
    assert "最多 1 项" in text(answer)
    assert len(re.findall(r"<input[^>]*checked", text(answer))) == 2


@pytest.mark.parametrize(
    ("vote_type", "utility", "data", "line"),
    [
        ("choose-1", "cost", {"choice": "2"}, "2"),
        ("cumulative", "points", {"p1": "4", "p3": "6"}, "1:4,3:6"),
        ("scoring", "points", {"p2": "5"}, "2:5"),
        ("ordinal", "borda", {"p3": "1", "p1": "2"}, "3,1"),
    ],
)
def test_every_kind_of_ballot_has_its_form(people, at, vote_type, utility, data, line):
    ballot, codes = made.an_open_ballot(people, vote_type=vote_type, utility=utility)
    at(VOTED_AT)
    page = reverse("ballot_vote", args=[codes[0]])

    assert ANYONE.get(page).status_code == 200
    assert ANYONE.post(page, data).status_code == 200
    assert ANYONE.post(page, {**data, "step": "change"}).status_code == 200
    ANYONE.post(page, {**data, "step": "cast"})

    assert Drawer.objects.get(ballot=ballot).lines == line


def test_a_ballot_of_points_asks_for_numbers_and_one_of_places_lets_them_be_picked(people, at):
    at(VOTED_AT)
    asked = {}
    for vote_type, utility in (("cumulative", "points"), ("scoring", "points"), ("ordinal", "borda")):
        _, codes = made.an_open_ballot(people, vote_type=vote_type, utility=utility, title=vote_type)
        asked[vote_type] = reverse("ballot_vote", args=[codes[0]])
    pages = {name: text(ANYONE.get(page)) for name, page in asked.items()}

    assert 'data-ballot-points="10"' in pages["cumulative"]
    assert pages["cumulative"].count('type="number"') == 3
    assert pages["scoring"].count("<select") == 3
    assert ">5 分</option>" in pages["scoring"]
    assert ">第 3 位</option>" in pages["ordinal"]
    assert ">第 4 位</option>" not in pages["ordinal"]
    for vote_type, data in (("cumulative", {"p1": "4"}), ("ordinal", {"p1": "1", "p2": "1"})):
        answer = ANYONE.post(asked[vote_type], data)
        assert answer.status_code == 422
        assert 'role="alert"' in text(answer)
    assert re.search(r'name="p1" value="4"', text(ANYONE.post(asked["cumulative"], {"p1": "4"})))
    assert ANYONE.post(asked["scoring"], {"p1": "6"}).status_code == 422


def test_what_was_chosen_is_shown_as_a_share_of_the_money_before_it_is_cast(people, at):
    ballot, codes = made.an_open_ballot(people, **DIRECT)
    at(VOTED_AT)
    page = reverse("ballot_vote", args=[codes[0]])

    look = text(ANYONE.post(page, {"choice": ["1", "2"]}))

    assert "合计 15,000.00 元，占本轮 16,000.00 元的 93.75%" in look
    assert f'<progress max="{ballot.cycle.votable_fen}" value="1500000"' in look
    assert "data-ballot-live" in text(ANYONE.get(page))


def test_wrong_codes_are_told_and_counted(people, at):
    made.an_open_ballot(people)
    at(VOTED_AT)
    asked = [
        ANYONE.post(reverse("ballot_start"), {"code": f"NOSUCH{n}"}, REMOTE_ADDR="10.9.8.7")
        for n in range(32)
    ]

    assert {each.status_code for each in asked} == {422}
    assert "没有这个投票码" in text(asked[0])
    assert "没有这个投票码" not in text(asked[-1])


def test_a_vote_that_is_over_shows_no_ballot(people):
    _, codes = made.an_open_ballot(people)

    answer = ANYONE.get(reverse("ballot_vote", args=[codes[0]]))

    assert answer.status_code == 404
    assert "现在不能投票" in text(answer)


def test_progress_shows_how_many_and_never_what(people, at):
    ballot, codes = made.an_open_ballot(people)
    at(VOTED_AT)
    cast_ballot(codes[0], {3: 1}, now=VOTED_AT)

    for answer in (
        ANYONE.get(url("ballot_public", ballot)),
        people["community"].client.get(url("ballot_view", ballot)),
    ):
        assert "25.0%" in text(answer)
        assert "儿童角" not in text(answer)
    assert ANYONE.get(url("ballot_votes_file", ballot)).status_code == 404
    listed = people["overseer"].client.get(url("ballot_roll", ballot))
    assert "网上" in text(listed)


def test_help_and_papers_at_the_desk(people, at):
    ballot, codes = made.an_open_ballot(people)
    at(VOTED_AT)
    desk, second = people["community"].client, people["overseer"].client

    helped = desk.post(url("ballot_assist", ballot), {"code": codes[0], "choice": ["2"]})
    assert helped.status_code == 302
    assert desk.post(url("ballot_assist", ballot), {"code": codes[0], "choice": ["1"]}).status_code == 422
    assert desk.post(url("ballot_print_papers", ballot), {"count": 1}).content[:5] == b"%PDF-"
    assert desk.post(url("ballot_mark_paper", ballot), {"code": codes[1]}).status_code == 302
    serial = PaperBallot.objects.get(ballot=ballot).serial
    assert desk.post(url("ballot_key_paper", ballot), {"serial": serial, "choice": ["1"]}).status_code == 302
    assert "录了一遍" in text(second.get(url("ballot_papers", ballot)))
    assert (
        second.post(url("ballot_key_paper", ballot), {"serial": serial, "choice": ["1"]}).status_code == 302
    )
    assert Drawer.objects.get(ballot=ballot).lines == "1\n2"
    assert "已放进票箱" in text(second.get(url("ballot_key_paper", ballot)))


def test_the_steps_on_the_page_follow_the_vote_to_its_result(people, at):
    ballot, codes = made.an_open_ballot(people, size=1)
    cast_ballot(codes[0], {1: 1}, now=VOTED_AT)
    at(CLOSED_AT)
    handler = people["handler"].client

    handler.post(url("ballot_close", ballot))
    assert "计票" in text(handler.get(url("ballot_view", ballot)))
    answer = handler.post(url("ballot_count", ballot))

    assert answer.url == url("ballot_public", ballot)
    assert Ballot.objects.get(pk=ballot.pk).state == "counted"


def test_the_result_explains_itself_and_can_be_taken_home(people):
    ballot = made.a_counted_ballot(
        people,
        [(2,)] * 6 + [(1,)] * 5 + [(3,)] * 2,
        quota_way="direct",
        direct_fen=1_600_000,
        coach=None,
        coaching_fen=0,
    )
    page = text(ANYONE.get(url("ballot_public", ballot)))

    for words in (
        "入选的项目",
        "怎样才会入选",
        "张只投它的票",
        "至少有一项入选",
        ballot.votes_digest,
        "recount_votes.py",
    ):
        assert words in page
    file = ANYONE.get(url("ballot_votes_file", ballot))
    assert file.content.decode() == ballot.votes_file
    assert "import" in text(ANYONE.get(reverse("ballot_recount")))
    roll = ANYONE.get(url("ballot_roll_file", ballot)).content
    import hashlib

    assert hashlib.sha256(roll).hexdigest() == ballot.roll_digest


def test_few_ballots_are_not_published_one_by_one(people):
    ballot = made.a_counted_ballot(people, [(1,), (2,)])

    assert "逐张公布会让人认出" in text(ANYONE.get(url("ballot_public", ballot)))
    assert ANYONE.get(url("ballot_votes_file", ballot)).status_code == 404


def test_a_vote_without_quorum_says_so(people, at):
    ballot, codes = made.an_open_ballot(people, size=20)
    cast_ballot(codes[0], {1: 1}, now=VOTED_AT)
    actions.close_ballot(ballot, by=people["community"].actor, now=CLOSED_AT)
    at(CLOSED_AT)

    people["handler"].client.post(url("ballot_count", ballot))

    assert "没有达到规定" in text(ANYONE.get(url("ballot_public", ballot)))


def test_a_stopped_vote_tells_residents_why(people):
    ballot, _ = made.an_open_ballot(people)

    people["chief"].client.post(url("ballot_stop", ballot), {"reason": "名册有误"})

    assert "名册有误" in text(ANYONE.get(url("ballot_public", ballot)))
    assert clock.now()


def test_pages_of_a_draft_say_what_comes_next(people):
    ballot = made.a_draft_ballot(people)

    assert "还有 4 个投票码没有印" in text(people["community"].client.get(url("ballot_view", ballot)))
    ballot.roll.update(code_digest="")
    for number, entry in enumerate(ballot.roll.all()):
        ballot.roll.filter(pk=entry.pk).update(code_digest=str(number))
    assert "开始投票（冻结）" in text(people["chief"].client.get(url("ballot_view", ballot)))
    assert people["community"].client.get(url("ballot_assist", ballot)).status_code == 422


def a_result(people):
    return Ballot.objects.get(pk=made.a_counted_ballot(people, BIG, **DIRECT).pk)


def test_the_result_draws_the_money_by_project_and_says_the_same_in_words(people):
    ballot = a_result(people)
    page = text(ANYONE.get(url("ballot_public", ballot)))

    assert "每个项目的钱" in page
    assert "1. 棋牌桌：得到 6,000.00 元，申请 6,000.00 元" in page
    assert "3. 儿童角：得到 0.00 元，申请 7,000.00 元" in page
    assert page.count('class="bar"') == 3, "one theme and no building: these charts would say nothing"
    assert "style=" not in page


def test_groups_of_voters_are_shown_by_theme_and_building_and_small_ones_are_not(people):
    ballot = a_result(people)
    result = ballot.result
    result["groups"] = [
        {"over": "theme", "name": "elderly", "voters": 9, "at_least": [9, 3, 0]},
        {"over": "theme", "name": "children", "voters": 8, "at_least": [2, 0, 0]},
        {"over": "theme", "name": "culture", "voters": 4, "at_least": [4, 0, 0]},
        {"over": "building", "name": "3号楼", "voters": 9, "at_least": [9, 3, 0]},
    ]
    Ballot.objects.filter(pk=ballot.pk).update(result=result)

    page = text(ANYONE.get(url("ballot_public", ballot)))

    assert "投了这类主题的人" in page
    assert page.count('<td class="number">33%</td>') == 1
    assert "文体" not in page.split("投了这类主题的人")[1]
    assert "投了这栋楼项目的人" not in page, "a single group is left"


def test_another_sum_counts_the_real_ballots_again_and_says_that_it_is_a_rehearsal(people):
    ballot = a_result(people)
    page = url("ballot_rehearsal", ballot)

    more = text(ANYONE.get(page, {"budget": "22000"}))
    less = text(ANYONE.get(page, {"budget": "6,300"}))

    assert "这是演练，不是结果。" in more
    assert "会进来：</strong>儿童角" in more
    assert "真实资金是 16,000.00 元，2 项入选" in more
    assert "会出去：</strong>楼道扶手" in less
    after = Ballot.objects.get(pk=ballot.pk)
    assert (after.result, after.votes, after.state) == (ballot.result, ballot.votes, ballot.state)


def test_every_step_of_the_slider_says_what_a_count_of_the_real_ballots_says(people):
    ballot = a_result(people)
    for budget_fen in (100_000, 700_000, 1_500_000, 1_600_000, 2_200_000):
        page = text(ANYONE.get(url("ballot_rehearsal", ballot), {"budget": str(budget_fen // 100)}))
        won = winners_with(ballot, budget_fen)
        shown = page.count("仍然入选") + page.count("＋ 会进来")
        assert shown == (len(won) if budget_fen != 1_600_000 else 0)
        assert "这是真实的资金" in page or budget_fen != 1_600_000


def test_the_slider_asks_for_its_part_alone_and_the_page_holds_the_same_part(people):
    ballot = a_result(people)
    page = url("ballot_rehearsal", ballot)

    part = text(ANYONE.get(page, {"budget": "22000"}, headers={"HX-Request": "true"}))
    whole = text(ANYONE.get(page, {"budget": "22000"}))

    assert "<html" not in part
    assert part.strip() in whole
    assert "data-slider" in text(ANYONE.get(url("ballot_public", ballot)))


@pytest.mark.parametrize("typed", ["x", "-5", "1e9", "9" * 40, "<b>"])
def test_a_sum_that_is_none_is_told_and_the_real_result_shown(people, typed):
    ballot = a_result(people)
    page = url("ballot_rehearsal", ballot)

    answer = ANYONE.get(page, {"budget": typed})

    assert answer.status_code == 422
    assert "这是真实的资金 16,000.00 元" in text(answer)
    assert "<b>" not in text(answer)
    assert ANYONE.get(page, {"budget": typed}, headers={"HX-Request": "true"}).status_code == 200


def test_a_sum_is_counted_once_for_all_visitors_and_only_so_often_for_one(people, monkeypatch):
    from zhagen.community.views import ballot_rehearsal

    ballot = a_result(people)
    page = url("ballot_rehearsal", ballot)
    monkeypatch.setattr(ballot_rehearsal, "COUNTED_AT_MOST", 3)

    for typed in ("22000", "22000", "22001", "21999.5"):
        assert ANYONE.get(page, {"budget": typed}, REMOTE_ADDR="10.1.1.1").status_code == 200
    answers = [
        ANYONE.get(page, {"budget": f"{thousand}000"}, REMOTE_ADDR="10.1.1.1") for thousand in range(10, 14)
    ]
    assert [each.status_code for each in answers] == [200, 200, 422, 422]
    assert "操作太频繁" in text(answers[-1])
    assert ANYONE.get(page, {"budget": "22000"}, REMOTE_ADDR="10.1.1.1").status_code == 200
    assert ANYONE.get(page, {"budget": "13000"}, REMOTE_ADDR="10.1.1.2").status_code == 200


def test_a_vote_with_few_ballots_or_none_elected_has_no_rehearsal(people):
    ballot = made.a_counted_ballot(people, [(1,), (2,)])
    open_, _ = made.an_open_ballot(people, title="又一轮")

    assert ANYONE.get(url("ballot_rehearsal", ballot)).status_code == 404
    assert ANYONE.get(url("ballot_rehearsal", open_)).status_code == 404
    assert "换一笔资金试试" not in text(ANYONE.get(url("ballot_public", ballot)))


def test_the_cycle_leads_to_its_vote_and_the_vote_to_its_projects_list_file_and_script(people):
    ballot = a_result(people)
    draft = made.a_draft_ballot(people, title="还没投的一轮")
    proposal = ballot.cycle.proposals.get(number=1)

    public = text(ANYONE.get(url("fund_cycle_public", ballot.cycle)))
    staff = text(people["handler"].client.get(url("fund_cycle_view", ballot.cycle)))
    page = text(ANYONE.get(url("ballot_public", ballot)))

    assert url("ballot_public", ballot) in public
    assert "看投票结果和原因" in public
    assert url("ballot_view", ballot) in staff
    assert url("ballot_public", draft) not in text(ANYONE.get(url("fund_cycle_public", draft.cycle)))
    for target in (
        url("proposal_public", proposal),
        url("fund_cycle_public", ballot.cycle),
        url("ballot_votes_file", ballot),
        reverse("ballot_recount"),
    ):
        assert target in page
