"""Seal events: give each its leaf in the one Merkle tree.

On SQLite this runs at the end of the transaction that recorded them, where writers queue anyway. On
PostgreSQL the runner of `zhagen serve` calls `seal_pending` every second: a lock on the tree inside every
transaction would cut the rate of writing to a fifth (measured: 536 to 105-138 transactions a second).
"""

import secrets

from django.db import connection, transaction

from zhagen.audit.models import Leaf, Pending, Tile, TreeState
from zhagen.core.log_form import LoggedEvent
from zhagen.core.merkle import extend, leaf_hash
from zhagen.platform.rows import insert_rows

BATCH = 2000
LOGGED = (
    "event_id",
    *(f"event__{name}" for name in ("stream", "stream_seq", "kind", "actor_key", "at", "commitment")),
)
"""Columns of a waiting event in the order of `LoggedEvent`."""

TILE_HEIGHT = 8
"""Every eighth level of the tree is stored: a proof then reads at most 256 hashes a level."""


def seal_in_transaction() -> None:
    """Seal what this transaction recorded, where the database lets one writer in at a time."""
    if connection.vendor == "sqlite":
        seal_pending()


def seal_pending() -> int:
    """Seal all waiting events in the order in which they were recorded; return how many."""
    return _seal_all() if Pending.objects.exists() else 0


def _seal_all() -> int:
    sealed, last = 0, BATCH
    while last == BATCH:
        with transaction.atomic(savepoint=False):
            last = _seal_batch()
        sealed += last
    return sealed


def tree_state() -> TreeState:
    """Return the state of the tree, locked until the transaction ends; call it in one."""
    state = TreeState.objects.select_for_update().filter(pk=1).first()
    if state is not None:
        return state
    origin = f"zhagen-{secrets.token_hex(4)}"
    TreeState.objects.bulk_create([TreeState(pk=1, origin=origin)], ignore_conflicts=True)
    return TreeState.objects.select_for_update().get(pk=1)


def _seal_batch() -> int:
    state = tree_state()
    waiting = list(Pending.objects.order_by("pk").values_list("pk", *LOGGED)[:BATCH])
    hashes = [leaf_hash(LoggedEvent(str(event), *rest).leaf) for _, event, *rest in waiting]
    insert_rows(
        Leaf,
        ("number", "event_id", "hash"),
        [
            (number, event, found.hex())
            for number, ((_, event, *_rest), found) in enumerate(
                zip(waiting, hashes, strict=True), start=state.size + 1
            )
        ],
    )
    state.frontier, completed = extend(state.frontier, hashes)
    Tile.objects.bulk_create(
        Tile(level=node.level, index=node.index, hash=node.hash.hex())
        for node in completed
        if node.level % TILE_HEIGHT == 0
    )
    TreeState.objects.filter(pk=1).update(size=state.size, peaks=state.peaks)
    Pending.objects.filter(pk__in=[pk for pk, *_rest in waiting]).delete()
    return len(waiting)
