"""docs/reference/lab-calibration.md: planted districts at full size, and what records of a size tell.

    python -m tests.lab.calibration_page             go on with what is not done for this code, then write the page
    python -m tests.lab.calibration_page --page      write the page only

The state is `lab-calibration.json` beside the page: a line a district, so that a stopped run goes on.
"""

import hashlib
import json
import sys
from dataclasses import asdict, dataclass, replace
from math import sqrt
from pathlib import Path

import numpy as np

import zhagen.lab.calibrate
from zhagen.lab.calibrate.calibrate import make_table
from zhagen.lab.calibrate.effort import TABLE_ALONE, Effort
from zhagen.lab.calibrate.infer import IDENTIFIED, identified
from zhagen.lab.calibrate.moments import MOMENTS, as_recorded
from zhagen.lab.calibrate.planted import ANSWERS, FULL, Checked, Coverage, a_setting, coverage, prove
from zhagen.lab.calibrate.question import Runs
from zhagen.lab.calibrate.setting import FREE, WHOLE
from zhagen.lab.fingerprint import code_version
from zhagen.lab.model.world import World

ROOT = Path(__file__).resolve().parents[2]
STATE = ROOT / "docs" / "reference" / "lab-calibration.json"
PAGE = STATE.with_suffix(".md")
DISTRICTS = 100
TABLE = replace(TABLE_ALONE, table=FULL.table, foretell=FULL.foretell)
WAYS = {"waves and generations": FULL, "table alone": TABLE}
SIZES = ((40, 36), (100, 60), (200, 120))
RUNS_OF_A_SIZE = 1500


@dataclass(frozen=True)
class Kept:
    """What was found so far, for one state of the code."""

    code: str
    checked: dict[str, dict[int, Checked]]
    told: dict[str, dict[str, float]]


def code() -> str:
    """Return which code the figures hold for: the model's and the calibration's."""
    whole = hashlib.sha256()
    for file in sorted(Path(zhagen.lab.calibrate.__file__).parent.glob("*.py")):
        whole.update(file.name.encode() + b"\0" + file.read_bytes())
    return f"{code_version()}+{whole.hexdigest()[:12]}"


def read(file: Path = STATE) -> Kept:
    """Return what is kept; nothing where there is no file."""
    kept = Kept("", {way: {} for way in WAYS}, {})
    for line in file.read_text("utf-8").splitlines() if file.exists() else ():
        row = json.loads(line)
        if "code" in row:
            kept = replace(kept, code=row["code"])
        elif "size" in row:
            kept.told[row["size"]] = row["told"]
        else:
            one = Checked(**row["checked"])
            kept.checked[row["way"]][one.number] = one
    return kept


def write(kept: Kept, file: Path = STATE) -> None:
    rows: list[dict[str, object]] = [{"code": kept.code}]
    rows += [{"size": size, "told": told} for size, told in kept.told.items()]
    rows += [
        {"way": way, "checked": asdict(found[number])}
        for way, found in kept.checked.items()
        for number in sorted(found)
    ]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")


def proved(districts: int = DISTRICTS, ways: tuple[str, ...] = tuple(WAYS)) -> Coverage:
    """Plant and calibrate what is not done yet for this code, write the page, return the coverage of the first way."""
    kept = read()
    if kept.code != code():
        kept = Kept(code(), {way: {} for way in WAYS}, {})
    table = make_table(a_setting(), FULL.table)
    for way in ways:

        def told(one: Checked, way: str = way) -> None:
            width = {name: round(each, 4) for name, each in one.width.items()}
            kept.checked[way][one.number] = replace(one, width=width)
            write(kept)
            print(f"{way}: {one.number + 1} of {districts}", flush=True)

        prove(districts, WAYS[way], table=table, kept=kept.checked[way], told=told)
    for communities, months in SIZES:
        size = f"{communities} × {months}"
        if size not in kept.told:
            kept.told[size] = told_by(communities, months)
            write(kept)
    PAGE.write_text(page(kept), "utf-8")
    return coverage(list(kept.checked[ways[0]].values()))


