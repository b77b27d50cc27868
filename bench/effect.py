"""Does real effect outrank perfect paper? `python bench/effect.py [WORLDS]`, 100 worlds by default.

Beside it stands the usual evaluation by sessions, sheets and photos on the same worlds.
"""

import datetime as dt
import sys
import time

from zhagen.cli import shipped
from zhagen.core.rulebook.rules import Rules
from zhagen.core.scoring.defaults import default_scheme
from zhagen.lab.proofs import rank_world

STREET, ON = "990101001000", dt.date(2026, 5, 31)


def main(worlds: int) -> None:
    scheme = default_scheme(Rules(shipped.layers(), STREET, ON))
    started = time.perf_counter()
    found = [rank_world(seed, scheme) for seed in range(worlds)]
    took = time.perf_counter() - started
    rows = [
        ("the contract's scheme", [(each.effect_bp, each.paper_bp) for each in found]),
        ("sessions, sheets, photos", [(each.effect_naive_bp, each.paper_naive_bp) for each in found]),
    ]
    print(f"{worlds} worlds in {took:.1f} s")
    print(f"{'judged by':26}{'effect first':>14}{'mean effect':>14}{'mean paper':>14}")
    for name, pairs in rows:
        right = sum(effect > paper for effect, paper in pairs)
        means = [sum(each) / len(pairs) / 100 for each in zip(*pairs, strict=True)]
        print(f"{name:26}{right:>10}/{worlds:<3}{means[0]:>14.1f}{means[1]:>14.1f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
