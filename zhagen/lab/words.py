"""A result in words, line by line, honest: uncalibrated directions and agreeing draws, no amounts, no percentages."""

from collections.abc import Iterator, Sequence
from functools import singledispatch
from typing import Protocol

from zhagen.lab.experiments.ablation import Ablation, Part, PartKind, mechanisms
from zhagen.lab.experiments.compare import Change, Comparison
from zhagen.lab.experiments.estimate import Amount, Direction, Sides
from zhagen.lab.experiments.factors import WEIGHTS_TOGETHER
from zhagen.lab.experiments.losers import GroupChange, GroupKind
from zhagen.lab.experiments.outlook import Outlook
from zhagen.lab.experiments.results import Result
from zhagen.lab.experiments.sensitivity import Effect, Index, Morris, Sobol
from zhagen.lab.experiments.setup import LEVER_AT, Stamp
from zhagen.lab.experiments.sweep import PATH, Curve, Sweep
from zhagen.lab.honesty import Badge

ILLEGAL = "experiment.honesty.illegal"
LOSERS = "experiment.says.losers"
DETAIL = "    "
"""How a line begins that tells more of the one before it."""

HASH_SHOWN = 12
FACTORS_SHOWN = 6


class Say(Protocol):
    """Gives the text of a code in the reader's language."""

    @property
    def language(self) -> str:
        """The language, "zh" or "en"."""

    def __call__(self, code: str, /, **figures: object) -> str:
        """Return the text with its figures."""


def told(result: Result, say: Say) -> list[str]:
    """Return everything that is said of a result: title, badge, findings, hashes, rules of honesty."""
    banner = [say(ILLEGAL)] if ILLEGAL in result.stamp.honesty else []
    top = [title(result, say), *banner, *head(result.stamp, say)]
    return [*top, "", *body(result, say), "", *honesty(result.stamp, say)]


def head(stamp: Stamp, say: Say) -> list[str]:
    """Return what a result rests on."""
    hashes = say(
        "experiment.hashes",
        rulebooks=", ".join(each[:HASH_SHOWN] for each in stamp.rulebooks),
        parameters=stamp.parameters[:HASH_SHOWN],
        world=stamp.world[:HASH_SHOWN],
        code=stamp.code,
        digest=stamp.digest[:HASH_SHOWN],
    )
    figures = {name: getattr(stamp, name) for name in ("draws", "replications", "months", "burn_in", "seed")}
    return [say("experiment.head", badge=say(f"experiment.badge.{stamp.badge}"), **figures), hashes]


def honesty(stamp: Stamp, say: Say) -> list[str]:
    """Return the rules of honesty that hold of a result."""
    lines = [f"{number}. {say(code)}" for number, code in enumerate(stamp.honesty, 1)]
    return [say("experiment.honesty.title"), *lines]


@singledispatch
def title(result: object, say: Say) -> str:
    """Return the title of a result."""
    raise TypeError(type(result).__name__)


@singledispatch
def body(result: object, say: Say) -> Iterator[str]:
    """Yield what a result says, a line each."""
    raise TypeError(type(result).__name__)


@title.register
def _(result: Outlook, say: Say) -> str:
    return say("experiment.title.outlook", base=result.base.name)


@title.register
def _(result: Comparison, say: Say) -> str:
    return say("experiment.title.comparison", base=result.base.name, reform=result.reform.name)


@title.register
def _(result: Sweep, say: Say) -> str:
    if result.lever == PATH and result.reform:
        return say("experiment.title.path", base=result.base.name, reform=result.reform.name)
    low, high = (plain_number(each) for each in (result.values[0], result.values[-1]))
    return say(
        "experiment.title.sweep",
        base=result.base.name,
        lever=factor_name(result.lever, say),
        low=low,
        high=high,
    )


@title.register
def _(result: Ablation, say: Say) -> str:
    return say("experiment.title.ablation", base=result.base.name, reform=result.reform.name)


@title.register(Morris)
@title.register(Sobol)
def _(result: Morris | Sobol, say: Say) -> str:
    kind = type(result).__name__.lower()
    names = result.base.name + (f" → {result.reform.name}" if result.reform else "")
    return say(f"experiment.title.{kind}", base=names)


@body.register
def _(result: Outlook, say: Say) -> Iterator[str]:
    if result.stamp.badge is Badge.UNCALIBRATED:
        yield say("experiment.says.measured", count=len(result.levels))
        return
    for level in result.levels:
        if level.amount:
            name = outcome_name(level.outcome, say)
            yield say("experiment.says.level", outcome=name, **_range(level.amount))


@body.register
def _(result: Comparison, say: Say) -> Iterator[str]:
    moved = [
        f"{factor_name(each.code, say)} {plain_number(each.before)} → {plain_number(each.after)}"
        for each in result.levers
    ]
    yield (
        say("experiment.says.levers", levers="; ".join(moved)) if moved else say("experiment.says.no_levers")
    )
    for change in result.changes:
        yield change_line(change, say)
        if result.stamp.badge is Badge.CALIBRATED and change.difference.amount:
            yield amount_line(change.difference.amount, say)
    yield say(LOSERS)
    yield from [loser_line(each, say) for each in result.losers] or [say("experiment.says.no_losers")]


@body.register
def _(result: Sweep, say: Say) -> Iterator[str]:
    if result.switches:
        names = [factor_name(code, say) for code in result.switches]
        yield say("experiment.says.switches", levers=", ".join(names))
    for curve in result.curves:
        yield sides_line(curve.outcome, curve.better, curve.whole.sides, say)
        if result.stamp.badge is Badge.CALIBRATED and curve.whole.amount:
            yield amount_line(curve.whole.amount, say)
        if curve.whole.direction is not Direction.SAME:
            yield tipping_line(curve, say)


