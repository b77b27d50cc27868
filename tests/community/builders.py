"""What tests of a community's fund begin with: a drafted or opened cycle, an idea."""

import datetime as dt

from tests.cast import COMMUNITY
from zhagen.community.actions.fund_cycle import CycleDraft, draft_cycle, end_ideas, open_cycle
from zhagen.community.actions.fund_list import publish_list
from zhagen.community.actions.idea import IdeaDraft, co_sign, raise_idea, show_idea
from zhagen.community.actions.proposal import (
    LineDraft,
    ProposalDraft,
    check_proposal_cost,
    check_proposal_list,
    submit_proposal,
    write_proposal,
)
from zhagen.community.actions.proposed_list import CountedVote, DecisionDraft, propose_list, record_decision
from zhagen.core.allocation.election import Ballots, Election, Project
from zhagen.core.allocation.pabulib import VoteType
from zhagen.core.allocation.terms import Completion, Rule, Terms, Utility
from zhagen.core.fund.negative import Answer
from zhagen.parties.models import Organisation, Place
from zhagen.platform.vault import PersonalData

AT = dt.datetime(2026, 3, 2, 2, 0, tzinfo=dt.UTC)
DATES = {
    "ideas_until_on": dt.date(2026, 3, 20),
    "vote_from_on": dt.date(2026, 4, 10),
    "vote_until_on": dt.date(2026, 4, 16),
    "clearing_on": dt.date(2027, 5, 31),
}


def after_days(days, at=AT):
    return at + dt.timedelta(days)


def a_draft(**changes):
    values = {
        "stage": "community",
        "title": "2026 创享计划",
        "year": 2026,
        "quota_way": "urban",
        "residents": 7233,
    }
    return CycleDraft(
        place=Place.objects.get(pk=changes.pop("place", COMMUNITY)), **{**values, **DATES, **changes}
    )


def a_cycle(people, **changes):
    """Return a draft of the handler."""
    return draft_cycle(a_draft(**changes), by=people["handler"].actor, now=AT)


def an_open_cycle(people, **changes):
    """Return a cycle that collects ideas, coached by the agency."""
    agency = Organisation.objects.get(name="扎根社工服务中心")
    cycle = a_cycle(people, **{"coach": agency, "coaching_fen": 2_000_000, **changes})
    return open_cycle(cycle, by=people["chief"].actor, now=AT)


def an_idea(people, cycle, phone="13800138000", **changes):
    """Return an idea that a resident said on his phone."""
    draft = IdeaDraft(
        **{"text": "棋牌桌坏了，修一修", "theme": "elderly", "building": "3号楼", **changes},
        person=PersonalData(name="赵大爷", phone=phone) if phone else PersonalData(),
    )
    return raise_idea(cycle, draft, by=people["outsider"].actor, now=AT)


def a_signed_idea(people, cycle, signers=5, **changes):
    """Return a public idea with co-signers."""
    idea = an_idea(people, cycle, **changes)
    show_idea(idea, text="修棋牌桌", by=people["community"].actor, now=AT)
    for number in range(signers):
        assert co_sign(idea, phone=f"1390013{number:04d}", now=AT)
    idea.refresh_from_db()
    return idea


def a_proposal_draft(**changes):
    values = {
        "title": "修棋牌桌", "need": "桌子坏了，老人没处坐", "steps": "四月买桌，五月装好，楼里老人一起装",
        "theme": "elderly", "building": "3号楼", "proposer_shown": "3号楼赵大爷", "has_no_ties": True,
        "lines": (LineDraft("石桌", 2, 300_000, price_source="问过三家"), LineDraft("石凳", 8, 50_000)),
    }  # fmt: skip
    return ProposalDraft(**{**values, **changes})


def a_proposal(people, cycle, phone="13800138000", **changes):
    """Return a proposal that the agency's worker wrote with a resident."""
    idea = a_signed_idea(people, cycle, phone=phone)
    return write_proposal(idea, a_proposal_draft(**changes), by=people["social_worker"].actor, now=AT)


PASSES = {
    test: Answer(True, "公共区域的桌椅") for test in ("private_duty", "other_liable", "government_duty")
}


def a_ready_proposal(people, cycle, **changes):
    """Return a proposal that passed both checks."""
    proposal = a_proposal(people, cycle, **changes)
    submit_proposal(proposal, by=people["social_worker"].actor, now=AT)
    check_proposal_cost(proposal, note="问过三家", by=people["finance"].actor, now=AT)
    return check_proposal_list(proposal, PASSES, by=people["handler"].actor, now=AT)


def a_listed_cycle(people, count=2, **changes):
    """Return a cycle whose list is public, with as many proposals; each of its own proposer."""
    cycle = an_open_cycle(people, **changes)
    for number in range(count):
        a_ready_proposal(people, cycle, phone=f"1380013{number:04d}", title=f"提案{number + 1}")
    end_ideas(cycle, by=people["community"].actor, now=after_days(19))
    return publish_list(cycle, by=people["community"].actor, now=after_days(20))


def a_vote(cycle, ballots, budget_fen=None):
    """Return a counted vote: each ballot names proposals by number, in units of fen."""
    proposals = list(cycle.proposals.filter(listed_at__isnull=False).order_by("number"))
    at = {each.number: place for place, each in enumerate(proposals)}
    projects = tuple(Project(str(each.number), each.asked_fen, each.title) for each in proposals)
    named = Ballots.of([[at[number] for number in ballot] for ballot in ballots])
    election = Election(projects, budget_fen or cycle.votable_fen, named, VoteType.APPROVAL, scale=100)
    terms = Terms(
        Rule(cycle.rule), Utility(cycle.utility), Completion(cycle.completion), least_votes=cycle.least_votes
    )
    return CountedVote(election, terms, "a" * 64)


def a_list(people, ballots=None, count=2, budget_fen=1_000_000, **changes):
    """Return the proposed list of a vote in which there is money for one of the proposals."""
    cycle = a_listed_cycle(people, count, **changes)
    type(cycle).objects.filter(pk=cycle.pk).update(state="voting")
    vote = a_vote(cycle, ballots or [[1]] * 6 + [[2]] * 4, budget_fen)
    return propose_list(cycle, vote, by=people["community"].actor, now=LISTED_AT)


LISTED_AT = after_days(46)
BODIES = {"party": "party_committee", "assembly": "delegates", "street": "office_meeting"}
RECORDERS = {"party": "community", "assembly": "community", "street": "chief"}


def a_decision_draft(step, **changes):
    values = {
        "body": BODIES[step], "held_on": LISTED_AT.date(), "minutes_no": "〔2026〕12号", "minutes": "逐项议过，同意。",
        "entitled": 9, "present": 7, "in_favour": 6, "against": 1,
    }  # fmt: skip
    return DecisionDraft(step=step, **{**values, **changes})


def decide(people, made, *steps, **changes):
    """Record the decisions of some steps, all passed unless changed."""
    for step in steps:
        record_decision(
            made, a_decision_draft(step, **changes), by=people[RECORDERS[step]].actor, now=LISTED_AT
        )
    made.cycle.refresh_from_db()
    return made.cycle
