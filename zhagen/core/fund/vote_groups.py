"""Who of the voters got how much of what he named, by the theme or building that he cares for.

A ballot holds no building and no name; the only groups that it can tell are those of what it names.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from zhagen.core.allocation.representation import LEVELS
from zhagen.core.fund.vote import WITH_POINTS, VoteTerms, choice_of

OVER = ("theme", "building")


@dataclass(frozen=True, slots=True)
class GroupReached:
    """Voters who named a project of one theme or building; one voter may be in several groups.

    Args:
        over: "theme" or "building".
        at_least: How many of them have at least one, two, three winners among all that they named.
    """

    over: str
    name: str
    voters: int
    at_least: tuple[int, ...]


def groups_reached(
    lines: Sequence[str], terms: VoteTerms, winners: Collection[int]
) -> tuple[GroupReached, ...]:
    """Return each group of voters with how far it got what it named, by theme, then by building.

    Args:
        lines: Ballots as the box keeps them.
        terms: The vote's.
        winners: Numbers of the winners.
    """
    won, found = set(winners), []
    choices = [_named(line, terms) for line in lines]
    own = [len(choice & won) for choice in choices]
    for over in OVER:
        of_name: dict[str, set[int]] = {}
        for project in terms.projects:
            if getattr(project, over):
                of_name.setdefault(getattr(project, over), set()).add(project.number)
        for name, numbers in sorted(of_name.items()):
            counts = [each for choice, each in zip(choices, own, strict=True) if choice & numbers]
            reached = tuple(sum(each >= level for each in counts) for level in LEVELS)
            found.append(GroupReached(over, name, len(counts), reached))
    return tuple(found)


def _named(line: str, terms: VoteTerms) -> set[int]:
    choice = choice_of(line, terms)
    has_points = terms.vote_type in WITH_POINTS
    return {number for number, mark in choice.items() if mark > 0 or not has_points}
