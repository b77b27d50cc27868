"""What every result of the lab must say of itself; the texts stand in the message catalogue."""

from enum import StrEnum


class Badge(StrEnum):
    """Whether the parameters were fitted to a district's own records."""

    UNCALIBRATED = "uncalibrated"
    CALIBRATED = "calibrated"


WATERMARK = {
    Badge.UNCALIBRATED: (
        "政策实验室推演，未校准：只看方向，不是数量，不得作为事前绩效评估引用 / "
        "Policy lab rehearsal, uncalibrated: directions, not amounts; not to be cited as an ex-ante performance evaluation"
    ),
    Badge.CALIBRATED: (
        "政策实验室推演，不是预测，不得作为事前绩效评估引用 / "
        "Policy lab rehearsal, not a forecast; not to be cited as an ex-ante performance evaluation"
    ),
}
"""Stands in every file, in both languages, whatever the language of its reader."""

RULES = (
    "nobody",
    "one_study",
    "not_modelled",
    "cities",
    "regimes",
    "uncertain",
    "leakage",
    "no_score",
    "no_appraisal",
    "tuned",
)
"""What holds of each result, in the order of reports."""


def honesty_codes(badge: Badge, *, breaks_law: bool = False) -> tuple[str, ...]:
    """Return the codes of the texts that must stand beside a result."""
    first = ("illegal",) * breaks_law + ("directions",) * (badge is Badge.UNCALIBRATED)
    return tuple(f"experiment.honesty.{each}" for each in (*first, *RULES))
