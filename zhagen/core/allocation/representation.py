"""Who is represented how far: voters with at least one, two, three of their projects among the winners."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from zhagen.core.allocation.election import Election, Whole
from zhagen.core.exact import share_bp

LEVELS = (1, 2, 3)


@dataclass(frozen=True)
class Represented:
    """One group of voters.

    Args:
        at_least: How many voters have at least one, two, three winners among the projects they named.
    """

    group: str
    voters: int
    at_least: tuple[int, ...]

    @property
    def shares_bp(self) -> tuple[int, ...]:
        """Return the same as shares of the group."""
        return tuple(share_bp(each, self.voters) for each in self.at_least)


def represented(
    election: Election, winners: Iterable[str], groups: Sequence[str] | None = None
) -> tuple[Represented, ...]:
    """Return how far all voters, and each group of them, are represented.

    Args:
        election: Its ballots.
        winners: Ids of the winners.
        groups: The group of each ballot, in the order of ballots; None for no groups.
    """
    won = set(winners)
    is_winner = np.array([name in won for name in election.ids])
    ballots = election.ballots
    counts = (is_winner[ballots.projects] if ballots.projects.size else np.zeros(0, bool)) & (
        ballots.points > 0
    )
    summed = np.concatenate([[0], np.cumsum(counts)])
    own: Whole = summed[ballots.offsets[1:]] - summed[ballots.offsets[:-1]]
    rows = [_row("", own)]
    if groups is not None:
        labels = np.array(groups, dtype=object)
        rows += [_row(name, own[labels == name]) for name in sorted(set(groups))]
    return tuple(rows)


def _row(name: str, own: Whole) -> Represented:
    return Represented(name, int(own.size), tuple(int((own >= level).sum()) for level in LEVELS))
