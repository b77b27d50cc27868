"""The votes of the demo's funds: roll, slips, ballots online, with help and on paper, count, three decisions, grants."""

import datetime as dt
from itertools import groupby

from zhagen.community.actions.ballot import close_ballot, open_ballot, prepare_ballot
from zhagen.community.actions.ballot_count import count_ballot
from zhagen.community.actions.cast import assist_ballot, cast_ballot, mark_paper
from zhagen.community.actions.grant_make import GrantDraft, make_grant
from zhagen.community.actions.meeting import MeetingDraft, Part, record_meeting, record_part
from zhagen.community.actions.paper import key_paper, print_papers
from zhagen.community.actions.proposal import score_proposal
from zhagen.community.actions.proposed_list import (
    DecisionDraft,
    counted_vote,
    propose_list,
    record_decision,
)
from zhagen.community.actions.roll import RollLine, import_roll, issue_codes
from zhagen.community.models import Proposal
from zhagen.core.lifecycle.proposal import ProposalState
from zhagen.lab.fund_story import Voter, Way, roll_of, voters_of
from zhagen.web.demo.fund import Told, committee_of
from zhagen.web.demo.world import World

ON_PAPER = (Way.PAPER, Way.SPOILT)
SCORERS = ("expert:2", "expert:3")
"""Who has marked; the printed expert's marks are still missing."""


def put_on_days(world: World, told: Told) -> None:
    """Put the vote and what follows on its days, once its list is public."""
    plan, days = told.plan, told.plan.days
    world.later(days.listed + dt.timedelta(1), prepare, told)
    world.later(days.vote_from, open_, told)
    if plan.expert_weight_bp:
        world.later(days.vote_from + dt.timedelta(1), score, told)
    world.later(days.vote_until + dt.timedelta(1), close, told)
    world.later(days.counted, count, told)
    for day, step in zip(days.decided, (party, council, street), strict=True):
        world.later(day, step, told)
    world.later(days.granted, grant, told)


def listed_of(told: Told) -> dict[str, Proposal]:
    """Return what stands on the ballot, by its title."""
    rows = Proposal.objects.filter(cycle=told.cycle, state=ProposalState.LISTED)
    return {each.title: each for each in rows.order_by("number")}


def prepare(world: World, told: Told) -> None:
    """Make the roll from a sheet without names, and a slip with a code for each entry."""
    told.ballot = world.act(prepare_ballot, told.cycle, by=told.office)
    lines = [RollLine(label) for label in roll_of(world.district, told.plan)]
    told.ballot = world.act(import_roll, told.ballot, lines, by=told.office)
    slips = world.act(issue_codes, told.ballot, by=told.office)
    told.codes = {each.number: each.code for each in slips}


def open_(world: World, told: Told) -> None:
    """Open the vote by another person than who prepared it, print papers, and put the voters on their days."""
    told.ballot = world.act(open_ballot, told.ballot, by=f"handler:{told.street}")
    told.proposals = listed_of(told)
    liked = {
        title: (told.projects[title][0].theme, told.projects[title][1].liked) for title in told.proposals
    }
    voters = voters_of(world.district, told.plan, liked)
    papers = [each for each in voters if each.way in ON_PAPER]
    serials = world.act(print_papers, told.ballot, len(papers) + 10, by=told.office)
    on_paper = dict(zip((each.number for each in papers), serials, strict=False))
    readings = _readings(world, told, papers)
    for day, came in groupby(voters, key=lambda each: each.on):
        world.later(day, vote, told, tuple(came), on_paper, readings)
    if told.plan.days.vote_until < world.district.ends_on:
        late = next(each for each in papers if readings.get(each.number))
        world.later(told.plan.days.vote_until + dt.timedelta(1), key_late, told, late, on_paper[late.number])


def _readings(world: World, told: Told, papers: list[Voter]) -> dict[int, int]:
    """Return which papers are not read twice on their day: one that two will read differently; or the last ones.

    Of a vote that still runs the last paper waits for both readings, the two before it for the second.
    """
    if told.plan.days.vote_until < world.district.ends_on:
        return {next(each.number for each in papers if each.way is Way.PAPER): 1}
    return {each.number: count for each, count in zip(reversed(papers), (0, 1, 1), strict=False)}


def vote(
    world: World, told: Told, came: tuple[Voter, ...], on_paper: dict[int, str], readings: dict[int, int]
) -> None:
    """Take the ballots of a day."""
    for each in came:
        code, choice = told.codes[each.number], choice_of(told, each)
        if each.way is Way.PAGE:
            world.act(cast_ballot, code, choice)
        elif each.way is Way.ASSISTED:
            world.act(assist_ballot, told.ballot, code, choice, by=told.office)
        else:
            world.act(mark_paper, told.ballot, code, by=told.office)
            for who in (told.office, told.overseer())[: readings.get(each.number, 2)]:
                is_spoilt = each.way is Way.SPOILT
                serial = on_paper[each.number]
                world.act(key_paper, told.ballot, serial, choice, is_spoilt=is_spoilt, by=who)


