"""Count the published ballots of a vote again: one file, plain python3, nothing to install.

    python3 recount_votes.py votes.pb
    python3 recount_votes.py votes.pb --budget 250000

It reads the file that the result's page offers (Pabulib form, the frozen rule in its row `zhagen_terms`), counts by
that rule in exact fractions, and says whether the winners are those that the file names. Exit 0: they are; 1: they
are not; 2: the file cannot be read. It shares no code with the system that made the file.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import Any

BLANK = ""
Ballot = tuple[tuple[int, int], ...]


class Vote:
    """What a file says: the rule, the money, projects in columns, ballots that say the same together."""

    def __init__(self, path: Any, budget: str | None = None) -> None:
        with open(path, "rb") as file:
            data = file.read()
        self.digest = hashlib.sha256(data).hexdigest()
        parts = _sections(data.decode("utf-8-sig"))
        self.meta = {row[0]: row[1] for row in parts["META"][1:] if len(row) > 1}
        self.terms = json.loads(self.meta["zhagen_terms"])
        self.budget = Fraction(str(budget) if budget else self.meta["budget"])
        rows = [dict(zip(parts["PROJECTS"][0], row)) for row in parts["PROJECTS"][1:]]  # noqa: B905 - old Python
        self.ids = [row["project_id"] for row in rows]
        self.names = [row.get("name", "") for row in rows]
        self.costs = [Fraction(row["cost"]) for row in rows]
        self.selected = {row["project_id"] for row in rows if row.get("selected") == "1"}
        self.says_winners = any(row.get("selected") in ("0", "1") for row in rows)
        ballots = self._ballots(parts["VOTES"])
        self.voters = len(ballots)
        self._group(ballots)
        self._rank()

    def _ballots(self, table: list[list[str]]) -> list[Ballot]:
        """Return each ballot as marks: (project, what it is worth to the voter by the rule's utility)."""
        head, at = table[0], {name: place for place, name in enumerate(self.ids)}
        kind, utility = self.meta["vote_type"], self.terms["utility"]
        rows = [dict(zip(head, row)) for row in table[1:]]  # noqa: B905
        named = [[at[each] for each in row["vote"].split(",") if each != BLANK] for row in rows]
        if utility == "borda":
            most = max([len(each) for each in named] + [int(self.meta.get("max_length", 0))])
            return [tuple(sorted((p, most - place) for place, p in enumerate(each))) for each in named]
        if kind in ("cumulative", "scoring"):
            given = [[int(each) for each in row["points"].split(",") if each != BLANK] for row in rows]
            pairs = [[(p, m) for p, m in zip(a, b) if m > 0] for a, b in zip(named, given)]  # noqa: B905
            by_points = utility == "points"
            return [tuple(sorted((p, m if by_points else 1) for p, m in each)) for each in pairs]
        return [tuple(sorted((p, 1) for p in each)) for each in named]

    def _group(self, ballots: list[Ballot]) -> None:
        groups: dict[Ballot, int] = {}
        for ballot in ballots:
            groups[ballot] = groups.get(ballot, 0) + 1
        self.weights = list(groups.values())
        size = range(len(self.ids))
        self.supporters: list[list[tuple[int, int]]] = [
            [(g, dict(ballot)[p]) for g, ballot in enumerate(groups) if p in dict(ballot)] for p in size
        ]
        self.votes = [sum(self.weights[g] for g, _ in each) for each in self.supporters]
        self.scores = [sum(self.weights[g] * mark for g, mark in each) for each in self.supporters]
        majority = self.terms["majority_bp"]
        bar = max(self.terms["least_votes"], self.voters * majority // 10_000 + 1 if majority else 0)
        self.able = [p for p in size if self.scores[p] >= bar]

    def _rank(self) -> None:
        def key(p: int) -> tuple[Any, Any, str]:
            name, tie = self.ids[p], self.terms["tie"]
            if tie == "votes":
                return -self.votes[p], self.costs[p], name
            if tie == "seed":
                seeded = f"{self.terms['seed']}:{name}"
                return hashlib.sha256(seeded.encode()).hexdigest(), 0, name
            return (self.costs[p] if tie == "cost" else 0), 0, name

        self.rank = {p: place for place, p in enumerate(sorted(range(len(self.ids)), key=key))}


class Room:
    """Money and places left while projects are chosen: of the budget and of each limit."""

    def __init__(self, vote: Vote) -> None:
        self.vote, self.left = vote, vote.budget
        self.limits: list[list[Any]] = [
            [set(each["projects"]), Fraction(each["most"]) / (100 if each["of_cost"] else 1), each["of_cost"]]
            for each in vote.terms["limits"]
        ]

    def _shares(self, p: int) -> Iterator[tuple[list[Any], Fraction]]:
        for limit in self.limits:
            if self.vote.ids[p] in limit[0]:
                yield limit, self.vote.costs[p] if limit[2] else Fraction(1)

    def within_limits(self, p: int) -> bool:
        """Return whether the limits leave room."""
        return all(share <= limit[1] for limit, share in self._shares(p))

    def fits(self, p: int) -> bool:
        """Return whether the budget and the limits leave room."""
        return self.vote.costs[p] <= self.left and self.within_limits(p)

    def take(self, p: int) -> None:
        """Spend a project's cost."""
        self.left -= self.vote.costs[p]
        for limit, share in self._shares(p):
            limit[1] -= share


def greedy(vote: Vote, room: Room, among: Iterable[int]) -> list[int]:
    """Return what is chosen by votes (or votes per yuan), most first, whatever fits."""
    per_cost = vote.terms["rule"] == "greedy-per-cost"

    def merit(p: int) -> Fraction:
        if not per_cost:
            return Fraction(vote.scores[p])
        return Fraction(vote.scores[p]) / vote.costs[p] if vote.costs[p] else Fraction(10**18)

    chosen = []
    for p in sorted(among, key=lambda each: (-merit(each), vote.rank[each])):
        if room.fits(p):
            room.take(p)
            chosen.append(p)
    return chosen


def price_of(vote: Vote, p: int, money: Sequence[Fraction]) -> Fraction | None:
    """Return the price per unit of mark at which the supporters together pay a cost; None if they cannot."""
    rest: Fraction = vote.costs[p]
    marks = sum(vote.weights[g] * mark for g, mark in vote.supporters[p])
    for g, mark in sorted(vote.supporters[p], key=lambda each: money[each[0]] / each[1]):
        if rest * mark <= money[g] * marks:
            return rest / marks
        rest -= money[g] * vote.weights[g]
        marks -= vote.weights[g] * mark
    return None


def equal_shares(vote: Vote, share: Fraction) -> list[int]:
    """Return what voters buy who hold `share` each: always the project cheapest to its supporters."""
    money = [share] * len(vote.weights)
    room = Room(vote)
    bought: list[int] = []
    by_cost = vote.terms["utility"] == "cost"
    known = {p: Fraction(0) for p in vote.able if vote.supporters[p]}
    while True:
        best: tuple[Fraction, int, int, Fraction] | None = None
        for p in sorted(known, key=lambda each: (known[each], vote.rank[each])):
            if best is not None and known[p] > best[0]:
                break  # prices only rise as money is spent: whoever was dearer before still is
            price = price_of(vote, p, money) if room.within_limits(p) else None
            if price is None:
                del known[p]
                continue
            known[p] = price / vote.costs[p] if by_cost and price else price
            if best is None or (known[p], vote.rank[p]) < best[:2]:
                best = (known[p], vote.rank[p], p, price)
        if best is None:
            return bought
        p, price = best[2:]
        for g, mark in vote.supporters[p]:
            money[g] -= min(money[g], price * mark)
        room.take(p)
        del known[p]
        bought.append(p)


def by_equal_shares(vote: Vote) -> list[int]:
    """Return the winners of Equal Shares with its completion."""
    completion, share = vote.terms["completion"], vote.budget / max(1, vote.voters)
    winners = equal_shares(vote, share)
    if completion in ("add1", "add1u"):
        while share <= sum(vote.costs):
            share += 1
            more = equal_shares(vote, share)
            if sum(vote.costs[p] for p in more) > vote.budget:
                break
            winners = more
    if completion in ("greedy", "add1u"):
        room = Room(vote)
        for p in winners:
            room.take(p)
        winners = winners + greedy(vote, room, [p for p in vote.able if p not in winners])
    return winners


def by_phragmen(vote: Vote) -> list[int]:
    """Return the winners by sequential Phragmén: voters earn evenly, supporters pay as soon as they can."""
    loads, room = [Fraction(0)] * len(vote.weights), Room(vote)
    winners: list[int] = []
    left = [p for p in vote.able if vote.costs[p] <= room.left]
    while True:
        left = [p for p in left if room.within_limits(p)]
        moments = {
            p: (vote.costs[p] + sum(loads[g] * vote.weights[g] for g, _ in vote.supporters[p]))
            / vote.votes[p]
            if vote.supporters[p]
            else Fraction(0)
            for p in left
        }
        winner = min(left, key=lambda p: (not vote.supporters[p], moments[p], vote.rank[p]), default=None)
        if winner is None or vote.costs[winner] > room.left:
            return winners
        for g, _ in vote.supporters[winner]:
            loads[g] = moments[winner]
        room.take(winner)
        left.remove(winner)
        winners.append(winner)


def winners_of(vote: Vote) -> list[int]:
    """Return the winners under the file's own rule, in order."""
    rule = vote.terms["rule"]
    if rule == "equal-shares":
        return by_equal_shares(vote)
    return by_phragmen(vote) if rule == "phragmen" else greedy(vote, Room(vote), vote.able)


def _sections(text: str) -> dict[str, list[list[str]]]:
    parts: dict[str, list[list[str]]] = {}
    rows: list[list[str]] | None = None
    for row in csv.reader(text.splitlines(), delimiter=";"):
        if len(row) == 1 and row[0] in ("META", "PROJECTS", "VOTES"):
            rows = parts.setdefault(row[0], [])
        elif row and rows is not None:
            rows.append(row)
    return parts


def main(words: Sequence[str]) -> int:
    """Count a file again and compare."""
    parser = argparse.ArgumentParser(description="重新计票 / count the published ballots again")
    parser.add_argument("file")
    parser.add_argument("--budget", help="另一笔资金（元） / another sum of money, in yuan")
    asked = parser.parse_args(words)
    try:
        vote = Vote(asked.file, asked.budget)
    except (OSError, ValueError, KeyError, IndexError) as error:
        print(f"读不懂这个文件 / cannot read the file: {error!r}")
        return 2
    winners = winners_of(vote)
    print(f"SHA-256 {vote.digest}")
    print(f"选票 / ballots {vote.voters}  资金 / money {vote.budget}  规则 / rule {vote.terms['rule']}")
    for place, p in enumerate(winners, start=1):
        print(f"{place:3d}. {vote.ids[p]}  {vote.names[p]}  {vote.costs[p]}  票 / votes {vote.votes[p]}")
    print(f"合计 / total {sum(vote.costs[p] for p in winners)}")
    if asked.budget or not vote.says_winners:
        return 0
    agrees = {vote.ids[p] for p in winners} == vote.selected
    print(
        "与公布的结果一致 / agrees with the published result"
        if agrees
        else "与公布的结果不一致 / DIFFERS from the published result"
    )
    return 0 if agrees else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
