"""The form of a lifecycle table: states, and for each move from where to where."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from zhagen.core.errors import RuleError


@dataclass(frozen=True)
class Lifecycle:
    """All states of a concept and all moves between them.

    Args:
        concept: Glossary name, such as "tender"; names of states and moves in the message
            catalogue are `state.<concept>.<state>` and `move.<concept>.<move>`.
        initial: State in which the concept begins.
        moves: Move → (states it may start from, state it leads to).
    """

    concept: str
    initial: StrEnum
    moves: Mapping[str, tuple[tuple[StrEnum, ...], StrEnum]]

    def after(self, move: str, state: str) -> StrEnum:
        """Return the state after a move.

        Raises:
            RuleError: "lifecycle.not_now" when the move may not start from this state.
        """
        sources, target = self.moves[move]
        if state not in sources:
            raise RuleError("lifecycle.not_now", concept=self.concept, move=move, state=state)
        return target

    def moves_from(self, state: str) -> tuple[str, ...]:
        """Return the moves that may start from a state, in the order of the table."""
        return tuple(move for move, (sources, _) in self.moves.items() if state in sources)

    def ends(self) -> frozenset[StrEnum]:
        """Return the states from which no move leads away."""
        return frozenset(state for state in type(self.initial) if not self.moves_from(state))
