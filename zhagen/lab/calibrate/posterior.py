"""What a calibration leaves: posterior draws with all that says how far to trust them; the file of it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np

from zhagen.core.errors import RuleError
from zhagen.lab.calibrate.box import Floats
from zhagen.lab.honesty import WATERMARK, Badge

KIND = "zhagen-lab-posterior"
FORMAT = 1
LEVELS = (0.05, 0.5, 0.95)


@dataclass(frozen=True)
class Parameter:
    """One calibrated parameter.

    Attributes:
        name: its code.
        low, high: ends of the prior, which is uniform.
        p05, p50, p95: quantiles of the posterior.
        width: width of the posterior's 90 % interval ÷ the prior's: near 0 = the records told it, 1 = nothing.
    """

    name: str
    low: float
    high: float
    p05: float
    p50: float
    p95: float
    width: float


@dataclass(frozen=True)
class Foretold:
    """One moment of the held-out year: what the posterior foretold in 90 of 100 cases, and what came.

    Attributes:
        moment: its code.
        p05, p95: ends of the predictive interval.
        record: what the district shows.
        is_inside: whether it lies between.
    """

    moment: str
    p05: float
    p95: float
    record: float
    is_inside: bool


@dataclass(frozen=True)
class Made:
    """From what and with what a posterior was made.

    Attributes:
        seed: of everything.
        code_version: of the package and its model.
        snapshot: hash of the district's snapshot, empty for planted ones.
        rulebook: hash of the levers.
        prior: hash of the parameters' ranges.
        table: hash of all runs that were made or read.
        communities, months: size of the record.
    """

    seed: int
    code_version: str
    snapshot: str
    rulebook: str
    prior: str
    table: str
    communities: int
    months: int


@dataclass(frozen=True)
class Fit:
    """How the posterior was come by; all zero where nothing was fitted.

    Attributes:
        runs: simulated in all.
        waves: of history matching.
        left: share of the box that they left.
        generations: of the sampler.
        new_inside: share of the last generation that still came nearer.
        effective: effective sample size.
    """

    runs: int = 0
    waves: int = 0
    left: float = 1.0
    generations: int = 0
    new_inside: float = 1.0
    effective: float = 0.0


@dataclass(frozen=True)
class Posterior:
    """A calibration, or the plain statement that there is none.

    Attributes:
        reasons: why this is not calibrated (codes `calibration.reason.…`); empty = calibrated.
        made: from what.
        fit: how.
        parameters: those calibrated.
        explained: parameter → share of its prior variance that the moments explain; those calibrated and not.
        record: moment → what the district shows.
        not_told: moments that the district cannot tell, or that say nothing here.
        unreachable: moments that the model cannot come near.
        foretold: the held-out year.
        draws: equally likely values of the calibrated parameters, shape (d, p), in their order.
    """

    reasons: tuple[str, ...]
    made: Made
    fit: Fit
    parameters: tuple[Parameter, ...]
    explained: Mapping[str, float]
    record: Mapping[str, float]
    not_told: tuple[str, ...]
    unreachable: tuple[str, ...]
    foretold: tuple[Foretold, ...]
    draws: tuple[tuple[float, ...], ...]

    @property
    def is_calibrated(self) -> bool:
        """Whether the lab may call itself 已校准 on the strength of it."""
        return not self.reasons

    @property
    def badge(self) -> Badge:
        """What every result that rests on it must wear."""
        return Badge.CALIBRATED if self.is_calibrated else Badge.UNCALIBRATED

    @property
    def on_prior(self) -> tuple[str, ...]:
        """Names of the parameters that stay on the prior."""
        names = {each.name for each in self.parameters}
        return tuple(name for name in self.explained if name not in names)

    @property
    def digest(self) -> str:
        """SHA-256 of the content."""
        return hashlib.sha256(_plain(self).encode()).hexdigest()


def parameters_of(names: tuple[str, ...], low: Floats, high: Floats, draws: Floats) -> tuple[Parameter, ...]:
    """Return the calibrated parameters from posterior draws (d, p) and the prior's ends (p,)."""
    found = np.quantile(draws, LEVELS, axis=0)
    width = (found[2] - found[0]) / ((high - low) * (LEVELS[2] - LEVELS[0]))
    rows = zip(names, low, high, *found, width, strict=True)
    return tuple(Parameter(name, *map(float, rest)) for name, *rest in rows)


def write_posterior(posterior: Posterior, path: Path) -> None:
    """Write the file, whole or not at all.

    Raises:
        RuleError: "cli.cannot_write".
    """
    content = json.loads(_plain(posterior))
    head = {"kind": KIND, "watermark": WATERMARK[posterior.badge], "format": FORMAT}
    whole = {**head, "sha256": posterior.digest, "content": content}
    part = path.with_name(path.name + ".part")
    try:
        part.write_text(json.dumps(whole, ensure_ascii=False, indent=1) + "\n", "utf-8")
        part.replace(path)
    except OSError as error:
        raise RuleError("cli.cannot_write", name=str(path), reason=error.strerror) from error


def read_posterior(path: Path) -> Posterior:
    """Return the posterior that a file holds.

    Raises:
        RuleError: "calibration.no_posterior": another file, a newer form, or an altered content.
    """
    try:
        whole = json.loads(path.read_text("utf-8"))
        content = whole["content"] if (whole["kind"], whole["format"]) == (KIND, FORMAT) else None
        posterior = _of_plain(content)
        is_whole = posterior.digest == whole["sha256"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RuleError("calibration.no_posterior", name=str(path)) from error
    if not is_whole:
        raise RuleError("calibration.no_posterior", name=str(path))
    return posterior


def _plain(posterior: Posterior) -> str:
    return json.dumps(asdict(posterior), ensure_ascii=False, sort_keys=True, allow_nan=False)


def _of_plain(content: Any) -> Posterior:
    rows = {"parameters": Parameter, "foretold": Foretold}
    ready: dict[str, Any] = {each.name: content[each.name] for each in fields(Posterior)}
    ready |= {name: tuple(of(**row) for row in content[name]) for name, of in rows.items()}
    ready |= {name: tuple(content[name]) for name in ("reasons", "not_told", "unreachable")}
    ready |= {"made": Made(**content["made"]), "fit": Fit(**content["fit"])}
    ready["draws"] = tuple(tuple(map(float, row)) for row in content["draws"])
    return replace(Posterior(**ready))
