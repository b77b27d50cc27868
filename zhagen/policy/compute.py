"""Between the platform and the lab: what a rehearsal asks, how a child computes it, what of it is kept.

Knows no Django: the child that computes imports it without settings. NumPy and the compiler are loaded there
only, never in the process that answers pages.
"""

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from zhagen.core.rulebook.rules import Rules
from zhagen.lab.legal import Finding, Level
from zhagen.lab.local_facts import LocalFacts, default_facts
from zhagen.lab.reform import Reform, apply_reform, facts_after, lever_values, rulebook_hash

PROGRESS, STREETS, AGENCIES = "progress.json", 10, 60
SNAPSHOT, POSTERIOR, BUY = "snapshot.json", "posterior.json", "buy"
WORKERS = 2
"""Processes that compute at once: the machine of an office has two cores, and the pages need some of them."""

WORTH_TWO = 400
"""Rows from which on it pays to start processes: below it they take longer to start than to compute."""

FEW_ROWS = 50
"""Rows of a block of a small rehearsal: without the compiler a block costs nearly the same whatever its rows."""

FEWER_DRAWS, FEWER_REPLICATIONS, PATH_STEPS = 10, 10, 11
"""Reasons and the tipping mark take twenty times the rows of a comparison: they are asked of fewer draws."""

NICE = 10


@dataclass(frozen=True, slots=True)
class Ask:
    """How a rehearsal is computed; names as the columns of `LabRun`.

    Args:
        communities: Communities of the made-up district.
        draws: Sets of assumptions.
        replications: Repetitions of each.
        months: Months, the first half of which is not counted.
        seed: Of the random numbers; the same for both rulebooks.
        with_reasons: Whether to ask also which change and mechanism carries the effect, and where it tips.
    """

    communities: int = 200
    draws: int = 50
    replications: int = 20
    months: int = 120
    seed: int = 1
    with_reasons: bool = False

    def columns(self) -> dict[str, Any]:
        """Return the values of the columns."""
        return asdict(self)

    @property
    def rows(self) -> int:
        """Rows of the comparison: two rulebooks, agencies that reckon and agencies that imitate."""
        return 4 * self.draws * self.replications


class Asked(Protocol):
    """What of a stored rehearsal the child has to know."""

    reform: Mapping[str, Any]
    findings: list[Mapping[str, Any]]
    communities: int
    draws: int
    replications: int
    months: int
    seed: int
    with_reasons: bool
    rules: Any


def plain_finding(found: Finding) -> dict[str, Any]:
    """Return what the law says of a reform as JSON keeps it."""
    return {
        "level": str(found.level),
        "code": found.code,
        "source": found.clause.source,
        "since": found.clause.since.isoformat(),
        "confirm": found.clause.confirm,
        "figures": json.loads(json.dumps(dict(found.figures), default=str)),
    }


def reform_in(plain: Mapping[str, Any]) -> Reform:
    """Return a reform as a row keeps it."""
    values = {name: tuple(raw) if isinstance(raw, list) else raw for name, raw in plain["values"].items()}
    return Reform(values, plain["practice"])


def plain_reform(reform: Reform) -> dict[str, Any]:
    """Return a reform as JSON keeps it."""
    return json.loads(
        json.dumps({"values": dict(reform.values), "practice": dict(reform.practice)}, default=dict)
    )


def order_in(run: Asked) -> dict[str, Any]:
    """Return what is to be computed."""
    return {
        "rules": run.rules.snapshot,
        "reform": run.reform,
        "breaks": [each["code"] for each in run.findings if each["level"] == Level.BLOCK],
        "ask": {name: getattr(run, name) for name in Ask.__dataclass_fields__},
    }


def order_of(run: Asked) -> bytes:
    """Return what the child reads."""
    return json.dumps(order_in(run)).encode()


def progress_in(folder: Path) -> tuple[int, int]:
    """Return rows done and rows of all, as the child last noted them; 0 of 0 before it began."""
    try:
        said = json.loads((folder / PROGRESS).read_text("utf-8"))
    except (OSError, ValueError):
        return 0, 0
    return int(said["done"]), int(said["of"])


