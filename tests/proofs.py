"""Sizes and figures of the proofs: a slice in each run of the suite, full size in `make campaign`.

ZHAGEN_CAMPAIGN is empty for the slice, 1 for full size, or a share of it such as 0.1 to try the way.
ZHAGEN_PROOFS names a file to which each proof adds a line with what it found (see `tests/campaign.py`).
"""

import json
import os
from pathlib import Path

SHARE, FIGURES = "ZHAGEN_CAMPAIGN", "ZHAGEN_PROOFS"


def size(slice_: int, full: int) -> int:
    """Return how large a proof is to be in this run."""
    share = float(os.environ.get(SHARE) or 0)
    return max(slice_, round(full * min(share, 1)))


def is_full() -> bool:
    """Whether every proof runs at full size."""
    return size(0, 100) == 100


def found(what: str, *, size: int, full: int, **figures: object) -> None:
    """Keep what a proof found, for the page of figures."""
    file = os.environ.get(FIGURES)
    if file:
        line = {"what": what, "size": size, "full": full, "figures": figures}
        with Path(file).open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(line, ensure_ascii=False) + "\n")