def choice_of(told: Told, voter: Voter) -> dict[int, int]:
    """Return a ballot as the form sends it."""
    return {told.proposals[title].number: 1 for title in voter.titles}


def key_late(world: World, told: Told, voter: Voter, serial: str) -> None:
    """Let a third person look at the paper that two read differently."""
    right = choice_of(told, voter)
    other = dict(list(right.items())[:-1])
    for who, choice in ((told.overseer(), other), (told.overseer(1), right)):
        world.act(key_paper, told.ballot, serial, choice, by=who)


def score(world: World, told: Told) -> None:
    """Let two of three experts mark what is listed."""
    rng = world.district.stream("fund marks", told.plan.key)
    for expert in SCORERS:
        for title, proposal in told.proposals.items():
            points = round(told.projects[title][1].liked * 10_000) + rng.randrange(1_000, 4_000, 500)
            reason = "看需要的人有多少、以后谁来管、单价是否合理。"
            world.act(score_proposal, proposal, points_bp=min(points, 9_500), reason=reason, by=expert)


def close(world: World, told: Told) -> None:
    """Close by the clock."""
    told.ballot = world.act(close_ballot, told.ballot, by="system")


def count(world: World, told: Told) -> None:
    """Let the supervisory committee count; the community office makes the proposed list."""
    told.ballot = world.act(count_ballot, told.ballot, by=told.overseer())
    told.made = world.act(propose_list, told.cycle, counted_vote(told.cycle), by=told.office)


def party(world: World, told: Told) -> None:
    """Record the party organisation's review; who is kin of a proposer steps aside."""
    tied = [title for title in told.proposals if told.office in told.projects[title][1].kin_of]
    recused = 1 if tied else 0
    minutes = "逐项审议拟立项清单，同意提交居民议事会。"
    if recused:
        name = world.people[told.office].name
        minutes += f"{name}与“{tied[0]}”提案人是近亲属，已申报并回避。"
    draft = DecisionDraft(
        "party", "party_committee", world.day, _number(told, "党纪", 6), minutes, 9, 9, 9 - recused,
        recused=recused,
    )  # fmt: skip
    world.act(record_decision, told.made, draft, by=told.office)


def _number(told: Told, kind: str, number: int) -> str:
    return f"{told.plan.sign}{kind}〔{told.plan.year}〕{number}号"


def council(world: World, told: Told) -> None:
    """Record the residents' council, the agency's part in it, and its decision."""
    place, title = world.places[told.plan.community], f"居民议事会：{told.plan.year}年自治金拟立项清单"
    minutes = "公布选票清单和计票结果，落选的逐项说明差多少票；提案人到场说明怎么做。举手表决。"
    meeting = world.act(
        record_meeting, MeetingDraft(place, "deliberation", title, world.day, minutes), by=told.office
    )
    coach = world.organisations[told.plan.coach]
    part = Part(was_invited=True, was_present=True, spoke=True, took_task="陪提案人写实施表")
    world.act(record_part, meeting, coach, part, by=told.office)
    draft = DecisionDraft(
        "assembly", "authorised_council", world.day, _number(told, "议", 3), minutes, 31, 27, 23, 2, 2,
        authorised_by=f"{told.plan.sign}代〔2024〕5号", meeting=meeting,
    )  # fmt: skip
    world.act(record_decision, told.made, draft, by=told.office)


def street(world: World, told: Told) -> None:
    """Record the street's approval."""
    minutes = "听取自治金拟立项清单和三道审议情况，同意立项；票据随用随报，年底公布。"
    number = f"青办纪〔{told.plan.year}〕11号"
    draft = DecisionDraft("street", "office_meeting", world.day, number, minutes, 7, 6, 6)
    world.act(record_decision, told.made, draft, by=f"leader:{told.street}")


def grant(world: World, told: Told) -> None:
    """Grant each winner its money: to the residents' committee, or to a contracted agency; the proposer leads."""
    rows = told.made.lines.filter(order__gt=0).select_related("proposal").order_by("order")
    for line in rows:
        title = line.proposal.title
        key = told.projects[title][1].grantee
        draft = GrantDraft(
            grantee=world.organisations[key or committee_of(told.plan.community)],
            due_on=dt.date(told.plan.year, 10, 31),
            contract_no=_number(told, "合", 3) if key else "",
        )
        told.grants[title] = world.act(make_grant, line.proposal, draft, by=f"handler:{told.street}")
