"""Small elections of our own for the tests of allocation, and a generator of odd ones."""

import random

from hypothesis import strategies as st

from zhagen.core.allocation.allocate import allocate
from zhagen.core.allocation.election import Ballots, Election, Project
from zhagen.core.allocation.pabulib import VoteType
from zhagen.core.allocation.reading import read_election
from zhagen.core.allocation.terms import UTILITIES, Completion, Limit, Rule, Terms, TieBreak
from zhagen.core.allocation.writing import write_election

COURTYARD = """META
key;value
description;楼院自治金 2026
budget;30000
vote_type;approval
num_projects;5
num_votes;10
PROJECTS
project_id;cost;name;category;district
lamp;12000;楼道灯;安全;1号楼
bench;9000;长椅;环境;2号楼
garden;9000;花园;环境;2号楼
ramp;15000;坡道;安全,无障碍;1号楼
paint;3000;粉刷;环境;3号楼
VOTES
voter_id;vote;building
1;lamp,ramp;1
2;lamp,ramp;1
3;lamp,ramp;1
4;lamp,ramp,paint;1
5;lamp;1
6;bench,garden;2
7;bench,garden;2
8;bench,garden;2
9;garden,bench,garden;2
10;paint;3
"""


def of(costs: dict[str, int], budget: int, *ballots: str, **more) -> Election:
    """Return an election: `of({"a": 3, "b": 4}, 10, "ab", "b")`, one letter a project."""
    numbers = {name: at for at, name in enumerate(costs)}
    projects = tuple(Project(name, cost) for name, cost in costs.items())
    return Election(
        projects, budget, Ballots.of([[numbers[c] for c in ballot] for ballot in ballots]), **more
    )


COSTS = st.sampled_from([0, 1, 2, 3, 5, 7, 10, 20, 35])


@st.composite
def elections(draw, most_projects: int = 6, most_voters: int = 8) -> Election:
    """Return an election of any kind of ballot, with many equals."""
    size = draw(st.integers(1, most_projects))
    vote_type = draw(st.sampled_from(list(VoteType)))
    projects = tuple(Project(f"{p}", draw(COSTS)) for p in range(size))
    named = st.lists(st.integers(0, size - 1), max_size=1 if vote_type is VoteType.CHOOSE_1 else size)
    ballots = draw(st.lists(named, min_size=1, max_size=most_voters))
    points = None
    if vote_type in (VoteType.CUMULATIVE, VoteType.SCORING):
        points = [draw(st.lists(st.integers(0, 4), min_size=len(b), max_size=len(b))) for b in ballots]
    return Election(projects, draw(st.integers(0, 50)), Ballots.of(ballots, points), vote_type)


@st.composite
def counted(draw, completions=tuple(Completion)) -> tuple[Election, Terms]:
    """Return an election and terms that its ballots allow."""
    election = draw(elections())
    rule = draw(st.sampled_from(list(Rule)))
    completion = draw(st.sampled_from(completions)) if rule is Rule.EQUAL_SHARES else Completion.NONE
    some = st.frozensets(st.sampled_from(election.ids))
    limits = (
        Limit("money", draw(some), draw(st.integers(0, 40))),
        Limit("one", draw(some), 1, of_cost=False),
    )
    terms = Terms(
        rule,
        draw(st.sampled_from(UTILITIES[election.vote_type])),
        completion,
        draw(st.sampled_from(list(TieBreak))),
        "2026",
        draw(st.booleans()),
        draw(st.integers(0, 2)),
        limits if draw(st.booleans()) else (),
    )
    return election, terms


def some_elections(seed: int, many: int) -> list[Election]:
    """Return elections of a dozen projects and fifty ballots of every kind, always the same for a seed."""
    rng, found = random.Random(seed), []
    for at in range(many):
        vote_type = list(VoteType)[at % len(VoteType)]
        projects = tuple(Project(f"{p}", rng.choice([0, 40, 60, 60, 75, 90, 111])) for p in range(12))
        most = 1 if vote_type is VoteType.CHOOSE_1 else 6
        ballots = [rng.sample(range(12), rng.randint(0, most)) for _ in range(50)]
        points = None
        if vote_type in (VoteType.CUMULATIVE, VoteType.SCORING):
            points = [[rng.randint(0, 4) for _ in ballot] for ballot in ballots]
        found.append(Election(projects, 400, Ballots.of(ballots, points), vote_type))
    return found


def outcomes(seed: int = 7, many: int = 15) -> list[str]:
    """Return what each rule with each completion says of `some_elections`, written out and read again."""
    said = []
    for election in some_elections(seed, many):
        again = read_election(write_election(election).encode(), "x.pb")
        for rule in Rule:
            for completion in Completion if rule is Rule.EQUAL_SHARES else (Completion.NONE,):
                said.append(repr(allocate(again, Terms(rule, completion=completion))))
    return said
