"""Add1: give every voter one unit of money more, again and again, as long as the outcome stays in the budget."""

from zhagen.core.allocation.shares import EqualShares, Run
from zhagen.core.allocation.shares_kernel import MOST


def add1(shares: EqualShares, run: Run) -> tuple[int, Run]:
    """Return the last money whose outcome the budget holds, before the first that overspends, and its outcome.

    It does not end at the first outcome that leaves no room for another project; a later one may still be
    within the budget (so counted in Wieliczka 2023). One step gives each voter one unit of the currency.

    Args:
        shares: The election, ready for runs.
        run: What equal shares of the budget buy.
    """
    budget, step = shares.election.budget, shares.election.scale * shares.voters
    most = min(shares.supported_cost * shares.voters, MOST // 2 // shares.largest - 1)
    if shares.supported_cost <= budget:  # nothing can overspend: every voter may have enough for all
        return max(most, budget), shares.run(max(most, budget))
    money = budget
    while True:
        looked_at = shares.raised(money + step, most)
        last = looked_at - step
        if looked_at > most:
            break
        raised = shares.run(looked_at)
        if sum(shares.costs[p] for p in raised.winners) > budget:
            break
        money, run = looked_at, raised
    return last, run if last == money else shares.run(last)
