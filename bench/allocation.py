# ruff: noqa: E402
"""From bytes to winners, beside pabutools: same winners, ratios, memory.

    python bench/allocation.py --data DIR [--peer PYTHON] [--write docs/reference/allocation.md] [NAME…]

With names only the elections of these names are counted, and the other rows of the page stay as they are;
without a peer only their rows of Add1 are written.
DIR holds Pabulib files (.pb, .pb.gz); none are committed, for they carry no licence. pabutools (GPL) is no
dependency of the product: `--peer` names an interpreter of an environment of its own that has it. It runs
beside us, election by election. Add1 is held to the slow exact rules where the election is small enough.
"""

import argparse
import gzip
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

sys.path[0] = str(
    Path(__file__).parents[1]
)  # coverage.py beside this file would hide the package that Numba asks for

from zhagen.core.allocation.allocate import Count, Outcome
from zhagen.core.allocation.compiled import COMPILED
from zhagen.core.allocation.election import Election
from zhagen.core.allocation.pabulib import VoteType
from zhagen.core.allocation.plain import plain_marks, plain_shares, plain_winners
from zhagen.core.allocation.reading import read_election
from zhagen.core.allocation.room import Room
from zhagen.core.allocation.terms import Completion, Rule, Terms, TieBreak, Utility

WHOLLY, AT_ITS_END = 200, 7300
"""Up to how many voters Add1 is counted again step by step, and its last and next step alone, by the slow rules."""

PEER = """
import gc, json, sys, tempfile, time, os, gzip
from pabutools.election import (parse_pabulib, Cost_Sat, Cardinality_Sat, Additive_Cardinal_Sat,
    ApprovalProfile, ApprovalBallot)
from pabutools.rules import method_of_equal_shares, greedy_utilitarian_welfare, sequential_phragmen
def opened(path):
    raw = gzip.open(path).read() if path.endswith(".gz") else open(path, "rb").read()
    with tempfile.NamedTemporaryFile("wb", suffix=".pb", delete=False) as out: out.write(raw)
    start = time.process_time()
    instance, profile = parse_pabulib(out.name)
    took = time.process_time() - start
    os.unlink(out.name)
    return instance, profile, took
def run(instance, profile, rule, utility):
    points = utility == "points"
    sat = Additive_Cardinal_Sat if points else {"cost": Cost_Sat, "cardinality": Cardinality_Sat}[utility]
    if not points and not isinstance(profile, ApprovalProfile):
        given = lambda ballot, p: not hasattr(ballot, "get") or (ballot.get(p) or 1) > 0
        profile = ApprovalProfile([ApprovalBallot([p for p in b if given(b, p)]) for b in profile], instance=instance)
    best = None
    for merged in (True, False):
        if merged and points: continue
        start = time.process_time()
        votes = profile.as_multiprofile() if merged else profile
        if rule == "equal-shares": found = method_of_equal_shares(instance, votes, sat_class=sat)
        elif rule == "greedy": found = greedy_utilitarian_welfare(instance, votes, sat_class=Cost_Sat)
        elif rule == "greedy-per-cost": found = greedy_utilitarian_welfare(instance, votes, sat_class=sat if points else Cardinality_Sat)
        else: found = sequential_phragmen(instance, votes)
        took = time.process_time() - start
        if best is None or took < best[0]: best = (took, [p.name for p in found])
        if took > 10: break
    return best
kept = (None, None)
for line in sys.stdin:
    path, rule, utility = json.loads(line)
    try:
        if kept[0] != path: kept = (path, opened(path))
        instance, profile, parsed = kept[1]
        took, found = run(instance, profile, rule, utility)
        print(json.dumps([parsed + took, found]), flush=True)
    except Exception as error: print(json.dumps([None, f"{type(error).__name__}: {error}"[:200]]), flush=True)
"""
"""Runs in the peer's own interpreter: parsing plus the better of plain and merged ballots (merged alone above 10 s)."""

