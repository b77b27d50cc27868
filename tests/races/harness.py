"""How a race is run and how its guard is taken away; used in the child process only.

A guard is a row's lock and a transaction (on SQLite the one write turn), or a condition inside an UPDATE. To
show that the check notices its absence, each kind of race is run without it too.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import wraps
from types import ModuleType
from typing import Any

from django.db import connection, connections
from django.db.models import Model, QuerySet

from tests.cast import Person
from zhagen.core.errors import RuleError

THREADS = 6
PAUSE_SECONDS = 0.02
People = dict[str, Person]
Place = tuple[ModuleType, str]


@dataclass(frozen=True)
class Race:
    """One round, ready to start.

    Args:
        steps: What the threads do at once.
        told: How the steps must end: "done" or the code of a refusal, each so many times.
        is_kept: Whether the database holds afterwards what it should.
    """

    steps: Sequence[Callable[[], object]]
    told: dict[str, int]
    is_kept: Callable[[], bool]


@dataclass(frozen=True)
class Kind:
    """One kind of race.

    Args:
        build: Makes a round of it from the people and the round's number.
        widened: Functions after which a pause stands, between what an action reads and what it writes.
        action: The action whose transaction and row lock are the guard; None where a condition is.
        locked: Rows whose lock is the guard.
        loosened: What stands in place of a condition when the guard is taken away.
    """

    build: Callable[[People, int], Race]
    widened: Sequence[Place]
    action: Place | None = None
    locked: tuple[type[Model], ...] = ()
    loosened: Sequence[tuple[ModuleType, str, Any]] = ()


@contextmanager
def in_place(owner: object, name: str, other: object) -> Iterator[None]:
    """Put something else in a name's place for a while."""
    real = getattr(owner, name)
    setattr(owner, name, other)
    try:
        yield
    finally:
        setattr(owner, name, real)


def slow(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function with a pause after it."""

    @wraps(function)
    def slowed(*args: Any, **kwargs: Any) -> Any:
        result = function(*args, **kwargs)
        time.sleep(PAUSE_SECONDS)
        return result

    return slowed


@contextmanager
def widened(kind: Kind) -> Iterator[None]:
    """Widen the window between reading and writing."""
    with ExitStack() as stack:
        for owner, name in kind.widened:
            stack.enter_context(in_place(owner, name, slow(getattr(owner, name))))
        yield


@contextmanager
def without_guard(kind: Kind) -> Iterator[None]:
    """Take the guard away: the rows' locks, on SQLite the write turn with them, or the condition."""
    real = QuerySet.select_for_update

    def unlocked(rows: QuerySet, *args: Any, **kwargs: Any) -> QuerySet:
        return rows.all() if rows.model in kind.locked else real(rows, *args, **kwargs)

    with ExitStack() as stack:
        stack.enter_context(in_place(QuerySet, "select_for_update", unlocked))
        if kind.action is not None and connection.vendor == "sqlite":
            owner, name = kind.action
            stack.enter_context(in_place(owner, name, getattr(owner, name).__wrapped__))
        for owner, name, other in kind.loosened:
            stack.enter_context(in_place(owner, name, other))
        yield


def at_once(steps: Sequence[Callable[[], object]]) -> Counter[str]:
    """Run the steps in threads at once and count how each ended."""
    gate, ends = threading.Barrier(len(steps)), []

    def run(step: Callable[[], object]) -> None:
        gate.wait()
        try:
            step()
            ends.append("done")
        except RuleError as error:
            ends.append(error.code)
        except Exception as error:  # what the test must find: a refusal that no rule made
            ends.append(f"broken:{type(error).__name__}")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(step,)) for step in steps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Counter(ends)


def rounds(kind: Kind, people: People, numbers: range, *, guarded: bool) -> dict[str, Any]:
    """Run rounds of a kind; return how many there were and how the wrong ones ended."""
    wrong = []
    for number in numbers:
        race = kind.build(people, number)
        with ExitStack() as stack:
            stack.enter_context(widened(kind))
            if not guarded:
                stack.enter_context(without_guard(kind))
            ends = at_once(race.steps)
        if ends != race.told or not race.is_kept():
            wrong.append(ends)
    return {"rounds": len(numbers), "wrong": wrong}
