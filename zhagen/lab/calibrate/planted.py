"""Planted districts: does a calibration find the parameters that made the records, as often as it says?"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from types import MappingProxyType

import numpy as np

from zhagen.lab.calibrate.box import Floats
from zhagen.lab.calibrate.calibrate import District, Table, calibrate, make_table
from zhagen.lab.calibrate.effort import Effort
from zhagen.lab.calibrate.moments import CODES, IN_LAST_YEAR, Answers, Record, as_recorded
from zhagen.lab.calibrate.posterior import Posterior
from zhagen.lab.calibrate.question import STRIDE
from zhagen.lab.calibrate.setting import CODES as PARAMETERS
from zhagen.lab.calibrate.setting import Setting
from zhagen.lab.model.levers import base_levers
from zhagen.lab.model.params import prior
from zhagen.lab.model.world import World

FIRST_PLANTED = 2000 * STRIDE
"""Replications of planted districts: no run of a calibration has them."""

ANSWERS = {
    "recognition": Answers(600),
    "satisfaction": Answers(200, sd=0.25),
    "padding": Answers(300),
    "committee_trust": Answers(40, sd=0.25),
}
"""How many are asked in a planted district, in the years before the last: [J] after the usual samples."""

FULL = Effort(table=4000, waves=2, per_wave=600, generations=3, per_generation=400, foretell=200)
"""What `make campaign` spends: a table for all, waves and generations for each."""


def a_setting() -> Setting:
    """Return the make of the planted districts: 40 communities, three years on record, the last held out."""
    return Setting(World.synthetic(communities=40, agencies=15, streets=2), base_levers(), months=36, seed=1)


@dataclass(frozen=True)
class Planted:
    """A district made by known parameters."""

    truth: Floats
    district: District


def plant(setting: Setting, number: int, *, seed: int) -> Planted:
    """Return a district whose parameters are drawn from the prior and whose records are one run of the model.

    Args:
        setting: World, rules, months.
        number: Of the district.
        seed: Of the truths; another one than the setting's, or the truth would stand in its table.
    """
    truth = prior(number + 1, seed)[number]
    named = np.array([FIRST_PLANTED + number], dtype=np.int64)
    year = {code: Answers(max(each.count // 2, 1), each.sd) for code, each in ANSWERS.items()}
    shown = []
    for raw, answers in (
        (setting.simulate(truth[None], named), ANSWERS),
        (setting.simulate_last_year(truth[None], named), year),
    ):
        noisy = as_recorded(raw, named, answers, seed=seed)[0]
        shown.append(Record({code: float(value) for code, value in zip(CODES, noisy, strict=True)}, answers))
    before, last = shown
    told = {code: value for code, value in last.values.items() if code in IN_LAST_YEAR}
    return Planted(truth, District(setting, setting.months, before, Record(told, year)))


@dataclass(frozen=True)
class Checked:
    """One planted district, calibrated.

    Attributes:
        number: of the district.
        holds: calibrated parameter → whether its 90 % interval holds the truth.
        width: calibrated parameter → width of that interval, share of the prior's.
        foretold: held-out moments.
        inside: of these, inside their 90 % interval.
        digest: of the posterior.
    """

    number: int
    holds: dict[str, bool]
    width: dict[str, float]
    foretold: int
    inside: int
    digest: str


def check(planted: Planted, posterior: Posterior, number: int = 0) -> Checked:
    """Return whether the intervals of a posterior hold what was planted."""
    truth = {each.name: planted.truth[PARAMETERS.index(each.name)] for each in posterior.parameters}
    return Checked(
        number,
        {each.name: bool(each.p05 <= truth[each.name] <= each.p95) for each in posterior.parameters},
        {each.name: each.width for each in posterior.parameters},
        len(posterior.foretold),
        sum(each.is_inside for each in posterior.foretold),
        posterior.digest,
    )


@dataclass(frozen=True)
class Coverage:
    """How often 90 % intervals held the truth.

    Attributes:
        districts: how many were planted.
        by_parameter: name → (intervals, of these with the truth inside, their mean width as share of the prior's).
        error: standard error of the share over all, districts being independent, parameters of one not.
        foretold: (held-out moments, of these inside their predictive interval).
        least_foretold: smallest share of held-out moments inside, of one district.
    """

    districts: int
    by_parameter: dict[str, tuple[int, int, float]]
    error: float
    foretold: tuple[int, int]
    least_foretold: float

    @property
    def share(self) -> float:
        """Share of all intervals that hold the truth."""
        return sum(inside for _, inside, _ in self.by_parameter.values()) / self.intervals

    @property
    def intervals(self) -> int:
        """How many intervals there are."""
        return sum(count for count, _, _ in self.by_parameter.values())

    @property
    def slack_of_few(self) -> float:
        """What chance moves `share` by where few are planted; 0 from 100 districts on, where the claim stands alone.

        2.6 standard errors of the binomial, or of districts if these differ more.
        """
        if self.districts >= 100:
            return 0.0
        return 2.6 * max(sqrt(0.9 * 0.1 / self.intervals), self.error)


def coverage(checked: Sequence[Checked]) -> Coverage:
    """Return how often the intervals of these districts hold what was planted."""
    names = sorted({name for each in checked for name in each.holds})
    by_parameter = {}
    for name in names:
        rows = [each for each in checked if name in each.holds]
        width = float(np.mean([each.width[name] for each in rows]))
        by_parameter[name] = (len(rows), sum(each.holds[name] for each in rows), width)
    shares = [sum(each.holds.values()) / len(each.holds) for each in checked]
    return Coverage(
        districts=len(checked),
        by_parameter=by_parameter,
        error=float(np.std(shares, ddof=1) / sqrt(len(shares))) if len(shares) > 1 else 0.0,
        foretold=(sum(each.foretold for each in checked), sum(each.inside for each in checked)),
        least_foretold=min(each.inside / each.foretold for each in checked),
    )


def prove(
    districts: int,
    effort: Effort,
    *,
    table: Table | None = None,
    kept: Mapping[int, Checked] = MappingProxyType({}),
    seed: int = 77,
    told: Callable[[Checked], None] = lambda checked: None,
) -> Coverage:
    """Plant districts, calibrate each, and return how often the intervals hold what was planted.

    Args:
        districts: How many.
        effort: Of each; the table serves all.
        table: Runs from the prior, made here where None.
        kept: Districts that were done before: they are not done again.
        seed: Of the truths.
        told: Called with each district that is done.
    """
    setting = a_setting()
    found = {number: each for number, each in kept.items() if number < districts}
    for number in sorted(set(range(districts)) - set(found)):
        table = table or make_table(setting, effort.table)
        planted = plant(setting, number, seed=seed)
        found[number] = check(planted, calibrate(planted.district, effort, table=table), number)
        told(found[number])
    return coverage([found[number] for number in sorted(found)])
