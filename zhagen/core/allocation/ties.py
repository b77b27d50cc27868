"""Who wins among equals: a declared order, and a record of each time it was needed."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

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
    keys = _keys(projects, votes, terms)
    order = sorted(range(len(projects)), key=keys.__getitem__)
    ranks = [0] * len(projects)
    for rank, p in enumerate(order):
        ranks[p] = rank
    return tuple(ranks)


def _keys(
    projects: Sequence[Project], votes: Sequence[int], terms: Terms
) -> list[tuple[int | str, int, str]]:
    if terms.tie is TieBreak.VOTES:
        return [(-given, each.cost, each.id) for each, given in zip(projects, votes, strict=True)]
    if terms.tie is TieBreak.SEED:
        return [(sha256(f"{terms.seed}:{each.id}".encode()).hexdigest(), 0, each.id) for each in projects]
    if terms.tie is TieBreak.COST:
        return [(each.cost, 0, each.id) for each in projects]
    return [(0, 0, each.id) for each in projects]
