"""What is left to spend: of the budget and of each limit."""

from collections.abc import Sequence

from zhagen.core.allocation.election import Election
from zhagen.core.allocation.terms import Limit


class Room:
    """The money and places left while projects are chosen one by one."""

    def __init__(self, election: Election, limits: Sequence[Limit]) -> None:
        self.left = election.budget
        self.costs = [project.cost for project in election.projects]
        self.rooms = [limit.most for limit in limits]
        self.shares: list[list[tuple[int, int]]] = [
            [
                (at, project.cost if limit.of_cost else 1)
                for at, limit in enumerate(limits)
                if project.id in limit.projects
            ]
            if limits
            else []
            for project in election.projects
        ]

    def within_limits(self, project: int) -> bool:
        """Return whether the limits leave room for a project."""
        return all(share <= self.rooms[at] for at, share in self.shares[project])

    def fits(self, project: int) -> bool:
        """Return whether the budget and the limits leave room for a project."""
        return self.costs[project] <= self.left and self.within_limits(project)

    def take(self, project: int) -> None:
        """Spend a project's cost."""
        self.left -= self.costs[project]
        for at, share in self.shares[project]:
            self.rooms[at] -= share