def told_by(communities: int, months: int) -> dict[str, float]:
    """Return which share of each parameter's prior variance the records of a district of a size explain."""
    world = World.synthetic(communities, max(communities * 3 // 10, 5), max(communities // 20, 1))
    table = make_table(replace(a_setting(), world=world, months=months), RUNS_OF_A_SIZE)
    noisy = as_recorded(table.raw, table.numbers, ANSWERS, seed=1)
    says = np.flatnonzero(noisy.std(axis=0) > 1e-9)
    found = identified(WHOLE, Runs(table.values[:, FREE], noisy[:, says], table.numbers))
    return {name: round(share, 3) for name, share in found.items()}


def page(kept: Kept) -> str:
    """Return the page."""
    lines = ["# Calibration of the lab: what is proved, and what records tell", "", *_head()]
    for way, effort in WAYS.items():
        found = list(kept.checked[way].values())
        lines += ["", f"## Planted districts: {way}", "", _effort(effort), ""]
        lines += _coverage(coverage(found)) if len(found) > 1 else ["Not run yet."]
    lines += ["", *_told(kept), "", *_moments(), "", *_foot(kept)]
    return "\n".join(lines) + "\n"


def _head() -> list[str]:
    return [
        "Written by `python -m tests.lab.calibration_page` from `lab-calibration.json`; method and its limits:",
        "[decision 0065](../decisions/0065-calibration-is-our-own-code.md).",
        "",
        "A planted district is one run of the model with parameters drawn from the prior, recorded as a snapshot would",
        "hold it: two years to fit and a third held out, surveys of limited size, and the stated discrepancy. It is then",
        "calibrated like any other. If the intervals mean what they say, nine of ten hold the planted value. This proves",
        "the inference. It does not prove the model: for that stands the held-out year of the real district.",
    ]


def _effort(effort: Effort) -> str:
    if not effort.generations:
        return (
            f"{effort.table:,} runs of the prior serve all districts; none is run for a district of its own."
        )
    return (
        f"{effort.table:,} runs of the prior serve all; each district gets up to {effort.waves} waves of "
        f"{effort.per_wave:,} and up to {effort.generations} generations of {effort.per_generation:,} runs of its own."
    )


def _coverage(found: Coverage) -> list[str]:
    bound = 1.96 * sqrt(0.9 * 0.1 / found.districts)
    lines = [
        f"{found.districts} districts of 40 communities × 36 months; by chance alone a parameter's share lies within "
        f"{0.9 - bound:.0%}–{0.9 + bound:.0%}.",
        "",
        "| parameter | intervals | hold the truth | share | mean width ÷ prior's |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| `{name}` | {count} | {inside} | {inside / count:.0%} | {width:.2f} |"
        for name, (count, inside, width) in found.by_parameter.items()
    ]
    inside = round(found.share * found.intervals)
    lines.append(f"| **all** | **{found.intervals}** | **{inside}** | **{found.share:.1%}** | |")
    held, right = found.foretold
    return [
        *lines,
        "",
        f"The share over all has a standard error of {found.error:.1%} (districts are independent, parameters of one "
        f"are not); the claim is 85–95 %. Held-out year: {right:,} of {held:,} figures ({right / held:.1%}) lie within "
        f"their 90 % intervals; in the worst district {found.least_foretold:.0%}.",
    ]


def _told(kept: Kept) -> list[str]:
    lines = [
        "## What records of a size tell",
        "",
        f"Share of a parameter's prior variance that all moments together explain, on runs left out. From {IDENTIFIED:.0%}",
        "on it is calibrated (bold); the others stay on the prior and each calibration names them. Parameters below 5 %",
        "everywhere are left out of the table.",
        "",
    ]
    if not kept.told:
        return [*lines, "Not run yet."]
    names = sorted(next(iter(kept.told.values())), key=lambda name: -max(t[name] for t in kept.told.values()))
    lines += [
        "| parameter | " + " | ".join(f"{size} months" for size in kept.told) + " |",
        "|---" * (len(kept.told) + 1) + "|",
    ]
    for name in names:
        shares = [told[name] for told in kept.told.values()]
        if max(shares) >= 0.05:
            cells = (f"**{share:.0%}**" if share >= IDENTIFIED else f"{share:.0%}" for share in shares)
            lines.append(f"| `{name}` | " + " | ".join(cells) + " |")
    return lines


SOURCES = {
    "quits_line": "leavings of workers ÷ person-months", "quits_lead": "leavings of leads ÷ person-months",
    "served": "communities under contract, month by month", "changes": "stays that ended ÷ site-years",
    "done_month": "month in which all that was promised for the year was delivered; never = 12",
    "passed": "evaluations above the lowest grade", "score": "scores, mean", "score_sd": "scores, deviation",
    "score_quality": "correlation of score and needs met", "resolved": "needs met by the raisers' word",
    "recognition": "doors that know the agency", "satisfaction": "marks of those who used it, 1–5 as 0–1",
    "padding": "participations asked after that did not take place",
    "committee_trust": "community offices' rating of the load, 1–5 as 0–1: a weak stand-in, hence the large discrepancy",
    "affiliated": "agency–community pairs with a declared tie", "bid_margin": "lead of the first bid over the second",
    "favours": "minutes of off-plan work ÷ all",
}  # fmt: skip


def _moments() -> list[str]:
    lines = [
        "## Moments",
        "",
        "| moment | from the snapshot | known by | discrepancy granted | held-out year |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| `{each.code}` | {SOURCES[each.code]} | {each.kind} | {each.discrepancy:g} | {'yes' if each.in_last_year else 'no'} |"
        for each in MOMENTS
    ]
    return [
        *lines,
        "",
        "Not used: recognition by stratum, committee time, wages (not on record, by design); turnout and bidders a round",
        "(the model takes them as given); length of stays (a record of some years cuts long stays off; `changes` says the",
        "same without that bias); need by class and its waiting time (the model's unit of need is not the platform's);",
        "quits by tenure (hazards of the model do not depend on it). Tables of the snapshot without months are of the",
        "whole record and count to the fit; the held-out year is judged by the others alone.",
    ]


def _foot(kept: Kept) -> list[str]:
    rows = [found[number].digest for found in kept.checked.values() for number in sorted(found)]
    whole = hashlib.sha256("".join(rows).encode()).hexdigest()[:16]
    return [f"Code `{kept.code}`; digest of all posteriors `{whole}`; runs seed 1, planted truths seed 77."]


if __name__ == "__main__":
    if "--page" in sys.argv:
        PAGE.write_text(page(read()), "utf-8")
    else:
        proved()
