"""Do stated 90 % intervals hold the truth? `python bench/intervals.py [WORLDS]`, 500 worlds by default."""

import datetime as dt
import sys
import time

from zhagen.cli import shipped
from zhagen.core.rulebook.rules import Rules
from zhagen.core.scoring.defaults import default_scheme, portrait_rules
from zhagen.lab.proofs import cover_world, coverage_bp

STREET, ON = "990101001000", dt.date(2026, 5, 31)


def main(worlds: int) -> None:
    rules = Rules(shipped.layers(), STREET, ON)
    scheme, portrait = default_scheme(rules), portrait_rules(rules)
    started = time.perf_counter()
    found = coverage_bp(each for seed in range(worlds) for each in cover_world(seed, scheme, portrait))
    print(f"{worlds} worlds in {time.perf_counter() - started:.1f} s")
    print(f"{'interval':32}{'covers':>10}{'intervals':>12}")
    for kind, (share, count) in found.items():
        print(f"{kind:32}{share / 100:>9.1f}%{count:>12}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
