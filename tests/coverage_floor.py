"""Hold what the suite has run: every branch of the core and of each action, elsewhere a floor.

`make coverage` calls it after its tests (`python -m tests.coverage_floor`); it reads `.coverage`. Which
files are held whole and how high the floor is stands in pyproject.toml, [tool.zhagen.coverage].
"""

import json
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import coverage

PYPROJECT = Path(__file__).resolve().parents[1] / "pyproject.toml"
Report = Mapping[str, Mapping[str, Any]]
"""File → what `coverage json` says of it."""


@dataclass(frozen=True)
class Demand:
    """What is demanded of a run of the suite.

    Args:
        whole: Patterns of the files of which no line and no branch may be missed.
        floor: Least percent of lines and branches of all other files together.
    """

    whole: tuple[str, ...]
    floor: float

    def is_whole(self, file: str) -> bool:
        """Return whether nothing of a file may be missed."""
        return any(fnmatch(file, pattern) for pattern in self.whole)


def demanded(pyproject: Path = PYPROJECT) -> Demand:
    """Read the demand."""
    said = tomllib.loads(pyproject.read_text("utf-8"))["tool"]["zhagen"]["coverage"]
    return Demand(tuple(said["whole"]), said["floor"])


def missed(report: Report, demand: Demand) -> Iterator[str]:
    """Yield each line and branch that was missed where none may be, as file:line and what it is."""
    for file in sorted(each for each in report if demand.is_whole(each)):
        lines, found = set(report[file]["missing_lines"]), report[file]["missing_branches"]
        yield from (f"{file}:{line}: never run" for line in sorted(lines))
        for start, end in found:
            if start not in lines:
                where = f"to line {end}" if end > 0 else "out of the function"
                yield f"{file}:{start}: never went {where}"


def share_elsewhere(report: Report, demand: Demand) -> float:
    """Return the percent of lines and branches that was run in all other files together."""
    others = [each["summary"] for file, each in report.items() if not demand.is_whole(file)]
    there = sum(each["num_statements"] + each["num_branches"] for each in others)
    run = sum(each["covered_lines"] + each["covered_branches"] for each in others)
    return 100 * run / there if there else 100.0


def read_report() -> Report:
    """Return what `.coverage` holds."""
    data = coverage.Coverage()
    data.load()
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "report.json"
        data.json_report(outfile=str(out))
        files: Report = json.loads(out.read_text("utf-8"))["files"]
    return files


def main() -> int:
    """Print what is missed; 1 if anything is."""
    report, demand = read_report(), demanded()
    holes, share = list(missed(report, demand)), share_elsewhere(report, demand)
    held = sum(demand.is_whole(file) for file in report)
    print(f"core and actions: {held} files, {len(holes)} lines or branches missed", *holes, sep="\n  ")
    print(f"elsewhere: {share:.2f} % of lines and branches; the floor is {demand.floor} %")
    if share < demand.floor:
        print("  below the floor: test what is new; `coverage report -m` names the lines")
    elif share >= demand.floor + 1:
        print(f"  the floor only rises: write {int(share * 10) / 10} into pyproject.toml")
    return int(bool(holes) or not held or share < demand.floor)


if __name__ == "__main__":
    sys.exit(main())
