"""Desks say whose step of a vote comes next: prepare, print, open, count, make the list, grant."""

import pytest
import time_machine

from tests.cast import cast
from tests.community.builders import AT, LISTED_AT, a_list, decide
from tests.community.builders_ballot import CLOSED_AT, a_draft_ballot, a_listed_cycle, an_open_ballot
from zhagen.community.actions.ballot import close_ballot
from zhagen.community.actions.ballot_count import count_ballot
from zhagen.community.actions.cast import cast_ballot, mark_paper
from zhagen.community.actions.roll import issue_codes


@pytest.fixture
def people():
    return cast()


def desk_of(people, who):
    return people[who].client.get("/desk/").content.decode()


@time_machine.travel(AT, tick=False)
def test_a_public_list_waits_for_its_vote_then_for_roll_and_codes_then_for_another_person(people):
    a_listed_cycle(people)
    assert "准备投票" in desk_of(people, "community")
    assert "准备投票" not in desk_of(people, "handler")


@time_machine.travel(AT, tick=False)
def test_a_roll_without_codes_waits_for_the_community_one_with_codes_for_the_street(people):
    ballot = a_draft_ballot(people)
    assert "编名册、印投票码" in desk_of(people, "community")
    assert "开始投票" not in desk_of(people, "handler")

    issue_codes(ballot, by=people["community"].actor, now=AT)

    assert "编名册、印投票码" not in desk_of(people, "community")
    assert "开始投票" in desk_of(people, "handler")


@time_machine.travel(CLOSED_AT, tick=False)
def test_papers_wait_for_each_reader_until_he_has_keyed_them_and_the_closed_vote_for_its_count(people):
    ballot, codes = an_open_ballot(people)
    voted_at = ballot.opened_at
    cast_ballot(codes[0], {1: 1}, now=voted_at)
    mark_paper(ballot, codes[1], by=people["community"].actor, now=voted_at)
    assert "录入纸质票" in desk_of(people, "overseer")

    close_ballot(ballot, by=people["community"].actor, now=CLOSED_AT)

    for who in ("overseer", "handler", "community"):
        assert "计票" in desk_of(people, who)
    assert "录入纸质票" in desk_of(people, "community")


@time_machine.travel(CLOSED_AT, tick=False)
def test_a_counted_vote_waits_for_its_list(people):
    ballot, codes = an_open_ballot(people)
    for code in codes:
        cast_ballot(code, {1: 1}, now=ballot.opened_at)
    ballot = close_ballot(ballot, by=people["community"].actor, now=CLOSED_AT)
    assert "出拟立项清单" not in desk_of(people, "community")

    count_ballot(ballot, by=people["handler"].actor, now=CLOSED_AT)

    assert "出拟立项清单" in desk_of(people, "community")


@time_machine.travel(LISTED_AT, tick=False)
def test_an_approved_list_waits_for_its_grants(people):
    made = a_list(people)
    assert "给批准的提案立项" not in desk_of(people, "handler")

    decide(people, made, "party", "assembly", "street")

    assert "给批准的提案立项" in desk_of(people, "handler")
    page = people["handler"].client.get(f"/fund-cycles/{made.cycle_id}/").content.decode()
    assert "下一步：街道逐项立项" in page
    assert f"/proposals/{made.lines.get(order=1).proposal_id}/grant/" in page
