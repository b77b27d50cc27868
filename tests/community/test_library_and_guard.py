"""The library reopens what lost; those who watch over a fund see who wins, which ties there are, and changed rules."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse

from tests.cast import STREET, cast, foreign_cast, make_organisation
from tests.community.builders import (
    AT,
    LISTED_AT,
    a_list,
    a_proposal,
    a_ready_proposal,
    a_signed_idea,
    an_idea,
    an_open_cycle,
    decide,
)
from tests.community.builders_ballot import an_open_ballot
from zhagen.community.actions.grant_make import GrantDraft, make_grant
from zhagen.community.actions.idea import shelve_idea
from zhagen.community.actions.library import reopen_idea, reopen_proposal
from zhagen.community.actions.proposal import declare_proposer_tie, submit_proposal
from zhagen.community.models import FundCycle, Idea, Proposal
from zhagen.core.errors import RuleError

DAILY = time_machine.travel(LISTED_AT, tick=False)
NEXT_DATES = {
    "ideas_until_on": dt.date(2026, 3, 25), "vote_from_on": dt.date(2026, 4, 15),
    "vote_until_on": dt.date(2026, 4, 20), "clearing_on": dt.date(2027, 5, 31),
}  # fmt: skip


@pytest.fixture
def people():
    return cast()


def text_of(answer):
    return answer.content.decode()


def refused(code):
    return pytest.raises(RuleError, match="^" + code.replace(".", r"\."))


def a_loser(people):
    made = a_list(people)
    decide(people, made, "party", "assembly", "street")
    return made.lines.get(order=0).proposal


def the_next(people, **changes):
    return an_open_cycle(people, title="下一轮", **{**NEXT_DATES, **changes})


def test_a_loser_is_raised_again_in_the_next_cycle_and_checked_anew(people):
    lost, target = a_loser(people), the_next(people)

    again = reopen_proposal(lost, target, by=people["social_worker"].actor, now=AT)

    lost.refresh_from_db()
    assert (lost.state, again.state, again.former, again.number) == ("library", "draft", lost, 1)
    assert [line.what for line in again.cost_lines.all()] == ["石桌", "石凳"]
    assert again.proposer_key == lost.proposer_key
    with refused("proposal.ties_unsaid"):
        submit_proposal(again, by=people["social_worker"].actor, now=AT)
    with refused("library.reopened_already"):
        reopen_proposal(lost, target, by=people["social_worker"].actor, now=AT)


def test_a_loser_may_go_up_a_stage_but_not_to_another_street(people):
    lost = a_loser(people)
    above = the_next(people, place=STREET, stage="street")
    foreign = foreign_cast()

    assert reopen_proposal(lost, above, by=people["community"].actor, now=AT).cycle == above
    with refused("permission.denied"):
        reopen_proposal(lost, above, by=foreign["community"].actor, now=AT)
    FundCycle.objects.filter(pk=above.pk).update(place_id="990101002001")
    with refused("library.not_open_here"):
        reopen_proposal(lost, above, by=people["community"].actor, now=AT)


def test_only_what_is_in_the_library_is_raised_again_and_only_where_ideas_are_taken(people):
    lost, target = a_loser(people), the_next(people)
    with refused("library.not_here"):
        reopen_proposal(
            a_ready_proposal(people, target, phone="13811110000"),
            target,
            by=people["community"].actor,
            now=AT,
        )
    FundCycle.objects.filter(pk=target.pk).update(state="voting")
    with refused("library.not_open_here"):
        reopen_proposal(lost, target, by=people["community"].actor, now=AT)


def test_an_idea_goes_on_with_its_co_signers_and_its_receipt(people):
    cycle = an_open_cycle(people)
    idea = a_signed_idea(people, cycle)
    shelve_idea(idea, answer="明年再办", by=people["community"].actor, now=AT)
    target = the_next(people)

    again = reopen_idea(idea, target, by=people["community"].actor, now=AT)

    assert (again.pk, again.state, again.cycle, again.co_signs.count()) == (idea.pk, "raised", target, 5)


@DAILY
def test_the_library_is_read_and_reopened_on_pages(people):
    lost, target = a_loser(people), the_next(people)
    worker = people["social_worker"].client
    step = reverse("library_reopen_proposal", args=[lost.pk])

    assert step in text_of(worker.get(reverse("library_list")))
    assert lost.title in text_of(people["outsider"].client.get(reverse("library_public")))
    assert worker.post(step, {"target": ""}).status_code == 422
    assert worker.post(step, {"target": target.pk}).status_code == 302
    assert Proposal.objects.filter(former=lost).get().cycle == target


@DAILY
def test_an_idea_of_the_library_is_reopened_on_a_page(people):
    idea = a_signed_idea(people, an_open_cycle(people))
    shelve_idea(idea, answer="明年再办", by=people["community"].actor, now=AT)
    target = the_next(people)

    answer = people["community"].client.post(
        reverse("library_reopen_idea", args=[idea.pk]), {"target": target.pk}
    )

    assert answer.status_code == 302
    assert Idea.objects.get().cycle == target


def granted(people, count):
    """Grant `count` proposals of one proposer's building through one supplier."""
    made = a_list(people, ballots=[list(range(1, count + 1))] * 5, count=count, budget_fen=count * 1_000_000)
    firm = make_organisation("快修公司", "other")
    for line in made.lines.filter(order__gt=0):
        line.proposal.cost_lines.update(supplier=firm)
    decide(people, made, "party", "assembly", "street")
    committee = make_organisation("东园居委会", "committee")
    for line in made.lines.filter(order__gt=0):
        make_grant(
            line.proposal,
            GrantDraft(committee, dt.date(2026, 10, 31)),
            by=people["handler"].actor,
            now=LISTED_AT,
        )
    return made


