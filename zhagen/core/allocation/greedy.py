"""Greedy: the project with most votes first, or with most votes per unit of money, as long as it fits."""

from collections.abc import Sequence

from zhagen.core.allocation.room import Room
from zhagen.core.allocation.terms import TieBreak
from zhagen.core.allocation.ties import Tie


def merits(scores: Sequence[int], costs: Sequence[int], *, per_cost: bool) -> list[int]:
    """Return by what greedy orders projects; what costs nothing comes first per cost.

    Two different quotients of whole numbers differ by at least one over the product of what divides them. So
    rounded down to units finer than that they stay apart, equal ones stay equal, and whole numbers do.
    """
    if not per_cost:
        return list(scores)
    finer = 2 * max(costs, default=0).bit_length()
    free = (max(scores, default=0) + 1) << finer
    return [(score << finer) // cost if cost else free for score, cost in zip(scores, costs, strict=True)]


def fill(
    order: Sequence[int],
    merit: Sequence[int],
    room: Room,
    *,
    stop_at_first_misfit: bool = False,
) -> list[list[int]]:
    """Return the chosen in order, each with the equals that it was chosen before.

    Args:
        order: Projects by falling merit, equals by rank.
        merit: The merit of every project, by number.
        room: What is left to spend; it is spent here.
        stop_at_first_misfit: End at the first that does not fit, instead of passing it over.
    """
    chosen: list[list[int]] = []
    for place, project in enumerate(order):
        if not room.fits(project):
            if stop_at_first_misfit:
                break
            continue
        equals = [project]
        for other in order[place + 1 :]:
            if merit[other] != merit[project]:
                break
            if room.fits(other):
                equals.append(other)
        room.take(project)
        chosen.append(equals)
    return chosen


def by_merit(projects: Sequence[int], merit: Sequence[int], ranks: Sequence[int]) -> list[int]:
    """Return projects by falling merit, equals by rank."""
    return sorted(projects, key=lambda p: (-merit[p], ranks[p]))


def ties_of(chosen: Sequence[Sequence[int]], ids: Sequence[str], by: TieBreak, before: int = 0) -> list[Tie]:
    """Return a record of each choice among equals."""
    return [
        Tie(before + step, tuple(ids[p] for p in equals), by)
        for step, equals in enumerate(chosen)
        if len(equals) > 1
    ]
