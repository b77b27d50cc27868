"""The work beside the pages: the queue every second, the sealer, and the tick every minute; long work in a thread."""

import logging
import threading
import time
from collections.abc import Callable

from django.db import close_old_connections

from zhagen.audit.sealer import seal_pending
from zhagen.platform.clock import now
from zhagen.platform.due import run_due
from zhagen.platform.queue import LANE, LONG_LANE, drain

BEAT_SECONDS = 1.0
TICK_SECONDS = 60.0

_log = logging.getLogger("zhagen.runner")


def work_queue(lane: str = LANE) -> None:
    """Run what is queued on a lane; a look without the write lock comes first, for most beats find nothing."""
    from django_tasks_db.models import DBTaskResult

    if DBTaskResult.objects.ready().filter(queue_name=lane).exists():
        drain(lane)


def work_long_until(stop: threading.Event) -> None:
    """Run the long lane until told to stop, one thing at a time."""
    while not stop.wait(BEAT_SECONDS):
        _try(lambda: work_queue(LONG_LANE))


def run_until(stop: threading.Event) -> None:
    """Beat until told to stop; a failing part is logged and tried again at the next beat."""
    threading.Thread(target=work_long_until, args=(stop,), daemon=True).start()
    last_tick = 0.0
    while not stop.is_set():
        _try(seal_pending)
        _try(work_queue)
        if time.monotonic() - last_tick >= TICK_SECONDS:
            last_tick = time.monotonic()
            _try(lambda: run_due(now()))
        stop.wait(BEAT_SECONDS)


def _try(work: Callable[[], object]) -> None:
    close_old_connections()
    try:
        work()
    except Exception:  # the runner outlives any one failure; the operator reads of it in the log
        _log.exception("the runner failed and goes on")
