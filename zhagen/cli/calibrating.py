"""What `zhagen lab calibrate` does: fit, write, tell; numbers are loaded when it runs, not with the command line."""

import argparse
import json
import sys
from dataclasses import asdict
from datetime import date

import numpy as np

from zhagen.cli.lab_inputs import ruleset_of
from zhagen.cli.lab_where import rules_of
from zhagen.cli.talk import OK, read_file, say
from zhagen.cli.write_votes import check_writable
from zhagen.lab.calibrate.calibrate import District, Least, calibrate, district_of, setting_of
from zhagen.lab.calibrate.effort import Effort
from zhagen.lab.calibrate.posterior import Posterior, write_posterior
from zhagen.lab.snapshot import Snapshot, read_snapshot

INTERRUPTED = 130
"""Exit code of a command that was stopped by Ctrl-C."""

QUICK = Effort(table=1000, waves=1, per_wave=500, generations=2, per_generation=300, draws=400, foretell=200)


def run_calibrate(args: argparse.Namespace) -> int:
    """Calibrate on a snapshot, write the posterior, say first whether it is calibrated."""
    check_writable(args.output, overwrite=args.overwrite)
    snapshot = read_snapshot(read_file(args.snapshot))
    args.on = args.on or last_day_known(snapshot)
    ruleset = ruleset_of(args.rulebook, args)
    setting = setting_of(snapshot, np.array(ruleset.levers), seed=args.seed)
    district = district_of(snapshot, setting, least_of(args), ruleset.hash)
    effort = QUICK if args.quick else Effort()
    try:
        posterior = calibrate(district, effort, path=args.table, progress=_Steps(args.lang))
    except KeyboardInterrupt:
        print(
            "\n" + say("calibration.stopped" if args.table else "calibration.stopped_unkept", args.lang),
            file=sys.stderr,
        )
        return INTERRUPTED
    write_posterior(posterior, args.output)
    if args.json:
        print(json.dumps(as_json(posterior), ensure_ascii=False, indent=2))
    else:
        print("\n".join(in_words(posterior, district, args.lang)))
    return OK


def least_of(args: argparse.Namespace) -> Least:
    """Return how large a record the rulebook of the place wants."""
    rules = rules_of(args)
    return Least(rules.int("lab.communities_min"), rules.int("lab.months_min"))


def last_day_known(snapshot: Snapshot) -> date:
    """Return the first day of a snapshot's last month: whose rules are taken where no day is named."""
    first = date.fromisoformat(f"{snapshot.first_month}-01")
    months = first.month - 1 + snapshot.months - 1
    return date(first.year + months // 12, months % 12 + 1, 1)


def as_json(posterior: Posterior) -> dict[str, object]:
    """Return all but the draws, which stand in the file, as plain data."""
    plain: dict[str, object] = {"badge": str(posterior.badge)}
    plain |= {name: value for name, value in asdict(posterior).items() if name != "draws"}
    return plain | {"on_prior": list(posterior.on_prior), "digest": posterior.digest}


def in_words(posterior: Posterior, district: District, language: str) -> list[str]:
    """Return a calibration as lines for people; the badge stands first."""
    if posterior.is_calibrated:
        lines = [say("calibration.calibrated", language)]
    else:
        lines = [say("calibration.uncalibrated", language)]
        figures = {
            "communities": district.setting.world.communities, "months": district.months_served,
            "least_communities": district.least.communities, "least_months": district.least.months,
            "moments": "、".join(posterior.unreachable) if language == "zh" else ", ".join(posterior.unreachable),
        }  # fmt: skip
        lines += ["  " + say(f"calibration.reason_{code}", language, **figures) for code in posterior.reasons]
    fit = posterior.fit
    if fit.runs:
        lines.append(
            say("calibration.fit", language, runs=fit.runs, waves=fit.waves, left=f"{fit.left:.1%}",
                generations=fit.generations, effective=round(fit.effective))
        )  # fmt: skip
        lines += _parameters(posterior, language)
        lines += _foretold(posterior, language)
    if posterior.is_calibrated:
        names = ", ".join(posterior.on_prior)
        lines.append(say("calibration.on_prior", language, count=len(posterior.on_prior), names=names))
    return [*lines, say("calibration.digest", language, digest=posterior.digest, seed=posterior.made.seed)]


def _parameters(posterior: Posterior, language: str) -> list[str]:
    head = "calibration.parameters" if posterior.is_calibrated else "calibration.parameters_unused"
    lines = [say(head, language)]
    for each in posterior.parameters:
        lines.append(
            f"  {each.name:<14}{each.p05:>9.4g} {each.p50:>9.4g} {each.p95:>9.4g}"
            f"   [{each.low:.4g}, {each.high:.4g}]   {each.width:.0%}"
        )
    return lines


def _foretold(posterior: Posterior, language: str) -> list[str]:
    inside = sum(each.is_inside for each in posterior.foretold)
    lines = [say("calibration.foretold", language, inside=inside, count=len(posterior.foretold))]
    for each in posterior.foretold:
        mark = "✓" if each.is_inside else "✗"
        lines.append(f"  {mark} {each.moment:<16}{each.record:>8.3f}   [{each.p05:.3f}, {each.p95:.3f}]")
    return lines


class _Steps:
    """Tells on the error stream how far a step is: each tenth on a terminal, each quarter elsewhere."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.parts = 10 if sys.stderr.isatty() else 4
        self.told: dict[str, int] = {}

    def __call__(self, step: str, share: float) -> None:
        part = int(share * self.parts)
        if self.told.get(step) == part:
            return
        self.told[step] = part
        named = say(f"calibration.step_{step}", self.language)
        print(f"{named} {share:.0%}", file=sys.stderr, flush=True)
