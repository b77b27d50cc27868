"""What the lab reports of a run, in the order of reports, and which way is better for residents."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Outcome:
    """One outcome; its names stand in the message catalogue as "experiment.outcome.<code>".

    Args:
        code: Name in the results of a run.
        better: 1 more is better, -1 less is better, 0 neither: it only explains.
        only_direction: No amount of it is ever kept or shown.
    """

    code: str
    better: int
    only_direction: bool = False


OUTCOMES = (
    Outcome("resolved", 1),
    Outcome("need_match", 1),
    Outcome("embeddedness", 1),
    Outcome("presence", 1),
    Outcome("trust", 1),
    Outcome("participation", 1),
    Outcome("satisfaction", 1),
    Outcome("known", 1),
    Outcome("trusted", 1),
    Outcome("coverage", 1),
    Outcome("shock_coverage", 1),
    Outcome("income", 1),
    Outcome("cost_per_need", -1),
    Outcome("quits_line", -1),
    Outcome("quits_lead", -1),
    Outcome("padding", -1),
    Outcome("admin", -1),
    Outcome("leakage", -1, only_direction=True),
    Outcome("objected", -1),
    Outcome("effort_hunting", 0),
    Outcome("chain", 0),
    Outcome("affiliated", 0),
    Outcome("founded", 0),
    Outcome("support", 0),
    Outcome("score", 0),
    Outcome("passed", 0),
)

_KNOWN = {each.code: each for each in OUTCOMES}


def outcome_of(code: str) -> Outcome:
    """Return an outcome by its name; one that is not reported counts as neither good nor bad."""
    return _KNOWN.get(code, Outcome(code, 0))


def in_order(codes: "set[str] | frozenset[str]") -> list[Outcome]:
    """Return the reported outcomes among some codes, in the order of reports."""
    return [each for each in OUTCOMES if each.code in codes]
