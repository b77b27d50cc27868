"""What a check found, and the last one kept beside the documents: read by `explain` and the generated pages.

It imports nothing of the model, so that explaining needs no kernel.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from zhagen.core.errors import RuleError
from zhagen.lab.honesty import WATERMARK, Badge

KEPT = Path(__file__).resolve().parents[3] / "docs" / "reference" / "lab-results.json"
"""Where a checkout keeps them; an installed package has none."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One entry, judged.

    Args:
        code: V1 to V12, S1 to S25.
        passed: Whether all its claims hold and, where it has one, its ablation broke it.
        figures: What was found, a line each.
        broken_by: What its ablation did: the claims that failed under it; empty for none or for one without effect.
        holds: Whether the claims hold, the ablation aside.
    """

    code: str
    passed: bool
    figures: tuple[str, ...]
    broken_by: tuple[str, ...] = ()
    holds: bool = True


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found.

    Args:
        level: "quick" or "full".
        replications: Paired replications of each run.
        seed: Of all draws.
        code: Version of the product with the hash of the code that decides a run's bits.
        rulebook: Hash of the base's levers.
        parameters: Hash of the default parameters.
        digest: Hash of every outcome of every run.
        verdicts: V1 to V12, S1 to S25.
        means: Run → outcome → mean over replications, the ablated runs left out.
        hold: Fact → share of random parameter vectors under which it holds, with "draws"; empty if not asked for.
    """

    level: str
    replications: int
    seed: int
    code: str
    rulebook: str
    parameters: str
    digest: str
    verdicts: tuple[Verdict, ...]
    means: Mapping[str, Mapping[str, float]]
    hold: Mapping[str, float]

    @property
    def failed(self) -> tuple[str, ...]:
        """Codes of what did not pass."""
        return tuple(each.code for each in self.verdicts if not each.passed)

    def to_json(self) -> dict[str, Any]:
        """Return the report as plain data, with the mark that every export of the lab carries."""
        return {"watermark": WATERMARK[Badge.UNCALIBRATED], **asdict(self)}


def read_report(path: Path = KEPT) -> Report | None:
    """Return the kept report, or None where there is no file.

    Raises:
        RuleError: "lab.results_unreadable".
    """
    if not path.exists():
        return None
    try:
        plain = json.loads(path.read_text("utf-8"))
        plain.pop("watermark")
        verdicts = tuple(_verdict(each) for each in plain.pop("verdicts"))
        return Report(verdicts=verdicts, **plain)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise RuleError("lab.results_unreadable", name=str(path)) from error


def _verdict(plain: dict[str, Any]) -> Verdict:
    listed = {key: tuple(value) for key, value in plain.items() if isinstance(value, list)}
    return Verdict(**(plain | listed))


def report_text(report: Report) -> str:
    """Return a report as the text of its file: sorted, figures to six digits, so that two differ only in results."""
    return json.dumps(_rounded(report.to_json()), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _rounded(plain: object) -> object:
    if isinstance(plain, float):
        return float(f"{plain:.6g}")
    if isinstance(plain, dict):
        return {key: _rounded(value) for key, value in plain.items()}
    if isinstance(plain, list | tuple):
        return [_rounded(each) for each in plain]
    return plain