def work(source: Path, target: Path, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Compute one rehearsal in a child process and write its result; blocks found in the folder are not computed again.

    Args:
        source: What `order_of` made.
        target: Where the result goes, as JSON.
        arguments: "folder": where blocks and progress are kept; "district": where the operator puts the district's
            own snapshot and calibration.
    """
    os.nice(NICE)
    order = json.loads(source.read_text("utf-8"))
    result = result_of(order, Path(arguments["folder"]), Path(arguments["district"]))
    target.write_text(json.dumps(result, ensure_ascii=False, allow_nan=False), "utf-8")
    return {}


def result_of(order: Mapping[str, Any], folder: Path, district: Path | None = None) -> dict[str, Any]:
    """Return what a rehearsal yields, as it is stored: directions, and amounts only where calibrated.

    Args:
        order: What `order_in` made.
        folder: Where blocks and progress are kept.
        district: Folder of the district's own `snapshot.json` and `posterior.json`, where there are any.
    """
    from zhagen.lab.experiments.compare import compare

    ask, own = Ask(**order["ask"]), _own(district)
    base, reform = _rulesets(order, own)
    told = _Teller(folder, ask.rows)
    setup = _setup(ask, own)
    found = compare(base, reform, setup, both_behaviours=True, engine=told.engine())
    result = {
        "stamp": _stamp(found.stamp),
        "is_calibrated": found.stamp.badge == "calibrated",
        "outcomes": [_outcome(each, found.stamp.badge == "calibrated") for each in found.changes],
        "groups": [_group(each) for each in found.groups],
        "levers": [asdict(each) for each in found.levers],
    }
    fewer = replace(
        ask, draws=min(ask.draws, FEWER_DRAWS), replications=min(ask.replications, FEWER_REPLICATIONS)
    )
    return result | (_reasons(base, reform, _setup(fewer, own), told) if ask.with_reasons else {})


@dataclass(frozen=True, slots=True)
class _Own:
    """What the operator laid down of a district: nothing, its snapshot, or its calibration too."""

    snapshot: Any = None
    posterior: Any = None


def _own(district: Path | None) -> _Own:
    from zhagen.lab.calibrate.posterior import read_posterior
    from zhagen.lab.snapshot import read_snapshot

    paths = [district / name if district else None for name in (SNAPSHOT, POSTERIOR)]
    snapshot, posterior = (path if path and path.exists() else None for path in paths)
    if snapshot is None:
        return _Own()
    return _Own(read_snapshot(snapshot.read_text("utf-8")), read_posterior(posterior) if posterior else None)


def _rulesets(order: Mapping[str, Any], own: _Own) -> tuple[Any, Any]:
    from zhagen.lab.experiments.setup import Ruleset
    from zhagen.lab.measured_facts import measured_facts
    from zhagen.lab.model.levers import LEVERS

    rules, reform = Rules.from_snapshot(order["rules"]), reform_in(order["reform"])
    facts = measured_facts(own.snapshot) if own.snapshot else default_facts()

    def ruleset(name: str, of: Rules, at: LocalFacts, findings: Iterable[str]) -> Ruleset:
        values = lever_values(of, at)
        if own.snapshot and values[BUY] == 1.0:  # a district buys for as many communities as it ever served
            values[BUY] = max(own.snapshot.served) / own.snapshot.communities
        levers = tuple(values[lever.code] for lever in LEVERS)
        return Ruleset(name, levers, rulebook_hash(of), tuple(findings))

    after = apply_reform(reform, rules)
    return (
        ruleset("现行规则 / rules in force", rules, facts, ()),
        ruleset("改动 / reform", after, facts_after(reform, facts), order["breaks"]),
    )


def _setup(ask: Ask, own: _Own) -> Any:
    from zhagen.lab.calibrate.observed import world_of
    from zhagen.lab.experiments.posterior import posterior_draws
    from zhagen.lab.experiments.setup import Setup, prior_draws
    from zhagen.lab.model.world import World
    from zhagen.lab.runner import Span

    made_up = World.synthetic(communities=ask.communities, agencies=AGENCIES, streets=STREETS)
    world = world_of(own.snapshot) if own.snapshot else made_up
    draws = prior_draws(ask.draws, ask.seed)
    if own.posterior:
        draws = posterior_draws(own.posterior, own.snapshot.digest, ask.draws, ask.seed)
    return Setup(
        world, draws, Span(seed=ask.seed, months=ask.months, burn_in=ask.months // 2), ask.replications
    )


class _Teller:
    """Notes how far the child is; ends it when nobody waits for it any more."""

    def __init__(self, folder: Path, of: int) -> None:
        self._folder, self._of, self._before = folder, of, 0
        self._parent = os.getppid()

    def engine(self) -> Any:
        from zhagen.lab.runner import Engine

        workers, block = (WORKERS, 0) if self._of >= WORTH_TWO else (1, FEW_ROWS)
        return Engine(None, workers, block, self._folder, self._tell, self._is_alone)

    def next_part(self) -> None:
        """Count what follows on top of what was done."""
        self._before = self._of

    def _tell(self, done: int, of: int) -> None:
        self._of = max(self._of, self._before + of)
        said = json.dumps({"done": self._before + done, "of": self._of})
        part = self._folder / f"{PROGRESS}.part"
        part.write_text(said, "utf-8")
        part.replace(self._folder / PROGRESS)

    def _is_alone(self) -> bool:
        return os.getppid() != self._parent


def _reasons(base: Any, reform: Any, setup: Any, told: _Teller) -> dict[str, Any]:
    from zhagen.lab.experiments.ablation import ablate
    from zhagen.lab.experiments.sweep import sweep_path

    told.next_part()
    why = ablate(base, reform, setup, engine=told.engine())
    told.next_part()
    path = sweep_path(base, reform, PATH_STEPS, setup, engine=told.engine())
    moving = [each.outcome for each in why.wholes if each.effect.direction in ("up", "down")]
    carriers = [_carrier(part) for outcome in moving for part in why.carriers(outcome)]
    tipping = [
        {
            "outcome": each.outcome,
            "low": each.tipping.low,
            "high": each.tipping.high,
            "draws": each.tipping.agreeing,
        }
        for each in path.curves
        if _tips(each, path.stamp.draws)
    ]
    return {"reasons": carriers, "tipping": tipping, "reason_draws": why.stamp.draws}


def _tips(curve: Any, draws: int) -> bool:
    """Whether a curve has one steep stretch on which at least half of the draws agree; else it is steady."""
    found = curve.tipping
    return found is not None and found.stands_out and found.agreeing * 2 >= draws


def _carrier(part: Any) -> dict[str, Any]:
    from zhagen.lab.experiments.ablation import PartKind, mechanisms

    said = {"outcome": part.outcome, "kind": str(part.kind), "code": part.code, "draws": part.carries}
    if part.kind is PartKind.LEVER:
        return said
    found = next(each for each in mechanisms() if each.code == part.code)
    return said | {"zh": found.zh, "en": found.en}


def _stamp(stamp: Any) -> dict[str, Any]:
    plain = asdict(stamp)
    return {name: list(each) if isinstance(each, tuple) else each for name, each in plain.items()}


def _outcome(change: Any, is_calibrated: bool) -> dict[str, Any]:
    sides = change.difference.sides
    said = {
        "outcome": change.outcome,
        "better": change.better,
        "direction": str(change.direction),
        "counted": str(change.difference.direction),
        **asdict(sides),
    }
    amount = change.difference.amount
    return said | ({"amount": asdict(amount)} if is_calibrated and amount is not None else {})


def _group(change: Any) -> dict[str, Any]:
    said = {"kind": str(change.kind), "group": change.group, "outcome": change.outcome, "loses": change.loses}
    return said | asdict(change.sides)
