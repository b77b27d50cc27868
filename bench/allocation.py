# ruff: noqa: E402
"""From bytes to winners, beside pabutools: same winners, ratios. `python bench/allocation.py --data DIR [NAME…]`.

DIR holds Pabulib files (.pb, .pb.gz); none are committed, for they carry no licence. pabutools (GPL) is no
dependency of the product: `--peer PYTHON` names an interpreter of an environment of its own that has it.
Each differing election is counted once more by the slow exact rules (`--plain`), and ties are told.
"""

import argparse
import gzip
import json
import subprocess
import sys
import time
from pathlib import Path

sys.path[0] = str(
    Path(__file__).parents[1]
)  # coverage.py beside this file would hide the package that Numba asks for

from zhagen.core.allocation.allocate import Count
from zhagen.core.allocation.compiled import COMPILED
from zhagen.core.allocation.pabulib import VoteType
from zhagen.core.allocation.plain import plain_winners
from zhagen.core.allocation.reading import read_election
from zhagen.core.allocation.terms import Completion, Rule, Terms, TieBreak, Utility

PEER = """
import gc, json, sys, tempfile, time, os, gzip
from pabutools.election import parse_pabulib, Cost_Sat, Cardinality_Sat, Additive_Cardinal_Sat
from pabutools.rules import method_of_equal_shares, greedy_utilitarian_welfare, sequential_phragmen
def counted(path, case):
    raw = gzip.open(path).read() if path.endswith(".gz") else open(path, "rb").read()
    with tempfile.NamedTemporaryFile("wb", suffix=".pb", delete=False) as out: out.write(raw)
    best = None
    for merged in (True, False):
        start = time.process_time()
        instance, profile = parse_pabulib(out.name)
        points = "cumulative" in type(profile).__name__.lower() or "cardinal" in type(profile).__name__.lower()
        if merged and not points: profile = profile.as_multiprofile()
        if merged and points: continue
        sat = Additive_Cardinal_Sat if points else {"cost": Cost_Sat, "cardinality": Cardinality_Sat}.get(case[1], Cost_Sat)
        if case[0] == "equal-shares": found = method_of_equal_shares(instance, profile, sat_class=sat)
        elif case[0] == "greedy": found = greedy_utilitarian_welfare(instance, profile, sat_class=Cost_Sat)
        elif case[0] == "greedy-per-cost": found = greedy_utilitarian_welfare(instance, profile, sat_class=sat if points else Cardinality_Sat)
        else: found = sequential_phragmen(instance, profile)
        took = time.process_time() - start
        if best is None or took < best[0]: best = (took, [p.name for p in found])
        if took > 20: break
    os.unlink(out.name)
    return best
for line in sys.stdin:
    path, case = json.loads(line)
    try: print(json.dumps(counted(path, case)), flush=True)
    except Exception as error: print(json.dumps([None, f"{type(error).__name__}: {error}"[:200]]), flush=True)
"""
"""Runs in the peer's own interpreter: it has the better of plain and merged ballots."""


def cases(vote_type: VoteType) -> list[Terms]:
    """Return what is compared, with the peer's order of equals (by id as text)."""
    by_id = {"tie": TieBreak.ID}
    if vote_type in (VoteType.CUMULATIVE, VoteType.SCORING):
        return [
            Terms(Rule.EQUAL_SHARES, Utility.POINTS, **by_id),
            Terms(Rule.GREEDY_PER_COST, Utility.POINTS, **by_id),
        ]
    if vote_type is VoteType.ORDINAL:
        return []
    return [
        Terms(Rule.EQUAL_SHARES, Utility.COST, **by_id),
        Terms(Rule.EQUAL_SHARES, Utility.CARDINALITY, **by_id),
        Terms(Rule.GREEDY, Utility.COST, **by_id),
        Terms(Rule.GREEDY_PER_COST, Utility.COST, **by_id),
        Terms(Rule.PHRAGMEN, Utility.COST, **by_id),
    ]


