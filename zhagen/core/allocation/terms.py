"""What is decided before a vote is counted: rule, utility, completion, ties, limits. Frozen with the vote."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from zhagen.core.allocation.pabulib import VoteType
from zhagen.core.errors import RuleError


class Rule(StrEnum):
    """How winners are chosen."""

    EQUAL_SHARES = "equal-shares"
    GREEDY = "greedy"
    GREEDY_PER_COST = "greedy-per-cost"
    PHRAGMEN = "phragmen"


class Utility(StrEnum):
    """What a funded project is worth to a voter who named it."""

    COST = "cost"
    CARDINALITY = "cardinality"
    POINTS = "points"
    BORDA = "borda"


class Completion(StrEnum):
    """How Equal Shares spends what its first run leaves."""

    NONE = "none"
    ADD1 = "add1"
    GREEDY = "greedy"
    ADD1U = "add1u"


STEPWISE = (Completion.ADD1, Completion.ADD1U)
"""Completions that raise the shares step by step."""


class TieBreak(StrEnum):
    """What decides between equals; the id as text decides what is still equal."""

    COST = "cost"
    VOTES = "votes"
    ID = "id"
    SEED = "seed"


AS_APPROVAL = (Utility.COST, Utility.CARDINALITY)

UTILITIES: Mapping[VoteType, tuple[Utility, ...]] = {
    VoteType.APPROVAL: AS_APPROVAL,
    VoteType.CHOOSE_1: AS_APPROVAL,
    VoteType.CUMULATIVE: (Utility.POINTS, *AS_APPROVAL),
    VoteType.SCORING: (Utility.POINTS, *AS_APPROVAL),
    VoteType.ORDINAL: (*AS_APPROVAL, Utility.BORDA),
}
"""Which utilities a kind of ballot allows, its default first.

Equal Shares weighs each voter's utility of a project by it; greedy adds it up over voters (cost and
cardinality: one a vote); Phragmén knows only whether a ballot names a project.
"""


@dataclass(frozen=True)
class Limit:
    """At most `most` over some projects: of money where `of_cost`, else of projects (1: they exclude each other)."""

    name: str
    projects: frozenset[str]
    most: int
    of_cost: bool = True


@dataclass(frozen=True)
class Terms:
    """The rule of one vote.

    Args:
        utility: None takes the default of the kind of ballot.
        least_votes: A project below this score (votes, or points where the utility is points or Borda) is out.
        stop_at_first_misfit: Greedy ends at the first project that does not fit.
    """

    rule: Rule = Rule.EQUAL_SHARES
    utility: Utility | None = None
    completion: Completion = Completion.NONE
    tie: TieBreak = TieBreak.COST
    seed: str = ""
    stop_at_first_misfit: bool = False
    least_votes: int = 0
    limits: tuple[Limit, ...] = ()


def utility_of(terms: Terms, vote_type: VoteType) -> Utility:
    """Return the utility in force.

    Raises:
        RuleError: "allocation.utility_not_for_votes", "allocation.completion_not_for_rule".
    """
    if terms.completion is not Completion.NONE and terms.rule is not Rule.EQUAL_SHARES:
        raise RuleError("allocation.completion_not_for_rule", rule=terms.rule, completion=terms.completion)
    allowed = UTILITIES[vote_type]
    if terms.utility is None:
        return allowed[0]
    if terms.utility not in allowed:
        raise RuleError(
            "allocation.utility_not_for_votes",
            utility=terms.utility,
            vote_type=vote_type,
            allowed=", ".join(allowed),
        )
    return terms.utility


def limits_by(parts: Mapping[str, tuple[str, ...]], most: Mapping[str, int]) -> tuple[Limit, ...]:
    """Return a limit of money a category or district: `parts` gives each project's, `most` each one's money."""
    return tuple(
        Limit(name, frozenset(project for project, of in parts.items() if name in of), amount)
        for name, amount in sorted(most.items())
    )
