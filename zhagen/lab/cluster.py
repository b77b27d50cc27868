"""An executor of Dask: processes of this machine, or a cluster that exists already."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace

from zhagen.core.errors import RuleError
from zhagen.lab.runner import Engine

PATIENCE_SECONDS = 15
"""How long a cluster may take to answer."""


@contextmanager
def on_dask(engine: Engine, scheduler: str = "") -> Iterator[Engine]:
    """Yield the engine, its blocks run by a Dask cluster whose workers have the same version of this package.

    Args:
        engine: How rows are run; its `workers` are the processes of a cluster of this machine.
        scheduler: Address such as "tcp://10.0.0.5:8786"; empty: a cluster of this machine for the while.

    Raises:
        RuleError: "experiment.needs_extra" without Dask; "experiment.no_scheduler" where none answers;
            "experiment.no_workers" where a scheduler has none.
    """
    try:
        from distributed import Client, LocalCluster
    except ImportError as error:
        raise RuleError("experiment.needs_extra", package="dask", extra="sweep") from error
    with ExitStack() as stack:
        if not scheduler:
            own = LocalCluster(n_workers=engine.workers, threads_per_worker=1, dashboard_address=None)
            client = stack.enter_context(Client(stack.enter_context(own)))
        else:
            try:
                client = stack.enter_context(Client(scheduler, timeout=PATIENCE_SECONDS))
            except (OSError, ValueError) as error:
                raise RuleError("experiment.no_scheduler", address=scheduler) from error
        workers = sum(client.nthreads().values())
        if not workers:
            raise RuleError("experiment.no_workers", address=scheduler)
        yield replace(engine, executor=client.get_executor(), workers=workers)
