"""An event log in memory and a forger who holds every key and rewrites every hash."""

import datetime as dt
import random
from collections import defaultdict
from dataclasses import replace
from hashlib import sha256

from zhagen.core.checkpoint import Checkpoint, public_key, sign
from zhagen.core.log_form import LoggedEvent, checkpoint_line, event_line, header_line
from zhagen.core.merkle import leaf_hash, root_of

ORIGIN = "zhagen-test"
SEED = sha256(b"signing key of the tests").digest()
KEY = public_key(ORIGIN, SEED)
START = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
KINDS = ("need.raised", "tender.published", "bid.received", "claim.approved")

Log = list[LoggedEvent]


def an_event(rng: random.Random, at: dt.datetime) -> LoggedEvent:
    """One event of a random object; `numbered` gives it its place in the object's stream."""
    return LoggedEvent(
        event_id=f"{rng.getrandbits(128):032x}",
        stream=f"procurement.need:{rng.randrange(9)}",
        seq=1,
        kind=rng.choice(KINDS),
        actor_key=str(rng.randrange(40)),
        at=at,
        commitment=rng.randbytes(32).hex(),
    )


def numbered(log: Log) -> Log:
    """The log with every stream counting from one again, as a careful forger leaves it."""
    last: dict[str, int] = defaultdict(int)
    renumbered = []
    for event in log:
        last[event.stream] += 1
        renumbered.append(replace(event, seq=last[event.stream]))
    return renumbered


def a_log(rng: random.Random, size: int) -> Log:
    return numbered([an_event(rng, START + dt.timedelta(minutes=i)) for i in range(size)])


def grown(rng: random.Random, log: Log, count: int) -> Log:
    return numbered(log + [an_event(rng, START + dt.timedelta(days=400, minutes=i)) for i in range(count)])


def signed_root(log: Log, size: int | None = None, *, seed: bytes = SEED, origin: str = ORIGIN) -> str:
    leaves = [leaf_hash(event.leaf) for event in log[:size]]
    return sign(Checkpoint(origin, len(leaves), root_of(leaves)), seed, name=ORIGIN)


def exported(log: Log, *, root_sizes: tuple[int, ...] = (), seed: bytes = SEED) -> list[bytes]:
    """The file of a log, with roots signed at these sizes."""
    lines = [header_line(ORIGIN, len(log), (str(public_key(ORIGIN, seed)),))]
    for number, event in enumerate(log, start=1):
        lines.append(event_line(number, event.leaf, leaf_hash(event.leaf).hex()))
        if number in root_sizes:
            lines.append(checkpoint_line(signed_root(log, number, seed=seed)))
    return lines


def edit(rng: random.Random, log: Log) -> Log:
    at = rng.randrange(len(log))
    event = log[at]
    change = rng.choice(
        [
            {"kind": "claim.refused"},
            {"actor_key": event.actor_key + "1"},
            {"at": event.at - dt.timedelta(microseconds=1)},
            {"commitment": rng.randbytes(32).hex()},
            {"stream": "procurement.need:other"},
        ]
    )
    return [*log[:at], replace(event, **change), *log[at + 1 :]]


def delete(rng: random.Random, log: Log) -> Log:
    at = rng.randrange(len(log))
    return log[:at] + log[at + 1 :]


def insert(rng: random.Random, log: Log) -> Log:
    at = rng.randrange(len(log))
    return [*log[:at], an_event(rng, log[at].at), *log[at:]]


def swap(rng: random.Random, log: Log) -> Log:
    one, other = rng.sample(range(len(log)), 2)
    swapped = list(log)
    swapped[one], swapped[other] = swapped[other], swapped[one]
    return swapped


def cut(rng: random.Random, log: Log) -> Log:
    return log[: rng.randrange(len(log))]


def replay_old_backup(rng: random.Random, log: Log) -> Log:
    old = log[: rng.randrange(len(log))]
    return grown(rng, old, len(log) - len(old) + rng.randrange(5))


def fork(rng: random.Random, log: Log) -> Log:
    at = rng.randrange(len(log))
    return [*log[:at], an_event(rng, log[at].at), *log[at + 1 :]]


TAMPERINGS = (edit, delete, insert, swap, cut, replay_old_backup, fork)


def forged(rng: random.Random, log: Log, way) -> Log:
    """The log tampered with in one way, all counters rewritten, sometimes grown on as if nothing were."""
    return grown(rng, numbered(way(rng, log)), rng.choice([0, 0, 1, 7]) if way is not cut else 0)
