"""Each rule once more, slowly and plainly, voter by voter in fractions: what the fast rules are held to."""

from collections.abc import Callable
from fractions import Fraction

from zhagen.core.allocation.election import Election
from zhagen.core.allocation.pabulib import VoteType
from zhagen.core.allocation.room import Room
from zhagen.core.allocation.terms import Completion, Rule, Terms, Utility, utility_of
from zhagen.core.allocation.ties import tie_ranks

Marks = list[dict[int, int]]
"""For each voter the utility of each project that he names."""


def plain_winners(election: Election, terms: Terms) -> tuple[str, ...]:
    """Return the ids of the winners, in order of selection."""
    utility = utility_of(terms, election.vote_type)
    marks = plain_marks(election, utility)
    scores = [sum(ballot.get(p, 0) for ballot in marks) for p in range(len(election.projects))]
    votes = [sum(p in ballot for ballot in marks) for p in range(len(election.projects))]
    ranks = tie_ranks(election.projects, votes, terms)
    able = [p for p, score in enumerate(scores) if score >= terms.least_votes]
    room = Room(election, terms.limits)
    if terms.rule is Rule.PHRAGMEN:
        winners = _phragmen(marks, room, able, ranks)
    elif terms.rule is Rule.EQUAL_SHARES:
        winners = _completed(election, terms, marks, scores, able, ranks)
    else:
        winners = _greedy(scores, room, able, ranks, terms)
    return tuple(election.projects[p].id for p in winners)


def plain_marks(election: Election, utility: Utility) -> Marks:
    """Return each voter's marks under a utility; what is worth nothing to him is left out."""
    ballots = election.ballots
    lists = [
        ballots.projects[a:b].tolist() for a, b in zip(ballots.offsets, ballots.offsets[1:], strict=False)
    ]
    points = [
        ballots.points[a:b].tolist() for a, b in zip(ballots.offsets, ballots.offsets[1:], strict=False)
    ]
    if utility is Utility.BORDA:
        stated = election.meta.get("max_length", "")
        most = max([len(each) for each in lists] + ([int(stated)] if stated.isdigit() else []), default=0)
        return [{p: most - place for place, p in enumerate(ballot)} for ballot in lists]
    if election.vote_type not in (VoteType.CUMULATIVE, VoteType.SCORING):
        return [dict.fromkeys(ballot, 1) for ballot in lists]
    full = [
        {p: m for p, m in zip(b, marks, strict=True) if m > 0} for b, marks in zip(lists, points, strict=True)
    ]
    return full if utility is Utility.POINTS else [dict.fromkeys(ballot, 1) for ballot in full]


def plain_shares(
    election: Election, marks: Marks, worth: list[int], share: Fraction, room: Room, able: list[int],
    ranks: tuple[int, ...],
) -> list[tuple[int, Fraction]]:  # fmt: skip
    """Return what Equal Shares buys for voters who hold `share` each, with the price per unit of mark."""
    money = [share] * len(marks)
    supporters = {p: [v for v, ballot in enumerate(marks) if p in ballot] for p in able}
    left = sorted((p for p in able if supporters[p]), key=lambda p: ranks[p])
    bought: list[tuple[int, Fraction]] = []
    while True:
        prices = {}
        for p in left:
            price = _price(election.projects[p].cost, [(money[v], marks[v][p]) for v in supporters[p]])
            if price is not None and room.within_limits(p):
                prices[p] = price
        if not prices:
            return bought
        winner = min(prices, key=lambda p: (prices[p] and prices[p] / worth[p], ranks[p]))
        for v in supporters[winner]:
            money[v] -= min(money[v], prices[winner] * marks[v][winner])
        room.take(winner)
        left.remove(winner)
        bought.append((winner, prices[winner]))


def _price(cost: int, purses: list[tuple[Fraction, int]]) -> Fraction | None:
    """Return the price per unit of mark at which purses (money, mark) together pay a cost; None if they cannot."""
    rest, mark_sum = Fraction(cost), sum(mark for _, mark in purses)
    for money, mark in sorted(purses, key=lambda each: each[0] / each[1]):
        if rest / mark_sum <= money / mark:
            return rest / mark_sum
        rest -= money
        mark_sum -= mark
    return None


def _completed(
    election: Election, terms: Terms, marks: Marks, scores: list[int], able: list[int], ranks: tuple[int, ...]
) -> list[int]:
    worth = [
        p.cost if utility_of(terms, election.vote_type) is Utility.COST else 1 for p in election.projects
    ]

    def buys(share: Fraction) -> list[int]:
        room = Room(election, terms.limits)
        return [p for p, _ in plain_shares(election, marks, worth, share, room, able, ranks)]

    winners = _raised(election, terms, buys, Fraction(election.budget, max(1, len(marks))))
    room = Room(election, terms.limits)
    for p in winners:
        room.take(p)
    if terms.completion not in (Completion.GREEDY, Completion.ADD1U):
        return winners
    return winners + _greedy(scores, room, [p for p in able if p not in winners], ranks, terms)


def _raised(
    election: Election, terms: Terms, buys: Callable[[Fraction], list[int]], share: Fraction
) -> list[int]:
    winners = buys(share)
    if terms.completion not in (Completion.ADD1, Completion.ADD1U):
        return winners
    while share <= sum(project.cost for project in election.projects):
        share += election.scale
        more = buys(share)
        if sum(election.projects[p].cost for p in more) > election.budget:
            return winners
        winners = more
    return winners


def _greedy(
    scores: list[int], room: Room, able: list[int], ranks: tuple[int, ...], terms: Terms
) -> list[int]:
    def merit(p: int) -> Fraction | float:
        if terms.rule is not Rule.GREEDY_PER_COST:
            return Fraction(scores[p])
        return Fraction(scores[p], room.costs[p]) if room.costs[p] else float("inf")

    winners = []
    for p in sorted(able, key=lambda p: (-merit(p), ranks[p])):
        if room.fits(p):
            room.take(p)
            winners.append(p)
        elif terms.stop_at_first_misfit:
            break
    return winners


def _moment(cost: int, loads: list[Fraction]) -> Fraction:
    """Return when supporters with these loads can buy a project; what has none comes last, all of it equal."""
    return (cost + sum(loads, Fraction(0))) / len(loads) if loads else Fraction(0)


def _phragmen(marks: Marks, room: Room, able: list[int], ranks: tuple[int, ...]) -> list[int]:
    loads = [Fraction(0)] * len(marks)
    supporters = {p: [v for v, ballot in enumerate(marks) if p in ballot] for p in able}
    left = [p for p in able if room.costs[p] <= room.left]
    winners: list[int] = []
    while True:
        left = [p for p in left if room.within_limits(p)]
        moments = {p: _moment(room.costs[p], [loads[v] for v in supporters[p]]) for p in left}
        winner = min(left, key=lambda p: (not supporters[p], moments[p], ranks[p]), default=None)
        if winner is None or room.costs[winner] > room.left:
            return winners
        for v in supporters[winner]:
            loads[v] = moments[winner]
        room.take(winner)
        left.remove(winner)
        winners.append(winner)
