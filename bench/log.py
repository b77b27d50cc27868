"""The event log beside pymerkle: growing, proving, checking, recording. `python bench/log.py [EVENTS]`.

pymerkle 7 (GPL-3: a peer here, an oracle in the tests, never part of the product) keeps its tree in memory.
Each figure is the best of three; ratios above 1 mean that Zhagen is faster.
"""

import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.core.log_world import KEY, a_log, exported, signed_root
from zhagen.core.log_check import check_log
from zhagen.core.merkle import (
    Frontier,
    extend,
    inclusion_proof,
    leaf_hash,
    node_hash,
    nodes_of,
    root_of,
    verify_inclusion,
)

PROOFS = 300


def best_of_three(work: Callable[[], object], clock: Callable[[], float] = time.process_time) -> float:
    """Return the shortest of three times in seconds: of the processor, or of the wall where a disk matters."""
    times = []
    for _ in range(3):
        started = clock()
        work()
        times.append(clock() - started)
    return min(times)


def show(name: str, seconds: float, count: int, peer_seconds: float | None = None) -> None:
    ratio = (
        f"  pymerkle {count / peer_seconds:>12,.0f}/s  ratio {peer_seconds / seconds:.2f}"
        if peer_seconds
        else ""
    )
    print(f"{name:<44}{count / seconds:>12,.0f}/s{ratio}")


def bench_tree(size: int) -> None:
    data = [b'{"event":%d}' % number for number in range(size)]
    leaves = [leaf_hash(each) for each in data]
    node_at, root = nodes_of(leaves), root_of(leaves)
    places = random.Random(1).sample(range(size), PROOFS)
    proofs = [inclusion_proof(node_at, place, size) for place in places]
    grow = best_of_three(lambda: extend(Frontier(), (leaf_hash(each) for each in data)))
    prove = best_of_three(lambda: [inclusion_proof(node_at, place, size) for place in places])
    check = best_of_three(
        lambda: [
            verify_inclusion(leaves[p], p, size, proof, root) for p, proof in zip(places, proofs, strict=True)
        ]
    )
    peer = peer_times(data, places)
    show(f"leaves into the tree ({size:,})", grow, size, peer.get("grow"))
    show("inclusion proofs made", prove, PROOFS, peer.get("prove"))
    show("inclusion proofs checked", check, PROOFS, peer.get("check"))
    print(f"{'longest of these proofs':<44}{max(map(len, proofs)):>12} hashes")


def peer_times(data: list[bytes], places: list[int]) -> dict[str, float]:
    with suppress(ImportError):
        import pymerkle

        tree = pymerkle.InmemoryTree(algorithm="sha256")

        def grow() -> None:
            nonlocal tree
            tree = pymerkle.InmemoryTree(algorithm="sha256")
            for each in data:
                tree.append_entry(each)
            tree.get_root()

        size = len(data)
        times = {"grow": best_of_three(grow)}
        times["prove"] = best_of_three(lambda: [tree.prove_inclusion(place + 1, size) for place in places])
        proofs = [(tree.get_leaf(place + 1), tree.prove_inclusion(place + 1, size)) for place in places]
        root = tree.get_root()
        times["check"] = best_of_three(
            lambda: [pymerkle.verify_inclusion(leaf, root, proof) for leaf, proof in proofs]
        )
        return times
    print("pymerkle is not installed: no ratios")
    return {}


def bench_file(size: int) -> None:
    log = a_log(random.Random(1), size)
    lines = exported(log, root_sizes=(size // 2, size))
    outside = [("receipt", signed_root(log))]
    seconds = best_of_three(lambda: check_log(lines, outside=outside, keys=[KEY]))
    assert not check_log(lines, outside=outside, keys=[KEY]).findings
    show(f"full check of an exported log ({size:,})", seconds, size)


def bench_bare_hashing(size: int) -> None:
    one = bytes(32)
    show(
        "two SHA-256 an event, bare",
        best_of_three(lambda: [node_hash(one, one) for _ in range(2 * size)]),
        size,
    )


def bench_database(size: int) -> None:
    """Record in a real SQLite file with safe settings, one event a transaction; then prove and check it."""
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {
            "ZHAGEN_HOME": home,
            "DJANGO_SETTINGS_MODULE": "zhagen.web.settings",
            "ZHAGEN_DATABASE_URL": "",
        }
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        record_and_check(size)


def record_and_check(size: int) -> None:
    from tests.audit.test_event_record import AT, note
    from tests.cast import make_organisation
    from zhagen.audit.export import check_live
    from zhagen.audit.receipts import receipt_file
    from zhagen.audit.roots import sign_root
    from zhagen.platform.tx import batch, write_tx

    obj = make_organisation("青禾社工")
    saved = write_tx(lambda: type(obj).objects.filter(pk=obj.pk).update(name="青禾社工"))
    bare = best_of_three(lambda: [saved() for _ in range(200)], time.perf_counter)
    recorded = best_of_three(lambda: [note(obj) for _ in range(200)], time.perf_counter)
    show("transactions without an event (SQLite, FULL)", bare, 200)
    show("transactions with one sealed event", recorded, 200)
    with batch():
        started = time.perf_counter()
        events = [event for _ in range(size // 100) for event in note(obj, times=100)]
        show(f"events in one batch ({size:,})", time.perf_counter() - started, size)
    root = sign_root(at=AT, reason="tick")
    event = type(events[0]).objects.select_related("leaf").get(pk=events[size // 2].pk)
    show(
        "proofs from the database", best_of_three(lambda: [receipt_file(event, root) for _ in range(50)]), 50
    )
    show(f"full check of the database ({root.size:,})", best_of_three(check_live), root.size)


if __name__ == "__main__":
    events = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    bench_bare_hashing(events)
    bench_tree(events)
    bench_file(events)
    bench_database(min(events, 10_000))
