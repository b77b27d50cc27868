"""项目支出绩效自评: the budget unit's form of execution, outputs, effects, satisfaction (10/50/30/10)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from zhagen.core.errors import RuleError
from zhagen.core.exact import BP, clip, half_up
from zhagen.core.scoring.evaluation import Band
from zhagen.core.trace import Trace


class Head(StrEnum):
    """The four heads of the form."""

    EXECUTION = "execution"
    OUTPUT = "output"
    EFFECT = "effect"
    SATISFACTION = "satisfaction"


@dataclass(frozen=True, slots=True)
class FormLine:
    """One third-level indicator of the form.

    Args:
        name: Text of the line.
        head: Output, effect or satisfaction; execution is computed from the money.
        weight_bp: Its weight; the lines of a head make the head's weight.
        target: Yearly target in its own unit.
        actual: What was reached.
        less_is_better: True for costs and days.
        rows: Source rows.
    """

    name: str
    head: Head
    weight_bp: int
    target: int
    actual: int
    less_is_better: bool = False
    rows: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class QualityLine:
    """A line judged in words: the share of full marks within the range of the level chosen."""

    name: str
    head: Head
    weight_bp: int
    share_bp: int
    rows: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FormRules:
    """Values of the rulebook for the form.

    Args:
        head_weights_bp: Weight of each head.
        bands: Grades from the best down, the last from 0.
        explain_below_bp: A line reached by less than this share must be explained.
        explain_above_bp: A line reached by more than this share must be explained too.
        source: Where the form is from.
    """

    head_weights_bp: Mapping[Head, int]
    bands: tuple[Band, ...]
    explain_below_bp: int
    explain_above_bp: int
    source: str = ""


@dataclass(frozen=True, slots=True)
class SelfEvaluation:
    """The computed form: score, grade, marks a head in bp, lines to explain, trace."""

    score_bp: int
    band: str
    heads_bp: Mapping[Head, int]
    to_explain: tuple[str, ...]
    trace: Trace


def self_evaluate(
    lines: Sequence[FormLine | QualityLine], *, budget_fen: int, spent_fen: int, rules: FormRules
) -> SelfEvaluation:
    """Compute the form; nothing in it is typed that the records already say.

    Raises:
        RuleError: "self_evaluation.head_weights", "self_evaluation.line_weights",
            "self_evaluation.no_budget", "self_evaluation.target_missing",
            "self_evaluation.share_out_of_range".
    """
    _check(lines, budget_fen, rules)
    reached = {line.name: _reached(line) for line in lines}
    execution = clip(Fraction(spent_fen * BP, budget_fen))
    children = [
        Trace(
            line.name, half_up(clip(reached[line.name]) * line.weight_bp / BP), "bp",
            rule=f"share of the target reached × {line.weight_bp} bp", rows=line.rows,
        )
        for line in lines
    ]  # fmt: skip
    weight = rules.head_weights_bp[Head.EXECUTION]
    money = Trace("self_evaluation.execution", half_up(execution * weight / BP), "bp", rule="spent ÷ budget")
    heads = {Head.EXECUTION: half_up(execution * weight / BP)}
    for line, child in zip(lines, children, strict=True):
        heads[line.head] = heads.get(line.head, 0) + _whole(child)
    score = sum(heads.values())
    return SelfEvaluation(
        score, next(band.code for band in rules.bands if score >= band.from_bp), heads,
        tuple(name for name, share in reached.items()
              if not rules.explain_below_bp <= share <= rules.explain_above_bp),
        Trace("self_evaluation.score", score, "bp", rule=rules.source, children=(money, *children)),
    )  # fmt: skip


def _whole(trace: Trace) -> int:
    assert isinstance(trace.value, int)
    return trace.value


def _reached(line: FormLine | QualityLine) -> Fraction:
    """Return the share of the target reached in bp; above 10,000 where it was passed."""
    if isinstance(line, QualityLine):
        return Fraction(line.share_bp)
    if not line.less_is_better:
        return Fraction(line.actual * BP, line.target)
    return Fraction(line.target * BP, line.actual) if line.actual > line.target else Fraction(BP)


def _check(lines: Sequence[FormLine | QualityLine], budget_fen: int, rules: FormRules) -> None:
    if set(rules.head_weights_bp) != set(Head) or sum(rules.head_weights_bp.values()) != BP:
        raise RuleError("self_evaluation.head_weights", source=rules.source)
    if budget_fen <= 0:
        raise RuleError("self_evaluation.no_budget")
    for head in (Head.OUTPUT, Head.EFFECT, Head.SATISFACTION):
        total = sum(line.weight_bp for line in lines if line.head is head)
        if total != rules.head_weights_bp[head]:
            raise RuleError(
                "self_evaluation.line_weights", source=rules.source, head=head.value, total_bp=total,
                weight_bp=rules.head_weights_bp[head],
            )  # fmt: skip
    for line in lines:
        if isinstance(line, FormLine) and (line.target <= 0 or line.actual < 0):
            raise RuleError("self_evaluation.target_missing", line=line.name)
        if isinstance(line, QualityLine) and not 0 <= line.share_bp <= BP:
            raise RuleError("self_evaluation.share_out_of_range", line=line.name)