MEMORY = """
import sys, tracemalloc
from zhagen.core.allocation.allocate import allocate
from zhagen.core.allocation.reading import read_election
from zhagen.core.allocation.terms import Terms
tiny = b"META\\nkey;value\\nbudget;9\\nvote_type;approval\\nPROJECTS\\nproject_id;cost\\na;3\\nVOTES\\nvoter_id;vote\\n1;a\\n"
allocate(read_election(tiny, "tiny"), Terms())
tracemalloc.start()
data = open(sys.argv[1], "rb").read()
allocate(read_election(data, "vote"), Terms())
print(tracemalloc.get_traced_memory()[1])
"""
"""Prints the most bytes that one count holds at a time, the file among them."""


COLD = "import time\n" + "\n".join(MEMORY.strip().splitlines()[1:6]) + "\nprint(time.process_time())"


@dataclass
class Case:
    """One election under one rule: our seconds, the peer's, whether the winners are the same."""

    rule: str
    took: float
    ties: int
    peer: float | None = None
    verdict: str = ""

    @property
    def told(self) -> str:
        if self.peer is None:
            return f"{self.took * 1e3:.1f} ms {self.verdict}".strip()
        return f"{self.took * 1e3:.1f} ms, {self.peer / self.took:,.0f}×, {self.verdict}"


@dataclass
class Line:
    """One election: its cases, Add1, memory."""

    name: str
    voters: int
    projects: int
    kind: str
    size: int
    cases: list[Case] = field(default_factory=list)
    add1: Case | None = None
    memory: int = 0
    bad: int = 0

    def seen(self) -> None:
        """Print Add1 and memory."""
        more = f"{self.memory >> 10} KiB for {self.size >> 10} KiB"
        print(f"  {'add1 cost':30}{self.add1.told}  {self.add1.ties} ties; {more}", flush=True)


def cases(vote_type: VoteType) -> list[Terms]:
    """Return what is compared, with the peer's order of equals (by id as text)."""
    pairs = [
        (Rule.EQUAL_SHARES, Utility.COST),
        (Rule.EQUAL_SHARES, Utility.CARDINALITY),
        (Rule.GREEDY, Utility.COST),
        (Rule.GREEDY_PER_COST, Utility.COST),
        (Rule.PHRAGMEN, Utility.COST),
    ]
    if vote_type in (VoteType.CUMULATIVE, VoteType.SCORING):
        pairs = [(Rule.EQUAL_SHARES, Utility.POINTS), (Rule.GREEDY_PER_COST, Utility.POINTS), *pairs]
    return [Terms(rule, utility, tie=TieBreak.ID) for rule, utility in pairs]


def timed(data: bytes, name: str, terms: Terms, runs: int = 7) -> tuple[float, Outcome]:
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
        self.process.stdin.write(json.dumps([str(path), terms.rule, terms.utility]) + "\n")
        self.process.stdin.flush()
        return tuple(json.loads(self.process.stdout.readline()))


def compare(path: Path, peer: Peer | None, scratch: Path) -> Line:
    """Count one election by every rule, here and there."""
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    election = read_election(data, path.name)
    name = path.name.removesuffix(".gz").removesuffix(".pb")
    kind = str(election.vote_type)
    line = Line(name, election.ballots.count, len(election.projects), kind, len(data))
    print(f"{line.name}  {line.voters} x {line.projects}  {line.kind}")
    for terms in cases(election.vote_type):
        case = one_case(path, data, terms, peer)
        line.cases.append(case)
        line.bad += case.verdict == "DIFFERENT"
        print(f"  {case.rule:30}{case.told}  {case.ties} ties", flush=True)
    line.add1 = add1(path.name, data, election)
    line.bad += "DIFFERENT" in line.add1.verdict
    scratch.write_bytes(data)
    words = [sys.executable, "-c", MEMORY, str(scratch)]
    said = subprocess.run(words, capture_output=True, check=True, text=True, env=environment()).stdout
    line.memory = int(said)
    line.seen()
    return line


