"""Who supports what: equal ballots merged into groups, by group and by project."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from zhagen.core.allocation.compiled import COMPILED, compiled, inlined
from zhagen.core.allocation.election import SMALL, Ballots, Election, Whole
from zhagen.core.allocation.pabulib import VoteType
from zhagen.core.allocation.terms import Utility

FACTOR, SHIFT = 0x1E3779B97F4A7C15, 29


@dataclass(frozen=True, eq=False)
class Support:
    """Groups of equal ballots; group g names `projects[firsts[g]:firsts[g + 1]]` with its `marks`.

    The same again by project: `groups[starts[p]:starts[p + 1]]` with `amounts`. A mark is the utility
    that the ballot gives (1 where it only names projects).
    """

    count: int
    weights: Whole
    firsts: Whole
    projects: Whole
    marks: Whole
    starts: Whole
    groups: Whole
    amounts: Whole
    votes: tuple[int, ...]
    scores: tuple[int, ...]
    group_of: Whole


def support_of(election: Election, utility: Utility) -> Support:
    """Return the support of an election under a utility, equal ballots merged."""
    ballots = _marked(election, utility)
    order, weights, group_of = _merged(ballots, len(election.projects))
    firsts = np.zeros(order.size + 1, np.int64)
    np.cumsum((ballots.offsets[1:] - ballots.offsets[:-1])[order], out=firsts[1:])
    projects, marks = np.empty(int(firsts[-1]), SMALL), np.empty(int(firsts[-1]), np.int64)
    _gather(order, ballots.offsets, ballots.projects, ballots.points, firsts, projects, marks)
    return of_groups(len(election.projects), weights, firsts, projects, marks, ballots.count, group_of)


def of_groups(
    size: int, weights: Whole, firsts: Whole, projects: Whole, marks: Whole, count: int, group_of: Whole
) -> Support:
    """Return the support that groups of ballots give to `size` projects."""
    named = np.bincount(projects, minlength=size) if projects.size else np.zeros(size, np.int64)
    starts = np.concatenate([[0], np.cumsum(named)]).astype(np.int64)
    groups, amounts = np.empty(projects.size, SMALL), np.empty(projects.size, np.int64)
    votes, scores = np.zeros(size, np.int64), np.zeros(size, np.int64)
    columns = Columns(weights, firsts, projects, marks)
    _transpose(columns, starts[:-1].copy(), groups, amounts, votes, scores)
    return Support(
        count,
        weights,
        firsts,
        projects,
        marks,
        starts,
        groups,
        amounts,
        tuple(votes.tolist()),
        tuple(scores.tolist()),
        group_of,
    )


def _marked(election: Election, utility: Utility) -> Ballots:
    """Return the ballots with the utility of each project as its points; what is worth nothing is left out."""
    ballots = election.ballots
    if utility is Utility.BORDA:
        return Ballots(ballots.offsets, ballots.projects, _borda(election))
    if election.vote_type not in (VoteType.CUMULATIVE, VoteType.SCORING):
        return ballots
    worth = ballots.points > 0
    offsets = np.concatenate([[0], np.cumsum(worth)]).astype(np.int64)[ballots.offsets]
    points = ballots.points[worth]
    if utility is not Utility.POINTS:
        points = np.ones_like(points)
    return Ballots(offsets, ballots.projects[worth], points)


def _borda(election: Election) -> Whole:
    """Return the points of places: as many as a ballot may name for the first, one less for each next, at least 1."""
    offsets = election.ballots.offsets
    sizes = np.diff(offsets)
    longest = int(sizes.max(initial=0))
    stated = election.meta.get("max_length", "")
    most = max(longest, int(stated)) if stated.isdigit() else longest
    return most - (np.arange(int(offsets[-1])) - np.repeat(offsets[:-1], sizes))


def _merged(ballots: Ballots, size: int) -> tuple[Whole, Whole, Whole]:
    """Return one ballot of each group, the groups' sizes and each ballot's group."""
    group_of = np.zeros(ballots.count, SMALL)
    if not COMPILED:
        return _merged_by_dict(ballots, group_of)
    slots = np.full(1 << (2 * ballots.count + 1).bit_length(), -1, SMALL)
    firsts = np.zeros(ballots.count, np.int64)
    sets = Sets(ballots.offsets, ballots.projects, ballots.points)
    found = _merge(sets, size, slots, firsts, group_of)
    return firsts[:found].copy(), np.bincount(group_of, minlength=found).astype(np.int64), group_of


def _merged_by_dict(ballots: Ballots, group_of: Whole) -> tuple[Whole, Whole, Whole]:
    seen: dict[tuple[tuple[int, int], ...], int] = {}
    pairs = list(zip(ballots.projects.tolist(), ballots.points.tolist(), strict=True))
    ends = ballots.offsets.tolist()
    firsts: list[int] = []
    for v in range(ballots.count):
        key = tuple(sorted(pairs[ends[v] : ends[v + 1]]))
        group = seen.setdefault(key, len(seen))
        if group == len(firsts):
            firsts.append(v)
        group_of[v] = group
    sizes = np.bincount(group_of, minlength=len(firsts)).astype(np.int64)
    return np.array(firsts, dtype=np.int64), sizes, group_of


@compiled
def _gather(
    order: Whole, offsets: Whole, named: Whole, points: Whole, firsts: Whole, projects: Whole, marks: Whole
) -> None:
    """Copy one ballot of each group."""
    for g in range(order.size):
        shift = offsets[order[g]] - firsts[g]
        for i in range(firsts[g], firsts[g + 1]):
            projects[i] = named[i + shift]
            marks[i] = points[i + shift]


class Sets(NamedTuple):
    """Ballots as in `Ballots`."""

    offsets: Whole
    projects: Whole
    points: Whole


@inlined
def _hash(b: Sets, v: int, mixed: Whole) -> int:
    """Return a hash of a ballot in which the order of its projects does not count."""
    value = 0
    for i in range(b.offsets[v], b.offsets[v + 1]):
        value += mixed[b.projects[i]] * (2 * b.points[i] - 1)
    return int(value ^ (value >> SHIFT))


@inlined
def _equal(b: Sets, one: int, other: int, seen: Whole, marks: Whole) -> bool:
    """Return whether two ballots give the same projects the same points; `seen` and `marks` tell those of `one`."""
    first, second, size = b.offsets[one], b.offsets[other], b.offsets[one + 1] - b.offsets[one]
    if b.offsets[other + 1] - second != size:
        return False
    if size and seen[b.projects[first]] != one:
        for i in range(first, first + size):
            seen[b.projects[i]] = one
            marks[b.projects[i]] = b.points[i]
    same = True
    for i in range(second, second + size):
        same = same and seen[b.projects[i]] == one and marks[b.projects[i]] == b.points[i]
    return same


@compiled
def _merge(b: Sets, size: int, slots: Whole, firsts: Whole, group_of: Whole) -> int:
    """Give each ballot its group; return how many groups there are."""
    found, mask = 0, slots.size - 1
    mixed = (np.arange(size) + 1) * FACTOR
    seen, marks = np.full(size, -1, np.int64), np.zeros(size, np.int64)
    mixed ^= mixed >> SHIFT
    mixed *= FACTOR
    for v in range(b.offsets.size - 1):
        place = _hash(b, v, mixed) & mask
        while slots[place] >= 0 and not _equal(b, v, firsts[slots[place]], seen, marks):
            place = (place + 1) & mask
        if slots[place] < 0:
            slots[place] = found
            firsts[found] = v
            found += 1
        group_of[v] = slots[place]
    return found


class Columns(NamedTuple):
    """Groups of ballots, as in `Support`."""

    weights: Whole
    firsts: Whole
    projects: Whole
    marks: Whole


@compiled
def _transpose(c: Columns, places: Whole, groups: Whole, amounts: Whole, votes: Whole, scores: Whole) -> None:
    for g in range(c.weights.size):
        for i in range(c.firsts[g], c.firsts[g + 1]):
            p = c.projects[i]
            groups[places[p]] = g
            amounts[places[p]] = c.marks[i]
            places[p] += 1
            votes[p] += c.weights[g]
            scores[p] += c.weights[g] * c.marks[i]
