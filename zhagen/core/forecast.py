"""What came of a forecast: the direction that a rehearsal told beside what was measured since."""

from enum import StrEnum


class Direction(StrEnum):
    """Where something moves; the same words as in a rehearsal's result."""

    UP = "up"
    DOWN = "down"
    SAME = "same"
    UNCERTAIN = "uncertain"


class Verdict(StrEnum):
    """What came of a forecast."""

    HIT = "hit"
    MISS = "miss"
    UNKNOWN = "unknown"


Ends = tuple[int, int]
"""Lower and upper end of a measured indicator, in its unit."""


def moved(before: Ends, since: Ends) -> Direction:
    """Return where a measured indicator moved: by its intervals, so that noise is no movement.

    >>> moved((10, 20), (25, 40)), moved((10, 20), (15, 30)), moved((7, 7), (7, 7))
    (<Direction.UP: 'up'>, <Direction.UNCERTAIN: 'uncertain'>, <Direction.SAME: 'same'>)
    """
    if since[0] > before[1]:
        return Direction.UP
    if since[1] < before[0]:
        return Direction.DOWN
    return Direction.SAME if before == since and before[0] == before[1] else Direction.UNCERTAIN


def judged(forecast: Direction, since: Direction | None) -> Verdict:
    """Return whether what was measured went where the rehearsal said.

    Args:
        forecast: What the rehearsal said; an uncertain one says nothing that could be hit.
        since: What the platform measured; None where it has too little.

    >>> judged(Direction.UP, Direction.DOWN), judged(Direction.UNCERTAIN, Direction.UP)
    (<Verdict.MISS: 'miss'>, <Verdict.UNKNOWN: 'unknown'>)
    """
    if Direction.UNCERTAIN in (forecast, since) or since is None:
        return Verdict.UNKNOWN
    return Verdict.HIT if forecast is since else Verdict.MISS
