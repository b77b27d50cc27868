"""Who wins among equals: a declared order, and a record of each time it was needed."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from zhagen.core.allocation.election import Project
from zhagen.core.allocation.terms import Terms, TieBreak


@dataclass(frozen=True)
class Tie:
    """Projects that stood exactly equal when one was chosen.

    Args:
        step: How many projects had been chosen before.
        projects: Ids of the equals, the chosen one first.
        by: What decided.
    """

    step: int
    projects: tuple[str, ...]
    by: TieBreak


def tie_ranks(projects: Sequence[Project], votes: Sequence[int], terms: Terms) -> tuple[int, ...]:
    """Return each project's rank among equals: the lower wins. The order of the file never matters."""
    order = sorted(range(len(projects)), key=lambda p: _key(projects[p], votes[p], terms))
    ranks = [0] * len(projects)
    for rank, p in enumerate(order):
        ranks[p] = rank
    return tuple(ranks)


def _key(project: Project, votes: int, terms: Terms) -> tuple[int | str, int, str]:
    if terms.tie is TieBreak.VOTES:
        return -votes, project.cost, project.id
    if terms.tie is TieBreak.SEED:
        return hashlib.sha256(f"{terms.seed}:{project.id}".encode()).hexdigest(), 0, project.id
    return (project.cost if terms.tie is TieBreak.COST else 0), 0, project.id
