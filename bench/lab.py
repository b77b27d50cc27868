"""The policy lab beside the same model in Mesa, and beside its own throw-away prototype: equal outcomes, ratios.

    python bench/lab.py [--peer PYTHON] [--prototype FILE] [--write docs/reference/lab-speed.md]

Mesa is no dependency of the product: `--peer` names an interpreter of an environment of its own that has Mesa 3;
`bench/lab_mesa.py` is the model there, reduced to what both have. `--prototype` names a file with `sim(R=…)`. All
take turns, replication by replication; medians of processor seconds are compared. Whether both simulate the same
thing is tested: means and distributions of every outcome over replications, two rulebooks, family-wise error 1 %.
"""

import argparse
import importlib.util
import json
import math
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

if sys.path[0] == str(Path(__file__).parent):
    sys.path[0] = str(
        Path(__file__).parents[1]
    )  # effect.py and others beside this file are no packages to import

import numpy as np

from zhagen.core.allocation.compiled import COMPILED
from zhagen.lab.model.levers import LEVERS, lever_vector
from zhagen.lab.model.params import PARAMS, default_params
from zhagen.lab.model.run import Cases, run_cases
from zhagen.lab.model.world import World
from zhagen.lab.packs import packs

ROOT = Path(__file__).resolve().parents[1]
SEED = 1
RULEBOOKS = ("base", "R1+R2")
HELD = {"granularity": 1.0}
"""What the reduced model lacks is held still in ours; all else that it lacks is off in both rulebooks."""
EQUAL = (
    "resolved", "presence", "trust", "need_match", "participation", "satisfaction", "quits_line", "quits_lead",
    "padding", "affiliated", "admin", "coverage", "score", "passed", "spell", "ties", "effort_activities",
    "effort_casework", "effort_tie_work", "effort_hunting", "effort_lobbying", "paid", "withheld", "unspent",
)  # fmt: skip
FAMILY_ERROR = 0.01
OUR_REPLICATIONS = 400
"""Ours cost little: the uncertainty left is the peer's."""


@dataclass(frozen=True)
class Size:
    """How large a district is run, and how long."""

    communities: int = 200
    agencies: int = 60
    streets: int = 10
    months: int = 120
    burn_in: int = 60

    @property
    def world(self) -> World:
        return World.synthetic(self.communities, self.agencies, self.streets)


WHOLE = Size()


def rules_of(name: str, held: dict[str, float] | None = None) -> np.ndarray:
    """Return the levers of a rulebook."""
    changed = {} if name == "base" else packs()[name].changed
    return lever_vector(**{**changed, **(HELD if held is None else held)})


def cases_of(levers: np.ndarray, first: int, rows: int) -> Cases:
    """Return one rulebook's rows at the default assumptions."""
    return Cases(
        np.tile(levers, (rows, 1)), np.tile(default_params(), (rows, 1)), np.arange(first, first + rows)
    )


def ours(
    levers: np.ndarray, first: int, rows: int, *, size: Size = WHOLE, compiled: bool | None = None
) -> dict[str, np.ndarray]:
    """Run replications; for a fair clock none that were run before, whose draws are kept."""
    cases, span = cases_of(levers, first, rows), {"months": size.months, "burn_in": size.burn_in}
    return run_cases(cases, size.world, seed=SEED, compiled=compiled, **span).values


