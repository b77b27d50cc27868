"""What an experiment is run on: rulebooks, a world, parameter draws, replications; and the stamp of its result."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from zhagen.core.errors import RuleError
from zhagen.lab.fingerprint import code_version, fingerprint
from zhagen.lab.honesty import Badge, honesty_codes
from zhagen.lab.model.levers import LEVERS
from zhagen.lab.model.outcomes import Results
from zhagen.lab.model.params import PARAMS, default_params, prior
from zhagen.lab.model.run import Cases
from zhagen.lab.model.world import World
from zhagen.lab.runner import ONE_PROCESS, Engine, Span, run_all

Floats = NDArray[np.float64]

LEVER_AT = {lever.code: at for at, lever in enumerate(LEVERS)}
PARAM_AT = {param.code: at for at, param in enumerate(PARAMS)}

WEIGHTS = ("w_out", "w_outcome", "w_need", "w_sat", "w_embed")
"""Levers that only make sense together: they sum to `WHOLE_WEIGHT`."""

WHOLE_WEIGHT = 10_000.0

WORDS: Mapping[str, tuple[float, ...]] = {
    "merit": (0.0, 1.0),
    "closing": (0.0, 1.0, 2.0),
    "need_tender": (0.0, 1.0),
    "vote": (0.0, 1.0, 2.0, 3.0),
    "disclose": (0.0, 1.0),
    "recuse": (0.0, 1.0),
    "ban": (0.0, 1.0),
    "post": (0.0, 1.0),
    "tender_mode": (0.0, 1.0, 2.0),
    "themes_closed": (0.0, 1.0),
    "licensed": (0.0, 1.0),
    "learn": (0.0, 1.0),
    "granularity": (0.0, 1.0, 2.0, 4.0),
}
"""Levers that are one of some ways, not an amount: along a path they change at once, halfway."""

OF_EMERGENCIES = frozenset({"shock_coverage"})
"""Outcomes of a rehearsed emergency: nothing without one."""


@dataclass(frozen=True, slots=True)
class Ruleset:
    """A rulebook as the model sees it.

    Args:
        name: What people call it.
        levers: One value a lever, in the order of `LEVERS`.
        digest: Hash of the rulebook it was read from; empty: of the levers.
        findings: Codes of the legal limits that it breaks.
        assumed: Parameters that come with it, by code: circumstances, not rules.
    """

    name: str
    levers: tuple[float, ...]
    digest: str = ""
    findings: tuple[str, ...] = ()
    assumed: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # 12 and 12.0 are one value of a lever, but would differ in a file
        object.__setattr__(self, "levers", tuple(float(each) for each in self.levers))
        object.__setattr__(self, "assumed", {code: float(value) for code, value in self.assumed.items()})

    def with_levers(self, name: str, values: Mapping[str, float]) -> "Ruleset":
        """Return the same rulebook with some levers at other values."""
        levers = list(self.levers)
        for code, value in values.items():
            levers[LEVER_AT[code]] = value
        return Ruleset(name, tuple(levers), "", self.findings, self.assumed)

    @property
    def hash(self) -> str:
        """The rulebook's own hash, or that of its levers; with what it assumes, where it assumes anything."""
        own = self.digest or fingerprint(self.levers)
        return fingerprint(own, self.assumed) if self.assumed else own


@dataclass(frozen=True, slots=True, eq=False)
class Draws:
    """Parameter vectors that might be true, each as likely.

    Args:
        params: Shape (draws, parameters).
        badge: Whether they were fitted to a district's records.
        calibration: Hash of the calibration they come from.
    """

    params: Floats
    badge: Badge = Badge.UNCALIBRATED
    calibration: str = ""


def prior_draws(draws: int, seed: int) -> Draws:
    """Return draws from what is known without a district's records; one draw is the defaults."""
    return Draws(default_params()[None, :] if draws == 1 else prior(draws, seed))


@dataclass(frozen=True, slots=True, eq=False)
class Setup:
    """What all rulebooks of an experiment share, so that only the rulebook differs.

    Args:
        world: The district.
        draws: Parameter vectors.
        span: Seed and months.
        replications: Runs of each rulebook and draw; the same ones for all (common random numbers).
    """

    world: World
    draws: Draws
    span: Span = field(default_factory=lambda: Span(seed=1))
    replications: int = 20


