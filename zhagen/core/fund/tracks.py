"""Residents' and experts' tracks put together: experts vote as an electorate of exactly the stated weight.

Under every rule an expert's marks become a ballot of the residents' own kind, and ballots are repeated so that
all experts together weigh what was stated: by Equal Shares they hold that part of the money, by a greedy rule
that part of the votes. Without experts the count is the residents' own.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from math import gcd

import numpy as np

from zhagen.core.allocation.allocate import Count, Outcome
from zhagen.core.allocation.election import Ballots, Election
from zhagen.core.allocation.pabulib import VoteType
from zhagen.core.allocation.reasons import why_all_lost, why_won
from zhagen.core.allocation.terms import Limit, Terms
from zhagen.core.errors import RuleError
from zhagen.core.rulebook.layer import FULL_BP

Marks = Mapping[str, Mapping[str, int]]
"""Expert → proposal → mark in basis points."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What the two tracks weigh.

    Args:
        resident_bp: The residents' weight; with `expert_bp` the whole.
        expert_bp: The experts' weight.
        support_from_bp: From this mark on an expert's ballot names a proposal.
    """

    resident_bp: int
    expert_bp: int
    support_from_bp: int


@dataclass(frozen=True, slots=True)
class Line:
    """What the count says of one proposal.

    Args:
        proposal: Its id.
        order: In which order it was chosen, from 1; 0 if it was not.
        votes: Residents who named it.
        resident_bp: Share of the residents' ballots that name it.
        expert_bp: Mean mark of the experts; 0 without any.
        resident_pays: What a resident with enough left pays, in the election's units, as exact text; "" if the
            rule has no payments.
        wins_at: Highest cost, in the election's units, at which a loser wins; None if at none.
        ballots_more: Fewest further ballots with which a loser wins; None if none would do, or where experts weigh.
    """

    proposal: str
    order: int
    votes: int
    resident_bp: int
    expert_bp: int
    resident_pays: str = ""
    wins_at: int | None = None
    ballots_more: int | None = None


@dataclass(frozen=True, slots=True)
class ListFound:
    """The proposed list.

    Args:
        lines: All proposals that the vote was between, the chosen first, in their order.
        spent: What the chosen cost, in the election's units.
        ties: Every choice among exact equals, the chosen one first.
        voters: Residents who voted.
        experts: Experts whose marks counted.
    """

    lines: tuple[Line, ...]
    spent: int
    ties: tuple[tuple[str, ...], ...]
    voters: int
    experts: int


def proposed_list(
    election: Election, terms: Terms, marks: Marks, weights: Weights, struck: Collection[str] = ()
) -> ListFound:
    """Return the proposed list: the vote's count, or the count of both tracks where experts weigh.

    Args:
        election: The residents' ballots.
        terms: The cycle's frozen terms; its least votes are the residents'.
        marks: The experts' marks.
        weights: What the tracks weigh.
        struck: Proposals that a decision took out; they win nothing.

    Raises:
        RuleError: "proposed_list.no_votes", "proposed_list.no_marks", and what the allocation refuses.
    """
    if not election.ballots.count:
        raise RuleError("proposed_list.no_votes")
    plain = Count(election, terms)
    copies, count = 1, plain
    if weights.expert_bp or struck:
        copies, joined = _joined(election, marks, weights) if weights.expert_bp else (1, election)
        count = Count(joined, _without(terms, plain, struck))
    outcome = count.outcome()
    lines = _lines(count, outcome, plain, marks if weights.expert_bp else {}, copies)
    ties = tuple(tie.projects for tie in outcome.ties)
    experts = len(marks) if weights.expert_bp else 0
    return ListFound(lines, outcome.cost, ties, election.ballots.count, experts)


def _without(terms: Terms, plain: Count, struck: Collection[str]) -> Terms:
    """Return the terms without what was struck, and without what the residents gave too few votes."""
    out = {name for name, able in zip(plain.election.ids, plain.able, strict=True) if not able} | set(struck)
    limits = (*terms.limits, Limit("out", frozenset(out), 0, of_cost=False)) if out else terms.limits
    return replace(terms, limits=limits, least_votes=0)


def _joined(election: Election, marks: Marks, weights: Weights) -> tuple[int, Election]:
    """Return how often each resident's ballot is repeated, and the election of both tracks."""
    if not any(given for given in marks.values()):
        raise RuleError("proposed_list.no_marks")
    residents, experts = election.ballots, _expert_ballots(election, marks, weights.support_from_bp)
    of_residents, of_experts = weights.resident_bp * experts.count, weights.expert_bp * residents.count
    common = gcd(of_residents, of_experts)
    both = _after(_repeated(residents, of_residents // common), _repeated(experts, of_experts // common))
    return of_residents // common, replace(election, ballots=both)


def _expert_ballots(election: Election, marks: Marks, support_from_bp: int) -> Ballots:
    numbers = {name: at for at, name in enumerate(election.ids)}
    highest = int(election.ballots.points.max(initial=1))
    ballots, points = [], []
    for expert in sorted(marks):
        given = {numbers[name]: mark for name, mark in marks[expert].items() if name in numbers}
        named = sorted((p for p in given if given[p] >= support_from_bp), key=lambda p: (-given[p], p))
        if election.vote_type is VoteType.CHOOSE_1:
            named = named[:1]
        ballots.append(named)
        points.append([max(1, given[p] * highest // FULL_BP) for p in named])
    with_points = election.vote_type in (VoteType.CUMULATIVE, VoteType.SCORING)
    return Ballots.of(ballots, points if with_points else None)


def _repeated(ballots: Ballots, times: int) -> Ballots:
    sizes = np.tile(np.diff(ballots.offsets), times)
    offsets = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    return Ballots(offsets, np.tile(ballots.projects, times), np.tile(ballots.points, times))


def _after(first: Ballots, then: Ballots) -> Ballots:
    offsets = np.concatenate([first.offsets, then.offsets[1:] + first.offsets[-1]])
    return Ballots(
        offsets,
        np.concatenate([first.projects, then.projects]),
        np.concatenate([first.points, then.points]),
    )


def _lines(count: Count, outcome: Outcome, plain: Count, marks: Marks, copies: int) -> tuple[Line, ...]:
    voters, votes = plain.election.ballots.count, plain.support.votes
    found = {}
    for at, name in enumerate(plain.election.ids):
        share = votes[at] * FULL_BP // voters
        found[name] = Line(name, 0, votes[at], share, _mean(marks, name))
    for place, won in enumerate(why_won(count, outcome), 1):
        pays = "" if won.price is None else str(Fraction(won.price) * copies)
        found[won.project] = replace(found[won.project], order=place, resident_pays=pays)
    for lost in why_all_lost(count, outcome):
        more = None if marks else lost.ballots
        found[lost.project] = replace(found[lost.project], wins_at=lost.cost, ballots_more=more)
    chosen = [found[name] for name in outcome.winners]
    rest = [line for line in found.values() if not line.order]
    return (*chosen, *sorted(rest, key=lambda line: (-line.votes, line.proposal)))


def _mean(marks: Marks, name: str) -> int:
    given = [each[name] for each in marks.values() if name in each]
    return sum(given) // len(given) if given else 0
