"""What falls due: functions of every app's `due.py`, run by `zhagen tick` and by `zhagen serve`.

```python
@due("need.overdue")
def escalate_overdue_needs(now: datetime) -> int:
    '''Escalate the needs whose date has passed; return how many.'''
```
A function acts as `core.types.SYSTEM`, may run at any time and as often as it likes (what it did once it
does not do again), and returns how many things it changed.
"""

import datetime as dt
import logging
from collections.abc import Callable
from dataclasses import dataclass

DueFunction = Callable[[dt.datetime], int]

_registry: dict[str, DueFunction] = {}
_log = logging.getLogger("zhagen.due")


@dataclass(frozen=True)
class DueOutcome:
    """What one function did: how many changes, or the error that stopped it."""

    name: str
    count: int = 0
    error: str = ""


def due(name: str) -> Callable[[DueFunction], DueFunction]:
    """Register a function under its name; it gets the moment and returns how many things it changed."""

    def register(function: DueFunction) -> DueFunction:
        if name in _registry:
            raise ValueError(f"two due functions are called {name}")
        _registry[name] = function
        return function

    return register


def due_names() -> list[str]:
    """Return the names of all registered functions in the order in which they run."""
    return sorted(_registry)


def run_due(now: dt.datetime) -> list[DueOutcome]:
    """Run every registered function once; one that fails is reported and does not stop the others."""
    return [_run_one(name, now) for name in due_names()]


def _run_one(name: str, now: dt.datetime) -> DueOutcome:
    try:
        return DueOutcome(name, _registry[name](now))
    except Exception as error:  # the others must still run; the operator reads of it in the log
        _log.exception("due function %s failed", name)
        return DueOutcome(name, error=f"{type(error).__name__}: {error}")