@dataclass(frozen=True, slots=True)
class Stamp:
    """How a result came about, so that anyone can make it again and knows what it is worth."""

    seed: int
    months: int
    burn_in: int
    shock_month: int
    replications: int
    draws: int
    rulebooks: tuple[str, ...]
    parameters: str
    world: str
    code: str
    digest: str
    badge: Badge
    calibration: str
    honesty: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Variant:
    """One thing to run: a lever vector, and what some parameters are held at in every draw.

    Args:
        levers: In the order of `LEVERS`.
        held: By parameter: a value, or another parameter to whose value it is held.
    """

    levers: Sequence[float]
    held: Mapping[str, float | str] = field(default_factory=dict)


def variant_of(ruleset: Ruleset, held: Mapping[str, float | str] | None = None) -> Variant:
    """Return a rulebook as something to run, with what it assumes and what else is held."""
    return Variant(ruleset.levers, {**ruleset.assumed, **(held or {})})


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """Results of all variants, draws and replications.

    Args:
        results: A row each, those of a replication together: they share its random numbers, which are drawn once.
        shape: Variants, draws, replications.
        codes: The outcomes that were measured.
    """

    results: Results
    shape: tuple[int, int, int]
    codes: frozenset[str]

    def of(self, code: str) -> Floats:
        """Return an outcome, shape (variants, draws, replications)."""
        variants, draws, replications = self.shape
        return self.results.values[code].reshape(replications, variants, draws).transpose(1, 2, 0)

    def parts(self, rows: Floats) -> Floats:
        """Return an outcome by group, shape (variants, draws, groups), replications averaged."""
        variants, draws, replications = self.shape
        mean: Floats = rows.reshape(replications, variants, draws, -1).mean(axis=0)
        return mean


def run_grid(
    variants: Sequence[Variant], setup: Setup, *, engine: Engine = ONE_PROCESS, wanted: Sequence[str] = ()
) -> Grid:
    """Run each variant with each draw and replication; the same draws and random numbers for all variants."""
    draws, replications = len(setup.draws.params), setup.replications
    params = np.concatenate([_held(setup.draws.params, variant.held) for variant in variants])
    levers = np.repeat(np.array([each.levers for each in variants], dtype=np.float64), draws, axis=0)
    cases = Cases(
        np.tile(levers, (replications, 1)),
        np.tile(params, (replications, 1)),
        np.repeat(np.arange(replications, dtype=np.int64), len(params)),
    )
    results = run_all(cases, setup.world, setup.span, engine=engine, wanted=wanted)
    codes = frozenset(results.values) - (OF_EMERGENCIES if not setup.span.shock_month else frozenset())
    return Grid(results, (len(variants), draws, replications), codes)


def _held(params: Floats, held: Mapping[str, float | str]) -> Floats:
    changed = params.copy()
    for code, value in held.items():
        changed[:, PARAM_AT[code]] = params[:, PARAM_AT[value]] if isinstance(value, str) else value
    return changed


def check_setup(setup: Setup, rulesets: Sequence[Ruleset]) -> None:
    """Refuse what could only fail within the model.

    Raises:
        RuleError: "experiment.no_draws", "experiment.bad_months", "experiment.wrong_length",
            "experiment.unknown_code".
    """
    params, span = setup.draws.params, setup.span
    if not len(params) or setup.replications < 1:
        raise RuleError("experiment.no_draws", draws=len(params), replications=setup.replications)
    if not 0 <= span.burn_in < span.months or not 0 <= span.shock_month <= span.months:
        raise RuleError("experiment.bad_months", months=span.months, burn_in=span.burn_in)
    for code in [code for each in rulesets for code in each.assumed if code not in PARAM_AT]:
        raise RuleError("experiment.unknown_code", name=code, known=", ".join(PARAM_AT))
    for given, wanted in [
        (params.shape[1], len(PARAMS)),
        *((len(each.levers), len(LEVERS)) for each in rulesets),
    ]:
        if given != wanted:
            raise RuleError("experiment.wrong_length", given=given, wanted=wanted)


def stamp_of(setup: Setup, rulesets: Sequence[Ruleset], digest: str) -> Stamp:
    """Return the stamp of a result; `digest` is that of the rows it was computed from."""
    span, draws = setup.span, setup.draws
    return Stamp(
        seed=span.seed,
        months=span.months,
        burn_in=span.burn_in,
        shock_month=span.shock_month,
        replications=setup.replications,
        draws=len(draws.params),
        rulebooks=tuple(each.hash for each in rulesets),
        parameters=fingerprint(draws.params),
        world=fingerprint(setup.world),
        code=code_version(),
        digest=digest,
        badge=draws.badge,
        calibration=draws.calibration,
        honesty=honesty_codes(draws.badge, breaks_law=any(each.findings for each in rulesets)),
    )
