"""Declared ties between people and organisations: one closure, used as a guard and as a flag."""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import combinations


class TieKind(StrEnum):
    """Kinds of declared tie."""

    EMPLOYMENT = "employment"
    DIRECTOR = "director"
    SHAREHOLDER = "shareholder"
    KIN = "kin"
    SAME_PERSON = "same_person"
    OTHER = "other"


ORGANISATION = "org:"
"""Party keys of organisations begin so; all others are people."""

LAPSING = frozenset({TieKind.EMPLOYMENT, TieKind.DIRECTOR, TieKind.SHAREHOLDER, TieKind.OTHER})
"""Kinds that end, and count until the look-back has passed. Kin and same person do not end."""


@dataclass(frozen=True, slots=True)
class DeclaredTie:
    """One declared tie between two parties; it holds in both directions.

    Args:
        key: Id of the declaration.
        left: Party key, such as "user:7" or "org:3".
        right: The other party.
        kind: Kind of tie.
        since: First day; None = not said, taken as always.
        until: Last day; None = still holds.
    """

    key: str
    left: str
    right: str
    kind: TieKind
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class TiePath:
    """A chain of ties from one party to another: the ground of a recusal."""

    start: str
    end: str
    ties: tuple[DeclaredTie, ...]

    @property
    def kinds(self) -> tuple[TieKind, ...]:
        """The kinds along the chain."""
        return tuple(tie.kind for tie in self.ties)


def years_before(day: date, years: int) -> date:
    """Return the same day some years earlier; 29 February becomes 28.

    >>> years_before(date(2024, 2, 29), 3)
    datetime.date(2021, 2, 28)
    """
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=day.day - 1)


def in_force(tie: DeclaredTie, on: date, look_back_years: int) -> bool:
    """Return whether a tie counts on a day: begun by then, and not ended before the look-back."""
    if tie.since is not None and tie.since > on:
        return False
    if tie.kind not in LAPSING or tie.until is None:
        return True
    return tie.until >= years_before(on, look_back_years)


def blocked_by_ties(
    person: str,
    bidders: Iterable[str],
    ties: Sequence[DeclaredTie],
    opened_on: date,
    look_back_years: int,
) -> tuple[TiePath, ...]:
    """Return the shortest chain of ties from a person to each bidder; empty = may sit.

    A chain goes freely over "same person", over at most one "kin", then into one organisation by any
    kind, and on by shares only: two colleagues are not tied by their desk. "Kin" may lead straight to an
    organisation, since relatives' names are declared to the discipline office alone.
    A tie of kind "other" blocks only when it is direct.

    Args:
        person: Party key of the member, witness, evaluator or supervisor.
        bidders: Party keys of the organisations that take part.
        ties: All declared ties.
        opened_on: Day of the opening; the look-back counts from it.
        look_back_years: Years for which an ended tie still counts (rulebook value; REG Art 9: three).
    """
    counted = [tie for tie in ties if in_force(tie, opened_on, look_back_years)]
    start = _At(person, _Phase.PEOPLE)
    paths = (_shortest(start, bidder, counted) for bidder in dict.fromkeys(bidders))
    return tuple(path for path in paths if path is not None)


def ties_between(
    organisations: Sequence[str], ties: Sequence[DeclaredTie], on: date, look_back_years: int
) -> tuple[TiePath, ...]:
    """Return the chain between each pair of organisations that has one, such as a shared director."""
    counted = [tie for tie in ties if in_force(tie, on, look_back_years)]
    paths = (_either_way(left, right, counted) for left, right in combinations(organisations, 2))
    return tuple(path for path in paths if path is not None)


def _either_way(left: str, right: str, ties: Sequence[DeclaredTie]) -> TiePath | None:
    """Return the chain found from either end: who is asked about first must not matter."""
    there = _shortest(_At(left, _Phase.OWNERS), right, ties)
    if there is not None:
        return there
    back = _shortest(_At(right, _Phase.OWNERS), left, ties)
    return TiePath(left, right, tuple(reversed(back.ties))) if back is not None else None


class _Phase(StrEnum):
    """Where on a chain we are: among the owners of the first party, among people, among organisations."""

    OWNERS = "owners"
    PEOPLE = "people"
    HOLDINGS = "holdings"


@dataclass(frozen=True, slots=True)
class _At:
    party: str
    phase: _Phase
    kin_used: bool = False


def _shortest(start: _At, end: str, ties: Sequence[DeclaredTie]) -> TiePath | None:
    if start.party == end:
        return TiePath(start.party, end, ())
    seen = {start}
    queue: deque[tuple[_At, tuple[DeclaredTie, ...]]] = deque([(start, ())])
    while queue:
        at, path = queue.popleft()
        for tie, other in _touching(at.party, ties):
            if not path and other == end:
                return TiePath(start.party, end, (tie,))
            for reached in _after(at, tie, other, end=end):
                if reached.party == end:
                    return TiePath(start.party, end, (*path, tie))
                if reached not in seen:
                    seen.add(reached)
                    queue.append((reached, (*path, tie)))
    return None


def _touching(party: str, ties: Sequence[DeclaredTie]) -> Iterable[tuple[DeclaredTie, str]]:
    for tie in ties:
        if tie.left == party:
            yield tie, tie.right
        elif tie.right == party:
            yield tie, tie.left


_CONTROL = frozenset({TieKind.EMPLOYMENT, TieKind.DIRECTOR, TieKind.SHAREHOLDER})


def _after(at: _At, tie: DeclaredTie, other: str, *, end: str) -> tuple[_At, ...]:
    """Return where a step over a tie leads; nowhere if such a step says nothing."""
    to_organisation = other == end or other.startswith(ORGANISATION)
    if at.phase is _Phase.HOLDINGS:
        return (_At(other, at.phase, at.kin_used),) if tie.kind is TieKind.SHAREHOLDER else ()
    if at.phase is _Phase.OWNERS and to_organisation:
        return (_At(other, at.phase),) if tie.kind is TieKind.SHAREHOLDER else ()
    if tie.kind is TieKind.OTHER or (tie.kind is TieKind.KIN and at.kin_used):
        return ()
    kin_used = at.kin_used or tie.kind is TieKind.KIN
    if to_organisation:
        return (_At(other, _Phase.HOLDINGS, kin_used),)
    is_personal = tie.kind not in _CONTROL
    return (_At(other, _Phase.PEOPLE, kin_used),) if is_personal or at.phase is _Phase.OWNERS else ()
