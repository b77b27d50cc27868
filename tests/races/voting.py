"""64 voters at once, online, with help and on paper, killed with -9 again and again; then what the database holds.

Run by test_voting.py in a process and on a database of its own: `python -m tests.races.voting ATTEMPTS kept|taken`; taken:
without the roll's conditional UPDATE and without the lock of the box. Prints one line of JSON.
"""

import json
import os
import random
import select
import signal
import sys
import threading
import time
from collections import Counter

from tests.databases import start_child

PROCESSES, THREADS = 4, 16
ROUNDS = 8
ROLL_SHARE = 0.5
"""Entries of the roll for each attempt: every second attempt comes too late for its entry."""


class World:
    """An open vote with its codes, made once before the voters are forked."""

    def __init__(self, attempts: int) -> None:
        from tests.cast import cast
        from tests.community import builders_ballot as made
        from zhagen.community.actions import paper

        projects = tuple((number, f"项目{number}", 100_000 * number) for number in range(1, 13))
        self.people = cast()
        self.ballot, self.codes = made.an_open_ballot(
            self.people, max(20, int(attempts * ROLL_SHARE)), projects=projects
        )
        by = self.people["community"].actor
        count = min(paper.PRINTED_AT_ONCE, self.ballot.roll_count)
        self.serials = paper.print_papers(self.ballot, count, by=by, now=made.VOTED_AT)
        self.now = made.VOTED_AT


def an_attempt(world: World, rng: random.Random) -> str:
    """Try one thing that a voter or a desk does; return what was acknowledged, or the refusal."""
    from zhagen.community.actions import cast as casting
    from zhagen.core.errors import RuleError

    number = rng.randrange(len(world.codes))
    choice = dict.fromkeys(rng.sample(range(1, 13), rng.randint(0, 4)), 1)
    line = ",".join(map(str, sorted(choice))) or "-"
    desk, way = world.people["community"].actor, rng.random()
    try:
        if way < 0.5:
            casting.cast_ballot(world.codes[number], choice, now=world.now)
            return f"page {number + 1} {line}"
        if way < 0.7:
            casting.assist_ballot(world.ballot, world.codes[number], choice, by=desk, now=world.now)
            return f"assisted {number + 1} {line}"
        if way < 0.85:
            casting.mark_paper(world.ballot, world.codes[number], by=desk, now=world.now)
            return f"paper {number + 1} -"
        return a_paper(world, rng)
    except RuleError as error:
        return f"refused {error.code} -"


def a_paper(world: World, rng: random.Random) -> str:
    """Key a paper that others may be keying at the same moment; all read the same on it."""
    from zhagen.community.actions.paper import key_paper

    serial = rng.choice(world.serials)
    number = world.serials.index(serial) % 12 + 1
    who = world.people[rng.choice(("community", "overseer"))].actor
    keyed = key_paper(world.ballot, serial, {number: 1}, by=who, now=world.now)
    return f"{'boxed' if keyed.state == 'boxed' else 'keyed'} {serial} {number}"


