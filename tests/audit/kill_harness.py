"""Kill writers with -9 in the middle of writes, again and again; then see what the database still knows.

Run by test_event_kill.py in a process and on a database of its own: `python -m tests.audit.kill_harness ROUNDS`. Prints one line of JSON.
"""

import json
import os
import random
import select
import signal
import sys
import time

from tests.databases import start_child

WRITERS = 2
LONGEST_SECONDS = 0.12


def main(rounds: int) -> None:
    start_child()
    from django.db import connections

    rng = random.Random(20261123)
    outside: list[tuple[str, str]] = []
    result = {"rounds": rounds, "acknowledged": 0, "lost": 0, "unsealed": 0, "findings": []}
    for number in range(rounds):
        connections.close_all()
        acknowledged = one_round(rng)
        check(acknowledged, outside, result)
        outside.append((f"round {number}", a_signed_root()))
    result["refuses_change"] = refuses_change()
    print(json.dumps(result))


def refuses_change() -> bool:
    """Whether a freshly migrated database refuses to rewrite an event."""
    from django.db import DatabaseError

    from zhagen.audit.models import Event

    try:
        Event.objects.update(kind="forged")
    except DatabaseError:
        return True
    return False


def one_round(rng: random.Random) -> list[str]:
    """Let writers write for a moment, kill them, return the ids of the events they acknowledged."""
    reader, writer = os.pipe()
    children = [fork_writer(writer, rng.random()) for _ in range(WRITERS)]
    os.close(writer)
    received = os.read(reader, 65536)  # wait until the first one was acknowledged
    until = time.monotonic() + rng.uniform(0, LONGEST_SECONDS)
    while (left := until - time.monotonic()) > 0:
        if select.select([reader], [], [], left)[0]:
            received += os.read(reader, 65536)
    for child in children:
        os.kill(child, signal.SIGKILL)
    while more := os.read(reader, 65536):
        received += more
    os.close(reader)
    for child in children:
        os.waitpid(child, 0)
    return received.decode().split("\n")[:-1]


def fork_writer(pipe: int, seed: float) -> int:
    child = os.fork()
    if child:
        return child
    try:
        write_until_killed(pipe, random.Random(seed))
    finally:
        os._exit(1)


def write_until_killed(pipe: int, rng: random.Random) -> None:
    from tests.audit.test_event_record import note
    from tests.cast import make_organisation
    from zhagen.audit.sealer import seal_pending

    objects = [make_organisation(name) for name in ("青禾社工", "柳岸社工", "东园社工")]
    while True:
        events = note(rng.choice(objects), times=rng.randint(1, 3), amount_fen=rng.randrange(10**6))
        seal_pending()
        os.write(pipe, "".join(f"{event.pk}\n" for event in events).encode())


def check(acknowledged: list[str], outside: list[tuple[str, str]], result: dict) -> None:
    from zhagen.audit.export import check_live
    from zhagen.audit.models import Event, Leaf
    from zhagen.audit.sealer import seal_pending

    seal_pending()  # what the runner does at its next beat
    ids = set(acknowledged)
    known = {str(each) for each in Event.objects.filter(pk__in=ids).values_list("pk", flat=True)}
    sealed = Leaf.objects.filter(event__in=ids).count()
    result["acknowledged"] += len(ids)
    result["lost"] += len(ids - known)
    result["unsealed"] += len(ids) - sealed
    result["findings"] += [str(error) for error in check_live(outside=outside).findings]


def a_signed_root() -> str:
    from zhagen.audit.roots import sign_root
    from zhagen.platform.clock import now

    return sign_root(at=now(), reason="tick").text


if __name__ == "__main__":
    main(int(sys.argv[1]))
