"""Claims on runs: comparisons of outcomes, written as data and judged here.

`quits_line.wage_parity <= .75 * quits_line.base` compares means over replications. `sure(…)` stands for the mean of
paired replications with its 95 % interval, `sure3(…)` with three standard errors, and the whole interval must lie on
the right side. Only numbers, outcomes, + - × ÷, abs, sure and sure3 are read; anything else is refused.
"""

import ast
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zhagen.lab.outcomes import outcome_of

Values = NDArray[np.float64]
Runs = Mapping[str, Mapping[str, Values]]
"""Run → outcome → one value a replication; replication r of every run has the same draws."""

WIDTHS = {"sure": 1.96, "sure3": 3.0}
"""Half width of an interval in standard errors."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with the half width of its interval; 0 where only the mean is compared."""

    mean: float
    half: float = 0.0

    def __str__(self) -> str:
        return f"{self.mean:.4g}" + (f" ± {self.half:.2g}" if self.half else "")


@dataclass(frozen=True, slots=True)
class Judged:
    """A claim, whether it holds, and its figures.

    Args:
        claim: As written.
        holds: Whether it does.
        shown: The claim with the value of each side; without, where an outcome may only be told as a direction.
    """

    claim: str
    holds: bool
    shown: str


def judge(claim: str, runs: Runs) -> Judged:
    """Judge one claim on runs."""
    tree = _comparison(claim)
    sides = [tree.left, *tree.comparators]
    values = [_estimate(side, runs) for side in sides]
    margins = [
        _margin(type(op), left, right)
        for op, left, right in zip(tree.ops, values[:-1], values[1:], strict=True)
    ]
    strict = [isinstance(op, ast.Lt | ast.Gt) for op in tree.ops]
    holds = all(each > 0 or (each == 0 and not hard) for each, hard in zip(margins, strict, strict=True))
    if any(outcome_of(code).only_direction for code, _ in outcomes_of(claim)):
        return Judged(claim, holds, claim)
    signs = [_SIGNS[type(op)] for op in tree.ops]
    told = [_told(side, value) for side, value in zip(sides, values, strict=True)]
    shown = told[0] + "".join(f" {sign} {right}" for sign, right in zip(signs, told[1:], strict=True))
    return Judged(claim, holds, shown)


def outcomes_of(claim: str) -> set[tuple[str, str]]:
    """Return each (outcome, run) that a claim reads.

    >>> sorted(outcomes_of("abs(tie.a - tie.b) < .01"))
    [('tie', 'a'), ('tie', 'b')]
    """
    return {
        (node.value.id, node.attr)
        for node in ast.walk(_comparison(claim))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    }


_SIGNS: Mapping[type[ast.cmpop], str] = {ast.Lt: "<", ast.LtE: "≤", ast.Gt: ">", ast.GtE: "≥"}


def _comparison(claim: str) -> ast.Compare:
    tree = ast.parse(claim.strip(), mode="eval").body
    if not isinstance(tree, ast.Compare) or any(type(op) not in _SIGNS for op in tree.ops):
        raise ValueError(f"no comparison: {claim}")
    return tree


def _margin(sign: type[ast.cmpop], left: Estimate, right: Estimate) -> float:
    if sign in {ast.Lt, ast.LtE}:
        left, right = right, left
    return (left.mean - left.half) - (right.mean + right.half)


def _told(side: ast.expr, value: Estimate) -> str:
    if isinstance(side, ast.Constant):
        return f"{value.mean:g}"
    return f"{ast.unparse(side)} = {value}"


def _estimate(node: ast.expr, runs: Runs) -> Estimate:
    """Return one side of a comparison; an interval stands alone on its side."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in WIDTHS:
        paired = np.atleast_1d(_value(node.args[0], runs, paired=True))
        error = paired.std(ddof=1) / np.sqrt(len(paired)) if len(paired) > 1 else np.inf
        return Estimate(float(paired.mean()), float(WIDTHS[node.func.id] * error))
    return Estimate(float(_value(node, runs, paired=False)))


def _value(node: ast.expr, runs: Runs, *, paired: bool) -> Values:
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return np.float64(node.value) * np.ones(1) if paired else np.asarray(float(node.value))
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        each = runs[node.attr][node.value.id]
        return each if paired else np.asarray(each.mean())
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_value(node.operand, runs, paired=paired)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "abs":
        return np.abs(_value(node.args[0], runs, paired=paired))
    if isinstance(node, ast.BinOp) and type(node.op) in _ARITHMETIC:
        left, right = (_value(each, runs, paired=paired) for each in (node.left, node.right))
        return np.asarray(_ARITHMETIC[type(node.op)](left, right), dtype=np.float64)
    raise ValueError(f"not read in a claim: {ast.unparse(node)}")


_ARITHMETIC: Mapping[type[ast.operator], np.ufunc] = {
    ast.Add: np.add,
    ast.Sub: np.subtract,
    ast.Mult: np.multiply,
    ast.Div: np.divide,
}
