"""Add1: give every voter one unit of money more, again and again, as long as the outcome stays in the budget."""

from fractions import Fraction

from zhagen.core.allocation.shares import EqualShares, Run


def add1(shares: EqualShares, share: Fraction, run: Run) -> tuple[Fraction, Run]:
    """Return the last share whose outcome the budget holds, before the first that overspends, and its outcome.

    It does not end at the first outcome that leaves no room for another project; a later one may still be
    within the budget (so counted in Wieliczka 2023). One step is one whole unit of the currency.

    Args:
        shares: The election, ready for runs.
        share: What each voter held at first.
        run: What that bought.
    """
    budget, costs = shares.election.budget, shares.costs
    everything = sum(cost for cost, able in zip(costs, shares.able, strict=True) if able)
    if everything <= budget:
        return Fraction(everything), shares.run(Fraction(everything))
    while True:
        more = share + shares.election.scale
        raised = shares.run(more)
        if sum(costs[p] for p in raised.winners) > budget:
            return share, run
        if raised.winners == run.winners and share > everything:
            return share, run
        share, run = more, raised