def environment() -> dict[str, str]:
    """Return the environment of a process that imports the package as this one does."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}


def one_case(path: Path, data: bytes, terms: Terms, peer: Peer | None) -> Case:
    took, outcome = timed(data, path.name, terms)
    case = Case(f"{terms.rule} {terms.utility}", took, len(outcome.ties))
    if peer:
        case.peer, winners = peer.count(path, terms)
        odd = set(winners) ^ set(outcome.winners)
        equals = {name for tie in outcome.ties for name in tie.projects}
        if case.peer is None:
            case.verdict = f"peer failed: {winners}"
        elif not odd:
            case.verdict = "same"
        else:
            case.verdict = "tie" if odd & equals else "DIFFERENT"
    return case


def add1(name: str, data: bytes, election: Election) -> Case:
    """Count by Add1, and again by the slow rules or against the city that used it."""
    terms = Terms(utility=Utility.COST, completion=Completion.ADD1)
    took, outcome = timed(data, name, terms, runs=2)
    case = Case("add1 cost", took, len(outcome.ties))
    verdicts = []
    if election.meta.get("rule", "").startswith("equalshares"):
        official = {project.id for project in election.projects if project.selected == "1"}
        verdicts.append(f"official {'same' if official == set(outcome.winners) else 'DIFFERENT'}")
    if election.ballots.count <= WHOLLY:
        same = plain_winners(election, terms) == outcome.winners
        verdicts.append(f"every step {'same' if same else 'DIFFERENT'}")
    elif election.ballots.count <= AT_ITS_END:
        verdicts.append(
            f"last and next step {'same' if ends_alike(election, terms, outcome) else 'DIFFERENT'}"
        )
    case.verdict = ", ".join(verdicts)
    return case


def ends_alike(election: Election, terms: Terms, outcome: Outcome) -> bool:
    """Return whether the slow rules buy the same at Add1's last step and overspend at the next."""
    count = Count(election, terms)
    marks = plain_marks(election, Utility.COST)
    able = list(range(len(election.projects)))

    def buys(share: Fraction) -> tuple[str, ...]:
        room = Room(election, ())
        found = plain_shares(election, marks, count.costs, share, room, able, count.ranks)
        return tuple(election.ids[p] for p, _ in found)

    cost = {project.id: project.cost for project in election.projects}
    more = sum(cost[name] for name in buys(outcome.share + election.scale))
    return buys(outcome.share) == outcome.winners and more > election.budget


RULES = (
    "equal-shares cost",
    "equal-shares cardinality",
    "greedy cost",
    "greedy-per-cost cost",
    "phragmen cost",
)


def page(lines: list[Line], cold: float, kept: str) -> str:
    """Return docs/reference/allocation.md; rows of `kept`, the page as it was, stay where their election was not counted."""
    beside = [line for line in lines if line.cases[0].peer is not None or not kept]
    points = [line for line in beside if line.cases[0].rule.endswith("points")]
    mixed = " Rows of different runs stand beside each other; each row is of one run." if kept else ""
    text = [
        "# Allocation beside pabutools",
        "",
        "Written by `python bench/allocation.py --data DIR --peer PYTHON --write docs/reference/allocation.md`: "
        f"real elections, one process of ours beside one of pabutools on a machine shared with other work, "
        f"Python {platform.python_version()}, loops {'compiled' if COMPILED else 'not compiled'}. "
        "Processor time from bytes to winners, the best of seven; × is how many times the peer's (parsing plus the better of plain "
        f"and merged ballots) is that. “same”: the same set of winners; “tie”: the winners differ by projects of a reported tie.{mixed}",
        "",
        f"{sum(line.bad for line in lines)} differences that no reported tie explains. "
        f"A new process needs {cold:.1f} s of processor time more before its first count (loading the compiled loops).",
        "",
        "| election | voters × projects | kind | Equal Shares, cost | Equal Shares, cardinality | greedy | greedy per cost | Phragmén |",
        "|---|---|---|---|---|---|---|---|",
        *rows([_beside(line) for line in beside], kept, 8),
        "",
        "By points, where ballots give them:",
        "",
        "| election | Equal Shares | greedy per cost |",
        "|---|---|---|",
        *rows([[line.name, line.cases[0].told, line.cases[1].told] for line in points], kept, 3),
        "",
        "Add1 by cost, from bytes to winners. “official”: the winners that the city published; “every step”: our slow exact rules "
        "count each step again; “last and next step”: they buy the same at the last step and overspend at the next. "
        "Memory: the most that one count by Equal Shares holds at a time, the file itself among it.",
        "",
        "| election | Add1 | checked | ties | file, KiB | memory ÷ file |",
        "|---|---|---|---|---|---|",
        *rows([_alone(line) for line in lines], kept, 6),
    ]
    return "\n".join([*text, ""])