@DAILY
def test_the_supervisory_committee_sees_who_wins_again_and_again(people):
    granted(people, 5)

    page = text_of(people["overseer"].client.get(reverse("fund_guard")))

    assert page.count("集中，请核实") == 2  # the building and the supplier; each proposer has a fifth
    assert "快修公司" in page
    assert "3号楼" in page
    assert "与开放时冻结的一致" in page


@DAILY
def test_with_few_wins_nothing_is_called_concentrated(people):
    granted(people, 2)

    assert "集中，请核实" not in text_of(people["overseer"].client.get(reverse("fund_guard")))


@DAILY
def test_changed_rules_and_declared_ties_are_seen_at_once(people):
    cycle = an_open_cycle(people)
    proposal = a_ready_proposal(people, cycle)
    declare_proposer_tie(proposal, "kin", member=people["chief"].user, by=people["community"].actor, now=AT)
    FundCycle.objects.filter(pk=cycle.pk).update(least_votes=50)

    page = text_of(people["overseer"].client.get(reverse("fund_guard") + f"?place={cycle.place_id}"))

    assert "不一致，请立即核查" in page
    assert "周敏" in page


@DAILY
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_guards_page_is_for_those_who_watch(people, language):
    an_open_cycle(people)
    foreign, said = foreign_cast(), {"accept-language": language}

    for who in ("overseer", "community", "chief", "auditor", "discipline"):
        assert people[who].client.get(reverse("fund_guard"), headers=said).status_code == 200
        assert "2026 创享计划" not in text_of(foreign[who].client.get(reverse("fund_guard"), headers=said))
    for who in ("handler", "social_worker", "resident"):
        assert people[who].client.get(reverse("fund_guard")).status_code == 404
    assert people["overseer"].client.get(reverse("fund_guard") + "?place=nowhere").status_code == 200
    for page in ("library_list", "idea_list", "proposal_list"):
        assert people["overseer"].client.get(reverse(page), headers=said).status_code == 200


@DAILY
def test_desks_tell_whose_step_of_the_fund_comes_next(people):
    cycle = an_open_cycle(people)
    an_idea(people, cycle)
    a_proposal(people, cycle, phone="13811112222")
    submit_proposal(Proposal.objects.get(), by=people["social_worker"].actor, now=AT)
    made = a_list(people, title="已计票")

    assert "核对并公开点子" in desk_of(people["community"])
    assert "记录党组织审议" in desk_of(people["community"])
    assert "核对提案造价" in desk_of(people["finance"])
    assert "记录街道批准" not in desk_of(people["chief"])
    decide(people, made, "party", "assembly")
    assert "记录街道批准" in desk_of(people["chief"])
    assert "自治金监督" in desk_of(people["overseer"])


def desk_of(person):
    return text_of(person.client.get("/desk/"))


@DAILY
def test_the_hash_of_the_roll_is_public_once_the_vote_is_open(people):
    ballot, _codes = an_open_ballot(people)

    page = text_of(people["outsider"].client.get(reverse("fund_cycle_public", args=[ballot.cycle_id])))

    assert ballot.roll_digest in page
