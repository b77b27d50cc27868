"""Count a vote: from an election and its terms to the winners, in order, with every tie that was met."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from zhagen.core.allocation.completion import add1
from zhagen.core.allocation.election import Election
from zhagen.core.allocation.greedy import by_merit, fill, merits, ties_of
from zhagen.core.allocation.phragmen import buy_by_pace
from zhagen.core.allocation.room import Room
from zhagen.core.allocation.shares import EqualShares
from zhagen.core.allocation.support import Support, support_of, tally_of
from zhagen.core.allocation.terms import STEPWISE, Completion, Rule, Terms, Utility, utility_of
from zhagen.core.allocation.ties import Tie, tie_ranks

ONLY_TALLIED = (Rule.GREEDY, Rule.GREEDY_PER_COST)
"""Rules that ask how many named a project, not who."""


@dataclass(frozen=True)
class Outcome:
    """The winners of a vote.

    Args:
        winners: Ids as in the file, in order of selection.
        cost: What they cost, in the election's units.
        ties: Every choice among exact equals.
        utility: The utility in force.
        share: What each voter held in the run that counts; None for rules without shares.
        bought: How many of the winners were bought by Equal Shares; the rest are its greedy completion.
        redone: How many decisions no bound could take and were taken in exact fractions.
    """

    winners: tuple[str, ...]
    cost: int
    ties: tuple[Tie, ...]
    utility: Utility
    share: Fraction | None = None
    bought: int = 0
    redone: int = 0


def allocate(election: Election, terms: Terms) -> Outcome:
    """Return the winners of an election under its terms.

    Raises:
        RuleError: "allocation.utility_not_for_votes", ".completion_not_for_rule", ".unknown_in_limit", ".too_large".
    """
    return Count(election, terms).outcome()


class Count:
    """One election and its terms, made ready to be counted; reasons ask it again with changes."""

    def __init__(self, election: Election, terms: Terms, support: Support | None = None) -> None:
        self.election, self.terms = election, terms
        self.utility = utility_of(terms, election.vote_type)
        self._support = support
        if terms.rule in ONLY_TALLIED and support is None:
            self.votes, self.scores = tally_of(election, self.utility)
        else:
            self.votes, self.scores = self.support.votes, self.support.scores
        self.ranks = tie_ranks(election.projects, self.votes, terms)
        self.costs = [project.cost for project in election.projects]
        self.able = [score >= terms.least_votes for score in self.scores]

    @property
    def support(self) -> Support:
        """Return who supports what, merged when first asked for."""
        if self._support is None:
            self._support = support_of(self.election, self.utility)
        return self._support

    def outcome(self) -> Outcome:
        """Return the winners."""
        if self.terms.rule is Rule.EQUAL_SHARES:
            return self._equal_shares()
        room = Room(self.election, self.terms.limits)
        if self.terms.rule is Rule.PHRAGMEN:
            pace = buy_by_pace(self.support, room, self.able, self.ranks)
            return self._result(pace.winners, pace.equals, redone=pace.redone)
        chosen = self._greedy(room, range(len(self.costs)))
        return self._result([equals[0] for equals in chosen], chosen)

    def _greedy(self, room: Room, among: Iterable[int]) -> list[list[int]]:
        per_cost = self.terms.rule is Rule.GREEDY_PER_COST
        merit = merits(self.scores, self.costs, per_cost=per_cost)
        order = by_merit([p for p in among if self.able[p]], merit, self.ranks)
        return fill(order, merit, room, stop_at_first_misfit=self.terms.stop_at_first_misfit)

    def _equal_shares(self) -> Outcome:
        shares = EqualShares(self.election, self.support, self.utility, self.ranks, self.terms)
        money = self.election.budget
        run = shares.run(money)
        if self.terms.completion in STEPWISE:
            money, run = add1(shares, run)
        share = Fraction(money, shares.voters)
        winners, equals = list(run.winners), list(run.equals)
        if self.terms.completion in (Completion.GREEDY, Completion.ADD1U):
            room = Room(self.election, self.terms.limits)
            for winner in winners:
                room.take(winner)
            chosen = self._greedy(room, set(range(len(self.costs))) - set(winners))
            winners += [each[0] for each in chosen]
            equals += [tuple(each) for each in chosen]
        return self._result(winners, equals, share=share, bought=len(run.winners), redone=run.redone)

    def _result(
        self,
        winners: Sequence[int],
        equals: Sequence[Sequence[int]],
        *,
        share: Fraction | None = None,
        bought: int = 0,
        redone: int = 0,
    ) -> Outcome:
        ids = self.election.ids
        ties = tuple(ties_of(equals, ids, self.terms.tie))
        cost = sum(self.costs[p] for p in winners)
        return Outcome(tuple(ids[p] for p in winners), cost, ties, self.utility, share, bought, redone)
