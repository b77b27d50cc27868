"""Who supports what: equal ballots merged into groups, by group and by project."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from zhagen.core.allocation.compiled import COMPILED, compiled, inlined
from zhagen.core.allocation.election import SMALL, Election, Whole, ones
from zhagen.core.allocation.pabulib import VoteType
from zhagen.core.allocation.terms import Utility

FACTOR, SHIFT = 0x1E3779B97F4A7C15, 29
HALF, REST = 0x7FFFFFFF00000000, 0xFFFFFFFF


@dataclass(frozen=True, eq=False)
class Support:
    """Groups of equal ballots; group g names `projects[firsts[g]:firsts[g + 1]]` with its `marks`.

    The same again by project: `groups[starts[p]:starts[p + 1]]` with `amounts` and the `heads` of each group.
    A mark is the utility that the ballot gives; `plain` where all are 1, for ballots that only name projects.
    """

    count: int
    weights: Whole
    firsts: Whole
    projects: Whole
    marks: Whole
    starts: Whole
    groups: Whole
    heads: Whole
    amounts: Whole
    votes: tuple[int, ...]
    scores: tuple[int, ...]
    group_of: Whole
    plain: bool


def support_of(election: Election, utility: Utility) -> Support:
    """Return the support of an election under a utility, equal ballots merged."""
    ballots = _marked(election, utility)
    order, weights, group_of = _merged(ballots, len(election.projects))
    firsts = np.zeros(order.size + 1, np.int64)
    np.cumsum((ballots.offsets[1:] - ballots.offsets[:-1])[order], out=firsts[1:])
    size = int(firsts[-1])
    projects, marks = np.empty(size, SMALL), np.empty(size if ballots.points.size else 0, np.int64)
    _gather(order, ballots, firsts, projects, marks)
    given = marks if ballots.points.size else None
    return of_groups(
        Groups(weights, firsts, projects, given), len(election.projects), group_of.size, group_of
    )


def tally_of(election: Election, utility: Utility) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return votes and scores of all projects, as in `Support`, for rules that need no more."""
    ballots, size = _marked(election, utility), len(election.projects)
    votes, scores = np.zeros(size, np.int64), np.zeros(size, np.int64)
    _tally(ballots, votes, scores)
    return tuple(votes.tolist()), tuple(scores.tolist())


class Groups(NamedTuple):
    """Groups of equal ballots, as in `Support`; no marks where all are 1."""

    weights: Whole
    firsts: Whole
    projects: Whole
    marks: Whole | None


def of_groups(given: Groups, size: int, count: int, group_of: Whole) -> Support:
    """Return the support that groups of ballots give to `size` projects.

    Args:
        given: The groups.
        size: How many projects there are.
        count: How many ballots, for which `group_of` tells the group of each.
        group_of: As in `Support`.
    """
    many, marked = given.projects.size, given.marks is not None
    starts, votes = np.zeros(size + 1, np.int64), np.zeros(size, np.int64)
    groups, heads = np.empty(many, SMALL), np.empty(many, SMALL)
    amounts, scores = np.empty(many if marked else 0, np.int64), np.zeros(size if marked else 0, np.int64)
    columns = Columns(
        given.weights, given.firsts, given.projects, amounts if given.marks is None else given.marks
    )
    _transpose(columns, Turned(starts, groups, heads, amounts, votes, scores))
    return Support(
        count,
        given.weights,
        given.firsts,
        given.projects,
        ones(many) if given.marks is None else given.marks,
        starts,
        groups,
        heads,
        amounts if marked else ones(many),
        tuple(votes.tolist()),
        tuple((scores if marked else votes).tolist()),
        group_of,
        not marked,
    )


class Sets(NamedTuple):
    """Ballots as in `Ballots`; no points where all are 1."""

    offsets: Whole
    projects: Whole
    points: Whole


def _marked(election: Election, utility: Utility) -> Sets:
    """Return the ballots with the utility of each project as its points; what is worth nothing is left out."""
    ballots, none = election.ballots, np.zeros(0, np.int64)
    if utility is Utility.BORDA:
        return Sets(ballots.offsets, ballots.projects, _borda(election))
    if election.vote_type not in (VoteType.CUMULATIVE, VoteType.SCORING):
        return Sets(ballots.offsets, ballots.projects, none)
    worth = ballots.points > 0
    if worth.all():
        points = ballots.points if utility is Utility.POINTS else none
        return Sets(ballots.offsets, ballots.projects, points)
    offsets = np.concatenate([[0], np.cumsum(worth)]).astype(np.int64)[ballots.offsets]
    points = ballots.points[worth] if utility is Utility.POINTS else none
    return Sets(offsets, ballots.projects[worth], points)


def _borda(election: Election) -> Whole:
    """Return the points of places: as many as a ballot may name for the first, one less for each next, at least 1."""
    offsets = election.ballots.offsets
    sizes = np.diff(offsets)
    longest = int(sizes.max(initial=0))
    stated = election.meta.get("max_length", "")
    most = max(longest, int(stated)) if stated.isdigit() else longest
    return most - (np.arange(int(offsets[-1])) - np.repeat(offsets[:-1], sizes))


