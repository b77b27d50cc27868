"""Run many rows in blocks on any executor: with progress, cancel and resume, and always to the same bits."""

import multiprocessing
import multiprocessing.process
import os
import signal
import threading
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ProcessPoolExecutor, wait
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np

from zhagen.core.errors import RuleError
from zhagen.lab.block_store import Arrays, BlockStore
from zhagen.lab.fingerprint import code_version, fingerprint
from zhagen.lab.model.outcomes import Results
from zhagen.lab.model.run import Cases, run_cases
from zhagen.lab.model.world import World

LOOK_SECONDS = 0.2
"""How often `stop` is asked while blocks are under way."""

WAITING_A_WORKER = 2
"""Blocks handed over for each worker: one under way, one waiting, so that a cancel need not wait long."""

BLOCK_LEAST, BLOCK_MOST, BLOCKS_WANTED = 4, 50, 40
"""A block of some rows stays in the processor's cache; some forty blocks make a bar that moves."""


@dataclass(frozen=True, slots=True)
class Engine:
    """How rows are run. Nothing of it changes a result.

    Args:
        executor: Any executor, such as Dask's `client.get_executor()`; None: processes of our own.
        workers: How many blocks are worked on at once; 1 without an executor: in this very process.
        block: Rows a block; 0: chosen by the number of rows.
        store: Folder of finished blocks: what is found there is not computed again.
        tell: Takes rows done and rows of all, whenever a block is done.
        stop: Asked between blocks; once it returns True the run ends with "experiment.stopped".
    """

    executor: Executor | None = None
    workers: int = 2
    block: int = 0
    store: Path | None = None
    tell: Callable[[int, int], None] = lambda _done, _of: None
    stop: Callable[[], bool] = lambda: False


ONE_PROCESS = Engine(workers=1)


@dataclass(frozen=True, slots=True)
class Span:
    """What all rows of a run share: the seed and the months."""

    seed: int
    months: int = 120
    burn_in: int = 60
    shock_month: int = 0


_Shared = tuple[World, Span, tuple[str, ...], str]
"""What a task is told besides its rows: world, months, parts wanted, version of the code."""


@dataclass(frozen=True, slots=True)
class _Block:
    """Some rows in a row, and the name of their results."""

    cases: Cases
    key: str

    @property
    def rows(self) -> int:
        return len(self.cases.replications)


def run_all(
    cases: Cases, world: World, span: Span, *, engine: Engine = ONE_PROCESS, wanted: Sequence[str] = ()
) -> Results:
    """Return the results of all rows, in their order.

    Args:
        cases: One row a run.
        world: The district that all rows share.
        span: Seed and months.
        engine: How the rows are run; the results do not depend on it.
        wanted: Parts of the results to keep besides `values`: "by_stratum", "by_street", …

    Raises:
        RuleError: "experiment.stopped" by `engine.stop`; "experiment.workers_lost"; "experiment.cannot_store".
    """
    blocks = _split(cases, world, span, engine.block, tuple(wanted))
    store = BlockStore(engine.store) if engine.store else None
    found = {at: kept for at, block in enumerate(blocks) if (kept := store and store.load(block.key))}
    missing = [at for at in range(len(blocks)) if at not in found]
    done, of = sum(blocks[at].rows for at in found), len(cases.replications)
    engine.tell(done, of)
    shared = (world, span, tuple(wanted), code_version())
    with closing(_computed(blocks, missing, shared, engine)) as computed:
        for at, arrays in computed:
            if store:
                store.save(blocks[at].key, arrays)
            found[at] = arrays
            done += blocks[at].rows
            engine.tell(done, of)
    return joined([found[at] for at in range(len(blocks))])


def run_block(cases: Cases, world: World, span: Span, wanted: tuple[str, ...], code: str) -> Arrays:
    """Return one block's results as arrays named "values/presence", "by_stratum/trust", …; a worker's task.

    Raises:
        RuleError: "experiment.other_version": this worker has other code than whoever asked.
    """
    if code != code_version():
        raise RuleError("experiment.other_version", here=code_version(), there=code)
    results = run_cases(
        cases,
        world,
        seed=span.seed,
        months=span.months,
        burn_in=span.burn_in,
        shock_month=span.shock_month,
    )
    parts = {part: getattr(results, part) for part in ("values", *wanted)}
    return {f"{part}/{code}": array for part, arrays in parts.items() for code, array in arrays.items()}


def joined(blocks: Sequence[Arrays]) -> Results:
    """Return results whose rows are those of all blocks, one after another."""
    parts: dict[str, Arrays] = {part.name: {} for part in fields(Results)}
    for name in blocks[0]:
        part, _, code = name.partition("/")
        parts[part][code] = np.concatenate([block[name] for block in blocks])
    return Results(**parts)


def _split(cases: Cases, world: World, span: Span, block: int, wanted: tuple[str, ...]) -> list[_Block]:
    rows = len(cases.replications)
    size = block or min(max(-(-rows // BLOCKS_WANTED), BLOCK_LEAST), BLOCK_MOST)
    shared = fingerprint(code_version(), world, span, wanted)
    return [_block(cases, slice(at, at + size), shared) for at in range(0, rows, size)]


def _block(cases: Cases, rows: slice, shared: str) -> _Block:
    part = Cases(cases.levers[rows], cases.params[rows], cases.replications[rows])
    return _Block(part, fingerprint(shared, part.levers, part.params, part.replications))


def _computed(
    blocks: Sequence[_Block], missing: Sequence[int], shared: _Shared, engine: Engine
) -> Generator[tuple[int, Arrays]]:
    """Yield place and results of each missing block, as each is done."""
    if engine.executor is None and (engine.workers == 1 or len(missing) < 2):
        for at in missing:
            _stop_if_asked(engine)
            yield at, run_block(blocks[at].cases, *shared)
        return
    with _executor_of(engine) as executor:
        yield from _handed_out(executor, blocks, missing, shared, engine)


def _handed_out(
    executor: Executor,
    blocks: Sequence[_Block],
    missing: Sequence[int],
    shared: _Shared,
    engine: Engine,
) -> Generator[tuple[int, Arrays]]:
    waiting, under_way = list(reversed(missing)), dict[Future[Arrays], int]()
    try:
        while waiting or under_way:
            _stop_if_asked(engine)
            while waiting and len(under_way) < WAITING_A_WORKER * engine.workers:
                at = waiting.pop()
                under_way[executor.submit(run_block, blocks[at].cases, *shared)] = at
            finished, _ = wait(under_way, timeout=LOOK_SECONDS, return_when=FIRST_COMPLETED)
            for future in finished:
                yield under_way.pop(future), future.result()
    except BrokenExecutor as error:
        raise RuleError("experiment.workers_lost", workers=engine.workers) from error
    finally:
        for future in under_way:
            future.cancel()


def _executor_of(engine: Engine) -> AbstractContextManager[Executor]:
    """Return the executor given, left open for its owner, or processes of our own."""
    if engine.executor is not None:
        return nullcontext(engine.executor)
    # a fresh process each: a forked one would share the threads' locks and the database's connection
    fresh = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(engine.workers, mp_context=fresh, initializer=_begin_worker)


def _begin_worker() -> None:
    """Leave Ctrl-C to the parent, which cancels what waits and keeps what is done; end when the parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_after, args=(parent,), daemon=True).start()


def _end_after(parent: "multiprocessing.process.BaseProcess") -> None:
    parent.join()
    os._exit(1)  # nobody waits for the result; a worker asleep in its queue would stay for ever


def _stop_if_asked(engine: Engine) -> None:
    if engine.stop():
        raise RuleError("experiment.stopped")
