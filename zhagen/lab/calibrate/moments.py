"""The quantities by which model and district are compared, and how far apart both may be by chance alone.

A moment is computed from a run (`of_results`) and from a snapshot (`zhagen.lab.calibrate.observed`) in the
same unit. Three things part them though both were the same district: the model's own chance, which every run
has; the survey's, where people or records are drawn; and the discrepancy, what we grant the model to be wrong by.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from zhagen.lab.calibrate.box import Floats
from zhagen.lab.calibrate.question import Numbers, generator

NOISE_STAGE = 9


class Kind(StrEnum):
    """How a district comes to know a moment."""

    REGISTER = "register"
    """Everything is on record."""
    SHARE = "share"
    """Share of those drawn and asked."""
    MEAN = "mean"
    """Mean of the marks of those drawn and asked."""


@dataclass(frozen=True)
class Moment:
    """One moment.

    Attributes:
        code: its name, and that of the outcome of a run.
        kind: how it is known.
        discrepancy: standard deviation that we grant between a true model and the world, in its unit [J].
        also: a second outcome that is added to the first.
        in_last_year: whether a snapshot tells it of the last twelve months by themselves.
        low, high: what no record can lie beyond.
    """

    code: str
    kind: Kind
    discrepancy: float
    also: str = ""
    in_last_year: bool = True
    low: float = 0.0
    high: float = float("inf")


MOMENTS = (
    Moment("quits_line", Kind.REGISTER, 0.04),
    Moment("quits_lead", Kind.REGISTER, 0.02),
    Moment("served", Kind.REGISTER, 0.01, high=1.0),
    Moment("changes", Kind.REGISTER, 0.02, in_last_year=False),
    Moment("done_month", Kind.REGISTER, 0.3, in_last_year=False, low=1.0, high=12.0),
    Moment("passed", Kind.REGISTER, 0.02, high=1.0),
    Moment("score", Kind.REGISTER, 0.02, high=1.0),
    Moment("score_sd", Kind.REGISTER, 0.01, high=1.0),
    Moment("score_quality", Kind.REGISTER, 0.1, low=-1.0, high=1.0),
    Moment("resolved", Kind.REGISTER, 0.03, high=1.0),
    Moment("recognition", Kind.SHARE, 0.02, high=1.0),
    Moment("satisfaction", Kind.MEAN, 0.03, high=1.0),
    Moment("padding", Kind.SHARE, 0.02, high=1.0),
    Moment("committee_trust", Kind.MEAN, 0.1, in_last_year=False, high=1.0),
    Moment("affiliated", Kind.REGISTER, 0.03, also="founded", in_last_year=False, high=1.0),
    Moment("bid_margin", Kind.REGISTER, 0.03, in_last_year=False, high=1.0),
    Moment("favours", Kind.REGISTER, 0.01, in_last_year=False, high=1.0),
)
CODES = tuple(moment.code for moment in MOMENTS)
IN_LAST_YEAR = frozenset(moment.code for moment in MOMENTS if moment.in_last_year)


@dataclass(frozen=True)
class Answers:
    """Behind a moment that was asked: how many answered, and the deviation of one answer (MEAN only)."""

    count: int
    sd: float = 0.0


@dataclass(frozen=True)
class Record:
    """What a district shows of the moments.

    Attributes:
        values: moment → value; a moment that the district cannot tell is left out.
        answers: what stands behind those that were asked.
    """

    values: Mapping[str, float]
    answers: Mapping[str, Answers]


def of_results(values: Mapping[str, Floats]) -> Floats:
    """Return the moments (B, m) of runs, in the order of `MOMENTS`, from their outcomes by code (B,)."""
    columns = [values[each.code] + (values[each.also] if each.also else 0.0) for each in MOMENTS]
    return np.stack(columns, axis=1)


def as_recorded(
    moments: Floats, numbers: Numbers, answers: Mapping[str, Answers], *, seed: int, discrepancy: float = 1.0
) -> Floats:
    """Return moments (n, m) of runs as a district would record them: with its surveys' noise and the discrepancy.

    Args:
        moments: in the order of `MOMENTS`.
        numbers: of the runs; a run's noise depends on its number and the seed alone.
        answers: how many are asked.
        seed: of the calibration.
        discrepancy: multiple of the stated discrepancies; 0 leaves them out.
    """
    chance = np.array(
        [generator(seed, NOISE_STAGE, int(n)).standard_normal((2, len(MOMENTS))) for n in numbers]
    )
    chance = chance.reshape(len(numbers), 2, len(MOMENTS))
    wrong = np.array([each.discrepancy for each in MOMENTS])
    found = moments + chance[:, 0] * _survey_sd(moments, answers) + chance[:, 1] * wrong * discrepancy
    low, high = (np.array([getattr(each, end) for each in MOMENTS]) for end in ("low", "high"))
    return np.asarray(np.clip(found, low, high))


def _survey_sd(moments: Floats, answers: Mapping[str, Answers]) -> Floats:
    """Return the standard deviation (n, m) that asking a few instead of all brings."""
    sd = np.zeros_like(moments)
    for place, moment in enumerate(MOMENTS):
        asked = answers.get(moment.code)
        if asked is None or moment.kind is Kind.REGISTER:
            continue
        share = np.clip(moments[:, place], 0, 1)
        one = np.sqrt(share * (1 - share)) if moment.kind is Kind.SHARE else asked.sd
        sd[:, place] = one / np.sqrt(asked.count)
    return sd
