"""The one clock. Everything that asks for the time asks here.

A database marked as a demo starts its clock at a fixed moment, so that its story always reads the same.
"""

import datetime as dt
import threading
from functools import cache
from zoneinfo import ZoneInfo

from zhagen.platform.models import ClockMark

SHANGHAI = ZoneInfo("Asia/Shanghai")

_guard = threading.Lock()
_last: list[dt.datetime] = []
_batch: list[dt.datetime] = []


def now() -> dt.datetime:
    """Return the moment, aware, in UTC; it never goes back within a process."""
    if _batch:
        return _batch[-1]
    moment = dt.datetime.now(dt.UTC)  # the only reading of the machine's clock
    mark = _mark()
    if mark is not None:
        return mark.starts_at + (moment - mark.marked_at)
    with _guard:
        if _last and _last[-1] - dt.timedelta(seconds=5) < moment < _last[-1]:
            return _last[-1]
        _last[:] = [moment]
    return moment


@cache
def _mark() -> ClockMark | None:
    return ClockMark.objects.filter(pk=1).first()


def forget_mark() -> None:
    """Read the mark again at the next question: after a restore, and between tests."""
    _mark.cache_clear()


def today() -> dt.date:
    """Return the date in Shanghai, which is the date every deadline and document means."""
    return now().astimezone(SHANGHAI).date()


def is_demo() -> bool:
    """Whether this database's clock was started at a fixed moment."""
    return _mark() is not None


def mark_demo(starts_at: dt.datetime) -> None:
    """Start the clock of an empty database at a fixed moment."""
    ClockMark.objects.create(pk=1, starts_at=starts_at, marked_at=dt.datetime.now(dt.UTC))
    forget_mark()


class batch_at:  # noqa: N801 - read as a phrase: `with batch_at(moment):`
    """Hold the clock at a moment while an operator's batch replays what happened then."""

    def __init__(self, moment: dt.datetime) -> None:
        self._moment = moment

    def __enter__(self) -> None:
        _batch.append(self._moment)

    def __exit__(self, *_: object) -> None:
        _batch.pop()
