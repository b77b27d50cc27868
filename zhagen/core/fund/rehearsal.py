"""A rehearsal of a counted vote with another sum of money: which sums may be tried, and what moves."""

from collections.abc import Collection
from dataclasses import dataclass

from zhagen.core.amounts import FEN_PER_YUAN
from zhagen.core.exact import share_bp
from zhagen.core.rulebook.layer import FULL_BP

MOST_STEPS = 100
"""So many sums at most can be tried in one vote: each is counted once and kept, so nobody can tire the server."""

MORE_BP = 15_000
"""At least half as much again as there was can be tried."""

NICE = (1, 2, 5)
DECADE = 10


@dataclass(frozen=True, slots=True)
class BudgetScale:
    """The sums that may be tried, evenly set apart, the real one among them; all in fen.

    Args:
        lowest_fen: First of them, above zero.
        highest_fen: Last of them.
    """

    real_fen: int
    lowest_fen: int
    highest_fen: int
    step_fen: int

    def nearest(self, amount_fen: int) -> int:
        """Return the sum of the scale next to an amount.

        >>> scale_of(1_234_500, 2_000_000).nearest(1_500_000)
        1484500
        """
        within = min(max(amount_fen, self.lowest_fen), self.highest_fen)
        steps = (within - self.lowest_fen + self.step_fen // 2) // self.step_fen
        return min(self.lowest_fen + steps * self.step_fen, self.highest_fen)

    def stops(self, shares_bp: Collection[int]) -> tuple[int, ...]:
        """Return the sums next to some shares of the real one, in order, each once, the real one left out."""
        found = {self.nearest(self.real_fen * share // FULL_BP) for share in shares_bp}
        return tuple(sorted(found - {self.real_fen}))


def scale_of(real_fen: int, asked_fen: int) -> BudgetScale:
    """Return the sums that may be tried: up to what all projects ask for together.

    Args:
        real_fen: The money of the vote, above zero.
        asked_fen: What its projects ask for in all.

    >>> scale_of(1_200_000, 2_200_000)
    BudgetScale(real_fen=1200000, lowest_fen=50000, highest_fen=2200000, step_fen=50000)
    """
    most = max(asked_fen, real_fen * MORE_BP // FULL_BP)
    step = _nice_step(most)
    lowest = real_fen % step or step
    return BudgetScale(real_fen, lowest, lowest + -(-(most - lowest) // step) * step, step)


def _nice_step(most_fen: int) -> int:
    """Return the smallest 1, 2 or 5 times a power of ten yuan of which `MOST_STEPS` reach that far."""
    unit = FEN_PER_YUAN
    while True:
        for factor in NICE:
            if unit * factor * (MOST_STEPS - 1) >= most_fen:
                return unit * factor
        unit *= DECADE


@dataclass(frozen=True, slots=True)
class Moved:
    """What another sum changes.

    Args:
        winners: Numbers of the winners with that sum, in order.
        spent_fen: What they ask for together.
        spent_bp: The same as a share of that sum.
        enters: Winners of the rehearsal that did not win.
        leaves: Winners that would not win.
    """

    winners: tuple[int, ...]
    spent_fen: int
    spent_bp: int
    enters: tuple[int, ...]
    leaves: tuple[int, ...]


def moved(real: Collection[int], winners: Collection[int], asked: dict[int, int], budget_fen: int) -> Moved:
    """Return how the winners of a rehearsal differ from the real ones.

    Args:
        real: Numbers of those who won.
        winners: Numbers of those who would win.
        asked: Number → fen asked for.
        budget_fen: The sum that was tried.
    """
    spent = sum(asked[number] for number in winners)
    return Moved(
        tuple(winners),
        spent,
        share_bp(spent, budget_fen),
        tuple(number for number in winners if number not in set(real)),
        tuple(number for number in real if number not in set(winners)),
    )