def _beside(line: Line) -> list[str]:
    told = {case.rule: case.told for case in line.cases}
    return [line.name, f"{line.voters:,} × {line.projects}", line.kind, *(told[rule] for rule in RULES)]


def _alone(line: Line) -> list[str]:
    case = line.add1
    figures = [f"{case.took * 1e3:.1f} ms", case.verdict or "—", str(case.ties)]
    return [line.name, *figures, f"{line.size >> 10:,}", f"{line.memory / line.size:.1f}"]


def rows(new: list[list[str]], kept: str, columns: int) -> list[str]:
    """Return the rows of one table, those of the kept page in their places; the new ones that it lacks at the end."""
    found = [
        [cell.strip() for cell in row.strip("|").split("|")] for row in kept.splitlines() if row[:2] == "| "
    ]
    table = {row[0]: row for row in found if len(row) == columns and row[0] != "election"}
    table |= {row[0]: row for row in new}
    return [f"| {' | '.join(row)} |" for row in table.values()]


def chosen(folder: str, names: list[str], most_voters: int) -> list[Path]:
    """Return the elections to be counted, the smallest first."""
    paths = [p for p in Path(folder).glob("*.pb*") if not names or any(n in p.name for n in names)]
    sizes = {p: read_election(p.read_bytes(), p.name).ballots.count for p in sorted(paths)}
    return [p for p in sorted(sizes, key=lambda p: (sizes[p], p.name)) if sizes[p] <= most_voters]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", metavar="DIR")
    parser.add_argument("--peer", metavar="PYTHON")
    parser.add_argument("--write", metavar="FILE", type=Path)
    parser.add_argument("--most-voters", type=int, default=10**9)
    parser.add_argument("names", nargs="*")
    args = parser.parse_args()
    if not args.data:
        print("skipped: no folder of Pabulib files (--data DIR); they carry no licence and are not committed")
        return 0
    if not COMPILED:
        print("Numba is not installed (extra `fast`): plain Python is timed")
    cold = float(
        subprocess.run(
            [sys.executable, "-c", COLD], capture_output=True, check=True, text=True, env=environment()
        ).stdout
    )
    print(f"cold start: {cold:.2f} s of processor time to import and count a tiny election")
    peer = Peer(args.peer) if args.peer else None
    lines: list[Line] = []
    kept = args.write.read_text(encoding="utf-8") if args.names and args.write and args.write.exists() else ""
    with tempfile.TemporaryDirectory() as folder:
        for path in chosen(args.data, args.names, args.most_voters):
            lines.append(compare(path, peer, Path(folder) / "vote.pb"))
            if args.write:
                args.write.write_text(page(lines, cold, kept), encoding="utf-8")
    bad = sum(line.bad for line in lines)
    print(f"{len(lines)} elections, {bad} differences that no tie explains; most memory {peak()} MiB")
    return bool(bad)


def peak() -> int:
    """Return the most memory that this process has had, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10


if __name__ == "__main__":
    sys.exit(main())
