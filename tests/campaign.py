"""The proofs at full size, one after another: `make campaign`, or `python -m tests.campaign`.

It resumes: what is proved for exactly this code, at this size or a larger one, is not run again. The state is
`docs/reference/proofs.json`; `docs/reference/proofs.md` is written from it, so no figure is typed by hand.

    make campaign               everything at full size, hours
    make campaign SHARE=0.1     a tenth of everything, to see that the way works
    make campaign ONLY=races    one proof
    make campaign AGAIN=1       also what is already proved
"""

import argparse
import datetime as dt
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.proofs import FIGURES, SHARE

ROOT = Path(__file__).resolve().parents[1]
STATE = ROOT / "docs" / "reference" / "proofs.json"
PAGE = STATE.with_suffix(".md")
SQLITE, POSTGRES, NONE = "SQLite", "PostgreSQL", "none"


@dataclass(frozen=True)
class Proof:
    """One proof: where its tests stand and on which databases it runs."""

    name: str
    says: str
    tests: str
    databases: tuple[str, ...] = (NONE,)


BOTH = (SQLITE, POSTGRES)
PROOFS = (
    Proof("races", "No double, no loss, no overspend; without its guard each race is noticed.", "tests/races", BOTH),
    Proof("kills", "kill -9 in the middle of writes loses nothing acknowledged; the log verifies.", "tests/audit/test_event_kill.py", BOTH),
    Proof("restore", "A backup taken under load restores to the same log root.", "tests/web/test_backup_under_load.py", BOTH),
    Proof("seals", "A canary in the bids is nowhere on the server before the opening.", "tests/procurement/test_seal_canary.py", BOTH),
    Proof("permissions", "No leak; every deleted or widened cell of the table is noticed.", "tests/web/test_permissions.py", (SQLITE,)),
    Proof("bad input", "A message, what was typed kept, no 500, nothing half-written.", "tests/web/test_bad_input.py", (SQLITE,)),
    Proof("broken files", "Damaged files are taken or refused and crash nothing.", "tests/platform/test_uploads.py", (SQLITE,)),
    Proof("tamperings", "Who rewrites all hashes is found with one outside root.", "tests/core/test_log_tampering.py"),
    Proof("forged proofs", "No forged proof of the tree is accepted.", "tests/core/test_merkle.py"),
    Proof("votes", "The fast count of a vote chooses what the plain, slow one chooses.", "tests/core/test_allocation_rules.py"),
    Proof("worlds", "Real effect outranks perfect paper; stated intervals cover the truth.", "tests/lab/test_proofs.py"),
    Proof("facts", "The lab meets its closed forms and shows the study's facts; without its mechanism each breaks.", "tests/lab/test_facts_check.py"),
    Proof("calibration", "Intervals of planted districts hold what was planted.", "tests/lab/test_calibrate_district.py"),
    Proof("same bits", "The lab's figures are the same bits on any processor, in any process, in any blocks.", "tests/lab/test_digest.py"),
)  # fmt: skip


def fingerprint() -> str:
    """Return a hash of the product and its tests: results hold for exactly this code."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "zhagen", "tests"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    whole = hashlib.sha256()
    for name in sorted(listed.stdout.splitlines()):
        if (ROOT / name).is_file():
            whole.update(name.encode() + b"\0" + (ROOT / name).read_bytes())
    return whole.hexdigest()[:16]


def read_state(path: Path = STATE) -> dict[str, Any]:
    return json.loads(path.read_text("utf-8")) if path.exists() else {}


def is_proved(state: dict[str, Any], key: str, code: str, share: float) -> bool:
    """Whether a proof has been run for this code at this size or a larger one."""
    known = state.get(key)
    return known is not None and known["code"] == code and known["share"] >= share


def command_of(proof: Proof, database: str) -> list[str]:
    plugin = ["-p", "tests.on_postgres"] if database == POSTGRES else []
    return [
        "python",
        "-m",
        "pytest",
        "-p",
        "no:cacheprovider",
        *plugin,
        "-n",
        "0",
        "-m",
        "campaign",
        proof.tests,
    ]


def run(proof: Proof, database: str, share: float, code: str) -> dict[str, Any] | None:
    """Run one proof; return what it found, or nothing if it failed."""
    command = command_of(proof, database)
    with tempfile.TemporaryDirectory() as folder:
        figures = Path(folder) / "figures"
        environment = {**os.environ, SHARE: f"{share:g}", FIGURES: str(figures), "PYTHONPATH": str(ROOT)}
        began = time.monotonic()
        done = subprocess.run([sys.executable, *command[1:]], cwd=ROOT, env=environment, check=False)
        seconds = round(time.monotonic() - began)
        if done.returncode or not figures.exists():
            return None
        found = [json.loads(line) for line in figures.read_text("utf-8").splitlines()]
    return {
        "proof": proof.name,
        "database": database,
        "says": proof.says,
        "share": share,
        "date": dt.datetime.now(dt.UTC).date().isoformat(),
        "seconds": seconds,
        "command": f"{SHARE}={share:g} {' '.join(command)}",
        "code": code,
        "found": found,
    }


def figures_of(figures: dict[str, object]) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in sorted(figures.items()))


def page(state: dict[str, Any]) -> str:
    """Return the page of figures."""
    lines = [
        "# Proofs at full size",
        "",
        "Written by `make campaign` (`tests/campaign.py`) from `proofs.json`; CI runs a slice of each. A size below",
        "the full size is said as it is. `code` is the hash of `zhagen/` and `tests/` for which the figure holds.",
    ]
    for proof in PROOFS:
        lines += ["", f"## {proof.name}", "", proof.says, ""]
        rows = [state[key] for key in (f"{proof.name} / {each}" for each in proof.databases) if key in state]
        if not rows:
            lines += ["Not run yet."]
            continue
        lines += [
            "| database | what | size | full size | found | date | seconds | code |",
            "|---|---|---|---|---|---|---|---|",
        ]
        lines += [
            f"| {row['database']} | {each['what']} | {each['size']:,} | {each['full']:,} | {figures_of(each['figures'])} "
            f"| {row['date']} | {row['seconds']} | {row['code']} |"
            for row in rows
            for each in row["found"]
        ]
        lines += ["", *(f"`{row['command']}`  " for row in rows)]
    return "\n".join(line.rstrip() for line in lines).rstrip() + "\n"


def write(state: dict[str, Any]) -> None:
    STATE.write_text(json.dumps(state, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8")
    PAGE.write_text(page(state), "utf-8")


def main(words: list[str]) -> int:
    """Run what is not proved yet; return 1 if something failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.campaign")
    parser.add_argument("--share", type=float, default=1.0, help="share of the full size, up to 1")
    parser.add_argument(
        "--only", default="", help="name of one proof: " + ", ".join(each.name for each in PROOFS)
    )
    parser.add_argument("--again", action="store_true", help="also what is already proved")
    parser.add_argument("--page", action="store_true", help="write the page only")
    asked = parser.parse_args(words)
    failed, code = [], fingerprint()
    for proof in PROOFS if not asked.page else ():
        for database in proof.databases if asked.only in {"", proof.name} else ():
            key = f"{proof.name} / {database}"
            state = read_state()
            if is_proved(state, key, code, asked.share) and not asked.again:
                print(f"proved already: {key}", flush=True)
                continue
            print(f"== {key}, share {asked.share:g}", flush=True)
            found = run(proof, database, asked.share, code)
            if found is None:
                failed.append(key)
                continue
            write({**read_state(), key: found})
    if asked.page:
        write(read_state())
    print(f"failed: {failed}" if failed else "all proved", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
