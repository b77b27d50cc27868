"""Time the import of all divisions of China, or of a made-up country of the same size.

python bench/import_divisions.py [UPPER.csv.gz COMMUNITIES.csv.gz]   beside a plain executemany of the same rows
"""

import csv
import datetime as dt
import gzip
import itertools
import os
import sys
import tempfile
import time
from pathlib import Path

COMMUNITIES = 620_000


def make_country(folder: Path) -> tuple[Path, Path]:
    """Write two files of the size of the real ones."""
    upper, communities = folder / "upper.csv.gz", folder / "communities.csv.gz"
    streets = []
    with gzip.open(upper, "wt", encoding="utf-8", compresslevel=1) as file:
        file.write("code,level,name,parent\n990000000000,1,示例省,\n")
        for city, county in itertools.product(range(1, 43), range(72)):
            if county == 0:
                file.write(f"99{city:02}00000000,2,第{city}市,990000000000\n")
                continue
            file.write(f"99{city:02}{county:02}000000,3,第{county}区,99{city:02}00000000\n")
            for street in range(1, 15):
                code = f"99{city:02}{county:02}{street:03}"
                streets.append(code)
                file.write(f"{code}000,4,第{street}街道,99{city:02}{county:02}000000\n")
    with gzip.open(communities, "wt", encoding="utf-8", compresslevel=1) as file:
        file.write("code,name\n")
        for number in range(COMMUNITIES):
            street = streets[number % len(streets)]
            file.write(f"{street}{number // len(streets) + 1:03},第{number}社区居民委员会\n")
    return upper, communities


def time_peer(communities: Path, folder: Path) -> float:
    """Time the same rows written by the standard library without any check."""
    import sqlite3

    started = time.perf_counter()
    with sqlite3.connect(folder / "peer.sqlite3") as peer:
        peer.execute("CREATE TABLE place (code TEXT PRIMARY KEY, name TEXT)")
        with gzip.open(communities, "rt", encoding="utf-8") as file:
            peer.executemany("INSERT INTO place VALUES (?, ?)", itertools.islice(csv.reader(file), 1, None))
    return time.perf_counter() - started


def main() -> None:
    """Print seconds and the ratio to the peer."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["ZHAGEN_HOME"] = str(folder / "home")
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhagen.web.settings")
        from zhagen.web.commands import prepare

        prepare.prepare()
        from zhagen.parties.actions.divisions import import_divisions
        from zhagen.platform.clock import now

        given = [Path(each) for each in sys.argv[1:3]]
        upper, communities = given if len(given) == 2 else make_country(folder)
        started = time.perf_counter()
        done = import_divisions(upper, communities, dt.date(2023, 6, 30), now=now())
        ours = time.perf_counter() - started
        peer = time_peer(communities, folder)
        print(
            f"{done.upper + done.communities} divisions: {ours:.1f} s (limit 60 s); "
            f"the same rows unchecked by sqlite3: {peer:.1f} s; ratio {ours / peer:.1f}"
        )


if __name__ == "__main__":
    main()
