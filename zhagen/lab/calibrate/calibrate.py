"""Calibrate the model on one district: what is asked for, whether the record is enough, fit, held-out year, badge."""

from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from zhagen.lab.calibrate.box import Box, Floats
from zhagen.lab.calibrate.effort import Effort
from zhagen.lab.calibrate.infer import IDENTIFIED, Inferred, identified, infer
from zhagen.lab.calibrate.journal import Journal
from zhagen.lab.calibrate.moments import CODES as MOMENT_CODES
from zhagen.lab.calibrate.moments import IN_LAST_YEAR, Record, as_recorded
from zhagen.lab.calibrate.observed import records, world_of
from zhagen.lab.calibrate.posterior import Fit, Foretold, Made, Posterior, parameters_of
from zhagen.lab.calibrate.question import STRIDE, Numbers, Progress, Question, Runs
from zhagen.lab.calibrate.setting import FREE, WHOLE, Setting
from zhagen.lab.fingerprint import code_version, fingerprint
from zhagen.lab.model.levers import LEVERS
from zhagen.lab.model.params import PARAMS
from zhagen.lab.snapshot import Snapshot

LEVER_CODES = tuple(lever.code for lever in LEVERS)

LEAST_FORETOLD = 0.6
"""Least share of the held-out moments inside their 90 % intervals. Moments move together; of a hundred planted
districts, which the model itself made, the worst had 0.73."""
FIRST_FORETOLD = 1000 * STRIDE


@dataclass(frozen=True)
class Least:
    """With less on record the lab stays uncalibrated; a rulebook's `lab.communities_min`, `lab.months_min` win."""

    communities: int = 30
    months: int = 24


@dataclass(frozen=True)
class District:
    """A district to calibrate on.

    Attributes:
        setting: its world, rules and months.
        months_served: months in which any community was served.
        before: what it shows up to the held-out year.
        last_year: what it shows within.
        least: smallest record that may be called calibrated.
        snapshot: hash of the file that says so; empty for planted districts.
        rulebook: hash of the rulebook in force; that of the levers where empty.
    """

    setting: Setting
    months_served: int
    before: Record
    last_year: Record
    least: Least = Least()
    snapshot: str = ""
    rulebook: str = ""


def district_of(snapshot: Snapshot, setting: Setting, least: Least, rulebook: str = "") -> District:
    """Return the district of a snapshot; the setting's world and months are the snapshot's (`setting_of`)."""
    before, last_year = records(snapshot)
    return District(
        setting, sum(map(bool, snapshot.served)), before, last_year, least, snapshot.digest, rulebook
    )


def setting_of(snapshot: Snapshot, levers: Floats, *, seed: int) -> Setting:
    """Return how a snapshot's district is simulated under these levers, bought for as many as it ever served."""
    bought = levers.copy()
    bought[LEVER_CODES.index("buy")] = max(snapshot.served) / snapshot.communities
    return Setting(world_of(snapshot), bought, snapshot.months, seed)


@dataclass(frozen=True)
class Table:
    """Runs from the prior with raw moments (n, m), all parameters (n, NP), and what they identify.

    It depends on the setting, not on a district's record: one table serves all districts of one make.
    """

    setting: Setting
    values: Floats
    raw: Floats
    numbers: Numbers
    journal: Journal = field(compare=False)


def make_table(
    setting: Setting, count: int, *, path: Path | None = None, progress: Progress = lambda step, share: None
) -> Table:
    """Return `count` runs from the prior; those already in the file at `path` are read.

    Raises:
        RuleError: "calibration.no_table", "calibration.other_table".
    """
    journal = Journal(
        setting.simulate,
        fingerprint(
            code_version(),
            setting.world.fingerprint(),
            setting.levers,
            setting.months,
            setting.seed,
            setting.burn_in,
        ),
        path,
        told=lambda runs: progress("runs", min(runs / count, 1.0)),
    )
    numbers = np.arange(count, dtype=np.int64)
    values = setting.from_prior(numbers)
    return Table(setting, values, journal(values, numbers), numbers, journal)


def too_few(district: District) -> tuple[str, ...]:
    """Return why a record is too small to calibrate on, as codes; empty = it is enough."""
    communities, months = district.setting.world.communities, district.months_served
    least = district.least
    found = {"few_communities": communities < least.communities, "few_months": months < least.months}
    return tuple(code for code, is_so in found.items() if is_so)


def uncalibrated(district: District, reasons: tuple[str, ...]) -> Posterior:
    """Return the statement that nothing was calibrated: all parameters stay on the prior."""
    return Posterior(
        reasons, _made(district, ""), Fit(), (), dict.fromkeys(WHOLE.names, 0.0), dict(district.before.values),
        (), (), (), (),
    )  # fmt: skip