@body.register
def _(result: Ablation, say: Say) -> Iterator[str]:
    for whole in result.wholes:
        name = outcome_name(whole.outcome, say)
        if whole.effect.direction in (Direction.SAME, Direction.UNCERTAIN):
            yield say("experiment.says.no_effect", outcome=name)
            continue
        parts = result.carriers(whole.outcome)
        for part in parts:
            figures = {"carries": part.carries, "draws": result.stamp.draws}
            yield say("experiment.says.carried", outcome=name, part=part_name(part, say), **figures)
        if not parts:
            yield say("experiment.says.not_carried", outcome=name)


@body.register
def _(result: Morris, say: Say) -> Iterator[str]:
    towards = result.reform and result.factors[0].codes[0] in LEVER_AT
    yield say("experiment.says.arrows_to_reform" if towards else "experiment.says.arrows")
    for outcome in dict.fromkeys(each.outcome for each in result.effects):
        yield _ranking(outcome, result.ranked(outcome), say)


@body.register
def _(result: Sobol, say: Say) -> Iterator[str]:
    for outcome in dict.fromkeys(each.outcome for each in result.indices):
        yield _ranking(outcome, result.ranked(outcome), say)


def _ranking(outcome: str, ranked: Sequence[Effect | Index], say: Say) -> str:
    name = outcome_name(outcome, say)
    clear = [each for each in ranked if each.is_clear][:FACTORS_SHOWN]
    if not clear:
        return say("experiment.says.nothing_matters", outcome=name)
    shown = [
        factor_name(each.factor, say)
        + (say(f"experiment.way.{each.direction}") if isinstance(each, Effect) else "")
        for each in clear
    ]
    return say("experiment.says.matters", outcome=name, factors=" > ".join(shown))


def change_line(change: Change, say: Say) -> str:
    """Return one outcome's direction in words."""
    if change.direction is not change.difference.direction:
        return say("experiment.says.behaviours_differ", outcome=outcome_name(change.outcome, say))
    return sides_line(change.outcome, change.better, change.difference.sides, say)


def sides_line(outcome: str, better: int, sides: Sides, say: Say) -> str:
    """Return a direction in words, with the draws that agree."""
    name, way = outcome_name(outcome, say), sides.direction
    if way is Direction.UNCERTAIN:
        return say("experiment.says.uncertain", outcome=name, up=sides.up, down=sides.down, same=sides.same)
    figures = {"outcome": name, "draws": sides.draws, "agreeing": sides.agreeing}
    if way is Direction.SAME:
        return say("experiment.says.same", **figures)
    return say(f"experiment.says.{way}", judgement=judgement(better, way, say), **figures)


def judgement(better: int, way: Direction, say: Say) -> str:
    """Return whether a direction is for better or worse; nothing where it is neither."""
    if not better:
        return ""
    is_better = (way is Direction.UP) == (better > 0)
    return say(f"experiment.judgement.{'better' if is_better else 'worse'}")


def amount_line(amount: Amount, say: Say) -> str:
    """Return an amount in words; only for calibrated results."""
    error = "–" if amount.seed_error is None else f"{amount.seed_error:.2g}"
    return say("experiment.says.amount", seed_error=error, **_range(amount))


def tipping_line(curve: Curve, say: Say) -> str:
    """Return where a curve tips, or that it does not."""
    found = curve.tipping
    draws = curve.whole.sides.draws
    if found is None or not found.stands_out or found.agreeing * 2 < draws:
        return say("experiment.says.steady")
    ends = {"low": plain_number(found.low), "high": plain_number(found.high)}
    return say("experiment.says.tips", agreeing=found.agreeing, draws=draws, **ends)


def loser_line(change: GroupChange, say: Say) -> str:
    """Return in words that a group is worse off."""
    sides = change.sides
    figures = {"outcome": outcome_name(change.outcome, say), "agreeing": sides.down, "draws": sides.draws}
    return say("experiment.says.loser", group=group_name(change, say), **figures)


def group_name(change: GroupChange, say: Say) -> str:
    """Return the name of a group; a street has only a number, which stands for no real one."""
    if change.kind is GroupKind.STREET:
        return say("experiment.group.street", number=change.group + 1)
    return say(f"experiment.group.{change.kind}.{change.group}")


def part_name(part: Part, say: Say) -> str:
    """Return the name of what was taken away."""
    if part.kind is PartKind.LEVER:
        return say("experiment.part.lever", name=factor_name(part.code, say))
    found = {each.code: each for each in mechanisms()}[part.code]
    return say("experiment.part.mechanism", name=found.zh if say.language == "zh" else found.en)


def factor_name(code: str, say: Say) -> str:
    """Return the name of a lever, or of the weights together; a parameter has only its code."""
    if code == WEIGHTS_TOGETHER:
        return say("experiment.name.weights")
    return say(f"lever.{code}") if code in LEVER_AT else code


def outcome_name(code: str, say: Say) -> str:
    """Return the name of an outcome."""
    return say(f"experiment.outcome.{code}")


def plain_number(value: float) -> str:
    """Return a number as short as it can be told.

    >>> plain_number(12.0), plain_number(0.15000000000000002)
    ('12', '0.15')
    """
    return f"{value:.6g}"


def _range(amount: Amount) -> dict[str, str]:
    return {name: f"{getattr(amount, name):.4g}" for name in ("mean", "p05", "p95")}
