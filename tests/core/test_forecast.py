"""A forecast is hit, missed or unknown by directions alone; noise is no movement."""

import pytest

from zhagen.core.forecast import Direction, Verdict, judged, moved

UP, DOWN, SAME, UNCERTAIN = Direction


@pytest.mark.parametrize(
    ("before", "since", "way"),
    [
        ((10, 20), (21, 30), UP),
        ((10, 20), (1, 9), DOWN),
        ((10, 20), (20, 30), UNCERTAIN),
        ((10, 20), (10, 20), UNCERTAIN),
        ((7, 7), (7, 7), SAME),
    ],
)
def test_an_indicator_moved_only_where_its_intervals_lie_apart(before, since, way):
    assert moved(before, since) is way


@pytest.mark.parametrize(
    ("said", "went", "verdict"),
    [
        (UP, UP, Verdict.HIT),
        (SAME, SAME, Verdict.HIT),
        (UP, SAME, Verdict.MISS),
        (DOWN, UP, Verdict.MISS),
        (UNCERTAIN, UP, Verdict.UNKNOWN),
        (UP, UNCERTAIN, Verdict.UNKNOWN),
        (UP, None, Verdict.UNKNOWN),
    ],
)
def test_a_forecast_is_judged_by_its_direction(said, went, verdict):
    assert judged(said, went) is verdict
