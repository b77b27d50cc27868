"""The national rulebook for the benchmarks."""

import datetime as dt
from pathlib import Path

import zhagen
from zhagen.core.rulebook.parse import parse_layer
from zhagen.core.rulebook.rules import Rules


def national(on: dt.date = dt.date(2026, 5, 31)) -> Rules:
    """Return the national values in force on a day."""
    file = Path(zhagen.__file__).parent / "rulebooks" / "national.toml"
    return Rules((parse_layer(file.read_text("utf-8"), file=file.name),), "", on)