def timed(data: bytes, name: str, terms: Terms, runs: int = 5) -> tuple[float, object]:
    """Return the least processor seconds from bytes to winners, and the outcome."""
    best, outcome = float("inf"), None
    for _ in range(runs):
        start = time.process_time()
        outcome = Count(read_election(data, name), terms).outcome()
        best = min(best, time.process_time() - start)
    return best, outcome


class Peer:
    """pabutools in a process of its own."""

    def __init__(self, python: str) -> None:
        pipe = subprocess.PIPE
        self.process = subprocess.Popen([python, "-c", PEER], stdin=pipe, stdout=pipe, text=True)

    def count(self, path: Path, terms: Terms) -> tuple[float | None, list[str] | str]:
        self.process.stdin.write(json.dumps([str(path), [terms.rule, terms.utility]]) + "\n")
        self.process.stdin.flush()
        return tuple(json.loads(self.process.stdout.readline()))


def compare(path: Path, peer: Peer | None, *, plain: bool) -> int:
    """Print one election's lines; return how many differences no tie explains."""
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    election = read_election(data, path.name)
    print(f"{path.name}  {election.ballots.count} x {len(election.projects)}  {election.vote_type}")
    bad = 0
    for terms in cases(election.vote_type):
        took, outcome = timed(data, path.name, terms)
        words = [f"  {terms.rule:16}{terms.utility:12}{took * 1e3:10.2f} ms", f"{len(outcome.ties)} ties"]
        if peer:
            seconds, winners = peer.count(path, terms)
            if seconds is None:
                words.append(f"peer failed: {winners}")
            else:
                same = set(winners) == set(outcome.winners)
                words.append(
                    f"peer {seconds:8.3f} s  {seconds / took:8.0f}x  {'same' if same else 'DIFFERENT'}"
                )
                bad += not same and not outcome.ties
                if not same:
                    odd = set(winners) ^ set(outcome.winners)
                    words.append(f"{sorted(odd)} ties {[tie.projects for tie in outcome.ties]}")
        if plain:
            words.append(
                "exact: same" if plain_winners(election, terms) == outcome.winners else "exact: DIFFERENT"
            )
            bad += words[-1].endswith("DIFFERENT")
        print("  ".join(words), flush=True)
    return bad + add1(path.name, data, election)


def add1(name: str, data: bytes, election) -> int:
    """Print how Add1 does, and whether it gives the winners of a city that used it."""
    if election.vote_type in (VoteType.CUMULATIVE, VoteType.SCORING):
        return 0
    took, outcome = timed(data, name, Terms(utility=Utility.COST, completion=Completion.ADD1), runs=2)
    line = f"  add1            cost        {took * 1e3:10.2f} ms  {len(outcome.ties)} ties"
    official = {project.id for project in election.projects if project.selected == "1"}
    if not election.meta.get("rule", "").startswith("equalshares"):
        print(line)
        return 0
    same = official == set(outcome.winners)
    print(f"{line}  official winners: {'same' if same else 'DIFFERENT'}")
    return not same


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", metavar="DIR")
    parser.add_argument("--peer", metavar="PYTHON")
    parser.add_argument("--plain", action="store_true")
    parser.add_argument("--most-voters", type=int, default=10**9)
    parser.add_argument("names", nargs="*")
    args = parser.parse_args()
    if not args.data:
        print("skipped: no folder of Pabulib files (--data DIR); they carry no licence and are not committed")
        return 0
    paths = [
        p
        for p in sorted(Path(args.data).glob("*.pb*"))
        if not args.names or any(n in p.name for n in args.names)
    ]
    if not COMPILED:
        print("Numba is not installed (extra `fast`): plain Python is timed")
    start = time.process_time()
    read_election(paths[0].read_bytes(), paths[0].name)
    print(f"cold start: first reading {time.process_time() - start:.2f} s of processor time")
    peer = Peer(args.peer) if args.peer else None
    sizes = {p: read_election(p.read_bytes(), p.name).ballots.count for p in paths}
    chosen = [p for p in sorted(paths, key=sizes.get) if sizes[p] <= args.most_voters]
    bad = sum(compare(path, peer, plain=args.plain) for path in chosen)
    print(f"{len(chosen)} elections, {bad} differences that no tie explains")
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main())