def vote_until_killed(world: World, pipe: int, seed: int) -> None:
    def run(number: int) -> None:
        rng = random.Random(f"{seed}:{number}")
        while True:
            try:
                told = an_attempt(world, rng)
            except Exception as error:  # what no rule refused is found by the test
                told = f"broken {type(error).__name__}:{str(error)[:900].replace(chr(10), '|').replace(chr(32), chr(95))} -"
            os.write(pipe, f"{told}\n".encode())

    threads = [threading.Thread(target=run, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def wait_for_the_dead() -> None:
    """Wait until PostgreSQL has ended the sessions of the killed: it has room for a hundred."""
    from django.db import connection, connections

    until = time.monotonic() + 60
    while connection.vendor == "postgresql" and time.monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
            if cursor.fetchone()[0] <= 1:
                break
        time.sleep(0.1)
    connections.close_all()


def a_round(world: World, wanted: int, seed: int) -> list[str]:
    """Let 64 voters try, kill them all in the middle, return what they were told."""
    wait_for_the_dead()
    reader, writer = os.pipe()
    children = []
    for place in range(PROCESSES):
        child = os.fork()
        if not child:
            try:
                os.close(reader)
                vote_until_killed(world, writer, seed * PROCESSES + place)
            finally:
                os._exit(1)
        children.append(child)
    os.close(writer)
    received, until = b"", time.monotonic() + 600
    while received.count(b"\n") < wanted and time.monotonic() < until:
        if select.select([reader], [], [], 1)[0]:
            received += os.read(reader, 65536)
    for child in children:
        os.kill(child, signal.SIGKILL)
    while more := os.read(reader, 65536):
        received += more
    os.close(reader)
    for child in children:
        os.waitpid(child, 0)
    return received.decode().split("\n")[:-1]


def take_guards_away() -> None:
    """Take the guards away for good in this process: the condition of the mark, the lock of the drawer."""
    from django.db import connection

    from zhagen.community.actions import cast as casting
    from zhagen.community.models import Drawer, RollEntry
    from zhagen.core.fund.vote import with_line

    def mark(entry: RollEntry, way: str, by: object) -> None:
        RollEntry.objects.filter(pk=entry.pk).update(has_voted=True, way=way)
        entry.has_voted, entry.way = True, way

    def put(ballot: object, line: str) -> None:
        drawer = random.choice(list(Drawer.objects.filter(ballot=ballot)))
        time.sleep(0.02)
        grown = {"lines": with_line(drawer.lines, line), "votes": drawer.votes + 1}
        Drawer.objects.filter(pk=drawer.pk).update(**grown)

    casting._mark, casting.put_into_box, casting.take_turn = mark, put, lambda ballot: None
    if connection.vendor == "sqlite":  # its write turn is the lock: without a transaction there is none
        casting.cast_ballot = casting.cast_ballot.__wrapped__
        casting.assist_ballot = casting.assist_ballot.__wrapped__


def checked(world: World, told: list[str]) -> dict[str, object]:
    """Return what is wrong: a voter acknowledged twice, a ballot acknowledged and not in the box, sums that differ."""
    from zhagen.community.models import Ballot, Drawer, RollEntry

    rows = [each.split(" ") for each in told]
    voted = [(int(number), way) for way, number, _ in rows if way in RollEntry.Way.values]
    known = dict(RollEntry.objects.filter(ballot=world.ballot, has_voted=True).values_list("number", "way"))
    boxed = [serial for kind, serial, _ in rows if kind == "boxed"]
    said = Counter(line for kind, _, line in rows if kind in {"page", "assisted", "boxed"})
    drawers = list(Drawer.objects.filter(ballot=world.ballot))
    box = Counter(line for drawer in drawers for line in drawer.lines.split("\n") if line)
    ballot = Ballot.objects.get(pk=world.ballot.pk)
    ways = Counter(known.values())
    in_roll = ways["page"] + ways["assisted"] + ballot.papers_boxed
    return {
        "attempts": len(rows),
        "acknowledged": len(voted) + len(boxed),
        "twice": len(voted) - len({number for number, _ in voted}) + len(boxed) - len(set(boxed)),
        "lost_marks": sum(known.get(number) != way for number, way in voted),
        "lost_ballots": sum((said - box).values()),
        "box_and_roll_differ": abs(sum(box.values()) - in_roll)
        + abs(sum(d.votes for d in drawers) - in_roll),
        "papers_beyond": max(0, ballot.papers_boxed - ballot.papers_marked)
        + abs(ballot.papers_marked - ways["paper"]),
        "broken": sorted({name for kind, name, _ in rows if kind == "broken"}),
        "refused": Counter(name for kind, name, _ in rows if kind == "refused"),
    }


def main(attempts: int, guards: str) -> None:
    start_child()
    world = World(attempts)
    if guards == "taken":
        take_guards_away()
    began, told, number = time.monotonic(), [], 0
    while len(told) < attempts:
        told += a_round(world, min(-(-attempts // ROUNDS), attempts - len(told)), number)
        number += 1
    found = checked(world, told)
    print(json.dumps({**found, "kills": number * PROCESSES, "seconds": round(time.monotonic() - began, 1)}))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
