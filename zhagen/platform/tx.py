"""One way to change anything: `write_tx`, one transaction and one idempotency key."""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import IntegrityError, transaction

from zhagen.core.errors import RuleError
from zhagen.platform.models import DoneRequest

P = ParamSpec("P")
T = TypeVar("T")


@dataclass
class RequestKey:
    """The key of the request being answered; `is_claimed` once a change was made under it."""

    actor_key: str
    token: str
    received_at: dt.datetime
    is_claimed: bool = False


current_request: ContextVar[RequestKey | None] = ContextVar("current_request", default=None)
_in_batch: ContextVar[bool] = ContextVar("in_batch", default=False)


_before_commit: list[Callable[[], None]] = []


_at_batch_end: list[Callable[[], None]] = []


def in_batch() -> bool:
    """Whether an operator's batch is running: what is written may wait for its end."""
    return _in_batch.get()


def at_batch_end(step: Callable[[], None]) -> None:
    """Run a step after every batch, done or rolled back: to forget what waited for its end."""
    if step not in _at_batch_end:
        _at_batch_end.append(step)


def before_commit(step: Callable[[], None]) -> None:
    """Run a step at the end of every write, inside its transaction; once however often it is given."""
    if step not in _before_commit:
        _before_commit.append(step)


def _finish() -> None:
    for step in _before_commit:
        step()


class AlreadyDone(RuleError):  # noqa: N818 - it is an answer, not a fault
    """The same form was sent twice; nothing was done the second time."""

    def __init__(self) -> None:
        super().__init__("request.already_done")


def write_tx(action: Callable[P, T]) -> Callable[P, T]:
    """Run an action in one transaction; the first of a request claims the request's key in it."""

    @wraps(action)
    def in_transaction(*args: P.args, **kwargs: P.kwargs) -> T:
        with transaction.atomic(savepoint=not _in_batch.get()):
            _claim_request()
            result = action(*args, **kwargs)
            if not _in_batch.get():
                _finish()
            return result

    return in_transaction


def _claim_request() -> None:
    key = current_request.get()
    if key is None or key.is_claimed:
        return
    try:
        with transaction.atomic():
            DoneRequest.objects.create(actor_key=key.actor_key, token=key.token, done_at=key.received_at)
    except IntegrityError:
        raise AlreadyDone from None
    key.is_claimed = True
    transaction.on_commit(lambda: None)


@contextmanager
def batch() -> Iterator[None]:
    """Do many actions in one transaction: an operator's import, all of it or nothing."""
    token = _in_batch.set(True)
    try:
        with transaction.atomic():
            yield
            _finish()
    finally:
        _in_batch.reset(token)
        for step in _at_batch_end:
            step()
