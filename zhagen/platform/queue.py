"""After-effects by name, queued in the same database inside the transaction: none lost, none phantom."""

from collections.abc import Callable
from typing import Any

try:
    from django.tasks import task
except ImportError:  # Django 5.2: the same interface from its backport
    from django_tasks import task

LANE, LONG_LANE = "default", "slow"
"""What is done at once after a change, and what takes minutes."""

_registry: dict[str, Callable[..., Any]] = {}


def after_effect(function: Callable[..., Any]) -> Callable[..., Any]:
    """Register a function of an app's `tasks.py` under its name."""
    if function.__name__ in _registry:
        raise ValueError(f"two after-effects are called {function.__name__}")
    _registry[function.__name__] = function
    return function


@task()
def run_after_effect(name: str, args: list[str]) -> None:
    """Run one registered after-effect; the worker calls this."""
    _registry[name](*args)


def enqueue(name: str, *args: object) -> None:
    """Queue an after-effect by name; it runs once the transaction has committed.

    Args:
        name: Name of a function registered with `after_effect`.
        args: Primary keys and plain words; they travel as text.
    """
    if name not in _registry:
        raise ValueError(f"no after-effect is called {name}")
    run_after_effect.enqueue(name, [str(arg) for arg in args])


def enqueue_long(name: str, *args: object) -> None:
    """Queue an after-effect that takes long on a lane of its own, so that mails and papers never wait for it."""
    if name not in _registry:
        raise ValueError(f"no after-effect is called {name}")
    run_after_effect.using(queue_name=LONG_LANE).enqueue(name, [str(arg) for arg in args])


def drain(*lanes: str) -> None:
    """Run everything that is queued on the lanes, on all without one, then return; the runner and the tests call it."""
    from django_tasks_db.management.commands.db_worker import Worker

    Worker(
        queue_names=list(lanes) or ["*"],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id="runner",
        excluded_queue_names=[],
    ).run()