def _merged(ballots: Sets, size: int) -> tuple[Whole, Whole, Whole]:
    """Return one ballot of each group, the groups' sizes and each ballot's group."""
    count = int(ballots.offsets.size) - 1
    group_of = np.zeros(count, SMALL)
    if not COMPILED:
        return _merged_by_dict(ballots, group_of)
    slots = np.full(1 << (3 * count // 2 + 1).bit_length(), -1, np.int64)
    firsts, weights = np.empty(count, np.int64), np.zeros(count, np.int64)
    found = _merge(ballots, size, slots, firsts, weights, group_of)
    return firsts[:found].copy(), weights[:found].copy(), group_of


def _merged_by_dict(ballots: Sets, group_of: Whole) -> tuple[Whole, Whole, Whole]:
    seen: dict[tuple[tuple[int, int], ...], int] = {}
    points = ballots.points if ballots.points.size else ones(ballots.projects.size)
    pairs = list(zip(ballots.projects.tolist(), points.tolist(), strict=True))
    ends = ballots.offsets.tolist()
    firsts: list[int] = []
    for v in range(group_of.size):
        key = tuple(sorted(pairs[ends[v] : ends[v + 1]]))
        group = seen.setdefault(key, len(seen))
        if group == len(firsts):
            firsts.append(v)
        group_of[v] = group
    sizes = np.bincount(group_of, minlength=len(firsts)).astype(np.int64)
    return np.array(firsts, dtype=np.int64), sizes, group_of


@compiled
def _gather(order: Whole, b: Sets, firsts: Whole, projects: Whole, marks: Whole) -> None:
    """Copy one ballot of each group."""
    for g in range(order.size):
        shift = b.offsets[order[g]] - firsts[g]
        for i in range(firsts[g], firsts[g + 1]):
            projects[i] = b.projects[i + shift]
    if marks.size:
        for g in range(order.size):
            shift = b.offsets[order[g]] - firsts[g]
            for i in range(firsts[g], firsts[g + 1]):
                marks[i] = b.points[i + shift]


@inlined
def _hash(b: Sets, v: int, mixed: Whole) -> int:
    """Return a hash of a ballot in which the order of its projects does not count."""
    value = 0
    for i in range(b.offsets[v], b.offsets[v + 1]):
        value += mixed[b.projects[i]] * (2 * b.points[i] - 1 if b.points.size else 1)
    return int(value ^ (value >> SHIFT))


@inlined
def _equal(b: Sets, one: int, other: int, seen: Whole) -> bool:
    """Return whether two ballots give the same projects the same points; `seen` tells where those of `one` stand."""
    first, second, size = b.offsets[one], b.offsets[other], b.offsets[one + 1] - b.offsets[one]
    if b.offsets[other + 1] - second != size:
        return False
    alike = True
    for i in range(size):
        alike = alike and b.projects[first + i] == b.projects[second + i]
        if b.points.size:
            alike = alike and b.points[first + i] == b.points[second + i]
    return alike or _equal_mixed(b, first, second, size, seen)


@inlined
def _equal_mixed(b: Sets, first: int, second: int, size: int, seen: Whole) -> bool:
    """Return the same of ballots that begin at these places and name their projects in some order."""
    for i in range(first, first + size):
        seen[b.projects[i]] = i
    same = True
    for i in range(second, second + size):
        at = seen[b.projects[i]]
        same = same and first <= at < first + size and b.projects[at] == b.projects[i]
        if b.points.size:
            same = same and b.points[at] == b.points[i]
    return same


@compiled
def _merge(b: Sets, size: int, slots: Whole, firsts: Whole, weights: Whole, group_of: Whole) -> int:
    """Give each ballot its group; return how many groups there are. A slot holds a group and half of its ballot's hash."""
    found, mask = 0, slots.size - 1
    mixed = (np.arange(size) + 1) * FACTOR
    seen = np.zeros(size, np.int64)
    mixed ^= mixed >> SHIFT
    mixed *= FACTOR
    for v in range(b.offsets.size - 1):
        value = _hash(b, v, mixed)
        place, half = value & mask, value & HALF
        while slots[place] >= 0 and not (
            slots[place] & HALF == half and _equal(b, v, firsts[slots[place] & REST], seen)
        ):
            place = (place + 1) & mask
        if slots[place] < 0:
            slots[place] = found | half
            firsts[found] = v
            found += 1
        group = slots[place] & REST
        weights[group] += 1
        group_of[v] = group
    return found


@compiled
def _tally(b: Sets, votes: Whole, scores: Whole) -> None:
    for i in range(b.projects.size):
        votes[b.projects[i]] += 1
        scores[b.projects[i]] += b.points[i] if b.points.size else 1


class Turned(NamedTuple):
    """Groups by project, as in `Support`, to be filled."""

    starts: Whole
    groups: Whole
    heads: Whole
    amounts: Whole
    votes: Whole
    scores: Whole


class Columns(NamedTuple):
    """Groups of ballots, as in `Support`; no marks where all are 1."""

    weights: Whole
    firsts: Whole
    projects: Whole
    marks: Whole


@compiled
def _transpose(c: Columns, t: Turned) -> None:
    for i in range(c.projects.size):
        t.starts[c.projects[i] + 1] += 1
    for p in range(t.votes.size):
        t.starts[p + 1] += t.starts[p]
    places = t.starts[:-1].copy()
    for g in range(c.weights.size):
        weight = c.weights[g]
        for i in range(c.firsts[g], c.firsts[g + 1]):
            place = places[c.projects[i]]
            t.groups[place] = g
            t.heads[place] = weight
            places[c.projects[i]] = place + 1
    for p in range(t.votes.size):
        t.votes[p] = _sum(t.heads, t.starts[p], t.starts[p + 1])
    if c.marks.size:
        _transpose_marks(c, t)


@inlined
def _sum(column: Whole, first: int, end: int) -> int:
    total = 0
    for i in range(first, end):
        total += int(column[i])
    return total


@compiled
def _transpose_marks(c: Columns, t: Turned) -> None:
    places = t.starts[:-1].copy()
    for g in range(c.weights.size):
        for i in range(c.firsts[g], c.firsts[g + 1]):
            p = c.projects[i]
            t.amounts[places[p]] = c.marks[i]
            t.scores[p] += c.weights[g] * c.marks[i]
            places[p] += 1