class Peer:
    """The model in Mesa, in a process of its own."""

    def __init__(self, python: str) -> None:
        pipe = subprocess.PIPE
        words = [python, str(ROOT / "bench" / "lab_mesa.py")]
        self.process = subprocess.Popen(words, stdin=pipe, stdout=pipe, text=True)

    def __enter__(self) -> "Peer":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.communicate()

    def ask(self, levers: np.ndarray, seed: int, size: Size = WHOLE) -> dict:
        """Return one replication's outcomes, seconds and memory."""
        rules = {lever.code: float(value) for lever, value in zip(LEVERS, levers, strict=True)}
        asked = {
            "rules": rules, "params": {param.code: param.default for param in PARAMS}, "seed": seed,
            "months": size.months, "burn_in": size.burn_in,
            "size": (size.communities, size.agencies, size.streets),
        }  # fmt: skip
        self.process.stdin.write(json.dumps(asked) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


def seldom(chance: float) -> float:
    """Return how many standard errors a difference seldom passes: the normal quantile of both tails together."""
    return statistics.NormalDist().inv_cdf(1 - chance / 2)


@dataclass(frozen=True)
class Compared:
    """One outcome here and there.

    Args:
        rulebook: Run on both sides.
        outcome: Its name.
        ours: Mean here.
        peer: Mean there.
        error: Standard error of the difference of the means.
        apart: Greatest distance of the two distributions over replications (Kolmogorov and Smirnov).
        counts: Replications here and there.
    """

    rulebook: str
    outcome: str
    ours: float
    peer: float
    error: float
    apart: float
    counts: tuple[int, int]

    @property
    def errors(self) -> float:
        """How many standard errors the means are apart."""
        return abs(self.ours - self.peer) / self.error

    def is_equal(self, chance: float) -> bool:
        """Whether neither test would so seldom find as much between runs of one model."""
        here, there = self.counts
        far = math.sqrt(-0.5 * math.log(chance / 2) * (here + there) / (here * there))
        return self.errors <= seldom(chance) and self.apart <= far


def compared(rulebook: str, here: dict[str, np.ndarray], there: list[dict]) -> list[Compared]:
    """Compare every outcome; the spread of both sides is taken together, for they are said to be one model."""
    found = []
    for outcome in EQUAL:
        a = np.array(
            [float(f"{each:.9g}") for each in here[outcome]]
        )  # what does not vary but for rounding is one
        b = np.array([float(f"{each['values'][outcome]:.9g}") for each in there])
        n, m = len(a), len(b)
        spread = (a.var() * n + b.var() * m) / (n + m - 2)
        error = max(math.sqrt(spread * (1 / n + 1 / m)), 1e-9)
        both = np.concatenate([a, b])
        below = [np.searchsorted(np.sort(each), both, side="right") / len(each) for each in (a, b)]
        apart = float(np.abs(below[0] - below[1]).max())
        found.append(Compared(rulebook, outcome, float(a.mean()), float(b.mean()), error, apart, (n, m)))
    return found


def chance_each(many: list[Compared]) -> float:
    """Return the error left to each of two tests of each outcome, so that all together err seldom (Bonferroni)."""
    return FAMILY_ERROR / (2 * max(len(many), 1))


@dataclass
class Times:
    """Processor and wall seconds a replication, by who ran."""

    cpu: dict[str, list[float]] = field(default_factory=dict)
    wall: dict[str, list[float]] = field(default_factory=dict)

    def add(self, who: str, cpu: float, wall: float) -> None:
        self.cpu.setdefault(who, []).append(cpu)
        self.wall.setdefault(who, []).append(wall)

    def clock(self, who: str, rows: int, work: Callable[[], object]) -> None:
        """Run something and note what a row took."""
        cpu, wall = time.process_time(), time.perf_counter()
        work()
        self.add(who, (time.process_time() - cpu) / rows, (time.perf_counter() - wall) / rows)

    def median(self, who: str) -> float:
        return statistics.median(self.cpu[who])


ONE, MANY, PAIRED, PLAIN, PAIR, MESA, PROTOTYPE = (
    "one run", "a run of 25", "a run of 25, another rulebook on the same draws", "a run of 25 without Numba",
    "a run of 50 on two processes", "Mesa", "prototype, a run of 25",
)  # fmt: skip


class Fresh:
    """Replications that nobody has run yet."""

    def __init__(self) -> None:
        self.next = 10_000

    def take(self, rows: int) -> int:
        self.next += rows
        return self.next - rows


def turn(times: Times, fresh: Fresh) -> None:
    """Take one turn of ours: single, in a block, paired."""
    base, reform = rules_of("base"), rules_of("R1+R2")
    first = fresh.take(1)
    times.clock(ONE, 1, lambda: ours(base, first, 1))
    block = fresh.take(25)
    times.clock(MANY, 25, lambda: ours(base, block, 25))
    times.clock(PAIRED, 25, lambda: ours(reform, block, 25))


def slow_turn(times: Times, fresh: Fresh, prototype: ModuleType | None) -> None:
    """Take one turn without Numba and one of the prototype."""
    base = rules_of("base")
    if COMPILED:
        plain = fresh.take(25)
        times.clock(PLAIN, 25, lambda: ours(base, plain, 25, compiled=False))
    if prototype:
        block = fresh.take(1)
        times.clock(PROTOTYPE, 25, lambda: prototype.sim(R=25, seed=block, block=25))


def _in_a_child(first: int) -> float:
    cpu = time.process_time()
    ours(rules_of("base"), first, 25)
    return time.process_time() - cpu


def on_two(times: Times, fresh: Fresh, pool: ProcessPoolExecutor) -> None:
    """Run fifty replications on two processes; processor seconds of both together."""
    firsts = [fresh.take(25), fresh.take(25)]
    wall = time.perf_counter()
    cpu = sum(pool.map(_in_a_child, firsts))
    times.add(PAIR, cpu / 50, (time.perf_counter() - wall) / 50)


def read_prototype(file: Path) -> ModuleType:
    """Return the module in a file."""
    spec = importlib.util.spec_from_file_location("lab_prototype", file)
    module = importlib.util.module_from_spec(spec)
    with redirect_stdout(sys.stderr):
        spec.loader.exec_module(module)
    return module


COLD = """
import time, resource
begun = time.process_time()
import numpy as np
from zhagen.lab.model.levers import lever_vector
from zhagen.lab.model.params import default_params
from zhagen.lab.model.run import Cases, run_cases
from zhagen.lab.model.world import World
imported = time.process_time() - begun
def go(first, rows):
    at = time.process_time()
    cases = Cases(np.tile(lever_vector(), (rows, 1)), np.tile(default_params(), (rows, 1)), np.arange(first, first + rows))
    run_cases(cases, World.synthetic(), seed=1)
    return time.process_time() - at
first = go(0, 1)
go(1, 25)
print(imported, first, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10)
"""


def cold_starts() -> tuple[list[float], list[float]]:
    """Return (seconds to import, seconds of the first run, MiB) of a fresh installation, and of its second process."""
    with tempfile.TemporaryDirectory() as folder:
        leave = shutil.ignore_patterns("__pycache__", "locale", "static", "templates", "*.po", "*.mo")
        shutil.copytree(ROOT / "zhagen", Path(folder) / "zhagen", ignore=leave)
        environment = {**os.environ, "PYTHONPATH": folder}
        words = [sys.executable, "-c", COLD]
        said = [
            subprocess.run(words, capture_output=True, check=True, text=True, env=environment, cwd=folder)
            for _ in range(2)
        ]
    first, second = ([float(word) for word in each.stdout.split()] for each in said)
    return first, second


@dataclass
class Found:
    """All that a run of the bench found."""

    times: Times
    loads: list[float]
    cold: list[float]
    warm: list[float]
    memory: int
    peer: dict = field(default_factory=dict)
    replications: int = 0
    compared: list[Compared] = field(default_factory=list)

    @property
    def chance(self) -> float:
        return chance_each(self.compared)

    @property
    def unequal(self) -> list[Compared]:
        return [each for each in self.compared if not each.is_equal(self.chance)]

    def ratio(self, whose: str, who: str) -> float:
        return self.times.median(whose) / self.times.median(who)


def measure(peer: Peer | None, prototype: ModuleType | None, rounds: int) -> Found:
    """Take turns, then compare the outcomes."""
    cold, warm = cold_starts()
    times, fresh, there = Times(), Fresh(), {name: [] for name in RULEBOOKS}
    ours(rules_of("base"), fresh.take(1), 1)
    loads = []
    with ProcessPoolExecutor(2) as pool:
        list(pool.map(_in_a_child, [fresh.take(25) for _ in range(4)]))
        for place in range(rounds):
            loads.append(os.getloadavg()[0])
            turn(times, fresh)
            if place % 3 == 0:
                slow_turn(times, fresh, prototype)
            on_two(times, fresh, pool)
            for name in RULEBOOKS if peer else ():
                told = peer.ask(rules_of(name), place)
                there[name].append(told)
                times.add(MESA, told["seconds"], told["wall"])
    found = Found(times, loads, cold, warm, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10)
    if peer:
        found.peer, found.replications = there["base"][-1], rounds
        for name in RULEBOOKS:
            here = ours(rules_of(name), 0, OUR_REPLICATIONS)
            found.compared += compared(name, here, there[name])
    return found


def ratios(found: Found) -> list[tuple[str, str]]:
    """Return each way of running with its seconds and how many times as long the others take."""
    rows = []
    for who in found.times.cpu:
        took = found.times.median(who)
        told = f"{took * 1e3:,.1f} ms | {1 / took:,.0f} | {statistics.median(found.times.wall[who]) * 1e3:,.1f} ms"
        for other in (MESA, PROTOTYPE):
            told += f" | {found.ratio(other, who):,.1f}×" if other in found.times.cpu else " | –"
        rows.append((who, told))
    return rows


def summary(found: Found) -> list[str]:
    """Return the sentences that stand above the tables."""
    load = f"{min(found.loads):.1f} to {max(found.loads):.1f}"
    lines = [
        f"{len(found.loads)} turns on a machine of {os.cpu_count()} processors shared with other work (load {load}), "
        f"Python {platform.python_version()}, NumPy {np.__version__}, loops {'compiled' if COMPILED else 'not compiled'}.",
        f"The first run of a fresh installation compiles the loops: {found.cold[1]:.1f} s of processor time; a later "
        f"process loads them: import {found.warm[0]:.1f} s, first run {found.warm[1]:.1f} s. "
        f"Memory: {found.warm[2]:.0f} MiB for a process that runs blocks of 25"
        + (f", {found.peer['mib']} MiB for Mesa's, one replication." if found.peer else "."),
    ]
    if found.peer:
        wall = statistics.median(found.times.wall[MESA]) / statistics.median(found.times.wall[PAIR])
        lines.append(
            f"**Mesa {found.peer['version']} takes {found.ratio(MESA, ONE):,.0f} times as long as a single run of ours and "
            f"{found.ratio(MESA, MANY):,.0f} times as long as one of many (processor time); one process of Mesa takes "
            f"{2 * found.ratio(MESA, PAIR):,.0f} times as long as two of ours with a processor each ({wall:,.0f} by the clock, under this "
            "load).** Goals: 250 for a single run, 500 for replicated ones on two processes."
        )
    return lines


def page(found: Found) -> str:
    """Return docs/reference/lab-speed.md."""
    text = [
        "# Speed of the lab's model",
        "",
        "Written by `python bench/lab.py --peer PYTHON --prototype FILE --write docs/reference/lab-speed.md`: 200 communities, "
        "60 agencies, 600 workers, 120 months. Medians; all take turns in one run. Processor time, because the machine is shared; "
        "ratios carry over to other machines, seconds do not.",
        "",
        *("\n\n".join(summary(found)).split("\n")),
        "",
        "| a replication by | processor time | replications a second | wall time | Mesa takes | prototype takes |",
        "|---|---|---|---|---|---|",
        *(f"| {who} | {told} |" for who, told in ratios(found)),
        "",
        "Mesa's model (`bench/lab_mesa.py`) records 24 outcomes of the whole; ours all of them, by community, street and stratum "
        "too. “Another rulebook on the same draws”: comparisons draw once for all rulebooks.",
    ]
    return "\n".join([*text, *_equal_page(found), ""])


def _equal_page(found: Found) -> list[str]:
    if not found.compared:
        return []
    many, chance = len(found.compared), found.chance
    return [
        "",
        "## The same model",
        "",
        f"{found.replications} replications of Mesa's beside {OUR_REPLICATIONS} of ours (other random numbers), two rulebooks: the project system "
        f"as found, and R1+R2. {many - len(found.unequal)} of {many} outcomes agree. To agree, the means differ by no more than {seldom(chance):.2f} standard errors, and the "
        f"two-sample test of Kolmogorov and Smirnov finds no difference either: at most {FAMILY_ERROR:.0%} error over all {2 * many} tests together. "
        "“Visible”: the least difference of means that would have been called one, beside the mean.",
        "",
        "Held still in ours, because Mesa's model has none: one project a year (`granularity` 1). The community's own money, "
        "posts, imitation, direct awards, emergencies are off in both rulebooks.",
        "",
        "| rulebook | outcome | ours | Mesa | standard errors apart | visible | distance | |",
        "|---|---|---|---|---|---|---|---|",
        *(
            f"| {each.rulebook} | {each.outcome} | {each.ours:.4f} | {each.peer:.4f} | {each.errors:.1f} | {_visible(each, chance)} | "
            f"{each.apart:.2f} | {_verdict(each, chance)} |"
            for each in found.compared
        ),
    ]


def _visible(each: Compared, chance: float) -> str:
    return f"{seldom(chance) * each.error / abs(each.ours):.1%}" if each.ours else "–"


def _verdict(each: Compared, chance: float) -> str:
    return "agree" if each.is_equal(chance) else "DIFFERENT"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peer", metavar="PYTHON")
    parser.add_argument("--prototype", metavar="FILE", type=Path)
    parser.add_argument("--write", metavar="FILE", type=Path)
    parser.add_argument("--rounds", type=int, default=0, help="turns; 30 with a peer, 5 without")
    args = parser.parse_args()
    if not args.peer:
        print(
            "skipped: Mesa (--peer PYTHON names an interpreter that has Mesa 3); it is no dependency of the product"
        )
    prototype = read_prototype(args.prototype) if args.prototype else None
    with Peer(args.peer) if args.peer else nullcontext() as peer:
        found = measure(peer, prototype, args.rounds or (30 if peer else 5))
    print("\n".join(summary(found)))
    for who, told in ratios(found):
        print(f"  {who:50}{told}")
    for each in found.compared:
        means = (
            f"{each.ours:12.4f}{each.peer:12.4f}{each.errors:6.1f} visible {_visible(each, found.chance):>8}"
        )
        print(f"  {each.rulebook:8}{each.outcome:20}{means}{each.apart:6.2f}  {_verdict(each, found.chance)}")
    if found.compared:
        print(f"{len(found.compared)} outcomes compared, {len(found.unequal)} different")
    if args.write:
        args.write.write_text(page(found), encoding="utf-8")
    return bool(found.unequal)


if __name__ == "__main__":
    sys.exit(main())