def calibrate(
    district: District,
    effort: Effort = Effort(),  # noqa: B008 - frozen
    *,
    table: Table | None = None,
    path: Path | None = None,
    progress: Progress = lambda step, share: None,
) -> Posterior:
    """Return the posterior of a district, or why there is none.

    Args:
        district: What is known.
        effort: How much to simulate.
        table: Runs from the prior, made here where None; it is read and left as it is.
        path: File of all runs (.npz): a stopped calibration goes on from it.
        progress: Told after each step.

    Raises:
        RuleError: "calibration.no_table", "calibration.other_table".
    """
    setting = district.setting
    reasons = too_few(district)
    if reasons:
        return uncalibrated(district, reasons)
    if table is None:
        table = make_table(setting, effort.table, path=path, progress=progress)
    else:
        table = replace(table, journal=table.journal.apart())
    asked = _asked(table, district.before)
    if not asked.simulator.places:
        return uncalibrated(district, ("nothing_identified",))
    found = infer(asked.question, effort, seed=setting.seed, table=asked.runs, progress=progress)
    if found.is_impossible:
        return uncalibrated(district, ("impossible",))
    foretold = _foretold(district, asked, found.draws[: effort.foretell])
    return _posterior(district, table, asked, found, foretold)


@dataclass(frozen=True)
class _AsRecorded:
    """The simulator of a question: runs as this district would record them, of the moments that it tells.

    Attributes:
        table: whose journal runs are read from and kept in.
        record: of the district; its answers say how noisy its surveys are.
        places: of the calibrated parameters among all.
        columns: of the moments among all.
    """

    table: Table
    record: Record
    places: tuple[int, ...]
    columns: tuple[int, ...]

    def __call__(self, values: Floats, numbers: Numbers) -> Floats:
        setting = self.table.setting
        raw = self.table.journal(setting.filled(values, self.places, numbers), numbers)
        return self.noisy(raw, numbers, self.record)

    def noisy(self, raw: Floats, numbers: Numbers, record: Record) -> Floats:
        whole = as_recorded(raw, numbers, record.answers, seed=self.table.setting.seed)
        return np.asarray(whole[:, self.columns])


@dataclass(frozen=True)
class _Asked:
    question: Question
    simulator: _AsRecorded
    runs: Runs
    explained: dict[str, float]


def _asked(table: Table, record: Record) -> _Asked:
    """Return which parameters these moments identify, as a question with its runs from the prior."""
    says = np.isfinite(table.raw).all(axis=0) & (table.raw.std(axis=0) > 1e-9)
    columns = tuple(at for at, code in enumerate(MOMENT_CODES) if code in record.values and says[at])
    shown = _AsRecorded(table, record, (), columns).noisy(table.raw, table.numbers, record)
    explained = identified(WHOLE, Runs(table.values[:, FREE], shown, table.numbers)) if columns else {}
    names = tuple(name for name, share in explained.items() if share >= IDENTIFIED)
    inside = [WHOLE.names.index(name) for name in names]
    places = tuple(FREE[at] for at in inside)
    simulator = _AsRecorded(table, record, places, columns)
    codes = tuple(MOMENT_CODES[at] for at in columns)
    shows = np.array([record.values[code] for code in codes])
    question = Question(Box(names, WHOLE.low[inside], WHOLE.high[inside]), codes, simulator, shows)
    return _Asked(question, simulator, Runs(table.values[:, places], shown, table.numbers), explained)


def _foretold(district: District, asked: _Asked, draws: Floats) -> tuple[Foretold, ...]:
    """Return how the held-out year compares with what these draws (d, p) of the posterior foretell of it."""
    setting, came = district.setting, district.last_year
    numbers = np.arange(FIRST_FORETOLD, FIRST_FORETOLD + len(draws), dtype=np.int64)
    values = setting.filled(draws, asked.simulator.places, numbers)
    shown = asked.simulator.noisy(setting.simulate_last_year(values, numbers), numbers, came)
    found = []
    for code, low, high in zip(
        asked.question.moments, *np.quantile(shown, (0.05, 0.95), axis=0), strict=True
    ):
        if code in IN_LAST_YEAR and code in came.values:
            value = float(came.values[code])
            found.append(Foretold(code, float(low), float(high), value, bool(low <= value <= high)))
    return tuple(found)


def _posterior(
    district: District, table: Table, asked: _Asked, found: Inferred, foretold: tuple[Foretold, ...]
) -> Posterior:
    box = asked.question.box
    inside = sum(each.is_inside for each in foretold)
    is_far = bool(foretold) and inside < LEAST_FORETOLD * len(foretold)
    why = {"unreachable": found.unreachable, "last_year_missed": is_far, "nothing_held_out": not foretold}
    reasons = tuple(code for code, is_so in why.items() if is_so)
    told = set(asked.question.moments)
    return Posterior(
        reasons=reasons,
        made=_made(district, table.journal.digest),
        fit=Fit(found.runs, found.waves, found.left, found.generations, found.new_inside, found.effective),
        parameters=parameters_of(box.names, box.low, box.high, found.draws),
        explained=asked.explained,
        record={code: float(district.before.values[code]) for code in asked.question.moments},
        not_told=tuple(code for code in MOMENT_CODES if code not in told),
        unreachable=found.unreachable,
        foretold=foretold,
        draws=tuple(tuple(map(float, row)) for row in found.draws),
    )


def prior_hash() -> str:
    """Return the hash of the model's parameters, their ranges and defaults; words about them do not count."""
    return fingerprint([(each.code, each.default, each.low, each.high) for each in PARAMS])


def _made(district: District, table: str) -> Made:
    setting = district.setting
    return Made(
        setting.seed,
        code_version(),
        district.snapshot,
        district.rulebook or fingerprint(setting.levers),
        prior_hash(),
        table,
        setting.world.communities,
        setting.months,
    )
